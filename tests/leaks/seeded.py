"""Leaks as somebody could build them by mistake, each put into the running portal for one crawl.

A crawl that finds none of them proves nothing by finding none elsewhere (promise "The crawl itself works").
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import io
import json
import logging
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import quote

from flask import Flask, Response, request
from flask_mail import Message
from sqlalchemy import select

from portal.candidates.models import Identity
from portal.core.db import db
from portal.outbox import rendering

LOG = logging.getLogger("portal.seeded")
Spoil = Callable[[Response, str], None]


def _into_body(shape: Callable[[str], str]) -> Spoil:
    def spoil(answer: Response, secret: str) -> None:
        answer.set_data(answer.get_data(as_text=True).replace("</main>", shape(secret) + "</main>"))

    return spoil


def _into_header(name: str, shape: Callable[[str], str]) -> Spoil:
    def spoil(answer: Response, secret: str) -> None:
        answer.headers[name] = shape(secret)

    return spoil


def _into_session(answer: Response, secret: str) -> None:
    """Flask's session is signed, not secret: everybody reads it. Compressed when that makes it shorter."""
    packed = base64.urlsafe_b64encode(zlib.compress(json.dumps({"who": secret, "pad": "x" * 80}).encode()))
    answer.headers.add("Set-Cookie", f"portal=.{packed.decode().rstrip('=')}.signature; Path=/")


def _whole(content: Callable[[str], bytes], mimetype: str) -> Spoil:
    """The page becomes a file: an export, a sheet, a calendar."""

    def spoil(answer: Response, secret: str) -> None:
        answer.set_data(content(secret))
        answer.mimetype = mimetype

    return spoil


def _sheet(secret: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<sst><si><t>{secret}</t></si></sst>")
    return held.getvalue()


def _print(secret: str) -> bytes:
    return b"%PDF-1.4\n1 0 obj\nstream\n" + zlib.compress(f"BT ({secret}) Tj ET".encode()) + b"\nendstream\nendobj"


def _into_log(_answer: Response, secret: str) -> None:
    LOG.warning("looked at %s", secret)


ON_PAGES: dict[str, Spoil] = {
    "a word of the template": _into_body(lambda secret: f"<p>{html.escape(secret)}</p>"),
    "capitals": _into_body(lambda secret: f"<h2>{secret.upper()}</h2>"),
    "a comment": _into_body(lambda secret: f"<!-- {secret} -->"),
    "the words of a picture": _into_body(lambda secret: f'<img alt="{secret}" src="/static/img/x.svg">'),
    "a hidden field": _into_body(lambda secret: f'<input type="hidden" value="{secret[::-1]}">'),
    "an attribute in base64": _into_body(
        lambda secret: f'<i data-x="{base64.b64encode(b"id=" + secret.encode()).decode()}"></i>'
    ),
    "JSON in a script": _into_body(
        lambda secret: (
            '<script type="application/json">"' + "".join(f"\\u{ord(one):04x}" for one in secret) + '"</script>'
        )
    ),
    "figures for letters": _into_body(lambda secret: "".join(f"&#{ord(one)};" for one in secret)),
    "hexadecimal": _into_body(lambda secret: f"<i id='x{binascii.hexlify(secret.encode()).decode()}'></i>"),
    "a header": _into_header("X-Candidate", str),
    "the ETag, as a digest": _into_header("ETag", lambda secret: f'"{hashlib.sha256(secret.encode()).hexdigest()}"'),
    "an older digest": _into_body(
        lambda secret: f"<i>{hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest()}</i>"
    ),
    "a file's name": _into_header(
        "Content-Disposition", lambda secret: f"attachment; filename*=UTF-8''{quote(secret)}.pdf"
    ),
    "a redirect": _into_header("Location", lambda secret: f"/proposals?who={quote(secret)}"),
    "a cookie": _into_header("Set-Cookie", lambda secret: f"last={base64.b64encode(secret.encode()).decode()}; Path=/"),
    "the session": _into_session,
    "a calendar's UID": _whole(
        lambda secret: f"BEGIN:VCALENDAR\r\nUID:{secret[:4]}\r\n {secret[4:]}@portal\r\nEND:VCALENDAR".encode(),
        "text/calendar",
    ),
    "a sheet": _whole(_sheet, "application/vnd.ms-excel"),
    "a print": _whole(_print, "application/pdf"),
    "a file in UTF-16": _whole(lambda secret: secret.encode("utf-16"), "text/csv"),
    "the log": _into_log,
}


def _mail_header(name: str) -> Callable[[Message, str], None]:
    def change(message: Message, secret: str) -> None:
        message.extra_headers = {**(message.extra_headers or {}), name: f"<{secret}@portal.example>"}

    return change


def _mail_subject(message: Message, secret: str) -> None:
    message.subject = f"Möte med {secret}"


def _mail_body(message: Message, secret: str) -> None:
    message.body = f"Träffa {secret}, klockan tio: " + "å" * 60


def _mail_calendar(message: Message, secret: str) -> None:
    message.attach("m.ics", "text/calendar", f"BEGIN:VCALENDAR\r\nSUMMARY:Möte {secret}\r\nEND:VCALENDAR")


IN_MAILS: dict[str, Callable[[Message, str], None]] = {
    "a mail's subject": _mail_subject,
    "a mail's text": _mail_body,
    "a mail's header": _mail_header("X-Thread"),
    "a mail's calendar file": _mail_calendar,
}


@contextmanager
def on_pages(app: Flask, spoil: Spoil, secret: str, *, at: str = "/proposals/") -> Iterator[None]:
    """Let every answer under an address leak a secret; an answer that is an error leaks as well."""

    def leak(answer: Response) -> Response:
        if request.path.startswith(at) and not answer.direct_passthrough:
            spoil(answer, secret)
        return answer

    hooks = app.after_request_funcs.setdefault(None, [])
    hooks.insert(0, leak)
    try:
        yield
    finally:
        hooks.remove(leak)


def counts(answer: Response, _secret: str) -> None:
    """A search field of one's own making, which says how many people have a name."""
    asked = request.args.get("q", "")
    people = db.session.scalars(select(Identity).order_by(Identity.candidate_id))
    many = sum(one.last_name == asked for one in people)
    _into_body(lambda _secret: f'<form><input name="q" value=""></form><p>{many} found</p>')(answer, "")


def in_order(answer: Response, _secret: str) -> None:
    """A list without a name in it, which stands in the order of the birth dates."""
    people = sorted(
        db.session.scalars(select(Identity).order_by(Identity.candidate_id)), key=lambda one: str(one.birth_date)
    )
    _into_body(lambda _secret: "\n".join(f"<li>{one.candidate_id}</li>" for one in people))(answer, "")


@contextmanager
def in_mails(change: Callable[[Message, str], None], secret: str) -> Iterator[None]:
    """Let every mail leak a secret."""
    honest = rendering.build_message

    def build(*given: object) -> Message:
        message = honest(*given)  # type: ignore[arg-type]  # handed on as it came
        change(message, secret)
        return message

    with patch("tests.leaks.surfaces.build_message", build):
        yield
