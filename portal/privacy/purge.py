"""The purge: warn, erase, and let go of old log rows, in batches that are each committed.

It may be killed at any moment and run again: what was committed is done, what was not is found again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from portal.audit import clearing, sealing
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.privacy import erasing, queries, service, sweep
from portal.privacy.queries import Due

BATCH = 50


@dataclass(frozen=True)
class Step:
    """One thing that the purge does: what it is called, whom it finds, and what it does to one of them."""

    name: str
    find: Callable[[date], list[Due]]
    do: Callable[[Due], object]


STEPS = (
    Step("warn of candidates", queries.candidates_to_warn, service.warn_of_candidate),
    Step(
        "erase candidates",
        queries.candidates_to_erase,
        lambda due: erasing.erase_candidate(SYSTEM, due.id, reason="period"),
    ),
    Step("warn users", queries.users_to_warn, service.warn_user),
    Step("erase users", queries.users_to_erase, lambda due: erasing.erase_user(SYSTEM, due.id, reason="period")),
)
LOG_STEP = "let go of rows of the logs"
NAMES = {
    "warn of candidates": _l("Candidates whose coach would be asked"),
    "erase candidates": _l("Candidates who would be erased"),
    "warn users": _l("Users who would be asked to sign in"),
    "erase users": _l("Users whose account would be erased"),
    LOG_STEP: _l("Rows of the logs that would go"),
}


@dataclass(frozen=True)
class Done:
    """What a step did, or would do, in one batch: opaque ids, or for the log a count alone."""

    step: str
    public_ids: list[str]
    count: int


def plan(today: date | None = None) -> list[Done]:
    """What the purge would do now. Changes nothing."""
    day = today or clock.today()
    found = [Done(step.name, [due.public_id for due in step.find(day)], 0) for step in STEPS]
    counted = [Done(one.step, one.public_ids, len(one.public_ids)) for one in found]
    old = sum(clearing.clearable(log_name, queries.logs_end(day)) for log_name in sealing.LOGS)
    return [*counted, Done(LOG_STEP, [], old)]


def run(batch: int = BATCH, stop: Callable[[], bool] = lambda: False) -> Iterator[Done]:
    """Do it, a batch a transaction, and tell of each batch when it is committed.

    :param batch: how many people at a time; the logs go some seals at a time.
    :param stop: asked between two batches.
    :raises audit.clearing.KeyMissing: when an old seal's key is not among the settings; all the rest is done by then.
    """
    erased = False
    for step in STEPS:
        while not stop():
            found = step.find(clock.today())[:batch]
            if not found:
                break
            for due in found:
                step.do(due)
            db.session.commit()
            erased = erased or step.name.startswith("erase")
            yield Done(step.name, [due.public_id for due in found], len(found))
    for log_name in sealing.LOGS:
        while not stop() and (gone := clearing.clear(log_name, queries.logs_end(clock.today()))):
            db.session.commit()
            yield Done(LOG_STEP, [], gone)
    db.session.rollback()  # the last look found nothing; no lock is kept
    if erased:
        sweep.sweep()
