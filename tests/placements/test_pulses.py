"""The three questions: whom they reach and when, what a press does, and that neither side meets the other's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink, User
from portal.candidates.models import Identity
from portal.core import clock, workdays
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import Missing, Refused
from portal.employers.queries import actor_of
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.placements import jobs, plan, pulse_queries, pulses, queries, service
from portal.placements.log import Answers
from portal.placements.models import (
    AnsweredHow,
    ContactOrigin,
    ContactSide,
    EndedBy,
    EndReason,
    Mood,
    Placement,
    Pulse,
    SupportContact,
)
from portal.placements.states import PULSES, ContactState, PulseState
from tests.accounts.kit import link_in, without_token
from tests.factories import accounts, employers, openings
from tests.factories import placements as factory
from tests.snapshot import unchanged

Signed = Callable[[User], FlaskClient]
Queued = Callable[[], list[tuple[str, str]]]
P, EMPLOYEE, EMPLOYER = PulseState, ContactSide.EMPLOYEE, ContactSide.EMPLOYER
START = date(2026, 9, 1)
WELL = Answers(tasks=Mood.WELL, people=Mood.WELL, hours=Mood.WELL)
FINE = {"tasks": "well", "people": "well", "hours": "well"}
WORRIED = {**FINE, "people": "concern", "line": "canary-line about lunch"}


def at(day: date, hour: int = 9, minute: int = 0) -> time_machine.travel:
    """Helsinki's clock stands at this time of a day."""
    return time_machine.travel(clock.at_local(day, hour, minute), tick=False)


class Hire:
    """A running job with its people; its questions are planned as for every hire."""

    def __init__(self, **values: Any) -> None:
        self.coach = accounts.coach(name="Anna Lindqvist")
        self.leader = accounts.team_leader(team_id=self.coach.team_id)
        self.opening = openings.opening(title="Kock på Sjöboden")
        self.contact: User = self.opening.contacts[0]
        values = {"starts_on": START, "reported_on": START, **values}
        self.row: Placement = factory.placement(self.coach, opening=self.opening, **values)
        proposal = self.placement.proposal
        self.alias = proposal.alias.alias if proposal is not None else ""
        self.as_coach = actor_of(self.coach)
        with at(values["reported_on"]):
            pulses.draw(self.as_coach, self.placement)

    @property
    def placement(self) -> Placement:
        """The job as a service is given it; a request of a browser forgets what was loaded before."""
        return queries.get(self.row.id)

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/placements/{self.placement.public_id}"

    def due(self) -> dict[tuple[str, int], tuple[date, PulseState]]:
        """The day and the state of each, by side and number."""
        rows = pulse_queries.all_of(self.placement)
        return {(one.side.value, one.ordinal): (one.due_on, one.state) for one in rows}

    def one(self, side: ContactSide, ordinal: int = 1) -> Pulse:
        """One of them, with its placement."""
        found = next(p for p in pulse_queries.all_of(self.placement) if (p.side, p.ordinal) == (side, ordinal))
        return pulse_queries.load(found.id)

    def actor(self, role: Role) -> Actor:
        """Somebody of this role."""
        return {
            Role.SYSTEM: SYSTEM,
            Role.CANDIDATE: Actor(Role.CANDIDATE, candidate_id=self.placement.candidate_id),
            Role.ADMINISTRATOR: Actor(Role.ADMINISTRATOR, user_id=self.coach.id),
            Role.COACH: self.as_coach,
            Role.TEAM_LEADER: actor_of(self.leader),
            Role.EMPLOYER: actor_of(self.contact),
        }[role]


def run(*days: date, hour: int = 9) -> None:
    """The clock's work at an hour of these days, twice each."""
    for day in days:
        with at(day, hour):
            jobs.ask_pulses()
            jobs.ask_pulses()


def kinds(queued: Queued) -> list[str]:
    return [kind for kind, _reader in queued() if kind.startswith("pulse")]


