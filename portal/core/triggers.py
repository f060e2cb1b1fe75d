"""Rules of the database that compare a row with what it was or with another table's, which no CHECK and no key can.

A rule is written once, as the condition that refuses a change, and becomes a trigger on SQLite and on PostgreSQL. It
runs after the CHECKs of its row. What breaks it is an ``IntegrityError`` that names the rule. The migration that makes
a table makes its rules too (``migrations/env.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, event

# After the SELECT of one row in a condition: the row stays as it was read until the transaction ends.
_HELD = " {held}"
DATABASES = ("sqlite", "postgresql")
_RULES: list[Rule] = []


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule on one kind of change.

    :param name: begins with ``tr_`` and the table's name. :param change: "INSERT", or "UPDATE OF" and the columns.
    :param refuses: the condition in SQL of both databases over ``NEW`` and, for an update, ``OLD``; unknown is no.
        ``{held}`` after the SELECT of a row of another table keeps it as it was read.
    """

    name: str
    table: str
    change: str
    refuses: str

    def made_by(self, database: str) -> str:
        """What makes the rule on one of ``DATABASES``."""
        head = f"CREATE TRIGGER {self.name} AFTER {self.change} ON {self.table} FOR EACH ROW"
        if database == "sqlite":
            condition = self.refuses.replace(_HELD, "")  # who writes is alone
            return f"{head} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{self.name}'); END"
        condition = self.refuses.replace(_HELD, " FOR SHARE")
        error = f"RAISE EXCEPTION '{self.name}' USING ERRCODE = 'check_violation', CONSTRAINT = '{self.name}'"
        body = f"BEGIN IF {condition} THEN {error}; END IF; RETURN NULL; END"
        made = f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        return f"{made}; {head} EXECUTE FUNCTION {self.name}()"

    def left_by(self, database: str) -> str:
        """What takes the rule away when its table is gone, and its trigger with it."""
        if database == "sqlite":
            return f"DROP TRIGGER IF EXISTS {self.name}"
        return f"DROP FUNCTION IF EXISTS {self.name}()"


def rules(tables: Sequence[str] | None = None) -> list[Rule]:
    """Every rule by name; of these tables alone when some are given."""
    return sorted((one for one in _RULES if tables is None or one.table in tables), key=lambda one: one.name)


def hold(table: Table, name: str, changes: Sequence[str], refuses: str) -> None:
    """Let a table refuse such changes from now on.

    :param name: of the rule, without the table's. :param changes: as in ``Rule``, one trigger each.
    """
    for change in changes:
        rule = Rule(
            name=f"tr_{table.name}_{name}_{change.split()[0].lower()}",
            table=table.name,
            change=change,
            refuses=" ".join(refuses.split()),
        )
        _RULES.append(rule)
        event.listen(table, "after_create", _maker(rule))


def _maker(rule: Rule) -> Callable[..., None]:
    def make(_table: Table, connection: Connection, **_options: object) -> None:
        connection.exec_driver_sql(rule.made_by(connection.dialect.name))

    return make
