# ruff: noqa: N802 (aiosmtpd's names for its hooks)
"""A real SMTP server on loopback that keeps what it accepts and misbehaves as a test asks it to."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

# What the server answers at a stage, or None for what it would say by itself. Reads the reader's address where known.
Answer = Callable[[str], str | None]


@dataclass(frozen=True)
class Accepted:
    """A mail that the server took."""

    recipient: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail as a reader's program parses it."""
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        assert part is not None
        content: str = part.get_content()
        return content.replace("\r\n", "\n")


@dataclass
class MailServer:
    """aiosmtpd's hooks. Each stage asks its ``on_…`` first; HANG_UP ends the connection without a word."""

    port: int
    accepted: list[Accepted] = field(default_factory=list)
    connections: int = 0
    tried: Counter[str] = field(default_factory=Counter)
    on_mail: Answer = lambda _address: None
    on_rcpt: Answer = lambda _address: None
    on_data: Answer = lambda _address: None  # the mail has arrived and is not accepted yet
    on_accepted: Answer = lambda _address: None  # it is accepted, the 250 has not left yet

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if answer := self.on_mail(""):
            return _say(server, answer)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self.tried[address] += 1
        if answer := self.on_rcpt(address):
            return _say(server, answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (recipient,) = envelope.rcpt_tos
        if answer := self.on_data(recipient):
            return _say(server, answer)
        self.accepted.append(Accepted(recipient, envelope.original_content or b""))
        if answer := self.on_accepted(recipient):
            return _say(server, answer)
        return "250 Accepted"


HANG_UP = "hang up"


def _say(server: SMTP, answer: str) -> str:
    if answer == HANG_UP:
        assert server.transport is not None
        server.transport.abort()
    return answer


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def listening(server: MailServer, **options: Any) -> Iterator[None]:
    """The server answers on its port while inside. ``options`` are those of aiosmtpd's SMTP."""
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


class Once:
    """An answer that is given a number of times, then no more."""

    def __init__(self, answer: str, times: int = 1) -> None:
        self.answer, self.left = answer, times
        self._lock = threading.Lock()

    def __call__(self, _address: str) -> str | None:
        with self._lock:
            self.left -= 1
            return self.answer if self.left >= 0 else None