def test_from_the_mail_to_the_coach(app: Flask, client: FlaskClient, client_for: Signed, queued: Queued) -> None:
    """The whole way on both sides: asked by mail, opened, pressed; a contact, the coach's mail; read, and closed."""
    hire = Hire(starts_on=clock.today() - timedelta(days=40), reported_on=clock.today() - timedelta(days=50))
    db.session.query(Pulse).delete()
    for side in ContactSide:
        db.session.add(Pulse(placement_id=hire.placement.id, side=side, ordinal=1, due_on=clock.today()))
    today = workdays.on_or_after(clock.today())
    with at(today, 10):
        jobs.ask_pulses()
        people = {EMPLOYEE: f"candidate:{hire.placement.candidate_id}", EMPLOYER: f"user:{hire.contact.id}"}
        asked = [("pulse_for_candidate", people[EMPLOYEE]), ("pulse_for_employer", people[EMPLOYER])]
        assert [one for one in queued() if one[0].startswith("pulse")] == asked
        by_employer = client_for(hire.contact)
        before = without_token(by_employer.get(hire.path).text)

        page = link_in("pulse_for_candidate")
        with unchanged("a look at the link"):
            shown = client.get(f"{page}?lang=en")
            assert shown.status_code == 200
            assert shown.headers["Referrer-Policy"] == "no-referrer"
            client.get(f"{page}?lang=fi", headers={"User-Agent": "scanner"})
        for words in ("How do your tasks go?", "Something has to change soon", "not to your employer."):
            assert words in shown.text
        assert client.post(f"{page}?lang=en", data={"tasks": "well"}).status_code == 422
        assert client.post(f"{page}?lang=en", data={**FINE, "tasks": "5"}).status_code == 422
        assert hire.one(EMPLOYEE).state is P.ASKED
        done = client.post(f"{page}?lang=en", data=WORRIED)
        assert done.status_code == 200
        assert "Anna Lindqvist is told now" in done.text

        [contact] = db.session.scalars(select(SupportContact).where(SupportContact.origin == ContactOrigin.PULSE))
        next_day = workdays.add_working_days(today, 1)
        assert (contact.side, contact.due_on, contact.urgent, contact.state) == (
            EMPLOYEE,
            next_day,
            True,
            ContactState.PLANNED,
        )
        mail = db.session.scalars(select(Notification).where(Notification.kind == "pulse_concern")).one()
        assert mail.user_id == hire.coach.id
        assert "canary" not in repr(mail.context)
        assert KINDS["pulse_concern"].still_due(mail)
        again = client.get(f"{page}?lang=en").text
        assert "You have answered already" in again
        assert "canary" not in again
        assert 'value="concern" checked' not in again

        assert without_token(by_employer.get(hire.path).text) == before, "the employer's page tells of the employee's"
        team = client_for(hire.leader).get(hire.path).text
        assert "canary-line about lunch" in team
        assert "Some concern" in team
        assert "The employee has answered the three questions" in client_for(hire.coach).get(hire.path).text
        assert "Has answered. Read it" in client_for(hire.coach).get("/today").text

        worse = client.post(f"{page}?lang=en", data={**WORRIED, "hours": "action"})
        assert worse.status_code == 200
        assert kinds(queued).count("pulse_concern") == 2, "told once more, since it is graver"
        assert db.session.scalar(select(func.count()).where(SupportContact.origin == ContactOrigin.PULSE)) == 1
        one = hire.one(EMPLOYEE)
        assert one.answered_at is not None
        reading = f"{hire.path}/pulses/{one.public_id}/read"
        browser = client_for(hire.coach)
        old = {"shown": (one.answered_at - timedelta(seconds=1)).isoformat()}
        assert browser.post(reading, data=old).status_code == 409
        assert browser.post(reading, data={"shown": one.answered_at.isoformat()}).status_code == 302
        closed = client.get(f"{page}?lang=en")
        assert closed.status_code == 410
        assert "have been read" in closed.text
        assert client.post(f"{page}?lang=en", data=FINE).status_code == 410

        theirs = link_in("pulse_for_employer")
        asked_page = client.get(f"{theirs}?lang=en").text
        assert f"Candidate {hire.alias}" in asked_page
        assert "How do the tasks go?" in asked_page
        assert client.post(f"{theirs}?lang=en", data=FINE).status_code == 200
        assert kinds(queued).count("pulse_concern") == 2, "all is well: nobody is mailed"
        assert "Until the coach has read the answers" in by_employer.get(hire.path).text
        changed = by_employer.post(f"{hire.path}/pulses/{hire.one(EMPLOYER).public_id}", data=WORRIED)
        assert changed.status_code == 302
        assert "after the three questions" in by_employer.get(hire.path).text
        assert "canary" not in by_employer.get(hire.path).text
        assert hire.one(EMPLOYER).answered_how is AnsweredHow.PAGE


