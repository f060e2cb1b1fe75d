"""Whatever people type, and whatever an installation is called, a mail keeps its headers, parts, tags and dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from portal import wiring
from portal.core.app import Portal
from portal.core.i18n import Language, in_language
from portal.outbox.examples import EXAMPLES, Example, notification_of, recipient_of
from portal.outbox.letters import KINDS
from portal.outbox.rendering import MAX_SUBJECT, build_message, one_line
from portal.outbox.worker import drain
from tests.outbox.kit import Queue
from tests.outbox.smtp import MailServer

pytestmark = pytest.mark.either_database

assert wiring.PLACES  # the wiring imports every room, and with it every kind of mail and its examples

# Pieces that mean something to a header, a mail server, an HTML reader, a template, a calendar or a person's eye.
PIECES = [
    "Kock",
    " ",
    "å",
    "\r\n",
    "\n",
    "\r",
    "\n\n",
    "\r\n.\r\n",
    "\r\n ",
    "\t",
    "\x00",
    "\x0b",
    "\x85",
    "\u2028",
    "\u202e",
    "\u200f",
    "\ufeff",
    "Bcc: thief@else.example",
    "Content-Type: text/html",
    "MAIL FROM:<thief@else.example>",
    "=?utf-8?q?=0D=0ABcc=3A_thief=40else.example?=",
    "=?utf-8?B?PHNjcmlwdD4=?=",
    "=0D=0A",
    "--=_",
    "<thief@else.example>",
    '"',
    "'",
    "\\",
    "<script>x()</script>",
    '<img src=x onerror="x()">',
    '"><a href="https://else.example/">',
    "</title></td></table>",
    "<!--",
    "-->",
    "]]>",
    "&lt;b&gt;",
    "&#13;",
    "<style>@import url(x)</style>",
    "{{ 7 * 7 }}",
    "{% include 'base.html' %}",
    "{{ config }}",
    "{link}",
    "{# x #}",
    "%(title)s",
    "%s",
    "%",
    "BEGIN:VEVENT",
    "END:VCALENDAR",
    "ATTENDEE:mailto:thief@else.example",
    ";",
    ",",
    ":",
    "🙂",
    "a" * 90,
    "ö" * 90,
]
NASTY = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), min_size=1, max_size=8).map("".join)
SORTS = [example for examples in EXAMPLES.values() for example in examples]
STRUCTURE = re.compile(r"\d{4}-\d\d-\d\d|[/?]|[0-9a-z_.]+$")  # days, paths, ids and members of enums: none is typed


def with_typed(value: Any, words: str) -> Any:
    """A context in which everything that people typed is these words."""
    if isinstance(value, dict):
        return {key: with_typed(each, words) for key, each in value.items()}
    if isinstance(value, list):
        return [with_typed(each, words) for each in value]
    return words if isinstance(value, str) and value and not STRUCTURE.match(value) else value


class Shape(HTMLParser):
    """What a page is made of, but for its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[object] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.parts.append(("comment", data))


