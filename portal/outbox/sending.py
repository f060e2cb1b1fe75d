"""The SMTP side: Flask-Mail on a kept-open connection that has time limits, and what a server's answers mean.

Flask-Mail sets no time limit and does not check the server's certificate; ``Line`` does both. A limit per line alone
would let a server hold the worker for hours by answering a letter at a time, so each mail also has a limit in all.
"""

from __future__ import annotations

import binascii
import contextlib
import io
import re
import secrets
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from email.header import Header
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_mail import Attachment, Connection, Mail, Message, sanitize_address

from portal.outbox.addresses import host_in_ids

if TYPE_CHECKING:
    from config import Config

CONNECT_SECONDS = 30
SEND_SECONDS = 90
QUIT_SECONDS = 5

GO_AWAY = 421
TOO_BIG = 552

_ENHANCED_CODE = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")
CRLF = b"\r\n"
BASE64_LINE = 57  # octets that make a line of 76 signs


class Away(Exception):
    """No mail can go now: no server there, no sign-in, our sender refused. Counts against no mail."""


class NotNow(Exception):
    """This mail cannot go now; another try may succeed."""


class Never(Exception):
    """The server will not take this mail. ``about_recipient``: for its address, else for what it holds."""

    def __init__(self, codes: str, *, about_recipient: bool) -> None:
        super().__init__(codes)
        self.about_recipient = about_recipient


class Unwritable(Exception):
    """Our own mistake: the message cannot be turned into bytes."""


class PortalMessage(Message):
    """A message whose text is quoted-printable, so that no server's idea of line length or of 8 bits can break it.

    Its bytes are put together here: the library's way through parsed header objects takes ten times as long, and more
    than everything else that the worker does for a mail.
    """

    def __init__(
        self,
        *,
        message_id: str,
        subject: str,
        sender: tuple[str, str],
        recipient: str,
        body: str,
        html: str,
        date: float,
        attachments: list[Attachment],
        extra_headers: dict[str, str],
    ) -> None:
        # not the parent's own: it asks the network for this machine's name, to make a Message-ID that nobody wants
        self.msgId, self.subject, self.sender, self.recipients = message_id, subject, sender, [recipient]
        self.body, self.alts, self.date, self.attachments = body, {"html": html}, date, attachments
        self.extra_headers: dict[str, str] = extra_headers
        self.cc, self.bcc, self.reply_to, self.charset = [], [], None, "utf-8"
        self.mail_options, self.rcpt_options = [], []

    def as_bytes(self) -> bytes:
        """The mail as it is sent, with CRLF.

        :raises ValueError: when a header holds a line break; everything is ASCII, or it is refused.
        """
        text, html = _text_part("plain", self.body or ""), _text_part("html", self.html or "")
        parts = [_multipart("alternative", [text, html]), *map(_attached, self.attachments)]
        headers = {
            "MIME-Version": "1.0",
            "Subject": _words(self.subject),
            "From": sanitize_address(self.sender),
            "To": ", ".join(sanitize_address(one) for one in self.recipients),
            "Date": formatdate(self.date, localtime=True),
            "Message-ID": self.msgId,
            **self.extra_headers,
        }
        return b"".join(_header(name, value) for name, value in headers.items()) + _multipart("mixed", parts)


def _header(name: str, value: str) -> bytes:
    if "\r" in value or "\n" in value.replace("\n ", ""):
        raise ValueError(f"the header {name} would hold a line break")
    return f"{name}: {value}".replace("\n", "\r\n").encode("ascii") + CRLF


@lru_cache(maxsize=1000)
def _words(text: str) -> str:
    """The value of a header: as it is where that is ASCII and fits, else in encoded words (RFC 2047)."""
    plain = text.isascii() and "=?" not in text  # what only looks like an encoded word would be read as one
    return Header(text, None if plain else "utf-8", header_name="Subject").encode()


def _text_part(subtype: str, text: str) -> bytes:
    """A text as a part of a message, quoted-printable in lines of 76 signs."""
    # a full stop alone on a line, or "From " at its start, is safe as well: the first is doubled by SMTP
    coded = binascii.b2a_qp(text.encode().replace(b"\r\n", b"\n"), istext=True).replace(b"\n", CRLF)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + coded


