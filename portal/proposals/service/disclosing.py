"""What the employer may know of a candidate: asked by link or recorded by the coach, then given."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink
from portal.audit import service as audit
from portal.candidates import consents
from portal.candidates.models import Consent, ConsentKind, PersonalField
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Overtaken, Refused
from portal.core.i18n import Language
from portal.proposals import mails, queries
from portal.proposals.models import Disclosure, Proposal
from portal.proposals.moves import move, reload
from portal.proposals.rules import why_employer_is_out
from portal.proposals.service.consenting import HowGiven, consent_link, give, my_consents_link
from portal.proposals.states import ProposalState


def ask_disclosure(actor: Actor, proposal: Proposal) -> SignedLink:
    """Ask the candidate by link which details the employer may know.

    :raises Refused: unless the employer is interested and nothing is told yet.
    """
    if actor.role is not Role.COACH or proposal.state is not ProposalState.INTERESTED:
        raise Refused(_("The candidate is asked when the employer is interested."))
    if is_out := why_employer_is_out(proposal.opening):
        raise Refused(is_out)
    link = consent_link(proposal)
    audit.record(actor, "proposals.ask_disclosure", "proposal", proposal.id)
    mails.disclosure_request(proposal, link)
    return link


def agree_disclosure(
    actor: Actor, proposal: Proposal, fields: Iterable[PersonalField], given: HowGiven, *, in_language: Language
) -> None:
    """The candidate's yes by link to these details; the coach then gives them."""
    if proposal.state is not ProposalState.INTERESTED:
        raise Overtaken(_("This question is not open any more."))
    consent = give(actor, proposal, ConsentKind.DISCLOSURE, fields, given, in_language=in_language)
    replace_disclosure_consent(actor, proposal, consent)
    links.revoke(Purpose.CONSENT, proposal.id)
    mails.disclosure_agreed(reload(proposal))


def refuse_disclosure(actor: Actor, proposal: Proposal) -> None:
    """The candidate's no by link to telling details: nothing is told, the coach is asked to talk about it."""
    if proposal.state is not ProposalState.INTERESTED:
        raise Overtaken(_("This question is not open any more."))
    links.revoke(Purpose.CONSENT, proposal.id)
    audit.record(actor, "proposals.refuse_disclosure", "proposal", proposal.id)
    mails.disclosure_refused(proposal)


def record_disclosure_consent(
    actor: Actor, proposal: Proposal, fields: Iterable[PersonalField], given: HowGiven
) -> None:
    """Record the candidate's yes to these details, given to the coach."""
    if actor.role is not Role.COACH or proposal.state is not ProposalState.INTERESTED:
        raise Refused(_("The candidate is asked when the employer is interested."))
    replace_disclosure_consent(actor, proposal, give(actor, proposal, ConsentKind.DISCLOSURE, fields, given))
    links.revoke(Purpose.CONSENT, proposal.id)


def replace_disclosure_consent(actor: Actor, proposal: Proposal, consent: Consent) -> None:
    """Let a new yes to telling details stand in the place of the old one."""
    old = proposal.disclosure_consent
    proposal.disclosure_consent_id = consent.id
    db.session.flush()  # nothing live ever stands on a withdrawn yes
    if old is not None and old.withdrawn_at is None:
        consents.withdraw(old, actor)
    db.session.expire(proposal, ["disclosure_consent"])
    queries.load(proposal.id)


def disclose(actor: Actor, proposal: Proposal) -> None:
    """Give the employer's contact persons exactly the fields that the disclosure consent names."""
    move(proposal, "disclose", actor)
    proposal = reload(proposal)
    consent = proposal.disclosure_consent
    if consent is None:
        raise Refused(_("There is no consent yet that says which details may be given."))
    hand_over(actor, proposal, consent)
    mails.identity_disclosed(proposal)
    mails.disclosure_recorded(proposal, my_consents_link(proposal), consent.fields)


def hand_over(actor: Actor, proposal: Proposal, consent: Consent) -> None:
    """Write down that the people whom a consent names may read its fields from now on: evidence, and what had left."""
    by = actor.user_id or proposal.coach_id  # a candidate's press by link opens what the coach has given
    db.session.add(Disclosure(proposal_id=proposal.id, consent_id=consent.id, fields=consent.fields, by_id=by))
    audit.record(
        actor, "proposals.hand_over", "proposal", proposal.id, fields=[field.value for field in consent.fields]
    )
