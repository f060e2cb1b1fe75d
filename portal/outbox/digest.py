"""One mail a day for readers who chose it: what only informs is collected, and told as the lines of a morning's mail.

The worker collects (``SendState.COLLECTED``) what it would else have sent; the job here makes one mail a reader and
local day out of it, in one transaction with the mark on each line (FOLDED). A worker that was away over several
mornings makes one mail of it all. Whether a line is still due is asked when the mail is made and again when it leaves.
One that has not left by the end of its day is called off, and its lines wait for the next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from portal.core import clock
from portal.core.db import db, rows_changed
from portal.core.i18n import day, in_language
from portal.core.keys import Unreadable
from portal.outbox import claims, hours
from portal.outbox.jobs import described
from portal.outbox.letters import KINDS, Context, Gathered, Letter, mail_kind
from portal.outbox.models import Notification, SendState, Trouble
from portal.outbox.recipients import Recipient, Way, user_recipient
from portal.outbox.rendering import one_line, signed_path
from portal.outbox.service import enqueue, let_go, was_queued

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)

Work = Callable[[], None]


def register(job: Callable[[str, timedelta], Callable[[Work], Work]]) -> None:
    """Give the worker the job of this room."""
    job("outbox.send_digests", EVERY)(send_digests)


# The letter


def _is_of_today(notification: Notification) -> bool:
    return bool(notification.context["day"] == clock.today().isoformat())


def _write(context: Context) -> Letter:
    lines = [(words, path) for words, path in context.get("lines", [])]
    return Letter(
        subject=_("What is new, %(day)s", day=day(date.fromisoformat(context["day"]))),
        paragraphs=[
            ngettext("There is %(num)d thing to know.", "There are %(num)d things to know.", len(lines)),
            _("Nothing here waits for your answer: what does comes in a mail of its own."),
        ],
        lines=lines,
        why=_("You get this because you chose one mail a day for what only informs."),
    )


def _gather(notification: Notification) -> Gathered | None:
    """The lines that are still due, in the reader's language; None when none is."""
    recipient = user_recipient(notification.user_id) if notification.user_id is not None else None
    if recipient is None:
        return None
    rows = db.session.scalars(
        select(Notification).where(Notification.digest_id == notification.id).order_by(Notification.id)
    ).all()
    lines: dict[tuple[str, str], None] = {}  # what reads alike and leads to the same page is one line
    kept, broken = [], []
    for row in rows:
        try:
            line = _line(row, recipient)
        except (SQLAlchemyError, Unreadable):
            raise
        except Exception as error:  # noqa: BLE001 (whatever a letter raises: the other lines go)
            log.warning("mail %s %s cannot be written: %s", row.kind, row.public_id, described(error))
            broken.append(row.id)
        else:
            if line is not None:
                lines[line] = None
                kept.append(row.id)
    if not lines:
        return None
    return Gathered({**notification.context, "lines": [list(line) for line in lines]}, kept, broken)


def _line(row: Notification, recipient: Recipient) -> tuple[str, str] | None:
    kind = KINDS[row.kind]
    if recipient.way(kind) is Way.NOT_AT_ALL or not kind.still_due(row):
        return None
    with in_language(recipient.language):
        letter = kind.write(row.context)
    return one_line(letter.subject), signed_path(letter.action[1], row) if letter.action else ""


DAILY_DIGEST = mail_kind("daily_digest", _write, still_due=_is_of_today, informative=True, alone=True, gather=_gather)


# The job


def send_digests() -> None:
    """Make the day's mails when their time has come; send by itself what is collected for nobody any more."""
    _call_off_yesterdays()
    for user_id in _readers():
        try:
            with db.session.begin_nested():
                _serve(user_id)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 (one reader's mail does not stop the others')
            log.error("a daily mail could not be made: %s", described(error))


