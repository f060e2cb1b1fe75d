"""The employer answers: interested, not this time, or the no taken back."""

from __future__ import annotations

from portal.core import clock
from portal.core.actors import Actor
from portal.outbox import service as outbox
from portal.proposals import interviews, mails
from portal.proposals.models import Proposal
from portal.proposals.moves import move, reload
from portal.proposals.states import DeclineReason, ProposalState


def interested(actor: Actor, proposal: Proposal) -> None:
    """The employer wants to know more; pressed by a contact person, or recorded by the coach after a call."""
    move(proposal, "interested", actor)
    _tell_answer(actor, proposal)


def decline(actor: Actor, proposal: Proposal, reason: DeclineReason, note: str = "") -> None:
    """The employer's no, with a reason from the list and a line to the coach."""
    source = proposal.state
    move(
        proposal,
        "decline",
        actor,
        set_={
            "decline_reason": reason,
            "decline_note": note,
            "declined_at": clock.now(),
            "declined_from": source,
        },
    )
    interviews.call_off_all(proposal)
    outbox.cancel(("proposal", proposal.id), mails.CANDIDATE_PROPOSED, mails.PROPOSAL_WAITS)
    _tell_answer(actor, proposal)


def undo_decline(actor: Actor, proposal: Proposal) -> None:
    """Take a no back within 24 hours; the proposal stands where it stood."""
    move(
        proposal,
        "undo_decline",
        actor,
        set_={"decline_reason": None, "decline_note": "", "declined_at": None, "declined_from": None},
    )
    if actor.is_employer:
        mails.decline_undone(reload(proposal))
    else:
        mails.answer_recorded(reload(proposal))


def _tell_answer(actor: Actor, proposal: Proposal) -> None:
    proposal = reload(proposal)
    if not actor.is_employer:
        mails.answer_recorded(proposal)
    elif proposal.state is ProposalState.DECLINED:
        mails.employer_declined(proposal)
    else:
        mails.employer_interested(proposal)
