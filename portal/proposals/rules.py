"""The conditions that the proposal's table names. Pure: they read ``Facts``, which the service gathers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from portal.candidates import consents
from portal.candidates.models import Consent, ConsentKind, DisclosurePlan
from portal.core.actors import Actor, Role
from portal.employers.states import Verification
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from portal.proposals.models import CloseGround, Proposal, Side
from portal.proposals.states import PROFILE_SHOWN, SENT, ProposalState

UNDO_WITHIN = timedelta(hours=24)
LATE_CONFIRMATION_WORKING_DAYS = 5  # domain.md: then the team leader may confirm a hire
REMINDERS_AFTER = (timedelta(days=3), timedelta(days=7))
CLOSES_AFTER = timedelta(days=30)
SILENT_AFTER = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that a guard may ask about one proposal, as it is now."""

    proposal: Proposal
    opening: Opening
    now: datetime
    today: date
    terms_digest: str  # of the opening as it is now
    profile_digest: str  # of the coach's working copy as it is now, whatever it is shown as
    consent: Consent | None = None
    disclosure_consent: Consent | None = None
    plan: DisclosurePlan | None = None
    other_live: bool = False
    refused_before: bool = False
    profile_blocked: bool = False
    can_be_asked: bool = True
    contacts: int = 0
    hired: int = 0
    late_after: date | None = None  # from this day on the team leader may confirm
    candidate_said_yes: bool = False
    closing_ground: CloseGround | None = None


Guard = Callable[[Facts, Actor], str | None]


def side_of(actor: Actor) -> Side:
    """Which side an actor speaks for."""
    return Side.EMPLOYER if actor.role is Role.EMPLOYER else Side.COACH


def why_employer_is_out(opening: Opening) -> str | None:
    """Why nothing goes on with an employer that is not verified (any more), in a sentence; None when it is.

    Needs ``employer`` loaded.
    """
    if opening.employer.verification is Verification.VERIFIED:
        return None
    if opening.employer.verification is Verification.SUSPENDED:
        return _("The employer is suspended. Nothing goes on before the team has verified it again.")
    return _("The employer is not verified yet.")


def _employer_verified(facts: Facts, _actor: Actor) -> str | None:
    return why_employer_is_out(facts.opening)


def _opening_is_open(facts: Facts, _actor: Actor) -> str | None:
    if facts.opening.state is not OpeningState.OPEN:
        return _("This need is not open any more.")
    return None


def _none_live(facts: Facts, _actor: Actor) -> str | None:
    return _("This candidate is already proposed for this need.") if facts.other_live else None


def _not_refused_before(facts: Facts, _actor: Actor) -> str | None:
    return _("The candidate has said no to this need. It is not asked again.") if facts.refused_before else None


def _plan_allows(facts: Facts, _actor: Actor) -> str | None:
    if facts.plan is None:
        return _("Write the disclosure plan with the candidate first.")
    if not facts.plan.proposals_allowed:
        return _("The candidate's disclosure plan allows no proposals now.")
    if facts.opening.employer_id in facts.plan.never_employers:
        return _("The candidate does not want to be proposed to this employer.")
    return None


def _profile_is_clean(facts: Facts, actor: Actor) -> str | None:
    if not facts.profile_blocked:
        return None
    if actor.role is Role.CANDIDATE:  # the guard has learned a word since the question was asked
        return _("Your coach has to mend the profile first, and will ask you again.")
    return _("The profile holds words that may not reach an employer. Mend them first.")


def _candidate_can_be_asked(facts: Facts, _actor: Actor) -> str | None:
    if facts.can_be_asked:
        return None
    return _(
        "The candidate has no mail address. Show the link on your phone, print it, or record consent given to you."
    )


def _has_contacts(facts: Facts, _actor: Actor) -> str | None:
    return None if facts.contacts else _("The need has no contact person. Add one first.")


def _frozen_as_asked(facts: Facts, _actor: Actor) -> str | None:
    frozen = facts.proposal.frozen_profile
    if frozen is not None and frozen.source_digest == facts.profile_digest:
        return None
    return _("The profile was changed after you were asked. Your coach will ask you again.")


def _opening_as_asked(facts: Facts, _actor: Actor) -> str | None:
    if facts.proposal.asked_digest == facts.terms_digest:
        return None
    return _("The job was changed after you were asked. Your coach will ask you again.")


def _consent_lives(facts: Facts, _actor: Actor) -> str | None:
    if facts.consent is not None and facts.consent.is_live(facts.today):
        return None
    return _("The candidate's consent is over. The coach asks again before you can go on.")


def _opening_as_consented(facts: Facts, _actor: Actor) -> str | None:
    if facts.consent is not None and facts.consent.opening_digest == facts.terms_digest:
        return None
    return _("The need was changed after the candidate agreed. Ask the candidate again before anything more is told.")


