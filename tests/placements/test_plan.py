"""The dates of a plan: whatever the start, they lie on working days, in order, where ``ips.md`` wants them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.core import workdays
from portal.placements import plan
from portal.placements.models import ContactSide, OffsetUnit
from portal.placements.plan import DEFAULT, Line, Planned, add_months, draw, due_on

EMPLOYEE, EMPLOYER = ContactSide.EMPLOYEE, ContactSide.EMPLOYER
LONG_AGO = date(1990, 1, 1)
DAYS = st.dates(date(2024, 1, 1), date(2060, 12, 31))


def of(planned: list[Planned], side: ContactSide) -> list[Planned]:
    return [one for one in planned if one.line.side is side]


def is_free_in_finland(day: date) -> bool:
    """Weekends and the holidays that have a fixed day, or a day from Easter, without asking the library."""
    easter = _easter(day.year)
    moving = {easter + timedelta(days=n) for n in (-2, 1, 39)}
    fixed = {(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)}
    midsummer_eve = next(date(day.year, 6, n) for n in range(19, 26) if date(day.year, 6, n).weekday() == 4)
    return day.weekday() >= 5 or (day.month, day.day) in fixed or day in moving or day == midsummer_eve


def _easter(year: int) -> date:
    """Gauss, as Meeus writes it."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return date(year, month, day + 1)


@settings(deadline=None)  # the first look at a year draws up its holidays
@given(DAYS)
def test_working_days_are_finlands(day: date) -> None:
    assert workdays.is_working_day(day) is not is_free_in_finland(day)


@settings(deadline=None)  # the first look at a year draws up its holidays
@given(DAYS)
@example(date(2026, 12, 24))  # Christmas
@example(date(2027, 3, 26))  # Good Friday; the clock changes on the 28th
@example(date(2026, 10, 23))  # the clock changes on the 25th
@example(date(2028, 2, 29))
@example(date(2027, 6, 25))  # Midsummer Eve
@example(date(2026, 12, 31))
def test_no_contact_lies_on_a_free_day(start: date) -> None:
    planned = draw(start, LONG_AGO)
    assert not [one.due_on for one in planned if is_free_in_finland(one.due_on)]


@settings(deadline=None)  # the first look at a year draws up its holidays
@given(DAYS)
@example(date(2026, 12, 24))
@example(date(2027, 3, 26))
@example(date(2025, 12, 25))
def test_the_first_contact_is_within_three_days(start: date) -> None:
    for side in ContactSide:
        early = [
            one.due_on for one in of(draw(start, LONG_AGO), side) if one.line.offset == 3 and one.line.unit == "days"
        ]
        assert len(early) == 1
        assert early[0] <= start + timedelta(days=3)
        free_start = all(is_free_in_finland(start + timedelta(days=n)) for n in range(4))
        assert early[0] >= start or free_start


@settings(deadline=None)  # the first look at a year draws up its holidays
@given(DAYS)
def test_one_contact_lies_in_the_week_before(start: date) -> None:
    for side in ContactSide:
        before = [one.due_on for one in of(draw(start, LONG_AGO), side) if one.line.offset < 0]
        assert len(before) == 1
        assert start - timedelta(days=7) <= before[0] < start


@settings(deadline=None)  # the first look at a year draws up its holidays
@given(DAYS)
@example(date(2026, 12, 24))
def test_the_plan_is_in_order(start: date) -> None:
    for side in ContactSide:
        lines = [one.line for one in of(draw(start, LONG_AGO), side)]
        assert lines == [line for line in DEFAULT if line.side is side]
        days = [due_on(line, start) for line in lines]
        assert days == sorted(days)
        assert len(set(days[2:])) == len(days[2:])


@settings(deadline=None)  # the first look at a year draws up its holidays
@given(DAYS)
def test_later_contacts_move_to_the_next_working_day_alone(start: date) -> None:
    for one in draw(start, LONG_AGO):
        if one.line.unit is OffsetUnit.MONTHS or one.line.offset > 3:
            months = one.line.unit is OffsetUnit.MONTHS
            raw = add_months(start, one.line.offset) if months else start + timedelta(days=one.line.offset)
            assert one.due_on >= raw
            assert all(is_free_in_finland(raw + timedelta(days=n)) for n in range((one.due_on - raw).days))


