"""What the tests of accounts and employers share: the mail as its reader gets it, and the link inside."""

from __future__ import annotations

import re

from flask import current_app
from sqlalchemy import select

from portal.core.db import db
from portal.core.i18n import Language
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import build_message


def mails(kind: str | None = None) -> list[Notification]:
    """What the outbox holds, of one kind or all, oldest first."""
    db.session.expire_all()
    query = select(Notification).order_by(Notification.id)
    return list(db.session.scalars(query.where(Notification.kind == kind) if kind else query))


def as_read(notification: Notification, language: Language = Language.EN) -> tuple[str, str, str]:
    """Subject, text and HTML as a reader of this language gets them."""
    message = build_message(notification, KINDS[notification.kind], Recipient("reader@example.com", "Eva Ek", language))
    return str(message.subject), str(message.body), str(message.html)


def link_in(kind: str) -> str:
    """The path that the newest mail of a kind leads to, read from its text."""
    _subject, text, html = as_read(mails(kind)[-1])
    base_url = current_app.config["PORTAL"].base_url
    for path in re.findall(re.escape(base_url) + r"(/[^\s>\"]+)", text):
        if "/about/" not in path and path != "/settings":
            assert path in html
            return str(path)
    raise AssertionError(f"no link in {text}")


def without_token(page: str) -> str:
    """A page without the token against forged posts and the forms' keys, which are others in every visit."""
    return re.sub(r'name="(csrf_token|once)" value="[^"]*"', "", page)
