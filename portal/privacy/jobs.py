"""What the clock does: the day's purge, and sweeping up what an erasing on request left in the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from portal.core.db import db
from portal.privacy import purge, sweep, tombstones
from portal.privacy.reapply import reapply

_swept: list[int] = []  # the list's length at the last sweep of this process


def purge_daily() -> None:
    """Warn, erase, and let go of old log rows. Each batch is committed by itself."""
    for _done in purge.run():
        pass


def sweep_up() -> None:
    """Rewrite the database file when somebody was erased since the last time."""
    try:
        length = tombstones.path().stat().st_size
    except FileNotFoundError:
        return
    if _swept == [length]:
        return
    db.session.commit()  # the job's own mark: the sweep cannot begin while we hold the lock
    if sweep.sweep():
        _swept[:] = [length]


def begin() -> None:
    """Before a worker's first mail: a restored backup must not write to those who are gone."""
    reapply()


def register(job: Callable[..., Any], first_of_all: Callable[..., Any]) -> None:
    """Hand the jobs to the worker."""
    first_of_all("privacy.reapply", begin)
    job("privacy.purge", every=timedelta(days=1))(purge_daily)
    job("privacy.sweep", every=timedelta(minutes=5))(sweep_up)