def _attached(attachment: Attachment) -> bytes:
    data = attachment.data.encode() if isinstance(attachment.data, str) else attachment.data
    lines = (binascii.b2a_base64(data[at : at + BASE64_LINE]) for at in range(0, len(data), BASE64_LINE))
    head = b"".join(
        _header(name, value)
        for name, value in (
            ("Content-Type", attachment.content_type),
            ("Content-Transfer-Encoding", "base64"),
            ("Content-Disposition", f'{attachment.disposition}; filename="{attachment.filename}"'),
        )
    )
    return head + CRLF + b"".join(lines).replace(b"\n", CRLF)


def _multipart(subtype: str, parts: list[bytes]) -> bytes:
    # "=_" can stand in neither quoted-printable nor base64, so no text can hold the boundary (RFC 2045, 6.7)
    boundary = f"=_{secrets.token_hex(12)}".encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (subtype.encode(), boundary)
    return head + b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary


class _Late(Exception):
    """The time in which this process alone may send the mail is over; another worker may have it by now."""


class _Server(smtplib.SMTP):
    """smtplib's client, with a limit in all and the knowledge whether a mail has begun to leave."""

    def __init__(self, host: str, port: int, timeout: float, own_name: str) -> None:
        # not connected by the parent, so that the limit in all holds for the server's first words too
        super().__init__(local_hostname=own_name, timeout=timeout)
        self._host = host  # the name that STARTTLS checks the certificate for
        self._port = port
        self.reader_named = self.content_begun = False
        self.not_after = float("inf")
        self._until = float("inf")

    def open(self) -> None:
        """Connect. :raises OSError, smtplib.SMTPException: when there is no willing server."""
        code, words = self.connect(self._host, self._port)
        if code != 220:
            self.close()
            raise smtplib.SMTPConnectError(code, words)

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Whatever the server does inside, it is given up after this time."""
        self._until = time.monotonic() + seconds
        try:
            yield
        finally:
            self._until = float("inf")

    def in_time(self) -> socket.socket:
        """The socket, for one more step.

        :raises TimeoutError: when the time that it has in all is over.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server took too long in all")
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        self.sock.settimeout(min(left, self.timeout))
        return self.sock

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer. Each of its parts is awaited no longer than there is time in all."""
        if self.file is None:
            self.file = io.BufferedReader(_Answers(self))
        return super().getreply()

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """Name the mail's reader. What the server did before that had nothing to do with this mail."""
        self.reader_named = True
        return super().rcpt(recip, options)

    def send(self, s: Any) -> None:
        """Write to the server. smtplib sends commands as text and the mail itself as bytes.

        :raises _Late: when the mail is about to leave but the process was stopped for too long since it took it.
        """
        if isinstance(s, bytes):
            if time.monotonic() > self.not_after:
                raise _Late
            self.content_begun = True
        self.in_time()
        super().send(s)


class _Answers(io.RawIOBase):
    """What a server says."""

    def __init__(self, server: _Server) -> None:
        super().__init__()
        self._server = server

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._server.in_time().recv_into(buffer)


class Line(Connection):
    """Flask-Mail's connection with time limits and checked certificates."""

    host: _Server | None

    def configure_host(self) -> _Server:
        """Connect, encrypt and sign in as the settings say."""
        config: Config = current_app.config["PORTAL"]
        server = _Server(self.mail.server, self.mail.port or 25, config.mail_timeout_seconds, host_in_ids(config.host))
        try:
            with server.within(CONNECT_SECONDS):
                server.open()
                if self.mail.use_tls:
                    server.starttls(context=ssl.create_default_context())
                if self.mail.username and self.mail.password:
                    server.login(self.mail.username, self.mail.password)
                server.ehlo_or_helo_if_needed()  # here, so that no mail is blamed when it fails
        except BaseException:
            server.close()
            raise
        return server

    def hang_up(self) -> None:
        """Close politely, but not at the price of waiting."""
        if self.host is None:
            return
        with contextlib.suppress(OSError, smtplib.SMTPException), self.host.within(QUIT_SECONDS):
            if self.host.sock is not None:
                self.host.quit()
        self.host.close()


class PortalMail(Mail):
    """Flask-Mail whose connections are ``Line``s."""

    def connect(self) -> Line:
        """A connection that is opened by ``with`` or ``__enter__``."""
        return Line(current_app.extensions["mail"])


