"""Who may send which mail now: claims on rows, each with a lease that runs out by itself when a worker dies."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import DateTime, Interval, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.db import db, only_reading, rows_changed
from portal.outbox import hours
from portal.outbox.jobs import described
from portal.outbox.letters import Gathered, urgent_kinds
from portal.outbox.models import Notification, SendState, Trouble

log = logging.getLogger(__name__)

# Longer than one mail can take: see sending.CONNECT_SECONDS and SEND_SECONDS, each at most twice.
LEASE = timedelta(minutes=5)
MARK_PAUSES = (0, 1, 2, 5, 10, 20, 40)

# What is done once a mail, put together once: building a statement costs more than running it.
_ROWS = cast(Table, Notification.__table__)
_MARK = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("held_id"))
    .values(state=SendState.SENT, sent_at=bindparam("now"), leased_until=None, next_try_at=None, error=None)
)
_TRY = update(_ROWS).where(
    _ROWS.c.id == bindparam("held_id"),
    _ROWS.c.state == SendState.SENDING,
    _ROWS.c.leased_until == bindparam("held_until"),
)
_UNTIL = _ROWS.c.leased_until
_BEGIN = _TRY.values(attempts=bindparam("tries"), leased_until=bindparam("until")).returning(_UNTIL)
# its own clock, read on the way: see _lease_clock
_BEGIN_ON_POSTGRES = _TRY.values(
    attempts=bindparam("tries"),
    leased_until=func.clock_timestamp(type_=DateTime(timezone=True)) + bindparam("lease", type_=Interval),
).returning(_UNTIL)


@dataclass
class Claim:
    """One mail that this worker alone may send until the lease runs out.

    ``attempts`` counts the tries that were begun. ``not_after``, on ``time.monotonic()``, is set when a try begins.
    ``begun``: the try was counted already, with the mark of the mail before it.
    """

    id: int
    public_id: str
    kind: str
    attempts: int
    leased_until: datetime
    not_after: float = 0.0
    begun: bool = False


def claim(batch: int) -> list[Claim]:
    """Take what is due: queued mails, and those whose worker died. Those that were tried least come first."""
    if not _anything_due():
        return []
    until = _lease_clock() + LEASE
    rows = db.session.execute(
        select(Notification.id, Notification.public_id, Notification.kind, Notification.attempts)
        .where(_due())
        .order_by(Notification.attempts, Notification.due_at, Notification.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    ).all()
    if rows:
        _change(Notification.id.in_([row.id for row in rows]), state=SendState.SENDING, leased_until=until)
    db.session.commit()
    return [Claim(*row, until) for row in rows]


def renew(held: Claim) -> bool:
    """Begin a try: count it, and have the whole lease before us. False when the mail is not ours any more."""
    begun = _begin(held)
    db.session.commit()
    begun.settle()
    return begun.ours


@dataclass(frozen=True)
class _Begun:
    """A try that begins with the next commit."""

    held: Claim
    ours: bool
    until: datetime
    not_after: float

    def settle(self) -> None:
        """It is committed."""
        held = self.held
        held.attempts, held.leased_until, held.not_after = held.attempts + 1, self.until, self.not_after


def _begin(held: Claim) -> _Begun:
    """Count a try and extend the lease, without committing."""
    started = time.monotonic()
    is_postgres = db.session.get_bind().dialect.name == "postgresql"
    values: dict[str, Any] = {"held_id": held.id, "held_until": held.leased_until, "tries": held.attempts + 1}
    values |= {"lease": LEASE} if is_postgres else {"until": clock.now() + LEASE}
    until = db.session.scalar(_BEGIN_ON_POSTGRES if is_postgres else _BEGIN, values)
    return _Begun(held, until is not None, until or held.leased_until, started + LEASE.total_seconds())


def read(held: Claim) -> Notification | None:
    """The claimed row as it is now; None when it is not ours any more."""
    query = select(Notification).where(*_is_held(held)).execution_options(populate_existing=True)
    row: Notification | None = db.session.scalar(query)
    return row


def finish(held: Claim, state: SendState, **values: Any) -> None:
    """End the claim in this state, if the mail is still ours, and commit.

    A daily mail that does not go gives back what it was to tell of.
    """
    if _change(*_is_held(held), state=state, leased_until=None, **values) and state is SendState.CANCELLED:
        give_back_lines([held.id])
    db.session.commit()


def give_back_lines(digest_ids: Collection[int]) -> None:
    """Let what was to be told in these daily mails wait for another one, without committing."""
    due_at = hours.digest_at(clock.today())
    _change(Notification.digest_id.in_(digest_ids), state=SendState.COLLECTED, digest_id=None, due_at=due_at)


def _settle_lines(held: Claim, gathered: Gathered) -> None:
    """Write down which notifications a daily mail that went out did not tell of after all, without committing."""
    left = (Notification.digest_id == held.id, Notification.id.not_in(gathered.kept))
    cannot = {"state": SendState.FAILED, "error": str(Trouble.CANNOT_BE_WRITTEN), "digest_id": None}
    _change(*left, Notification.id.in_(gathered.broken), **cannot)
    _change(*left, state=SendState.CANCELLED, digest_id=None)


def give_back(rest: list[Claim]) -> None:
    """Queue again what was claimed and not sent, and commit."""
    db.session.rollback()
    for held in rest:
        tries = held.attempts - held.begun  # a try that was counted ahead was none
        _change(*_is_held(held), state=SendState.QUEUED, leased_until=None, attempts=tries)
    db.session.commit()


def uncount(held: Claim, error: str) -> None:
    """The try was ended by something that is not this mail's fault."""
    _change(*_is_held(held), attempts=held.attempts - 1, error=error)
    db.session.commit()
    held.attempts -= 1


