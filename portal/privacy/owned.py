"""Which rows are a candidate's: found by walking the foreign keys, so that a new table cannot be forgotten.

A row belongs to a candidate when a foreign key with ON DELETE CASCADE leads from it, over one table or several, to
``candidates``. What mentions a candidate in another way is listed here by hand, with what becomes of it; a test walks
every table and fails when one is neither.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, ForeignKey, Table, or_, select

from portal.accounts.models import Purpose
from portal.core.db import db

ROOT = "candidates"

# Columns that speak of a candidate without a cascade, and what the erasing does with them.
BESIDE = {
    "access_log.candidate_id": "stays: an opaque number that names nobody once the row is gone; kept longest of all",
    "employer_contacts.candidate_id": "emptied together with the row's words; the visit itself is the employer's",
}

# Links whose subject is a proposal, a hire, the three questions about a hire, or nothing about a candidate.
LINKS_OF_PROPOSALS = frozenset({Purpose.CONSENT, Purpose.MY_CONSENTS, Purpose.ANSWER})
LINKS_OF_HIRES = frozenset({Purpose.SUPPORT})
LINKS_OF_PULSES = frozenset({Purpose.PULSE})
OTHER_LINKS = frozenset(
    {Purpose.VERIFY_EMAIL, Purpose.RESET_PASSWORD, Purpose.INVITATION, Purpose.STAFF_INVITATION, Purpose.SIGN_IN}
)


def cascades(table: Table) -> list[ForeignKey]:
    """The foreign keys of a table whose rows go with what they point to."""
    return sorted(
        (key for key in table.foreign_keys if (key.ondelete or "").upper() == "CASCADE"),
        key=lambda key: key.parent.name,
    )


def owned_tables() -> list[Table]:
    """Every table whose rows belong to candidates, parents before children."""
    found: list[Table] = []
    for table in db.metadata.sorted_tables:
        if table.name == ROOT or any(key.column.table in found for key in cascades(table)):
            found.append(table)
    return found


def rows_of(candidate_ids: Collection[int]) -> dict[Table, ColumnElement[bool]]:
    """By table, parents before children: the condition on the rows that belong to these candidates."""
    found: dict[Table, ColumnElement[bool]] = {}
    for table in owned_tables():
        if table.name == ROOT:
            found[table] = table.c.id.in_(list(candidate_ids))
            continue
        ways = [
            key.parent.in_(select(key.column).where(found[key.column.table]))
            for key in cascades(table)
            if key.column.table in found
        ]
        found[table] = or_(*ways)
    return found


def singular(table: Table) -> str:
    """What mails and the audit trail call a row of a table (``about``, ``subject_type``)."""
    return table.name.removesuffix("s") if not table.name.endswith("ies") else table.name.removesuffix("ies") + "y"
