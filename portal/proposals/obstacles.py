"""What keeps a candidate from being proposed for a need, asked of the table's own guards before anybody presses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.candidates.models import Candidate
from portal.core.actors import Actor
from portal.openings.models import Opening
from portal.proposals import queries
from portal.proposals.rules import GUARDS
from portal.proposals.states import PROPOSALS, ProposalState

# What is so for everybody: it is said once above a list.
OF_THE_NEED = frozenset({"employer_verified", "opening_is_open", "place_left", "has_contacts"})


@dataclass(frozen=True)
class Obstacle:
    """A guard that says no, and its sentence. The page knows by the guard's name where it is mended."""

    guard: str
    sentence: str


def asked_guards() -> list[str]:
    """The guards that every way to a proposal meets: those of drafting, and those that all ways on from there share."""
    ways = [PROPOSALS.row(ProposalState.DRAFT, verb) for verb in ("ask_consent", "record_consent")]
    shared = set.intersection(*(set(row.guards) for row in ways if row is not None))
    drafting = PROPOSALS.row(None, "draft")
    names = [*(drafting.guards if drafting else ()), *sorted(shared)]
    return list(dict.fromkeys(names))


def obstacles(
    actor: Actor, opening: Opening, people: Sequence[Candidate], *, reads_texts: bool = False
) -> dict[int, list[Obstacle]]:
    """What stands in the way of each candidate, by candidate, in the order of the table; empty when nothing does.

    :param reads_texts: also what the profile says; a list of many leaves that to the preview.
    """
    found = {}
    for candidate_id, facts in queries.facts_before(opening, people, reads_texts=reads_texts).items():
        answers = [(name, GUARDS[name](facts, actor)) for name in asked_guards()]
        found[candidate_id] = [Obstacle(name, sentence) for name, sentence in answers if sentence]
    return found
