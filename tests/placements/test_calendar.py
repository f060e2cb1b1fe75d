"""Calendar files of support contacts: a file a day, one UID for life, and nothing in them but a meeting and a link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default as modern

import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.candidates import queries as people
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.i18n import Language
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import build_message
from portal.placements import contacts, queries, service
from portal.placements.models import ContactSide, EndedBy, EndReason, Placement, SupportContact
from portal.placements.states import ContactState
from portal.privacy import service as privacy
from portal.proposals.states import ProposalState
from tests.factories.proposals import Story, story

TODAY = clock.today()
SIDES = [ContactSide.EMPLOYER, ContactSide.EMPLOYEE]


@dataclass(frozen=True)
class File:
    """What one calendar file says."""

    method: str
    uid: str
    sequence: int
    on: date
    raw: bytes


@pytest.fixture
def hired(app: Portal) -> Story:
    return story(ProposalState.HIRED)


def _placement() -> Placement:
    return queries.get(db.session.scalars(select(Placement.id)).one())


def _planned(side: ContactSide) -> list[SupportContact]:
    query = select(SupportContact).where(SupportContact.side == side, SupportContact.state == ContactState.PLANNED)
    return list(db.session.scalars(query.order_by(SupportContact.due_on, SupportContact.id)))


def _mails(side: ContactSide, *kinds: str) -> list[Notification]:
    """What one side was mailed of these kinds, newest first; of the employer's side only what its people got."""
    query = select(Notification).where(Notification.kind.in_(kinds)).order_by(Notification.id.desc())
    of_side = [one for one in db.session.scalars(query) if (one.candidate_id is not None) == (side == "employee")]
    return [one for one in of_side if one.candidate_id is not None or one.context.get("for_employer", True)]


def _files(row: Notification, language: Language = Language.SV) -> Iterator[File]:
    """Each calendar file of a mail, read by a library and checked byte by byte."""
    message = build_message(row, KINDS[row.kind], Recipient("reader@portal.example", "Reader", language))
    for part in message_from_bytes(message.as_bytes(), policy=modern).iter_attachments():
        raw = part.get_payload(decode=True)
        assert isinstance(raw, bytes)
        _check_bytes(raw)
        calendar = Calendar.from_ical(raw)
        [event] = calendar.walk("VEVENT")
        method = str(calendar["method"])
        on = event["dtstart"].dt
        assert part.get_content_type() == "text/calendar"
        assert part["Content-Type"].params["method"] == method
        assert part.get_filename() == f"meeting-{on.isoformat()}.ics"
        assert type(on) is date
        assert event["dtend"].dt == on + timedelta(days=1)
        assert str(event["transp"]) == "TRANSPARENT"
        assert str(event["status"]) == {"PUBLISH": "CONFIRMED", "CANCEL": "CANCELLED"}[method]
        assert str(event["organizer"]).startswith("mailto:")
        assert event["dtstamp"].dt.utcoffset() == timedelta(0)
        yield File(method, str(event["uid"]), int(event["sequence"]), on, raw)


def _check_bytes(raw: bytes) -> None:
    """RFC 5545, 3.1: lines end in CRLF and are folded at 75 octets, between whole characters."""
    assert raw.endswith(b"\r\n")
    lines = raw.removesuffix(b"\r\n").split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() for line in lines)


def _said(raw: bytes) -> dict[str, str]:
    unfolded = raw.replace(b"\r\n ", b"").decode()
    pairs = (line.partition(":") for line in unfolded.splitlines())
    return {name.partition(";")[0]: value for name, _colon, value in pairs}


