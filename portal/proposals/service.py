"""What can be done with a proposal: one verb a function, each check, change, audit, notify.

Every change of state goes through ``moves.move``: of two people who press at once one gets through.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink
from portal.audit import service as audit
from portal.candidates import aliases, consents, profiles
from portal.candidates import queries as candidates
from portal.candidates.models import Candidate, Consent, ConsentHow, ConsentKind, PersonalField
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import Invalid, Refused
from portal.core.i18n import Language, language
from portal.openings import queries as openings
from portal.openings import service as opening_service
from portal.openings.models import EmploymentType, Opening
from portal.openings.rules import terms_digest
from portal.openings.states import OpeningState
from portal.outbox import service as outbox
from portal.proposals import events, interviews, mails, queries
from portal.proposals.models import CloseGround, Disclosure, PayKind, Proposal
from portal.proposals.moves import check_first, move, refuse_unless, reload
from portal.proposals.rules import needs_yes_again, side_of
from portal.proposals.states import PROPOSALS, SENT, DeclineReason, ProposalState

DAYS_TO_ANSWER = 7  # for the candidate, unless the coach chooses another day
ANSWER_AT_MOST = timedelta(days=92)
FARTHEST = timedelta(days=3660)  # a job that is reported starts or ends within ten years
CONSENT_LIVES = timedelta(days=183)
LINK_AFTER_CONSENT = timedelta(days=183)


@dataclass(frozen=True, kw_only=True)
class HowGiven:
    """How a yes reached the coach: in person or on paper, who was there, until when it holds."""

    how: ConsentHow = ConsentHow.IN_PERSON
    who_was_there: str = ""
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class HireTerms:
    """What was agreed between employer and candidate. ``hours`` is a week."""

    starts_on: date
    hours: int
    contract_type: EmploymentType
    pay: PayKind = PayKind.OPEN_MARKET
    ends_on: date | None = None
    subsidy_decided_on: date | None = None


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
        coach_id=actor.user_id,
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
    link = _consent_link(proposal, clock.at_local(answer_by + timedelta(days=1)) - clock.now())
    mails.consent_request(proposal, link)
    return link


def _consent_link(proposal: Proposal, valid_for: timedelta) -> SignedLink:
    links.revoke(Purpose.CONSENT, proposal.id)
    return links.issue(Purpose.CONSENT, proposal.id, valid_for)


def take_back(actor: Actor, proposal: Proposal) -> None:
    """Void the question and return to draft, because something is to be edited."""
    move(proposal, "take_back", actor, set_={"answer_by": None, "asked_digest": None})
    _void_question(proposal)


def _void_question(proposal: Proposal) -> None:
    links.revoke(Purpose.CONSENT, proposal.id)
    outbox.cancel(("proposal", proposal.id), mails.CONSENT_REQUEST)


def take_back_asked(_actor: Actor, candidate: Candidate) -> None:
    """The profile was edited: open questions about the old one are void, and the coach asks anew (``domain.md``)."""
    for proposal in queries.live_of_candidate(candidate.id):
        if proposal.state is ProposalState.AWAITING_CONSENT:
            take_back(SYSTEM, proposal)


def record_consent(actor: Actor, proposal: Proposal, given: HowGiven) -> None:
    """Record a yes that the candidate gave to the coach, and send the proposal."""
    frozen = profiles.freeze(candidates.load(proposal.candidate_id))
    check_first(proposal, "record_consent", actor)
    consent = _give(actor, proposal, ConsentKind.PROPOSAL, [], given, frozen_id=frozen.id)
    _send(actor, proposal, "record_consent", consent)


def _give(
    actor: Actor,
    proposal: Proposal,
    kind: ConsentKind,
    fields: Iterable[PersonalField],
    given: HowGiven,
    *,
    frozen_id: int | None = None,
    in_language: Language | None = None,
) -> Consent:
    queries.hold(proposal)  # before the consent points to the opening: two who wait for each other would both fail
    frozen = queries.frozen(frozen_id or proposal.frozen_profile_id)
    return consents.give(
        kind=kind,
        candidate_id=proposal.candidate_id,
        opening=proposal.opening,
        frozen=frozen,
        terms_digest=terms_digest(proposal.opening),
        fields=fields,
        how=given.how,
        language=in_language or language(),
        recorded_by=actor,
        who_was_there=given.who_was_there,
        until=given.until or clock.today() + CONSENT_LIVES,
    )


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
    mails.consent_recorded(proposal, _my_consents_link(proposal))


def _my_consents_link(proposal: Proposal) -> SignedLink:
    return links.issue(Purpose.MY_CONSENTS, proposal.id, LINK_AFTER_CONSENT)


# The candidate answers by link


def agree(actor: Actor, proposal: Proposal, *, in_language: Language) -> None:
    """The candidate's yes by link; the proposal goes to the employer. ``in_language``: of the text that was shown."""
    check_first(proposal, "agree", actor)
    consent = _give(actor, proposal, ConsentKind.PROPOSAL, [], HowGiven(how=ConsentHow.LINK), in_language=in_language)
    _send(actor, proposal, "agree", consent)
    mails.consent_given(queries.load(proposal.id))


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


