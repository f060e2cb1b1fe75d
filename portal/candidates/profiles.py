"""The profile without a name: what an employer would see, and its freezing.

``content`` is the only way from the coach's working copy to what leaves the team. It is plain JSON of the keys in
``CONTENT_KEYS`` and nothing else: no id, no name, no wish, no day finer than that of the earliest start.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.candidates.models import EXPERIENCE_NAMES, Candidate, Experience, FrozenProfile
from portal.candidates.words import LEVEL_NAMES, language_name
from portal.core import clock, i18n, reference
from portal.core.db import db
from portal.core.work import LICENCE_NAMES, SHIFT_NAMES, Shift

CONTENT_KEYS = frozenset(
    {
        "occupations",
        "skills",
        "languages",
        "driving_licence",
        "hours_min",
        "hours_max",
        "shifts",
        "areas",
        "earliest_start",
        "works_well",
        "pitch",
        "pitch_language",
    }
)


def lines(text: str) -> list[str]:
    """The lines of a text that hold anything, without white space and list signs around them."""
    return [line for line in (raw.strip().lstrip("-•*–").strip() for raw in text.splitlines()) if line]


def content(candidate: Candidate) -> dict[str, Any]:
    """What an employer would see of a candidate.

    :param candidate: with its profile loaded.
    :returns: plain JSON: keys of ``core.reference`` for occupations (with a band of experience), skills and areas
        (municipality codes), levels of the Common European Framework by language code, hours a week, the earliest
        start as an ISO day or None, what makes work go well line by line, the pitch and its language.
    """
    profile = candidate.profile
    return {
        "occupations": dict(sorted(profile.occupations.items())),
        "skills": sorted(profile.skills),
        "languages": dict(sorted(profile.languages.items())),
        "driving_licence": profile.driving_licence,
        "hours_min": profile.hours_min,
        "hours_max": profile.hours_max,
        "shifts": [shift.value for shift in profile.shifts],
        "areas": sorted(profile.areas),
        "earliest_start": profile.earliest_start.isoformat() if profile.earliest_start else None,
        "works_well": lines(profile.works_well),
        "pitch": profile.pitch,
        "pitch_language": profile.pitch_language.value,
    }


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of a content, in hexadecimal; equal contents have equal digests whatever the order of their keys."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def freeze(candidate: Candidate) -> FrozenProfile:
    """Keep what an employer would see exactly as it is now; a new row each time, never changed.

    :param candidate: with its profile loaded.
    """
    now = content(candidate)
    frozen = FrozenProfile(candidate_id=candidate.id, content=now, digest=digest(now))
    db.session.add(frozen)
    db.session.flush()
    return frozen


@dataclass(frozen=True)
class Shown:
    """A content in the reader's words, ready for a page. Empty where the profile says nothing."""

    occupations: list[tuple[str, str]] = field(default_factory=list)  # (trade, experience)
    skills: list[tuple[str, list[str]]] = field(default_factory=list)  # (group, skills)
    languages: list[tuple[str, str]] = field(default_factory=list)  # (language, level)
    driving_licence: str = ""
    hours: str = ""
    shifts: str = ""
    areas: str = ""
    earliest_start: str = ""
    works_well: list[str] = field(default_factory=list)
    pitch: str = ""
    pitch_language: str = ""  # its code, for the page's lang attribute

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing yet that an employer could read."""
        return not (self.occupations or self.skills or self.pitch or self.works_well)


def shown(content: dict[str, Any]) -> Shown:
    """A content, frozen or not, in the words of the reader's language. Reads the content alone, no database.

    Keys that the reference data has dropped since are left out.
    """
    bands = {band.value: str(name) for band, name in EXPERIENCE_NAMES.items()}
    shifts = [str(SHIFT_NAMES[Shift(value)]) for value in content["shifts"]]
    return Shown(
        occupations=[
            (name, bands.get(content["occupations"][key], ""))
            for key, name in _named(_by_experience(content["occupations"]), reference.occupation)
        ],
        skills=_grouped(content["skills"]),
        languages=[
            (language_name(code), str(LEVEL_NAMES.get(level, level)))
            for code, level in sorted(content["languages"].items(), key=lambda pair: (pair[1], pair[0]), reverse=True)
        ],
        driving_licence=str(LICENCE_NAMES.get(content["driving_licence"], "")),
        hours=_hours(content["hours_min"], content["hours_max"]),
        shifts=i18n.listed(shifts),
        areas=", ".join(name for _key, name in _named(content["areas"], reference.municipality)),
        earliest_start=_start(content["earliest_start"]),
        works_well=list(content["works_well"]),
        pitch=content["pitch"],
        pitch_language=content["pitch_language"],
    )


def _by_experience(occupations: dict[str, str]) -> list[str]:
    """Trades, the most experienced first."""
    order = [band.value for band in Experience]
    return sorted(occupations, key=lambda key: (-order.index(occupations[key]), key))


def _named(keys: Iterable[str], look_up: Callable[[str], reference.Labelled]) -> list[tuple[str, str]]:
    found = []
    for key in keys:
        try:
            found.append((key, reference.label(look_up(key), i18n.language())))
        except reference.UnknownReference:
            continue
    return found


def _grouped(keys: Iterable[str]) -> list[tuple[str, list[str]]]:
    known = dict(_named(keys, reference.skill))
    groups = []
    for group in reference.skill_groups():
        inside = [name for key, name in known.items() if reference.skill(key).group == group.key]
        if inside:
            groups.append((reference.label(group, i18n.language()), sorted(inside)))
    return groups


def _hours(least: int | None, most: int | None) -> str:
    if least is None or most is None:
        return ""
    if least == most:
        return str(_("%(hours)s hours a week", hours=least))
    return str(_("%(least)s–%(most)s hours a week", least=least, most=most))


def _start(day: str | None) -> str:
    if day is None:
        return ""
    start = date.fromisoformat(day)
    return str(_("At once") if start <= clock.today() else _("From %(day)s", day=i18n.day(start)))
