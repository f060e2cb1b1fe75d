"""Everything held about a candidate, part by part: found by the foreign keys, worded by ``extract_words``.

The caller writes the showing to the access log first, so that it stands in the extract too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Table, select

from portal.accounts.models import Team, User
from portal.audit import service as audit
from portal.candidates import consents
from portal.candidates.log_words import page_words, right_words
from portal.candidates.models import Candidate
from portal.candidates.states import PHASES
from portal.core.actors import ROLE_NAMES, STAFF, Role
from portal.core.db import db
from portal.employers.models import Employer
from portal.openings.models import Opening
from portal.privacy.extract_values import as_data, in_words
from portal.privacy.extract_words import PARTS, VERBS
from portal.privacy.owned import rows_of
from portal.proposals.models import Proposal


@dataclass(frozen=True)
class Part:
    """One part: what it is called and its rows, each a list of (column, label, words, value for machines); a column
    without words is for machines alone.

    ``refused``: the key of the reason why it is kept back; its rows are then empty.
    """

    key: str
    title: str
    rows: list[list[tuple[str, str, str, Any]]] = field(default_factory=list)
    refused: str = ""


def of(candidate: Candidate) -> list[Part]:
    """All parts, in the order of reading; a part without rows is there too, so that one sees that nothing is held."""
    refused = refused_parts(candidate.id)
    conditions = _conditions(candidate.id)
    names = _Names()
    parts = []
    for key, words in PARTS.items():
        if key in refused:
            parts.append(Part(key, str(words.title), refused=refused[key]))
            continue
        table = db.metadata.tables[key]
        rows = [_row(table, row, names) for row in _rows(table, conditions[key])]
        parts.append(Part(key, str(words.title), rows))
    return parts


def refused_parts(candidate_id: int) -> dict[str, str]:
    """Parts that a team leader keeps back, with the key of the reason; read from the audit trail."""
    found: dict[str, str] = {}
    for event in reversed(audit.history("candidate", candidate_id)):
        if event.verb == "privacy.refuse_part":
            found[str(event.data["kind"])] = str(event.data["reason"])
        elif event.verb == "privacy.give_part":
            found.pop(str(event.data["kind"]), None)
    return found


def for_machines(candidate: Candidate, parts: Iterable[Part]) -> dict[str, Any]:
    """The extract as plain JSON: by part, its rows by column; keys are those of the database."""
    return {
        part.key: {"kept_back": part.refused}
        if part.refused
        else [{column: value for column, _label, _words, value in row} for row in part.rows]
        for part in parts
    }


def _conditions(candidate_id: int) -> dict[str, ColumnElement[bool]]:
    tables = db.metadata.tables
    conditions = {table.name: condition for table, condition in rows_of([candidate_id]).items()}
    conditions["employer_contacts"] = tables["employer_contacts"].c.candidate_id == candidate_id
    conditions["access_log"] = tables["access_log"].c.candidate_id == candidate_id
    events = tables["audit_events"].c
    conditions["audit_events"] = (events.subject_type == "candidate") & (events.subject_id == candidate_id)
    return conditions


def _rows(table: Table, condition: ColumnElement[bool]) -> list[Mapping[str, Any]]:
    query = select(table).where(condition).order_by(*table.primary_key.columns)
    return [dict(row) for row in db.session.execute(query).mappings()]


class _Names:
    """Names behind foreign keys, each looked up once. Of employers' users the extract names those whom a consent
    names; of others it says that they are an employer's."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], str] = {}

    def of(self, table: str, row_id: int, *, always: bool = False) -> str:
        """What a row of teams, users, employers, openings or proposals is called."""
        if (table, row_id) not in self._known:
            self._known[table, row_id] = self._look_up(table, row_id, always)
        return self._known[table, row_id]

    def _look_up(self, table: str, row_id: int, always: bool) -> str:
        if table == "users":
            user = db.session.get(User, row_id)
            if user is None:
                return ""
            shown = always or user.role in STAFF or user.role is Role.ADMINISTRATOR
            return user.name if shown else str(ROLE_NAMES[user.role])
        if table == "proposals":
            title = select(Opening.title, Employer.name).join(Employer, Employer.id == Opening.employer_id)
            found = db.session.execute(
                title.join(Proposal, Proposal.opening_id == Opening.id).where(Proposal.id == row_id)
            ).one()
            return f"{found.name}, {found.title}"
        column = {"teams": Team.name, "employers": Employer.name, "openings": Opening.title}[table]
        return db.session.scalar(select(column).where(column.class_.id == row_id)) or ""


def _row(table: Table, row: Mapping[str, Any], names: _Names) -> list[tuple[str, str, str, Any]]:
    found = []
    for column, label in PARTS[table.name].columns.items():
        value = row[column]
        words, data = _value(table, column, value, names)
        found.append((column, str(label), words, data))
    if table.name == "consents":
        text = consents.text_shown(row["text_version"], row["kind"], row["language"], row["until"])
        words = "\n".join(text) or str(_("This text is kept with the team."))
        found.append(("text", str(_("The text that you were shown")), words, text))
    return found


def _value(table: Table, column: str, value: Any, names: _Names) -> tuple[str, Any]:
    """(in words, for machines)."""
    where = f"{table.name}.{column}"
    if value is None:
        return "", None
    if where in _PERSONS:
        name = names.of("users", value)
        return name, name
    if where == "disclosure_plans.never_employers":
        called = [names.of("employers", one) for one in value]
        return ", ".join(called), called
    # a key of several columns ties rows to each other and names nothing that its single ones do not
    keys = [
        key for key in table.c[column].foreign_keys if key.constraint is not None and len(key.constraint.columns) == 1
    ]
    if keys:
        target = keys[0].column.table.name
        name = names.of(target, value, always=table.name == "consent_contacts")
        return name, name
    if where == "access_log.what":
        return page_words(value), value
    if where == "access_log.why":
        return right_words(value), value
    if where == "audit_events.verb":
        return _verb(value), value
    if where == "audit_events.data":
        return "", value
    return in_words(where, value), as_data(value)


_PERSONS = frozenset({"access_log.viewer_id", "audit_events.actor_id"})


def _verb(verb: str) -> str:
    if verb in VERBS:
        return str(VERBS[verb])
    room, _dot, name = verb.partition(".")
    step = next((row for row in PHASES.rows if row.verb == name), None) if room == "candidates" else None
    return str(step.done or step.label) if step else verb
