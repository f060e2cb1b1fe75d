"""What the tests of this room share: a filled-in form, and a photograph of what must not change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from portal.outbox.models import Notification

FILLED_IN: dict[str, Any] = {
    "title": "Kökshjälp till lunchen",
    "occupation": "cook",
    "municipality": "272",
    "hours_min": "20",
    "hours_max": "30",
    "people": "1",
    "adaptations": ["working_time"],
    "paid_work": "y",
    "language": "sv",
}


def without(*names: str, **values: Any) -> dict[str, Any]:
    """The form filled in, but for these fields, and with these values."""
    return {**{name: value for name, value in FILLED_IN.items() if name not in names}, **values}


def photograph(opening_id: int) -> tuple[Any, ...]:
    """A need's row, its timeline's length and the mails about it: equal photographs mean that nothing happened."""
    db.session.rollback()
    row = db.session.execute(select(Opening.__table__).where(Opening.id == opening_id)).one()
    events = select(func.count()).where(AuditEvent.subject_type == "opening", AuditEvent.subject_id == opening_id)
    mails = select(func.count()).where(Notification.about_type == "opening", Notification.about_id == opening_id)
    return (*row, db.session.scalar(events), db.session.scalar(mails))


def state_of(opening_id: int) -> OpeningState | None:
    """The state that stands in the database now."""
    db.session.rollback()
    return db.session.scalar(select(Opening.state).where(Opening.id == opening_id))


def events_of(opening_id: int) -> list[str]:
    """The verbs of the audit trail, oldest first."""
    query = select(AuditEvent.verb).where(AuditEvent.subject_type == "opening", AuditEvent.subject_id == opening_id)
    return list(db.session.scalars(query.order_by(AuditEvent.id)))