def _call_off_yesterdays() -> None:
    """What did not leave on its day does not leave at all; its lines are in the next one."""
    stale = (
        Notification.kind == DAILY_DIGEST.name,
        Notification.state == SendState.QUEUED,
        Notification.created_at < clock.at_local(clock.today()),
    )
    for digest_id in db.session.scalars(select(Notification.id).where(*stale)).all():
        call_off = update(Notification).where(Notification.id == digest_id, *stale).values(state=SendState.CANCELLED)
        if rows_changed(call_off):
            claims.give_back_lines([digest_id])


def _waits() -> Any:
    """What may become a line: collected already, or about to be."""
    kinds = [kind.name for kind in KINDS.values() if kind.informative and not kind.alone]
    queued = and_(
        Notification.state == SendState.QUEUED, Notification.kind.in_(kinds), Notification.due_at <= clock.now()
    )
    return or_(Notification.state == SendState.COLLECTED, queued)


def _readers() -> list[int]:
    query = select(Notification.user_id).where(Notification.user_id.is_not(None), _waits()).distinct()
    return sorted(db.session.scalars(query))


def _serve(user_id: int) -> None:
    recipient = user_recipient(user_id)
    if recipient is None or not recipient.daily:
        let_go(user_id)
        return
    today = clock.today()
    once_key = f"daily-digest:{user_id}:{today.isoformat()}"
    if clock.now() < hours.digest_at(today) or not hours.are_open():
        return
    if was_queued(once_key):
        _leave_for_tomorrow(user_id)
        return
    lines = [row.id for row in _candidates(user_id) if _becomes_line(row, recipient)]
    if not lines:
        return
    context = {"day": today.isoformat()}
    about = ("user", user_id)
    digest = enqueue(DAILY_DIGEST, about=about, context=context, user_id=user_id, once_key=once_key)
    if digest is not None:
        _settle(lines, state=SendState.FOLDED, digest_id=digest.id, next_try_at=None, error=None)


def _leave_for_tomorrow(user_id: int) -> None:
    """What came too late for the day's mail, since another worker had it in its hands."""
    late = (
        Notification.user_id == user_id,
        Notification.state == SendState.COLLECTED,
        Notification.due_at < _midnight(),
    )
    tomorrow = hours.digest_at(clock.today() + hours.DAY)
    rows_changed(update(Notification).where(*late).values(due_at=tomorrow))


def _candidates(user_id: int) -> list[Notification]:
    """What was due by the time of today's mail; what came after it waits for tomorrow's."""
    query = select(Notification).where(
        Notification.user_id == user_id,
        _waits(),
        or_(
            and_(Notification.state == SendState.COLLECTED, Notification.due_at < _midnight()),
            Notification.due_at <= hours.digest_at(clock.today()),
        ),
    )
    return list(db.session.scalars(query.order_by(Notification.id).with_for_update(skip_locked=True)))


def _midnight() -> datetime:
    return clock.at_local(clock.today() + hours.DAY)


def _becomes_line(row: Notification, recipient: Recipient) -> bool:
    """Whether a waiting mail goes into the day's; what does not is called off, or left to the worker to say why."""
    kind = KINDS.get(row.kind)
    try:
        way = recipient.way(kind) if kind is not None else None
        due = kind is not None and kind.still_due(row)
    except (SQLAlchemyError, Unreadable):
        raise
    except Exception:  # noqa: BLE001 (the worker meets it again, and puts this mail aside)
        way = None
    if way is None or way is Way.BY_ITSELF:
        _settle([row.id], state=SendState.QUEUED)
        return False
    if way is Way.ONCE_A_DAY and due:
        return True
    turned_off = way is Way.NOT_AT_ALL
    _settle([row.id], state=SendState.CANCELLED, error=str(Trouble.TURNED_OFF) if turned_off else None)
    return False


def _settle(ids: list[int], **values: object) -> None:
    """Change rows that still wait."""
    still = Notification.state.in_((SendState.QUEUED, SendState.COLLECTED))
    rows_changed(update(Notification).where(Notification.id.in_(ids), still).values(**values))
