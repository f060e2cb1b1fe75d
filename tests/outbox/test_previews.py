"""The administrator looks at every kind of mail, written from made-up values."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core.db import db
from portal.outbox.examples import EXAMPLES
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from tests.factories import accounts

ClientFor = Callable[[User], FlaskClient]
LIST = "/admin/mails"
PROPOSED = f"{LIST}/kinds/candidate_proposed/employer"


def _links(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="(/admin/mails/kinds/[^"]+)"', page)]


def test_every_kind_is_listed_under_each_of_its_readers_and_can_be_looked_at(client_for: ClientFor) -> None:
    browser = client_for(accounts.administrator())
    links = _links(browser.get(LIST).text)
    assert {tuple(link.split("/")[-2:]) for link in links} == {
        (example.kind, example.reader.value) for given in EXAMPLES.values() for example in given
    }
    assert {link.split("/")[-2] for link in links} == {name for name in KINDS if not name.startswith("test_")}
    for link in links[::6]:  # the letters themselves are tried elsewhere, all of them
        page = browser.get(link).text
        assert f'src="{link}/html?' in page
        assert page.count("<pre") >= 1
    assert db.session.scalar(select(func.count()).select_from(Notification)) == 0


def test_a_preview_speaks_the_language_and_shows_the_example_that_was_chosen(client_for: ClientFor) -> None:
    browser = client_for(accounts.administrator())
    kind = f"{LIST}/kinds/interview_confirmed/coach"
    for language, words in (
        ("sv", "Ett möte är avtalat"),
        ("fi", "Tapaaminen on sovittu"),
        ("en", "A meeting is agreed"),
    ):
        page = browser.get(f"{kind}?language={language}").text
        assert f"{words}: Kock" in page
        assert "meeting.ics" in page
        assert "BEGIN:VCALENDAR" in page
        assert words in browser.get(f"{kind}/html?language={language}").text
    recorded = f"{LIST}/kinds/answer_recorded/employer"
    first, second = (browser.get(f"{recorded}/html?example={number}&language=en").text for number in (0, 1))
    assert "wrote down: Interested" in first
    assert "wrote down: Declined" in second


def test_the_frame_may_bring_style_and_nothing_else(client_for: ClientFor) -> None:
    browser = client_for(accounts.administrator())
    answer = browser.get(f"{PROPOSED}/html")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert "allow-scripts" not in policy["sandbox"]
    assert "unsafe-inline" not in browser.get(PROPOSED).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    [
        f"{LIST}/kinds/none/employer",
        f"{LIST}/kinds/candidate_proposed/coach",
        f"{LIST}/kinds/candidate_proposed/nobody/html",
        f"{PROPOSED}?language=de",
        f"{PROPOSED}?example=1",
        f"{PROPOSED}/html?example=-1",
    ],
)
def test_what_is_not_there_is_a_404(client_for: ClientFor, address: str) -> None:
    assert client_for(accounts.administrator()).get(address).status_code == 404
