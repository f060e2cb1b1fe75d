"""Clear a log from its front, whole seals at a time, so that what is left can still be verified.

The last seal that is cleared stays, without rows: its digest is what the next seal continues, and a digest of its own
says that we cleared it. The caller decides what is old (retention), commits, and calls again until nothing is left.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from portal.audit import sealing
from portal.audit.keeping import by_sealing
from portal.audit.models import LogSeal
from portal.audit.sealing import LOGS
from portal.audit.service import record
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.db import db, rows_changed


class KeyMissing(Exception):
    """A seal was made with a key that the settings no longer hold, so its clearing cannot be signed."""


def clearable(log_name: str, before: datetime) -> int:
    """How many rows ``clear`` would remove: those of the seals at the front that were all made before this time."""
    last = _last_of_front(log_name, before)
    table = LOGS[log_name]
    count = select(func.count()).select_from(table).where(table.c.seal <= last)
    return db.session.scalar(count) or 0


def clear(log_name: str, before: datetime, *, seals: int = 20) -> int:
    """Remove rows from the front of a log, inside the caller's transaction.

    :param log_name: ``access_log`` or ``audit_events``.
    :param before: rows whose seal was made earlier go; a row is never younger than its seal.
    :param seals: how many seals at most, so that a transaction stays short.
    :returns: how many rows were removed; 0 when nothing is left to clear.
    :raises KeyMissing: when ``AUDIT_KEY`` does not hold the key of the last seal to be cleared.
    """
    last = _last_of_front(log_name, before)
    query = (
        select(LogSeal)
        .where(LogSeal.log == log_name, LogSeal.number <= last, LogSeal.cleared_at.is_(None))
        .order_by(LogSeal.number)
    )
    found = list(db.session.scalars(query.limit(seals)))
    if not found:
        return 0
    boundary = found[-1]
    key = next((one for one in sealing.all_keys() if one.id == boundary.key_id), None)
    if key is None:
        raise KeyMissing(boundary.key_id)
    table, now = LOGS[log_name], clock.now()
    signed = sealing.cleared_digest(key, boundary, now)
    mine = (LogSeal.log == log_name, LogSeal.number == boundary.number)
    with by_sealing():
        removed = rows_changed(delete(table).where(table.c.seal <= boundary.number))
        db.session.execute(delete(LogSeal).where(LogSeal.log == log_name, LogSeal.number < boundary.number))
        db.session.execute(update(LogSeal).where(*mine).values(cleared_at=now, cleared_digest=signed))
    record(SYSTEM, "audit.clear", "log_seal", boundary.number, kind=log_name, count=removed)
    return removed


def _last_of_front(log_name: str, before: datetime) -> int:
    """The number of the last seal of which, and of all before it, is true: made before this time. 0: none."""
    younger = select(func.min(LogSeal.number)).where(LogSeal.log == log_name, LogSeal.sealed_at >= before)
    first_kept = db.session.scalar(younger)
    if first_kept is not None:
        return int(first_kept) - 1
    return db.session.scalar(select(func.max(LogSeal.number)).where(LogSeal.log == log_name)) or 0
