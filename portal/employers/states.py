"""Verification of an employer by the team."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l

from portal.core.actors import Role
from portal.core.states import StateTable, Transition, roles, states


class Verification(enum.StrEnum):
    """Whether the team has made sure that an organisation is what it says."""

    WAITING = "waiting"
    VERIFIED = "verified"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


class Standing(enum.StrEnum):
    """How near an employer is to the service (``domain.md``, "Employers as a relationship")."""

    PROSPECT = "prospect"
    IN_DIALOGUE = "in_dialogue"
    ACTIVE = "active"
    HAS_HIRED = "has_hired"
    DORMANT = "dormant"


STANDING_NAMES = {
    Standing.PROSPECT: _l("Prospect"),
    Standing.IN_DIALOGUE: _l("In dialogue"),
    Standing.ACTIVE: _l("Active"),
    Standing.HAS_HIRED: _l("Has hired"),
    Standing.DORMANT: _l("Dormant"),
}


class RejectReason(enum.StrEnum):
    """Why the team could not verify an organisation. For the team; the employer's mail is the same for all."""

    NOT_FOUND = "not_found"
    NOT_REACHED = "not_reached"
    NO_PAID_WORK = "no_paid_work"
    OTHER = "other"


REJECT_REASON_NAMES = {
    RejectReason.NOT_FOUND: _l("The organisation is not found in the registers"),
    RejectReason.NOT_REACHED: _l("The person was not reached, or does not belong there"),
    RejectReason.NO_PAID_WORK: _l("It does not offer ordinary paid work"),
    RejectReason.OTHER: _l("Another reason"),
}

VERIFICATIONS = StateTable(
    name="employer",
    states=Verification,
    labels={
        Verification.WAITING: _l("Waits for verification"),
        Verification.VERIFIED: _l("Verified"),
        Verification.REJECTED: _l("Not verified"),
        Verification.SUSPENDED: _l("Suspended"),
    },
    tones={
        Verification.WAITING: "waits",
        Verification.VERIFIED: "done",
        Verification.REJECTED: "danger",
        Verification.SUSPENDED: "danger",
    },
    rows=(
        Transition(
            verb="verify",
            sources=states(Verification.WAITING, Verification.REJECTED, Verification.SUSPENDED),
            target=Verification.VERIFIED,
            by=roles(Role.COACH, Role.TEAM_LEADER),
            guards=("has_business_id_or_reason",),
            mails=("employer_verified",),
            label=_l("Verify"),
            done=_l("Verified"),
        ),
        Transition(
            verb="reject",
            sources=states(Verification.WAITING),
            target=Verification.REJECTED,
            by=roles(Role.COACH, Role.TEAM_LEADER),
            mails=("employer_rejected",),
            label=_l("Do not verify"),
            done=_l("Not verified"),
        ),
        Transition(
            verb="suspend",
            sources=states(Verification.VERIFIED, Verification.WAITING),
            target=Verification.SUSPENDED,
            by=roles(Role.TEAM_LEADER, Role.ADMINISTRATOR),
            mails=("employer_suspended",),
            label=_l("Suspend"),
            done=_l("Suspended"),
        ),
    ),
)
