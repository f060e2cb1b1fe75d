"""What a mutant is: one check of the portal taken away, and the tests that must turn red."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Edit:
    """One replacement. ``old`` stands exactly once in the file, or the entry is stale."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One check that is taken away.

    :param edits: more than one where two walls stand behind each other: alone, neither is missed.
    :param tests: the narrowest selection that must fail, as pytest is given it.
    :param guard: "room.name", for a guard that a table of states names.
    :param fails_with: what the test fails with when that is not an assertion, such as the database's own refusal.
    """

    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    guard: str = ""
    fails_with: str = ""


class Stale(AssertionError):
    """The text that an entry takes away is not in the code any more, or is there twice."""


def taken(
    name: str, file: str, old: str, new: str, *tests: str, also: tuple[Edit, ...] = (), fails_with: str = ""
) -> Mutant:
    """A mutant of one replacement, ``also`` further ones; ``file`` is below ``portal/``, ``tests`` below ``tests/``."""
    below = tuple(f"tests/{one}" for one in tests)
    return Mutant(name=name, edits=(edit(file, old, new), *also), tests=below, fails_with=fails_with)


def edit(file: str, old: str, new: str) -> Edit:
    """A replacement in a file below ``portal/``."""
    return Edit(f"portal/{file}", old, new)


def guard(room: str, name: str, function: str, *tests: str, fails_with: str = "") -> Mutant:
    """A guard that a table of states names, which says yes to everything."""
    line = f'"{name}": {function}'
    edits = (edit(f"{room}/rules.py", f"    {line}", f'    "{name}": lambda _thing, _actor: None'),)
    if room in ("candidates", "employers"):  # their dictionaries stand in one line
        edits = (edit(f"{room}/rules.py", line, f'"{name}": lambda _thing, _actor: None'),)
    below = tuple(f"tests/{one}" for one in tests)
    return Mutant(name=f"guard {room}.{name}", edits=edits, tests=below, guard=f"{room}.{name}", fails_with=fails_with)


def mutated(one: Edit, root: Path = ROOT) -> str:
    """The file's text with the replacement made. :raises Stale: when the old text does not stand there exactly once."""
    text = (root / one.file).read_text(encoding="utf-8")
    count = text.count(one.old)
    if count != 1:
        raise Stale(f"{one.file} holds {count} times: {one.old}")
    return text.replace(one.old, one.new)
