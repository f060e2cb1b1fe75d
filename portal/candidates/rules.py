"""Who may do what with a candidate, and the guards that the table of phases names. Pure but for the guards' facts."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from portal.candidates.models import Candidate
from portal.candidates.states import PHASES, Phase
from portal.core.actors import Actor, Role
from portal.core.states import Transition

Guard = Callable[[Candidate, Actor], str | None]

Running = Callable[[Candidate], str | None]

_still_running: list[Running] = []
_left_alone: list[Running] = []


def ask_before_exit(running: Running) -> None:
    """Let a room above say what still runs for a candidate: a sentence, or None. Adding it twice is adding it once."""
    if running not in _still_running:
        _still_running.append(running)


def ask_before_leaving_alone(running: Running) -> None:
    """Let a room above say what would be nobody's when the candidate has no coach: as for ``ask_before_exit``."""
    if running not in _left_alone:
        _left_alone.append(running)


def has_coach(candidate: Candidate, _actor: Actor) -> str | None:
    """Somebody looks after the candidate."""
    if candidate.coach_id is None:
        return str(_("Choose a coach for the candidate first."))
    return None


def nothing_live(candidate: Candidate, _actor: Actor) -> str | None:
    """Neither a proposal nor a placement is under way."""
    return _first_said(_still_running, candidate)


def nothing_left_alone(candidate: Candidate, _actor: Actor) -> str | None:
    """Nothing is under way that a coach has to answer for; with it the candidate goes to another coach instead."""
    return _first_said(_left_alone, candidate)


def _first_said(asked: list[Running], candidate: Candidate) -> str | None:
    return next((sentence for running in asked if (sentence := running(candidate)) is not None), None)


GUARDS: dict[str, Guard] = {
    "has_coach": has_coach,
    "nothing_live": nothing_live,
    "nothing_left_alone": nothing_left_alone,
}

# What only events bring about ("hire" by a placement), or has a form of its own ("start" assigns a coach).
NO_BUTTON = frozenset({"refer", "hire"})
# What has a page that says what it means, and what is in the way, before it is pressed.
OWN_PAGE = frozenset({"exit"})


def may_assign(actor: Actor, candidate: Candidate) -> bool:
    """A team leader gives the own team's candidates to coaches, as long as they have not left."""
    return actor.role is Role.TEAM_LEADER and actor.team_id == candidate.team_id and candidate.phase is not Phase.EXITED


def may_touch(actor: Actor, candidate: Candidate) -> bool:
    """The own coach, and the team's leader, whatever the state."""
    if actor.role is Role.COACH:
        return actor.user_id == candidate.coach_id
    return actor.role is Role.TEAM_LEADER and actor.team_id == candidate.team_id


def steps(actor: Actor, candidate: Candidate) -> list[Transition[Phase]]:
    """The steps that this actor may press now and whose guards hold, or whose own page says why they do not."""
    return [
        row
        for row in PHASES.open_to(candidate.phase, actor.role)
        if row.verb not in NO_BUTTON
        and (row.verb in OWN_PAGE or all(GUARDS[name](candidate, actor) is None for name in row.guards))
    ]


def held_back(actor: Actor, candidate: Candidate) -> list[tuple[Transition[Phase], str]]:
    """The steps that only something under way keeps from this actor, and what it is: the page says it beforehand."""
    return [
        (row, sentence)
        for row in PHASES.open_to(candidate.phase, actor.role)
        if "nothing_left_alone" in row.guards and (sentence := nothing_left_alone(candidate, actor)) is not None
    ]
