"""``flask --app wsgi encryption``: a new key, and everything written anew under it.

Rotating goes row by row in short transactions, each of which leaves every value readable with the keys at hand. So it
can be stopped anywhere, run again, and run beside the web server and the worker once these have the new key too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import ColumnClause, Table, TableClause, Text, and_, column, select, table, update

from portal.core.db import db, rows_changed
from portal.core.encryption import encrypted_columns, keyring
from portal.core.keys import Unreadable, new_key

BATCH_ROWS = 200


@dataclass
class Count:
    """What a pass over one table found, in values."""

    table: str
    renewed: int = 0  # brought under the first key
    overtaken: int = 0  # changed by somebody else meanwhile
    unreadable: dict[str, int] = field(default_factory=dict)  # by column


@click.group("encryption")
def encryption() -> None:
    """The keys that candidates' data is encrypted with."""


@encryption.command("new-key")
def print_new_key() -> None:
    """Print a new key for DATA_KEYS."""
    click.echo(new_key())


@encryption.command("rotate")
@with_appcontext
def rotate_all() -> None:
    """Write everything anew under the first key of DATA_KEYS. May be stopped and run again."""
    counts = list(rotated())
    for count in counts:
        click.echo(f"{count.table}: {count.renewed} values written under the first key")
    for count in counts:
        for name, values in count.unreadable.items():
            click.echo(f"{count.table}.{name}: {values} values that none of the keys open", err=True)
    if any(count.unreadable for count in counts):
        raise Unreadable
    if any(count.overtaken for count in counts):
        raise click.ClickException("Some values were changed meanwhile. Run this again before you drop a key.")
    click.echo("All is under the first key. The other keys of DATA_KEYS can be dropped.")


def rotated() -> Iterator[Count]:
    """Bring every encrypted value of the database under the first key, table by table; commits after each batch."""
    for one in db.metadata.sorted_tables:
        if encrypted_columns(one):
            yield _rotate(one)


def _rotate(model: Table) -> Count:
    [key_column] = model.primary_key.columns
    key: ColumnClause[int] = column(key_column.name)
    # the same table with plain texts: what goes in and out is what the database holds
    values: list[ColumnClause[str]] = [column(one.name, Text) for one in encrypted_columns(model)]
    plain = table(model.name, key, *values)
    count, last = Count(model.name), -1
    while True:
        query = select(key, *values).select_from(plain).where(key > last).order_by(key).limit(BATCH_ROWS)
        rows = db.session.execute(query).all()
        for row in rows:
            _renew(plain, key, row, count)
        db.session.commit()
        if len(rows) < BATCH_ROWS:
            return count
        last = rows[-1][0]


def _renew(plain: TableClause, key: ColumnClause[int], row: Any, count: Count) -> None:
    """Write the values of one row anew, unless somebody has changed one of them since it was read."""
    fresh: dict[str, str] = {}
    for name, held in row._mapping.items():
        if name == key.name or not held:
            continue
        try:
            token = keyring().renewed(held)
        except Unreadable:
            count.unreadable[name] = count.unreadable.get(name, 0) + 1
            continue
        if token is not None:
            fresh[name] = token
    if not fresh:
        return
    unchanged = and_(key == row[0], *(plain.c[name] == row._mapping[name] for name in fresh))
    if rows_changed(update(plain).where(unchanged).values(fresh)):
        count.renewed += len(fresh)
    else:
        count.overtaken += len(fresh)
