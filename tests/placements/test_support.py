"""An employer asks for support: who is told, who takes it, and what happens when nobody does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.employers.models import Channel
from portal.employers.queries import actor_of
from portal.outbox.models import Notification
from portal.placements import contacts, jobs, queries
from portal.placements.log import Log
from portal.placements.models import ContactSide, Mood, Placement, SupportContact, SupportRequest
from portal.placements.states import RequestState
from tests.factories import accounts, openings
from tests.factories import placements as factory

Queued = Callable[[], list[tuple[str, str]]]
Signed = Callable[[User], FlaskClient]


class Hire:
    """A hire with its people."""

    def __init__(self) -> None:
        self.coach = accounts.coach(name="Anna Lindqvist")
        self.leader = accounts.team_leader(team_id=self.coach.team_id)
        opening = openings.opening()
        self.asker: User = opening.contacts[0]
        self.placement: Placement = queries.get(factory.placement(self.coach, opening=opening).id)

    def ask(self, text: str = "The shifts do not fit") -> SupportRequest:
        """The employer asks."""
        return contacts.ask_support(actor_of(self.asker), self.placement, text=text)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=clock.HELSINKI), date(2026, 11, 24)),
        (datetime(2026, 11, 27, 16, tzinfo=clock.HELSINKI), date(2026, 11, 30)),  # a Friday
        (datetime(2026, 12, 23, 12, tzinfo=clock.HELSINKI), date(2026, 12, 28)),  # the day before Christmas Eve
        (
            datetime(2027, 3, 25, 12, tzinfo=clock.HELSINKI),
            date(2027, 3, 30),
        ),  # the day before Good Friday, and the clock changes
    ],
)
def test_an_urgent_contact_is_due_the_next_working_day(app: Flask, asked: datetime, due: date) -> None:
    with time_machine.travel(asked, tick=False):
        request = Hire().ask()
    contact = db.session.get_one(SupportContact, request.contact_id)
    assert (request.due_on, contact.due_on, contact.urgent, contact.side) == (due, due, True, ContactSide.EMPLOYER)


def test_asking_taking_and_who_is_mailed(app: Flask, queued: Queued) -> None:
    hire = Hire()
    request = hire.ask("Secret words of ours")
    assert queued() == [("support_asked", f"user:{hire.coach.id}")]
    contacts.take(actor_of(hire.coach), hire.placement, request)
    assert queued()[1:] == [("support_taken", f"user:{hire.asker.id}")]
    mails = list(db.session.scalars(select(Notification).order_by(Notification.id)))
    assert mails[1].context["taken_by"] == "Anna Lindqvist"
    assert all("Secret" not in str(mail.context) for mail in mails)


def test_of_two_takers_one_wins(app: Flask, queued: Queued) -> None:
    hire = Hire()
    request = hire.ask()
    quicker = update(SupportRequest).where(SupportRequest.id == request.id)
    db.session.execute(
        quicker.values(state=RequestState.TAKEN, taken_by_id=hire.leader.id, taken_at=clock.now()).execution_options(
            synchronize_session=False
        )
    )
    assert request.state is RequestState.ASKED  # as the slower one has read it
    before = queued()
    with pytest.raises(Refused, match="quicker"):
        contacts.take(actor_of(hire.coach), hire.placement, request)
    db.session.expire(request)
    assert request.taken_by_id == hire.leader.id
    assert queued() == before


def test_pressing_twice_is_asking_once(app: Flask, queued: Queued) -> None:
    hire = Hire()
    assert hire.ask().id == hire.ask().id
    assert len(queued()) == 1
    hire.ask("And something else")
    assert db.session.scalar(select(func.count(SupportRequest.id))) == 2


def test_logging_the_contact_answers_the_request(app: Flask, queued: Queued) -> None:
    hire = Hire()
    request = hire.ask()
    contact = db.session.get_one(SupportContact, request.contact_id)
    log = Log(done_on=clock.today(), channel=Channel.PHONE, mood=Mood.WELL)
    contacts.log(actor_of(hire.coach), hire.placement, contact, log)
    assert (request.state, request.taken_by_id) == (RequestState.TAKEN, hire.coach.id)
    assert ("support_taken", f"user:{hire.asker.id}") in queued()
    assert queries.requests_of(hire.placement) == []


def test_the_team_leader_is_told_at_noon_of_the_next_working_day_once(app: Flask, queued: Queued) -> None:
    friday = datetime(2026, 11, 27, 15, tzinfo=clock.HELSINKI)
    with time_machine.travel(friday, tick=False):
        hire = Hire()
        hire.ask()
    told = ("support_unanswered", f"user:{hire.leader.id}")
    for hours in range(1, 24 * 4):
        moment = friday + timedelta(hours=hours)
        with time_machine.travel(moment, tick=False):
            jobs.raise_unanswered()
            jobs.raise_unanswered()
        wanted = moment >= datetime(2026, 11, 30, 12, tzinfo=clock.HELSINKI)
        assert queued().count(told) == int(wanted), moment


def test_a_taken_request_is_raised_with_nobody(app: Flask, queued: Queued) -> None:
    hire = Hire()
    contacts.take(actor_of(hire.coach), hire.placement, hire.ask())
    with time_machine.travel(clock.now() + timedelta(days=7), tick=False):
        jobs.raise_unanswered()
    assert "support_unanswered" not in {kind for kind, _reader in queued()}


def test_from_the_page_to_the_take(client_for: Signed) -> None:
    hire = Hire()
    path = f"/placements/{hire.placement.public_id}"
    employer, coach, leader = client_for(hire.asker), client_for(hire.coach), client_for(hire.leader)
    page = employer.get(f"{path}/ask").text
    assert "112" in page
    assert employer.post(f"{path}/ask", data={"text": "Please call about Saturday"}).status_code == 302
    assert "Please call about Saturday" in coach.get(path).text
    request = db.session.scalars(select(SupportRequest)).one()
    assert f"/support/{request.public_id}/take" in coach.get("/today").text
    assert coach.post(f"/support/{request.public_id}/take").status_code == 302
    assert leader.post(f"/support/{request.public_id}/take").status_code == 409
    assert "Anna Lindqvist has taken it" in employer.get(path).text


def test_strangers_take_nothing(client_for: Signed) -> None:
    hire = Hire()
    request = hire.ask()
    stranger = client_for(accounts.coach())
    assert stranger.post(f"/support/{request.public_id}/take").status_code == 404
    assert client_for(hire.asker).post(f"/support/{request.public_id}/take").status_code == 404
    db.session.expire_all()
    assert db.session.get_one(SupportRequest, request.id).state is RequestState.ASKED
