"""The profile without a name: what an employer would see, and its freezing.

``content`` is the only way from the coach's working copy to what leaves the team. It is plain JSON of the keys in
``CONTENT_KEYS`` and nothing else: no id, no name, no wish, and no value finer than ``rarity`` lets it be.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from portal.candidates import rarity
from portal.candidates.models import EXPERIENCE_NAMES, Candidate, Experience, FrozenProfile
from portal.candidates.values import Kind
from portal.candidates.words import language_name, level_name, licence_name
from portal.core import clock, i18n, reference
from portal.core.db import db
from portal.core.reference import own
from portal.core.signing import keyed_digest
from portal.core.work import SHIFT_NAMES, Shift

CONTENT_KEYS = frozenset(
    {
        "occupations",
        "skills",
        "languages",
        "driving_licence",
        "hours_min",
        "hours_max",
        "hours_about",
        "shifts",
        "areas",
        "earliest_start",
        "works_well",
        "pitch",
        "pitch_language",
        "own_entries",
    }
)


def lines(text: str) -> list[str]:
    """The lines of a text that hold anything, without white space and list signs around them."""
    return [line for line in (raw.strip().lstrip("-•*–").strip() for raw in text.splitlines()) if line]


def working_copy(candidate: Candidate) -> dict[str, Any]:
    """The profile as the coach wrote it, under the keys of a content. For the team alone: nothing of it is coarse.

    :param candidate: with its profile loaded.
    """
    profile = candidate.profile
    return {
        "occupations": dict(sorted(profile.occupations.items())),
        "skills": sorted(profile.skills),
        "languages": dict(sorted(profile.languages.items())),
        "driving_licence": profile.driving_licence,
        "hours_min": profile.hours_min,
        "hours_max": profile.hours_max,
        "hours_about": False,
        "shifts": [shift.value for shift in profile.shifts],
        "areas": sorted(profile.areas),
        "earliest_start": rarity.start_value(profile.earliest_start) or None,
        "works_well": lines(profile.works_well),
        "pitch": profile.pitch,
        "pitch_language": profile.pitch_language.value,
    }


def content(candidate: Candidate, now: rarity.Books | None = None) -> dict[str, Any]:
    """What an employer would see of a candidate: values that too few people share are coarser, or left out.

    :param candidate: with its profile loaded.
    :param now: who shares what; read here when not given, so a page that asks more than once reads it once itself.
    :returns: plain JSON: keys of ``core.reference`` for occupations (with a band of experience, "" when that is left
        out), skills and areas, fine ("cook") or coarse ("isco:512"); levels of the Common European Framework, a letter
        of it or "" by language code or "other"; hours a week and whether they are about; the earliest start as an ISO
        day or month, "now", "later" or None; what makes work go well line by line, the pitch and its language; what
        the team's own occupations and skills among them are called now (``reading``).
    """
    now = now or rarity.books()
    shown: dict[Kind, dict[str, str]] = {kind: {} for kind in Kind}
    for one in rarity.judge(candidate.profile, now):
        if one.shown is not None:
            shown[one.kind][one.value] = one.shown
    seen = {
        **working_copy(candidate),
        **_hours(*(next(iter(shown[kind].values()), "") for kind in (Kind.LEAST_HOURS, Kind.MOST_HOURS))),
        "occupations": _occupations(candidate.profile.occupations, shown, now),
        "skills": sorted(set(shown[Kind.SKILL].values())),
        "languages": _languages(candidate.profile.languages, shown),
        "driving_licence": next(iter(shown[Kind.LICENCE].values()), ""),
        "shifts": list(shown[Kind.SHIFT].values()),
        "areas": sorted(set(shown[Kind.AREA].values())),
        "earliest_start": next(iter(shown[Kind.START].values()), None),
    }
    return {**seen, "own_entries": own.names_now([*seen["occupations"], *seen["skills"]])}


def reading(content: dict[str, Any]) -> AbstractContextManager[None]:
    """Within, the team's own occupations and skills of a content are read by the names that it was made with.

    Whoever agreed to be shown as a "net mender" is not shown as something else because the list was corrected since.
    """
    return own.as_they_were(content.get("own_entries", {}))  # a working copy, or frozen before names were kept


def _occupations(known: dict[str, str], shown: dict[Kind, dict[str, str]], now: rarity.Books) -> dict[str, str]:
    """Trades or their groups with the band of years; of two trades in one group, the longer band."""
    found: dict[str, str] = {}
    for key in reversed(_by_experience(known)):
        step = shown[Kind.OCCUPATION].get(key)
        if step is None:
            continue
        band = shown[Kind.EXPERIENCE].get(known[key], "")
        if step != key and now.in_group.get(f"{step}/{band}", 0) < now.below:
            band = ""
        found[step] = band or found.get(step, "")
    return dict(sorted(found.items()))


def _hours(least: str, most: str) -> dict[str, Any]:
    """Both ends or neither; rounding never turns them round."""
    if not least or not most:
        return {"hours_min": None, "hours_max": None, "hours_about": False}
    low, high = rarity.hours_of(least), rarity.hours_of(most)
    return {"hours_min": low, "hours_max": max(low, high), "hours_about": "about:" in least + most}


def _languages(known: dict[str, str], shown: dict[Kind, dict[str, str]]) -> dict[str, str]:
    found = {}
    for code, level in known.items():
        step = shown[Kind.LANGUAGE].get(code)
        if step == code:
            found[code] = shown[Kind.LEVEL].get(f"{code}:{level}", ":").partition(":")[2]
        elif step is not None:
            found[step] = ""  # a level of "another language" would say which
    return dict(sorted(found.items()))


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of a content, in hexadecimal; equal contents have equal digests whatever the order of their keys."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def kept_fine(candidate: Candidate, now: rarity.Books) -> list[list[str]]:
    """[kind, value] of each value that stands out and is shown as it is."""
    return [[one.kind.value, one.value] for one in rarity.judge(candidate.profile, now) if one.kept]


def source_digest(candidate: Candidate, kept: Iterable[rarity.Value]) -> str:
    """Whether a profile is still what was frozen, whoever else has come or gone: of the working copy and what is kept.

    Keyed with the installation's secret, so that nobody can find a value that was shown coarser by trying them.
    """
    profile = candidate.profile
    start = profile.earliest_start.isoformat() if profile.earliest_start else None
    source = {
        **working_copy(candidate),
        "earliest_start": start,  # "now" tomorrow is the same day as it was yesterday
        "kept": sorted([kind.value, value] for kind, value in kept if (kind, value) in set(rarity.values_of(profile))),
    }
    plain = json.dumps(source, ensure_ascii=False, sort_keys=True)
    return keyed_digest("profile", plain)


def freeze(candidate: Candidate) -> FrozenProfile:
    """Keep what an employer would see exactly as it is now; a new row each time, never changed.

    :param candidate: with its profile loaded.
    """
    frozen = frozen_now(candidate, rarity.books())
    db.session.add(frozen)
    db.session.flush()
    return frozen


def frozen_now(candidate: Candidate, now: rarity.Books) -> FrozenProfile:
    """The row that ``freeze`` keeps, not yet in the session."""
    seen = content(candidate, now)
    return FrozenProfile(
        candidate_id=candidate.id,
        content=seen,
        digest=digest(seen),
        kept_fine=kept_fine(candidate, now),
        source_digest=source_digest(candidate, now.kept.get(candidate.id, frozenset())),
    )


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
    """A content, frozen or not, in the words of the reader's language. Reads the content alone, and the team's
    own entries when it holds one (``core.reference.own``).

    Keys that the reference data has dropped since are left out; own ones are read as they were (``reading``).
    """
    with reading(content):
        return _shown(content)


def _shown(content: dict[str, Any]) -> Shown:
    bands = {band.value: str(name) for band, name in EXPERIENCE_NAMES.items()}
    shifts = [str(SHIFT_NAMES[Shift(value)]) for value in content["shifts"]]
    return Shown(
        occupations=[
            (name, bands.get(content["occupations"][key], ""))
            for key, name in _named(_by_experience(content["occupations"]), trade_name)
        ],
        skills=_grouped(content["skills"]),
        languages=[
            (language_name(code), level_name(level))
            for code, level in sorted(content["languages"].items(), key=lambda pair: (pair[1], pair[0]), reverse=True)
        ],
        driving_licence=licence_name(content["driving_licence"]),
        hours=hours_words(content),
        shifts=i18n.listed(shifts),
        areas=", ".join(name for _key, name in _named(content["areas"], place_name)),
        earliest_start=start_words(content["earliest_start"]),
        works_well=list(content["works_well"]),
        pitch=content["pitch"],
        pitch_language=content["pitch_language"],
    )


def _by_experience(occupations: dict[str, str]) -> list[str]:
    """Trades, the most experienced first, those whose years are not told last."""
    order = ["", *(band.value for band in Experience)]
    return sorted(occupations, key=lambda key: (-order.index(occupations[key]), key))


def trade_name(key: str) -> str:
    """What a trade, or a whole group of trades, is called in the reader's language. :raises UnknownReference:"""
    name = reference.label(reference.trade(key), i18n.language())
    return str(_("work within: %(group)s", group=name)) if key.startswith(reference.ISCO) else name