# Whom it reaches


def test_neither_side_reaches_the_others(app: Flask, client: FlaskClient, client_for: Signed) -> None:
    hire = Hire(starts_on=clock.today(), reported_on=clock.today())
    db.session.query(Pulse).delete()
    theirs = factory.pulse(hire.row)
    own = factory.pulse(hire.row, side=EMPLOYER)
    employer = client_for(hire.contact)
    assert employer.get(f"{hire.path}/pulses/{own.public_id}").status_code == 200
    for stranger in (hire.contact, employers.employer_user(), accounts.coach(), accounts.team_leader()):
        browser = client_for(stranger)
        assert browser.get(f"{hire.path}/pulses/{theirs.public_id}").status_code == 404
        assert browser.post(f"{hire.path}/pulses/{theirs.public_id}", data=FINE).status_code == 404
        assert browser.post(f"{hire.path}/pulses/{theirs.public_id}/read").status_code == 404
    other = factory.pulse(factory.placement(hire.coach), side=EMPLOYER)
    assert employer.get(f"{hire.path}/pulses/{other.public_id}").status_code == 404, (
        "another hire's, by this one's page"
    )
    assert [one.side for one in pulse_queries.of_placement(actor_of(hire.contact), hire.placement)] == [EMPLOYER]
    assert [one.id for one in pulse_queries.waiting(actor_of(hire.contact))] == [own.id]
    for actor, pulse in ((hire.actor(Role.EMPLOYER), theirs), (hire.actor(Role.CANDIDATE), own)):
        with pytest.raises(Missing):
            pulses.answer(actor, pulse, hire.placement, WELL, AnsweredHow.LINK)

    def status(pulse: Pulse, user: User | None) -> int:
        link = links.issue(Purpose.PULSE, pulse.id, timedelta(days=1), user_id=user.id if user else None)
        return client.get(f"/pulse/{links.token_of(link)}").status_code

    colleague = employers.employer_user(queries.get(hire.row.id).employer)
    ways = [status(theirs, None), status(own, hire.contact)]
    assert ways == [200, 200]
    wrong = [
        status(theirs, hire.contact),
        status(own, None),
        status(own, colleague),
        status(own, employers.employer_user()),
    ]
    assert wrong == [410] * 4
    consent = links.issue(Purpose.CONSENT, theirs.id, timedelta(days=1))
    assert client.get(f"/pulse/{links.token_of(consent)}").status_code == 410
    hire.contact.deactivated_at = clock.now()
    assert status(own, hire.contact) == 410


def test_a_mail_that_waits_is_not_sent_to_who_may_not_be_told(app: Flask) -> None:
    hire = Hire()
    run(date(2026, 10, 1))
    mails = {row.kind: row for row in db.session.scalars(select(Notification).order_by(Notification.id))}
    due = {kind: KINDS[kind].still_due for kind in ("pulse_for_employer", "pulse_for_candidate")}
    assert all(still(mails[kind]) for kind, still in due.items())
    swapped = Notification(about_id=hire.one(EMPLOYEE).id, user_id=hire.contact.id)
    assert not due["pulse_for_employer"](swapped), "the employee's questions in an employer's mail"
    hire.contact.deactivated_at = clock.now()
    db.session.flush()
    assert not due["pulse_for_employer"](mails["pulse_for_employer"])
    with at(date(2026, 10, 5)):
        pulses.answer(hire.actor(Role.CANDIDATE), hire.one(EMPLOYEE), hire.placement, WELL, AnsweredHow.LINK)
    assert not due["pulse_for_candidate"](mails["pulse_for_candidate"])


