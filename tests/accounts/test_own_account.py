"""Forgotten passwords, changed passwords and settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink, User
from portal.core import clock
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Overtaken
from portal.core.i18n import Language
from tests.accounts.kit import link_in, mails, without_token
from tests.factories import accounts
from tests.factories.accounts import PASSWORD

ClientFor = Callable[[User], FlaskClient]
NEXT = "vanha kuusi seisoo mäellä"


def test_a_forgotten_password_is_set_anew_by_link(client: FlaskClient, client_for: ClientFor) -> None:
    user = accounts.administrator(email="eva@example.com")
    elsewhere = client_for(user)
    assert client.post("/forgotten-password", data={"email": "eva@example.com"}).location == "/look-at-your-mail"
    path = link_in("password_reset")
    assert "eva@example.com" in client.get(path).text
    assert client.post(path, data={"password": NEXT}).location == "/sign-in"
    assert "/sign-in" in elsewhere.get("/settings").headers.get("Location", ""), "other sessions live on"
    assert client.post("/sign-in", data={"email": user.email, "password": PASSWORD}).status_code == 422
    assert client.post("/sign-in", data={"email": user.email, "password": NEXT}).status_code == 302
    assert [mail.kind for mail in mails()] == ["password_reset", "password_changed"]


def test_asking_for_a_known_and_an_unknown_address_looks_the_same(app: Portal) -> None:
    accounts.coach(email="known@example.com")
    accounts.coach(email="shuts@example.com", deactivated_at=clock.now())
    pages = []
    for address in ("known@example.com", "ghost@example.com", "shuts@example.com"):
        browser = app.test_client()
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        answer = browser.post("/forgotten-password", data={"email": address})
        page = browser.get(answer.location)
        pages.append((answer.status_code, answer.location, without_token(page.text).replace(address, "X")))
    assert pages[0] == pages[1] == pages[2]
    assert [mail.kind for mail in mails()] == ["password_reset"]
    assert db.session.query(SignedLink).count() == 1


def test_a_reset_link_works_once_for_an_hour_and_for_nothing_else(client: FlaskClient) -> None:
    user = accounts.coach(email="eva@example.com")
    client.post("/forgotten-password", data={"email": user.email})
    path = link_in("password_reset")
    token = path.rsplit("/", 1)[1]
    assert client.get(f"/verify/{token}").status_code == 410
    assert client.get(f"/invitation/{token}").status_code == 410
    assert client.get(path[:-2] + ("A" if path[-2] != "A" else "B") + path[-1]).status_code == 410
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert client.get(path).status_code == 410
        assert client.post(path, data={"password": NEXT}).status_code == 410
    assert client.post(path, data={"password": "short"}).status_code == 422
    assert client.post(path, data={"password": NEXT}).status_code == 302, "a refused password spent the link"
    assert client.post(path, data={"password": NEXT}).status_code == 410


def test_of_two_who_spend_a_link_one_gets_through(app: Portal) -> None:
    """Both have looked it up while it was fresh, and then press."""
    user = accounts.coach()
    link = links.issue(Purpose.RESET_PASSWORD, user.id, timedelta(hours=1), user.id)
    first = links.find(links.token_of(link), Purpose.RESET_PASSWORD)
    links.use(first)
    with app.test_request_context(), pytest.raises(Overtaken):
        links.use(first)
    revoked = links.issue(Purpose.RESET_PASSWORD, user.id, timedelta(hours=1), user.id)
    links.revoke(Purpose.RESET_PASSWORD, user.id)
    with app.test_request_context(), pytest.raises(Overtaken):
        links.use(revoked)


def test_a_newer_link_and_a_sign_in_end_the_older_one(client: FlaskClient) -> None:
    user = accounts.administrator(email="eva@example.com")
    client.post("/forgotten-password", data={"email": user.email})
    first = link_in("password_reset")
    client.post("/forgotten-password", data={"email": user.email})
    second = link_in("password_reset")
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert client.get(second).status_code == 410


def test_a_link_of_a_closed_account_is_dead(client: FlaskClient) -> None:
    user = accounts.coach()
    token = links.token_of(links.issue(Purpose.RESET_PASSWORD, user.id, timedelta(hours=1), user.id))
    assert client.get(f"/new-password/{token}").status_code == 200
    user.deactivated_at = clock.now()
    db.session.flush()
    assert client.get(f"/new-password/{token}").status_code == 410


@pytest.mark.parametrize(
    "email", ["", "nonsense", "a@b", "anna@firma.example\r\nBcc: x@y.example", "x" * 300 + "@a.fi"]
)
def test_a_bad_address_comes_back_with_what_was_typed(client: FlaskClient, email: str) -> None:
    page = client.post("/forgotten-password", data={"email": email})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    if email and "\n" not in email:
        assert f'value="{email}"' in page.text
    assert mails() == []


def test_one_address_is_written_to_five_times_an_hour(throttled: Portal) -> None:
    accounts.coach(email="eva@example.com")
    statuses = []
    for place in range(8):
        browser = throttled.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"10.0.0.{place + 1}"
        statuses.append(browser.post("/forgotten-password", data={"email": "Eva@example.com"}).status_code)
    assert statuses == [302] * 5 + [429] * 3
    assert len(mails("password_reset")) == 5


def test_changing_the_password_keeps_this_visit_and_ends_the_others(client_for: ClientFor) -> None:
    user = accounts.coach()
    here, elsewhere = client_for(user), client_for(user)
    answer = here.post("/settings/password", data={"present": PASSWORD, "password": NEXT})
    assert answer.status_code == 302
    assert here.get("/settings").status_code == 200
    assert "/sign-in" in elsewhere.get("/settings").headers.get("Location", "")
    assert [mail.kind for mail in mails()] == ["password_changed"]


@pytest.mark.parametrize(
    ("present", "password", "says"),
    [
        ("wrong", NEXT, "not your present password"),
        (PASSWORD, "short", "at least 15"),
        (PASSWORD, "x" * 2000, "too long"),
        (PASSWORD, "salasana salasana", "easy to guess"),
        (PASSWORD, "Eva Ekström Eva Ekström", "easy to guess"),
        ("", "", "Fill this in"),
    ],
)
def test_a_refused_password_changes_nothing(client_for: ClientFor, present: str, password: str, says: str) -> None:
    user = accounts.coach(name="Eva Ekström")
    here, elsewhere = client_for(user), client_for(user)
    page = here.post("/settings/password", data={"present": present, "password": password})
    assert page.status_code == 422
    assert says in page.text
    assert elsewhere.get("/settings").status_code == 200
    assert mails() == []
    if len(password) > 6:
        assert password not in page.text


def test_settings_are_saved_and_change_the_language(client_for: ClientFor) -> None:
    user = accounts.administrator()
    browser = client_for(user)
    data = {"name": "Eva Ek", "phone": "+358 40 123 4567", "language": "sv"}
    assert browser.post("/settings", data=data).status_code == 302
    db.session.expire_all()
    assert (user.name, user.phone, user.language) == ("Eva Ek", "+358 40 123 4567", Language.SV)
    assert '<html lang="sv"' in browser.get("/settings").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "Eva\x00Ek"),
        ("phone", "call me"),
        ("language", "de"),
    ],
)
def test_bad_settings_come_back_and_nothing_is_stored(client_for: ClientFor, field: str, value: str) -> None:
    user = accounts.administrator(name="Eva Ek")
    data = {"name": "Other", "phone": "", "language": "fi", field: value}
    page = client_for(user).post("/settings", data=data)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    db.session.expire_all()
    assert (user.name, user.language) == ("Eva Ek", Language.EN)


def test_no_page_answers_500_to_a_very_large_form(client: FlaskClient) -> None:
    assert client.post("/sign-in", data={"email": "x" * 2_000_000, "password": "y"}).status_code == 413
