"""The same form sent twice makes one thing and is answered the same: every form that makes something is tried."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts import links
from portal.accounts.models import Purpose, User
from portal.core import clock, submissions
from portal.core.app import Portal
from portal.core.db import db
from portal.core.submissions import Submission
from portal.outbox.jobs import JOBS
from portal.placements import queries as loaded
from portal.proposals import queries
from portal.proposals.models import Message
from portal.proposals.states import ProposalState
from tests.employers.kit import registration
from tests.factories import accounts, candidates, employers, openings
from tests.factories import placements as hires
from tests.factories.proposals import Story, story
from tests.guards.test_routes import DOORS
from tests.openings.kit import FILLED_IN
from tests.own_database import own_app
from tests.proposals.kit import link, path, typed
from tests.snapshot import differing, tables

ClientFor = Callable[[User], FlaskClient]
TEMPLATES = Path(__file__).parents[2] / "templates"
TODAY = clock.today().isoformat()
SOON = (clock.today() + timedelta(days=40)).isoformat()


@dataclass(frozen=True)
class Sent:
    """One form as somebody sends it: the page that holds it, where it goes when not to that page, what is typed."""

    user: User | None
    page: str
    data: dict[str, Any]
    to: str = ""
    made: tuple[str, ...] = field(default=())


def _need() -> tuple[User, str]:
    employer = employers.employer()
    user = employers.employer_user(employer)
    return user, openings.opening(employer, contacts=[user]).public_id


def _copy() -> Sent:
    user, public_id = _need()
    return Sent(user, f"/openings/{public_id}", {}, f"/openings/{public_id}/copy", ("openings",))


def _new_need() -> Sent:
    user = employers.employer_user()
    return Sent(user, "/openings/new", FILLED_IN, made=("openings",))


def _of_employer(page: str, data: dict[str, Any], made: str) -> Sent:
    return Sent(accounts.coach(), f"/employers/{employers.employer().public_id}/{page}", data, made=(made,))


def _own_workplace() -> Sent:
    employer = employers.employer()
    data = {"name": "Torget", "street": "", "municipality": "272"}
    page = f"/employers/{employer.public_id}/workplaces/new"
    return Sent(employers.employer_user(employer), page, data, made=("workplaces",))


def _contact() -> dict[str, str]:
    return {
        "on_day": TODAY,
        "channel": "in_person",
        "with_whom": "Anna",
        "about": "",
        "learned": "Fridays are full.",
        "next_step": "Visit",
        "next_step_on": SOON,
    }


def _who() -> dict[str, str]:
    return {
        "first_name": "Sanelma",
        "last_name": "Brännkärr",
        "birth_date": "1990-02-28",
        "email": "sanelma@mail.example",
        "municipality": "272",
        "language": "fi",
    }


def _of_hire(page: str, data: dict[str, Any], *made: str, employer: bool = False) -> Sent:
    coach = accounts.coach()
    placement = hires.placement(coach)
    user = coach
    if employer:
        [user] = loaded.employer_readers(placement)
    return Sent(user, f"/placements/{placement.public_id}/{page}", data, made=made)


def _own_find() -> Sent:
    coach = accounts.coach()
    one = candidates.candidate(coach=coach)
    data = {
        "title": "Cook",
        "starts_on": SOON,
        "hours": "20",
        "workplace_name": "Nygårds",
        "contract_type": "permanent",
        "pay_kind": "open_market",
        "employer": "",
        "told_at_work": "nobody",
    }
    return Sent(coach, f"/placements/new?candidate={one.public_id}", data, made=("placements",))


def _of_proposal(state: ProposalState, page: str, data: dict[str, Any], *made: str, to: str = "") -> Sent:
    begun = story(state)
    return Sent(begun.coach, path(begun, page).rstrip("/"), data, path(begun, to) if to else "", made)


def _draft() -> Sent:
    begun: Story = story(ProposalState.WITHDRAWN)
    need = openings.opening()
    page = f"/proposals/new?opening={need.public_id}&candidate={begun.candidate.public_id}"
    return Sent(begun.coach, page, {**typed("record_consent"), "answer_by": ""}, made=("proposals", "consents"))


def _wish() -> Sent:
    begun = story(ProposalState.AWAITING_CONSENT)
    return Sent(None, f"{link(begun)}/change", {"wish": "Leave out the nights"})


def _answer() -> Sent:
    begun = story(ProposalState.AWAITING_CONSENT)
    return Sent(None, link(begun), {"answer": "yes"}, made=("consents",))


def _ask_by_link() -> Sent:
    placement = hires.placement(accounts.coach())
    [reader] = loaded.employer_readers(placement)
    link = links.issue(Purpose.SUPPORT, placement.id, timedelta(days=1), reader.id)
    page = f"/ask-for-support/{links.token_of(link)}"
    return Sent(None, page, {"text": "Call us"}, made=("support_requests",))


def _staff() -> Sent:
    data = {
        "name": "Maria Lind",
        "email": "maria@example.com",
        "role": "coach",
        "team": accounts.team().public_id,
        "language": "sv",
    }
    return Sent(accounts.administrator(), "/users/invite", data, made=("staff_invitations",))


def _colleague() -> Sent:
    return _of_employer("invite", {"email": "bo@x.example", "language": "sv"}, "invitations")


def _note() -> Sent:
    coach = accounts.coach()
    page = f"/candidates/{candidates.candidate(coach=coach).public_id}/notes"
    return Sent(coach, page, {"text": "Called"}, made=("candidate_notes",))


def _leave() -> Sent:
    coach = accounts.coach()
    data = {"starts_on": TODAY, "ends_on": SOON, "deputy": accounts.coach(team_id=coach.team_id).public_id}
    return Sent(coach, "/leaves", data, made=("leaves",))


TIMES = {"times-0": "2031-05-05T10:00", "channel": "phone", "minutes": "30"}
LOGGED = {"side": "employee", "done_on": TODAY, "channel": "phone", "mood": "well"}

# Every form that makes a thing, as somebody would fill it in. Kept by hand.
MAKES: dict[str, Callable[[], Sent]] = {
    "accounts.invite": _staff,
    "candidates.new": lambda: Sent(accounts.coach(), "/candidates/new", _who(), made=("candidates", "identities")),
    "candidates.notes": _note,
    "employers.add_workplace": _own_workplace,
    "employers.create": lambda: Sent(
        accounts.coach(),
        "/employers/new",
        {"name": "Gård Nygård", "business_id": "", "sector": "", "municipality": "272", "language": "sv"},
        made=("employers",),
    ),
    "employers.invite": _colleague,
    "employers.log_contact": lambda: _of_employer("contacts/new", _contact(), "employer_contacts"),
    "employers.register": lambda: Sent(None, "/register", registration(), made=("employers", "users")),
    "guard_words.index": lambda: Sent(
        accounts.administrator(),
        "/admin/words",
        {"word": "Strandro", "language": "sv", "kind": "unit"},
        made=("guard_words",),
    ),
    "leaves.arrange": _leave,
    "lists.new": lambda: Sent(
        accounts.coach(),
        "/lists/occupation/new",
        {"sv": "Renskötare", "fi": "Poronhoitaja", "en": "Reindeer herder", "group_key": "612"},
        made=("own_entries",),
    ),
    "openings.copy": _copy,
    "openings.new": _new_need,
    "placements.add": lambda: _of_hire("contacts/new", {"side": "employee", "due_on": SOON}, "support_contacts"),
    "placements.ask": lambda: _of_hire("ask", {"text": "Call us"}, "support_requests", employer=True),
    "placements.log_unplanned": lambda: _of_hire("contacts/log", LOGGED, "support_contacts"),
    "placements.new": _own_find,
    "proposals.answer": _answer,
    "proposals.change": _wish,
    "proposals.create": _draft,
    "proposals.times": lambda: _of_proposal(ProposalState.DISCLOSED, "times", TIMES, "interviews"),
    "proposals.write": lambda: _of_proposal(
        ProposalState.INTERESTED, "", {"text": "When can we talk?"}, "messages", to="messages"
    ),
    "support.ask": _ask_by_link,
}

# What changes a thing that is there: its state or its version stands in the way of a second time. Kept by hand.
CHANGES = {
    "accounts.accept_invitation",
    "accounts.change_password",
    "accounts.confirm_address",
    "accounts.deactivate",
    "accounts.end_links",
    "accounts.invite_again",
    "accounts.new_password",
    "accounts.reactivate",
    "accounts.settings",
    "accounts.withdraw_invitation",
    "calendars.end",
    "candidates.assign",
    "candidates.identity",
    "candidates.keep_fine",
    "candidates.leave",
    "candidates.let_go_fine",
    "candidates.plan",
    "candidates.profile",
    "candidates.step",
    "delivery.correct",
    "delivery.send_again",
    "delivery.set_aside",
    "employers.assign",
    "employers.edit",
    "employers.edit_own",
    "employers.edit_workplace",
    "employers.invite_again",
    "employers.join",
    "employers.let_in",
    "employers.look_after",
    "employers.next_step_done",
    "employers.refuse",
    "employers.reject",
    "employers.suspend",
    "employers.verify",
    "employers.withdraw_invitation",
    "guard_words.remove",
    "leaves.end",
    "lists.edit",
    "lists.restore",
    "lists.retire",
    "mail_choices.save",
    "openings.act",
    "openings.edit",
    "openings.keep",
    "outbox.send_again",
    "placements.cancel",
    "placements.colleague",
    "placements.contact",
    "placements.end",
    "placements.miss",
    "placements.move",
    "placements.start",
    "placements.take",
    "privacy.erase",
    "privacy.give_part",
    "privacy.keep",
    "privacy.refuse_part",
    "proposals.act",
    "proposals.after_hire",
    "proposals.answer_by_link",
    "proposals.ask_again",
    "proposals.ask_details",
    "proposals.cancel",
    "proposals.close_others",
    "proposals.pick",
    "proposals.record_taken_back",
    "proposals.take_back",
    "pulses.answer",
    "pulses.read",
    "pulses.show",
    "sign_in_links.sign_in",
}
# What means something anew each time that it is sent.
REPEATED = {
    "accounts.begin_session",
    "accounts.forgotten",
    "accounts.sign_out",
    "calendars.make",
    "core.set_language",
    "sign_in_links.ask",
    "mail_choices.turn_off",
    "mail_choices.turn_on",
}


def test_every_form_was_thought_about() -> None:
    posts = {endpoint for endpoint, (methods, _who_gets_in) in DOORS.items() if "POST" in methods}
    assert MAKES.keys() | CHANGES | REPEATED == posts
    assert not MAKES.keys() & CHANGES


def test_only_these_may_be_repeated(app: Portal) -> None:
    marked = {name for name, view in app.view_functions.items() if getattr(view, "is_repeatable", False)}
    assert marked == REPEATED - {"accounts.sign_out", "core.set_language"}  # these two hold no key


def test_every_form_in_the_templates_holds_a_key() -> None:
    """A form that is written by hand holds ``hidden()``; the frame's two say who reads in which language, and go."""
    for template in sorted(TEMPLATES.rglob("*.html")):
        text = template.read_text(encoding="utf-8")
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
            if re.search(r"""method="(post|\{\{)""", form):
                kept = "hidden(" in form or template.name == "base.html"
                assert kept, f"{template.relative_to(TEMPLATES)}: {form[:120]}"