def place_name(key: str) -> str:
    """What a municipality, sub-region or region is called in the reader's language. :raises UnknownReference:"""
    return reference.label(reference.place(key), i18n.language())


def skill_name(key: str) -> str:
    """What a skill is called; of a whole group, that there is something of it. :raises UnknownReference:"""
    name = reference.label(reference.competence(key), i18n.language())
    return str(_("something within: %(group)s", group=name)) if key.startswith(reference.GROUP) else name


def _named(keys: Iterable[str], name_of: Callable[[str], str]) -> list[tuple[str, str]]:
    found = []
    for key in keys:
        try:
            found.append((key, name_of(key)))
        except reference.UnknownReference:
            continue
    return found


def _grouped(keys: Iterable[str]) -> list[tuple[str, list[str]]]:
    keys = set(keys)
    known = dict(_named(sorted(keys), skill_name))
    groups = []
    for group in reference.skill_groups():
        coarse = reference.GROUP + group.key
        mine = [key for key in known if key != coarse and reference.competence_steps(key)[-1] == coarse]
        inside = sorted(known[key] for key in mine)
        if coarse in keys:
            inside.append(str(_("something more of this kind") if inside else _("something of this kind")))
        if inside:
            groups.append((reference.label(group, i18n.language()), inside))
    return groups


def hours_words(content: dict[str, Any]) -> str:
    """The hours of a content in words; empty when it says none."""
    least, most = content["hours_min"], content["hours_max"]
    if least is None or most is None:
        return ""
    if content.get("hours_about", False):  # frozen before hours could be about
        if least == most:
            return str(_("about %(hours)s hours a week", hours=least))
        return str(_("about %(least)s–%(most)s hours a week", least=least, most=most))
    if least == most:
        return str(_("%(hours)s hours a week", hours=least))
    return str(_("%(least)s–%(most)s hours a week", least=least, most=most))


def start_words(value: str | None) -> str:
    """An earliest start of a content in words; empty when it says none."""
    if value is None:
        return ""
    if value == rarity.LATER:
        return str(_("Later, by agreement"))
    known = rarity.first_day(value)
    if known <= clock.today():
        return str(_("At once"))
    if len(value) == len("2027-01"):
        return str(_("From %(day)s", day=i18n.month(known)))
    return str(_("From %(day)s", day=i18n.day(known)))
