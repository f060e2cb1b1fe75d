"""What happens to needs by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.openings import mails, queries, service
from portal.openings.models import Opening

WARN_DAYS = 7  # before the last day to answer
IDLE_AFTER = timedelta(days=91)  # three months (domain.md, "Opening")
PAUSE_AFTER = timedelta(days=14)  # two weeks after the employer was asked

Work = Callable[[], None]


def register(job: Callable[[str, timedelta], Callable[[Work], Work]]) -> None:
    """Give the worker the jobs of this room."""
    job("openings.expire", timedelta(minutes=10))(expire_past)
    job("openings.warn", timedelta(hours=1))(warn_about_last_day)
    job("openings.idle", timedelta(hours=1))(settle_idle)


def expire_past() -> None:
    """End the needs whose last day is over on Helsinki's calendar."""
    for opening in queries.past_last_day(clock.today()):
        service.expire(opening, SYSTEM)


def warn_about_last_day() -> None:
    """Tell the contact persons, once for each last day, a week before it."""
    for opening in queries.ending_within(clock.today(), WARN_DAYS):
        if opening.last_day is not None:
            mails.opening_expires_soon(opening, opening.last_day)


def settle_idle() -> None:
    """Ask about needs that nobody has touched for three months; pause those whose question got no answer."""
    now = clock.now()
    openings = queries.untouched_since(now - IDLE_AFTER)
    asked = _asked_at(openings)
    for opening in openings:
        when = asked.get(opening.id)
        if when is None or when < opening.changed_at:
            service.ask_whether_current(opening, _day(now + PAUSE_AFTER))
        elif when <= now - PAUSE_AFTER:
            service.pause(opening, SYSTEM)


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _asked_at(openings: list[Opening]) -> dict[int, datetime]:
    """When each need was last asked about; the audit trail knows, whoever was there to read the mail."""
    rows = db.session.execute(
        select(AuditEvent.subject_id, AuditEvent.at)
        .where(
            AuditEvent.subject_type == "opening",
            AuditEvent.verb == "opening.ask",
            AuditEvent.subject_id.in_([one.id for one in openings]),
        )
        .order_by(AuditEvent.id)
    )
    return {row[0]: row[1] for row in rows}
