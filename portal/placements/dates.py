"""The dates of a plan as mails carry them: which days a side is told of, and what goes into its calendar.

In a mail's context a date is ``[uid, sequence, ISO day]``: plain values, and nothing of whose contact it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portal.core import clock
from portal.outbox.letters import CalendarEntry, Context
from portal.placements.models import ContactSide, SupportContact

MAX_DATES = 30  # lines and calendar files of a letter

Dated = list[str | int]


def coming(contacts: Iterable[SupportContact], side: ContactSide) -> list[SupportContact]:
    """The contacts of one side that are still to come, in order; no more than a letter holds."""
    today = clock.today()
    own = [one for one in contacts if one.side is side and one.due_on >= today]
    return sorted(own, key=lambda one: one.due_on)[:MAX_DATES]


def dated(contact: SupportContact, on: date | None = None) -> Dated:
    """A contact as a mail's context holds it, on another day when one is given."""
    return [contact.public_id, contact.sequence, (on or contact.due_on).isoformat()]


def calendar(context: Context) -> list[CalendarEntry]:
    """What a letter puts into its reader's calendar, and takes out of it."""
    return [
        CalendarEntry(uid=uid, sequence=sequence, on=on, path=context.get("page", "/"), cancelled=cancelled)
        for key, cancelled in (("dates", False), ("off", True))
        for uid, sequence, on in context.get(key, [])
    ]