def test_where_nobody_at_work_is_told_the_employer_is_never_asked(app: Flask, queued: Queued) -> None:
    coach = accounts.coach()
    own_find = queries.get(factory.own_find(coach, starts_on=START, reported_on=START).id)
    with at(START):
        pulses.draw(actor_of(coach), own_find)
    assert {one.side for one in pulse_queries.all_of(own_find)} == {EMPLOYEE}
    factory.pulse(own_find, side=EMPLOYER, state=P.COMING, due_on=date(2026, 10, 1), asked_on=None, mailed=False)
    run(date(2026, 10, 1))
    assert kinds(queued) == ["pulse_for_candidate"]
    states = {one.side: one.state for one in pulse_queries.all_of(own_find) if one.ordinal == 1}
    assert states == {EMPLOYEE: P.ASKED, EMPLOYER: P.DROPPED}


def test_who_has_no_address_is_asked_by_phone(app: Flask, client_for: Signed, queued: Queued) -> None:
    told = Hire(starts_on=clock.today(), reported_on=clock.today())
    db.session.query(Pulse).delete()
    db.session.get_one(Identity, told.placement.candidate_id).email = ""
    pulse = factory.pulse(told.row, state=P.COMING, asked_on=None, mailed=False)
    with at(workdays.on_or_after(clock.today()), 12):
        jobs.ask_pulses()
    db.session.refresh(pulse)
    assert (pulse.state, pulse.mailed, kinds(queued)) == (P.ASKED, False, [])
    browser = client_for(told.coach)
    assert "There is no mail address. Ask by phone." in browser.get(told.path).text
    assert "Ask by phone" in browser.get("/today").text
    address = f"{told.path}/pulses/{pulse.public_id}"
    assert "Read the questions aloud." in browser.get(address).text
    assert browser.post(address, data={}).status_code == 422
    answer = browser.post(address, data={**WORRIED, "people": "action"})
    assert answer.status_code == 302
    db.session.refresh(pulse)
    assert (pulse.state, pulse.answered_how, pulse.read_by_id) == (P.READ, AnsweredHow.TOLD, told.coach.id)
    contact = db.session.get_one(SupportContact, pulse.contact_id)
    assert (contact.side, contact.origin) == (EMPLOYEE, ContactOrigin.PULSE)
    assert kinds(queued) == [], "the coach knows already"
    assert browser.post(address, data=WORRIED).status_code == 409
    leader = factory.pulse(told.row, side=EMPLOYER)
    assert client_for(told.leader).post(f"{told.path}/pulses/{leader.public_id}", data=WORRIED).status_code == 302
    assert kinds(queued) == ["pulse_concern"], "the leader wrote it down: the coach is told"


# When


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-09-01", None, ["2026-10-01", "2026-12-01", "2027-03-01"]),
        ("2026-11-30", None, ["2026-12-30", "2027-03-01", "2027-05-31"]),  # 28 February 2027 is a Sunday
        ("2026-11-24", None, ["2026-12-28", "2027-02-24", "2027-05-24"]),  # Christmas Eve to the Monday after
        ("2026-09-01", "2026-12-15", ["2026-10-01", "2026-12-01"]),
        ("2026-09-01", "2026-09-25", ["2026-09-15"]),
        ("2026-09-01", "2026-09-03", []),
        ("2026-09-01", "2026-09-30", []),  # a whole month is no short job, and its first day to be asked comes after
    ],
)
def test_the_days(start: str, end: str | None, days: list[str]) -> None:
    found = plan.pulse_days(date.fromisoformat(start), date.fromisoformat(end) if end else None)
    assert [one.isoformat() for one in found] == days


