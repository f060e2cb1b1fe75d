"""Whom a contact with an employer was about, for a room that does not know candidates. ``portal.wiring`` says it.

Who wrote an entry reads whom it was about: a coach of the own candidates, a team leader of the own team's. For
everybody else the log says "a candidate".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from portal.core.actors import Actor


class Subjects(Protocol):
    """What the contact log asks of the room that keeps candidates."""

    def choices(self, actor: Actor) -> list[tuple[str, str]]:
        """(public id, full name) of those whom the actor may name; the showing is logged."""

    def find(self, actor: Actor, public_id: str) -> int:
        """The row of one of them. :raises Missing: for everybody else's."""

    def names(self, actor: Actor, candidate_ids: Iterable[int]) -> dict[int, str]:
        """Full names by row id, of those whom the actor may name; the showing is logged."""

    def told_of(self, actor: Actor, candidate_ids: Iterable[int]) -> None:
        """Log that what was noted of them is shown, whether the actor may name them or not."""


_subjects: list[Subjects] = []


def provide(subjects: Subjects) -> None:
    """Say who knows candidates; the last one said counts."""
    _subjects[:] = [subjects]


def provided() -> Subjects:
    """The room that knows candidates."""
    return _subjects[0]
