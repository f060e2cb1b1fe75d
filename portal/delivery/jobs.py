"""What the clock does: coaches hear of mails that did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import update

from portal.core import clock
from portal.core.db import db
from portal.delivery import mails, queries
from portal.outbox.models import Notification

EVERY = timedelta(minutes=1)

Register = Callable[[str, timedelta], Callable[[Callable[[], None]], Callable[[], None]]]


def register(job: Register) -> None:
    """Give the worker the job of this room."""
    job("delivery.tell_coaches", EVERY)(tell_coaches)


def tell_coaches() -> None:
    """Tell each coach once of each mail to their people that was given up, whenever that was.

    Everything new since the last run comes in one mail. A mail that was sent again and fails again is told again.
    The mail to the coach is never told of: when it fails itself, the administrator's list shows it.
    """
    failed = queries.not_raised()
    if not failed:
        return
    for coach_id, found in queries.by_coach(failed).items():
        mails.mail_undelivered(coach_id, found)
    db.session.execute(
        update(Notification)
        .where(Notification.id.in_(failed))
        .values(raised_at=clock.now())
        .execution_options(synchronize_session=False)
    )
