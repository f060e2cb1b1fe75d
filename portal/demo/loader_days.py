"""Days and hours of the demonstration: counted back from the moment of loading, on working days, never ahead of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.core import clock, workdays

_DAY = timedelta(days=1)
_JUST_NOW = timedelta(minutes=5)


@dataclass(frozen=True)
class Days:
    """The calendar of one loading. ``now`` is the instant of loading, ``today`` its day in Helsinki."""

    now: datetime

    @property
    def today(self) -> date:
        """The day of loading."""
        return clock.local(self.now).date()

    @property
    def midnight(self) -> datetime:
        """When the day of loading began."""
        return clock.at_local(self.today, 0)

    def back(self, days_ago: int) -> date:
        """The working day so many calendar days ago, or the one before it; ahead for a negative number, or after it."""
        if days_ago == 0:
            return self.today
        day = self.today - days_ago * _DAY
        return workdays.on_or_before(day) if days_ago > 0 else workdays.on_or_after(day)

    def worked(self, working_days_ago: int) -> date:
        """The day that lies so many working days before today; today for nought, working day or not."""
        return before(self.today, working_days_ago)

    def ahead(self, working_days: int) -> date:
        """The day that lies so many working days after today."""
        return workdays.add_working_days(self.today, working_days)

    def this_week(self) -> list[date]:
        """The working days from Monday until today; today alone when there was none."""
        monday = self.today - self.today.weekday() * _DAY
        days = [monday + number * _DAY for number in range((self.today - monday).days + 1)]
        return [day for day in days if workdays.is_working_day(day)] or [self.today]

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """An hour of a day in Helsinki; just now instead of an hour that is still to come."""
        return min(clock.at_local(day, hour, minute), self.now - _JUST_NOW)


def before(day: date, working_days: int) -> date:
    """The day that lies so many working days before ``day``; ``day`` itself need not be one."""
    for _count in range(working_days):
        day = workdays.on_or_before(day - _DAY)
    return day