def test_the_default_template_is_that_of_the_method() -> None:
    employee = [(line.unit, line.offset) for line in DEFAULT if line.side is EMPLOYEE]
    assert [offset for unit, offset in employee if unit == "days"] == [-5, 3, 7, 14, 21, 28]
    assert [offset for unit, offset in employee if unit == "months"] == list(range(2, 13))
    employer = [(line.unit, line.offset) for line in DEFAULT if line.side is EMPLOYER]
    assert [offset for unit, offset in employer if unit == "days"] == [-5, 3, 14, 28]
    assert [offset for unit, offset in employer if unit == "months"] == [2, 3, 6, 9, 12]
    assert [line.offset for line in DEFAULT if line.is_review] == [12]


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
    ],
)
def test_months_keep_the_day_of_the_month(start: date, months: int, expected: date) -> None:
    assert add_months(start, months) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (date(2026, 11, 23), date(2026, 11, 26)),  # a Monday: Thursday
        (date(2026, 11, 25), date(2026, 11, 27)),  # a Wednesday: Saturday becomes Friday, not Monday
        (date(2026, 11, 26), date(2026, 11, 27)),  # a Thursday: Sunday becomes Friday
        (date(2026, 12, 23), date(2026, 12, 23)),  # only the first day itself is no holiday
    ],
)
def test_the_third_day_moves_earlier(start: date, expected: date) -> None:
    assert due_on(Line(EMPLOYEE, OffsetUnit.DAYS, 3), start) == expected


def test_what_had_passed_when_the_hire_was_told_of_is_marked() -> None:
    planned = draw(date(2026, 11, 2), date(2026, 11, 23))
    assert [one.due_on for one in planned if one.before_reported] == [
        one.due_on for one in planned if one.due_on < date(2026, 11, 23)
    ]
    assert any(one.before_reported for one in planned)
    assert not all(one.before_reported for one in planned)


def test_nobody_told_leaves_no_employer_side() -> None:
    assert {one.line.side for one in draw(date(2026, 11, 23), LONG_AGO, employer_side=False)} == {EMPLOYEE}


def test_a_gig_of_three_days_gets_the_short_template() -> None:
    start = date(2026, 11, 23)
    planned = draw(start, LONG_AGO, ends_on=start + timedelta(days=2))
    assert [one.line.offset for one in of(planned, EMPLOYEE)] == [-5, 3, 7]
    assert [one.line.offset for one in of(planned, EMPLOYER)] == [-5, 3]


@pytest.mark.parametrize(
    ("ends_on", "short"),
    [(date(2026, 12, 21), True), (date(2026, 12, 22), False), (date(2027, 5, 31), False), (None, False)],
)
def test_a_month_is_not_short(ends_on: date | None, short: bool) -> None:
    assert plan.is_short(date(2026, 11, 23), ends_on) is short


def test_a_fixed_term_is_not_followed_far_beyond_its_end() -> None:
    end = date(2027, 2, 26)
    planned = draw(date(2026, 11, 23), LONG_AGO, ends_on=end)
    assert max(one.due_on for one in planned) <= end + timedelta(days=7)
    assert len(planned) < len(DEFAULT)


def test_a_teams_own_lines_replace_the_default() -> None:
    own = [Line(EMPLOYEE, OffsetUnit.DAYS, 10)]
    assert [one.line for one in draw(date(2026, 11, 23), LONG_AGO, template=own)] == own


@settings(deadline=None)  # the first look at a year draws up its holidays
@given(DAYS)
@example(date(2026, 12, 24))
def test_a_job_loss_is_answered_within_three_days(day: date) -> None:
    due = plan.within_three_days(day)
    assert day <= due <= day + timedelta(days=3)
    assert due == day or not is_free_in_finland(due)
