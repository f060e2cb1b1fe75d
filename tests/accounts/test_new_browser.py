"""A sign-in in a browser that the account was not used in before is told to its owner."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.accounts.browsers import described
from portal.accounts.mails import MAILS_AN_HOUR
from portal.core import clock
from portal.core.app import Portal
from tests.accounts.kit import as_read, mails
from tests.factories import accounts
from tests.factories.accounts import PASSWORD

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


def _sign_in(browser: FlaskClient, user_agent: str = FIREFOX, password: str = PASSWORD) -> int:
    data = {"email": "eva@example.com", "password": password}
    return browser.post("/sign-in", data=data, headers={"User-Agent": user_agent}).status_code


def test_a_new_browser_is_told_and_a_known_one_is_not(app: Portal, client: FlaskClient) -> None:
    user = accounts.coach(email="eva@example.com")
    assert _sign_in(client) == 302
    assert mails() == []  # the first sign-in of all is no news
    client.post("/sign-out")
    assert _sign_in(client) == 302
    assert mails() == []  # the same browser
    elsewhere = app.test_client()
    assert _sign_in(elsewhere, IPHONE, "not the password of Eva") == 422
    assert mails() == []
    assert _sign_in(elsewhere, IPHONE) == 302
    [mail] = mails("new_browser")
    assert mail.user_id == user.id
    subject, text, _html = as_read(mail)
    assert "iPhone" not in subject
    assert "Browser: Safari, iPhone" in text
    assert "http://localhost/forgotten-password" in text
    elsewhere.post("/sign-out")
    assert _sign_in(elsewhere, IPHONE) == 302
    assert len(mails()) == 1
    for _stranger in range(MAILS_AN_HOUR + 3):
        assert _sign_in(app.test_client()) == 302
    assert len(mails()) == MAILS_AN_HOUR


def test_of_a_browser_only_names_of_ours_are_told(app: Portal, client: FlaskClient) -> None:
    accounts.coach(email="eva@example.com", last_sign_in_at=clock.now())
    assert _sign_in(client, "curl/8 <b>Anna</b> https://evil.example") == 302
    [mail] = mails("new_browser")
    assert mail.context["browser"] == ""
    assert "Browser:" not in as_read(mail)[1]


@pytest.mark.parametrize(
    ("line", "words"), [(FIREFOX, "Firefox, Windows"), (EDGE, "Edge, Windows"), (IPHONE, "Safari, iPhone"), ("", "")]
)
def test_browsers_are_told_apart_coarsely(line: str, words: str) -> None:
    assert described(line) == words
