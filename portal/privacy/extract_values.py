"""A value of the database in the reader's words, for the extract."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.candidates.models import (
    CONSENT_HOW_NAMES,
    EXPERIENCE_NAMES,
    PERSONAL_FIELD_NAMES,
    SUPPORT_TELLING_NAMES,
    ConsentHow,
    ConsentKind,
    Experience,
    PersonalField,
    SupportTelling,
)
from portal.candidates.profiles import shown
from portal.candidates.states import PHASES, Phase
from portal.candidates.values import KIND_NAMES, Kind
from portal.candidates.words import LEVEL_NAMES, language_name
from portal.core import i18n, reference
from portal.core.actors import ROLE_NAMES, Role
from portal.core.i18n import OWN_NAMES, Language
from portal.core.work import LICENCE_NAMES, SHIFT_NAMES, Shift
from portal.employers.models import CHANNEL_NAMES, Channel
from portal.openings.models import EMPLOYMENT_TYPE_NAMES, EmploymentType
from portal.outbox.models import SendState
from portal.outbox.names import KIND_NAMES as MAIL_NAMES
from portal.placements.models import (
    ANSWERED_HOW_NAMES,
    END_REASON_NAMES,
    ENDED_BY_NAMES,
    MOOD_NAMES,
    SIDE_NAMES,
    TOLD_AT_WORK_NAMES,
    AnsweredHow,
    ContactSide,
    EndedBy,
    EndReason,
    Mood,
    ToldAtWork,
)
from portal.placements.states import (
    CONTACTS,
    PLACEMENTS,
    PULSES,
    REQUESTS,
    ContactState,
    PlacementState,
    PulseState,
    RequestState,
)
from portal.proposals.models import PAY_KIND_NAMES, CloseGround, InterviewState, PayKind, Side
from portal.proposals.states import DECLINE_REASON_NAMES, PROPOSALS, DeclineReason, ProposalState

# By enum, since members of two enums with the same value are equal. A test asks for every enum of every column.
NAMES: dict[type[enum.StrEnum], Mapping[Any, Any]] = {
    Phase: PHASES.labels,
    Language: OWN_NAMES,
    Role: ROLE_NAMES,
    Experience: EXPERIENCE_NAMES,
    PersonalField: PERSONAL_FIELD_NAMES,
    Kind: KIND_NAMES,
    ConsentKind: {
        ConsentKind.PROPOSAL: _l("To be proposed without a name"),
        ConsentKind.DISCLOSURE: _l("To let details be known"),
    },
    ConsentHow: CONSENT_HOW_NAMES,
    SupportTelling: SUPPORT_TELLING_NAMES,
    Shift: SHIFT_NAMES,
    Channel: CHANNEL_NAMES,
    EmploymentType: EMPLOYMENT_TYPE_NAMES,
    ContactSide: SIDE_NAMES,
    EndedBy: ENDED_BY_NAMES,
    EndReason: END_REASON_NAMES,
    Mood: MOOD_NAMES,
    ToldAtWork: TOLD_AT_WORK_NAMES,
    ContactState: CONTACTS.labels,
    PlacementState: PLACEMENTS.labels,
    RequestState: REQUESTS.labels,
    PulseState: PULSES.labels,
    AnsweredHow: ANSWERED_HOW_NAMES,
    PayKind: PAY_KIND_NAMES,
    DeclineReason: DECLINE_REASON_NAMES,
    ProposalState: PROPOSALS.labels,
    Side: {Side.EMPLOYER: _l("The employer"), Side.COACH: _l("The coach")},
    CloseGround: {
        CloseGround.OPENING_FILLED: _l("The job is filled"),
        CloseGround.OPENING_CLOSED: _l("The employer closed the need"),
        CloseGround.OPENING_EXPIRED: _l("The last day to answer passed"),
        CloseGround.UNANSWERED: _l("The employer did not answer"),
        CloseGround.HIRED_ELSEWHERE: _l("You were hired elsewhere"),
    },
    InterviewState: {
        InterviewState.PROPOSED: _l("Times suggested"),
        InterviewState.AGREED: _l("Agreed"),
        InterviewState.CANCELLED: _l("Called off"),
    },
    SendState: {
        SendState.QUEUED: _l("Waits"),
        SendState.SENDING: _l("On its way"),
        SendState.COLLECTED: _l("Waits for the one mail a day"),
        SendState.FOLDED: _l("In the one mail a day"),
        SendState.SENT: _l("Sent"),
        SendState.CANCELLED: _l("Called off"),
        SendState.FAILED: _l("Failed"),
    },
}


def in_words(where: str, value: Any) -> str:
    """A value as one reads it; empty for nothing.

    :param where: ``table.column``.
    """
    special = _SPECIAL.get(where)
    if special is not None:
        return special(value) if value else ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, enum.StrEnum):
        return str(NAMES.get(type(value), {}).get(value, value.value))
    if isinstance(value, datetime):
        return i18n.moment(value)
    if isinstance(value, date):
        return f"{value.day}.{value.month}.{value.year}"
    if isinstance(value, list):
        return ", ".join(in_words("", one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {in_words('', one)}" for key, one in sorted(value.items()))
    return "" if value is None else str(value)


def as_data(value: Any) -> Any:
    """The same value for machines: dates and instants by ISO 8601, choices by their key."""
    if isinstance(value, enum.StrEnum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        return [as_data(one) for one in value]
    return value


def _occupations(value: dict[str, str]) -> str:
    bands = {band.value: str(name) for band, name in EXPERIENCE_NAMES.items()}
    return ", ".join(f"{_label(reference.occupation, key)} ({bands.get(band, band)})" for key, band in value.items())


def _label(look_up: Any, key: str) -> str:
    try:
        return reference.label(look_up(key), i18n.language())
    except reference.UnknownReference:
        return key


def _levels(value: dict[str, str]) -> str:
    return ", ".join(f"{language_name(code)} ({LEVEL_NAMES.get(level, level)})" for code, level in value.items())


def _content(content: dict[str, Any]) -> str:
    """A frozen profile on a few lines."""
    told = shown(content)
    lines = [
        told.pitch,
        ", ".join(f"{trade} ({experience})" for trade, experience in told.occupations),
        "; ".join(told.works_well),
        ", ".join(name for _group, names in told.skills for name in names),
        ", ".join(f"{name} ({level})" for name, level in told.languages),
        ", ".join(part for part in (told.driving_licence, told.hours, told.shifts) if part),
        ", ".join(part for part in (told.areas, told.earliest_start) if part),
    ]
    return "\n".join(line for line in lines if line)


def _rare(kind: str, value: str) -> str:
    """A kept value with what it is of, as the reference data calls it."""
    look_up = _RARE.get(Kind(kind))
    return f"{KIND_NAMES.get(Kind(kind), kind)}: {_label(look_up, value) if look_up else value}"


_RARE: dict[Kind, Callable[[str], reference.Labelled]] = {
    Kind.OCCUPATION: reference.occupation,
    Kind.SKILL: reference.skill,
    Kind.AREA: reference.municipality,
}


_SPECIAL: dict[str, Callable[[Any], str]] = {
    "identities.municipality": lambda code: _label(reference.municipality, code),
    "profiles.occupations": _occupations,
    "profiles.skills": lambda keys: ", ".join(_label(reference.skill, key) for key in keys),
    "profiles.languages": _levels,
    "profiles.areas": lambda codes: ", ".join(_label(reference.municipality, code) for code in codes),
    "profiles.driving_licence": lambda key: str(LICENCE_NAMES.get(key, key)),
    "frozen_profiles.content": _content,
    "frozen_profiles.kept_fine": lambda pairs: ", ".join(_rare(kind, value) for kind, value in pairs),
    "notifications.kind": lambda kind: str(MAIL_NAMES.get(kind, kind)),
}