def _hidden_in(browser: FlaskClient, sent: Sent) -> dict[str, str]:
    """What the form that is to be sent holds unseen, from the page as a person sees it; its key is there once."""
    page = browser.get(sent.page)
    assert page.status_code == 200
    for tag, inside in re.findall(r"<form\b([^>]*)>(.*?)</form>", page.text, re.DOTALL):
        action = re.search(r'action="([^"]*)"', tag)
        target = urlsplit(action.group(1)).path if action else urlsplit(sent.page).path
        if 'method="post"' in tag and target == (sent.to or urlsplit(sent.page).path):
            fields = [
                re.findall(r'(name|value)="([^"]*)"', one) for one in re.findall(r"<input[^>]*hidden[^>]*>", inside)
            ]
            assert [dict(one)["name"] for one in fields].count("once") == 1
            return {dict(one)["name"]: dict(one)["value"] for one in fields}
    raise AssertionError(f"{sent.page} has no form to {sent.to or sent.page}")


def _key_in(browser: FlaskClient, sent: Sent) -> str:
    return _hidden_in(browser, sent)["once"]


@pytest.mark.parametrize("endpoint", list(MAKES))
def test_sent_twice_it_is_made_once_and_answered_the_same(
    client: FlaskClient, client_for: ClientFor, endpoint: str
) -> None:
    sent = MAKES[endpoint]()
    db.session.commit()
    browser = client if sent.user is None else client_for(sent.user)
    data = {**_hidden_in(browser, sent), **sent.data}
    before = tables()
    first = browser.post(sent.to or sent.page, data=data)
    assert first.status_code in (200, 302), first.text
    db.session.expire_all()
    after = tables()
    assert set(sent.made) | {"submissions"} <= set(differing(before, after))
    [kept] = db.session.scalars(select(Submission))
    assert kept.endpoint == endpoint
    again = browser.post(sent.to or sent.page, data=data)
    assert (again.status_code, again.location) == (first.status_code, first.location)
    db.session.expire_all()
    assert differing(after, tables()) == []
    if first.status_code == 200:
        assert "saved once" in again.text
    else:
        assert "sent twice" in browser.get(first.location).text or sent.user is None


