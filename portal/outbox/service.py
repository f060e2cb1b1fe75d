"""Put a mail into the outbox, in the transaction of the change that it speaks of; take it out; send it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from portal.audit.service import record
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db, new_public_id, rows_changed
from portal.core.errors import Overtaken, Refused
from portal.core.i18n import Language
from portal.outbox.addresses import host_in_ids
from portal.outbox.letters import MailKind
from portal.outbox.models import Notification, SendState
from portal.outbox.recipients import deputies_of
from portal.outbox.rendering import refuse_unsendable


def enqueue(
    kind: MailKind,
    *,
    about: tuple[str, int],
    context: dict[str, Any],
    user_id: int | None = None,
    candidate_id: int | None = None,
    address: str | None = None,
    language: Language | None = None,
    due_at: datetime | None = None,
    once_key: str | None = None,
    thread: str | None = None,
) -> Notification | None:
    """Queue one mail to one reader; exactly one of ``user_id``, ``candidate_id`` and ``address`` is given.

    :param about: (table in the singular, row id) of what the mail speaks of.
    :param context: plain values for the letter: ids, titles, aliases, ISO dates. Never personal data of a candidate.
    :param language: for a bare ``address``; others are written to in their own language.
    :param due_at: not before this instant; at once by default.
    :param once_key: an occasion that may be told once; when it was queued before, nothing happens and None returns.
    :param thread: mails with the same thread stay together in the reader's inbox.
    :raises ValueError: when the letter could not be sent as it is (bad header, bad address).
    """
    if once_key is not None and was_queued(once_key):
        return None
    notification = _unsaved(
        kind,
        about=about,
        context=context,
        user_id=user_id,
        candidate_id=candidate_id,
        address=address,
        language=language,
        due_at=due_at,
        once_key=once_key,
        thread=thread,
    )
    refuse_unsendable(notification, kind)
    if once_key is not None:
        if _add_once(notification, once_key) is None:
            return None
    else:
        db.session.add(notification)
    for deputy_id in deputies_of(user_id, kind.name) if user_id is not None else ():
        db.session.add(_copy(notification, kind, deputy_id))
    db.session.flush()
    return notification


def _copy(notification: Notification, kind: MailKind, deputy_id: int) -> Notification:
    """The same mail for who stands in for its reader; its occasion is told when the reader's own is."""
    copy = _unsaved(
        kind,
        about=(notification.about_type, notification.about_id),
        context=notification.context,
        user_id=deputy_id,
        due_at=notification.due_at,
        thread=notification.thread,
    )
    copy.for_user_id = notification.user_id
    return copy


def _unsaved(
    kind: MailKind,
    *,
    about: tuple[str, int],
    context: dict[str, Any],
    user_id: int | None = None,
    candidate_id: int | None = None,
    address: str | None = None,
    language: Language | None = None,
    due_at: datetime | None = None,
    once_key: str | None = None,
    thread: str | None = None,
) -> Notification:
    host = host_in_ids(current_app.config["PORTAL"].host)
    return Notification(
        kind=kind.name,
        user_id=user_id,
        candidate_id=candidate_id,
        address=address,
        language=language,
        about_type=about[0],
        about_id=about[1],
        context=context,
        message_id=f"<{new_public_id()}@{host}>",
        thread=thread,
        once_key=once_key,
        due_at=due_at or clock.now(),
    )


def was_queued(once_key: str) -> bool:
    """Whether an occasion has been told, or is about to be."""
    return db.session.scalar(select(Notification.id).where(Notification.once_key == once_key)) is not None


def _add_once(notification: Notification, once_key: str) -> Notification | None:
    """Add a row unless somebody else told the same occasion between our look and now."""
    try:
        with db.session.begin_nested():
            db.session.add(notification)
            db.session.flush()
    except IntegrityError:
        if not was_queued(once_key):
            raise
        return None
    return notification


def cancel(about: tuple[str, int], *kinds: MailKind) -> int:
    """Cancel what has not gone out yet about something, of these kinds or of all. Returns how many.

    A mail that a worker has just handed to the server is marked as sent all the same: the list tells what left.
    """
    daily = aliased(Notification)
    query = (
        update(Notification)
        .where(
            Notification.about_type == about[0],
            Notification.about_id == about[1],
            or_(
                Notification.state.in_((SendState.QUEUED, SendState.SENDING, SendState.COLLECTED)),
                Notification.digest_id.in_(select(daily.id).where(daily.state != SendState.SENT)),
            ),
        )
        .values(state=SendState.CANCELLED, leased_until=None, digest_id=None)
    )
    if kinds:
        query = query.where(Notification.kind.in_([kind.name for kind in kinds]))
    return rows_changed(query)


def send_again(actor: Actor, notification: Notification) -> None:
    """Queue a mail anew that was given up, under the Message-ID that it had.

    :raises Refused: when it is not a failed one, or a colleague was quicker; and for an administrator when it goes to a
        candidate, whose coach knows whether it is still right to send it.
    """
    if actor.role is Role.ADMINISTRATOR and notification.candidate_id is not None:
        raise Refused(_("A candidate's mail is sent again by the candidate's coach."))
    _no_longer_failed(
        notification,
        state=SendState.QUEUED,
        attempts=0,
        due_at=clock.now(),
        next_try_at=None,
        error=None,
        raised_at=None,
    )
    _record(actor, "outbox.send_again", notification)


def set_aside(actor: Actor, notification: Notification) -> None:
    """A mail that was given up need not be sent any more: its reader was told in another way.

    :raises Refused: when it is not a failed one, or a colleague was quicker.
    """
    _no_longer_failed(notification, state=SendState.CANCELLED)
    _record(actor, "outbox.set_aside", notification)


def _no_longer_failed(notification: Notification, **values: Any) -> None:
    changed = rows_changed(
        update(Notification)
        .where(Notification.id == notification.id, Notification.state == SendState.FAILED)
        .values(**values)
    )
    if changed != 1:
        raise Overtaken(_("This mail is not one of those that failed. It may have been queued again meanwhile."))


def _record(actor: Actor, verb: str, notification: Notification) -> None:
    details = {"kind": notification.kind, "public_id": notification.public_id}
    record(actor, verb, "notification", notification.id, **details)


def let_go(user_id: int) -> int:
    """Send by themselves what waits for a reader's one mail a day; each is asked about again. Returns how many."""
    return rows_changed(
        update(Notification)
        .where(Notification.user_id == user_id, Notification.state == SendState.COLLECTED)
        .values(state=SendState.QUEUED, due_at=clock.now())
    )
