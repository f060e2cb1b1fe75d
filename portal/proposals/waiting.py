"""What of a proposal waits for the employer's press: what a link in a mail can answer, and who has answered."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from portal.accounts.models import SignedLink
from portal.audit import service as audit
from portal.audit.models import AuditEvent
from portal.core.actors import Actor, Role
from portal.proposals import interviews, queries
from portal.proposals.models import Interview, Proposal, Side
from portal.proposals.states import ProposalState


class Waits(enum.StrEnum):
    """What waits for a contact person."""

    ANSWER = "answer"
    TIMES = "times"
    HIRE = "hire"


# What a link's press may do, by what waits. Nothing else of the table is open to one.
VERBS = {
    Waits.ANSWER: ("interested", "decline"),
    Waits.TIMES: ("agree_interview",),
    Waits.HIRE: ("confirm_hire",),
}
_ANSWERS = frozenset(f"proposals.{verb}" for verbs in VERBS.values() for verb in verbs)


def waits_for_employer(proposal: Proposal) -> Waits | None:
    """What waits for the employer's contact persons now."""
    if proposal.state is ProposalState.PROPOSED:
        return Waits.ANSWER
    if proposal.state is ProposalState.HIRE_REPORTED and proposal.hire_reported_by is Side.COACH:
        return Waits.HIRE
    return Waits.TIMES if times_to_pick(proposal) is not None else None


def times_to_pick(proposal: Proposal) -> Interview | None:
    """The times that the coach has suggested, while one of them is still to come."""
    return interviews.to_pick(Side.EMPLOYER, proposal, queries.interviews_of(proposal))


@dataclass(frozen=True)
class Given:
    """An answer that was given: the verb, and whether by this reader, by a colleague, or written down by the coach."""

    verb: str
    by: str  # "you" | "colleague" | "coach"


def answer_given(actor: Actor, proposal: Proposal) -> Given | None:
    """The last answer of the employer's, as one of its contact persons may know it; None when there is none."""
    for event in audit.history("proposal", proposal.id):  # newest first
        if event.verb == "proposals.undo_decline":
            return None
        if event.verb in _ANSWERS:
            return Given(event.verb.removeprefix("proposals."), _by(actor, event))
    return None


def answered_with(link: SignedLink, actor: Actor, proposal: Proposal) -> str | None:
    """The verb that a spent link's reader has answered with, or None when that is not the last answer any more."""
    given = answer_given(actor, proposal) if link.used_at is not None else None
    return given.verb if given is not None and given.by == "you" else None


def _by(actor: Actor, event: AuditEvent) -> str:
    if event.actor_id == actor.user_id:
        return "you"
    return "colleague" if event.actor_role is Role.EMPLOYER else "coach"
