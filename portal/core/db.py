"""The database: one base class, the column types that the features share, and how SQLite is opened.

Rules live in the database too: every enum is CHECKed, every foreign key is indexed and says what happens on delete
(a guard test holds both), and names of constraints follow one convention so that an error can be traced to its field.
"""

from __future__ import annotations

import enum
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UpdateBase,
    event,
)
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 10_000

# Set by the request's unit of work for requests that only read. Everything else (worker, commands, tests) may write.
reading: ContextVar[bool] = ContextVar("reading", default=False)


class Base(DeclarativeBase):
    """Base of every model, with names for every constraint."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Only aware datetimes go in, only aware UTC ones come out, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value kept as text with sorted keys, so that equal values are equal bytes on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Choices(TypeDecorator[list[Any]]):
    """Several members of one enum, in the enum's own order. Refuses anything that is not a member."""

    impl = Text
    cache_ok = True

    def __init__(self, members: type[enum.StrEnum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> str:
        chosen = {self.members(item) for item in value or ()}
        return " ".join(member.value for member in self.members if member in chosen)

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[Any]:
        return [self.members(item) for item in (value or "").split()]


def enum_column(members: type[enum.StrEnum], name: str) -> Enum:
    """A column type that holds one member of a StrEnum by its value, with a CHECK called ``name``."""
    return Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        values_callable=lambda chosen: [member.value for member in chosen],
    )


def new_public_id() -> str:
    """A random id of 128 bits for addresses: it cannot be guessed, sorted or joined."""
    return secrets.token_hex(16)


def public_id() -> Mapped[str]:
    """The column that a page's address names; see ``new_public_id``."""
    return mapped_column(String(32), unique=True, insert_sentinel=True, default=new_public_id)


def link_to(target: str, *, ondelete: str = "RESTRICT", **options: Any) -> Mapped[Any]:
    """A foreign key column: indexed, and with its fate on delete said.

    :param target: ``table.column``.
    :param ondelete: RESTRICT (default), CASCADE or SET NULL.
    """
    options.setdefault("index", not options.get("primary_key") and not options.get("unique"))
    return mapped_column(ForeignKey(target, ondelete=ondelete), **options)


@event.listens_for(Table, "after_parent_attach")
def _never_give_an_id_twice(table: Table, _metadata: MetaData) -> None:
    """SQLite would give the id of an erased row to the next one, and with it what the logs hold of the erased one."""
    columns = list(table.primary_key.columns)
    if len(columns) == 1 and isinstance(columns[0].type, Integer) and not columns[0].foreign_keys:
        table.kwargs["sqlite_autoincrement"] = True


def rows_changed(statement: UpdateBase) -> int:
    """Run an UPDATE or a DELETE and say how many rows it reached: 0 tells a compare-and-set that it was too late."""
    result = db.session.execute(statement)
    if not isinstance(result, CursorResult):
        raise TypeError("only a statement that changes rows has a count of them")
    return result.rowcount


@contextmanager
def only_reading() -> Iterator[None]:
    """A transaction that takes no write lock on SQLite, and is over at the end."""
    token = reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        reading.reset(token)


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, _record: Any) -> None:
    """Make SQLite behave: real foreign keys, WAL, deleted bytes overwritten; transactions are begun by us."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    _keep_to_ourselves(cursor.execute("PRAGMA database_list").fetchone()[2])
    for pragma in (
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "trusted_schema = OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _keep_to_ourselves(path: str) -> None:
    """A database file that has just been made is our account's alone, and so are the files that come beside it."""
    if path and Path(path).stat().st_size == 0:
        Path(path).chmod(0o600)


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock before it reads: a plain BEGIN that reads first fails when another has written."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")
