"""Entries of the team's own, beside those that come with the portal: occupations and skills with keys like "own-…".

They are rows, kept by a room above (``portal/lists``), which ``provide``s a way to read them. A transaction reads them
once, with one statement, and not at all while it asks for nothing but the portal's own keys; so every process knows
what was added, mended or retired from its next request on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import has_app_context
from sqlalchemy.orm import SessionTransaction

from portal.core.db import db
from portal.core.reference.model import Occupation, Skill

# No entry that comes with the portal has a key that begins so.
PREFIX = "own-"
_KEPT = "the team's own entries"


@dataclass(frozen=True, slots=True)
class OwnEntries:
    """Own occupations and skills by key. Retired ones are among them: they are read, but not offered."""

    occupations: Mapping[str, Occupation] = field(default_factory=dict)
    skills: Mapping[str, Skill] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read, and the transaction that read it."""

    transaction: SessionTransaction | None
    entries: OwnEntries


Source = Callable[[], OwnEntries]
_sources: list[Source] = []
_NONE = OwnEntries()


def provide(source: Source) -> None:
    """Say where own entries are read; a second source takes the first one's place."""
    _sources[:] = [source]


def present() -> OwnEntries:
    """The own entries as they stand in this transaction; none where there is no application, and so no database."""
    if not _sources or not has_app_context():
        return _NONE
    session = db.session()
    kept: _Kept | None = session.info.get(_KEPT)
    if kept is None or kept.transaction is not session.get_transaction():
        with session.no_autoflush:  # a look-up in the middle of a change sends nothing early
            entries = _sources[0]()
        kept = session.info[_KEPT] = _Kept(session.get_transaction(), entries)
    return kept.entries


def forget() -> None:
    """They have just been changed: read them again when they are next asked for."""
    db.session().info.pop(_KEPT, None)
