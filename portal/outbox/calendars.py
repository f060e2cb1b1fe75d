"""Calendar files (RFC 5545). Colleagues see them: a file says "Meeting", the service and a link, nothing else.

In mails each meeting is a file of its own, although RFC 5546 lets one PUBLISH hold several: of a mail's calendar part
Outlook reads the first event alone (MS-STANOICAL, on RFC 6047 section 4.4), opens a file with several as a calendar of
its own beside the reader's (markuspoerschke/iCal issue 117), and Gmail offers the first one alone
(sebbo2002/ical-generator issue 225). A file with one event goes into the reader's own calendar everywhere, and is
found again there by its UID; a CANCEL must name one UID anyhow (RFC 5546, 3.2.5).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from flask_babel import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from portal.core import clock
from portal.outbox.letters import CalendarEntry

DAY = timedelta(days=1)
HOURLY = "PT1H"  # how often a program that reads a feed is asked to look again


def calendar_file(entry: CalendarEntry, *, uid: str, service: str, url: str, organizer: str) -> tuple[str, str, bytes]:
    """One meeting as a mail's file.

    :param uid: the same for every version of the meeting that this reader gets.
    :param service: the service's name in the reader's language.
    :param url: the absolute address of the meeting's page.
    :param organizer: the portal's own mail address, which PUBLISH and CANCEL have to name (RFC 5546, 3.2.1).
    :returns: name, content type with its method, and the file.
    :raises ValueError: when the meeting has no start, or one without an offset.
    """
    event = calendar_event(entry, uid=uid, service=service, url=url)
    address = vCalAddress(f"mailto:{organizer}")
    address.params["cn"] = vText(service)
    event.add("organizer", address)
    # PUBLISH and not REQUEST: the answer is given on the page, not by the calendar's own buttons
    method = "CANCEL" if entry.cancelled else "PUBLISH"
    calendar = _calendar()
    calendar.add("method", method)
    calendar.add_component(event)
    name = f"meeting-{entry.on}.ics" if entry.on else "meeting.ics"
    return name, f"text/calendar; charset=utf-8; method={method}", calendar.to_ical()


def calendar_event(entry: CalendarEntry, *, uid: str, service: str, url: str) -> Event:
    """A meeting as an event, in words of the language that is spoken now.

    :raises ValueError: when the meeting has no start, or one without an offset.
    """
    event = Event()
    event.add("uid", uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", clock.now().replace(microsecond=0))
    if entry.on:
        # a day and no hour: it is agreed on the phone. DTEND is the day after, and the day stays free for other things
        on = date.fromisoformat(entry.on)
        event.add("dtstart", on)
        event.add("dtend", on + DAY)
        event.add("transp", "TRANSPARENT")
    else:
        starts_at = datetime.fromisoformat(entry.starts_at)
        if starts_at.tzinfo is None:
            raise ValueError("a meeting's start needs an offset")
        # in UTC, so no zone has to be explained
        event.add("dtstart", starts_at.astimezone(UTC))
        event.add("dtend", (starts_at + timedelta(minutes=entry.minutes)).astimezone(UTC))
    event.add("summary", _("Meeting, %(service)s", service=service))
    event.add("description", url)
    event.add("url", url)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event


def calendar_feed(events: Iterable[Event], *, name: str) -> bytes:
    """Events as a calendar that a program subscribes to: no method, since nothing is sent to anybody.

    :param name: what the program may call the calendar.
    """
    calendar = _calendar()
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", HOURLY)
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//portal//outbox//EN")
    calendar.add("version", "2.0")
    return calendar
