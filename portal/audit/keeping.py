"""The logs are only added to. Sealing gives rows their number, retention clears whole old seals; nothing else may.

Held at SQL level, for whatever code tries. Somebody with the database's password gets past it, and is found by
``flask audit verify``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

_LOGS = ("access_log", "audit_events", "log_seals")
_KEPT = rf"\"?(?:{'|'.join(_LOGS)})\b"
_CHANGES = re.compile(
    rf"\b(?:UPDATE(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?|TRUNCATE(?:\s+TABLE)?|MERGE\s+INTO"
    rf"|REPLACE\s+INTO|INSERT\s+OR\s+\w+\s+INTO)\s+{_KEPT}"
    rf"|\bINSERT\s+INTO\s+{_KEPT}.*\bON\s+CONFLICT\b",
    re.IGNORECASE | re.DOTALL,
)
_sealing: ContextVar[bool] = ContextVar("sealing", default=False)


class WroteOnLog(RuntimeError):
    """Something tried to change or remove what a log holds: a mistake in our code, never the reader's."""


@contextmanager
def by_sealing() -> Iterator[None]:
    """Inside, rows of the logs may be given their seal, or be cleared with it."""
    token = _sealing.set(True)
    try:
        yield
    finally:
        _sealing.reset(token)


@event.listens_for(Engine, "before_cursor_execute")
def _refuse_changes(
    _connection: Connection, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    folded = statement.lower()  # most statements name no log, and the pattern takes its time with long ones
    if any(log in folded for log in _LOGS) and not _sealing.get() and _CHANGES.search(statement):
        raise WroteOnLog(statement.split("\n")[0][:80])