def test_asked_once_at_nine_reminded_after_a_week_and_closed_after_thirty_days(app: Flask, queued: Queued) -> None:
    hire = Hire()
    first = date(2026, 10, 1)
    run(first - timedelta(days=1))
    run(first, hour=8)
    assert kinds(queued) == []
    run(first)
    assert sorted(kinds(queued)) == ["pulse_for_candidate", "pulse_for_employer"]
    [link] = db.session.scalars(select(SignedLink).where(SignedLink.user_id == hire.contact.id))
    assert clock.local(link.expires_at) == datetime(2026, 11, 1, tzinfo=clock.HELSINKI)  # through the clock change
    run(date(2026, 10, 7))
    assert len(kinds(queued)) == 2
    with at(date(2026, 10, 7)):
        pulses.answer(hire.actor(Role.CANDIDATE), hire.one(EMPLOYEE), hire.placement, WELL, AnsweredHow.LINK)
    run(date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 20))
    assert sorted(kinds(queued)) == ["pulse_for_candidate", "pulse_for_employer", "pulse_for_employer"]
    run(date(2026, 10, 31))
    assert hire.one(EMPLOYER).state is P.ASKED
    run(date(2026, 11, 1), hour=1)
    assert hire.one(EMPLOYER).state is P.LAPSED
    with at(date(2026, 11, 20)):
        pulses.record(hire.as_coach, hire.one(EMPLOYER), hire.placement, WELL)
    assert hire.one(EMPLOYER).state is P.READ


def test_on_a_free_day_nobody_is_asked_and_a_month_late_nobody_either(app: Flask, queued: Queued) -> None:
    hire = Hire()
    run(date(2026, 10, 3))  # a Saturday, after a stop of the worker
    assert kinds(queued) == []
    run(date(2026, 11, 2))
    assert kinds(queued) == []
    assert [state for _day, state in hire.due().values()].count(P.DROPPED) == 2


def test_the_next_ones_close_what_was_asked_before(app: Flask) -> None:
    hire = Hire()
    run(date(2026, 10, 1))
    db.session.query(Pulse).filter(Pulse.ordinal == 2).update({"due_on": date(2026, 10, 12)})
    run(date(2026, 10, 12))
    assert [state for _day, state in hire.due().values()] == [P.LAPSED, P.ASKED, P.COMING] * 2
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.query(Pulse).filter(Pulse.ordinal == 3).update({"state": P.ASKED, "asked_on": START})


def test_a_moved_start_moves_what_was_not_asked_and_an_end_takes_it_away(app: Flask, queued: Queued) -> None:
    hire = Hire()
    run(date(2026, 10, 1))
    with at(date(2026, 10, 2)):
        service.change_start(hire.as_coach, hire.placement, starts_on=date(2026, 9, 14))
    asked, moved, far = (hire.due()[EMPLOYEE.value, number] for number in (1, 2, 3))
    assert asked == (date(2026, 10, 1), P.ASKED)
    assert (moved, far) == ((date(2026, 12, 14), P.COMING), (date(2027, 3, 15), P.COMING))
    with at(date(2026, 10, 3)):
        service.change_start(hire.as_coach, hire.placement, starts_on=date(2026, 9, 14), ends_on=date(2027, 1, 31))
    assert hire.due()[EMPLOYER.value, 3][1] is P.DROPPED
    with at(date(2026, 10, 4)):
        service.change_start(hire.as_coach, hire.placement, starts_on=date(2026, 9, 15))
    assert hire.due()[EMPLOYER.value, 3] == (date(2027, 3, 15), P.COMING)
    link = db.session.scalars(select(SignedLink).where(SignedLink.user_id.is_(None))).one()
    with at(date(2026, 10, 6)):
        how = {"reason": EndReason.OWN_WISH, "ended_by": EndedBy.BOTH}
        service.end(hire.as_coach, hire.placement, ended_on=date(2026, 10, 5), **how)
        assert {state for _day, state in hire.due().values()} == {P.DROPPED}
        closed = app.test_client().get(f"/pulse/{links.token_of(link)}?lang=en")
        assert closed.status_code == 410
        assert "You need not do anything." in closed.text
    before = len(queued())
    run(date(2026, 10, 8), date(2026, 12, 15))
    assert len(queued()) == before


def test_a_hire_told_of_late_is_asked_what_is_still_to_come(app: Flask) -> None:
    with at(date(2026, 10, 20)):
        hire = Hire(reported_on=date(2026, 10, 20))
        assert sorted(hire.due()) == [(side, number) for side in ("employee", "employer") for number in (2, 3)]


# The table


