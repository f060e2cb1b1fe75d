"""What this room adds to the candidate's page and to the coach's first page."""

from __future__ import annotations

from portal.candidates import queries as candidates
from portal.candidates.models import Candidate
from portal.core.actors import Actor
from portal.core.panels import Panel
from portal.core.periods import periods
from portal.privacy import queries, rules


def on_candidate(candidate: Candidate, actor: Actor) -> Panel | None:
    """How long the data is kept, what is held, and erasing. For the team alone."""
    if not actor.is_staff:
        return None
    kept = periods()
    standing = queries.candidate_standing(candidate)
    return Panel(
        "privacy/_on_candidate.html",
        {
            "candidate": candidate,
            "standing": standing,
            "goes_on": rules.erase_on(standing, period=kept.candidate, warning=kept.warning),
            "warned": standing.warned_on is not None and not standing.live,
            "may_erase": rules.may_erase_on_request(actor, candidate),
        },
    )


def on_first_page(_nothing: None, actor: Actor) -> Panel | None:
    """Whose data is about to be erased, of a coach's own candidates; nothing when it is nobody's."""
    warned = queries.warned_candidates()
    own = {one.id: one.public_id for one in candidates.all_of(actor) if one.id in warned} if warned else {}
    going = queries.about_to_go(list(own)) if own else {}
    if not going:
        return None
    names = candidates.names(actor, going, "desk.coach")
    people = [
        {"name": names.get(who, ""), "public_id": own[who], "goes_on": day}
        for who, day in sorted(going.items(), key=lambda pair: (pair[1], pair[0]))
    ]
    return Panel("privacy/_on_first_page.html", {"people": people})
