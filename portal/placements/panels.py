"""What hires add to the pages of rooms below: an employer's, a candidate's and a proposal's."""

from __future__ import annotations

from typing import Any

from portal.candidates.models import Candidate
from portal.core.actors import Actor, Role
from portal.core.panels import Panel
from portal.employers.models import Employer
from portal.placements import pulse_queries, queries
from portal.placements.models import Placement
from portal.placements.states import PLACEMENTS
from portal.proposals.models import Proposal


def _rows(actor: Actor, placements: list[Placement]) -> dict[str, Any]:
    return {
        "placements": placements,
        "next": queries.next_contacts(actor, [placement.id for placement in placements]),
        "table": PLACEMENTS,
    }


def on_employer(employer: Employer, actor: Actor) -> Panel | None:
    """The hires at an employer that the reader sees; nothing when there is none."""
    found = queries.of_employer(actor, employer.id)
    if not found:
        return None
    return Panel("placements/_on_employer.html", _rows(actor, found))


def on_candidate(candidate: Candidate, actor: Actor) -> Panel | None:
    """A candidate's jobs, and the way to register one that did not come through the portal. For the team alone."""
    if not actor.is_staff:
        return None
    found = queries.of_candidate(actor, candidate.id)
    return Panel("placements/_on_candidate.html", {**_rows(actor, found), "candidate": candidate})


def on_proposal(proposal: Proposal, actor: Actor) -> Panel | None:
    """The way from a proposal to the hire that it became."""
    if actor.role not in (Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER):
        return None
    placement = queries.of_proposal(actor, proposal.id)
    if placement is None:
        return None
    return Panel("placements/_on_proposal.html", {"placement": placement, "table": PLACEMENTS})


def past_last_day(_nothing: None, actor: Actor) -> Panel | None:
    """Jobs that go on past their agreed last day: the coach ends or prolongs them; nothing when there is none."""
    found = queries.past_last_day(actor)
    return Panel("placements/_past_last_day.html", {"placements": found}) if found else None


def on_first_page(_nothing: None, actor: Actor) -> Panel | None:
    """Answers that the coach has not read, and who is to be asked by phone; nothing when there is none."""
    waiting = pulse_queries.waiting(actor) if actor.is_staff else []
    return Panel("placements/_on_first_page.html", {"pulses": waiting}) if waiting else None
