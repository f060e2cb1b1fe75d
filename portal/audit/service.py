"""Write to the logs, inside the caller's transaction: when the log fails, so does what it speaks of."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert, select
from sqlalchemy.exc import SQLAlchemyError

from portal.audit.models import AccessLogEntry, AuditEvent
from portal.core import clock
from portal.core.actors import Actor
from portal.core.app import Unlogged, not_shown_yet
from portal.core.db import db

# What an event may carry beside who, what and when. Anything else is a mistake, since the log is kept longest of all:
# no names, no texts, only states, counts, keys and opaque ids.
ALLOWED_KEYS = frozenset(
    {
        "from",
        "to",
        "reason",
        "on_behalf",
        "fields",
        "side",
        "how",
        "due",
        "role",
        "count",
        "kind",
        "phase",
        "public_id",
        "user_id",
    }
)


def record(actor: Actor, verb: str, subject_type: str, subject_id: int, **data: object) -> AuditEvent:
    """Log a change.

    :param verb: what was done, as ``feature.verb``.
    :param subject_type: the table's name in the singular; ``subject_id`` its row.
    :param data: details, of ``ALLOWED_KEYS`` alone.
    :raises ValueError: for a key that the log must not hold.
    """
    if actor.by_link:
        data = {"how": "link", **data}
    if unknown := set(data) - ALLOWED_KEYS:
        raise ValueError(f"{verb} may not log {sorted(unknown)}")
    event = AuditEvent(
        at=clock.now(),
        actor_role=actor.role,
        actor_id=actor.user_id,
        verb=verb,
        subject_type=subject_type,
        subject_id=subject_id,
        data=data,
    )
    db.session.add(event)
    return event


def history(subject_type: str, subject_id: int) -> list[AuditEvent]:
    """Everything that was done to one thing, newest first."""
    query = (
        select(AuditEvent)
        .where(AuditEvent.subject_type == subject_type, AuditEvent.subject_id == subject_id)
        .order_by(AuditEvent.id.desc())
    )
    return list(db.session.scalars(query))


def saw(actor: Actor, candidate_ids: Iterable[int], what: str, why: str) -> None:
    """Log that a candidate's identity or notes are shown, one row a candidate and answer, before they are shown.

    :param what: the page, such as ``candidates.show``.
    :param why: the reader's standing, such as ``own caseload``; derived by the caller, never asked of the reader.
    :raises Unlogged: when the row cannot be written, for whatever reason: then nobody is shown.
    """
    rows = [
        {"viewer_role": actor.role, "viewer_id": actor.user_id, "candidate_id": one, "what": what, "why": why}
        for one in not_shown_yet(candidate_ids)
    ]
    if not rows:
        return
    try:  # one statement for the whole page
        db.session.execute(insert(AccessLogEntry), rows)
    except SQLAlchemyError as error:
        raise Unlogged("the row could not be written") from error
