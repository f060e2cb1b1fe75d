"""Who may knock at which door: a table kept by hand, walked through the application with every role."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.accounts.models import User
from portal.core import clock
from portal.core.access import LIBRARY_ENDPOINTS, policy_of
from portal.core.actors import Role
from portal.core.db import db
from portal.employers.states import Verification
from tests.factories import accounts, employers
from tests.own_database import made

EVERYBODY, BY_LINK = "everybody", "by link"

# Endpoint: its methods, and who gets in. E: employer's users, C: coaches, L: team leaders, A: administrators. Which
# things each may see is another question, which the features' tests answer. Kept by hand: a new door is thought about.
DOORS: dict[str, tuple[str, str]] = {
    "accounts.accept_invitation": ("GET POST", BY_LINK),
    "accounts.begin_session": ("POST", EVERYBODY),
    "accounts.change_password": ("POST", "ECLA"),
    "accounts.confirm_address": ("POST", BY_LINK),
    "accounts.deactivate": ("POST", "A"),
    "accounts.end_links": ("POST", "ECLA"),
    "accounts.forgotten": ("GET POST", EVERYBODY),
    "accounts.invite": ("GET POST", "A"),
    "accounts.invite_again": ("POST", "A"),
    "accounts.mailed": ("GET", EVERYBODY),
    "accounts.new_password": ("GET POST", BY_LINK),
    "accounts.reactivate": ("POST", "A"),
    "accounts.settings": ("GET POST", "ECLA"),
    "accounts.sign_in": ("GET", EVERYBODY),
    "accounts.sign_out": ("POST", "ECLA"),
    "accounts.users": ("GET", "A"),
    "accounts.verify": ("GET", BY_LINK),
    "accounts.withdraw_invitation": ("POST", "A"),
    "bootstrap.static": ("GET", EVERYBODY),
    "calendars.end": ("POST", "C"),
    "calendars.feed": ("GET", BY_LINK),
    "calendars.make": ("POST", "C"),
    "calendars.own": ("GET", "C"),
    "candidates.assign": ("POST", "CL"),
    "candidates.identity": ("GET POST", "CL"),
    "candidates.index": ("GET", "CL"),
    "candidates.keep_fine": ("POST", "CL"),
    "candidates.leave": ("GET POST", "CL"),
    "candidates.let_go_fine": ("POST", "CL"),
    "candidates.looks": ("GET", "CL"),
    "candidates.new": ("GET POST", "CL"),
    "candidates.notes": ("GET POST", "CL"),
    "candidates.plan": ("GET POST", "CL"),
    "candidates.profile": ("GET POST", "CL"),
    "candidates.show": ("GET", "CL"),
    "candidates.step": ("POST", "CL"),
    "core.healthz": ("GET", EVERYBODY),
    "core.landing": ("GET", EVERYBODY),
    "core.page": ("GET", EVERYBODY),
    "core.set_language": ("POST", EVERYBODY),
    "delivery.correct": ("GET POST", "C"),
    "delivery.send_again": ("POST", "C"),
    "delivery.set_aside": ("POST", "C"),
    "desk.access_log": ("GET", "A"),
    "desk.coach": ("GET", "C"),
    "desk.employer": ("GET", "E"),
    "desk.team": ("GET", "L"),
    "desk.team_log": ("GET", "L"),
    "employers.add_workplace": ("GET POST", "ECL"),
    "employers.assign": ("POST", "L"),
    "employers.create": ("GET POST", "CL"),
    "employers.edit": ("GET POST", "CL"),
    "employers.edit_own": ("GET POST", "E"),
    "employers.edit_workplace": ("GET POST", "ECL"),
    "employers.index": ("GET", "CLA"),
    "employers.invite": ("GET POST", "ECL"),
    "employers.invite_again": ("POST", "ECL"),
    "employers.join": ("GET POST", BY_LINK),
    "employers.let_in": ("POST", "ECL"),
    "employers.log_contact": ("GET POST", "CL"),
    "employers.look_after": ("POST", "C"),
    "employers.next_step_done": ("POST", "CL"),
    "employers.organisation": ("GET", "E"),
    "employers.refuse": ("POST", "ECL"),
    "employers.register": ("GET POST", EVERYBODY),
    "employers.reject": ("POST", "CL"),
    "employers.show": ("GET", "CLA"),
    "employers.suspend": ("POST", "LA"),
    "employers.verify": ("POST", "CL"),
    "employers.waiting": ("GET", "E"),
    "employers.withdraw_invitation": ("POST", "ECL"),
    "guard_words.index": ("GET POST", "A"),
    "guard_words.remove": ("POST", "A"),
    "leaves.arrange": ("POST", "CL"),
    "leaves.end": ("POST", "CL"),
    "leaves.index": ("GET", "CL"),
    "lists.edit": ("GET POST", "L"),
    "lists.index": ("GET", "CL"),
    "lists.new": ("GET POST", "CL"),
    "lists.restore": ("POST", "L"),
    "lists.retire": ("POST", "L"),
    "mail_choices.off": ("GET", BY_LINK),
    "mail_choices.save": ("POST", "ECLA"),
    "mail_choices.turn_off": ("POST", BY_LINK),
    "mail_choices.turn_on": ("POST", BY_LINK),
    "openings.act": ("POST", "ECL"),
    "openings.copy": ("POST", "ECL"),
    "openings.edit": ("GET POST", "ECL"),
    "openings.index": ("GET", "ECL"),
    "openings.keep": ("POST", "ECL"),
    "openings.new": ("GET POST", "ECL"),
    "openings.show": ("GET", "ECL"),
    "outbox.kinds": ("GET", "A"),
    "outbox.preview": ("GET", "A"),
    "outbox.preview_html": ("GET", "A"),
    "outbox.queue": ("GET", "A"),
    "outbox.send_again": ("POST", "A"),
    "placements.add": ("GET POST", "CL"),
    "placements.ask": ("GET POST", "E"),
    "placements.cancel": ("POST", "CL"),
    "placements.colleague": ("GET POST", "CL"),
    "placements.contact": ("GET POST", "CL"),
    "placements.end": ("GET POST", "CL"),
    "placements.index": ("GET", "ECL"),
    "placements.log_unplanned": ("GET POST", "CL"),
    "placements.miss": ("POST", "CL"),
    "placements.move": ("POST", "CL"),
    "placements.new": ("GET POST", "CL"),
    "placements.show": ("GET", "ECL"),
    "placements.start": ("GET POST", "CL"),
    "placements.take": ("POST", "CL"),
    "privacy.erase": ("GET POST", "L"),
    "privacy.extract": ("GET", "CL"),
    "privacy.extract_file": ("GET", "CL"),
    "privacy.give_part": ("POST", "L"),
    "privacy.keep": ("POST", "CL"),
    "privacy.periods": ("GET", "A"),
    "privacy.refuse_part": ("POST", "L"),
    "proposals.act": ("GET POST", "ECL"),
    "proposals.after_hire": ("GET POST", "C"),
    "proposals.answer": ("POST", BY_LINK),
    "proposals.answer_by_link": ("POST", BY_LINK),
    "proposals.answering": ("GET", BY_LINK),
    "proposals.ask_again": ("GET POST", "C"),
    "proposals.ask_details": ("POST", "C"),
    "proposals.cancel": ("POST", "EC"),
    "proposals.change": ("GET POST", BY_LINK),
    "proposals.close_others": ("POST", "C"),
    "proposals.code": ("GET", "C"),
    "proposals.consent": ("GET", BY_LINK),
    "proposals.create": ("POST", "C"),
    "proposals.my_consents": ("GET", BY_LINK),
    "proposals.new": ("GET", "C"),
    "proposals.own_link": ("GET", "CL"),
    "proposals.pick": ("POST", "EC"),
    "proposals.record_taken_back": ("POST", "CL"),
    "proposals.show": ("GET", "ECL"),
    "proposals.take_back": ("POST", BY_LINK),
    "proposals.times": ("GET POST", "EC"),
    "proposals.write": ("POST", "EC"),
    "pulses.answer": ("POST", BY_LINK),
    "pulses.asked": ("GET", BY_LINK),
    "pulses.read": ("POST", "CL"),
    "pulses.show": ("GET POST", "ECL"),
    "sign_in_links.ask": ("POST", EVERYBODY),
    "sign_in_links.look": ("GET", BY_LINK),
    "sign_in_links.sign_in": ("POST", BY_LINK),
    "static": ("GET", EVERYBODY),
    "support.ask": ("GET POST", BY_LINK),
}
LETTERS = {"E": Role.EMPLOYER, "C": Role.COACH, "L": Role.TEAM_LEADER, "A": Role.ADMINISTRATOR}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
NO_ORGANISATION = "an employer's user whose organisation is suspended"
# What somebody can use who belongs to no organisation now; everything else leads to the page that says so.
WITHOUT_ORGANISATION = {
    "employers.waiting",
    "accounts.settings",
    "accounts.change_password",
    "accounts.sign_out",
    "mail_choices.save",
}
REACHED = "a probe stands behind this door"


def _rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def _address(app: Flask, rule: Rule) -> str:
    values = dict.fromkeys(rule.arguments, "0" * 32)
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=sorted(rule.methods or ())[0])


def test_the_table_names_every_door_and_no_other(app: Flask) -> None:
    real: dict[str, set[str]] = {}
    for rule in _rules(app):
        real.setdefault(rule.endpoint, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    assert {endpoint: set(methods.split()) for endpoint, (methods, _who) in DOORS.items()} == real


def test_every_door_has_a_policy(app: Flask) -> None:
    assert [rule.endpoint for rule in _rules(app) if policy_of(rule.endpoint) is None] == []
    assert {rule.endpoint for rule in _rules(app)} >= LIBRARY_ENDPOINTS  # none of them is stale


def _people() -> dict[str, tuple[str, User | None]]:
    """By a name for messages: the letter of the table, and who signs in."""
    unverified = employers.employer(verification=Verification.WAITING)
    suspended = employers.employer(verification=Verification.SUSPENDED)
    people: dict[str, tuple[str, User | None]] = {
        "nobody": ("", None),
        "an employer's user, not verified yet": ("E", employers.employer_user(unverified)),
        NO_ORGANISATION: ("E", employers.employer_user(suspended)),
        "an employer's user": ("E", employers.employer_user()),
        "a coach": ("C", accounts.coach()),
        "a team leader": ("L", accounts.team_leader()),
        "an administrator": ("A", accounts.administrator()),
    }
    for role in LETTERS.values():
        gone = accounts.user(role)
        people[f"a deactivated {role}"] = ("", gone)
    db.session.commit()
    return people


def test_every_door_opens_for_those_whom_the_table_names(
    app: Flask,
    client_for: Callable[[User], FlaskClient],
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Behind each door stands a probe with the view's own policy, so that only the door itself is asked."""
    for endpoint, view in app.view_functions.items():

        def probe(**_values: object) -> str:
            return REACHED

        if (policy := getattr(view, "access_policy", None)) is not None:
            probe.access_policy = policy  # type: ignore[attr-defined]  # the mark that a view carries
        monkeypatch.setitem(app.view_functions, endpoint, probe)
    people = _people()
    browsers = {name: client if user is None else client_for(user) for name, (_letter, user) in people.items()}
    for name, (_letter, user) in people.items():
        if user is not None and name.startswith("a deactivated"):
            user.deactivated_at = clock.now()  # after the sign-in: the cookie lives
    db.session.commit()
    walked = 0
    for rule in _rules(app):
        address = _address(app, rule)
        for name, browser in browsers.items():
            expected = _expected(rule.endpoint, name, people[name][0])
            for method in METHODS:
                if method in (rule.methods or ()):
                    answer = browser.open(address, method=method)
                    cell = f"{method} {rule.endpoint} by {name}"
                    assert (answer.status_code, urlsplit(answer.headers.get("Location", "")).path) == expected, cell
                    assert (answer.text == REACHED) is (expected[0] == 200 and method != "HEAD"), cell
                    walked += 1
    assert walked >= 1_900  # it must not shrink without a thought


