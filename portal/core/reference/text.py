"""Letters: the order of an alphabet, and words that count as the same though written differently."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TypeVar

from portal.core.reference.model import Labelled, label

Thing = TypeVar("Thing", bound=Labelled)

# Å, ä and ö are letters after z in Swedish and in Finnish; English readers look for them under a and o.
_AFTER_Z = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


def fold(text: str) -> str:
    """``text`` without case and accents and with single spaces: "Närvårdare " is "narvardare"."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(bare.split())


def alphabetical(text: str, language: str) -> str:
    """A sorting key that puts ``text`` where a reader of ``language`` looks for it."""
    if language.startswith("en"):
        return fold(text)
    return fold(unicodedata.normalize("NFC", text.casefold()).translate(_AFTER_Z))


def by_name(things: Iterable[Thing], language: str) -> tuple[Thing, ...]:
    """``things`` in the alphabetical order of their labels in ``language``."""
    return tuple(sorted(things, key=lambda thing: alphabetical(label(thing, language), language)))
