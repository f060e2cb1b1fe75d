"""What proposals add to the pages of openings, candidates and employers."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from portal.candidates.models import Candidate
from portal.core.actors import Actor, Role
from portal.core.panels import Column, Panel
from portal.employers.models import Employer
from portal.openings.models import Opening
from portal.openings.rules import may_propose
from portal.proposals import queries
from portal.proposals.compare import compare, strongest
from portal.proposals.models import Proposal
from portal.proposals.rules import shows_profile
from portal.proposals.states import PROPOSALS
from portal.proposals.turns import Next
from portal.proposals.wording import state_for, turn_for


@dataclass(frozen=True)
class Card:
    """A proposal in a list: alias, state, whose turn, and the three strongest lines where they may be shown."""

    public_id: str | None  # None: no page for this reader
    alias: str
    state: str
    tone: str
    turn: str
    mine: bool
    lines: list[str]
    title: str
    employer: str
    since: object


def cards(actor: Actor, proposals: list[Proposal]) -> list[Card]:
    """Proposals as cards."""
    ahead = queries.nexts_of(proposals)
    return [card(actor, one, ahead[one.id]) for one in proposals]


def card(actor: Actor, proposal: Proposal, ahead: Next | None, *, with_page: bool = True) -> Card:
    """A proposal as a card, with what is next of it.

    Needs opening, employer, alias and frozen profile loaded unless ``with_page`` is false.
    """
    shown = with_page and (actor.is_staff or shows_profile(proposal))
    frozen = proposal.frozen_profile if shown else None
    turn, mine = turn_for(actor, ahead) if with_page else ("", False)
    return Card(
        public_id=proposal.public_id if with_page else None,
        alias=proposal.alias.alias,
        state=state_for(actor, proposal, ahead),
        tone=PROPOSALS.tones[proposal.state],
        turn=turn,
        mine=mine,
        lines=strongest(compare(proposal.opening, frozen.content)) if frozen else [],
        title=proposal.opening.title if with_page else "",
        employer=proposal.opening.employer.name if with_page else "",
        since=proposal.state_since,
    )


def on_opening(opening: Opening, actor: Actor) -> Panel | None:
    """The proposals of a need: cards for contact persons, only alias and state for their colleagues."""
    if actor.role is Role.ADMINISTRATOR:
        return None
    shown = cards(actor, queries.of_opening(actor, opening.id))
    if actor.is_employer:
        shown += [card(actor, one, None, with_page=False) for one in queries.known_to_colleagues(actor, opening.id)]
    return Panel(
        "proposals/_on_opening.html",
        {
            "cards": shown,
            "is_employer": actor.is_employer,
            "opening": opening,
            "may_propose": may_propose(actor, opening),
        },
    )


def on_candidate(candidate: Candidate, actor: Actor) -> Panel | None:
    """The proposals of a candidate, for staff."""
    return Panel("proposals/_on_candidate.html", {"cards": cards(actor, queries.of_candidate(actor, candidate.id))})


def on_employer(employer: Employer, actor: Actor) -> Panel | None:
    """The proposals to an employer that this member of staff may see."""
    if not actor.is_staff:
        return None
    shown = cards(actor, queries.of_employer(actor, employer.id))
    return Panel("proposals/_on_employer.html", {"cards": shown}) if shown else None


def on_candidates(candidate_ids: list[int], actor: Actor) -> list[Column]:
    """How many proposals of each candidate in a list are under way. For the team alone."""
    if not actor.is_staff:
        return []
    counts = queries.live_counts(candidate_ids)
    return [Column(_("Live proposals"), {key: str(count) for key, count in counts.items()}, number=True)]
