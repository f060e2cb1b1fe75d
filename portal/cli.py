"""The commands of ``flask --app wsgi``. Each room writes its own; they are gathered here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from flask.cli import with_appcontext

from portal.accounts.cli import first_admin
from portal.audit.cli import audit
from portal.candidates.states import PHASES
from portal.core.actors import ROLE_NAMES
from portal.core.i18n import Language, in_language
from portal.core.rotation import encryption
from portal.core.states import StateTable
from portal.employers.states import VERIFICATIONS
from portal.openings.states import OPENINGS
from portal.outbox.cli import mails, worker
from portal.placements.states import CONTACTS, PLACEMENTS, PULSES, REQUESTS
from portal.privacy.cli import privacy
from portal.proposals.states import PROPOSALS

if TYPE_CHECKING:
    from portal.core.app import Portal

TABLES: tuple[StateTable[Any], ...] = (
    VERIFICATIONS,
    OPENINGS,
    PHASES,
    PROPOSALS,
    PLACEMENTS,
    CONTACTS,
    REQUESTS,
    PULSES,
)


def init_app(app: Portal) -> None:
    """Add every command; the demonstration's only where it runs."""
    app.cli.add_command(first_admin)
    app.cli.add_command(worker)
    app.cli.add_command(mails)
    app.cli.add_command(audit)
    app.cli.add_command(privacy)
    app.cli.add_command(states)
    app.cli.add_command(encryption)
    if app.config["PORTAL"].demo:
        from portal.demo.cli import demo  # only here, so that a real installation never loads it

        app.cli.add_command(demo)


@click.command("states")
@with_appcontext
def states() -> None:
    """Print every workflow as Markdown, for docs/states.md."""
    click.echo(states_as_markdown(), nl=False)


def states_as_markdown() -> str:
    """Every workflow as a table: verb, from, to, by, guards and mails, in English and in the tables' order."""
    with in_language(Language.EN):
        parts = ["# The workflows\n\nPrinted by `flask --app wsgi states` from the tables that the code runs on.\n"]
        for table in TABLES:
            parts.append(f"\n## {table.name.replace('_', ' ').capitalize()}\n\n")
            parts.append(", ".join(f"`{state}` {label}" for state, label in table.labels.items()) + ".\n\n")
            parts.append("| verb | from | to | by | what must hold | mails |\n|---|---|---|---|---|---|\n")
            parts.extend(_line(table, row) for row in table.rows)
        return "".join(parts)


def _line(table: StateTable[Any], row: Any) -> str:
    sources = ", ".join(state.value for state in table.states if state in row.sources) or "–"
    target = row.target.value if row.target else "where it was"
    by = ", ".join(str(name) for role, name in ROLE_NAMES.items() if role in row.by)
    guards = ", ".join(name.replace("_", " ") for name in row.guards) or "–"
    return f"| {row.verb} | {sources} | {target} | {by} | {guards} | {', '.join(row.mails) or '–'} |\n"
