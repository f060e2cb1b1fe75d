"""Reads what the demonstration's SMTP server caught (see ``catcher``): mails as their readers would get them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesHeaderParser
from functools import lru_cache
from pathlib import Path

# What the catcher calls its files, so nothing else can be asked for: no slash, no dot in front.
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,79}")
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


@dataclass(frozen=True)
class Head:
    """A mail in the list. ``name`` is its file's, without the ending; ``reader`` where it was really sent to."""

    name: str
    reader: str
    sender: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class Mail:
    """A mail, opened. ``files``: name and text of what is attached."""

    head: Head
    headers: list[tuple[str, str]]
    text: str
    html: str
    files: list[tuple[str, str]]


def heads(folder: Path, search: str = "") -> list[Head]:
    """The mails, newest first.

    :param search: part of the reader's address; empty for all.
    """
    wanted = search.strip().lower()
    files = (path for path in folder.glob("*.eml") if _NAME.fullmatch(path.stem) and not path.is_symlink())
    found = (_head(path) for path in sorted(files, reverse=True))
    return [head for head in found if wanted in head.reader.lower()]


def read(folder: Path, name: str) -> Mail | None:
    """The mail of this name; None when there is none, or when the name is not one that the catcher gives."""
    if not _NAME.fullmatch(name):
        return None
    path = folder / f"{name}.eml"
    if path.is_symlink() or not path.is_file():
        return None
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Mail(
        head=_head(path),
        headers=[(header, str(message[header])) for header in SHOWN_HEADERS if message[header]],
        text=_part(message, "plain"),
        html=_part(message, "html"),
        files=[(part.get_filename() or "", _content(part)) for part in message.iter_attachments()],
    )


def framed(html: str) -> str:
    """A mail's HTML for a frame: what is pressed in it opens in the window around it."""
    return _HEAD.sub(lambda head: f'{head[0]}<base target="_top">', html, count=1)


@lru_cache(maxsize=5000)
def _head(path: Path) -> Head:
    """A file is whole and stays as it is from the moment that it has its name."""
    with path.open("rb") as file:
        headers = BytesHeaderParser(policy=policy.default).parse(file)
    return Head(
        name=path.stem,
        reader=str(headers["Delivered-To"] or headers["To"] or ""),
        sender=str(headers["From"] or ""),
        subject=str(headers["Subject"] or ""),
        at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
    )


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return _content(part) if part is not None else ""


def _content(part: MIMEPart) -> str:
    content = part.get_content()
    return content.replace("\r\n", "\n") if isinstance(content, str) else ""
