"""Texts to measure the guard with: written as job coaches of a bilingual coast write, about people who do not exist.

``exact``, ``inflected`` and ``misspelt`` hold seeds in double brackets; ``clean`` hold none. Each kind has
a file a language;
``second_``, ``third_`` and ``fourth_`` files were written later than the guard. Each set was measured once before
anything was mended by it: of the first 92.6 % of the exact and 90.9 % of the inflected seeds were found, of the
second 87.7 % and 88.9 %, of the third 79.3 % and 94.1 %; 2.3 %, 4.5 % and none of the clean texts were held
back. What was missed were mostly words of health that no list held yet, so new words are what the lists
need, and what the administrator can add.

The fourth is the fresh part: written as hard as its writer could, before the lists and the forms of names were
broadened; 36 of its 99 exact and 44 of its 58 inflected seeds were found then, 97 and 57 after, and 2 of its 60 clean
texts were held back both times. What was missed is marked to ask, which it does. The same hand wrote these texts and
the words, so what strangers write is found less often than the second figure says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.candidates.textguard import Finding, People

_HERE = Path(__file__).parent
_SEED = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_HEALTH = frozenset({Finding.HEALTH, Finding.CARE, Finding.MEDICATION, Finding.UNIT})

# What a seed is, as the files say it, and what the guard may call it.
FAMILIES: dict[str, frozenset[Finding]] = {
    "name": frozenset({Finding.OWN_NAME}),
    "other": frozenset({Finding.OTHER_NAME}),
    "hetu": frozenset({Finding.IDENTITY_CODE}),
    "phone": frozenset({Finding.PHONE}),
    "mail": frozenset({Finding.MAIL, Finding.WEB}),
    "web": frozenset({Finding.WEB}),
    "address": frozenset({Finding.ADDRESS}),
    "icd": frozenset({Finding.DIAGNOSIS_CODE}),
    "health": _HEALTH,
    "unit": _HEALTH,
}


@dataclass(frozen=True)
class Seeded:
    """A text with something in ``text[start:end]`` that the guard has to find; ``asks``: asking is enough."""

    kind: str
    who: str
    family: str
    asks: bool
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Clean:
    """A text that gives nobody away, in the job whose own words are ``own_words``."""

    text: str
    own_words: str


def lines(name: str) -> Iterator[str]:
    """The lines of a file that are no comment, with their written-out signs made."""
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            made = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match.group(1), 16)), line)
            yield made.replace("\\n", "\n")


def _files(kind: str) -> list[str]:
    return sorted(path.name for path in _HERE.glob(f"*{kind}.*.txt"))


@cache
def seeded(kind: str) -> list[Seeded]:
    """Every seed of the texts of a kind, "exact", "inflected" or "misspelt"."""
    found = []
    for name in _files(kind):
        for line in lines(name):
            who, family, marked = line.split(" | ", 2)
            text, place = "", 0
            spans = []
            for match in _SEED.finditer(marked):
                text += marked[place : match.start()]
                spans.append((len(text), len(text) + len(match.group(1))))
                text += match.group(1)
                place = match.end()
            text += marked[place:]
            if not spans:
                raise ValueError(f"{name}: nothing is seeded in {line!r}")
            asks = family.endswith("?")
            found += [Seeded(kind, who, family.rstrip("?"), asks, text, start, end) for start, end in spans]
    return found


@cache
def clean() -> list[Clean]:
    """Every clean text."""
    found = []
    for name in _files("clean"):
        for line in lines(name):
            own_words, _between, text = line.rpartition(" || ")
            found.append(Clean(text, own_words))
    return found


@cache
def caseload() -> list[tuple[str, str, str, str]]:
    """Everybody whom the team supports: (key or "", first name, last name, called)."""
    rows = []
    for line in lines("people.txt"):
        key, first, last, called = (part.strip() for part in line.split("|"))
        rows.append((key, first, last, called))
    return rows


@cache
def people_around(key: str) -> People:
    """Names as the guard reads them for the candidate of a key."""
    own = next((first, last, called) for one, first, last, called in caseload() if one == key)
    others = tuple((first, last) for one, first, last, _called in caseload() if one != key)
    return People(tuple(name for name in own if name), others)


def keys() -> list[str]:
    """Who is spoken of."""
    return [key for key, _first, _last, _called in caseload() if key]
