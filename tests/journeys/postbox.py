"""The mail server of a running portal, and the mails as their readers open them."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser

from tests.outbox.smtp import Accepted, MailServer, free_port, listening

MAIL_SECONDS = 30.0

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


@dataclass(frozen=True)
class Mail:
    """A mail in somebody's inbox. ``read`` beforehand: nobody asks for the same mail twice."""

    accepted: Accepted

    @property
    def to(self) -> str:
        return self.accepted.recipient

    @property
    def subject(self) -> str:
        return str(self.accepted.message["Subject"])

    @property
    def text(self) -> str:
        return self.accepted.text

    @property
    def html(self) -> str:
        return self.accepted.html

    @property
    def language(self) -> str:
        return str(self.accepted.message["Content-Language"])

    @property
    def message_id(self) -> str:
        return self.accepted.message_id

    @property
    def links(self) -> list[str]:
        """Every address in the mail's text; the HTML part has to lead to the same ones."""
        in_text = _ADDRESS.findall(self.text)
        hrefs = _Hrefs()
        hrefs.feed(self.html)
        assert set(in_text) == {href for href in hrefs.found if href.startswith("http")}, self.subject
        return in_text

    @property
    def link(self) -> str:
        """Where the mail's button leads: the first address of its text."""
        return self.links[0]

    @property
    def calendar(self) -> str:
        """The calendar file that hangs on the mail, its folded lines joined (RFC 5545, 3.1)."""
        (part,) = [one for one in self.accepted.message.iter_attachments() if one.get_content_type() == "text/calendar"]
        content = part.get_content()
        text = content if isinstance(content, str) else content.decode()
        return re.sub(r"\r?\n[ \t]", "", text)

    @property
    def everything(self) -> str:
        """All that the mail says, decoded: headers, text, HTML and attachments."""
        message = self.accepted.message
        parts = [f"{name}: {value}" for name, value in message.items()]
        for part in message.walk():
            if not part.is_multipart():
                content = part.get_content()
                parts.append(content if isinstance(content, str) else content.decode("utf-8", "replace"))
        return "\n".join(parts)


class Postbox:
    """A real SMTP server on loopback that keeps what it takes; waiting for a mail is waiting on a condition."""

    def __init__(self) -> None:
        self.server = MailServer(port=free_port())
        self._arrived = threading.Condition()
        self._read: set[int] = set()
        self.server.on_accepted = self._notify

    @contextmanager
    def open(self) -> Iterator[Postbox]:
        """The server answers while inside."""
        with listening(self.server):
            yield self

    @property
    def all(self) -> list[Mail]:
        """Everything that came, oldest first."""
        return [Mail(one) for one in list(self.server.accepted)]

    def mail_for(self, address: str, subject: str, seconds: float = MAIL_SECONDS) -> Mail:
        """The oldest mail to this address that nobody has read, whose subject holds these words; waits for it.

        :raises AssertionError: when it does not come in time; says what came instead.
        """
        deadline = time.monotonic() + seconds
        with self._arrived:
            while (at := self._find(address, subject)) is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    came = "\n".join(f"  {mail.to}: {mail.subject}" for mail in self.all)
                    raise AssertionError(f"no mail “{subject}” for {address}. What came:\n{came}")
                self._arrived.wait(left)
            self._read.add(at)
        return self.all[at]

    def _find(self, address: str, subject: str) -> int | None:
        for at, mail in enumerate(self.all):
            if at not in self._read and mail.to == address and subject in mail.subject:
                return at
        return None

    def wait_until(self, holds: Callable[[], bool], seconds: float = MAIL_SECONDS) -> bool:
        """Ask again after every mail that comes, until it holds or time is up."""
        with self._arrived:
            return self._arrived.wait_for(holds, seconds)

    def _notify(self, _address: str) -> None:
        with self._arrived:
            self._arrived.notify_all()
