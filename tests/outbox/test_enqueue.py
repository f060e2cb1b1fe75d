"""A mail is a row of the transaction that it speaks of, and what could not be sent is refused there."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.core.app import Portal
from portal.core.db import db
from portal.core.i18n import Language
from portal.outbox.letters import Letter
from portal.outbox.models import Notification
from portal.outbox.service import enqueue
from portal.outbox.worker import Outcome, drain
from tests.outbox.kit import MakeKind, Queue
from tests.outbox.smtp import MailServer

ABOUT = ("proposal", 1)


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Notification)) or 0


def test_a_change_that_is_rolled_back_mails_nothing(server: MailServer, make_kind: MakeKind) -> None:
    assert enqueue(make_kind(), about=ABOUT, context={"title": "Cook"}, address="anna@firm.example") is not None
    assert rows() == 1
    db.session.rollback()
    assert rows() == 0
    assert drain() == Counter()
    assert server.accepted == []


def test_an_occasion_is_told_once(server: MailServer, queue: Queue, make_kind: MakeKind) -> None:
    queue(once_key="proposal:1:reminder:3")
    again = enqueue(
        make_kind(),
        about=ABOUT,
        context={"title": "Cook"},
        address="anna@firm.example",
        once_key="proposal:1:reminder:3",
    )
    assert again is None
    queue(once_key="proposal:1:reminder:7")
    assert drain() == Counter({Outcome.SENT: 2})


def test_of_two_who_tell_an_occasion_at_once_one_does(
    queue: Queue, make_kind: MakeKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other's look finds nothing, because the first has not committed yet; its insert meets the first's."""
    first = queue(once_key="proposal:1:reminder:3")
    looks = iter([False, True])
    monkeypatch.setattr("portal.outbox.service.was_queued", lambda _key: next(looks))
    again = enqueue(
        make_kind(), about=ABOUT, context={"title": "Cook"}, address="bo@firm.example", once_key=first.once_key
    )
    assert again is None
    db.session.commit()
    assert rows() == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "anna@",
        "anna@firm",
        "åsa@firm.example",
        "Anna <anna@firm.example>",
        "anna@firm.example\r\nBcc: eve@evil.example",
        "anna@firm.example, eve@evil.example",
        "anna@firm.example\x00",
        "a" * 65 + "@firm.example",
    ],
)
def test_an_address_that_no_server_takes_is_refused(app: Portal, make_kind: MakeKind, address: str) -> None:
    with pytest.raises(ValueError, match=r"address|@-sign|before the"):
        enqueue(make_kind(), about=ABOUT, context={"title": "Cook"}, address=address)
    assert rows() == 0


def test_an_international_domain_is_written_to(server: MailServer, queue: Queue) -> None:
    queue("anna@åbo.example")
    assert drain() == Counter({Outcome.SENT: 1})
    assert server.accepted[0].recipient == "anna@xn--bo-xia.example"


@pytest.mark.parametrize(
    "context",
    [
        {},  # the letter asks for a title
        {"title": ""},  # and the subject would be empty
        {"title": "Cook", "day": date(2026, 11, 23)},
        {"title": "Cook", "pair": (1, 2)},
        {"title": "Cook", 1: "a key that comes back as text"},
        {"title": "Cook", "path": "https://evil.example/"},
        {"title": "Cook", "path": "//evil.example/"},
        {"title": "Cook", "path": "/\\evil.example/"},
        {"title": "Cook", "path": "/p q"},
        {"title": "Cook", "path": "/p\r\nBcc: eve@evil.example"},
        {"title": "Cook", "path": "/consent/{link}"},  # without a link in the context
        {"title": "Cook \ud800"},
    ],
)
def test_a_letter_that_cannot_be_written_is_refused(app: Portal, make_kind: MakeKind, context: dict[Any, Any]) -> None:
    def write(values: dict[str, Any]) -> Letter:
        return Letter(subject=values["title"], paragraphs=["Hello."], action=("See it", values.get("path", "/p")))

    with pytest.raises(ValueError, match="test_proposed cannot be sent"):
        enqueue(make_kind(write=write), about=ABOUT, context=context, address="anna@firm.example")
    assert rows() == 0


def test_the_bare_address_keeps_its_language(server: MailServer, queue: Queue) -> None:
    for language in Language:
        queue(f"{language.value}@firm.example", language=language)
    drain()
    subjects = {mail.recipient[:2]: mail.message["Subject"] for mail in server.accepted}
    assert subjects == {"sv": "Ett nytt förslag: Cook", "fi": "Uusi ehdotus: Cook", "en": "A new proposal: Cook"}
