"""What stands in the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true

from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.paging import Page, paged
from portal.outbox import hours
from portal.outbox.letters import urgent_kinds
from portal.outbox.models import Notification, SendState, Trouble, WorkerHeartbeat
from portal.outbox.recipients import addresses_of_users

UNSENT = (SendState.QUEUED, SendState.SENDING, SendState.COLLECTED)
WORKER = "worker"
AWAY = "away: "  # begins the name of a heartbeat that says why the mail server cannot be used


@dataclass(frozen=True)
class Waiting:
    """How the outbox stands. Times are instants; None when there is none.

    ``oldest``: since when the oldest unsent mail ought to be out. ``stuck``: how many are late that could have been
    tried. ``retrying``: how many readers' mails are late and wait for another try. ``held``: how many wait for the
    hours in which they may leave. ``away``: the codes with which the mail server could not be used last time.
    """

    oldest: datetime | None
    stuck: int
    retrying: int
    held: int
    failed: int
    last_sent: datetime | None
    last_beat: datetime | None
    away: str | None


def waiting(patience: timedelta) -> Waiting:
    """Read the outbox's state in one statement.

    :param patience: what ought to be out for longer is late. Of a mail that can wait, only the hours count in which it
        may leave, so that what is held over the night is late neither at night nor in the morning.
    """
    now, allowed = clock.now(), hours.hours()
    late_at, patient_late_at = now - patience, allowed.back(now, patience)
    opened, _closes = allowed.latest(now)
    patient = Notification.kind.not_in(urgent_kinds()) if not allowed.always else false()
    unsent = and_(Notification.state.in_(UNSENT), Notification.due_at <= now)
    late = _before(Notification.due_at, patient, patient_late_at, late_at)
    held = and_(unsent, patient, not_(late), Notification.due_at < opened if allowed.are_open(now) else true())
    tryable = or_(
        Notification.next_try_at.is_(None), _before(Notification.next_try_at, patient, patient_late_at, late_at)
    )
    # each mail names one of the three
    readers = sum(
        (func.count(column.distinct()) for column in (Notification.user_id, Notification.candidate_id)),
        func.count(Notification.address.distinct()),
    )
    row = db.session.execute(
        select(
            _read(func.min(Notification.due_at), and_(unsent, not_(held))),
            _read(func.count(), and_(unsent, late, tryable)),
            _read(readers, and_(unsent, late, Notification.attempts > 0)),
            _read(func.count(), held),
            _read(func.count(), Notification.state == SendState.FAILED),
            _read(func.max(Notification.sent_at), Notification.state == SendState.SENT),
            select(WorkerHeartbeat.beat_at).where(WorkerHeartbeat.name == WORKER).scalar_subquery(),
            select(func.max(WorkerHeartbeat.name)).where(WorkerHeartbeat.name.startswith(AWAY)).scalar_subquery(),
        )
    ).one()
    state = Waiting(*row)
    return replace(state, away=state.away.removeprefix(AWAY)) if state.away else state


def _before(
    column: Any, patient: ColumnElement[bool], patient_late_at: datetime, late_at: datetime
) -> ColumnElement[bool]:
    return or_(and_(patient, column < patient_late_at), and_(not_(patient), column < late_at))


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


def due_from(kind: str, about: tuple[str, int]) -> datetime | None:
    """The last instant before which a mail of a kind about something is held back; None when there is none to come."""
    return db.session.scalar(
        select(func.max(Notification.due_at)).where(
            Notification.kind == kind,
            Notification.about_type == about[0],
            Notification.about_id == about[1],
            Notification.due_at > clock.now(),
        )
    )
