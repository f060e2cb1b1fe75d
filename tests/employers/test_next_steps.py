"""A next step that falls due is mailed in the morning: to its coach, once, while it is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.employers import jobs
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from tests.factories import accounts, employers

Queued = Callable[[], list[tuple[str, str]]]
MONDAY = date(2026, 11, 23)


def _run(hour: int, minute: int = 0) -> None:
    moment = datetime(2026, 11, 23, hour, minute, tzinfo=clock.HELSINKI)
    with time_machine.travel(moment, tick=False):
        for _again in range(2):
            jobs.remind_of_steps()


def test_the_coach_is_mailed_from_seven_on_once(app: Flask, queued: Queued) -> None:
    coach, gone, heir = accounts.coach(), accounts.coach(deactivated_at=clock.now()), accounts.coach()
    employer = employers.employer(coach_id=heir.id, name="Bryggan Ab")
    step = employers.contact(employer, coach, next_step="Visit Alfhild's shift", next_step_on=MONDAY)
    employers.contact(employer, coach, next_step="Later", next_step_on=MONDAY + timedelta(days=1))
    employers.contact(employer, coach, next_step="Done", next_step_on=MONDAY, next_step_done_at=clock.now())
    employers.contact(employer, gone, next_step="Left open", next_step_on=MONDAY - timedelta(days=2))
    _run(6, 59)
    assert queued() == []
    for hour in (7, 9, 23):
        _run(hour)
    assert sorted(queued()) == sorted(("next_step_due", f"user:{one.id}") for one in (coach, heir))
    mail = db.session.scalars(select(Notification).where(Notification.user_id == coach.id)).one()
    assert "Alfhild" not in str(mail.context)
    assert KINDS["next_step_due"].still_due(mail)
    step.next_step_done_at = clock.now()
    assert not KINDS["next_step_due"].still_due(mail)
