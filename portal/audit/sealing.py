"""Seal the logs: what is written is bound, batch by batch, into a chain that no one without the key can mend.

Readers only insert and never wait for each other. A job of the worker takes the rows that have no seal yet and gives
them the next one. A seal holds a mark of each of its rows (an HMAC over all columns and the seal's number) and a digest
(an HMAC over the marks and the digest of the seal before). Which rows belong to a seal is written in the rows, not told
by their ids: on PostgreSQL a row may be committed after one with a higher id, and then comes into a later seal.
Until it is sealed, a minute or so, a row is as safe as the database is.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, Table, select, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import NullType

from portal.audit import heads
from portal.audit.heads import Head
from portal.audit.keeping import by_sealing
from portal.audit.models import AccessLogEntry, AuditEvent, LogSeal
from portal.core import clock
from portal.core.db import db, rows_changed
from portal.core.signing import key_for

log = logging.getLogger(__name__)

BATCH = 1000  # rows a seal at most: what one transaction holds, and one verification keeps in memory
MARK_HEX = 32  # 128 bits of each row's HMAC

LOGS: dict[str, Table] = {
    model.__tablename__: db.metadata.tables[model.__tablename__] for model in (AccessLogEntry, AuditEvent)
}


class HeadDiffers(Exception):
    """The database's last seal and the file's do not belong together: something was cut off, or put back."""


@dataclass(frozen=True)
class Key:
    """A key that seals. Its id stands in each seal, so that a change of keys is seen as one."""

    id: str
    secret: bytes


def all_keys() -> list[Key]:
    """The keys of the settings: the first one seals, all of them verify. The secret key is always among them."""
    config = current_app.config["PORTAL"]
    named = [one.strip() for one in config.audit_key.split(",") if one.strip()]
    found = []
    for text in [*named, config.secret_key]:
        secret = key_for("seal the logs", text)
        found.append(Key(hmac.digest(secret, b"id", "sha256").hex()[:16], secret))
    return found


def columns_of(table: Table) -> list[ColumnElement[Any]]:
    """All columns of a log but the seal's number, as the driver gives them: a value that no enum knows is read too."""
    return [type_coerce(column, NullType()).label(column.name) for column in table.columns if column.name != "seal"]


def mark(key: Key, log_name: str, number: int, values: Sequence[Any]) -> str:
    """The HMAC of one row in its seal.

    :param values: of ``columns_of``, in that order.
    """
    return _hmac(key, "row", [log_name, number, *(_plain(value) for value in values)])[:MARK_HEX]


def digest(key: Key, seal: Any) -> str:
    """The HMAC of a seal: over every column but itself and what ``keeping`` adds later."""
    names = ("log", "number", "row_count", "total", "marks", "previous", "key_id")
    return _hmac(key, "seal", [*(getattr(seal, name) for name in names), _plain(seal.sealed_at)])


def cleared_digest(key: Key, seal: Any, cleared_at: Any) -> str:
    """The HMAC that says: all up to this seal was cleared by us, at this time."""
    return _hmac(key, "cleared", [seal.log, seal.number, seal.digest, _plain(cleared_at)])


def _hmac(key: Key, purpose: str, values: list[Any]) -> str:
    text = json.dumps([purpose, *values], ensure_ascii=True, separators=(",", ":"), default=repr)
    return hmac.digest(key.secret, text.encode(), "sha256").hex()


def _plain(value: Any) -> Any:
    """An instant as text that both databases agree on; everything else as it is."""
    if isinstance(value, str) and len(value) == len("2026-01-01 00:00:00.000000") and value[10] == " ":
        try:  # SQLite's way to keep an instant
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat(timespec="microseconds")
    return value


def last_seal(log_name: str) -> Head | None:
    """The newest seal of a log, as the database has it."""
    query = (
        select(LogSeal.number, LogSeal.digest, LogSeal.total)
        .where(LogSeal.log == log_name)
        .order_by(LogSeal.number.desc())
    )
    row = db.session.execute(query.limit(1)).one_or_none()
    return Head(*row) if row else None


