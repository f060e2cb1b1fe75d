"""What stands in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.paging import Page, paged
from portal.outbox.models import Notification, SendState, Trouble, WorkerHeartbeat
from portal.outbox.recipients import addresses_of_users

UNSENT = (SendState.QUEUED, SendState.SENDING)
WORKER = "worker"
AWAY = "away: "  # begins the name of a heartbeat that says why the mail server cannot be used


@dataclass(frozen=True)
class Waiting:
    """How the outbox stands. Times are instants; None when there is none.

    ``oldest``: since when the oldest unsent mail ought to be out. ``untried``: the same among those that could be
    tried this instant. ``retrying``: how many readers' mails wait for another try since before ``overdue_at``.
    ``away``: the codes with which the mail server could not be used last time.
    """

    oldest: datetime | None
    untried: datetime | None
    retrying: int
    failed: int
    last_sent: datetime | None
    last_beat: datetime | None
    away: str | None


def waiting(overdue_at: datetime) -> Waiting:
    """Read the outbox's state in one statement.

    :param overdue_at: what was due before this instant is late.
    """
    now = clock.now()
    due = and_(Notification.state.in_(UNSENT), Notification.due_at <= now)
    tryable = and_(due, or_(Notification.next_try_at.is_(None), Notification.next_try_at <= overdue_at))
    # each mail names one of the three
    readers = sum(
        (func.count(column.distinct()) for column in (Notification.user_id, Notification.candidate_id)),
        func.count(Notification.address.distinct()),
    )
    late_retry = and_(due, Notification.attempts > 0, Notification.due_at <= overdue_at)
    row = db.session.execute(
        select(
            _read(func.min(Notification.due_at), due),
            _read(func.min(Notification.due_at), tryable),
            _read(readers, late_retry),
            _read(func.count(), Notification.state == SendState.FAILED),
            _read(func.max(Notification.sent_at), Notification.state == SendState.SENT),
            select(WorkerHeartbeat.beat_at).where(WorkerHeartbeat.name == WORKER).scalar_subquery(),
            select(func.max(WorkerHeartbeat.name)).where(WorkerHeartbeat.name.startswith(AWAY)).scalar_subquery(),
        )
    ).one()
    state = Waiting(*row)
    return replace(state, away=state.away.removeprefix(AWAY)) if state.away else state


def _read(value: ColumnElement[Any], condition: ColumnElement[bool]) -> Any:
    return select(value).select_from(Notification).where(condition).scalar_subquery()


def counts(actor: Actor) -> dict[SendState, int]:
    """How many mails stand in each state, all states named. :raises Missing: for all but administrators."""
    _refuse_others(actor)
    rows = db.session.execute(select(Notification.state, func.count().label("how_many")).group_by(Notification.state))
    found = {row.state: row.how_many for row in rows}
    return {state: found.get(state, 0) for state in SendState}


@dataclass(frozen=True)
class Line:
    """A mail as the administrator's list shows it. ``reader``: an address, or None where it is a candidate's."""

    public_id: str
    kind: str
    state: SendState
    reader: str | None
    due_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    attempts: int
    trouble: Trouble | None
    codes: str


def lines(actor: Actor, state: SendState | None, page: int) -> Page[Line]:
    """The mails, newest first, in three statements however many there are.

    :param state: only those in this state; None for all.
    :raises Missing: for all but administrators, and beyond the last page.
    """
    _refuse_others(actor)
    query: Select[Any] = select(Notification).order_by(Notification.id.desc())
    if state is not None:
        query = query.where(Notification.state == state)
    found = paged(query, page)
    addresses = _addresses(found.items)
    return Page([_line(row, addresses) for row in found.items], found.page, found.total, found.per_page)


def get_for(actor: Actor, public_id: str) -> Notification:
    """One mail. :raises Missing: when there is none, and for all but administrators."""
    _refuse_others(actor)
    row = db.session.scalar(select(Notification).where(Notification.public_id == public_id))
    if row is None:
        raise Missing
    return row


def _refuse_others(actor: Actor) -> None:
    if actor.role is not Role.ADMINISTRATOR:
        raise Missing


def _addresses(rows: Sequence[Notification]) -> dict[int, str]:
    return addresses_of_users({row.user_id for row in rows if row.user_id is not None})


def _line(row: Notification, addresses: dict[int, str]) -> Line:
    word, _, codes = (row.error or "").partition(" ")
    return Line(
        public_id=row.public_id,
        kind=row.kind,
        state=row.state,
        # a candidate's address is not even looked up
        reader=row.address or addresses.get(row.user_id or 0, "") if row.candidate_id is None else None,
        due_at=row.due_at,
        next_try_at=row.next_try_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        trouble=Trouble(word) if word in set(Trouble) else None,
        codes=codes,
    )


def ago(moment: datetime | None) -> int | None:
    """Whole seconds since an instant; None for none."""
    return None if moment is None else max(0, int((clock.now() - moment) / timedelta(seconds=1)))
