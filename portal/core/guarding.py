"""Texts that are read before they leave: what a reader remarks, and the answer that a held-back text gets.

The rooms that write to employers and the room that knows whose names and words may not leave need a common tongue; it
is here, below both. ``provide`` gives rooms that do not know the reader their way to it.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask_babel import LazyString
from flask_babel import gettext as _

from portal.core.actors import Actor
from portal.core.errors import Invalid


@dataclass(frozen=True)
class Remark:
    """A place in a text: ``text[start:end] == words``, why it stands out, whether it keeps the text back.

    One that does not keep it back is doubtful: the writer looks again and says so.
    """

    start: int
    end: int
    words: str
    why: LazyString
    blocks: bool
    finding: enum.StrEnum


# By field: the text, and what was remarked on it.
Found = Mapping[str, tuple[str, Sequence[Remark]]]


@dataclass(frozen=True)
class Held:
    """A text that did not pass, with all that was remarked on it in the order of the text."""

    text: str
    remarks: tuple[Remark, ...]


class HeldBack(Invalid):
    """Texts hold what may not reach an employer, or what the writer has not yet looked at.

    ``held`` is by field. The same texts pass with ``tokens``, which is empty when something blocks.
    """

    def __init__(self, held: Mapping[str, Held], tokens: str) -> None:
        field = next(iter(held))
        super().__init__(field, message_about(held[field]))
        self.held = dict(held)
        self.tokens = tokens


def token(field: str, remark: Remark) -> str:
    """What stands for "I have looked at this doubtful word in this field": says nothing to who does not know it."""
    return hashlib.sha256(f"{field}:{remark.words.casefold()}".encode()).hexdigest()[:16]


def tokens(found: Found) -> str:
    """The tokens of all doubtful words, for the form's tick. Empty when something blocks: no tick lets it pass."""
    if any(remark.blocks for _text, remarks in found.values() for remark in remarks):
        return ""
    return " ".join(sorted({token(field, remark) for field, (_text, remarks) in found.items() for remark in remarks}))


def held_back(found: Found, words_read: str = "") -> dict[str, Held]:
    """The texts that may not leave as they are.

    :param found: by field, the text and what was remarked on it.
    :param words_read: tokens of the doubtful words that the writer has looked at.
    """
    read = set(words_read.split())
    return {
        field: Held(text, tuple(remarks))
        for field, (text, remarks) in found.items()
        if any(remark.blocks or token(field, remark) not in read for remark in remarks)
    }


def refuse(found: Found, words_read: str = "") -> None:
    """Let texts pass that are clean, or whose doubtful words the writer has looked at.

    :raises HeldBack: for all others.
    """
    if held := held_back(found, words_read):
        raise HeldBack(held, tokens(found))


def message_about(held: Held) -> str:
    """The sentence at a field whose text was held back: names what blocks, else what to look at."""
    blocking = [remark for remark in held.remarks if remark.blocks]
    words = ", ".join(dict.fromkeys(f"“{remark.words}”" for remark in blocking or held.remarks))
    if blocking:
        return str(_("This may not reach an employer: %(words)s", words=words))
    return str(_("Look at these words, and tick that you have: %(words)s", words=words))


class Reader(Protocol):
    """Reads what somebody of the team wrote about an employer, by field; ``of_firm``: names and streets of firms."""

    def __call__(self, actor: Actor, texts: Mapping[str, str], *, of_firm: bool) -> Found: ...


_readers: list[Reader] = []


def provide(reader: Reader) -> None:
    """Have texts that are about nobody in particular read by ``reader``; twice is once."""
    if reader not in _readers:
        _readers.append(reader)


def refuse_of(actor: Actor, texts: Mapping[str, str], words_read: str = "", *, of_firm: bool = False) -> None:
    """Have every provided reader read what somebody of the team wrote for employers. Others' texts pass.

    :param of_firm: whether the texts are names and streets of firms and workplaces, not what is looked for.
    :raises HeldBack: when one of them holds a text back.
    """
    if actor.is_staff:
        for reader in _readers:
            refuse(reader(actor, texts, of_firm=of_firm), words_read)
