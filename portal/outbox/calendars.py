"""Calendar files (RFC 5545). Colleagues see them: a file says "Meeting", the service and a link, nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from icalendar import Calendar, Event

from portal.core import clock
from portal.outbox.letters import CalendarEntry

FILE_NAME = "meeting.ics"


def calendar_file(entry: CalendarEntry, *, uid: str, service: str, url: str) -> tuple[str, bytes]:
    """One meeting as a file.

    :param uid: the same for every version of the meeting that this reader gets.
    :param service: the service's name in the reader's language.
    :param url: the absolute address of the meeting's page.
    :returns: the content type with its method, and the file. Times are in UTC, so no zone has to be explained.
    :raises ValueError: when the meeting's start has no offset.
    """
    starts_at = datetime.fromisoformat(entry.starts_at)
    if starts_at.tzinfo is None:
        raise ValueError("a meeting's start needs an offset")
    event = Event()
    event.add("uid", uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", clock.now().replace(microsecond=0))
    event.add("dtstart", starts_at.astimezone(UTC))
    event.add("dtend", (starts_at + timedelta(minutes=entry.minutes)).astimezone(UTC))
    event.add("summary", _("Meeting, %(service)s", service=service))
    event.add("description", url)
    event.add("url", url)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//portal//outbox//EN")
    calendar.add("version", "2.0")
    # PUBLISH and not REQUEST: the answer is given on the page, not by the calendar's own buttons
    method = "CANCEL" if entry.cancelled else "PUBLISH"
    calendar.add("method", method)
    calendar.add_component(event)
    return f"text/calendar; charset=utf-8; method={method}", calendar.to_ical()
