"""A need's timeline, from the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from portal.audit import service as audit
from portal.core.actors import ROLE_NAMES
from portal.openings import queries
from portal.openings.models import Opening
from portal.openings.states import OPENINGS


@dataclass(frozen=True)
class Happened:
    """A line of the timeline."""

    when: datetime
    what: str
    who: str


def of(opening: Opening) -> list[Happened]:
    """What was done to the need, newest first, by whom."""
    rows = audit.history("opening", opening.id)
    names = queries.names_of(row.actor_id for row in rows if row.actor_id is not None)
    words = {
        **{f"opening.{row.verb}": str(row.done) for row in OPENINGS.rows},
        "opening.edit": _("Changed"),
        "opening.wait": _("Ready; opens when the organisation is verified"),
        "opening.keep": _("Still current"),
        "opening.ask": _("Asked whether it is still current"),
    }
    return [
        Happened(row.at, words[row.verb], names.get(row.actor_id or 0, str(ROLE_NAMES[row.actor_role])))
        for row in rows
        if row.verb in words
    ]
