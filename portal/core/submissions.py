"""A form that is sent twice makes one thing: the one-time keys that forms carry, and what was answered to each.

Every form that is shown holds a new random key. The first post with it writes a row here in the transaction of what it
makes; the same post again (a second press, a browser that tries again, the page that Back brings up) makes nothing and
is answered the same. The row is unique, so of two that are under way together the second waits for the first: on
SQLite for the write lock, on PostgreSQL for the unique index. A form that comes back with errors has stored nothing,
and keeps its key.

What counts as the same: key, person, address and everything that was typed. A form that was sent, changed and sent
again is a new one, so that no text is lost in silence.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Model, UTCDateTime, db
from portal.core.encryption import EncryptedText

FIELD = "once"  # the name of the hidden field
KEPT = timedelta(days=7)  # longer than a page stays open, or a browser keeps trying
EVERY = timedelta(hours=1)

_KEY = re.compile(r"[\w-]{22}", re.ASCII)  # what token_urlsafe(16) makes
_THE_LINK = "{token}"  # stands in a stored address for the signed link that the post came by
_NOT_TYPED = frozenset({FIELD, "csrf_token"})

View = TypeVar("View", bound=Callable[..., Any])


class Submission(Model):
    """One form that was sent and did what it asked. Says nothing of what was typed: of that only a hash is here."""

    __tablename__ = "submissions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None]  # plain: a row outlives nobody for long
    endpoint: Mapped[str] = mapped_column(String(100))
    # where the answer led; None when it was a page. Encrypted: an address can hold the name that was searched for
    location: Mapped[str | None] = mapped_column(EncryptedText)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)


def repeatable(view: View) -> View:
    """Mark a view whose form means something anew each time: signing in, asking for one more mail."""
    view.is_repeatable = True  # type: ignore[attr-defined]  # a mark on the function, read by claim()
    return view


def once_key(form: Any = None) -> str:
    """The key for a form that is about to be shown: the sent one when this form came back with errors, else a new one.

    :param form: the form, None for a button on its own.
    """
    sent = request.form.get(FIELD, "") if request.method == "POST" else ""
    if _KEY.fullmatch(sent) and getattr(form, "errors", None):
        return sent
    return secrets.token_urlsafe(16)


def claim() -> tuple[Submission | None, bool]:
    """Take this request's key, before its view runs.

    :returns: the row, and whether it is another's: then this form was answered before. (None, False) when the request
        carries no key, or may be repeated.
    """
    key = request.form.get(FIELD, "") if request.method == "POST" and request.url_rule is not None else ""
    view = current_app.view_functions.get(request.endpoint or "")
    if not _KEY.fullmatch(key) or getattr(view, "is_repeatable", False):
        return None, False
    key_hash = _hash_of(key)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    taken = db.session.scalar(
        insert(Submission)
        .values(key_hash=key_hash, user_id=getattr(current_user, "id", None), endpoint=request.endpoint)
        .on_conflict_do_nothing()
        .returning(Submission.id)
    )
    row = db.session.scalars(select(Submission).where(Submission.key_hash == key_hash)).one()
    return row, taken is None


def _hash_of(key: str) -> str:
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_TYPED]
    who = current_user.get_id() if current_user else None
    return hashlib.sha256(repr((key, who, request.full_path, typed)).encode()).hexdigest()


def answered(submission: Submission, location: str | None) -> None:
    """Keep where the answer leads. A signed link in the address is itself never stored: who asks again has it."""
    token = _token()
    submission.location = location.replace(token, _THE_LINK) if location and token else location


def same_answer(submission: Submission) -> ResponseReturnValue:
    """What the first post was answered, for the one that came after it; an answer that was a page is said in short."""
    if submission.location is None:
        return render_template("sent_twice.html")
    flash(_("This was sent twice. It is saved once."), "info")
    return redirect(submission.location.replace(_THE_LINK, _token()))


def _token() -> str:
    return str((request.view_args or {}).get("token", ""))


def forget_old() -> None:
    """Forget what was sent too long ago for anybody to send it again."""
    db.session.execute(delete(Submission).where(Submission.at < clock.now() - KEPT))
