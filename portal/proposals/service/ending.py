"""How a live proposal ends without a hire, and what a candidate takes back after one."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.audit import service as audit
from portal.candidates import consents
from portal.core.actors import SYSTEM, Actor
from portal.core.errors import Refused
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from portal.outbox import service as outbox
from portal.proposals import interviews, mails, queries
from portal.proposals.models import CloseGround, Proposal
from portal.proposals.moves import move, reload
from portal.proposals.states import SENT, ProposalState


def turn_down(actor: Actor, proposal: Proposal) -> None:
    """The candidate says no to the job, through the coach; the employer reads a neutral sentence."""
    _end(actor, proposal, "turn_down")
    mails.no_longer_available(reload(proposal))


def withdraw(actor: Actor, proposal: Proposal) -> None:
    """Take a live proposal back: the coach, the team leader for an absent one, or the candidate by the own link.

    Works on the next request everywhere.
    """
    was_sent = proposal.state in SENT
    _end(actor, proposal, "withdraw")
    proposal = reload(proposal)
    if was_sent:
        mails.no_longer_available(proposal)
    if actor.user_id != proposal.coach_id:
        mails.candidate_withdrew(proposal)


def take_consent_back(actor: Actor, proposal: Proposal) -> None:
    """The candidate takes the yes back, by the own link or by telling the coach or the team leader, who record it.

    Ends a live proposal; after a hire, what the portal shows of them, and the mails about it that wait. After an
    employer's no it ends the yes alone, so that the answer cannot be taken back.

    :raises Refused: when there is nothing to take back any more.
    """
    if proposal.state not in (ProposalState.HIRED, ProposalState.DECLINED):
        withdraw(actor, proposal)
        return
    given = [consent for consent in queries.consents_of(proposal) if consent.withdrawn_at is None]
    if not given:
        raise Refused(_("This consent was taken back already."))
    for consent in given:
        consents.withdraw(consent, actor)
    links.revoke(Purpose.MY_CONSENTS, proposal.id)
    if proposal.state is ProposalState.HIRED:
        outbox.cancel(about=("proposal", proposal.id))
    audit.record(actor, "proposals.take_consent_back", "proposal", proposal.id)
    if actor.user_id != proposal.coach_id:
        mails.candidate_withdrew(proposal)


def close(proposal: Proposal, ground: CloseGround) -> None:
    """The system closes a live proposal: the opening ended, nobody answered, or the candidate was hired elsewhere."""
    was_sent = proposal.state in SENT
    _end(SYSTEM, proposal, "close", set_={"close_ground": ground}, closing_ground=ground)
    mails.proposal_closed(reload(proposal), ground, was_sent=was_sent)


def _end(actor: Actor, proposal: Proposal, verb: str, **options: Any) -> None:
    """Move to an end, cancel what is still queued, void links, call meetings off and take the consents back."""
    move(proposal, verb, actor, **options)
    outbox.cancel(("proposal", proposal.id))
    links.revoke(Purpose.CONSENT, proposal.id)
    links.revoke(Purpose.MY_CONSENTS, proposal.id)
    interviews.call_off_all(proposal)
    for consent in queries.consents_of(proposal):
        if consent.withdrawn_at is None:
            consents.withdraw(consent, SYSTEM if actor.is_employer else actor)


_GROUNDS = {
    OpeningState.FILLED: CloseGround.OPENING_FILLED,
    OpeningState.CLOSED: CloseGround.OPENING_CLOSED,
    OpeningState.EXPIRED: CloseGround.OPENING_EXPIRED,
}


def close_with_opening(_actor: Actor, opening: Opening) -> None:
    """An opening ended. An expired one closes what is unanswered; talks under way go on (``domain.md``)."""
    expired = opening.state is OpeningState.EXPIRED
    unanswered = {ProposalState.DRAFT, ProposalState.AWAITING_CONSENT, ProposalState.PROPOSED}
    for proposal in queries.live_of_opening(opening.id):
        if not expired or proposal.state in unanswered:
            close(proposal, _GROUNDS[opening.state])