@dataclass
class Seen:
    """A mail as a reader's program takes it apart, and everything of it that no words may change."""

    raw: bytes

    def __post_init__(self) -> None:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mail = parsed

    def body(self, subtype: str) -> str:
        part = self.mail.get_body((subtype,))
        assert part is not None
        return str(part.get_content())

    def skeleton(self) -> dict[str, object]:
        return {
            "headers": self.mail.keys(),
            "values": [str(value) for name, value in self.mail.items() if name not in CHANGING],
            "parts": [(part.get_content_type(), part.keys()) for part in self.mail.walk()],
            "html": Shape(self.body("html")).parts,
            "calendars": [list(skeleton_of(calendar)) for calendar in self.calendars()],
            "addresses": re.findall(r"http://localhost\S*", self.body("plain")),
        }

    def calendars(self) -> Iterator[bytes]:
        for part in self.mail.iter_attachments():
            content = part.get_content()
            yield content if isinstance(content, bytes) else content.encode()

    def assert_well_formed(self) -> None:
        """Nothing that a program would have to guess, and no sign that hides or turns what a person reads."""
        assert self.raw.isascii()
        assert all(len(line) <= 998 for line in self.raw.split(b"\r\n"))
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n", self.raw)
        assert [part.defects for part in self.mail.walk() if part.defects] == []
        for text in (str(self.mail["Subject"]), self.body("plain"), self.body("html")):
            signs = {sign for sign in text.replace("\r\n", "\n") if sign != "\n"}
            assert not [sign for sign in signs if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs")]
            assert not signs & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
        assert "\n" not in str(self.mail["Subject"])
        for calendar in self.calendars():
            assert all(len(line) <= 75 for line in calendar.split(b"\r\n"))


CHANGING = {"Subject", "Date", "Content-Type"}


def skeleton_of(calendar: bytes) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The components of a calendar with their properties, but for the instant of writing."""
    for component in Calendar.from_ical(calendar).walk():
        yield (
            str(component.name),
            [
                (name, value.to_ical().decode() if hasattr(value, "to_ical") else str(value))
                for name, value in component.items()
                if name != "DTSTAMP"
            ],
        )


def written(example: Example, language: Language, words: str, name: str) -> Seen:
    """The mail of an example whose typed words and reader's name are these."""
    given_ = Example(example.kind, example.reader, with_typed(example.context, words))
    recipient = replace(recipient_of(example, language), name=name)
    return Seen(build_message(notification_of(given_), KINDS[example.kind], recipient).as_bytes())


@cache
def plain_skeleton(number: int, language: Language, name: str) -> dict[str, object]:
    """What the mail of an example is made of when nobody typed anything odd."""
    return written(SORTS[number], language, "Kock", name).skeleton()


def assert_inert(example: Example, language: Language, words: str, name: str) -> None:
    if not one_line(words):
        return  # no form takes nothing for a title
    seen = written(example, language, words, name)
    seen.assert_well_formed()
    # a name that is none is not greeted
    assert seen.skeleton() == plain_skeleton(SORTS.index(example), language, "Maja" if one_line(name) else "")
    with in_language(language):
        subject = one_line(KINDS[example.kind].write(with_typed(example.context, words)).subject)
    if len(subject) <= MAX_SUBJECT:
        assert str(seen.mail["Subject"]).split() == subject.split(), "the words come as words, not as what they encode"


def quick(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@quick(60)
@given(st.sampled_from(SORTS), st.sampled_from(Language), NASTY, NASTY)
def test_nothing_typed_changes_what_a_mail_is(
    app: Portal, example: Example, language: Language, words: str, name: str
) -> None:
    assert_inert(example, language, words, name)


@pytest.mark.slow
@quick(3_000)
@given(st.sampled_from(SORTS), st.sampled_from(Language), NASTY, NASTY)
def test_nothing_typed_changes_what_a_mail_is_thousands_of_times(
    app: Portal, example: Example, language: Language, words: str, name: str
) -> None:
    assert_inert(example, language, words, name)


def test_each_piece_alone_is_inert_in_a_mail_with_a_calendar(app: Portal) -> None:
    example = next(one for one in SORTS if one.kind == "interview_confirmed")
    for piece in PIECES:
        assert_inert(example, Language.SV, f"A{piece}b", f"B{piece}c")


@quick(12)
@given(NASTY)
def test_whatever_the_service_is_called_it_is_only_a_name(app: Portal, called: str) -> None:
    example = next(one for one in SORTS if one.kind == "interview_confirmed")
    real = app.config["PORTAL"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.config, "PORTAL", replace(real, portal_name=f"Bron{called}"))
        seen = written(example, Language.SV, "Kock", "Maja")
        patch.setitem(app.config, "PORTAL", replace(real, portal_name="Bron"))
        plain = written(example, Language.SV, "Kock", "Maja")
    seen.assert_well_formed()
    assert seen.mail.keys() == plain.mail.keys()
    assert Shape(seen.body("html")).parts == Shape(plain.body("html")).parts
    assert parseaddr(str(seen.mail["From"]))[1] == parseaddr(str(plain.mail["From"]))[1]
    (one,), (other,) = seen.calendars(), plain.calendars()
    names = [[(name, [key for key, _ in values]) for name, values in skeleton_of(each)] for each in (one, other)]
    assert names[0] == names[1]


def test_a_full_stop_alone_on_a_line_ends_no_mail(server: MailServer, queue: Queue) -> None:
    queue("a@firm.example", title=" .\r\n.\r\nMAIL FROM:<thief@else.example>", context={"why": "."})
    queue("b@firm.example")
    drain()
    assert [mail.recipient for mail in server.accepted] == ["a@firm.example", "b@firm.example"]
    assert "MAIL FROM:<thief@else.example>" in server.accepted[0].text
    assert server.accepted[0].text.rstrip().splitlines()[-1].startswith("http://localhost/")
