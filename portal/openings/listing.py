"""What the address of the list says: filters, and the chips that take them away again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from portal.core import reference
from portal.core.actors import Actor
from portal.core.i18n import language
from portal.employers import queries as employers
from portal.openings import queries, reading
from portal.openings.states import OPENINGS, OpeningState

MAX_SEARCH = 100


def filters(actor: Actor) -> queries.Filters:
    """What the address narrows the list to; what it says wrongly narrows nothing."""
    state = request.args.get("state", "")
    employer = request.args.get("employer", "")
    return queries.Filters(
        text=request.args.get("q", "").replace("\x00", "").strip()[:MAX_SEARCH],
        state=OpeningState(state) if state in set(OpeningState) else None,
        municipality=_known(reference.municipality, request.args.get("municipality", "")),
        occupation_group=_known(reference.isco_group, request.args.get("group", "")),
        employer_id=employers.get_for(actor, employer).id if employer and actor.is_staff else None,
    )


def chips(on: queries.Filters) -> list[tuple[str, str]]:
    """The filters that are on, each with the address of the list without it."""
    here = language()
    found = []
    if on.text:
        found.append((f"“{on.text}”", _without("q")))
    if on.state is not None:
        found.append((str(OPENINGS.labels[on.state]), _without("state")))
    if on.municipality:
        found.append((reading.place(on.municipality), _without("municipality")))
    if on.occupation_group:
        found.append((reference.label(reference.isco_group(on.occupation_group), here), _without("group")))
    if on.employer_id is not None:
        found.append((_("One employer"), _without("employer")))
    return found


def _without(name: str) -> str:
    kept: dict[str, Any] = {key: value for key, value in request.args.items() if key not in (name, "page") and value}
    return url_for("openings.index", **kept)


def _known(look_up: Callable[[str], Any], code: str) -> str:
    try:
        look_up(code)
    except reference.UnknownReference:
        return ""
    return code
