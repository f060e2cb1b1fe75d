"""The opening changed under a live proposal, or a yes is past its day: the candidate is asked again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose, User
from portal.audit import service as audit
from portal.candidates import consents
from portal.candidates import queries as candidates
from portal.candidates.models import ConsentKind, PersonalField
from portal.core.actors import SYSTEM, Actor
from portal.core.db import db
from portal.core.errors import Invalid, Refused
from portal.core.i18n import Language
from portal.employers import queries as employers
from portal.openings.models import Opening
from portal.openings.rules import terms_digest
from portal.proposals import mails, queries
from portal.proposals.models import Proposal
from portal.proposals.moves import reload
from portal.proposals.rules import needs_yes_again
from portal.proposals.service.consenting import HowGiven, consent_link, give, my_consents_link
from portal.proposals.service.disclosing import hand_over, replace_disclosure_consent
from portal.proposals.service.proposing import take_back
from portal.proposals.states import IDENTITY_KNOWN, SENT, ProposalState


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
        if proposal.state in IDENTITY_KNOWN:  # else it was agreed and not given yet
            hand_over(actor, proposal, again)
    links.revoke(Purpose.CONSENT, proposal.id)
    _tell_renewed(actor, proposal)


def renew_after_hire(
    actor: Actor, proposal: Proposal, people: Sequence[User], fields: Iterable[PersonalField], given: HowGiven
) -> None:
    """After a hire the candidate agrees anew, to the coach: for longer, or for other people at the employer.

    The old yes ends, whatever it was; what it told and this one does not is told no more.

    :param people: of the employer, who may see the hire from now on. :param fields: what they may know; none: no name.
    :raises Refused: when there is no hire. :raises Invalid: at ``people``, ``fields`` or a field of the yes.
    """
    if proposal.state is not ProposalState.HIRED:
        raise Refused(_("This question is not open any more."))
    known = {user.id for user in employers.users_of(proposal.opening.employer_id)}
    if not people or not {user.id for user in people} <= known:
        raise Invalid("people", _("Choose who at the employer may see it."))
    in_language = candidates.language_of(proposal.candidate_id)  # of the text on the coach's page
    for old in queries.consents_of(proposal):
        if old.withdrawn_at is None:
            consents.withdraw(old, actor)
    yes = give(actor, proposal, ConsentKind.PROPOSAL, [], given, in_language=in_language, people=people)
    proposal.consent_id = yes.id
    if chosen := list(fields):
        told = give(actor, proposal, ConsentKind.DISCLOSURE, chosen, given, in_language=in_language, people=people)
        replace_disclosure_consent(actor, proposal, told)
        hand_over(actor, proposal, told)
    _tell_renewed(actor, proposal)


def _tell_renewed(actor: Actor, proposal: Proposal) -> None:
    """Log it; the candidate gets a link that works as long as the new yes holds, and the coach hears."""
    audit.record(actor, "proposals.renew_consent", "proposal", proposal.id)
    proposal = reload(proposal)
    told = proposal.disclosure_consent
    if told is not None and told.is_live() and proposal.state in IDENTITY_KNOWN:
        mails.disclosure_recorded(proposal, my_consents_link(proposal), told.fields)
    else:
        mails.consent_recorded(proposal, my_consents_link(proposal))
    mails.consent_renewed(proposal)
