"""The week's visits to employers, against the goal of six (``ips.md``, item 17)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from portal.core.db import db
from portal.employers.models import Channel, EmployerContact

GOAL = 6


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def visits(coach_ids: list[int], day: date) -> dict[int, int]:
    """How many face-to-face contacts with employers each coach has in a day's week; one without any is absent."""
    monday, sunday = week_of(day)
    query = (
        select(EmployerContact.coach_id, func.count(EmployerContact.id))
        .where(
            EmployerContact.coach_id.in_(coach_ids),
            EmployerContact.channel == Channel.IN_PERSON,
            EmployerContact.on_day >= monday,
            EmployerContact.on_day <= sunday,
        )
        .group_by(EmployerContact.coach_id)
        .order_by(EmployerContact.coach_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
