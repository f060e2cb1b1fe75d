"""What every response carries, whatever its status; and what comes of too much, or of a host that is not ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.test import TestResponse

from portal.accounts.models import Team, User
from portal.core.access import public
from portal.core.db import db
from portal.core.errors import Invalid, LinkDead, Missing, Overtaken, Refused
from portal.proposals.states import ProposalState
from tests.factories import accounts, proposals
from tests.own_database import made
from tests.snapshot import differing, tables, unchanged

ClientFor = Callable[[User], FlaskClient]


def _carries(answer: TestResponse, what: object) -> None:
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    assert headers.get("X-Content-Type-Options") == "nosniff", what
    assert headers.get("X-Frame-Options") == "DENY", what
    assert headers.get("Referrer-Policy") in ("same-origin", "no-referrer"), what
    for part in ("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"):
        assert part in policy, what
    assert "unsafe" not in policy, what
    assert "Server" not in headers, what
    assert "X-Powered-By" not in headers, what
    for cookie in headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie, what
        assert "SameSite=Lax" in cookie, what


def _raising(error: Exception) -> Callable[..., str]:
    @public
    def view(**_values: object) -> str:
        raise error

    return view


ERRORS: dict[int, Exception] = {
    404: Missing(),
    409: Refused("Not now."),
    410: LinkDead("Too old."),
    422: Invalid("field", "Not so."),
    500: ZeroDivisionError("a secret word"),
    503: OperationalError("SELECT 1", {}, Exception("locked")),
}


@pytest.mark.parametrize("status", list(ERRORS))
@pytest.mark.parametrize("signed_in", [True, False])
def test_error_pages_carry_what_pages_carry(
    app: Flask,
    client: FlaskClient,
    client_for: ClientFor,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    signed_in: bool,
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "core.page", _raising(ERRORS[status]))
    browser = client_for(accounts.coach()) if signed_in else client
    answer = browser.get("/about/about")
    assert answer.status_code == status
    _carries(answer, status)
    assert "<h1" in answer.text
    assert "Traceback" not in answer.text
    assert "secret word" not in answer.text
    if signed_in and status < 500:  # what broke is answered as to a visitor: nobody is looked up
        assert answer.headers["Cache-Control"] == "no-store"
    if status == 503:
        assert int(answer.headers["Retry-After"]) > 0


def test_pages_redirects_files_and_refusals_carry_it(app: Flask, client: FlaskClient, client_for: ClientFor) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    coach = client_for(story.coach)
    seen = {
        "a page": client.get("/"),
        "a file": client.get("/static/css/base.css"),
        "a file of a library": client.get("/bootstrap/static/css/bootstrap.min.css"),
        "the health check": client.get("/healthz"),
        "to sign in": client.get("/today"),
        "nothing there": client.get("/nowhere"),
        "a file that is not there": client.get("/static/nothing.css"),
        "another method": client.delete("/"),
        "a dead link": client.get("/consent/x"),
        "a foreign host": client.get("/", headers={"Host": "elsewhere.example"}),
        "a signed-in page": coach.get("/today"),
        "a form that came back": coach.post(f"/proposals/{story.proposal.public_id}/messages", data={}),
        "a refusal": coach.post(f"/proposals/{story.proposal.public_id}/offer"),
        "a change": coach.post(f"/proposals/{story.proposal.public_id}/withdraw"),
        "a language": client.post("/language", data={"language": "fi"}),
    }
    wanted = {
        "a file": 200,
        "a file of a library": 200,
        "another method": 405,
        "a dead link": 410,
        "a foreign host": 400,
        "a form that came back": 422,
        "a refusal": 409,
        "a change": 302,
    }
    for what, answer in seen.items():
        _carries(answer, what)
        assert answer.status_code == wanted.get(what, answer.status_code), what
        assert answer.status_code < 500 or what == "the health check", what


def test_what_a_signed_in_person_saw_stays_on_no_disk(client: FlaskClient, client_for: ClientFor) -> None:
    story = proposals.story(ProposalState.AWAITING_CONSENT)
    browser = client_for(story.coach)
    for path in ("/today", f"/proposals/{story.proposal.public_id}", "/candidates", "/nowhere", "/", "/about/privacy"):
        assert browser.get(path).headers["Cache-Control"] == "no-store", path
    assert client.get("/consent/x").headers["Cache-Control"] == "no-store"
    assert client.get("/consent/x").headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" not in browser.get("/static/css/base.css").headers.get("Cache-Control", "")


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost.elsewhere.example", "elsewhere.example:80", ""])
def test_a_host_that_is_not_ours_is_refused(client: FlaskClient, host: str) -> None:
    with unchanged():
        assert client.get("/", headers={"Host": host}).status_code == 400
        assert client.post("/language", headers={"Host": host}, data={"language": "fi"}).status_code == 400


def test_what_a_proxy_was_told_by_a_stranger_changes_no_address(client: FlaskClient) -> None:
    forwarded = {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https", "Forwarded": "host=else.where"}
    answer = client.get("/today", headers=forwarded)
    assert answer.headers["Location"].startswith(("/sign-in", "http://localhost/sign-in"))
    assert "elsewhere.example" not in client.get("/", headers=forwarded).text


@pytest.mark.parametrize("path", ["/language", "/sign-in", "/register"])
def test_too_much_is_413(client: FlaskClient, path: str) -> None:
    with unchanged():
        answer = client.post(path, data={"language": "x" * 1_100_000})
    assert answer.status_code == 413
    _carries(answer, path)


def test_too_many_parts_are_413(client: FlaskClient) -> None:
    data = {f"field{number}": "x" for number in range(1_100)}
    answer = client.post("/sign-in", data=data, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_a_view_that_breaks_half_way_leaves_nothing(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    @public
    def view() -> str:
        db.session.add(Team(name="Half a change"))
        db.session.flush()
        raise ZeroDivisionError

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "core.set_language", view)
    with unchanged():
        assert client.post("/language").status_code == 500


@pytest.mark.parametrize("status", [200, 302, 400, 409, 410, 422, 429, 499])
def test_what_was_begun_is_kept_by_an_answer_below_400_and_by_no_other(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """A form that comes back with errors answers with a page of its own: nothing that it had begun may stay."""

    @public
    def view() -> tuple[str, int]:
        db.session.add(Team(name="Begun"))
        db.session.flush()
        return "a page", status

    monkeypatch.setitem(app.view_functions, "core.set_language", view)
    before = tables()
    assert client.post("/language").status_code == status
    db.session.expire_all()
    assert differing(before, tables()) == (["teams"] if status < 400 else [])


def test_a_commit_that_fails_is_a_clear_page(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database refuses at the very end: the answer that was ready is not sent."""

    @public
    def view() -> str:
        db.session.execute(text("SELECT 1"))
        return "all is well"

    def refuse() -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    monkeypatch.setitem(app.view_functions, "core.set_language", view)
    monkeypatch.setattr(db.session, "commit", refuse)
    answer = FlaskClient.open(client, "/language", method="POST")
    assert answer.status_code == 503
    assert "all is well" not in answer.text


