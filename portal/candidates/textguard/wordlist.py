"""The lists of words about health and care: kept as data in ``words/``, with those that the administrator has added."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from portal.candidates.textguard.models import GuardWord, WordKind
from portal.candidates.textguard.word_forms import pattern
from portal.core.db import db
from portal.core.i18n import Language

_DATA = Path(__file__).parent / "words"
_PASS = "pass"  # noqa: S105 (a key of the data, no secret)
_TOKEN = re.compile(r"[^\W_]+(?:[:'’][^\W\d_]+)?")
_HYPHENED = re.compile(r"[^\W_]+(?:-[^\W_]+(?:[:'’][^\W\d_]+)?)+")
_KEY = 2  # letters by which words are looked up

# (word as written in the list, language, kind)
Added = tuple[str, Language, WordKind]


@dataclass(frozen=True)
class Hit:
    """A place in a text, ``stem`` the word of the list without its stars, ``kind`` None for words to pass over."""

    start: int
    end: int
    stem: str
    kind: WordKind | None


@dataclass(frozen=True)
class _Entry:
    stem: str
    kind: WordKind | None
    regex: re.Pattern[str]


class WordList:
    """Words to look for, looked up by their first letters so that a long list costs little."""

    def __init__(self, entries: list[tuple[str, Language, WordKind | None]]) -> None:
        self._by_start: dict[str, list[_Entry]] = defaultdict(list)
        self._anywhere: list[_Entry] = []  # those that begin with a star
        self._several: dict[str, list[_Entry]] = defaultdict(list)  # those of several words, by the first one's start
        for word, language, kind in dict.fromkeys(entries):
            stem = word.replace("*", "").casefold()
            source = pattern(word, language)
            if " " in word:
                entry = _Entry(stem, kind, re.compile(rf"(?<!\w)(?:{source})(?!\w)"))
                self._several["" if word.startswith("*") else stem[:_KEY]].append(entry)
            elif word.startswith("*"):
                self._anywhere.append(_Entry(stem, kind, re.compile(source)))
            else:
                self._by_start[stem[:_KEY]].append(_Entry(stem, kind, re.compile(source)))
        self._any = re.compile("|".join(f"(?:{one.regex.pattern})" for one in self._anywhere) or r"(?!)")

    def hits(self, text: str) -> Iterator[Hit]:
        """Every place that an entry matches; one place may have several hits."""
        low = text.lower()  # of the same length as the text for all signs but one, which no list holds
        if len(low) != len(text):
            low = text
        for shape in (_TOKEN, _HYPHENED):
            for match in shape.finditer(low):
                for entry in self._matching(match.group()):
                    yield Hit(match.start(), match.end(), entry.stem, entry.kind)
        for key in {"", *(match.group()[:_KEY] for match in _TOKEN.finditer(low))}:
            for entry in self._several.get(key, ()):
                for match in entry.regex.finditer(low):
                    yield Hit(match.start(), match.end(), entry.stem, entry.kind)

    def _matching(self, word: str) -> Iterator[_Entry]:
        for entry in self._by_start.get(word[:_KEY], ()):
            if entry.regex.fullmatch(word):
                yield entry
        if self._any.fullmatch(word):
            for entry in self._anywhere:
                if entry.regex.fullmatch(word):
                    yield entry


@cache
def _data(language: Language) -> dict[str, list[str]]:
    read: dict[str, list[str]] = json.loads((_DATA / f"{language.value}.json").read_text(encoding="utf-8"))
    return read


class Count(NamedTuple):
    """How many words keep a text back, and how many ask."""

    blocking: int
    asking: int


def counts() -> dict[Language, Count]:
    """How many words the portal brings itself, by language."""
    sizes = {one: {kind: len(_data(one)[kind.value]) for kind in WordKind} for one in Language}
    return {one: Count(sum(size.values()) - size[WordKind.ASK], size[WordKind.ASK]) for one, size in sizes.items()}


@lru_cache(maxsize=8)
def made(added: tuple[Added, ...] = ()) -> WordList:
    """The portal's own lists in all its languages, and these words."""
    entries: list[tuple[str, Language, WordKind | None]] = []
    for language in Language:
        data = _data(language)
        entries += [(word, language, kind) for kind in WordKind for word in data[kind.value]]
        entries += [(word, language, None) for word in data[_PASS]]
    return WordList([*entries, *added])


def present() -> WordList:
    """The lists as they are now, the administrator's words included."""
    query = select(GuardWord.word, GuardWord.language, GuardWord.kind).order_by(GuardWord.id)
    return made(tuple((row.word, row.language, row.kind) for row in db.session.execute(query)))
