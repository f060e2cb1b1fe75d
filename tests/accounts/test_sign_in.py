"""Signing in and out, and what ends a session."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts import passwords
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from tests.accounts.kit import link_in, mails, without_token
from tests.factories import accounts
from tests.factories.accounts import PASSWORD

ClientFor = Callable[[User], FlaskClient]


def _sign_in(client: FlaskClient, email: str, password: str = PASSWORD, query: str = "") -> TestResponse:
    return client.post(f"/sign-in{query}", data={"email": email, "password": password})


def test_the_right_password_signs_in_and_goes_on(client: FlaskClient) -> None:
    user = accounts.administrator(email="eva@example.com")
    answer = client.post("/sign-in?next=/users", data={"email": " Eva@Example.com ", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/users")
    assert client.get("/users").status_code == 200
    db.session.expire_all()
    assert user.last_sign_in_at is not None
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_foreign_next_leads_to_the_first_page(client: FlaskClient, target: str) -> None:
    accounts.administrator(email="eva@example.com")
    answer = client.post(
        "/sign-in", query_string={"next": target}, data={"email": "eva@example.com", "password": PASSWORD}
    )
    assert (answer.status_code, answer.location) == (302, "/")


def test_wrong_password_unknown_address_and_closed_account_read_the_same(client: FlaskClient) -> None:
    accounts.coach(email="eva@example.com")
    accounts.coach(email="old@example.com", deactivated_at=clock.now())
    pages = [
        client.post("/sign-in", data={"email": email, "password": password})
        for email, password in [
            ("eva@example.com", "not the password at all"),
            ("nobody@example.com", PASSWORD),
            ("old@example.com", PASSWORD),
        ]
    ]
    assert {page.status_code for page in pages} == {422}
    bodies = [
        without_token(page.text).replace(email, "X")
        for page, email in zip(pages, ["eva@example.com", "nobody@example.com", "old@example.com"], strict=True)
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    assert "do not fit together" in bodies[0]
    assert PASSWORD not in bodies[1]
    assert mails() == []


def test_an_unknown_address_costs_a_comparison_too(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str | None] = []
    real = passwords.matches

    def counting(kept: str | None, password: str) -> bool:
        compared.append(kept)
        return real(kept, password)

    monkeypatch.setattr(passwords, "matches", counting)
    _sign_in(client, "nobody@example.com")
    assert compared == [None]


def test_sign_in_renews_the_session_and_keeps_the_language(client: FlaskClient) -> None:
    accounts.administrator(email="eva@example.com", language=None)
    client.post("/language", data={"language": "fi"})
    with client.session_transaction() as session:
        session["planted"] = "by a stranger"
    _sign_in(client, "eva@example.com")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["language"] == "fi"


def test_sign_out_is_a_press_and_ends_the_visit(client_for: ClientFor) -> None:
    browser = client_for(accounts.administrator())
    assert browser.get("/sign-out").status_code == 405
    assert browser.get("/users").status_code == 200
    assert browser.post("/sign-out").location == "/"
    assert browser.get("/users").location.startswith("/sign-in")


def test_a_closed_accounts_cookie_is_dead_at_the_next_request(client_for: ClientFor) -> None:
    administrator, coach = accounts.administrator(), accounts.coach()
    browser = client_for(coach)
    assert browser.get("/settings").status_code == 200
    assert client_for(administrator).post(f"/users/{coach.public_id}/deactivate").status_code == 302
    assert "/sign-in" in browser.get("/settings").headers.get("Location", "")
    client_for(administrator).post(f"/users/{coach.public_id}/reactivate")
    assert "/sign-in" in browser.get("/settings").headers.get("Location", ""), "an old cookie came alive again"


def test_who_has_not_verified_the_address_is_mailed_a_new_link_instead(client: FlaskClient) -> None:
    accounts.user(Role.ADMINISTRATOR, email="eva@example.com", email_verified_at=None)
    answer = _sign_in(client, "eva@example.com")
    assert answer.location == "/look-at-your-mail"  # type: ignore[attr-defined]
    assert [mail.kind for mail in mails()] == ["verify_address"]
    assert "/sign-in" in client.get("/settings").headers.get("Location", "")


def test_verifying_is_a_press_by_link_once(client: FlaskClient, app: Portal) -> None:
    user = accounts.user(Role.ADMINISTRATOR, email="eva@example.com", email_verified_at=None)
    _sign_in(client, "eva@example.com")
    path = link_in("verify_address")
    stranger = app.test_client()
    for _ in range(2):
        page = stranger.get(path)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "no-referrer"
    db.session.expire_all()
    assert user.email_verified_at is None
    assert stranger.post(path).status_code == 422  # in another browser than the one that registered
    assert stranger.post(path, data={"password": PASSWORD}).location == "/"
    db.session.expire_all()
    assert user.email_verified_at is not None
    assert client.post(path).status_code == 410
    assert client.get(path).status_code == 410


def test_the_browser_that_registered_is_signed_in_by_the_press(client: FlaskClient) -> None:
    accounts.user(Role.ADMINISTRATOR, email="eva@example.com", email_verified_at=None)
    _sign_in(client, "eva@example.com")
    assert client.post(link_in("verify_address")).location == "/"
    assert client.get("/users").status_code == 200


def test_sign_in_is_throttled_by_account(throttled: Portal) -> None:
    accounts.coach(email="eva@example.com")
    statuses = []
    for place in range(14):
        browser = throttled.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"10.0.0.{place + 1}"
        statuses.append(browser.post("/sign-in", data={"email": "eva@example.com", "password": "wrong"}).status_code)
    other = throttled.test_client().post("/sign-in", data={"email": "other@example.com", "password": "wrong"})
    assert statuses == [422] * 10 + [429] * 4
    assert other.status_code == 422


def test_sign_in_is_throttled_by_place(throttled: Portal) -> None:
    browser = throttled.test_client()
    statuses = [
        browser.post("/sign-in", data={"email": f"eva{number}@example.com", "password": "wrong"}).status_code
        for number in range(12)
    ]
    assert statuses == [422] * 10 + [429] * 2


def _guess(browser: FlaskClient, times: int, email: str = "eva@example.com") -> list[int]:
    data = {"email": email, "password": "wrong"}
    return [browser.post("/sign-in", data=data).status_code for _time in range(times)]


def test_a_strangers_guesses_do_not_keep_the_owner_out(throttled: Portal) -> None:
    accounts.coach(email="eva@example.com")
    own, stranger = throttled.test_client(), throttled.test_client()
    assert _sign_in(own, "eva@example.com").status_code == 302
    own.post("/sign-out")
    assert _guess(stranger, 12)[-1] == 429  # from the same place as well: an office has one address
    assert _sign_in(own, "eva@example.com").status_code == 302


def test_a_known_browser_guesses_no_more_often_than_another(throttled: Portal) -> None:
    accounts.coach(email="eva@example.com")
    browser = throttled.test_client()
    _sign_in(browser, "eva@example.com")
    browser.post("/sign-out")
    assert _guess(browser, 12) == [422] * 10 + [429] * 2


def test_a_browser_that_knows_one_account_is_a_stranger_to_others(throttled: Portal) -> None:
    accounts.coach(email="eva@example.com")
    accounts.coach(email="mia@example.com")
    mias, stranger = throttled.test_client(), throttled.test_client()
    mias.environ_base["REMOTE_ADDR"] = "10.0.0.9"
    _sign_in(mias, "mia@example.com")
    mias.post("/sign-out")
    assert _guess(stranger, 10) == [422] * 10
    assert _guess(mias, 1) == [429]


def test_the_cookie_of_a_known_browser_cannot_be_made_or_read(client: FlaskClient) -> None:
    accounts.coach(email="eva@example.com")
    answer = _sign_in(client, "eva@example.com")
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("known=")]
    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    value = cookie.split(";")[0].removeprefix("known=")
    shown = base64.urlsafe_b64decode(value.split(".")[0] + "===")
    assert b"eva" not in shown
    client.set_cookie("known", value[:-3] + "abc")
    assert _sign_in(client, "eva@example.com").status_code == 302  # a broken one is as good as none


def test_what_is_done_is_in_the_log(client_for: ClientFor) -> None:
    administrator, coach = accounts.administrator(), accounts.coach()
    client_for(administrator).post(f"/users/{coach.public_id}/deactivate")
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.verb == "accounts.deactivate"))
    assert event is not None
    assert (event.actor_id, event.subject_type, event.subject_id) == (administrator.id, "user", coach.id)
