"""Signing in by a mailed link: for employers' people, once, within a quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts import links, service
from portal.accounts.models import Purpose, SignedLink, User
from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.views import own_page
from tests.accounts.kit import link_in, mails, without_token
from tests.factories import accounts, employers
from tests.factories.accounts import PASSWORD
from tests.snapshot import differing, tables, unchanged

ClientFor = Callable[[User], FlaskClient]
NEXT = "vanha kuusi seisoo mäellä"


def _ask(browser: FlaskClient, email: str, goes_to: str = "") -> str:
    """Ask for a link; where it leads."""
    query = {"next": goes_to} if goes_to else {}
    answer = browser.post("/sign-in/link", query_string=query, data={"email": email})
    assert (answer.status_code, answer.location) == (302, "/look-at-your-mail")
    return link_in("sign_in_link")


def _is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/settings").status_code == 200


def test_a_link_signs_in_once_and_goes_on_to_the_page_that_was_wanted(client: FlaskClient, app: Portal) -> None:
    user = employers.employer_user(email="eva@firma.example")
    wanted = client.get("/placements").location
    page = client.get(wanted).text
    assert "/sign-in/link?next=/placements" in page
    path = _ask(client, " Eva@Firma.example ", "/placements")
    with client.session_transaction() as session:
        session["planted"] = "by a stranger"
    with unchanged():
        for ask in (client.get, client.head, client.get):
            page_of_link = ask(path)
            assert page_of_link.status_code == 200
        assert not _is_signed_in(client)
    assert page_of_link.headers["Referrer-Policy"] == "no-referrer"
    assert user.email in page_of_link.text
    answer = client.post(path)
    assert (answer.status_code, answer.location) == (302, "/placements")
    assert any(cookie.startswith("known=") for cookie in answer.headers.getlist("Set-Cookie"))
    with client.session_transaction() as session:
        assert "planted" not in session
    assert _is_signed_in(client)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "accounts.sign_in")).one()
    assert (event.actor_id, event.data) == (user.id, {"how": "link"})
    other = app.test_client()
    with unchanged():
        assert other.post(path).status_code == 410
    assert not _is_signed_in(other)


def test_it_ends_in_a_quarter_of_an_hour_and_with_a_newer_one_a_sign_in_and_another_password(
    client: FlaskClient, client_for: ClientFor
) -> None:
    user = employers.employer_user(email="eva@firma.example")
    path = _ask(client, user.email)
    assert client.get(path).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert client.post(path).status_code == 410
    newer = _ask(client, user.email)
    assert client.post(path).status_code == 410
    assert client.get(newer).status_code == 200
    client_for(user).post("/settings/password", data={"present": PASSWORD, "password": NEXT})
    assert client.post(newer).status_code == 410
    after_password = _ask(client, user.email)
    client.post("/sign-in", data={"email": user.email, "password": NEXT})
    client.post("/sign-out")
    assert client.post(after_password).status_code == 410


@pytest.mark.parametrize("how", ["closed", "closed and opened", "ended", "staff", "another purpose"])
def test_who_may_not_sign_in_by_link_does_not(client: FlaskClient, client_for: ClientFor, how: str) -> None:
    user = employers.employer_user(email="eva@firma.example")
    path = _ask(client, user.email)
    if how == "closed":
        user.deactivated_at = clock.now()
    elif how == "closed and opened":
        administrator = accounts.administrator()
        for verb in ("deactivate", "reactivate"):
            client_for(administrator).post(f"/users/{user.public_id}/{verb}")
    elif how == "ended":
        client_for(user).post("/settings/links/end")
    elif how == "staff":
        user.role, user.team_id = Role.COACH, accounts.team().id
    else:
        reset = links.issue(Purpose.RESET_PASSWORD, user.id, timedelta(hours=1), user.id)
        path = f"/sign-in-by-link/{links.token_of(reset)}"
    db.session.commit()
    with unchanged():
        assert client.get(path).status_code == 410
        assert client.post(path).status_code == 410
    assert not _is_signed_in(client)


def test_a_known_and_an_unknown_address_are_answered_the_same(app: Portal) -> None:
    employers.employer_user(email="known@firma.example")
    employers.employer_user(email="shuts@firma.example", deactivated_at=clock.now())
    accounts.coach(email="staff@firma.example")
    pages = []
    for name in ("known", "ghost", "shuts", "staff"):
        browser = app.test_client()
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        address = f"{name}@firma.example"
        before = tables()
        answer = browser.post("/sign-in/link", data={"email": address})
        if name in ("ghost", "shuts"):
            assert differing(before, tables()) == []
        page = browser.get(answer.location)
        pages.append((answer.status_code, answer.location, without_token(page.text).replace(address, "X")))
    assert len(set(pages)) == 1
    assert [mail.kind for mail in mails()] == ["sign_in_link", "sign_in_with_password"]
    assert db.session.query(SignedLink).count() == 1


def test_the_same_work_is_done_for_an_unknown_address(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    employers.employer_user(email="known@firma.example")
    done: list[str] = []
    real = links.issue

    def issue(purpose: Purpose, *values: object) -> SignedLink:
        done.append(purpose)
        return real(purpose, *values)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(links, "issue", issue)
    for name in ("known", "ghost"):
        client.post("/sign-in/link", data={"email": f"{name}@firma.example"})
    assert done == [Purpose.SIGN_IN] * 2


def test_an_address_that_nobody_has_verified_is_asked_whose_it_is(client: FlaskClient) -> None:
    employers.employer_user(email="eva@firma.example", email_verified_at=None)
    assert client.post("/sign-in/link", data={"email": "eva@firma.example"}).status_code == 302
    assert [mail.kind for mail in mails()] == ["verify_address"]


@time_machine.travel("2026-11-23 10:15:00+00:00", tick=False)  # the throttle counts by the clock's hours
def test_nobody_is_written_to_more_than_five_times_an_hour(client: FlaskClient, throttled: Portal) -> None:
    """Whatever page asks: links to sign in and to a new password are counted together."""
    user = employers.employer_user(email="eva@firma.example")
    for _time in range(3):
        service.ask_for_password(user.email)
    db.session.commit()
    statuses = []
    for place in range(7):
        browser = throttled.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"10.0.0.{place + 1}"
        statuses.append(browser.post("/sign-in/link", data={"email": "Eva@firma.example"}).status_code)
    assert statuses == [302] * 5 + [429] * 2
    assert len(mails("sign_in_link")) == 2


def test_a_bad_address_comes_back(client: FlaskClient) -> None:
    for email in ("", "nonsense"):
        page = client.post("/sign-in/link?next=/placements", data={"email": email, "password": "typed"})
        assert page.status_code == 422
        assert 'aria-invalid="true"' in page.text
        assert "typed" not in page.text
        assert "/sign-in/link?next=/placements" in page.text
    assert mails() == []


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("/proposals/0123/undo_decline", "/proposals/0123/undo_decline"),
        ("/openings?q=Sanelma", "/openings"),
        (None, ""),
        ("", ""),
        ("/", ""),
        ("https://evil.example/", ""),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("/openings/å", ""),
        ("/{link}", ""),
        ("/" + "x" * 300, ""),
    ],
)
def test_a_mail_goes_on_to_our_own_pages_alone(app: Portal, wanted: str | None, kept: str) -> None:
    with app.test_request_context():
        assert own_page(wanted) == kept