mail = PortalMail()


class _Dropped(Exception):
    """The connection ended. ``content_begun``: while the mail itself was under way, so the server may have it."""

    def __init__(self, error: Exception, server: _Server | None) -> None:
        super().__init__(_codes_of(error))
        self.content_begun = server is not None and server.content_begun
        blameless = _code(error) == GO_AWAY or server is None or not server.reader_named
        self._away = blameless and not self.content_begun

    def verdict(self) -> Away | NotNow:
        """What it means when it is not tried again at once: whoever ends before a reader is named ends for all."""
        return Away(str(self)) if self._away else NotNow(str(self))


class Postman:
    """Carries one mail after the other over one connection, and opens a new one when the server hangs up."""

    def __init__(self) -> None:
        self._line: Line | None = None
        self._carried = 0

    def __enter__(self) -> Postman:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """End the connection, if there is one."""
        if self._line is not None:
            self._line.hang_up()
            self._line = None

    def connect(self) -> Line:
        """The open connection. :raises Away: when there is none to be had."""
        if self._line is None:
            try:
                self._line = mail.connect().__enter__()
            except (OSError, smtplib.SMTPException) as error:
                raise Away(_codes_of(error)) from error
            self._carried = 0
        return self._line

    def send(self, message: Message, not_after: float = float("inf")) -> None:
        """Hand over one mail; returns when the server has said 250.

        A connection that ended before the mail itself was under way is opened anew once, since servers hang up on
        idle or long-lived connections. One that ended later is not: the server may have the mail already.

        :param not_after: on ``time.monotonic()``; the mail does not begin to leave after it.
        :raises Away: no mail can go now.
        :raises NotNow: this one cannot go now.
        :raises Never: the server refuses this one for good.
        :raises Unwritable: it cannot be turned into bytes.
        """
        line = self.connect()
        fresh = self._carried == 0
        try:
            self._try(line, message, not_after)
        except _Dropped as dropped:
            if fresh or dropped.content_begun:
                raise dropped.verdict() from dropped
            try:
                self._try(self.connect(), message, not_after)
            except _Dropped as again:
                raise again.verdict() from again

    def _try(self, line: Line, message: Message, not_after: float) -> None:
        server = line.host
        self._carried += 1
        if server is not None:
            server.reader_named = server.content_begun = False
            server.not_after = not_after
        try:
            with server.within(SEND_SECONDS) if server is not None else contextlib.nullcontext():
                line.send(message)
        except _Late as late:
            self._forget_line()
            raise NotNow("late") from late
        except (OSError, smtplib.SMTPException) as error:
            if _has_hung_up(error):
                self._forget_line()
                raise _Dropped(error, server) from error
            raise _verdict(error) from error
        except Exception as error:
            # whatever building the bytes raises: the other mails go on
            raise Unwritable(type(error).__name__) from error

    def _forget_line(self) -> None:
        if self._line is not None and self._line.host is not None:
            self._line.host.close()
        self._line = None


def _verdict(error: Exception) -> Away | NotNow | Never:
    """What a server's refusal means, on a connection that goes on."""
    codes = _codes_of(error)
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPHeloError) and _code(error) != TOO_BIG:
        # MAIL FROM is the same for every mail but for its size
        return Away(codes)
    if 500 <= _code(error) < 600:
        return Never(codes, about_recipient=isinstance(error, smtplib.SMTPRecipientsRefused))
    return NotNow(codes)


def _has_hung_up(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return True
    if isinstance(error, smtplib.SMTPException):
        return _code(error) == GO_AWAY
    return True


def _answer(error: Exception) -> tuple[int, bytes]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        # one reader a mail
        return next(iter(error.recipients.values()))
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return error.smtp_code, words.encode() if isinstance(words, str) else words
    return 0, b""


def _code(error: Exception) -> int:
    return _answer(error)[0]


def _codes_of(error: Exception) -> str:
    """What may be kept and logged of an error: codes and its name, never the words, which often hold the address."""
    code, words = _answer(error)
    if not code:
        return type(error).__name__
    enhanced = _ENHANCED_CODE.match(words)
    return f"{code} {enhanced[1].decode()}" if enhanced else str(code)