def _message(begun: Story) -> tuple[str, str]:
    return path(begun), path(begun, "messages")


def _messages() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def test_the_page_opened_anew_has_another_key(client_for: ClientFor) -> None:
    begun = story(ProposalState.INTERESTED)
    page, to = _message(begun)
    browser = client_for(begun.coach)
    sent = Sent(begun.coach, page, {}, to)
    for expected in (1, 2):
        key = _key_in(browser, sent)
        for _press in range(2):
            assert browser.post(to, data={"text": "Call me", "once": key}).status_code == 302
        assert _messages() == expected


def test_a_form_that_came_back_keeps_its_key_and_can_be_sent(client_for: ClientFor) -> None:
    coach = accounts.coach()
    browser = client_for(coach)
    page = f"/candidates/{candidates.candidate(coach=coach).public_id}/notes"
    key = _key_in(browser, Sent(coach, page, {}))
    back = browser.post(page, data={"text": "", "once": key})
    assert back.status_code == 422
    assert f'name="once" value="{key}"' in back.text
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    assert browser.post(page, data={"text": "Called", "once": key}).status_code == 302


def test_what_was_changed_before_it_was_sent_again_is_a_new_form(client_for: ClientFor) -> None:
    begun = story(ProposalState.INTERESTED)
    page, to = _message(begun)
    browser = client_for(begun.coach)
    key = _key_in(browser, Sent(begun.coach, page, {}, to))
    for text in ("Call me", "Call me on Monday", "Call me"):
        assert browser.post(to, data={"text": text, "once": key}).status_code == 302
    assert _messages() == 2


