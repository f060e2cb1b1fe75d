"""What the coach and the candidate read about values that stand out: in words, never with more than each may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.candidates import keeping, profiles, rarity
from portal.candidates.models import EXPERIENCE_NAMES, Candidate, Experience, FrozenProfile
from portal.candidates.values import KIND_NAMES, Kind
from portal.candidates.words import language_name, level_name, licence_name
from portal.core import reference
from portal.core.work import SHIFT_NAMES, Shift


@dataclass(frozen=True)
class Standing:
    """One value of a profile as the coach's page lists it."""

    kind: str
    kind_name: str
    value: str
    name: str
    people: int  # who share it, this person included
    shown: str  # what the employer reads in its place; empty: nothing
    people_shown: int
    stands_out: bool
    kept: bool
    reason: str
    by: str
    since: datetime | None


def name_of(kind: Kind, value: str) -> str:
    """A value, fine or coarse, in the reader's words; the key itself when the lists have dropped it."""
    try:
        return _name_of(kind, value)
    except reference.UnknownReference:
        return value


def _name_of(kind: Kind, value: str) -> str:
    match kind:
        case Kind.OCCUPATION:
            return profiles.trade_name(value)
        case Kind.EXPERIENCE:
            return str(EXPERIENCE_NAMES[Experience(value)])
        case Kind.SKILL:
            return profiles.skill_name(value)
        case Kind.LANGUAGE:
            return language_name(value)
        case Kind.LEVEL:
            code, _colon, level = value.partition(":")
            return f"{language_name(code)}: {level_name(level)}"
        case Kind.LICENCE:
            return licence_name(value)
        case Kind.LEAST_HOURS | Kind.MOST_HOURS:
            hours, about = rarity.hours_of(value), value.startswith("about:")
            return profiles.hours_words({"hours_min": hours, "hours_max": hours, "hours_about": about})
        case Kind.SHIFT:
            return str(SHIFT_NAMES[Shift(value)])
        case Kind.AREA:
            return profiles.place_name(value)
        case Kind.START:
            return profiles.start_words(value)


def standings(candidate: Candidate, now: rarity.Books) -> list[Standing]:
    """Every value of a candidate's profile with who shares it and what is shown; those that stand out come first."""
    kept = keeping.with_reasons(candidate)
    rows = []
    for one in rarity.judge(candidate.profile, now):
        held = kept.get((one.kind, one.value)) if one.kept else None
        rows.append(
            Standing(
                kind=one.kind.value,
                kind_name=str(KIND_NAMES[one.kind]),
                value=one.value,
                name=name_of(one.kind, one.value),
                people=one.people,
                shown=name_of(one.kind, one.shown) if one.shown is not None else "",
                people_shown=one.people_shown,
                stands_out=one.stands_out,
                kept=one.kept,
                reason=held.reason if held else "",
                by=held.by.name if held and held.by else "",
                since=held.at if held else None,
            )
        )
    return sorted(rows, key=lambda row: (not row.stands_out, row.people if row.stands_out else 0))


def kept_names(frozen: FrozenProfile) -> list[str]:
    """The values of a frozen profile that stand out and are shown as they are, in words."""
    with profiles.reading(frozen.content):
        return [name_of(Kind(kind), value) for kind, value in frozen.kept_fine]


def coarse_names(content: dict[str, Any]) -> list[str]:
    """What a content says in a general way, in words: groups, regions, "another language", about so many hours."""
    areas = [key for key in content["areas"] if key.startswith((reference.SUB_REGION, reference.REGION))]
    named = [
        *(name_of(Kind.OCCUPATION, key) for key in content["occupations"] if key.startswith(reference.ISCO)),
        *(name_of(Kind.SKILL, key) for key in content["skills"] if key.startswith(reference.GROUP)),
        *(name_of(Kind.LANGUAGE, code) for code in content["languages"] if code == rarity.OTHER_LANGUAGE),
        *(name_of(Kind.AREA, key) for key in areas),
    ]
    if content["driving_licence"].startswith("from:"):
        named.append(licence_name(content["driving_licence"]))
    if content.get("hours_about", False):
        named.append(profiles.hours_words(content))
    return named
