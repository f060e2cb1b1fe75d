"""What the worker does by the clock: functions of the features, each in a transaction of its own.

A feature writes a function without arguments and wiring registers it::

    job("proposals.remind", timedelta(minutes=10))(remind)

Several workers may run: the last run of each job is a row, and who moves it forward runs the job in the same
transaction. A job that fails is undone with that mark, so it is tried again a minute later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.db import db, only_reading, rows_changed
from portal.outbox.models import WorkerHeartbeat

log = logging.getLogger(__name__)

Work = Callable[[], None]


@dataclass(frozen=True)
class Job:
    """A function and how often it runs at most."""

    name: str
    every: timedelta
    work: Work


JOBS: dict[str, Job] = {}


def job(name: str, every: timedelta) -> Callable[[Work], Work]:
    """Register a function to be run by the worker.

    :param name: ``feature.verb``, at most 70 characters; registering it again replaces it.
    :param every: how much time lies between two runs at least; runs begin on a tick of a minute.
    """

    def register(work: Work) -> Work:
        JOBS[name] = Job(name, every, work)
        return work

    return register


FIRST: dict[str, Work] = {}


def first_of_all(name: str, work: Work) -> None:
    """Register what a worker does before it sends or runs anything: where it fails, no mail goes out."""
    FIRST[name] = work


def begin() -> None:
    """Do what comes first. The works end their own transactions; an error in one keeps the worker from beginning."""
    for work in FIRST.values():
        work()


def run_due() -> list[str]:
    """Run every job whose time has come. An error in one is logged and does not stop the others.

    :returns: the names of those that ran to their end.
    """
    return [each.name for each in JOBS.values() if _run(each)]


def _run(each: Job) -> bool:
    try:
        if not _is_ours(each):
            return False
        each.work()
        db.session.commit()
    except Exception as error:  # noqa: BLE001 (one job's mistake does not stop the others)
        log.error("job %s failed: %s", each.name, described(error))
        return False
    finally:
        db.session.rollback()
    log.debug("job %s ran", each.name)
    return True


def _is_ours(each: Job) -> bool:
    """Move the job's mark forward if it is old enough; another worker that tries waits for our commit, then cannot."""
    now, mark = clock.now(), f"job:{each.name}"
    last = db.session.scalar(select(WorkerHeartbeat.beat_at).where(WorkerHeartbeat.name == mark))
    if last is None:
        return _begins(mark)
    if last > now - each.every:
        return False
    moved = rows_changed(
        update(WorkerHeartbeat).where(WorkerHeartbeat.name == mark, WorkerHeartbeat.beat_at == last).values(beat_at=now)
    )
    return bool(moved)


def _begins(name: str) -> bool:
    """Make a mark that is not there yet; false when it is."""
    try:
        with db.session.begin_nested():
            db.session.add(WorkerHeartbeat(name=name))
            db.session.flush()
    except IntegrityError:
        return False
    return True


def beat(name: str) -> None:
    """Note that somebody is alive now, in a transaction of its own."""
    alive = rows_changed(update(WorkerHeartbeat).where(WorkerHeartbeat.name == name).values(beat_at=clock.now()))
    if alive == 0:
        _begins(name)
    db.session.commit()


def forget(start: str, but: str = "") -> None:
    """Take away every mark whose name starts so, but one, in a transaction of its own where there are any."""
    marks = WorkerHeartbeat.name.startswith(start, autoescape=True), WorkerHeartbeat.name != but
    with only_reading():
        there = db.session.scalar(select(WorkerHeartbeat.id).where(*marks).limit(1)) is not None
    if there:
        rows_changed(delete(WorkerHeartbeat).where(*marks).execution_options(synchronize_session=False))
        db.session.commit()


def described(error: BaseException) -> str:
    """An error's type and the line of ours that raised it, without its words."""
    frame = error.__traceback__
    place = ""
    while frame is not None:
        code = frame.tb_frame.f_code
        if "portal" in code.co_filename:
            place = f" at {code.co_filename.rpartition('portal/')[2]}:{frame.tb_lineno}"
        frame = frame.tb_next
    return f"{type(error).__name__}{place}"
