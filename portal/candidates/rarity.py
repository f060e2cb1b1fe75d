"""Values that too few people on the service's books share are shown coarser, or not at all.

Who is on the books: everybody who has not left the service, in every team and phase, whatever the reader's own sight;
an employer cannot know in which phase somebody is, so all of them hide one another. A value that fewer than
``RARE_BELOW`` of them share (a setting, five by default) climbs its ladder until as many share what is shown; at the
top it is left out. The source of the rule is the product's own design ("values too rare are coarse"), that of the
figure the smallest cell that Finnish authorities publish of people.

| kind | ladder, finest first |
| --- | --- |
| occupation | the trade; its ISCO-08 minor group; its major group ("work by hand in a trade"); left out |
| experience | the band of years; left out. Beside a trade shown as its group, the band stays only when enough people of
  that group have the same band: few in a group with a rare band is what gives away |
| skill | the skill; its group; left out |
| language | the language; "another language", without a level; left out |
| level | the level; its letter (A, B, C); left out, the language stays |
| licence | the class; "C, or more" or "B, or more" where the class gives that right; left out |
| hours, each end | the number; about it, to the nearest five hours, then to the nearest ten; both ends left out |
| shift | the shift; left out |
| area | the municipality; its sub-region; its region; left out |
| start | the day ("now" once it has come); its month; "later"; left out |

A coarse value counts those whose cards read so: who has a finer one below it that is not shown itself. Were a cook
whose trade is shown counted for "work within 512" too, those words could stand on one card alone, and say which
other trade it is. The two texts, the pitch and what makes work go
well, are words and not values: they are read by the privacy guard, and a text used twice warns (``proposals.reuse``).
Combinations of values are nearly always unique among some eighty people; the portal does not pretend otherwise.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import select

from portal.candidates.models import Candidate, KeptFine, Profile
from portal.candidates.states import Phase
from portal.candidates.values import Kind
from portal.core import clock, reference
from portal.core.db import db

OTHER_LANGUAGE = "other"
NOW, LATER = "now", "later"
# Which class gives the right to which (Finland's driving licence act 386/2011): who drives lorries and buses drives
# cars. Tractor and moped stand alone.
_LICENCE_STEPS = {
    "B": ("B", "from:B"),
    "BE": ("BE", "from:B"),
    "C": ("C", "from:C", "from:B"),
    "CE": ("CE", "from:C", "from:B"),
    "D": ("D", "from:B"),
}
Value = tuple[Kind, str]


def rare_below() -> int:
    """How many people must share a value for it to be shown as it is."""
    limit: int = current_app.config["PORTAL"].rare_below
    return limit


def steps(kind: Kind, value: str) -> tuple[str, ...]:
    """A value and the coarser ones above it, the finest first; above the last there is only leaving out."""
    match kind:
        case Kind.OCCUPATION:
            return reference.trade_steps(value)
        case Kind.SKILL:
            return reference.competence_steps(value)
        case Kind.AREA:
            return reference.place_steps(value)
        case Kind.LICENCE:
            return _LICENCE_STEPS.get(value, (value,))
        case Kind.LANGUAGE:
            return (value, OTHER_LANGUAGE)
        case Kind.LEVEL:
            return (value, value[:-1])
        case Kind.LEAST_HOURS | Kind.MOST_HOURS:
            return (value, *dict.fromkeys((_about(value, 5), _about(value, 10))))
        case Kind.START:
            return (value,) if value == NOW else (value, value[:7], LATER)
        case _:
            return (value,)


def _about(hours: str, step: int) -> str:
    return f"about:{max(step, step * ((int(hours) + step // 2) // step))}"


def hours_of(value: str) -> int:
    """The hours a week of a value, exact or about."""
    return int(value.removeprefix("about:"))


def start_value(day: date | None) -> str:
    """How an earliest start counts: every day that has come is the same "now"; empty without one."""
    if day is None:
        return ""
    return NOW if day <= clock.today() else day.isoformat()


def first_day(start: str) -> date:
    """The first day that a start can mean, today for "now". :raises ValueError: for "later"."""
    if start == NOW:
        return clock.today()
    return date.fromisoformat(start if len(start) > len("2027-01") else f"{start}-01")


def values_of(profile: Any) -> Iterator[Value]:
    """The fine values of a profile, or of a row of its columns, that can be counted."""
    for trade, band in profile.occupations.items():
        yield Kind.OCCUPATION, trade
        yield Kind.EXPERIENCE, band
    for key in profile.skills:
        yield Kind.SKILL, key
    for code, level in profile.languages.items():
        yield Kind.LANGUAGE, code
        yield Kind.LEVEL, f"{code}:{level}"
    if profile.driving_licence:
        yield Kind.LICENCE, profile.driving_licence
    if profile.hours_min is not None and profile.hours_max is not None:
        yield Kind.LEAST_HOURS, str(profile.hours_min)
        yield Kind.MOST_HOURS, str(profile.hours_max)
    for shift in profile.shifts:
        yield Kind.SHIFT, shift.value
    for code in profile.areas:
        yield Kind.AREA, code
    if profile.earliest_start is not None:
        yield Kind.START, start_value(profile.earliest_start)


@dataclass(frozen=True)
class Books:
    """How many people share each value, and what is kept fine for whom. Read once a page, by ``books``."""

    below: int
    shared: Mapping[Value, int]
    in_group: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[int, frozenset[Value]] = field(default_factory=dict)

    def step_shown(self, kind: Kind, value: str) -> str | None:
        """The finest step of a value that enough people share; None when none is."""
        return next((step for step in steps(kind, value) if self.shared.get((kind, step), 0) >= self.below), None)


def count(profiles: Iterable[Any], below: int, kept: Mapping[int, frozenset[Value]] | None = None) -> Books:
    """Count who shares what among the profiles; a person counts once for each value, and once for each step shown.

    :param kept: by candidate's id, what is kept fine; who keeps a value is not shown a coarser one for it.
    """
    rows = list(profiles)
    having: dict[Value, set[int]] = defaultdict(set)
    keeping: dict[Value, set[int]] = defaultdict(set)
    for number, profile in enumerate(rows):
        for one in values_of(profile):
            having[one].add(number)
            if kept and one in kept.get(profile.candidate_id, ()):
                keeping[one].add(number)
    shared = _shared(having, keeping, below)
    now = Books(below, shared, kept=kept or {})
    in_group: Counter[str] = Counter(
        pair for number, profile in enumerate(rows) for pair in _in_group(number, profile, now, keeping)
    )
    return replace(now, in_group=in_group)


def _shared(having: Mapping[Value, set[int]], keeping: Mapping[Value, set[int]], below: int) -> dict[Value, int]:
    """How many people share each step, from the finest up; who is shown a finer one is not counted again."""
    fine_of: dict[Value, list[Value]] = defaultdict(list)
    height: Counter[Value] = Counter()
    for kind, value in having:
        for number, coarser in enumerate(steps(kind, value)):
            fine_of[kind, coarser].append((kind, value))
            height[kind, coarser] = max(height[kind, coarser], number)
    shared: dict[Value, int] = {}
    shown: set[Value] = set()
    for step in sorted(fine_of, key=lambda one: height[one]):
        own = [one for one in fine_of[step] if one not in shown]
        people = {who for one in own for who in having[one] if one == step or who not in keeping.get(one, ())}
        shared[step] = len(people)
        if len(people) >= below:
            shown.update(own)
    return shared


def _in_group(number: int, profile: Any, now: Books, keeping: Mapping[Value, set[int]]) -> set[str]:
    """Each group that is shown for a trade of somebody's, with the band of years in it."""
    found = set()
    for trade, band in profile.occupations.items():
        step = now.step_shown(Kind.OCCUPATION, trade)
        if step not in (None, trade) and number not in keeping.get((Kind.OCCUPATION, trade), ()):
            found.add(f"{step}/{band}")
    return found


