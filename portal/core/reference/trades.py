"""Occupations, their ISCO-08 minor groups, and finding one by what people write."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache

from portal.core.reference import data
from portal.core.reference.model import LANGUAGES, IscoGroup, Occupation, UnknownReference, label
from portal.core.reference.text import alphabetical, by_name, fold

# How well a name answers what was written, best first. A synonym counts a little less than the label itself,
# another language than the reader's a little less again: neither ever beats a better kind of match.
EXACT, STARTS, WORD_STARTS, CONTAINS, CLOSE = 50, 40, 30, 20, 10
SYNONYM_COSTS = 4
OTHER_LANGUAGE_COSTS = 2
# An ending or a slip of the finger ("kassörska", "svetsaren") still finds; another word does not.
CLOSE_ENOUGH = 0.8
SHORTEST_FOR_CLOSE = 5


def occupation(key: str) -> Occupation:
    """The occupation with ``key``; UnknownReference when there is none."""
    try:
        return data.occupations()[key]
    except KeyError:
        raise UnknownReference("occupation", key) from None


def occupations(language: str) -> tuple[Occupation, ...]:
    """All occupations, sorted by name as a reader of ``language`` sorts."""
    return by_name(data.occupations().values(), language)


def isco_group(code: str) -> IscoGroup:
    """The ISCO-08 minor group with the three-digit ``code``; UnknownReference when there is none."""
    try:
        return data.isco_groups()[code]
    except KeyError:
        raise UnknownReference("ISCO-08 minor group", code) from None


def isco_groups(language: str) -> tuple[IscoGroup, ...]:
    """All 130 minor groups, sorted by label."""
    return by_name(data.isco_groups().values(), language)


def search_occupations(text: str, language: str, limit: int = 20) -> tuple[Occupation, ...]:
    """Occupations that answer what a person wrote, best first, at most ``limit``.

    Case and accents do not matter; labels and synonyms of all languages are looked through, the reader's
    ``language`` first. Nothing written finds nothing.
    """
    wanted = fold(text)
    if not wanted:
        return ()
    found = [(_score(wanted, one, language), one) for one in data.occupations().values()]
    ranked = sorted(
        ((score, one) for score, one in found if score),
        key=lambda pair: (-pair[0], alphabetical(label(pair[1], language), language)),
    )
    return tuple(one for _, one in ranked[:limit])


@cache
def _names(key: str) -> tuple[tuple[str, str, int], ...]:
    """Every folded name of an occupation with its language and what being a synonym costs it."""
    one = occupation(key)
    return tuple(
        (fold(name), code, cost)
        for code in LANGUAGES
        for name, cost in [(label(one, code), 0), *((word, SYNONYM_COSTS) for word in one.synonyms[code])]
    )


def _score(wanted: str, one: Occupation, language: str) -> int:
    scores = [
        match - cost - (0 if language.startswith(code) else OTHER_LANGUAGE_COSTS)
        for name, code, cost in _names(one.key)
        if (match := _match(wanted, name))
    ]
    return max(scores, default=0)


def _match(wanted: str, name: str) -> int:
    if name == wanted:
        return EXACT
    if name.startswith(wanted):
        return STARTS
    if any(word.startswith(wanted) for word in name.replace("(", "").split()):
        return WORD_STARTS
    # A compound often ends in the word that people look for: "arbetare", "myyjä", "vårdare".
    if len(wanted) > 2 and wanted in name:
        return CONTAINS
    if len(wanted) >= SHORTEST_FOR_CLOSE and SequenceMatcher(None, wanted, name).ratio() >= CLOSE_ENOUGH:
        return CLOSE
    return 0
