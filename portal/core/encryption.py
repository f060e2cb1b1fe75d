"""Column types whose values are encrypted in the database, and nowhere else.

What a candidate is called, how to reach them and what is written about them must not be readable from a database file,
its write-ahead log or a backup. A column of these types holds ASCII that only the keys of the running application
(``core.keys``, setting DATA_KEYS) open. The empty text and NULL stay what they are, so that SQL can ask whether there
is something; nothing else about the value can be asked in SQL, and such a question is refused when it is built.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import Column, ColumnElement, Dialect, Table, Text
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from portal.core.keys import Keyring

if TYPE_CHECKING:
    from portal.core.app import Portal

EXTENSION = "keyring"


def init_encryption(app: Portal, keys: Sequence[str]) -> None:
    """Give the application its keys; two applications in one process each have their own."""
    app.extensions[EXTENSION] = Keyring(keys)


def keyring() -> Keyring:
    """The running application's keys."""
    ring: Keyring = current_app.extensions[EXTENSION]
    return ring


class _OnlyWhether(TypeDecorator.Comparator[Any]):
    """Lets SQL ask whether a value is there. Equal texts are stored differently: nothing else has an answer."""

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
        """:raises TypeError: for anything but a comparison with NULL or the empty text."""
        asks = op in (operators.eq, operators.ne, operators.is_, operators.is_not) and len(other) == 1
        # a column among columns: Python asks that when it looks for one in a list
        if asks and (other[0] is None or isinstance(other[0], ColumnElement) or other[0] == ""):
            return super().operate(op, *other, **kwargs)
        raise TypeError("an encrypted column cannot be compared, searched or sorted in SQL")


class Encrypted(TypeDecorator[Any]):
    """What the types below share. Not a type of a column itself."""

    impl = Text
    cache_ok = True

    comparator_factory = _OnlyWhether  # the base's own would mix in all that a text can be asked

    def written(self, value: Any) -> str:
        """The value as the text that is encrypted."""
        raise NotImplementedError

    def read(self, text: str) -> Any:
        """The value again."""
        raise NotImplementedError

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        text = self.written(value)
        return keyring().encrypt(text) if text else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return self.read(keyring().decrypt(value) if value else "")


class EncryptedText(Encrypted):
    """A text. ``limit`` is its longest plain length in characters, which the database can no longer hold it to."""

    cache_ok = True

    def __init__(self, limit: int | None = None) -> None:
        super().__init__()
        self.limit = limit

    def written(self, value: Any) -> str:
        """:raises ValueError: no text, or longer than the limit."""
        if not isinstance(value, str):
            raise ValueError(f"an encrypted text was given {type(value).__name__}")
        if self.limit is not None and len(value) > self.limit:
            raise ValueError(f"an encrypted text of {len(value)} characters, where {self.limit} fit")
        return value

    def read(self, text: str) -> str:
        """The text itself."""
        return text


class EncryptedDate(Encrypted):
    """A day."""

    cache_ok = True

    def written(self, value: date) -> str:
        """In ISO 8601."""
        return value.isoformat()

    def read(self, text: str) -> date:
        """From ISO 8601."""
        return date.fromisoformat(text)


class EncryptedJson(Encrypted):
    """A JSON value, with sorted keys as ``core.db.Json`` keeps it."""

    cache_ok = True

    def written(self, value: Any) -> str:
        """As JSON."""
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    def read(self, text: str) -> Any:
        """From JSON."""
        return json.loads(text)


def encrypted_columns(table: Table) -> list[Column[Any]]:
    """The encrypted columns of a table, in its order."""
    return [column for column in table.columns if isinstance(column.type, Encrypted)]
