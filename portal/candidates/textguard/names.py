"""Names in a text: the candidate's own, and those of others whom the team supports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from portal.candidates.inflection import fold, is_form_of
from portal.candidates.textguard.people import People
from portal.candidates.textguard.remark import Finding, remark
from portal.core.guarding import Remark

_DATA = Path(__file__).parent / "words" / "ordinary_names.json"


@dataclass(frozen=True)
class Word:
    """A word of the text. ``opens``: it begins a sentence, so its capital says nothing."""

    start: int
    end: int
    text: str
    opens: bool

    @property
    def capital(self) -> bool:
        """Whether it is written as a name is."""
        return self.text[:1].isupper()


_WORD = re.compile(r"[^\W\d_]+(?:[:'’][^\W\d_]+|(?<=[sxzSXZ])['’])?")
_LETTER_BY_LETTER = re.compile(r"(?<!\w)(?:[^\W\d_][ .-]{1,2}){2,}[^\W\d_](?!\w)")  # V I R T A N E N
_GAP = re.compile(r"\s|[-–]\s?")
_PARTED_FROM = 5  # letters of a name; two pieces of a shorter one are words
_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n•*–-])\s*[\"”'(]*$")


def words(text: str) -> list[Word]:
    """The words of a text; a hyphen parts them, a colon or apostrophe before an ending does not."""
    return [
        Word(
            match.start(),
            match.end(),
            match.group(),
            bool(_SENTENCE_END.search(text[max(0, match.start() - 12) : match.start()])),
        )
        for match in _WORD.finditer(text)
    ]


@cache
def _ordinary_names() -> frozenset[str]:
    return frozenset(json.loads(_DATA.read_text(encoding="utf-8"))["names"])


def is_ordinary(name: str) -> bool:
    """Whether a name is an ordinary word as well: "koski", "berg"."""
    return name in _ordinary_names()


def parts(names: Iterable[str]) -> list[str]:
    """Names one by one: "Anna-Liisa" is "anna", "liisa" and "annaliisa"."""
    found: dict[str, None] = {}
    for name in names:
        pieces = [piece.casefold() for piece in re.findall(r"[^\W\d_]+", name)]
        for piece in [*pieces, "".join(pieces)]:
            if len(piece) > 1:
                found[piece] = None
    return list(found)


def _glued(own: tuple[str, ...]) -> list[str]:
    """First and last name written as one word, as in addresses: "mattivirtanen", "virtanenmatti", "mvirtanen".

    :param own: the first name first and the last name after it.
    """
    if len(own) < 2:
        return []
    firsts, lasts = parts(own[:1]), parts(own[1:2])
    found = [one for first in firsts for last in lasts for one in (first + last, last + first, first[0] + last)]
    return [one for one in found if not is_ordinary(one)]


def own_names(text: str, own: tuple[str, ...]) -> Iterator[Remark]:
    """The candidate's names in all their forms. One that is an ordinary word asks where it may be the word."""
    names = [*parts(own), *_glued(own)]
    for word in words(text) if names else ():
        forms = [one for one in names if is_form_of(word.text, one)]
        if not forms:
            continue
        # "Toivon työtä" opens a sentence with a verb; "Toivo är", "Bergs nycklar" and a capital inside one do not
        inflected = word.text.casefold().removesuffix("s") not in forms and word.text.casefold() not in forms
        doubtful = all(map(is_ordinary, forms)) and (not word.capital or (word.opens and inflected))
        yield remark(text, word.start, word.end, Finding.OWN_NAME, blocks=not doubtful)
    for match in _LETTER_BY_LETTER.finditer(text) if names else ():
        if any(is_form_of(re.sub(r"\W", "", match.group()), one) for one in names):
            yield remark(text, match.start(), match.end(), Finding.OWN_NAME)
    yield from _parted(text, [one for one in names if len(one) >= _PARTED_FROM])


def _parted(text: str, names: list[str]) -> Iterator[Remark]:
    """A name with a gap or a line's end in it, "Vi rtanen": asks, since "Ny gård" is a new farm as well."""
    for first, second in pairwise(words(text) if names else ()):
        gap = text[first.end : second.start]
        if first.capital and _GAP.fullmatch(gap) and any(is_form_of(first.text + second.text, one) for one in names):
            yield remark(text, first.start, second.end, Finding.OWN_NAME, blocks=False)


def other_names(text: str, people: People) -> Iterator[Remark]:
    """Others' names, written as names are.

    A surname blocks unless it is an ordinary word, and so do first and last name together; a first name alone is
    anybody's and asks, and one that is an ordinary word at the beginning of a sentence is the word.
    """
    index = _index(people)
    capitals = [word for word in words(text) if word.capital]
    hits = [
        {
            (person, is_surname): name
            for name, person, is_surname in index.get(fold(word.text)[:2], ())
            if is_form_of(word.text, name)
        }
        for word in capitals
    ]
    for number, (word, here) in enumerate(zip(capitals, hits, strict=True)):
        if not here:
            continue
        near = {*_beside(text, capitals, hits, number, -1), *_beside(text, capitals, hits, number, 1)}
        whole = any((person, not is_surname) in near for person, is_surname in here)
        rare = any(is_surname and not is_ordinary(name) for (_person, is_surname), name in here.items())
        first_alone = not any(is_surname for _person, is_surname in here)
        if word.opens and first_alone and not whole and all(map(is_ordinary, here.values())):
            continue
        yield remark(text, word.start, word.end, Finding.OTHER_NAME, blocks=whole or rare)


_Hits = dict[tuple[int, bool], str]  # (number of the person, whether it is the surname) -> the name


@lru_cache(maxsize=64)
def _index(people: People) -> dict[str, list[tuple[str, int, bool]]]:
    """Others' names by their first two letters, without those that are the candidate's too."""
    own = set(parts(people.own))
    index: dict[str, list[tuple[str, int, bool]]] = {}
    for person, pair in enumerate(people.others):
        for is_surname, names in enumerate(pair):
            for name in parts([names]):
                if name not in own:
                    index.setdefault(fold(name)[:2], []).append((name, person, bool(is_surname)))
    return index


def _beside(text: str, words: list[Word], hits: list[_Hits], number: int, step: int) -> _Hits:
    """What the next or previous word is, when only white space stands between."""
    other = number + step
    if not 0 <= other < len(words):
        return {}
    first, second = sorted((number, other))
    return {} if text[words[first].end : words[second].start].strip() else hits[other]
