"""The hours in which mail leaves that can wait: in Helsinki, by the settings of the installation.

They are asked when the worker takes mail, never when a mail is queued: so a setting that was changed, a restart and a
clock change are all met by the mail that waits already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from flask import current_app

from portal.core import clock

if TYPE_CHECKING:
    from config import Config

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """From a full hour on Helsinki's clock until before another: ``Hours(7, 19)``. ``Hours(0, 24)`` is always."""

    first: int
    last: int

    @property
    def always(self) -> bool:
        """Whether mail leaves at all hours."""
        return (self.first, self.last) == (0, 24)

    def are_open(self, moment: datetime) -> bool:
        """Whether mail that can wait may leave at an instant."""
        return self.first <= clock.local(moment).hour < self.last

    def latest(self, moment: datetime) -> tuple[datetime, datetime]:
        """When the hours that began last before an instant opened, and when they end or ended."""
        day = clock.local(moment).date()
        if clock.at_local(day, self.first) > moment:
            day -= DAY
        closes = clock.at_local(day + DAY) if self.last == 24 else clock.at_local(day, self.last)
        return clock.at_local(day, self.first), closes

    def back(self, moment: datetime, span: timedelta) -> datetime:
        """The instant from which on so much open time has passed; what was due before it has waited for longer.

        :param span: less than an hour, which is the least that the hours are open in a day.
        """
        if self.always:
            return moment - span
        opened, closes = self.latest(moment)
        end = min(moment, closes)
        if end - opened >= span:
            return end - span
        return self.latest(opened - timedelta(microseconds=1))[1] - (span - (end - opened))


def hours() -> Hours:
    """The installation's hours."""
    config: Config = current_app.config["PORTAL"]
    return Hours(config.mail_from_hour, config.mail_until_hour)


def digest_at(day: date) -> datetime:
    """When a day's one mail is made for those who chose it."""
    config: Config = current_app.config["PORTAL"]
    return clock.at_local(day, config.mail_digest_at.hour, config.mail_digest_at.minute)


def digest_after(moment: datetime) -> datetime:
    """When the first one is made that can tell of what is due at an instant."""
    day = clock.local(moment).date()
    return at if (at := digest_at(day)) >= moment else digest_at(day + DAY)


def are_open() -> bool:
    """Whether mail that can wait may leave now."""
    return hours().are_open(clock.now())
