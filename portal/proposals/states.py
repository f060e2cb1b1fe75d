"""The proposal's workflow (``domain.md``, "Proposal"): the one table that guards, buttons, texts and tests read."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.core.actors import Role
from portal.core.states import Flags, StateTable, Transition, roles, states


class ProposalState(enum.StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    AWAITING_CONSENT = "awaiting_consent"
    PROPOSED = "proposed"
    INTERESTED = "interested"
    DISCLOSED = "disclosed"
    INTERVIEW = "interview"
    OFFERED = "offered"
    HIRE_REPORTED = "hire_reported"
    HIRED = "hired"
    REFUSED = "refused"
    DECLINED = "declined"
    TURNED_DOWN = "turned_down"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class DeclineReason(enum.StrEnum):
    """Why an employer says no; a list, so that reasons can be counted."""

    SKILLS = "skills"
    HOURS = "hours"
    START_DATE = "start_date"
    POSITION_FILLED = "position_filled"
    OTHER_CANDIDATE = "other_candidate"
    CANNOT_ADAPT = "cannot_adapt"
    OTHER = "other"


DECLINE_REASON_NAMES = {
    DeclineReason.SKILLS: _l("We need other skills"),
    DeclineReason.HOURS: _l("The hours do not fit"),
    DeclineReason.START_DATE: _l("The start date does not fit"),
    DeclineReason.POSITION_FILLED: _l("The job is filled"),
    DeclineReason.OTHER_CANDIDATE: _l("We go on with somebody else"),
    DeclineReason.CANNOT_ADAPT: _l("We cannot adapt the work as it would need"),
    DeclineReason.OTHER: _l("Something else"),
}

_S = ProposalState
_COACH = roles(Role.COACH)
_CANDIDATE = roles(Role.CANDIDATE)
_SYSTEM = roles(Role.SYSTEM)
_BOTH_SIDES = roles(Role.EMPLOYER, Role.COACH)

LIVE = states(
    _S.DRAFT,
    _S.AWAITING_CONSENT,
    _S.PROPOSED,
    _S.INTERESTED,
    _S.DISCLOSED,
    _S.INTERVIEW,
    _S.OFFERED,
    _S.HIRE_REPORTED,
)
# What an employer may know of: everything from the sending on.
BEFORE_SENDING = states(_S.DRAFT, _S.AWAITING_CONSENT, _S.REFUSED)
SENT = LIVE - BEFORE_SENDING
# The candidate's identity may be shown in these, and in no other.
IDENTITY_KNOWN = states(_S.DISCLOSED, _S.INTERVIEW, _S.OFFERED, _S.HIRE_REPORTED, _S.HIRED)
# The profile without a name may be shown to the employer in these.
PROFILE_SHOWN = SENT | states(_S.HIRED)

PROPOSALS = StateTable(
    name="proposal",
    states=ProposalState,
    labels={
        _S.DRAFT: _l("Draft"),
        _S.AWAITING_CONSENT: _l("Waits for the candidate's consent"),
        _S.PROPOSED: lazy_pgettext("candidate", "Proposed"),
        _S.INTERESTED: _l("Interested"),
        _S.DISCLOSED: _l("Contact details given"),
        _S.INTERVIEW: _l("Interview agreed"),
        _S.OFFERED: _l("Job offered"),
        _S.HIRE_REPORTED: _l("Hire to confirm"),
        _S.HIRED: lazy_pgettext("candidate", "Hired"),
        _S.REFUSED: _l("No consent"),
        _S.DECLINED: _l("Declined"),
        _S.TURNED_DOWN: _l("Candidate said no"),
        _S.WITHDRAWN: _l("No longer available"),
        _S.CLOSED: lazy_pgettext("proposal", "Closed"),
    },
    tones={
        _S.DRAFT: "quiet",
        _S.AWAITING_CONSENT: "waits",
        _S.PROPOSED: "waits",
        _S.INTERESTED: "info",
        _S.DISCLOSED: "info",
        _S.INTERVIEW: "info",
        _S.OFFERED: "info",
        _S.HIRE_REPORTED: "waits",
        _S.HIRED: "done",
        _S.REFUSED: "quiet",
        _S.DECLINED: "quiet",
        _S.TURNED_DOWN: "quiet",
        _S.WITHDRAWN: "quiet",
        _S.CLOSED: "quiet",
    },
    flags={
        **{state: Flags(live=True) for state in LIVE},
        _S.HIRED: Flags(hired=True, won=True),
        _S.REFUSED: Flags(lost=True),
        _S.DECLINED: Flags(lost=True),
        _S.TURNED_DOWN: Flags(lost=True),
        _S.WITHDRAWN: Flags(lost=True),
        _S.CLOSED: Flags(lost=True),
    },
    rows=(
        Transition(
            verb="draft",
            sources=states(),
            target=_S.DRAFT,
            by=_COACH,
            guards=(
                "employer_verified",
                "opening_is_open",
                "place_left",
                "none_live",
                "not_refused_before",
                "plan_allows",
                "profile_is_clean",
            ),
            label=_l("Propose"),
            done=_l("Drafted"),
        ),
        Transition(
            verb="ask_consent",
            sources=states(_S.DRAFT),
            target=_S.AWAITING_CONSENT,
            by=_COACH,
            guards=(
                "employer_verified",
                "opening_is_open",
                "place_left",
                "not_refused_before",
                "plan_allows",
                "profile_is_clean",
                "has_contacts",
                "candidate_can_be_asked",
            ),
            mails=("consent_request",),
            label=_l("Ask the candidate by link"),
            done=_l("Consent asked for"),
        ),
        Transition(
            verb="record_consent",
            sources=states(_S.DRAFT, _S.AWAITING_CONSENT),
            target=_S.PROPOSED,
            by=_COACH,
            guards=(
                "employer_verified",
                "opening_is_open",
                "place_left",
                "not_refused_before",
                "plan_allows",
                "profile_is_clean",
                "has_contacts",
            ),
            mails=("candidate_proposed", "consent_recorded"),
            label=_l("Record consent and send"),
            done=lazy_pgettext("what happened", "Proposed"),
        ),
        Transition(
            verb="agree",
            sources=states(_S.AWAITING_CONSENT),
            target=_S.PROPOSED,
            by=_CANDIDATE,
            guards=(
                "employer_verified",
                "opening_is_open",
                "place_left",
                "plan_allows",
                "profile_is_clean",
                "frozen_as_asked",
                "opening_as_asked",
                "has_contacts",
            ),
            mails=("candidate_proposed", "consent_given", "consent_recorded"),
            label=_l("Yes, you may send this"),
            done=_l("The candidate agreed"),
        ),
        Transition(
            verb="ask_change",
            sources=states(_S.AWAITING_CONSENT),
            target=_S.DRAFT,
            by=_CANDIDATE,
            mails=("change_asked",),
            label=_l("Change something"),
            done=_l("The candidate asked for a change"),
        ),
        Transition(
            verb="take_back",
            sources=states(_S.AWAITING_CONSENT),
            target=_S.DRAFT,
            by=roles(Role.COACH, Role.SYSTEM),
            label=_l("Take the question back and edit"),
            done=_l("Taken back to draft"),
        ),
        Transition(
            verb="refuse",
            sources=states(_S.AWAITING_CONSENT),
            target=_S.REFUSED,
            by=_CANDIDATE,
            mails=("consent_refused",),
            label=_l("No"),
            done=_l("The candidate said no"),
        ),
        Transition(
            verb="lapse",
            sources=states(_S.AWAITING_CONSENT),
            target=_S.REFUSED,
            by=_SYSTEM,
            guards=("last_day_passed",),
            mails=("consent_expired",),
            label=_l("Lapse"),
            done=_l("The last day to answer passed"),
        ),
        Transition(
            verb="interested",
            sources=states(_S.PROPOSED),
            target=_S.INTERESTED,
            by=_BOTH_SIDES,
            guards=("employer_verified", "consent_lives"),
            mails=("employer_interested", "answer_recorded"),
            label=_l("Interested"),
            done=_l("The employer is interested"),
        ),
        Transition(
            verb="decline",
            sources=states(_S.PROPOSED, _S.INTERESTED, _S.DISCLOSED, _S.INTERVIEW, _S.OFFERED),
            target=_S.DECLINED,
            by=_BOTH_SIDES,
            mails=("employer_declined", "answer_recorded"),
            label=_l("Not this time"),
            done=_l("The employer declined"),
        ),
        Transition(
            verb="undo_decline",
            sources=states(_S.DECLINED),
            target=None,
            by=_BOTH_SIDES,
            guards=(
                "employer_verified",
                "within_24_hours",
                "plan_allows",
                "consent_lives",
                "opening_not_ended",
                "none_live",
            ),
            mails=("decline_undone", "answer_recorded"),
            label=_l("Undo"),
            done=_l("The answer was taken back"),
        ),
        Transition(
            verb="disclose",
            sources=states(_S.INTERESTED),
            target=_S.DISCLOSED,
            by=_COACH,
            guards=(
                "employer_verified",
                "plan_allows",
                "consent_lives",
                "opening_as_consented",
                "disclosure_consented",
            ),
            mails=("identity_disclosed", "disclosure_recorded"),
            label=_l("Give contact details"),
            done=_l("Contact details given"),
        ),
        Transition(
            verb="agree_interview",
            sources=states(_S.DISCLOSED, _S.INTERVIEW),
            target=_S.INTERVIEW,
            by=_BOTH_SIDES,
            guards=("employer_verified", "consent_lives"),
            mails=("interview_confirmed", "interview_for_candidate"),
            label=_l("Pick a time"),
            done=_l("Interview agreed"),
        ),
        Transition(
            verb="offer",
            sources=states(_S.DISCLOSED, _S.INTERVIEW),
            target=_S.OFFERED,
            by=_BOTH_SIDES,
            guards=("employer_verified", "consent_lives"),
            mails=("job_offered",),
            label=_l("Offer the job"),
            done=_l("Job offered"),
        ),
        Transition(
            verb="report_hire",
            sources=states(_S.DISCLOSED, _S.INTERVIEW, _S.OFFERED),
            target=_S.HIRE_REPORTED,
            by=_BOTH_SIDES,
            guards=("employer_verified", "consent_lives"),
            mails=("confirm_hire",),
            label=_l("Report a hire"),
            done=_l("Hire reported"),
        ),
        Transition(
            verb="confirm_hire",
            sources=states(_S.HIRE_REPORTED),
            target=_S.HIRED,
            by=roles(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER),
            guards=("employer_verified", "other_side_or_late", "candidate_said_yes", "place_left"),
            mails=("hire_confirmed",),
            label=_l("Confirm the hire"),
            done=lazy_pgettext("what happened", "Hired"),
        ),
        Transition(
            verb="turn_down",
            sources=states(_S.INTERVIEW, _S.OFFERED, _S.HIRE_REPORTED),
            target=_S.TURNED_DOWN,
            by=_COACH,
            mails=("no_longer_available",),
            label=_l("The candidate says no"),
            done=_l("The candidate said no to the job"),
        ),
        Transition(
            verb="withdraw",
            sources=LIVE,
            target=_S.WITHDRAWN,
            by=roles(Role.COACH, Role.TEAM_LEADER, Role.CANDIDATE),  # the leader: what an absent coach is told
            mails=("no_longer_available", "candidate_withdrew"),
            label=_l("Withdraw"),
            done=_l("Withdrawn"),
        ),
        Transition(
            verb="close",
            sources=LIVE,
            target=_S.CLOSED,
            by=_SYSTEM,
            guards=("has_closing_ground",),
            mails=("proposal_closed",),
            label=lazy_pgettext("proposal", "Close"),
            done=lazy_pgettext("what happened to a proposal", "Closed"),
        ),
    ),
)