def test_over_https_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    app = made(tmp_path, f"sqlite:///{tmp_path / 'unused.db'}", base_url="https://portal.example")
    browser = app.test_client()
    answer = browser.post("/language", data={"language": "fi"}, base_url="https://portal.example")
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-portal=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    plain = browser.get("/", base_url="http://portal.example")
    assert (plain.status_code, plain.headers["Location"]) == (302, "https://portal.example/")


def test_a_press_without_our_token_is_refused(tmp_path: Path) -> None:
    app = made(tmp_path, f"sqlite:///{tmp_path / 'unused.db'}", extra={"TESTING": True, "WTF_CSRF_ENABLED": True})
    browser = app.test_client()
    for data in ({}, {"csrf_token": "made up"}):
        answer = browser.post("/language", data={"language": "fi", **data})
        assert answer.status_code == 400
        assert "<h1" in answer.text
        _carries(answer, "no token")
        assert "Set-Cookie" not in answer.headers or "language" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("error", "heading"),
    [
        (Refused("A rule."), "This cannot be done now"),
        (Overtaken("Too late."), "This has changed meanwhile"),
        (StaleDataError(), "This has changed meanwhile"),
    ],
)
def test_a_refusal_is_headed_by_its_kind(migrated_app: Flask, error: Exception, heading: str) -> None:
    with migrated_app.test_request_context(headers={"Accept-Language": "en"}):
        page, status = migrated_app.handle_user_exception(error)
    assert status == 409
    assert f"<h1>{heading}</h1>" in page
