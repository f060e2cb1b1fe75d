"""The opening changed under a live proposal, or a yes is past its day: the candidate is asked again."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.audit import service as audit
from portal.candidates import consents
from portal.candidates.models import ConsentKind
from portal.core.actors import SYSTEM, Actor
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import Language
from portal.openings.models import Opening
from portal.openings.rules import terms_digest
from portal.proposals import mails, queries
from portal.proposals.models import Proposal
from portal.proposals.moves import reload
from portal.proposals.rules import needs_yes_again
from portal.proposals.service.consenting import HowGiven, consent_link, give
from portal.proposals.service.disclosing import replace_disclosure_consent
from portal.proposals.service.proposing import take_back
from portal.proposals.states import SENT, ProposalState


def ask_again(actor: Actor, opening: Opening) -> None:
    """Workplace, hours, pay or contact persons changed: void open questions, ask those who had agreed again."""
    for proposal in queries.live_of_opening(opening.id):
        if proposal.state is ProposalState.AWAITING_CONSENT:
            take_back(SYSTEM, proposal)
            mails.opening_changed(reload(proposal))
        elif proposal.state in SENT:
            links.revoke_but(Purpose.ANSWER, proposal.id, [user.id for user in opening.contacts])
            link = consent_link(proposal)
            mails.opening_changed(proposal)
            mails.consent_again(proposal, link)


def renew_consent(actor: Actor, proposal: Proposal, given: HowGiven, *, in_language: Language | None = None) -> None:
    """The candidate agrees again, by link or to the coach, to a changed opening or for longer: both consents anew.

    :raises Refused: when the proposal is not with the employer, or the old yes still holds for the job as it is.
    """
    if proposal.state not in SENT or proposal.consent is None:
        raise Refused(_("This question is not open any more."))
    if not needs_yes_again(proposal, terms_digest(proposal.opening)):
        raise Refused(_("Nothing has changed since the candidate agreed."))
    old = proposal.consent
    consent = give(actor, proposal, ConsentKind.PROPOSAL, [], given, in_language=in_language)
    proposal.consent_id = consent.id
    db.session.flush()  # nothing live ever stands on a withdrawn yes
    consents.withdraw(old, actor)
    told = proposal.disclosure_consent
    if told is not None and told.withdrawn_at is None:
        again = give(actor, proposal, ConsentKind.DISCLOSURE, told.fields, given, in_language=in_language)
        replace_disclosure_consent(actor, proposal, again)
    links.revoke(Purpose.CONSENT, proposal.id)
    audit.record(actor, "proposals.renew_consent", "proposal", proposal.id)
    mails.consent_renewed(reload(proposal))
