"""The private address of a coach's calendar: what it holds, what it says of people (nothing), and when it ends."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from sqlalchemy import select

from portal.accounts import service as account_service
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.calendars import service
from portal.calendars.models import CalendarFeed
from portal.candidates.models import Identity
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import Language
from portal.employers.models import Employer
from portal.employers.queries import actor_of
from portal.placements import contacts, queries
from portal.placements.models import ContactSide, Placement, SupportContact
from portal.placements.states import ContactState
from portal.proposals import interviews
from portal.proposals import queries as proposals
from portal.proposals.states import ProposalState
from tests.counting import statements
from tests.factories import accounts
from tests.factories import placements as hires
from tests.factories.proposals import Story, story

ClientFor = Callable[[User], FlaskClient]
OWN_PAGE = "/settings/calendar"
ADDRESS = re.compile(r'value="(http://localhost/calendar/([\w-]{43})\.ics)"')
PASSWORD = "a sentence that nobody would guess"


def _made(browser: FlaskClient) -> str:
    """The path of a new address, made by a press."""
    page = browser.post(OWN_PAGE)
    assert page.status_code == 200
    found = ADDRESS.search(unescape(page.text))
    assert found is not None
    return urlsplit(found[1]).path


def _events(client: FlaskClient, path: str) -> dict[str, Event]:
    """What a calendar program reads, by UID."""
    answer = client.get(path)
    assert answer.status_code == 200
    lines = answer.data.removesuffix(b"\r\n").split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert len({str(one["uid"]) for one in events}) == len(events)
    return {str(one["uid"]): one for one in events}


def _on(events: dict[str, Event], day: date | datetime) -> tuple[str, int]:
    [found] = [(uid, int(one["sequence"])) for uid, one in events.items() if one["dtstart"].dt == day]
    return found


def _everything() -> list[object]:
    return [row for table in db.metadata.sorted_tables for row in db.session.execute(select(table)).all()]


def _hired(coach: User) -> Story:
    told = story(ProposalState.HIRED, coach=coach)
    coach.language = Language.FI
    db.session.commit()
    return told


def test_it_holds_the_own_meetings_and_days_and_names_nobody(client: FlaskClient, client_for: ClientFor) -> None:
    coach = accounts.coach()
    hired, met = _hired(coach), story(ProposalState.INTERVIEW, coach=coach)
    hires.contact(hires.placement(accounts.coach()))  # another coach's
    events = _events(client, path := _made(client_for(coach)))
    planned = select(SupportContact).join(Placement).where(SupportContact.state == ContactState.PLANNED)
    own = list(db.session.scalars(planned.where(Placement.candidate_id == hired.candidate.id)))
    interview = proposals.interviews_of(met.fresh().proposal)[0]
    assert interview.starts_at is not None
    days = sorted(one.due_on for one in own)
    assert sorted(one["dtstart"].dt for one in events.values() if type(one["dtstart"].dt) is date) == days
    assert _on(events, interview.starts_at.replace(microsecond=0))
    assert len(events) == len(own) + 1
    assert {str(one["summary"]) for one in events.values()} == {"Tapaaminen, Rekrysilta"}
    said = {name for one in events.values() for name in one}
    assert said == {
        *("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "STATUS", "TRANSP"),
    }
    text = client.get(path).data.replace(b"\r\n ", b"").decode()
    for person in (hired, met):
        identity = db.session.get_one(Identity, person.candidate.id)
        employer = db.session.get_one(Employer, person.opening.employer_id)
        row = person.fresh().proposal
        for private in (
            *(identity.first_name, identity.last_name, identity.email, identity.phone, person.contact.name),
            *(employer.name, person.opening.title, row.alias.alias, person.coach.name, person.candidate.public_id),
        ):
            assert private not in text
    # each leads to its page, which asks who reads
    paths = [urlsplit(str(one["url"])).path for one in events.values()]
    for link in {path.split("/")[1]: path for path in paths}.values():
        assert client.get(link).headers["Location"].startswith("/sign-in?")
        assert client_for(coach).get(link).status_code == 200


def test_it_follows_what_happens_under_the_same_uids(client: FlaskClient, client_for: ClientFor) -> None:
    coach = accounts.coach()
    hired, met = _hired(coach), story(ProposalState.INTERVIEW, coach=coach)
    path = _made(client_for(coach))
    placement = queries.get(db.session.scalars(select(Placement.id)).one())
    first, second = db.session.scalars(
        select(SupportContact)
        .where(SupportContact.side == ContactSide.EMPLOYER, SupportContact.due_on > clock.today())
        .order_by(SupportContact.due_on)
        .limit(2)
    )
    day, actor = first.due_on + timedelta(days=100), actor_of(coach)
    uid, sequence = _on(
        {key: one for key, one in _events(client, path).items() if str(one["url"]).endswith(first.public_id)},
        first.due_on,
    )
    assert sequence == 0
    contacts.move(actor, placement, first, due_on=day)
    moved = {key: one for key, one in _events(client, path).items() if str(one["url"]).endswith(first.public_id)}
    assert _on(moved, day) == (uid, 1)
    before = len(_events(client, path))
    contacts.cancel(actor, placement, second, reason="They have met.")
    meeting = proposals.interviews_of(met.fresh().proposal)[0]
    interviews.cancel_meeting(actor, met.fresh().proposal, meeting)
    assert len(_events(client, path)) == before - 2
    hired.candidate.coach_id = accounts.coach(team_id=coach.team_id).id
    assert _events(client, path) == {}


def test_it_costs_the_same_whatever_stands_in_it(client: FlaskClient, client_for: ClientFor) -> None:
    coach = accounts.coach()
    placement = hires.placement(coach)
    hires.contact(placement)
    path = _made(client_for(coach))

    def cost() -> int:
        with statements() as seen:
            _events(client, path)
        return len(seen)

    few = cost()
    hires.many_contacts(hires.many(placement, 5), each=4)
    assert len(_events(client, path)) == 51
    assert cost() == few <= 3


def test_the_address_ends_and_then_looks_like_none(client: FlaskClient, client_for: ClientFor) -> None:
    coach, administrator = accounts.coach(), actor_of(accounts.administrator())
    browser = client_for(coach)
    nowhere = client.get(f"/calendar/{'x' * 43}.ics")
    assert nowhere.status_code == 404

    def is_dead(path: str) -> bool:
        answer = client.get(path)
        assert (answer.status_code == 404) == (b"BEGIN:VCALENDAR" not in answer.data)
        return answer.status_code == 404 and len(answer.data) == len(nowhere.data)

    first = _made(browser)
    second = _made(browser)  # made anew: the one before ends
    assert (is_dead(first), is_dead(second)) == (True, False)
    assert browser.post(f"{OWN_PAGE}/end").status_code == 302
    assert is_dead(second)
    third = _made(browser)
    account_service.deactivate(administrator, coach)
    assert is_dead(third)
    account_service.reactivate(administrator, coach)
    assert is_dead(third)  # it does not come back
    browser = client_for(coach)
    assert "has ended" in browser.get(OWN_PAGE).text
    fourth = _made(browser)
    coach.password_hash = account_service.passwords.hash_password(PASSWORD)
    account_service.change_password(actor_of(coach), coach, PASSWORD, "another sentence that nobody would guess")
    assert is_dead(fourth)
    fifth = _made(client_for(coach))
    coach.role = Role.TEAM_LEADER
    assert is_dead(fifth)


def test_the_address_is_nowhere_but_on_the_answer_that_made_it(
    client: FlaskClient, client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    coach = accounts.coach()
    browser = client_for(coach)
    path = _made(browser)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    client.get(path + "x")
    assert token not in caplog.text
    assert token not in repr(_everything())
    assert token not in browser.get(OWN_PAGE).text + browser.get("/settings").text
    assert [one.verb for one in db.session.scalars(select(AuditEvent))] == ["calendars.make"]
    # a program that asks again is told that nothing has changed, until something has
    again = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(path, headers=again).status_code == 304
    hires.contact(hires.placement(coach), due_on=clock.today())
    assert client.get(path, headers=again).status_code == 200


def test_a_calendar_is_made_and_ended_by_its_coach_alone(app: Portal) -> None:
    coach, others = accounts.coach(), [accounts.coach(), accounts.team_leader(), accounts.administrator()]
    for other in others:
        for verb in (service.make, service.end):
            with pytest.raises(Missing):
                verb(actor_of(other), coach)
    for no_coach in others[1:]:
        with pytest.raises(Missing):
            service.make(actor_of(no_coach), no_coach)
    assert db.session.scalars(select(CalendarFeed)).all() == []


def test_who_asks_too_often_is_told_to_wait(throttled: Portal) -> None:
    client = throttled.test_client()
    answers = [client.get(f"/calendar/{'y' * 43}.ics").status_code for _one in range(61)]
    assert answers == [404] * 60 + [429]
    assert client.get(f"/calendar/{'z' * 43}.ics").status_code == 404  # another's address is not held up