def mark_sent(held: Claim, following: Claim | None = None, gathered: Gathered | None = None) -> None:
    """The server has it: say so whatever became of the row meanwhile, and try hard, or it would go out twice.

    :param following: the mail that goes next, whose try begins in the same transaction: one wait for the disk a mail.
    :param gathered: what a daily mail told of; what it left out is settled with it, or a worker killed between the two
        would leave it as told.
    :raises sqlalchemy.exc.DBAPIError: when the database stays away for longer than a minute.
    """
    for pause in MARK_PAUSES:
        if pause:
            time.sleep(pause)
        try:
            db.session.execute(_MARK, {"held_id": held.id, "now": clock.now()})
            if gathered is not None:
                _settle_lines(held, gathered)
            begun = _begin(following) if following is not None else None
            db.session.commit()
        except DBAPIError as error:
            db.session.rollback()
            log.warning("a mail that went out could not be marked yet: %s", described(error))
            if pause == MARK_PAUSES[-1]:
                raise
        else:
            if begun is not None:
                begun.settle()
                begun.held.begun = True
            return


def _due() -> Any:
    now = clock.now()
    queued = and_(
        Notification.state == SendState.QUEUED,
        Notification.due_at <= now,
        or_(Notification.next_try_at.is_(None), Notification.next_try_at <= now),
    )
    orphaned = and_(Notification.state == SendState.SENDING, Notification.leased_until < _lease_clock())
    due = or_(queued, orphaned)
    return due if hours.are_open() else and_(due, Notification.kind.in_(urgent_kinds()))


def _anything_due() -> bool:
    """A look that takes no lock on SQLite: an idle worker holds nobody up."""
    with only_reading():
        return db.session.scalar(select(Notification.id).where(_due()).limit(1)) is not None


def _lease_clock() -> datetime:
    """The clock that leases are read on: on PostgreSQL the database's, since the workers' machines may disagree."""
    if db.session.get_bind().dialect.name == "postgresql":
        moment: datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
        return moment
    return clock.now()


def _is_held(held: Claim) -> tuple[Any, ...]:
    return (
        Notification.id == held.id,
        Notification.state == SendState.SENDING,
        Notification.leased_until == held.leased_until,
    )


def _change(*conditions: Any, **values: Any) -> bool:
    """Change rows without committing. True when there were any."""
    statement = update(Notification).where(*conditions).values(**values)
    changed = rows_changed(statement.execution_options(synchronize_session=False))
    return bool(changed)
