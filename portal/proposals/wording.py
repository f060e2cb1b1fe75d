"""A proposal's state and turn in words, as each reader may know them."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.core.actors import Actor
from portal.proposals.models import CloseGround, Proposal
from portal.proposals.rules import whose_turn
from portal.proposals.states import PROPOSALS, ProposalState

S = ProposalState


def is_no_longer_available(proposal: Proposal) -> bool:
    """Whether it ended for a reason that is the candidate's own: an employer reads one sentence for all of them."""
    return proposal.state in (S.TURNED_DOWN, S.WITHDRAWN) or proposal.close_ground is CloseGround.HIRED_ELSEWHERE


def state_for(actor: Actor, proposal: Proposal) -> str:
    """The state in words, as this reader may know it."""
    state = S.WITHDRAWN if actor.is_employer and is_no_longer_available(proposal) else proposal.state
    return str(PROPOSALS.labels[state])


def turn_for(actor: Actor, proposal: Proposal) -> tuple[str, bool]:
    """Whose turn it is, as the rest of the sentence after "Your turn:" or "Waiting:", and whether it is the actor's."""
    role = whose_turn(proposal)
    if role is None:
        return "", False
    mine = role is actor.role
    if mine and proposal.state is S.DRAFT and proposal.change_wish:
        return _("Change the profile as the candidate wished, then ask again."), mine
    texts = {
        (S.DRAFT, True): _("Record the candidate's consent and send, or ask by link."),
        (S.AWAITING_CONSENT, False): _("The candidate answers by link."),
        (S.PROPOSED, True): _("Say “Interested” or “Not this time”."),
        (S.PROPOSED, False): _("The employer answers. Reminders go after 3 and 7 days."),
        (S.INTERESTED, True): _("Ask the candidate what may be told, and give contact details."),
        (S.INTERESTED, False): _("The coach talks with the candidate and answers within a working day."),
        (S.DISCLOSED, True): _("Suggest times for a meeting, or call."),
        (S.DISCLOSED, False): _("The employer suggests times. You can do it too."),
        (S.INTERVIEW, True): _("Meet. Then offer the job, or say “Not this time”."),
        (S.INTERVIEW, False): _("They meet. Then the employer offers the job or says no."),
        (S.OFFERED, True): _("Ask the candidate, and report the hire."),
        (S.OFFERED, False): _("The candidate answers through the coach."),
        (S.HIRE_REPORTED, True): _("Look at the terms and confirm the hire."),
        (S.HIRE_REPORTED, False): _("The other side confirms the hire."),
    }
    return texts.get((proposal.state, mine), ""), mine
