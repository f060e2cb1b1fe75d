"""Each answer that shows somebody writes one row of each whom it shows, and of nobody else; or it is not given.

Everything that can be reached is fetched as everybody, forms are sent empty, and the words planted in every private
column are looked for. What is found in an answer is compared with the rows that it wrote.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InternalError, OperationalError, ProgrammingError
from werkzeug.exceptions import HTTPException

from portal.accounts.models import Team, User
from portal.audit.models import AccessLogEntry
from portal.candidates.models import Candidate, Consent, DisclosurePlan, Identity, Note, Profile
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.access import policy_of
from portal.core.db import db
from portal.employers.models import Channel, Employer, EmployerContact
from portal.placements.models import ContactSide, Mood, Placement, Pulse
from portal.placements.states import ContactState
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from tests.factories import accounts, candidates, employers, placements, proposals

S = ProposalState
STATES = (S.AWAITING_CONSENT, S.PROPOSED, S.DISCLOSED, S.INTERVIEW, S.HIRE_REPORTED, S.HIRED, S.WITHDRAWN)
CONTACTS = (S.PROPOSED, S.DISCLOSED, S.INTERVIEW, S.HIRED)
EACH = 2  # addresses of one page that a person opens; under the marker slow, all
ClientFor = Callable[[User], FlaskClient]
LINKS = re.compile(r"""(?:href|src)="([^"#]+)""")
FORMS = re.compile(r"""<form[^>]*method="post"[^>]*>""", re.IGNORECASE)
BUTTONS = re.compile(r"""formaction="([^"#]+)""")
ACTION = re.compile(r"""action="([^"#]+)""")
WORD = re.compile(r"Kanarie(\d+)Qx")
# Marked, and in this world, with empty forms, without a name: their pages are those of others, which are met.
SELDOM = {
    "candidates.keep_fine",
    "candidates.let_go_fine",
    "delivery.correct",
    "employers.assign",
    "employers.reject",
    "employers.verify",
    "placements.cancel",
    "placements.move",
    "proposals.act",
    "proposals.pick",
}
# Ends the visit, or is another's page altogether.
LEFT_ALONE = {"accounts.sign_out", "core.set_language", "accounts.change_password", "accounts.settings"}


def word(candidate_id: int) -> str:
    """What is planted in a candidate's private columns."""
    return f"Kanarie{candidate_id}Qx"


@dataclass
class World:
    """Who looks, and what each can reach: (person, method, address)."""

    people: dict[str, User]
    also: list[str] = field(default_factory=list)  # addresses that the staff open beside those that they come by
    answers: list[Answer] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """One answer that wrote to the log."""

    who: str
    method: str
    address: str
    endpoint: str
    status: int


def _plant() -> None:
    for one in db.session.scalars(select(Identity)):
        one.first_name, one.last_name = word(one.candidate_id), "Efternamn"
        one.nickname = one.care_contact = one.street = word(one.candidate_id)
    for candidate_id in db.session.scalars(select(Candidate.id)).all():
        db.session.get_one(Profile, candidate_id).wishes = word(candidate_id)
        plan = db.session.get_one(DisclosurePlan, candidate_id)
        plan.agreed_words = plan.never_say = word(candidate_id)
    for consent in db.session.scalars(select(Consent)):
        consent.who_was_there = word(consent.candidate_id)
    for proposal in db.session.scalars(select(Proposal)):
        proposal.change_wish = word(proposal.candidate_id)


def _answer(placement: Placement, side: ContactSide) -> None:
    """The first three questions to a side are answered with a planted word; they are there or not."""
    values = placements.answered(line=word(placement.candidate_id), asked_on=clock.today())
    asked = db.session.query(Pulse).filter_by(placement_id=placement.id, side=side, ordinal=1)
    if not asked.update(values):
        placements.pulse(placement, side=side, **values)


