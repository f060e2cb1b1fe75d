"""Time. Stored in UTC, shown and counted in Helsinki."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
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


def has_struck(hour: int, minute: int = 0) -> bool:
    """Whether a time of day has come in Helsinki today. One that the clock change doubles strikes the first time."""
    return now() >= at_local(today(), hour, minute)
