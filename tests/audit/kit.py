"""A sealed access log, and ways to touch it behind the portal's back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, text

from portal.audit import sealing, verifying
from portal.audit.keeping import by_sealing
from portal.audit.models import AccessLogEntry, LogSeal
from portal.audit.verifying import Report
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db

LOG = "access_log"
TABLES = (LOG, "log_seals")


def write(count: int, *, first: int = 0) -> None:
    """Rows of the access log, committed, not sealed."""
    rows = [
        {
            "at": clock.now() - timedelta(seconds=count - number),
            "viewer_role": Role.COACH,
            "viewer_id": 1 + number % 3,
            "candidate_id": 1 + (first + number) % 90,
            "what": ("candidates.show", "candidates.index", "desk.coach")[number % 3],
            "why": "own caseload",
        }
        for number in range(count)
    ]
    db.session.execute(insert(AccessLogEntry), rows)
    db.session.commit()


def sealed(count: int, batches: int) -> None:
    """So many rows in so many seals."""
    for number in range(batches):
        write(count // batches, first=number * 7)
        assert sealing.seal_all() == count // batches


@contextmanager
def touching() -> Iterator[Connection]:
    """A connection of somebody who has the database's password; committed at the end."""
    db.session.rollback()
    with by_sealing(), db.engine.begin() as connection:
        yield connection


def keep_copy() -> None:
    """Remember both tables as they are now."""
    with touching() as connection:
        for table in TABLES:
            connection.execute(text(f"DROP TABLE IF EXISTS copy_of_{table}"))
            connection.execute(text(f"CREATE TABLE copy_of_{table} AS SELECT * FROM {table}"))


def put_back(*tables: str) -> None:
    """The tables as they were remembered."""
    with touching() as connection:
        for table in tables or TABLES:
            names = ", ".join(column.name for column in db.metadata.tables[table].columns)
            connection.execute(text(f"DELETE FROM {table}"))
            connection.execute(text(f"INSERT INTO {table} ({names}) SELECT {names} FROM copy_of_{table}"))


def verified(log: str = LOG) -> Report:
    """What a verification says now of one log."""
    return next(report for report in verifying.verify_all() if report.log == log)


def seals() -> list[Any]:
    """The numbers of the seals."""
    found = list(db.session.scalars(select(LogSeal.number).where(LogSeal.log == LOG).order_by(LogSeal.number)))
    db.session.rollback()
    return found
