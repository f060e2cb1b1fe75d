"""What the whole database holds, as one short value a table, to see whether anything was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import text

from portal.core.db import db

# Written by pages that only read: who has looked at whom.
READERS_WRITE = frozenset({"access_log"})


def tables(*, but: Collection[str] = READERS_WRITE) -> dict[str, str]:
    """A digest of every table's rows, by the table's name."""
    found = {}
    for table in db.metadata.sorted_tables:
        if table.name not in but:
            key = ", ".join(column.name for column in table.primary_key.columns)
            # as the database has it, past the column types: they cost more than the reading
            rows = db.session.execute(text(f'SELECT * FROM "{table.name}" ORDER BY {key}')).all()
            found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that are not as they were."""
    return sorted(name for name in before if before[name] != after[name])


@contextmanager
def unchanged(what: object = "") -> Iterator[None]:
    """Nothing inside changes a row of any table but the access log."""
    before = tables()
    yield
    assert not differing(before, tables()), f"{what} changed {differing(before, tables())}"