def _expected(endpoint: str, name: str, letter: str) -> tuple[int, str]:
    """The status, and where one is led instead."""
    who = DOORS[endpoint][1]
    if who in (EVERYBODY, BY_LINK):
        return 200, ""
    if not letter:
        return 302, "/sign-in"
    if letter not in who:
        return 404, ""
    if name == NO_ORGANISATION and endpoint not in WITHOUT_ORGANISATION:
        return 302, "/waiting"
    return 200, ""


def test_other_methods_are_refused_everywhere(app: Flask, client_for: Callable[[User], FlaskClient]) -> None:
    browser = client_for(accounts.coach())
    known: dict[str, set[str]] = {}
    for rule in _rules(app):
        known.setdefault(_address(app, rule), set()).update(rule.methods or set())
    for address, methods in known.items():
        for method in set(METHODS) - methods:
            assert browser.open(address, method=method).status_code in (404, 405), f"{method} {address}"


def test_a_view_without_a_policy_is_closed_to_everybody(
    app: Flask, client_for: Callable[[User], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "core.page", lambda name: REACHED)
    for role in LETTERS.values():
        user = employers.employer_user() if role is Role.EMPLOYER else accounts.user(role)
        answer = client_for(user).get("/about/about")
        assert answer.status_code == 404
        assert REACHED not in answer.get_data(as_text=True)


def test_a_door_that_is_added_without_a_word_stays_shut(tmp_path: Path) -> None:
    added = made(tmp_path, f"sqlite:///{tmp_path / 'unused.db'}")
    added.add_url_rule("/added", "added", lambda: REACHED, methods=["GET", "POST"])
    for method in ("GET", "POST"):
        answer = added.test_client().open("/added", method=method)
        assert answer.status_code == 404
        assert REACHED not in answer.get_data(as_text=True)