@pytest.fixture
def world(app: Flask) -> World:
    """A team with a proposal in every state, hires with what was noted, people who wait, and an employer of each."""
    coach = accounts.coach(name="Own Coach")
    stories = {state: proposals.story(state, coach=coach) for state in STATES}
    leader = stories[S.HIRED].leader
    for _one in range(3):
        candidates.candidate(coach=coach)
    team = db.session.get_one(Team, coach.team_id)
    candidates.candidate(team=team, phase=Phase.WAITING)
    colleague = accounts.coach(name="Other Coach", team=team, team_id=team.id)
    candidates.candidate(coach=colleague)
    running = [*db.session.scalars(select(Placement)), placements.own_find(coach, planned=True)]
    assert len(running) == 2  # the one that the story's hire made, and one of the coach's own
    also = []
    for one in running:
        done = {
            "state": ContactState.DONE,
            "done_on": clock.today(),
            "channel": Channel.PHONE,
            "mood": next(iter(Mood)),
        }
        done |= {"team_note": word(one.candidate_id), "due_on": clock.today()}
        for side in ContactSide:
            noted = placements.contact(one, side=side, **done)
            also.append(f"/placements/{one.public_id}/contacts/{noted.public_id}")
            _answer(one, side)
        dropped = placements.contact(one, state=ContactState.CANCELLED, drop_reason=word(one.candidate_id))
        also.append(f"/placements/{one.public_id}/contacts/{dropped.public_id}")
    db.session.add(
        EmployerContact(
            employer_id=stories[S.HIRED].opening.employer_id,
            coach_id=coach.id,
            on_day=clock.today(),
            channel=Channel.PHONE,
            candidate_id=stories[S.HIRED].candidate.id,
            learned=word(stories[S.HIRED].candidate.id),
        )
    )
    talked = db.session.get_one(Employer, stories[S.HIRED].opening.employer_id).public_id
    also += [f"/employers/{talked}", f"/employers/{talked}/assign"]
    for candidate_id in db.session.scalars(select(Candidate.id)).all():
        db.session.add(Note(candidate_id=candidate_id, author_id=coach.id, text=word(candidate_id)))
    db.session.flush()
    _plant()
    db.session.commit()
    people = {
        "coach": coach,
        "colleague": colleague,
        "leader": leader,
        "administrator": accounts.administrator(),
        **{f"contact of {state}": stories[state].contact for state in CONTACTS},
        "stranger": employers.employer_user(),
    }
    db.session.commit()
    return World(people, also)


def _endpoint(app: Flask, address: str, method: str) -> str:
    try:
        return app.url_map.bind("localhost").match(urlsplit(address).path, method=method)[0]
    except HTTPException:
        return ""


def _local(target: str) -> str:
    parts = urlsplit(html.unescape(target))
    if not parts.path.startswith("/") or parts.netloc not in ("", "localhost"):
        return ""
    if parts.path.startswith(("/static/", "/bootstrap/")):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _rows(after: int) -> list[AccessLogEntry]:
    return list(db.session.scalars(select(AccessLogEntry).where(AccessLogEntry.id > after).order_by(AccessLogEntry.id)))


class Walk:
    """Fetches as one person, and compares each answer with what it wrote."""

    def __init__(self, app: Flask, world: World, who: str, browser: FlaskClient, each: int) -> None:
        self.each, self.opened = each, Counter[str]()
        self.app, self.world, self.who, self.browser = app, world, who, browser
        self.user_id = world.people[who].id
        self.last = db.session.scalar(select(db.func.max(AccessLogEntry.id))) or 0
        self.forms: list[str] = []
        self.odd: list[str] = []

    def ask(self, method: str, address: str) -> str:
        answer = self.browser.open(address, method=method)
        text = f"{answer.headers}\n{answer.get_data(as_text=True)}"
        written = _rows(self.last)
        self.last = max([self.last, *(row.id for row in written)])
        shown = sorted({int(one) for one in WORD.findall(html.unescape(text))})
        endpoint = _endpoint(self.app, address, method)
        where = f"{self.who}: {method} {address} ({endpoint}, {answer.status_code})"
        if sorted(row.candidate_id for row in written) != shown:
            self.odd.append(f"{where} shows {shown}, wrote {sorted(row.candidate_id for row in written)}")
        if any(row.viewer_id != self.user_id or not row.what or not row.why for row in written):
            self.odd.append(f"{where} wrote {[(row.viewer_id, row.what, row.why) for row in written]}")
        policy = policy_of(endpoint)
        if written and not (policy and policy.logs_access):
            self.odd.append(f"{where} is not marked logs_access")
        if answer.status_code >= 500:
            self.odd.append(f"{where} broke")
        if written:
            self.world.answers.append(Answer(self.who, method, address, endpoint, answer.status_code))
        return f"{answer.headers.get('Location', '')}\n{text}"

    def everything(self) -> None:
        """All that links lead to from the first page on, then every form, empty."""
        seen: set[str] = set()
        waiting = ["/", *(self.world.also if self.who in ("coach", "leader") else [])]
        while waiting:
            address = waiting.pop()
            if not address or address in seen or _endpoint(self.app, address, "GET") in LEFT_ALONE:
                continue
            seen.add(address)
            if not self._wanted("GET", address):
                continue
            text = self.ask("GET", address)
            waiting += [_local(text.split("\n")[0]), *map(_local, LINKS.findall(text))]
            for form in FORMS.findall(text):
                target = ACTION.search(form)
                self.forms.append(_local(target.group(1)) if target else address)
            self.forms += [_local(one) for one in BUTTONS.findall(text)]
        for address in dict.fromkeys(self.forms):
            if address and _endpoint(self.app, address, "POST") not in LEFT_ALONE and self._wanted("POST", address):
                self.ask("POST", address)

    def _wanted(self, method: str, address: str) -> bool:
        """Not more of one page than asked for; pages of one address with different filters count as one page each."""
        if address in self.world.also:
            return True
        parameters = sorted(part.split("=")[0] for part in urlsplit(address).query.split("&"))
        page = f"{method} {_endpoint(self.app, address, method)} {parameters}"
        if urlsplit(address).path.rsplit("/", 1)[-1].isalpha():  # a step's name is a page of its own
            page += urlsplit(address).path.rsplit("/", 1)[-1]
        self.opened[page] += 1
        return self.opened[page] <= self.each


