"""A proposal's state and turn in words, as each reader may know them."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.core.actors import Actor, Role
from portal.proposals.models import CloseGround, Proposal
from portal.proposals.states import PROPOSALS, ProposalState
from portal.proposals.turns import Next, Step

S = ProposalState


def is_no_longer_available(proposal: Proposal) -> bool:
    """Whether it ended for a reason that is the candidate's own: an employer reads one sentence for all of them."""
    return proposal.state in (S.TURNED_DOWN, S.WITHDRAWN) or proposal.close_ground is CloseGround.HIRED_ELSEWHERE


def state_for(actor: Actor, proposal: Proposal, ahead: Next | None = None) -> str:
    """The state in words, as this reader may know it.

    :param ahead: what is next; without it an interview that was called off reads as agreed.
    """
    if ahead is not None and ahead.step is Step.AGREE_ANEW:
        return _("Meeting called off")
    state = S.WITHDRAWN if actor.is_employer and is_no_longer_available(proposal) else proposal.state
    return str(PROPOSALS.labels[state])


def turn_for(actor: Actor, ahead: Next | None) -> tuple[str, bool]:
    """Whose turn it is, as the rest of the sentence after "Your turn:" or "Waiting:", and whether it is the actor's."""
    if ahead is None:
        return "", False
    if ahead.role is actor.role:
        return _own_turn(ahead.step), True
    return _others_turn(ahead), False


def _own_turn(step: Step) -> str:
    texts = {
        Step.SEND: _("Record the candidate's consent and send, or ask by link."),
        Step.CHANGE: _("Change the profile as the candidate wished, then ask again."),
        Step.ANSWER: _("Say “Interested” or “Not this time”."),
        Step.DISCLOSE: _("Ask the candidate what may be told, and give contact details."),
        Step.SUGGEST: _("Suggest times for a meeting, or call."),
        Step.PICK: _("Pick one of the suggested times, or suggest others."),
        Step.SUGGEST_NEW: _("The suggested times have passed. Suggest new ones, or call."),
        Step.AGREE_ANEW: _("No meeting is agreed now. Suggest a new time, or call."),
        Step.MEET: _("Meet. Then offer the job, or say “Not this time”."),
        Step.DECIDE: _("The time of the meeting has passed. Offer the job, or say “Not this time”."),
        Step.REPORT: _("Ask the candidate, and report the hire."),
        Step.CONFIRM: _("Look at the terms and confirm the hire."),
    }
    return texts.get(step, "")


def _others_turn(ahead: Next) -> str:
    by_employer = ahead.role is Role.EMPLOYER
    texts = {
        Step.CONSENT: _("The candidate answers by link."),
        Step.ANSWER: _("The employer answers. Reminders go after 3 and 7 days."),
        Step.DISCLOSE: _("The coach talks with the candidate and answers within a working day."),
        Step.SUGGEST: _("The employer suggests times. You can do it too."),
        Step.PICK: (
            _("The employer picks one of the suggested times.")
            if by_employer
            else _("The coach picks one of the suggested times.")
        ),
        Step.SUGGEST_NEW: _("The suggested times have passed. The other side suggests new ones. You can do it too."),
        Step.AGREE_ANEW: _("No meeting is agreed now. The employer suggests a new time. You can do it too."),
        Step.MEET: _("They meet. Then the employer offers the job or says no."),
        Step.DECIDE: _("The time of the meeting has passed. The employer offers the job or says no."),
        Step.REPORT: _("The candidate answers through the coach."),
        Step.CONFIRM: _("The other side confirms the hire."),
    }
    return texts.get(ahead.step, "")
