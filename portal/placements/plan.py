"""The dates of a support plan: pure, from a template's lines and a start date (``ips.md``, "Support plan").

Contacts lie on working days in Finland. Three rules move a line's date there:

- a line before the start moves to a working day of the same seven days before it, later rather than earlier;
- the contact within the first three days after the start never moves past the third day, so it moves earlier (before
  the start only when a job begins inside a holiday of four days, such as Good Friday's);
- every other line moves to the next working day.

Months keep the day of the month; where a month is too short (31, or 29 February) its last day is meant.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.core import workdays
from portal.placements.models import ContactSide, OffsetUnit

WITHIN_FIRST_DAYS = 3
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One contact of a template: an offset from the start, for one side."""

    side: ContactSide
    unit: OffsetUnit
    offset: int
    is_review: bool = False

    @property
    def place(self) -> tuple[ContactSide, OffsetUnit, int]:
        """What tells it from the other lines of a plan."""
        return self.side, self.unit, self.offset


@dataclass(frozen=True)
class Planned:
    """A line with its date. ``before_reported``: that day had passed when the hire was reported."""

    line: Line
    due_on: date
    before_reported: bool


def _lines(side: ContactSide, days: Iterable[int], months: Iterable[int] = (), review: int | None = None) -> list[Line]:
    return [Line(side, OffsetUnit.DAYS, day) for day in days] + [
        Line(side, OffsetUnit.MONTHS, month, is_review=month == review) for month in months
    ]


# ips.md, "Support plan: the default template".
DEFAULT = (
    *_lines(ContactSide.EMPLOYEE, (-5, 3, 7, 14, 21, 28), range(2, 13), review=12),
    *_lines(ContactSide.EMPLOYER, (-5, 3, 14, 28), (2, 3, 6, 9, 12)),
)

# For a job that is agreed to last less than a month (domain.md, "Situations that will come").
SHORT = (
    *_lines(ContactSide.EMPLOYEE, (-5, 3, 7, 14, 28)),
    *_lines(ContactSide.EMPLOYER, (-5, 3, 14)),
)


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_on(line: Line, starts_on: date) -> date:
    """The working day on which a line falls for a job that starts on ``starts_on``."""
    if line.unit is OffsetUnit.MONTHS:
        return workdays.on_or_after(add_months(starts_on, line.offset))
    day = starts_on + timedelta(days=line.offset)
    if line.offset < 0:
        return _in_the_week_before(day, starts_on)
    if line.offset <= WITHIN_FIRST_DAYS:
        return workdays.on_or_before(day)
    return workdays.on_or_after(day)


def _in_the_week_before(day: date, starts_on: date) -> date:
    """A working day before the start, at or after ``day`` when there is one, else before it."""
    later = workdays.on_or_after(day)
    return later if later < starts_on else workdays.on_or_before(day)


def is_short(starts_on: date, ends_on: date | None) -> bool:
    """Whether a job is agreed to last less than a month."""
    return ends_on is not None and ends_on < add_months(starts_on, 1) - _DAY


def draw(
    starts_on: date,
    reported_on: date,
    *,
    ends_on: date | None = None,
    template: Iterable[Line] = (),
    employer_side: bool = True,
) -> list[Planned]:
    """Draw a plan, in the order of its dates.

    :param reported_on: the day when the hire was reported; what lies before it was missed by nobody.
    :param ends_on: the agreed last day; contacts more than a week after it are left out.
    :param template: the team's own lines; the default ones when there are none. A short job gets the short template.
    :param employer_side: false when nobody at work is told: then nothing of the employer's side is planned.
    """
    planned = []
    for line in lines_for(starts_on, ends_on, template):
        day = due_on(line, starts_on)
        if line.side is ContactSide.EMPLOYER and not employer_side:
            continue
        if not fits(day, ends_on):
            continue
        planned.append(Planned(line, day, day < reported_on))
    return sorted(planned, key=lambda one: (one.due_on, one.line.side))


def lines_for(starts_on: date, ends_on: date | None, template: Iterable[Line] = ()) -> tuple[Line, ...]:
    """The lines that a plan is drawn from: the short ones, the team's own, or the default."""
    return SHORT if is_short(starts_on, ends_on) else (tuple(template) or DEFAULT)


@dataclass(frozen=True)
class Term:
    """From when until when a job is agreed to last."""

    starts_on: date
    ends_on: date | None

    def holds(self, line: Line) -> bool:
        """Whether a line's contact belongs to a job of this term."""
        return fits(due_on(line, self.starts_on), self.ends_on)


def regained(
    before: Term,
    now: Term,
    *,
    standing: Iterable[Line],
    dropped: Iterable[Line],
    template: Iterable[Line] = (),
) -> list[Line]:
    """The lines that belong to a plan again, or for the first time, when its term grows.

    A plan keeps its own lines (``ips.md``): what an earlier last day took away comes back as it was. Only what the
    plan never reached comes from the template of now: what lies after its own lines, and all that a short job's lines
    left out. What the coach dropped while it belonged to the job stays dropped.

    :param standing: the plan's lines whose contacts are planned, done or missed.
    :param dropped: those whose contacts were dropped, by the coach or by an earlier last day.
    :param template: the team's own lines; the default ones when there are none.
    """
    standing, dropped = list(standing), list(dropped)
    known = {line.place for line in (*standing, *dropped)}
    there = {line.place for line in standing}
    back = {line.place: line for line in dropped if line.place not in there and not before.holds(line)}
    was_short = is_short(before.starts_on, before.ends_on)
    last = dict.fromkeys(ContactSide, date.min)
    for line in (*standing, *dropped):
        last[line.side] = max(last[line.side], due_on(line, now.starts_on))
    new = [
        line
        for line in lines_for(now.starts_on, now.ends_on, template)
        if line.place not in known
        and (was_short or (not before.holds(line) and due_on(line, now.starts_on) > last[line.side]))
    ]
    return [line for line in (*back.values(), *new) if now.holds(line)]


def fits(day: date, ends_on: date | None) -> bool:
    """Whether a contact on this day still belongs to a job with this agreed last day."""
    return ends_on is None or day <= ends_on + _WEEK


def within_three_days(learned_on: date) -> date:
    """The day until which somebody who lost a job is contacted (``ips.md``): a working day, today in a long holiday."""
    return max(learned_on, workdays.on_or_before(learned_on + timedelta(days=WITHIN_FIRST_DAYS)))


# One, three and six months after the start; a short job that lasts two weeks is asked once, then.
PULSE_MONTHS = (1, 3, 6)
SHORT_PULSE_AFTER = timedelta(days=14)


def pulse_days(starts_on: date, ends_on: date | None = None) -> list[date]:
    """The working days on which either side is asked the three questions, the first one first.

    :param ends_on: the agreed last day; nobody is asked after it. A job agreed to last less than a month is asked
        about once, two weeks in, when it goes on so long.
    """
    if is_short(starts_on, ends_on):
        days = [workdays.on_or_after(starts_on + SHORT_PULSE_AFTER)]
    else:
        days = [workdays.on_or_after(add_months(starts_on, months)) for months in PULSE_MONTHS]
    return [day for day in days if ends_on is None or day <= ends_on]
