"""A text as a reader sees it: without invisible signs, in one spelling of accents, digits, dashes and spaces.

A name with a soft hyphen in it, a number in full-width digits or a code with a no-break hyphen reads the same to an
employer; so it does to the guard. Every sign remembers where it stood, so that remarks point into what was written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_CLUSTER = re.compile(r"[\s\S][\u0300-\u036f]*")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2212\u2043\ufe58\ufe63\uff0d\u00ad"), "-")
# Letters of the Cyrillic and Greek alphabets that look like ours (Unicode's list of confusable signs, UTS 39).
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαιν",
    "ABESIJKMHOPCTYXaesijopcyxdqwhABEZHIKMNOPTYXoaiv",
)
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_ORDINARY = re.compile(r"[\n\x20-\x7eåäöÅÄÖ–—’”éüø€]*")


@dataclass(frozen=True)
class Plain:
    """``text[i]`` came of ``original[origin[i]:ends[i]]``."""

    text: str
    original: str
    origin: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original."""
        return self.origin[start], self.ends[end - 1]


def plain(original: str) -> Plain:
    """Read a text. Signs that show nothing are left out, and each other becomes one sign or a few."""
    if _ORDINARY.fullmatch(original):
        places = range(len(original) + 1)
        return Plain(original, original, tuple(places[:-1]), tuple(places[1:]))
    signs: list[str] = []
    origin: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(original):
        for sign in _shown(match.group()):
            signs.append(sign)
            origin.append(match.start())
            ends.append(match.end())
    return Plain(_in_one_alphabet("".join(signs)), original, tuple(origin), tuple(ends))


def _in_one_alphabet(text: str) -> str:
    """Words of mixed alphabets in ours, sign for sign; a word wholly in another one is a word of that language."""
    return _WORD.sub(
        lambda word: word.group().translate(_LOOKALIKES) if _LATIN.search(word.group()) else word.group(), text
    )


def _shown(cluster: str) -> str:
    if unicodedata.category(cluster[0]) == "Cf":  # soft hyphen, zero-width space and joiners, marks of direction
        return ""
    if cluster == "\n":
        return cluster
    if cluster[0].isspace():
        return " "
    if len(cluster) == 1 and unicodedata.category(cluster) == "Nd":
        return str(unicodedata.digit(cluster))
    whole = unicodedata.normalize("NFKC", cluster.translate(_DASHES)).translate(_DASHES)
    return "".join(sign for sign in whole if unicodedata.category(sign) != "Cf")
