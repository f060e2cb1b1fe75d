"""What arrives: the same letter as text and as HTML, in the reader's language, and nothing that somebody slipped in."""

from __future__ import annotations

import re
from email.utils import parseaddr, parsedate_to_datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import request
from icalendar import Calendar

from portal.core import clock, signing
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.i18n import Language
from portal.outbox.letters import CalendarEntry, Letter
from portal.outbox.rendering import one_line as one_line_of_letter
from portal.outbox.worker import drain
from tests.factories import accounts
from tests.outbox.kit import MakeKind, Queue, write_proposed
from tests.outbox.smtp import Accepted, MailServer

pytestmark = pytest.mark.either_database


class Page(HTMLParser):
    """The tags, link targets and visible text of an HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.targets: list[str] = []
        self.events: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.targets += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.events += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def one_line(text: str) -> str:
    return " ".join(text.split())


def sent(server: MailServer) -> Accepted:
    drain()
    (mail,) = server.accepted
    return mail


@pytest.mark.parametrize(
    ("language", "subject", "service", "greeting"),
    [
        (Language.SV, "Ett nytt förslag: Kock", "Rekrybron", "Hej Anna Öst,"),
        (Language.FI, "Uusi ehdotus: Kock", "Rekrysilta", "Hei Anna Öst,"),
        (Language.EN, "A new proposal: Kock", "Hirebridge", "Hello Anna Öst,"),
    ],
)
def test_a_mail_is_in_the_readers_language_throughout(
    server: MailServer, queue: Queue, language: Language, subject: str, service: str, greeting: str
) -> None:
    reader = accounts.user(Role.COACH, language=language, name="Anna Öst")
    queue(address=None, user_id=reader.id, title="Kock")
    mail = sent(server)
    assert mail.message["Subject"] == subject
    assert parseaddr(str(mail.message["From"])) == (service, "no-reply@rekrybron.example")
    assert str(mail.message["To"]) == reader.email
    assert f'<html lang="{language}">' in mail.html
    assert service in mail.text
    assert service in Page(mail.html).text
    assert greeting in mail.text
    assert greeting in Page(mail.html).text


def test_text_and_html_say_the_same(app: Portal, server: MailServer, queue: Queue) -> None:
    reader = accounts.user(Role.COACH)
    queue(address=None, user_id=reader.id, title="Cook", context={"path": "/proposals/abc?x=1&y=2"})
    mail = sent(server)
    base = app.config["PORTAL"].base_url
    text, page = one_line(mail.text), Page(mail.html)
    for part in ("A new proposal. Cook", "Answer when you can.", "You are the contact person.", "See it", "Hirebridge"):
        assert part in text
        assert part in page.text
    assert re.search(r"Need:? Cook", text)
    assert re.search(r"Need:? Cook", page.text)
    for address in (f"{base}/proposals/abc?x=1&y=2", f"{base}/about/privacy", f"{base}/settings"):
        assert address in text
        assert address in page.targets
    assert mail.message.get_content_type() == "multipart/mixed"
    assert all(len(line) <= 998 for line in mail.raw.split(b"\r\n"))
    assert mail.raw.isascii()


def test_headers_tell_programs_what_this_is(app: Portal, server: MailServer, queue: Queue) -> None:
    row = queue()
    mail = sent(server)
    assert mail.message_id == row.message_id
    assert row.message_id.endswith(f"@{app.config['PORTAL'].host}>")
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert abs((parsedate_to_datetime(str(mail.message["Date"])) - clock.now()).total_seconds()) < 60
    assert "In-Reply-To" not in mail.message
    assert "List-Unsubscribe" not in mail.message


def test_only_what_may_be_turned_off_says_how(
    app: Portal, server: MailServer, queue: Queue, make_kind: MakeKind
) -> None:
    reader = accounts.user(Role.COACH)
    news = queue(address=None, user_id=reader.id, kind=make_kind("test_news", informative=True))
    queue(address=None, user_id=reader.id, kind=make_kind("test_question"))
    drain()
    mails = {mail.message_id: mail for mail in server.accepted}
    mail = mails.pop(news.message_id)
    way_out = str(mail.message["List-Unsubscribe"]).removeprefix("<").removesuffix(">")
    assert way_out.startswith(f"{app.config['PORTAL'].base_url}/mails/off/")
    assert way_out in mail.text
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [question] = mails.values()
    assert (question.message["List-Unsubscribe"], question.message["List-Unsubscribe-Post"]) == (None, None)


def test_mails_of_one_thread_stay_together_and_apart_from_anothers(server: MailServer, queue: Queue) -> None:
    for address, thread in (("a", "p1"), ("a", "p1"), ("a", "p2"), ("b", "p1")):
        queue(f"{address}@firm.example", thread=thread)
    drain()
    roots = [str(mail.message["References"]) for mail in server.accepted]
    assert roots == [str(mail.message["In-Reply-To"]) for mail in server.accepted]
    assert roots[0] == roots[1]
    assert len(set(roots)) == 3  # another thread, another reader
    assert not any("p1" in root or "p2" in root for root in roots)


def test_a_link_is_signed_when_the_letter_is_written_and_not_kept(server: MailServer, queue: Queue) -> None:
    row = queue(context={"path": "/consent/{link}", "link": ["consent", "abc123"]})
    token = signing.sign("consent", "abc123")
    assert token not in str(row.context)
    mail = sent(server)
    assert f"http://localhost/consent/{token}" in mail.text
    assert signing.unsign("consent", token) == "abc123"
    assert f"http://localhost/consent/{token}" in Page(mail.html).targets


def test_addresses_come_from_the_settings_whatever_host_the_request_names(
    app: Portal, server: MailServer, queue: Queue
) -> None:
    with app.test_request_context("/", base_url="http://127.0.0.1:5999", headers={"X-Forwarded-Host": "evil.example"}):
        assert request.host == "127.0.0.1:5999"
        queue()
        drain()
    assert not re.search(rb"evil|5999", server.accepted[0].raw)
    assert "http://localhost/proposals/abc" in server.accepted[0].text


INJECTIONS = [
    "Cook\r\nBcc: eve@evil.example",
    "Cook\nBcc: eve@evil.example\n\n<b>body</b>",
    "Cook\rX-Evil: 1",
    "Cook\u2028Bcc: eve@evil.example\u2029\x85\x0b\x0c",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>*{display:none}</style>",
    "</title></head><body onload=alert(1)>",
    "{{ 7 * 7 }} {% raw %} {{ config }}",
    "%(title)s %s {0} ${x} {link}",
    ".\r\nQUIT\r\n",
    "From here on\n.\nMAIL FROM:<eve@evil.example>",
    "-- \nHirebridge",
    "--===============1==\nContent-Type: text/html",
    "> quoted\n\n\n\nSee it:\nhttps://evil.example/",
    "=?utf-8?q?=0D=0ABcc:_eve@evil.example?=",
    "abc\u202e\u2066cod.exe\u2069",
    "\x00\x08\x1b[31mCook",
    "&lt;b&gt; &amp;",
    "å" * 300,
]


PLACES = ("title", "why", "label", "fact")
# What would mean something to a reader's program if it stood at the beginning of a line.
MEANT = ("Bcc:", "X-Evil", "https://evil", "MAIL FROM", "QUIT", "Content-Type")


@pytest.mark.parametrize("evil", INJECTIONS)
def test_what_people_typed_stays_words(server: MailServer, queue: Queue, evil: str) -> None:
    queue("plain@firm.example", context=dict.fromkeys(PLACES, "Cook"))
    for place in PLACES:
        queue("evil@firm.example", context={**dict.fromkeys(PLACES, "Cook"), place: evil})
    drain()
    honest, *mails = server.accepted
    assert len(mails) == len(PLACES)
    for mail in mails:
        assert_harmless(mail, honest)


def assert_harmless(mail: Accepted, honest: Accepted) -> None:
    """The mail has the headers, parts, tags and links of the honest one, and no line that was slipped in."""
    assert mail.message.keys() == honest.message.keys()
    assert [part.get_content_type() for part in mail.message.walk()] == [
        part.get_content_type() for part in honest.message.walk()
    ]
    page = Page(mail.html)
    assert page.tags == Page(honest.html).tags
    assert page.targets == Page(honest.html).targets
    assert page.events == []
    shown = unescape(mail.html) + mail.text + str(mail.message["Subject"])
    assert "49" not in shown
    assert not set("\x00\x08\x1b\u202e\u2066\u2069\u2028\u2029") & set(shown)
    slipped_in = [line for line in mail.text.splitlines() if line.strip() in {".", "--"} or line.startswith(MEANT)]
    assert slipped_in == []
    assert mail.message.defects == []


def test_a_name_of_the_reader_greets_and_does_not_reach_the_headers(server: MailServer, queue: Queue) -> None:
    reader = accounts.user(Role.COACH, name="Eve\r\nBcc: a@evil.example <b>")
    queue(address=None, user_id=reader.id)
    mail = sent(server)
    assert mail.text.startswith("Hello Eve Bcc: a@evil.example <b>,\n")
    assert "Eve" not in str(mail.message["To"])
    assert "b" not in Page(mail.html).tags


def test_an_installations_own_name_is_the_sender(
    app: Portal, server: MailServer, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = app.config["PORTAL"]
    named = type(config)(**{**vars(config), "portal_name": 'Bron, "Åbo" <x>'})
    monkeypatch.setitem(app.config, "PORTAL", named)
    queue()
    assert parseaddr(str(sent(server).message["From"])) == ('Bron, "Åbo" <x>', "no-reply@rekrybron.example")


def test_a_long_title_is_cut_in_the_subject_alone(server: MailServer, queue: Queue) -> None:
    title = "Kökbiträde " * 30
    queue(title=title)
    mail = sent(server)
    assert len(str(mail.message["Subject"])) <= 160
    assert str(mail.message["Subject"]).endswith("…")
    assert one_line(title) in one_line(mail.text)


def test_a_meeting_goes_along_as_a_file_that_says_little(server: MailServer, queue: Queue, make_kind: MakeKind) -> None:
    def write(context: dict[str, Any]) -> Letter:
        letter = write_proposed(context)
        entry = CalendarEntry(
            uid="interview-17",
            sequence=context["sequence"],
            starts_at="2026-11-30T09:00:00+02:00",
            minutes=45,
            path="/interviews/abc",
            cancelled=context["cancelled"],
        )
        return Letter(**{**vars(letter), "calendar": [entry]})

    kind = make_kind("test_interview", write=write)
    for sequence, cancelled in ((0, False), (1, True)):
        queue(kind=kind, language=Language.EN, context={"sequence": sequence, "cancelled": cancelled})
    drain()
    files = [next(mail.message.iter_attachments()) for mail in server.accepted]
    assert [file["Content-Type"].params["method"] for file in files] == ["PUBLISH", "CANCEL"]
    first, second = (Calendar.from_ical(file.get_content()).events[0] for file in files)
    assert str(first["SUMMARY"]) == "Meeting, Hirebridge"
    assert first.start.isoformat() == "2026-11-30T07:00:00+00:00"
    assert first.end.isoformat() == "2026-11-30T07:45:00+00:00"
    assert str(first["URL"]) == "http://localhost/interviews/abc"
    assert (first["SEQUENCE"], second["SEQUENCE"], str(second["STATUS"])) == (0, 1, "CANCELLED")
    assert first["UID"] == second["UID"]
    assert "Cook" not in files[0].get_content()
    assert "interview-17" not in str(first["UID"])


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Svara senast ke 25.11..", "Svara senast ke 25.11."),
        ("ke 25.11.. Kiitos.", "ke 25.11. Kiitos."),
        ("1...", "1..."),
        ("Answer.", "Answer."),
    ],
)
def test_a_date_at_the_end_of_a_sentence_has_one_full_stop(typed: str, shown: str) -> None:
    assert one_line_of_letter(typed) == shown


def test_there_are_no_settings_for_a_reader_without_an_account(server: MailServer, queue: Queue) -> None:
    queue("new@firm.example", language=Language.EN)
    mail = sent(server)
    assert mail.text.startswith("Hello,\n")
    assert "If you did not expect this mail" in mail.text
    assert "/settings" not in mail.text