def test_anothers_key_is_another_key(client_for: ClientFor) -> None:
    begun = story(ProposalState.INTERESTED)
    page, to = _message(begun)
    key = _key_in(client_for(begun.coach), Sent(begun.coach, page, {}, to))
    for user in (begun.coach, begun.contact):
        assert client_for(user).post(to, data={"text": "Call me", "once": key}).status_code == 302
    assert _messages() == 2


@pytest.mark.parametrize("key", ["", "x", "x" * 500, "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ", "'; DROP TABLE submissions"])
def test_what_is_no_key_of_ours_is_as_none(client_for: ClientFor, key: str) -> None:
    begun = story(ProposalState.INTERESTED)
    for _press in range(2):
        assert client_for(begun.coach).post(path(begun, "messages"), data={"text": "a", "once": key}).status_code == 302
    assert _messages() == 2
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_neither_the_key_nor_a_link_nor_the_words_are_kept(client: FlaskClient) -> None:
    sent = _wish()
    db.session.commit()
    data = {**sent.data, "once": _key_in(client, sent)}
    assert client.post(sent.page, data=data).status_code == 200
    [row] = db.session.execute(select(Submission.__table__)).all()
    for secret in (data["once"], data["wish"], sent.page.split("/")[2]):
        assert secret not in repr(row)


def test_old_ones_are_forgotten_by_the_worker(app: Portal) -> None:
    now = clock.now()
    for number, age in enumerate((submissions.KEPT - timedelta(minutes=1), submissions.KEPT + timedelta(minutes=1))):
        db.session.add(Submission(key_hash=f"{number}" * 64, endpoint="core.page", at=now - age))
    db.session.flush()
    JOBS["core.forget_submissions"].work()
    assert [row.key_hash[0] for row in db.session.scalars(select(Submission))] == ["0"]


def test_both_under_way_at_once_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first and reads its answer; without that, both would meet behind the reading."""
    answers: list[tuple[int, str | None]] = []
    barrier = threading.Barrier(2)
    read = queries.get_for

    def meet(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(0.5)
        return found

    with own_app(tmp_path) as app, app.app_context():
        begun = story(ProposalState.INTERESTED)
        to, key = path(begun, "messages"), "k" * 22
        cookies = []
        for _person in range(2):
            browser = app.test_client()
            with browser.session_transaction() as session:
                session["_user_id"], session["_fresh"] = begun.coach.get_id(), True
            cookies.append(browser)
        db.session.commit()
        monkeypatch.setattr(queries, "get_for", meet)

        def press(browser: FlaskClient) -> None:
            answer = browser.post(to, data={"text": "When can we talk?", "once": key})
            answers.append((answer.status_code, answer.location))

        threads = [threading.Thread(target=press, args=(browser,)) for browser in cookies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert answers == [(302, f"{path(begun)}#messages")] * 2
        assert _messages() == 1
