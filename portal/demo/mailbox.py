"""Reads what the demonstration's SMTP server caught (see ``catcher``): mails as their readers would get them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.parser import BytesHeaderParser
from functools import lru_cache
from pathlib import Path

from portal.outbox.opened import Opened, opened

# What the catcher calls its files, so nothing else can be asked for: no slash, no dot in front.
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,79}")


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
    """A mail of the list, and what is in it."""

    head: Head
    parts: Opened


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
    return Mail(_head(path), opened(message_from_bytes(path.read_bytes(), policy=policy.default)))


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