def test_every_step_is_taken_by_its_roles_and_by_no_other(app: Flask) -> None:
    """Each verb that somebody presses, from each state, by each role, on one hire."""
    hire = Hire(starts_on=clock.today(), reported_on=clock.today())
    db.session.query(Pulse).delete()
    placement, actors, seconds = hire.placement, {role: hire.actor(role) for role in Role}, iter(range(1000))

    def fresh(state: PulseState, side: ContactSide) -> Pulse:
        db.session.query(Pulse).delete()
        values: dict[str, Any] = {"state": state}
        if state in (P.ANSWERED, P.READ):
            values = factory.answered(state=state, answered_at=clock.now() - timedelta(seconds=next(seconds)))
        if state is P.READ:
            values |= {"read_by_id": hire.coach.id, "read_at": clock.now()}
        return factory.pulse(hire.row, side=side, **values)

    def press(verb: str, actor: Actor, pulse: Pulse) -> None:
        if verb == "answer":
            pulses.answer(actor, pulse, placement, WELL, AnsweredHow.LINK)
        elif verb == "record":
            pulses.record(actor, pulse, placement, WELL)
        else:
            pulses.read(actor, pulse, placement, shown=pulse.answered_at)

    tried = 0
    for verb in ("answer", "record", "read"):
        for state in P:
            for role in Role:
                side = EMPLOYEE if role is Role.CANDIDATE else EMPLOYER
                pulse, row = fresh(state, side), PULSES.row(state, verb)
                given = pulse.answered_at
                if row is not None and role in row.by:
                    press(verb, actors[role], pulse)
                    assert pulse.state is row.target, (verb, state, role)
                    tried += 1
                else:
                    with pytest.raises((Refused, Missing)):
                        press(verb, actors[role], pulse)
                    db.session.refresh(pulse)
                    assert (pulse.state, pulse.answered_at) == (state, given), (verb, state, role)
    assert tried == 4 + 4 + 2


def test_of_two_contact_persons_who_press_at_once_one_gets_through(app: Flask) -> None:
    hire = Hire(starts_on=clock.today(), reported_on=clock.today())
    db.session.query(Pulse).delete()
    pulse = factory.pulse(hire.row, side=EMPLOYER)
    db.session.query(Pulse).update(factory.answered(answered_by_id=hire.contact.id), synchronize_session=False)
    with pytest.raises(Refused, match="quicker"):
        pulses.answer(hire.actor(Role.EMPLOYER), pulse, hire.placement, WELL, AnsweredHow.LINK)


def test_a_new_concern_makes_a_new_contact_once_the_first_is_done(app: Flask, queued: Queued) -> None:
    hire = Hire(starts_on=clock.today(), reported_on=clock.today())
    db.session.query(Pulse).delete()
    pulse = factory.pulse(hire.row, side=EMPLOYER)
    worried = Answers(tasks=Mood.CONCERN, people=Mood.WELL, hours=Mood.WELL)
    actor = hire.actor(Role.EMPLOYER)
    for _press in range(2):
        pulses.answer(actor, pulse, hire.placement, worried, AnsweredHow.PAGE)
    assert kinds(queued) == ["pulse_concern"]
    first = db.session.get_one(SupportContact, pulse.contact_id)
    mail = db.session.scalars(select(Notification)).one()
    another = Notification(about_id=mail.about_id, user_id=accounts.coach().id, context=mail.context)
    assert [KINDS["pulse_concern"].still_due(one) for one in (mail, another)] == [True, False]
    first.state, first.drop_reason = ContactState.CANCELLED, "Spoken to already"
    db.session.flush()
    assert not KINDS["pulse_concern"].still_due(mail)
    pulses.answer(actor, pulse, hire.placement, worried, AnsweredHow.PAGE)
    assert pulse.contact_id != first.id
    assert kinds(queued) == ["pulse_concern"] * 2


def test_the_employers_first_page_shows_what_waits(client_for: Signed) -> None:
    hire = Hire(starts_on=clock.today(), reported_on=clock.today())
    db.session.query(Pulse).delete()
    own = factory.pulse(hire.row, side=EMPLOYER)
    factory.pulse(hire.row, ordinal=2, due_on=clock.today())
    page = client_for(hire.contact).get("/start").text
    assert re.findall(r"/pulses/([0-9a-f]{32})", page) == [own.public_id]
