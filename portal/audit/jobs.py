"""What happens to the logs by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from portal.audit.sealing import seal_all

Work = Callable[[], None]

EVERY = timedelta(minutes=1)


def register(job: Callable[[str, timedelta], Callable[[Work], Work]]) -> None:
    """Give the worker the jobs of this room."""
    job("audit.seal", EVERY)(_seal)


def _seal() -> None:
    seal_all()