def test_each_side_gets_a_file_for_each_of_its_coming_days_and_of_no_other(
    hired: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    for side in SIDES:
        _has_its_own_days(hired, side)
    long_name = "Rekrytering på svenska i Österbotten, " * 4
    monkeypatch.setattr("portal.outbox.rendering.service_name", lambda _app: long_name)
    for file in _files(_mails(ContactSide.EMPLOYER, "hire_confirmed")[0]):
        assert b"\r\n " in file.raw  # folded, and whole again when it is read
        assert Calendar.from_ical(file.raw).events[0]["summary"].count("Österbotten") == 4


def _has_its_own_days(hired: Story, side: ContactSide) -> None:
    kind = "hire_confirmed" if side is ContactSide.EMPLOYER else "hire_dates"
    [row] = _mails(side, kind)
    files = list(_files(row))
    assert [one.on for one in files] == [one.due_on for one in _planned(side) if one.due_on >= TODAY]
    assert {(one.method, one.sequence) for one in files} == {("PUBLISH", 0)}
    assert len({one.uid for one in files}) == len(files)
    told = queries.get(_placement().id)
    for file in files:
        assert set(_said(file.raw)) == {
            *("BEGIN", "END", "VERSION", "PRODID", "METHOD", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND"),
            *("TRANSP", "SUMMARY", "DESCRIPTION", "URL", "STATUS", "ORGANIZER"),
        }
        said = _said(file.raw)
        assert said["SUMMARY"] == "Möte\\, Rekrybron"
        own_page = f"http://localhost/placements/{told.public_id}"
        assert said["URL"] == said["DESCRIPTION"] == (own_page if side is ContactSide.EMPLOYER else "http://localhost/")
    everything = b"".join(one.raw for one in files).replace(b"\r\n ", b"").decode()
    ids = [one.public_id for one in _planned(side)]
    for private in (hired.candidate.public_id, told.title, hired.proposal.alias.alias, hired.coach.name, *ids):
        assert private not in everything


def test_a_day_that_is_moved_and_dropped_stays_one_entry_of_its_readers(hired: Story) -> None:
    for side in SIDES:
        _is_moved_and_dropped(hired, side)


def _is_moved_and_dropped(hired: Story, side: ContactSide) -> None:
    actor, placement = hired.actor(Role.COACH), _placement()
    kind, first = (
        ("support_date_changed", "hire_confirmed")
        if side is ContactSide.EMPLOYER
        else ("own_date_changed", "hire_dates")
    )
    one = next(contact for contact in _planned(side) if contact.due_on > TODAY)
    [uid] = [file.uid for file in _files(_mails(side, first)[0]) if file.on == one.due_on]
    before = one.due_on
    contacts.move(actor, placement, one, due_on=before + timedelta(days=1))
    [moved] = _files(_mails(side, kind)[0])
    assert (moved.method, moved.uid, moved.sequence) == ("PUBLISH", uid, 1)
    assert moved.on == before + timedelta(days=1)
    contacts.cancel(actor, placement, one, reason="They met in town.")
    told = _mails(side, kind)
    [off] = _files(told[0])
    assert (off.method, off.uid, off.sequence, off.on) == ("CANCEL", uid, 2, moved.on)
    assert "town" not in repr(told[0].context)
    # of the two only the newest is still worth telling, and the other side is told of neither
    assert [KINDS[kind].still_due(row) for row in told] == [True, False]
    everybody = select(Notification.user_id, Notification.candidate_id).where(Notification.kind == kind).distinct()
    reader = (hired.contact.id, None) if side is ContactSide.EMPLOYER else (None, hired.candidate.id)
    assert db.session.execute(everybody).all() == [reader]


def test_a_new_day_is_told_and_a_day_that_has_passed_is_not(hired: Story) -> None:
    actor, placement = hired.actor(Role.COACH), _placement()
    late = _planned(ContactSide.EMPLOYER)[0]
    late.due_on = TODAY - timedelta(days=3)
    db.session.flush()
    contacts.cancel(actor, placement, late, reason="It was too late.")
    assert _mails(ContactSide.EMPLOYER, "support_date_changed") == []
    day = TODAY + timedelta(days=2)
    contacts.add(actor, placement, side=ContactSide.EMPLOYER, due_on=day)
    [row] = _mails(ContactSide.EMPLOYER, "support_date_changed")
    assert [(one.method, one.sequence, one.on) for one in _files(row)] == [("PUBLISH", 0, day)]


def test_a_moved_start_and_an_end_update_what_stays_and_call_off_what_goes(hired: Story) -> None:
    actor, placement = hired.actor(Role.COACH), _placement()
    first = {side: _mails(side, "hire_confirmed", "hire_dates")[0] for side in SIDES}
    told = {side: {file.uid: file.on for file in _files(first[side])} for side in SIDES}
    start = placement.starts_on + timedelta(days=10)
    service.change_start(actor, placement, starts_on=start, ends_on=start + timedelta(days=70))
    for side in SIDES:
        files = {file.uid: file for file in _files(_mails(side, "hire_confirmed", "hire_dates")[0])}
        assert set(files) == set(told[side])
        stay = [one for one in files.values() if one.method == "PUBLISH"]
        gone = [one for one in files.values() if one.method == "CANCEL"]
        assert sorted(one.on for one in stay) == [one.due_on for one in _planned(side)]
        assert stay
        assert gone
        assert all(one.sequence == 1 for one in gone)
        assert all(one.sequence == (1 if one.on != told[side][one.uid] else 0) for one in stay)
    left = {side: {one.uid: one for one in _files(first[side])} for side in SIDES}
    coming = {side: [one.due_on for one in _planned(side)] for side in SIDES}
    service.end(actor, placement, ended_on=TODAY, reason=EndReason.OTHER, ended_by=EndedBy.BOTH)
    for side in SIDES:
        [row] = _mails(side, "support_date_changed", "own_date_changed")
        files = list(_files(row))
        assert [(one.method, one.on) for one in files] == [("CANCEL", day) for day in coming[side]]
        assert all(one.uid in left[side] and one.sequence > 0 for one in files)


def test_after_an_erasing_the_employers_calendar_is_cleared_too(hired: Story) -> None:
    [first] = _mails(ContactSide.EMPLOYER, "hire_confirmed")
    known = {file.uid for file in _files(first)}
    privacy.erase_on_request(hired.actor(Role.TEAM_LEADER), people.load(hired.candidate.id))
    [row] = _mails(ContactSide.EMPLOYER, "following_ended")
    assert {(one.method, one.uid) for one in _files(row)} == {("CANCEL", uid) for uid in known}
