"""What is next of a proposal, and for whom: the one place that pages, cards and everybody's first page read.

Pure: it reads the proposal's row and how its meetings stand, which ``queries.nexts_of`` gathers.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from portal.core.actors import Role
from portal.proposals.models import InterviewState, Proposal, Side
from portal.proposals.states import ProposalState

S = ProposalState


class Step(enum.StrEnum):
    """What somebody does next."""

    SEND = "send"
    CHANGE = "change"  # as the candidate wished
    CONSENT = "consent"
    ANSWER = "answer"
    DISCLOSE = "disclose"
    SUGGEST = "suggest"
    PICK = "pick"
    SUGGEST_NEW = "suggest_new"  # every time that was suggested has passed
    AGREE_ANEW = "agree_anew"  # the meeting was called off, and none is coming
    MEET = "meet"
    DECIDE = "decide"  # they have met
    REPORT = "report"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Next:
    """The next step, who takes it, and since when it waits for them."""

    role: Role
    step: Step
    since: datetime

    def is_for(self, role: Role, *steps: Step) -> bool:
        """Whether it is this role's turn, and one of these steps when any are given."""
        return self.role is role and (not steps or self.step in steps)


@dataclass(frozen=True)
class Meeting:
    """A meeting as far as turns depend on it: ``at`` is the agreed time, or the last of those that are suggested."""

    state: InterviewState
    proposed_by: Side
    at: datetime
    asked_at: datetime


_OTHER = {Side.EMPLOYER: Role.COACH, Side.COACH: Role.EMPLOYER}
_TURNS = {
    S.AWAITING_CONSENT: (Role.CANDIDATE, Step.CONSENT),
    S.PROPOSED: (Role.EMPLOYER, Step.ANSWER),
    S.INTERESTED: (Role.COACH, Step.DISCLOSE),
    S.OFFERED: (Role.COACH, Step.REPORT),
}
TALKING = (S.DISCLOSED, S.INTERVIEW)


def next_of(proposal: Proposal, meetings: Iterable[Meeting], now: datetime) -> Next | None:
    """Who takes which step next; None when nobody does.

    :param meetings: those of the proposal that are asked about or agreed; read where it stands in ``TALKING`` alone.
    """
    since = proposal.state_since
    if proposal.state is S.DRAFT:
        return Next(Role.COACH, Step.CHANGE if proposal.change_wish else Step.SEND, since)
    if proposal.state is S.HIRE_REPORTED and proposal.hire_reported_by is not None:
        return Next(_OTHER[proposal.hire_reported_by], Step.CONFIRM, since)
    if proposal.state in TALKING:
        return _of_talks(proposal, list(meetings), now)
    turn = _TURNS.get(proposal.state)
    return Next(*turn, since) if turn is not None else None


def _of_talks(proposal: Proposal, meetings: list[Meeting], now: datetime) -> Next:
    """An open question comes first, then the meeting that is agreed, then times that passed while nobody picked."""
    asked = next((one for one in meetings if one.state is InterviewState.PROPOSED), None)
    agreed = [one.at for one in meetings if one.state is InterviewState.AGREED]
    since = proposal.state_since
    if asked is not None and asked.at > now:
        return Next(_OTHER[asked.proposed_by], Step.PICK, asked.asked_at)
    if any(at > now for at in agreed):
        return Next(Role.EMPLOYER, Step.MEET, since)
    if asked is not None:
        return Next(_OTHER[asked.proposed_by], Step.SUGGEST_NEW, asked.at)
    if agreed:
        return Next(Role.EMPLOYER, Step.DECIDE, max(agreed))
    return Next(Role.EMPLOYER, Step.SUGGEST if proposal.state is S.DISCLOSED else Step.AGREE_ANEW, since)
