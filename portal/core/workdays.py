"""Working days in Finland: Monday to Friday, without public holidays, Midsummer Eve and Christmas Eve.

The holidays are those that the ``holidays`` library knows for Finland. A day is a Helsinki calendar day throughout; no
clock change can move it, since nothing here counts hours.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

_DAY = timedelta(days=1)


@cache
def free_days(year: int) -> frozenset[date]:
    """Finland's public holidays and eves of one year on which nobody is called at work."""
    return frozenset(holidays.country_holidays("FI", years=year))


def is_working_day(day: date) -> bool:
    """Whether people are at work: no weekend, no public holiday."""
    return day.weekday() < 5 and day not in free_days(day.year)


def on_or_after(day: date) -> date:
    """The day itself when it is a working day, else the next one."""
    while not is_working_day(day):
        day += _DAY
    return day


def on_or_before(day: date) -> date:
    """The day itself when it is a working day, else the one before."""
    while not is_working_day(day):
        day -= _DAY
    return day


def add_working_days(day: date, days: int) -> date:
    """The day that lies ``days`` working days after ``day``; ``day`` itself need not be one."""
    for _count in range(days):
        day = on_or_after(day + _DAY)
    return day
