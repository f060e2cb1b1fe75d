"""Entries of the team's own, beside those that come with the portal: occupations and skills with keys like "own-…".

They are rows, kept by a room above (``portal/lists``), which ``provide``s a way to read them. A transaction reads them
once, with one statement, and not at all while it asks for nothing but the portal's own keys; so every process knows
what was added, mended or retired from its next request on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from types import MappingProxyType

from flask import has_app_context
from sqlalchemy.orm import SessionTransaction

from portal.core.db import db
from portal.core.reference.model import LANGUAGES, Labels, Occupation, Skill

# No entry that comes with the portal has a key that begins so.
PREFIX = "own-"
_KEPT = "the team's own entries"
# Own entries have none: they are found by their names.
NO_SYNONYMS = MappingProxyType(dict.fromkeys(LANGUAGES, ()))


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


# Names by language and the group's key ("group") of own entries by key, as they were when something was agreed to.
Names = Mapping[str, Mapping[str, str]]
_then: ContextVar[Names] = ContextVar("own entries as they were", default=MappingProxyType({}))

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


def occupation(key: str) -> Occupation | None:
    """The own occupation with ``key``, retired or not, by its name of then inside ``as_they_were``."""
    then = _then.get().get(key)
    if then is None:
        return present().occupations.get(key)
    return Occupation(key, then["group"], _labels(then), NO_SYNONYMS)


def skill(key: str) -> Skill | None:
    """The own skill with ``key``, retired or not, by its name of then inside ``as_they_were``."""
    then = _then.get().get(key)
    return present().skills.get(key) if then is None else Skill(key, then["group"], _labels(then))


def names_now(keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """What ``as_they_were`` needs to read the own ones among ``keys`` as they stand now, in plain JSON."""
    found = ((key, occupation(key) or skill(key)) for key in keys if key.startswith(PREFIX))
    return {
        key: {**asdict(one.labels), "group": one.isco if isinstance(one, Occupation) else one.group}
        for key, one in found
        if one is not None
    }


@contextmanager
def as_they_were(names: Names) -> Iterator[None]:
    """Within, these own entries are read by the names and groups that they had when something was frozen with them."""
    token = _then.set(names)
    try:
        yield
    finally:
        _then.reset(token)


def _labels(then: Mapping[str, str]) -> Labels:
    return Labels(**{code: then[code] for code in LANGUAGES})