def seal_all() -> int:
    """Seal every row of every log that is not sealed yet. Commits after each seal; a job or a command calls it.

    :returns: how many rows were sealed now.
    :raises HeadDiffers: when the database's last seal is not the one that the file beside it names. Nothing more is
        sealed then until somebody has looked (``flask audit accept``), since a new seal would cover the trace.
    """
    return sum(_seal_log(log_name) for log_name in LOGS)


def _seal_log(log_name: str) -> int:
    done = 0
    while count := _seal_batch(log_name):
        done += count
        if count < BATCH:
            break
    return done


def _seal_batch(log_name: str) -> int:
    """One seal, committed; returns its rows. 0 when nothing waits, or somebody else seals at this moment."""
    if trouble := head_trouble(log_name):
        raise HeadDiffers(f"{log_name}: {trouble}")
    before = last_seal(log_name)
    if before is not None:
        heads.advance(log_name, before)  # one behind, after a crash between the commit and the file
    rows = db.session.execute(_unsealed(log_name)).all()
    if not rows:
        db.session.commit()  # lets go of the lock; the job's mark stays
        return 0
    seal = _made(log_name, before, rows)
    head = Head(seal.number, seal.digest, seal.total)
    try:
        with by_sealing():
            db.session.add(seal)
            db.session.flush()  # the number is taken once: of two who seal, one goes on
            if _give(log_name, seal.number, [row.id for row in rows]) != len(rows):
                raise RuntimeError("rows of a log were sealed or changed while they were being sealed")
            db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return 0
    heads.advance(log_name, head)
    return len(rows)


def _unsealed(log_name: str) -> Select[Any]:
    table = LOGS[log_name]
    return select(*columns_of(table)).where(table.c.seal.is_(None)).order_by(table.c.id).limit(BATCH)


def _made(log_name: str, before: Head | None, rows: Sequence[Any]) -> LogSeal:
    key, number = all_keys()[0], before.number + 1 if before else 1
    seal = LogSeal(
        log=log_name,
        number=number,
        sealed_at=clock.now(),
        row_count=len(rows),
        total=(before.total if before else 0) + len(rows),
        marks=" ".join(f"{row.id}:{mark(key, log_name, number, row)}" for row in rows),
        previous=before.digest if before else "",
        key_id=key.id,
    )
    seal.digest = digest(key, seal)
    return seal


def _give(log_name: str, number: int, ids: list[int]) -> int:
    table = LOGS[log_name]
    return rows_changed(update(table).where(table.c.id.in_(ids), table.c.seal.is_(None)).values(seal=number))


def head_trouble(log_name: str) -> str:
    """What is wrong between a log's last seal and its file; the empty text when they belong together.

    The file may be one seal behind, after a crash between the commit and the file. It is read before the database, so
    that a seal made in between never makes it look ahead; it is read again when it looks far behind.
    """
    trouble = ""
    for _try in range(3):
        try:
            known = heads.read(log_name)
        except heads.HeadDamaged:
            return "the file with its head cannot be read"
        trouble = _differs(log_name, known, last_seal(log_name))
        if not trouble:
            break
    return trouble


def _differs(log_name: str, known: Head | None, last: Head | None) -> str:
    number = last.number if last else 0
    if not isinstance(number, int):
        return "its last seal has no number"
    if known is None:
        return "" if number <= 1 else "the file with its head is missing"
    if known.number > number:
        return f"the file with its head names seal {known.number}, the database ends at {number}"
    if known.number < number - 1:
        return f"the file with its head names seal {known.number}, the database goes on to {number}"
    query = select(LogSeal.digest, LogSeal.total).where(LogSeal.log == log_name, LogSeal.number == known.number)
    if db.session.execute(query).one_or_none() != (known.digest, known.total):
        return f"seal {known.number} is not the one that the file with its head names"
    return ""


def accept() -> dict[str, tuple[int, int]]:
    """Take the database's last seals as right, after a restored backup: the files are written anew. The caller logs it.

    :returns: for each log whose file differed, the seal that the file named (0: none) and the one it names now.
    """
    found = {}
    for log_name in LOGS:
        if head_trouble(log_name):
            last = last_seal(log_name)
            try:
                known = heads.read(log_name)
            except heads.HeadDamaged:
                known = None
            heads.replace(log_name, last)
            found[log_name] = (known.number if known else 0, last.number if last else 0)
    return found