# The employer answers


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


# Details are told


def ask_disclosure(actor: Actor, proposal: Proposal) -> SignedLink:
    """Ask the candidate by link which details the employer may know.

    :raises Refused: unless the employer is interested and nothing is told yet.
    """
    if actor.role is not Role.COACH or proposal.state is not ProposalState.INTERESTED:
        raise Refused(_("The candidate is asked when the employer is interested."))
    link = _consent_link(proposal, timedelta(days=DAYS_TO_ANSWER))
    audit.record(actor, "proposals.ask_disclosure", "proposal", proposal.id)
    mails.disclosure_request(proposal, link)
    return link


def agree_disclosure(
    actor: Actor, proposal: Proposal, fields: Iterable[PersonalField], *, in_language: Language
) -> None:
    """The candidate's yes by link to these details; the coach then gives them."""
    if proposal.state is not ProposalState.INTERESTED:
        raise Refused(_("This question is not open any more."))
    given = HowGiven(how=ConsentHow.LINK)
    consent = _give(actor, proposal, ConsentKind.DISCLOSURE, fields, given, in_language=in_language)
    _replace_disclosure_consent(actor, proposal, consent)
    links.revoke(Purpose.CONSENT, proposal.id)
    mails.disclosure_agreed(reload(proposal))


def refuse_disclosure(actor: Actor, proposal: Proposal) -> None:
    """The candidate's no by link to telling details: nothing is told, the coach is asked to talk about it."""
    if proposal.state is not ProposalState.INTERESTED:
        raise Refused(_("This question is not open any more."))
    links.revoke(Purpose.CONSENT, proposal.id)
    audit.record(actor, "proposals.refuse_disclosure", "proposal", proposal.id)
    mails.disclosure_refused(proposal)


def record_disclosure_consent(
    actor: Actor, proposal: Proposal, fields: Iterable[PersonalField], given: HowGiven
) -> None:
    """Record the candidate's yes to these details, given to the coach."""
    if actor.role is not Role.COACH or proposal.state is not ProposalState.INTERESTED:
        raise Refused(_("The candidate is asked when the employer is interested."))
    _replace_disclosure_consent(actor, proposal, _give(actor, proposal, ConsentKind.DISCLOSURE, fields, given))
    links.revoke(Purpose.CONSENT, proposal.id)


def _replace_disclosure_consent(actor: Actor, proposal: Proposal, consent: Consent) -> None:
    old = proposal.disclosure_consent
    if old is not None and old.withdrawn_at is None:
        consents.withdraw(old, actor)
    proposal.disclosure_consent_id = consent.id
    db.session.flush()
    db.session.expire(proposal, ["disclosure_consent"])
    queries.load(proposal.id)


def disclose(actor: Actor, proposal: Proposal) -> None:
    """Give the employer's contact persons exactly the fields that the disclosure consent names."""
    move(proposal, "disclose", actor)
    proposal = reload(proposal)
    consent = proposal.disclosure_consent
    if consent is None:
        raise Refused(_("There is no consent yet that says which details may be given."))
    db.session.add(
        Disclosure(proposal_id=proposal.id, consent_id=consent.id, fields=consent.fields, by_id=actor.user_id)
    )
    audit.record(
        actor, "proposals.hand_over", "proposal", proposal.id, fields=[field.value for field in consent.fields]
    )
    mails.identity_disclosed(proposal)
    mails.disclosure_recorded(proposal, _my_consents_link(proposal), consent.fields)


# The opening changed


def ask_again(actor: Actor, opening: Opening) -> None:
    """Workplace, hours, pay or contact persons changed: void open questions, ask those who had agreed again."""
    for proposal in queries.live_of_opening(opening.id):
        if proposal.state is ProposalState.AWAITING_CONSENT:
            take_back(SYSTEM, proposal)
            mails.opening_changed(reload(proposal))
        elif proposal.state in SENT:
            link = _consent_link(proposal, timedelta(days=DAYS_TO_ANSWER))
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
    consent = _give(actor, proposal, ConsentKind.PROPOSAL, [], given, in_language=in_language)
    consents.withdraw(old, actor)
    proposal.consent_id = consent.id
    told = proposal.disclosure_consent
    if told is not None and told.withdrawn_at is None:
        again = _give(actor, proposal, ConsentKind.DISCLOSURE, told.fields, given, in_language=in_language)
        _replace_disclosure_consent(actor, proposal, again)
    links.revoke(Purpose.CONSENT, proposal.id)
    audit.record(actor, "proposals.renew_consent", "proposal", proposal.id)
    mails.consent_renewed(reload(proposal))


# Interview is in ``interviews``; what follows it


