"""A message opened to be looked at: headers, text, HTML and files, and the frame in which its HTML can do no harm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from typing import Any

_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)

SHOWN_HEADERS = (
    "From",
    "To",
    "Date",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "Auto-Submitted",
    "List-Unsubscribe",
    "Content-Language",
)

# Policy of the page in the frame alone: a mail brings its own style and may do nothing but lead the window elsewhere
# when it is pressed. A view gets it as its ``talisman_view_options``.
FRAME: dict[str, Any] = {
    "content_security_policy": {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-top-navigation-by-user-activation",
    },
    "frame_options": "SAMEORIGIN",
}


@dataclass(frozen=True)
class Opened:
    """A message's parts as text. ``files``: name and content of what is attached."""

    headers: list[tuple[str, str]]
    subject: str
    text: str
    html: str
    files: list[tuple[str, str]]


def opened(message: EmailMessage) -> Opened:
    """Take a message apart; it was parsed with the modern policy."""
    return Opened(
        headers=[(header, str(message[header])) for header in SHOWN_HEADERS if message[header]],
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        files=[(part.get_filename() or "", _content(part)) for part in message.iter_attachments()],
    )


def framed(html: str) -> str:
    """A mail's HTML for a frame: what is pressed in it opens in the window around it."""
    return _HEAD.sub(lambda head: f'{head[0]}<base target="_top">', html, count=1)


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return _content(part) if part is not None else ""


def _content(part: MIMEPart) -> str:
    content = part.get_content()
    return content.replace("\r\n", "\n") if isinstance(content, str) else ""
