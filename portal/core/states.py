"""A workflow as a table that guards, buttons, texts and tests all read.

A feature declares its states as a StrEnum and its transitions as rows; its service asks ``StateTable.check`` before it
changes anything. Guards and mails are named in the row: the feature's ``rules`` holds the guards by that name, its
``mails`` the mails, and tests hold the names together.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from flask_babel import LazyString
from flask_babel import gettext as _

from portal.core.actors import Role
from portal.core.errors import Overtaken, Refused

S = TypeVar("S", bound=enum.StrEnum)


@dataclass(frozen=True)
class Flags:
    """What lists, counts and reports read instead of naming states: live, hired, won or lost (``domain.md``)."""

    live: bool = False
    hired: bool = False
    won: bool = False
    lost: bool = False


@dataclass(frozen=True, kw_only=True)
class Transition(Generic[S]):
    """One row of a workflow.

    :param verb: the service's function and the address's last word.
    :param sources: the states that it may start from; empty for the row that creates.
    :param target: the state that it leads to; None when it goes back to the state that it came from.
    :param by: the roles that may do it.
    :param guards: names of conditions in the feature's ``rules``.
    :param mails: names of the mails that it sends, in the feature's ``mails``.
    :param label: the words on the button.
    :param done: what the timeline says afterwards.
    """

    verb: str
    sources: frozenset[S]
    target: S | None
    by: frozenset[Role]
    label: LazyString
    done: LazyString
    guards: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()


@dataclass(frozen=True)
class StateTable(Generic[S]):
    """All transitions of one thing. Rows of one verb may differ by the state that they start from, never overlap."""

    name: str
    states: type[S]
    rows: tuple[Transition[S], ...]
    labels: Mapping[S, LazyString]
    flags: Mapping[S, Flags] = field(default_factory=dict)
    tones: Mapping[S, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seen: set[tuple[str, S | None]] = set()
        for row in self.rows:
            for source in row.sources or {None}:
                if (row.verb, source) in seen:
                    raise ValueError(f"{self.name}: two rows for {row.verb} from {source}")
                seen.add((row.verb, source))
        if set(self.labels) != set(self.states):
            raise ValueError(f"{self.name}: every state needs a label")

    @property
    def verbs(self) -> list[str]:
        """Every verb once, in the table's order."""
        return list(dict.fromkeys(row.verb for row in self.rows))

    def row(self, state: S | None, verb: str) -> Transition[S] | None:
        """The row of a verb from a state (None: not made yet), or None when there is none."""
        for row in self.rows:
            if row.verb == verb and (state in row.sources if state is not None else not row.sources):
                return row
        return None

    def check(self, state: S | None, verb: str, role: Role) -> Transition[S]:
        """The row that allows this.

        :raises Refused: when no row does. From a state that has no such step it is ``Overtaken``, with a sentence that
            names the present state: pages offer the steps of the state that they were opened in.
        """
        row = self.row(state, verb)
        if row is None:
            present = self.labels[state] if state is not None else _("not made yet")
            raise Overtaken(_("This cannot be done now. It stands at: %(state)s.", state=present))
        if role not in row.by:
            raise Refused(_("This step is somebody else's to take."))
        return row

    def open_to(self, state: S, role: Role) -> list[Transition[S]]:
        """The rows that this role may take from a state, in the table's order."""
        return [row for row in self.rows if state in row.sources and role in row.by]

    def with_flag(self, flag: str) -> list[S]:
        """The states that carry a flag, in the enum's order."""
        return [state for state in self.states if getattr(self.flags.get(state, Flags()), flag)]


def states(*members: S) -> frozenset[S]:
    """A set of states, written short in a table."""
    return frozenset(members)


def roles(*members: Role) -> frozenset[Role]:
    """A set of roles, written short in a table."""
    return frozenset(members)


def sql_in(members: Iterable[enum.StrEnum]) -> str:
    """Members as the inside of an SQL ``IN (…)``, for CHECKs and partial indexes. Values are our own constants."""
    return ", ".join(f"'{member.value}'" for member in members)
