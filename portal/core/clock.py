"""Time. Stored in UTC, shown and counted in Helsinki."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in Helsinki, which is what "due today" means to everybody here."""
    return now().astimezone(HELSINKI).date()


def local(moment: datetime) -> datetime:
    """An aware instant as Helsinki's clock shows it."""
    return moment.astimezone(HELSINKI)


def at_local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The UTC instant of a Helsinki wall time.

    An hour that the clock change skips becomes the next one that exists; of a doubled hour, the first is meant.
    """
    wall = datetime.combine(day, time(hour, minute), HELSINKI)
    return wall.astimezone(UTC).astimezone(HELSINKI).astimezone(UTC)


def add_working_days(day: date, days: int, is_free: frozenset[date] = frozenset()) -> date:
    """The day that lies ``days`` working days after ``day``.

    :param is_free: public holidays that do not count; weekends never do.
    """
    step = day
    while days > 0:
        step += timedelta(days=1)
        if step.weekday() < 5 and step not in is_free:
            days -= 1
    return step
