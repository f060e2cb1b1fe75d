"""Candidates as rows, with everything that belongs to one."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from portal.accounts.models import Team, User
from portal.candidates.models import (
    Candidate,
    Consent,
    ConsentHow,
    ConsentKind,
    DisclosurePlan,
    FrozenProfile,
    Identity,
    PersonalField,
    Profile,
)
from portal.candidates.profiles import freeze
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.core.work import Shift

_numbers = itertools.count(1)

# Names that are easy to find again in a page, and no words of any of the portal's texts.
FIRST_NAMES = ("Sanelma", "Torolf", "Pihla", "Ragnvald", "Unelma", "Birgitta", "Kalervo", "Alfhild")
LAST_NAMES = ("Kinnarinen", "Wikblad", "Huuskola", "Storgårdsson", "Pelkkikangas", "Ahlskog", "Vuorijoki", "Sandqvist")


def identity_values(number: int) -> dict[str, Any]:
    """The private values of the candidate of a number; no two numbers below 64 share a full name."""
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[(number // len(FIRST_NAMES)) % len(LAST_NAMES)]
    return {
        "first_name": first,
        "last_name": last,
        "nickname": f"Nick{number}",
        "birth_date": date(1980, 1, 1) + timedelta(days=37 * (number % 300)),
        "email": f"person{number}@mail.example",
        "phone": f"+358 40 {5000000 + number}",
        "street": f"Gamla stigen {number}",
        "postal_code": "67100",
        "municipality": "272",
        "language": Language.SV,
        "care_contact": f"Care contact {number}",
    }


def candidate(
    *,
    coach: User | None = None,
    team: Team | None = None,
    phase: Phase | None = None,
    identity: dict[str, Any] | None = None,
    profile: dict[str, Any] | None = None,
    plan: dict[str, Any] | None = None,
    **values: Any,
) -> Candidate:
    """A candidate with identity, profile and plan, flushed, all of them loaded.

    :param coach: whose caseload; without one the candidate waits in ``team``.
    :param phase: SEARCHING with a coach, WAITING without one, unless said.
    :param identity: values of ``Identity`` that replace the made ones; likewise ``profile`` and ``plan``.
    :param values: of ``Candidate`` itself.
    """
    number = next(_numbers)
    team_id = coach.team_id if coach is not None else team.id if team is not None else None
    if team_id is None:
        raise ValueError("a candidate needs a coach or a team")
    phase = phase or (Phase.SEARCHING if coach is not None else Phase.WAITING)
    if phase not in (Phase.REFERRED, Phase.WAITING):
        values.setdefault("started_on", clock.today() - timedelta(days=30))
    row = Candidate(
        team_id=team_id,
        coach_id=coach.id if coach is not None else None,
        phase=phase,
        **values,
    )
    row.coach = coach
    row.identity = Identity(**{**identity_values(number), **(identity or {})})
    row.profile = Profile(
        **{
            "occupations": {"cook": "3_10", "kitchen-assistant": "1_3"},
            "skills": ["lunch-cooking", "punctual"],
            "languages": {"sv": "C2", "fi": "B1"},
            "driving_licence": "B",
            "hours_min": 20,
            "hours_max": 30,
            "shifts": [Shift.DAY, Shift.EVENING],
            "areas": ["272", "288"],
            "earliest_start": clock.today() + timedelta(days=14),
            "works_well": "One thing at a time\nA quiet corner for breaks",
            "pitch": "Ten years in lunch kitchens, keeps the pace when it is busy.",
            "pitch_language": Language.EN,
            "wishes": f"Private wish {number}",
            **(profile or {}),
        }
    )
    db.session.add(row)
    db.session.flush()
    told = {"fields": [PersonalField.NAME, PersonalField.PHONE], **(plan or {})}
    db.session.add(DisclosurePlan(candidate_id=row.id, **told))
    db.session.flush()
    return row


def frozen(candidate: Candidate) -> FrozenProfile:
    """What an employer would see of a candidate, frozen now."""
    return freeze(candidate)


def consent(
    *,
    candidate: Candidate,
    opening: Any,
    kind: ConsentKind = ConsentKind.PROPOSAL,
    frozen: FrozenProfile | None = None,
    terms_digest: str = "0" * 64,
    coach: User | None = None,
    **values: Any,
) -> Consent:
    """A consent as a row, flushed, given in person to the coach; past the service's checks.

    :param opening: with its contact persons loaded.
    :param values: of ``Consent``.
    """
    recorder = coach.id if coach is not None else candidate.coach_id
    row = Consent(
        **{
            "kind": kind,
            "candidate_id": candidate.id,
            "employer_id": opening.employer_id,
            "opening_id": opening.id,
            "frozen_profile_id": (frozen or freeze(candidate)).id,
            "opening_digest": terms_digest,
            "fields": [PersonalField.NAME, PersonalField.PHONE] if kind is ConsentKind.DISCLOSURE else [],
            "text_version": "2026-11",
            "language": Language.SV,
            "how": ConsentHow.IN_PERSON,
            "recorded_by_role": Role.COACH,
            "recorded_by_id": recorder,
            "until": clock.today() + timedelta(days=90),
            "contacts": list(opening.contacts),
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row