def offer(actor: Actor, proposal: Proposal) -> None:
    """The employer offers the job; pressed, or recorded by the coach."""
    move(proposal, "offer", actor)
    mails.job_offered(reload(proposal), from_employer=actor.is_employer)


def report_hire(actor: Actor, proposal: Proposal, terms: HireTerms, *, candidate_said_yes: bool = False) -> None:
    """One side reports the hire with its terms.

    :param candidate_said_yes: the coach has heard the candidate's yes; an employer cannot say it for them.
    :raises Invalid: at ``hours``, ``starts_on``, ``ends_on``, ``subsidy_decided_on`` or ``candidate_said_yes``.
    """
    _refuse_bad_terms(terms)
    if not actor.is_employer and not candidate_said_yes:
        raise Invalid("candidate_said_yes", _("Ask the candidate first, and tick when the answer is yes."))
    move(
        proposal,
        "report_hire",
        actor,
        set_={
            "hire_reported_by": side_of(actor),
            "hire_reported_at": clock.now(),
            "hire_starts_on": terms.starts_on,
            "hire_ends_on": terms.ends_on,
            "hire_hours": terms.hours,
            "hire_type": terms.contract_type,
            "hire_pay": terms.pay,
            "subsidy_decided_on": terms.subsidy_decided_on,
            "candidate_said_yes_at": clock.now() if not actor.is_employer else None,
        },
    )
    mails.confirm_hire(reload(proposal), from_employer=actor.is_employer)


def _refuse_bad_terms(terms: HireTerms) -> None:
    if not 1 <= terms.hours <= 60:
        raise Invalid("hours", _("Write hours a week between 1 and 60."))
    if abs(terms.starts_on - clock.today()) > FARTHEST:
        raise Invalid("starts_on", _("This day is too far away."))
    if terms.ends_on is not None and terms.ends_on - terms.starts_on > FARTHEST:
        raise Invalid("ends_on", _("This day is too far away."))
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        raise Invalid("ends_on", _("The job cannot end before it starts."))
    if terms.contract_type is EmploymentType.FIXED_TERM and terms.ends_on is None:
        raise Invalid("ends_on", _("Write when the fixed term ends."))
    if terms.pay is PayKind.WAGE_SUBSIDY:
        if terms.subsidy_decided_on is None:
            raise Invalid("subsidy_decided_on", _("Write the day of the decision. It must come before the start."))
        if terms.subsidy_decided_on > terms.starts_on:
            raise Invalid("subsidy_decided_on", _("The decision must come before the job starts."))


def confirm_hire(actor: Actor, proposal: Proposal, *, candidate_said_yes: bool = False) -> None:
    """The other side confirms; late, the team leader may. Makes the placement; the last hire fills the opening.

    :param candidate_said_yes: the coach or team leader says so; ignored from an employer.
    """
    said_yes = candidate_said_yes and not actor.is_employer
    known_yes = proposal.candidate_said_yes_at or (clock.now() if said_yes else None)
    move(proposal, "confirm_hire", actor, candidate_said_yes=said_yes, set_={"candidate_said_yes_at": known_yes})
    proposal = reload(proposal)
    events.HIRED.emit(actor, proposal)
    opening = openings.get(proposal.opening_id)
    may_fill = opening.state in (OpeningState.OPEN, OpeningState.PAUSED)
    if may_fill and queries.hired_count(opening.id) >= opening.people:
        opening_service.fill(opening, SYSTEM)


def take_consent_back(actor: Actor, proposal: Proposal) -> None:
    """The candidate's press on the own link: ends a live proposal; after a hire, ends what the portal shows of them.

    After an employer's no it ends the yes alone, so that the answer cannot be taken back.

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
    audit.record(actor, "proposals.take_consent_back", "proposal", proposal.id)
    mails.candidate_withdrew(proposal)


# Ends


def turn_down(actor: Actor, proposal: Proposal) -> None:
    """The candidate says no to the job, through the coach; the employer reads a neutral sentence."""
    _end(actor, proposal, "turn_down")
    mails.no_longer_available(reload(proposal))


def withdraw(actor: Actor, proposal: Proposal) -> None:
    """Take a live proposal back, by the coach or by the candidate's link. Works on the next request everywhere."""
    was_sent = proposal.state in SENT
    _end(actor, proposal, "withdraw")
    proposal = reload(proposal)
    if was_sent:
        mails.no_longer_available(proposal)
    if actor.role is Role.CANDIDATE:
        mails.candidate_withdrew(proposal)


def take_over(_actor: Actor, candidate: Candidate) -> None:
    """Somebody else looks after the candidate now, and what is proposed: mails and pages name the new coach."""
    if candidate.coach_id is not None:
        db.session.execute(
            update(Proposal)
            .where(Proposal.candidate_id == candidate.id)
            .values(coach_id=candidate.coach_id)
            .execution_options(synchronize_session=False)
        )


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