def books() -> Books:
    """Who shares what on the service's books, and what is kept fine: two statements, however many people there are."""
    columns = (
        *(Profile.candidate_id, Profile.occupations, Profile.skills, Profile.languages, Profile.driving_licence),
        *(Profile.hours_min, Profile.hours_max, Profile.shifts, Profile.areas, Profile.earliest_start),
    )
    rows = db.session.execute(
        select(*columns)
        .join(Candidate, Candidate.id == Profile.candidate_id)
        .where(Candidate.phase != Phase.EXITED)
        .order_by(Profile.candidate_id)
    )
    kept: dict[int, set[Value]] = {}
    for candidate_id, kind, value in db.session.execute(
        select(KeptFine.candidate_id, KeptFine.kind, KeptFine.value).order_by(KeptFine.id)
    ):
        kept.setdefault(candidate_id, set()).add((kind, value))
    return count(rows, rare_below(), {key: frozenset(values) for key, values in kept.items()})


@dataclass(frozen=True)
class Judged:
    """One value of a profile: how many share it, and what an employer reads in its place."""

    kind: Kind
    value: str
    people: int  # who share the value as it is, this person included
    shown: str | None  # the step that is shown; None: left out
    people_shown: int  # who share what is shown
    stands_out: bool  # too few share it
    kept: bool  # kept fine, with a reason


def judge(profile: Profile, now: Books) -> list[Judged]:
    """Every value of a profile that counts, each once, in the order of the profile."""
    kept = now.kept.get(profile.candidate_id, frozenset())
    return [_judged(kind, value, kept, now) for kind, value in dict.fromkeys(values_of(profile))]


def _judged(kind: Kind, value: str, kept: frozenset[Value], now: Books) -> Judged:
    people = now.shared.get((kind, value), 0)
    rare = people < now.below
    stays = rare and (kind, value) in kept
    shown = value if stays else now.step_shown(kind, value)
    seen = now.shared.get((kind, shown), 0) if shown is not None else 0
    return Judged(kind, value, people, shown, seen, rare, stays)
