"""What a person brings set against what was asked, line by line, from the frozen, shown values alone."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.candidates import profiles, rarity
from portal.candidates.models import EXPERIENCE_NAMES, Experience
from portal.candidates.words import licence_name
from portal.core import reference
from portal.core.i18n import day, language, listed
from portal.core.work import SHIFT_NAMES, Level, Shift
from portal.openings.content import LANGUAGE_NAMES
from portal.openings.models import Opening
from portal.openings.reading import hours

HOURS_NEARLY = 5  # hours a week that a talk can bridge
OCCUPATION_WEIGHT = 4  # how much the first line, the trade, counts against each other one


class Verdict(enum.StrEnum):
    """How a line fits: as asked, nearly, or something to ask about. Never a "no": people decide."""

    MEETS = "meets"
    CLOSE = "close"
    ASK = "ask"


VERDICT_NAMES = {
    Verdict.MEETS: lazy_pgettext("how it fits", "Meets"),
    Verdict.CLOSE: lazy_pgettext("how it fits", "Close"),
    Verdict.ASK: lazy_pgettext("how it fits", "Ask"),
}
VERDICT_TONES = {Verdict.MEETS: "done", Verdict.CLOSE: "info", Verdict.ASK: "quiet"}
_WEIGHTS = {Verdict.MEETS: 2, Verdict.CLOSE: 1, Verdict.ASK: 0}


@dataclass(frozen=True)
class Line:
    """One thing asked for, what the person brings to it, and how the two fit."""

    label: str
    asked: str
    brings: str
    verdict: Verdict


Content = dict[str, Any]
_NOT_SAID = _l("Not said")


def _occupation(opening: Opening, content: Content) -> Line:
    wanted = reference.occupation(opening.occupation)
    known: dict[str, str] = content["occupations"]
    brings = ", ".join(
        f"{profiles.trade_name(key)} ({EXPERIENCE_NAMES[Experience(band)]})" if band else profiles.trade_name(key)
        for key, band in known.items()
    )
    group = reference.ISCO + wanted.isco
    if opening.occupation in known:
        verdict = Verdict.MEETS
    elif any(group in reference.trade_steps(key) for key in known):
        verdict = Verdict.CLOSE
    else:
        verdict = Verdict.ASK
    return Line(_("Occupation"), reference.label(wanted, language()), brings or str(_NOT_SAID), verdict)


def _hours(opening: Opening, content: Content) -> Line:
    least, most = content["hours_min"], content["hours_max"]
    if least is None or most is None:
        return Line(_("Hours"), hours(opening), str(_NOT_SAID), Verdict.ASK)
    gap = max(opening.hours_min - most, least - opening.hours_max, 0)
    verdict = Verdict.MEETS if gap == 0 else Verdict.CLOSE if gap <= HOURS_NEARLY else Verdict.ASK
    if content.get("hours_about", False):  # a profile frozen earlier says nothing of it
        verdict = Verdict.CLOSE if verdict is Verdict.MEETS else verdict
    return Line(_("Hours"), hours(opening), profiles.hours_words(content), verdict)


def _shifts(opening: Opening, content: Content) -> Line | None:
    if not opening.shifts:
        return None
    asked, can = {shift.value for shift in opening.shifts}, set(content["shifts"])
    verdict = Verdict.MEETS if asked <= can else Verdict.CLOSE if asked & can else Verdict.ASK
    return Line(_("Shifts"), _named_shifts(asked), _named_shifts(can) or str(_NOT_SAID), verdict)


def _named_shifts(values: set[str]) -> str:
    return listed(SHIFT_NAMES[shift] for shift in Shift if shift.value in values)


def _place(opening: Opening, content: Content) -> Line:
    where = reference.municipality(opening.municipality)
    exact, *wider = reference.place_steps(opening.municipality)
    areas: list[str] = content["areas"]
    if exact in areas:
        verdict = Verdict.MEETS
    elif any(area in wider or wider[0] in reference.place_steps(area) for area in areas):
        verdict = Verdict.CLOSE
    else:
        verdict = Verdict.ASK
    brings = ", ".join(profiles.place_name(area) for area in areas)
    return Line(_("Where"), reference.label(where, language()), brings or str(_NOT_SAID), verdict)


def _skills(opening: Opening, content: Content) -> Line | None:
    asked = [*opening.skills_required, *(key for key in opening.skills_welcome if key not in opening.skills_required)]
    if not asked:
        return None
    has = set(content["skills"])
    needed, met = set(opening.skills_required), [key for key in asked if key in has]
    # a skill shown as its whole group may be the one that is asked for
    near = dict.fromkeys(step for key in asked if key not in has for step in reference.competence_steps(key)[1:])
    nearly = [group for group in near if group in has]
    verdict = Verdict.MEETS if needed <= has and met else Verdict.CLOSE if met or nearly else Verdict.ASK
    return Line(_("Skills"), _named_skills(asked), _named_skills([*met, *nearly]) or str(_NOT_SAID), verdict)


def _named_skills(keys: list[str]) -> str:
    return ", ".join(profiles.skill_name(key) for key in keys)


def _languages(opening: Opening, content: Content) -> Line | None:
    if not opening.languages:
        return None
    gaps = [_gap(asked, content["languages"].get(code)) for code, asked in opening.languages.items()]
    worst = max(gaps)
    verdict = Verdict.MEETS if worst <= 0 else Verdict.CLOSE if worst == 1 else Verdict.ASK
    brings = {code: content["languages"][code] for code in opening.languages if code in content["languages"]}
    return Line(_("Languages"), _named_levels(opening.languages), _named_levels(brings) or str(_NOT_SAID), verdict)


_RANKS = {level.value: rank for rank, level in enumerate(Level, start=1)}


def _gap(asked: str, has: str | None) -> int:
    """How many levels are missing. A letter alone is the lower of its two levels; without a level it is near."""
    if has is None:
        return _RANKS[asked]
    if has == "":
        return 1
    rank = _RANKS.get(has) or _RANKS[f"{has}1"]
    return max(_RANKS[asked] - rank, 0)


def _named_levels(levels: dict[str, str]) -> str:
    words = (f"{LANGUAGE_NAMES.get(code, code)} {level}".strip() for code, level in levels.items())
    return listed(words, names_in_english=True)


def _licence(opening: Opening, content: Content) -> Line | None:
    if not opening.driving_licence:
        return None
    has = content["driving_licence"]
    # "C, or more": the class itself is met, a higher one may be
    sure = opening.driving_licence in (has, has.removeprefix("from:"))
    verdict = Verdict.MEETS if sure else Verdict.CLOSE if has else Verdict.ASK
    brings = licence_name(has) if has.startswith("from:") else has
    return Line(_("Driving licence"), opening.driving_licence, brings or str(_NOT_SAID), verdict)


def _start(opening: Opening, content: Content) -> Line | None:
    if opening.starts_on is None:
        return None
    value = content["earliest_start"]
    brings = profiles.start_words(value) or str(_NOT_SAID)
    return Line(_("Start"), day(opening.starts_on), brings, _in_time(opening.starts_on, value))


def _in_time(wanted: date, value: str | None) -> Verdict:
    if value is None or value == rarity.LATER:
        return Verdict.ASK
    if value == rarity.NOW:
        return Verdict.MEETS
    known = rarity.first_day(value)
    if known > wanted:
        return Verdict.ASK
    same_month = (known.year, known.month) == (wanted.year, wanted.month)
    return Verdict.CLOSE if len(value) == len("2027-01") and same_month else Verdict.MEETS


_LINES: tuple[Callable[[Opening, Content], Line | None], ...] = (
    _occupation,
    _hours,
    _shifts,
    _place,
    _skills,
    _languages,
    _licence,
    _start,
)


def compare(opening: Opening, content: Content) -> list[Line]:
    """Every line that the opening asks about, in the order in which an employer reads a need.

    :param content: of a frozen profile, or of the working copy for the coach's preview.
    """
    with profiles.reading(content):
        return [line for make in _LINES if (line := make(opening, content)) is not None]


def fit(lines: list[Line]) -> float:
    """How well the lines fit together, from 0 to 1; sorts the coach's people and decides nothing."""
    if not lines:
        return 0.0
    # the trade first: everything else can be talked about
    weights = [OCCUPATION_WEIGHT if number == 0 else 1 for number in range(len(lines))]
    scored = sum(_WEIGHTS[line.verdict] * weight for line, weight in zip(lines, weights, strict=True))
    return scored / (2 * sum(weights))


def strongest(lines: list[Line], count: int = 3) -> list[str]:
    """The best lines in words, for a card."""
    ranked = sorted(lines, key=lambda line: -_WEIGHTS[line.verdict])
    return [f"{line.label}: {line.brings}" for line in ranked[:count] if line.verdict is not Verdict.ASK]
