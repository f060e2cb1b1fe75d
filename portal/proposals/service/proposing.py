"""From a draft to the employer: the coach proposes and asks, the candidate answers by link, and a yes sends it."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink
from portal.audit import service as audit
from portal.candidates import aliases, profiles
from portal.candidates import queries as candidates
from portal.candidates.models import Candidate, Consent, ConsentKind
from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.db import db
from portal.core.errors import Invalid, Overtaken, Refused
from portal.core.i18n import Language
from portal.openings import service as opening_service
from portal.openings.models import Opening
from portal.openings.rules import terms_digest
from portal.outbox import service as outbox
from portal.proposals import mails, queries
from portal.proposals.models import Proposal
from portal.proposals.moves import check_first, move, refuse_unless, reload
from portal.proposals.service.consenting import DAYS_TO_ANSWER, HowGiven, consent_link, give, my_consents_link
from portal.proposals.states import PROPOSALS, ProposalState

ANSWER_AT_MOST = timedelta(days=92)


# The coach proposes


def draft(actor: Actor, candidate: Candidate, opening: Opening) -> Proposal:
    """Begin a proposal. Nothing is frozen, nobody is told.

    :param candidate: of the coach's own caseload; :param opening: open, with employer and contacts loaded.
    :raises Refused: when a guard of the table says no.
    """
    row = PROPOSALS.check(None, "draft", actor.role)
    proposal = Proposal(
        candidate_id=candidate.id,
        opening_id=opening.id,
        alias_id=aliases.alias_for(candidate.id, opening.employer_id).id,
        coach_id=candidate.coach_id,
        state=ProposalState.DRAFT,
    )
    try:
        with db.session.begin_nested():
            db.session.add(proposal)
    except IntegrityError as error:  # the partial unique index: one live proposal of a candidate for an opening
        raise Refused(_("This candidate is already proposed for this need.")) from error
    proposal = queries.load(proposal.id)
    refuse_unless(row, queries.facts(proposal), actor)
    audit.record(actor, "proposals.draft", "proposal", proposal.id, to=ProposalState.DRAFT.value)
    return proposal


def ask_consent(
    actor: Actor, proposal: Proposal, *, answer_by: date | None = None, shows_code: bool = False
) -> SignedLink:
    """Freeze the profile and ask the candidate by link.

    :param answer_by: the last day to answer; a week from now by default.
    :param shows_code: the coach shows or prints the link, so a mail address is not needed.
    :returns: the link, for the code on the coach's screen.
    """
    answer_by = answer_by or clock.today() + timedelta(days=DAYS_TO_ANSWER)
    if answer_by < clock.today():
        raise Invalid("answer_by", _("Choose a day that has not passed."))
    if answer_by > clock.today() + ANSWER_AT_MOST:
        raise Invalid("answer_by", _("This day is too far away."))
    frozen = profiles.freeze(candidates.load(proposal.candidate_id))
    move(
        proposal,
        "ask_consent",
        actor,
        can_be_asked=shows_code or queries.has_address(proposal.candidate_id),
        set_={
            "frozen_profile_id": frozen.id,
            "asked_digest": terms_digest(proposal.opening),
            "answer_by": answer_by,
            "change_wish": "",
        },
    )
    proposal = reload(proposal)
    link = consent_link(proposal, answer_by)
    mails.consent_request(proposal, link)
    return link


def take_back(actor: Actor, proposal: Proposal) -> None:
    """Void the question and return to draft, because something is to be edited."""
    move(proposal, "take_back", actor, set_={"answer_by": None, "asked_digest": None})
    _void_question(proposal)


def take_back_asked(_actor: Actor, candidate: Candidate) -> None:
    """The profile was edited: open questions about the old one are void, and the coach asks anew (``domain.md``)."""
    for proposal in queries.live_of_candidate(candidate.id):
        if proposal.state is ProposalState.AWAITING_CONSENT:
            take_back(SYSTEM, proposal)


def _void_question(proposal: Proposal) -> None:
    links.revoke(Purpose.CONSENT, proposal.id)
    outbox.cancel(("proposal", proposal.id), mails.CONSENT_REQUEST)


def record_consent(actor: Actor, proposal: Proposal, given: HowGiven) -> None:
    """Record a yes that the candidate gave to the coach, and send the proposal."""
    frozen = profiles.freeze(candidates.load(proposal.candidate_id))
    check_first(proposal, "record_consent", actor)
    consent = give(actor, proposal, ConsentKind.PROPOSAL, [], given, frozen_id=frozen.id)
    _send(actor, proposal, "record_consent", consent)


def _send(actor: Actor, proposal: Proposal, verb: str, consent: Consent) -> None:
    move(
        proposal,
        verb,
        actor,
        set_={
            "consent_id": consent.id,
            "frozen_profile_id": consent.frozen_profile_id,
            "proposed_at": clock.now(),
            "reminders": 0,
            "change_wish": "",
        },
    )
    _void_question(proposal)
    proposal = reload(proposal)
    opening_service.note_activity(proposal.opening_id)
    mails.candidate_proposed(proposal)
    mails.consent_recorded(proposal, my_consents_link(proposal))


def take_over(_actor: Actor, candidate: Candidate) -> None:
    """Somebody else looks after the candidate now, and what is proposed: mails and pages name the new coach."""
    if candidate.coach_id is not None:
        db.session.execute(
            update(Proposal)
            .where(Proposal.candidate_id == candidate.id)
            .values(coach_id=candidate.coach_id)
            .execution_options(synchronize_session=False)
        )


# The candidate answers by link


def agree(actor: Actor, proposal: Proposal, given: HowGiven, *, in_language: Language) -> None:
    """The candidate's yes by link; the proposal goes to the employer. ``in_language``: of the text that was shown."""
    check_first(proposal, "agree", actor)
    consent = give(actor, proposal, ConsentKind.PROPOSAL, [], given, in_language=in_language)
    _send(actor, proposal, "agree", consent)
    mails.consent_given(queries.load(proposal.id))


def agree_or_tell(actor: Actor, proposal: Proposal, given: HowGiven, *, in_language: Language) -> str:
    """``agree``; when a guard does not let it, the coach is told that there was a yes, once a day.

    :returns: the guard's sentence, for the candidate; empty when the yes was taken.
    :raises Refused: when the question is answered already, or somebody was quicker.
    """
    PROPOSALS.check(proposal.state, "agree", actor.role)
    try:
        with db.session.begin_nested():
            agree(actor, proposal, given, in_language=in_language)
    except Refused as refusal:
        now = queries.load(proposal.id)
        if isinstance(refusal, Overtaken) or now.state is not ProposalState.AWAITING_CONSENT:
            raise
        mails.yes_stopped(now)
        return refusal.message
    return ""


def ask_change(actor: Actor, proposal: Proposal, wish: str) -> None:
    """The candidate wants something changed first; ``wish`` is for the coach alone."""
    move(proposal, "ask_change", actor, set_={"change_wish": wish, "answer_by": None, "asked_digest": None})
    _void_question(proposal)
    mails.change_asked(reload(proposal))


def refuse(actor: Actor, proposal: Proposal) -> None:
    """The candidate's no. This opening is not asked about again."""
    move(proposal, "refuse", actor)
    _void_question(proposal)
    mails.consent_refused(reload(proposal))


def lapse(proposal: Proposal) -> None:
    """The last day to answer has passed; the clock says no for now."""
    move(proposal, "lapse", SYSTEM, set_={"lapsed": True})
    _void_question(proposal)
    mails.consent_expired(reload(proposal))
