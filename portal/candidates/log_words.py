"""The access log in words: what was shown, and by what right."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# What the access log's page names read as; pages of rooms above are named by their room.
_PAGES = {
    "candidates.index": _l("The list of candidates"),
    "candidates.show": _l("Who it is, and the overview"),
    "candidates.leave": _l("Name, beside the exit"),
    "candidates.identity": _l("Who it is"),
    "candidates.profile": _l("Name, beside the profile"),
    "candidates.plan": _l("Name, beside the plan for what is told"),
    "candidates.notes": _l("Name and notes"),
    "candidates.looks": _l("Name, beside who has looked"),
    "placements.contact": _l("Notes of a support contact"),
    "desk.team_log": _l("The team's log"),
    "proposals": _l("A proposal"),
    "placements": _l("A hire"),
    "desk": _l("The first page"),
    "openings": _l("A need"),
    "employers": _l("An employer's page"),
    "delivery": _l("The mail address, to correct it"),
    "privacy": _l("Everything held about this person"),
}
_RIGHTS = {
    "own caseload": _l("Own caseload"),
    "own team": _l("Own team"),
    "deputising": _l("Stands in for the coach"),
    "disclosed": _l("The candidate's consent"),
    "disclosed to the employer": _l("The candidate's consent"),
}


def page_words(what: str) -> str:
    """What was shown, of ``AccessLogEntry.what``, in the reader's language."""
    return str(_PAGES.get(what) or _PAGES.get(what.partition(".")[0]) or what)


def right_words(why: str) -> str:
    """By what right, of ``AccessLogEntry.why``, in the reader's language."""
    return str(_RIGHTS.get(why) or why)
