"""Occupations, their ISCO-08 minor groups, and finding one by what people write."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from portal.core.reference import data, own
from portal.core.reference.model import LANGUAGES, IscoGroup, Labels, Occupation, UnknownReference, label
from portal.core.reference.text import alphabetical, by_name, fold

# How well a name answers what was written, best first. A synonym counts a little less than the label itself,
# another language than the reader's a little less again, and so do accents left out: none of them ever beats a
# better kind of match.
EXACT, STARTS, WORD_STARTS, CONTAINS, CLOSE = 50, 40, 30, 20, 10
SYNONYM_COSTS = 4
OTHER_LANGUAGE_COSTS = 2
UNACCENTED_COSTS = 1
# An ending or a slip of the finger ("kassörska", "svetsaren") still finds; another word does not.
CLOSE_ENOUGH = 0.8
SHORTEST_FOR_CLOSE = 5
# No occupation has a longer name; what is pasted in by mistake is not compared to its end.
LONGEST_TEXT = 80


def occupation(key: str) -> Occupation:
    """The occupation with ``key``, retired or not; UnknownReference when there is none."""
    found = data.occupations().get(key)
    if found is None and key.startswith(own.PREFIX):
        found = own.occupation(key)
    if found is None:
        raise UnknownReference("occupation", key)
    return found


def occupations(language: str, *, kept: Collection[str] = ()) -> tuple[Occupation, ...]:
    """The occupations to choose from, sorted by name as a reader of ``language`` sorts.

    :param kept: keys that were chosen before: these are offered although they are retired.
    """
    added = own.present()
    offered = (one for key, one in added.occupations.items() if key not in added.retired or key in kept)
    return by_name((*data.occupations().values(), *offered), language)


def occupations_within(code: str) -> tuple[str, ...]:
    """Keys of all occupations of an ISCO-08 minor group, the retired ones too: what is looked for may hold them."""
    return tuple(one.key for one in _every_occupation() if one.isco == code)


def _every_occupation() -> tuple[Occupation, ...]:
    return (*data.occupations().values(), *own.present().occupations.values())


def isco_group(code: str) -> IscoGroup:
    """The ISCO-08 group with the ``code``: minor of three digits, major of one; UnknownReference when there is none."""
    try:
        return data.isco_major_groups()[code] if len(code) == 1 else data.isco_groups()[code]
    except KeyError:
        raise UnknownReference("ISCO-08 group", code) from None


def isco_groups(language: str) -> tuple[IscoGroup, ...]:
    """All 130 minor groups, sorted by label."""
    return by_name(data.isco_groups().values(), language)


def search_occupations(text: str, language: str, limit: int = 20) -> tuple[Occupation, ...]:
    """Occupations that answer what a person wrote, best first, at most ``limit``.

    Case and accents do not matter; labels and synonyms of all languages are looked through, the reader's
    ``language`` first. Nothing written finds nothing. Retired ones are found too: what is looked for may hold them.
    """
    wanted = Spelling.of(text[:LONGEST_TEXT])
    if not wanted.folded:
        return ()
    found = [(_score(wanted, one, language), one) for one in _every_occupation()]
    ranked = sorted(
        ((score, one) for score, one in found if score),
        key=lambda pair: (-pair[0], alphabetical(label(pair[1], language), language)),
    )
    return tuple(one for _, one in ranked[:limit])


class Spelling(NamedTuple):
    """A text as it is spelt, and without its accents."""

    spelt: str
    folded: str

    @classmethod
    def of(cls, text: str) -> Spelling:
        """Both, in small letters and with single spaces."""
        return cls(" ".join(unicodedata.normalize("NFC", text).casefold().split()), fold(text))


@lru_cache(maxsize=2000)
def _names(labels: Labels, synonyms: tuple[tuple[str, ...], ...]) -> tuple[tuple[Spelling, str, int], ...]:
    """Every name of an occupation with its language and what being a synonym costs it.

    Kept by the names and not by the key: a name may be corrected while the process runs.
    """
    return tuple(
        (Spelling.of(name), code, cost)
        for code, others in zip(LANGUAGES, synonyms, strict=True)
        for name, cost in [(labels.in_language(code), 0), *((word, SYNONYM_COSTS) for word in others)]
    )


def _score(wanted: Spelling, one: Occupation, language: str) -> int:
    scores = [
        match - cost - (0 if language.startswith(code) else OTHER_LANGUAGE_COSTS)
        for name, code, cost in _names(one.labels, tuple(one.synonyms[code] for code in LANGUAGES))
        if (match := _match(wanted, name))
    ]
    return max(scores, default=0)


def _match(wanted: Spelling, name: Spelling) -> int:
    as_spelt = _match_letters(wanted.spelt, name.spelt)
    if as_spelt:
        return as_spelt
    folded = _match_letters(wanted.folded, name.folded)
    # Who writes "städ" does not mean "verkstad": inside a word, accents that were written must be there.
    if wanted.spelt != wanted.folded and folded == CONTAINS:
        return 0
    if folded:
        return folded - UNACCENTED_COSTS
    return CLOSE if _is_close(wanted.folded, name.folded) else 0


def _match_letters(wanted: str, name: str) -> int:
    if name == wanted:
        return EXACT
    if name.startswith(wanted):
        return STARTS
    if any(word.startswith(wanted) for word in name.replace("(", "").split()):
        return WORD_STARTS
    # A compound often ends in the word that people look for: "arbetare", "myyjä", "vårdare".
    if len(wanted) > 2 and wanted in name:
        return CONTAINS
    return 0


def _is_close(wanted: str, name: str) -> bool:
    if len(wanted) < SHORTEST_FOR_CLOSE:
        return False
    likeness = SequenceMatcher(None, wanted, name)
    # The cheap upper bounds first: nearly every name falls by its length alone.
    return (
        likeness.real_quick_ratio() >= CLOSE_ENOUGH
        and likeness.quick_ratio() >= CLOSE_ENOUGH
        and likeness.ratio() >= CLOSE_ENOUGH
    )