def _walked(app: Flask, world: World, client_for: ClientFor, each: int) -> list[str]:
    odd: list[str] = []
    db.session.commit()
    for who, user in world.people.items():
        walk = Walk(app, world, who, client_for(user), each)
        walk.everything()
        odd += walk.odd
    return odd


def _compared(app: Flask, world: World, client_for: ClientFor, each: int) -> None:
    odd = _walked(app, world, client_for, each)
    assert odd == []
    marked = {one for one in app.view_functions if (policy := policy_of(one)) is not None and policy.logs_access}
    reached = {one.endpoint for one in world.answers}
    print(f"{len(world.answers)} answers that showed somebody, of {len(reached)} pages and steps: one row of each")
    print(f"not met with a name on them: {sorted(marked - reached)}")
    assert marked - reached <= SELDOM
    assert {one.status for one in world.answers} == {200, 422}


@pytest.mark.either_database  # every answer there is: long, and the same pages
def test_each_answer_writes_a_row_of_each_whom_it_shows_and_is_not_given_when_it_cannot(
    app: Flask, world: World, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compared(app, world, client_for, EACH)
    _nothing_is_shown_unlogged(world, client_for, monkeypatch)


@pytest.mark.slow
def test_every_answer_that_can_be_reached_does(app: Flask, world: World, client_for: ClientFor) -> None:
    _compared(app, world, client_for, 1_000_000)


FAULTS: dict[str, Exception] = {
    "the disk is full": OperationalError("INSERT", {}, Exception("disk full")),
    "no right to write": ProgrammingError("INSERT", {}, Exception("permission denied")),
    "read-only": InternalError("INSERT", {}, Exception("read-only transaction")),
}


@contextmanager
def _failing(fault: Exception) -> Iterator[None]:
    def fail(_c: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool) -> None:
        if statement.upper().startswith("INSERT INTO ACCESS_LOG"):
            raise fault

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", fail)


@contextmanager
def _failing_commit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything is written, and the commit fails."""
    from portal.core.app import Portal

    with monkeypatch.context() as patch:
        commit = db.session.commit

        def fail() -> None:
            raise OperationalError("COMMIT", {}, Exception("disk full"))

        whole = Portal._commit

        def inside() -> None:
            patch.setattr(db.session, "commit", fail)
            try:
                whole()
            finally:
                patch.setattr(db.session, "commit", commit)

        patch.setattr(Portal, "_commit", staticmethod(inside))
        yield


def _nothing_is_shown_unlogged(world: World, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page that showed somebody once more, with a fault of each kind in turn, and with a commit that fails."""
    answers = list({(one.who, one.method, one.endpoint): one for one in world.answers}.values())
    asked = 0
    for number, one in enumerate(answers):
        browser = client_for(world.people[one.who])
        fault = list(FAULTS.values())[number % len(FAULTS)]
        before = len(_rows(0))
        browser.open(one.address, method=one.method)
        if len(_rows(0)) == before:  # somebody's empty form has moved it on since
            continue
        before = len(_rows(0))
        for broken in (_failing(fault), _failing_commit(monkeypatch)):
            with broken:
                answer = browser.open(one.address, method=one.method)
            text = f"{answer.headers}\n{answer.get_data(as_text=True)}"
            assert (answer.status_code, WORD.findall(text)) == (503, []), one
            assert answer.headers["Retry-After"]
            asked += 1
        assert len(_rows(0)) == before, one
    print(f"{asked} answers of {len(answers)} pages and readers were refused")
    assert asked > len(answers)
