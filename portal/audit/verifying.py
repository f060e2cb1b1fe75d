"""Find what was altered, removed, added or moved in a sealed log. Reads it once, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select, type_coerce
from sqlalchemy.types import NullType

from portal.audit import sealing
from portal.audit.models import LogSeal
from portal.audit.sealing import LOGS, Key
from portal.core.db import db, reading

SHOWN = 20  # ids that a finding names; it counts all
KEPT = 1000  # findings that a report names; it counts all
STREAMED = 500
SEALS_AT_ONCE = 20
NO_NUMBER = 10**18  # stands for what somebody put where a number belongs; SQLite sorts it last too


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed: in which seal, what, how many rows, the first ids of them."""

    seal: int | None
    what: str
    count: int = 0
    ids: tuple[int, ...] = ()

    def __str__(self) -> str:
        """One line for a person at a terminal."""
        where = f"seal {self.seal}: " if self.seal is not None else ""
        if not self.count:
            return where + self.what
        more = " …" if self.count > len(self.ids) else ""
        return f"{where}{self.count} {self.what}: {', '.join(map(str, self.ids))}{more}"


@dataclass
class Report:
    """What a verification saw of one log."""

    log: str
    seals: int = 0
    rows: int = 0
    unsealed: int = 0
    trouble: int = 0
    findings: list[Finding] = field(default_factory=list)

    def found(self, seal: int | None, what: str, ids: list[Any] | None = None) -> None:
        """Note a finding; with ``ids``, only when there are any."""
        if ids is not None and not ids:
            return
        self.trouble += 1
        if len(self.findings) < KEPT:
            ids = ids or []
            self.findings.append(Finding(seal, what, len(ids), tuple(ids[:SHOWN])))

    @property
    def is_whole(self) -> bool:
        """Whether every sealed row is there and as it was."""
        return self.trouble == 0


def verify_all() -> list[Report]:
    """Verify every log, on one unchanging view of the database; who writes meanwhile does not wait."""
    keys = sealing.all_keys()
    token = reading.set(True)  # on SQLite: no lock, and what begins now sees what is committed now
    try:
        with _snapshot() as connection:
            reports = [_verify(connection, log_name, keys) for log_name in LOGS]
        for report in reports:
            if trouble := sealing.head_trouble(report.log):
                report.found(None, trouble)
        db.session.rollback()
    finally:
        reading.reset(token)
    return reports


@contextmanager
def _snapshot() -> Iterator[Connection]:
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        yield connection


def _verify(connection: Connection, log_name: str, keys: list[Key]) -> Report:
    report = Report(log_name)
    table = LOGS[log_name]
    report.unsealed = connection.scalar(select(func.count()).select_from(table).where(table.c.seal.is_(None))) or 0
    batches = _batches(connection, log_name)
    waiting = next(batches, None)
    before: Any = None
    for seal in _seals(connection, log_name):
        if not all(isinstance(one, int) for one in (seal.number, seal.row_count, seal.total)):
            report.found(None, "a seal was altered: its number or its counts are none")
            continue
        while waiting is not None and waiting[0] < seal.number:
            report.found(waiting[0], "rows whose seal is not there", [row.id for row in waiting[1]])
            waiting = next(batches, None)
        report.seals += 1
        _check_chain(report, seal, before)
        check = _Rows(report, seal, next((one for one in keys if one.id == seal.key_id), None))
        while waiting is not None and waiting[0] == seal.number:
            check.look_at(waiting[1])
            waiting = next(batches, None)
        check.end()
        before = seal
    while waiting is not None:
        report.found(waiting[0], "rows whose seal is not there", [row.id for row in waiting[1]])
        waiting = next(batches, None)
    return report


def _seals(connection: Connection, log_name: str) -> Iterator[Any]:
    """The seals of a log by number, a few in memory at a time, as the driver gives their columns."""
    table = db.metadata.tables[LogSeal.__tablename__]
    columns = [type_coerce(column, NullType()).label(column.name) for column in table.columns]
    query = select(*columns).where(table.c.log == log_name).order_by(table.c.number).limit(SEALS_AT_ONCE)
    found = connection.execute(query).all()
    while found:
        yield from found
        found = connection.execute(query.where(table.c.number > found[-1].number)).all()


def _batches(connection: Connection, log_name: str) -> Iterator[tuple[int, list[Any]]]:
    """(seal's number, rows) by number; rows by id. A batch that was blown up comes in several parts."""
    table = LOGS[log_name]
    number_column = type_coerce(table.c.seal, NullType()).label("in_seal")
    query = (
        select(number_column, *sealing.columns_of(table))
        .where(table.c.seal.is_not(None))
        .order_by(table.c.seal, table.c.id)
    )
    number, rows = 0, list[Any]()
    for row in connection.execute(query, execution_options={"yield_per": STREAMED}):
        here = row.in_seal if isinstance(row.in_seal, int) else NO_NUMBER
        if rows and (here != number or len(rows) > sealing.BATCH):
            yield number, rows
            rows = []
        number = here
        rows.append(row)
    if rows:
        yield number, rows


def _check_chain(report: Report, seal: Any, before: Any) -> None:
    """Whether a seal goes on where the one before it ended."""
    if seal.cleared_at is not None:
        if before is not None:
            report.found(seal.number, "says that it was cleared, and there are seals before it")
        return  # whether it may be the first is proved by the digest of its clearing
    expected, digest, total = (before.number + 1, before.digest, before.total) if before else (1, "", 0)
    if seal.number > expected:
        gap = f"seal {expected}" if seal.number == expected + 1 else f"seals {expected} to {seal.number - 1}"
        report.found(seal.number, f"{gap} before it missing")
    elif seal.number < expected:
        report.found(seal.number, "has a number that no seal has")
    elif (seal.previous, seal.total) != (digest, total + seal.row_count):
        report.found(seal.number, "does not continue the seal before it")


class _Rows:
    """Sets the rows of one seal against its marks, part by part."""

    def __init__(self, report: Report, seal: Any, key: Key | None) -> None:
        self.report, self.seal, self.key = report, seal, key
        self.marks = dict(part.split(":", 1) for part in str(seal.marks).split(" ") if ":" in part)
        self.cleared = seal.cleared_at is not None
        if key is None:
            what = f"was made with the key {seal.key_id}, which AUDIT_KEY does not hold: not verified"
            report.found(seal.number, what)
            return
        if sealing.digest(key, seal) != seal.digest or len(self.marks) != seal.row_count:
            report.found(seal.number, "the seal itself was altered")
        if self.cleared and sealing.cleared_digest(key, seal, seal.cleared_at) != seal.cleared_digest:
            report.found(seal.number, "the note of its clearing was altered")
        if self.cleared:
            self.marks = {}

    def look_at(self, rows: list[Any]) -> None:
        """Some of the rows that say that they are of this seal."""
        self.report.rows += len(rows)
        altered, added = [], []
        for row in rows:
            expected = self.marks.pop(str(row.id), None)
            if expected is None:
                added.append(row.id)
            elif self.key is not None and expected != sealing.mark(
                self.key, self.seal.log, self.seal.number, tuple(row)[1:]
            ):
                altered.append(row.id)
        self.report.found(self.seal.number, "rows altered", altered)
        self.report.found(self.seal.number, "rows added", added)

    def end(self) -> None:
        """No more rows: what was not met is missing."""
        self.report.found(self.seal.number, "rows missing", list(self.marks))
