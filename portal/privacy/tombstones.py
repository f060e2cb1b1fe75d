"""The list of who was erased and which consents were taken back, kept outside the database.

A restored backup knows nothing of either; this list does, and ``reapply`` does it again. A line holds a word and an
HMAC of a random public id: whoever reads the list learns nobody's name, and cannot try ids out without the key. Lines
are only ever added. What a transaction wants to note is written and forced to the disk right before it commits: should
the machine die between the two, the list says more than the database, and the erasing is done again at the next start.
"""

from __future__ import annotations

import enum
import fcntl
import hmac
import os
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from config import BadConfig, Config
from portal.candidates.models import Consent
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.files import sync_folder
from portal.core.signing import key_for

_PENDING = "tombstones"
_HEAD = "portal-erased-1"


class Gone(enum.StrEnum):
    """What a line speaks of."""

    CANDIDATE = "candidate"
    USER = "user"
    CONSENT = "consent"


def _settings() -> Config:
    settings: Config = current_app.config["PORTAL"]
    return settings


def path() -> Path:
    """Where the list is."""
    settings = _settings()
    return settings.erased_list or settings.data_dir / "erased.list"


def _digest(text: str) -> str:
    settings = _settings()
    key = key_for("erased list", settings.erased_list_key or settings.secret_key)
    return hmac.digest(key, text.encode(), "sha256").hex()


def line(gone: Gone, public_id: str) -> str:
    """The line of one erased person or withdrawn consent."""
    return f"{gone.value} {_digest(f'{gone.value}:{public_id}')}"


def _head() -> str:
    return f"{_HEAD} {_digest(_HEAD)}"


def read() -> frozenset[str]:
    """The lines of the list; none when nobody was erased yet. A line cut short by a crash is passed over.

    :raises BadConfig: when the list was begun under another key, since nobody in it could be recognised.
    """
    try:
        lines = path().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return frozenset()
    if lines and lines[0] != _head():
        raise BadConfig(f"{path()} was begun under another key: set ERASED_LIST_KEY to the SECRET_KEY of that time.")
    return frozenset(lines[1:])


def note(gone: Gone, public_id: str) -> None:
    """Put somebody on the list when the present transaction commits, right before it does."""
    session = db.session()
    session.connection()  # so that there is a transaction to belong to
    session.info.setdefault(_PENDING, []).append((session.get_transaction(), line(gone, public_id)))


def note_consent(_actor: Actor, consent: Consent) -> None:
    """A consent was taken back: a restored backup must not revive it."""
    note(Gone.CONSENT, consent.public_id)


@event.listens_for(db.session, "before_commit")
def _write_pending(session: Session) -> None:
    if session.in_nested_transaction():
        return
    pending: list[tuple[Any, str]] = session.info.pop(_PENDING, [])
    now = session.get_transaction()
    lines = [text for transaction, text in pending if transaction is now]  # others were rolled back
    if lines:
        append(lines)


def append(lines: list[str]) -> None:
    """Add lines, and return when the disk holds them."""
    known = read()  # never under another key than the rest
    lines = [text for text in dict.fromkeys(lines) if text not in known]
    if not lines:
        return
    target = path()
    is_new = not target.exists()
    file = os.open(target, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        begins = "" if size and os.pread(file, 1, size - 1) == b"\n" else "\n" if size else f"{_head()}\n"
        os.write(file, (begins + "".join(f"{text}\n" for text in lines)).encode("ascii"))
        os.fsync(file)
    finally:
        os.close(file)
    if is_new:
        sync_folder(target.parent)