def _disclosure_consented(facts: Facts, _actor: Actor) -> str | None:
    consent = facts.disclosure_consent
    if (
        consent is not None
        and consent.kind is ConsentKind.DISCLOSURE
        and consent.is_live(facts.today)
        and consent.candidate_id == facts.proposal.candidate_id
        and consent.opening_id == facts.opening.id
        and consent.opening_digest == facts.terms_digest
        and consent.fields
    ):
        return None
    return _("There is no consent yet that says which details may be given.")


def _within_24_hours(facts: Facts, _actor: Actor) -> str | None:
    declined_at = facts.proposal.declined_at
    if declined_at is not None and facts.now - declined_at <= UNDO_WITHIN:
        return None
    return _("An answer can be taken back for 24 hours. Call the coach instead.")


def _opening_not_ended(facts: Facts, _actor: Actor) -> str | None:
    if facts.opening.state in (OpeningState.OPEN, OpeningState.PAUSED):
        return None
    return _("This need has ended.")


def _other_side_or_late(facts: Facts, actor: Actor) -> str | None:
    if actor.role is Role.TEAM_LEADER:
        if facts.late_after is not None and facts.today >= facts.late_after:
            return None
        return _("You can confirm when five working days have passed without an answer.")
    if facts.proposal.hire_reported_by is not side_of(actor):
        return None
    return _("You reported this hire. The other side confirms it.")


def _candidate_said_yes(facts: Facts, _actor: Actor) -> str | None:
    if facts.candidate_said_yes:
        return None
    return _("The coach first writes down that the candidate has said yes to the job.")


def _place_left(facts: Facts, _actor: Actor) -> str | None:
    return None if facts.hired < facts.opening.people else _("All places of this need are filled.")


def _last_day_passed(facts: Facts, _actor: Actor) -> str | None:
    answer_by = facts.proposal.answer_by
    return None if answer_by is not None and answer_by < facts.today else _("The last day to answer has not passed.")


def _has_closing_ground(facts: Facts, _actor: Actor) -> str | None:
    return None if facts.closing_ground is not None else _("There is no reason to close this.")


GUARDS: dict[str, Guard] = {
    "employer_verified": _employer_verified,
    "opening_is_open": _opening_is_open,
    "none_live": _none_live,
    "not_refused_before": _not_refused_before,
    "plan_allows": _plan_allows,
    "profile_is_clean": _profile_is_clean,
    "candidate_can_be_asked": _candidate_can_be_asked,
    "has_contacts": _has_contacts,
    "frozen_as_asked": _frozen_as_asked,
    "opening_as_asked": _opening_as_asked,
    "consent_lives": _consent_lives,
    "opening_as_consented": _opening_as_consented,
    "disclosure_consented": _disclosure_consented,
    "within_24_hours": _within_24_hours,
    "opening_not_ended": _opening_not_ended,
    "other_side_or_late": _other_side_or_late,
    "candidate_said_yes": _candidate_said_yes,
    "place_left": _place_left,
    "last_day_passed": _last_day_passed,
    "has_closing_ground": _has_closing_ground,
}


def shows_profile(proposal: Proposal) -> bool:
    """Whether an employer may see the profile now: in the states that show it, while the candidate's yes holds.

    Needs ``consent`` loaded.
    """
    return proposal.state in PROFILE_SHOWN and proposal.consent is not None and proposal.consent.is_live()


def needs_yes_again(proposal: Proposal, terms_digest: str) -> bool:
    """Whether a proposal with the employer stands on a yes that is past its day, or for another job than it is now.

    A contact person whom the yes does not name, since the account was closed then, is such a change too.

    :param terms_digest: of the opening as it is now. Needs the contact persons of ``consent`` and ``opening`` loaded.
    """
    consent = proposal.consent
    if proposal.state not in SENT or consent is None:
        return False
    known = {user.id for user in consent.contacts}
    return (
        consent.opening_digest != terms_digest
        or not consent.is_live()
        or any(user.id not in known for user in consents.named(proposal.opening))
    )


def is_unseen(proposal: Proposal) -> bool:
    """Whether a hire is seen by nobody at the employer: the yes is over, or those whom it names have left.

    Needs the contact persons of ``consent`` loaded.
    """
    consent = proposal.consent
    if proposal.state is not ProposalState.HIRED or consent is None:
        return False
    return not consent.is_live() or not any(user.is_active for user in consent.contacts)


def may_take_back(proposal: Proposal) -> bool:
    """Whether a yes stands that no step of the workflow ends: after a hire, and after the employer's no.

    Needs both consents loaded.
    """
    ended = proposal.state in (ProposalState.HIRED, ProposalState.DECLINED)
    given = (proposal.consent, proposal.disclosure_consent)
    return ended and any(one is not None and one.withdrawn_at is None for one in given)


def has_left(proposal: Proposal) -> bool:
    """Whether something was sent to the employer that it may not be shown any more: the coach reads what it was."""
    return proposal.proposed_at is not None and not shows_profile(proposal)
