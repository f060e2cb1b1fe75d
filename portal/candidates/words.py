"""The words for a profile's values, in the reader's language."""

from __future__ import annotations

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.i18n import LOCALES, language
from portal.core.work import LICENCE_NAMES

# The Common European Framework in plain words.
LEVEL_NAMES = {
    "A1": _l("A1 – a few words"),
    "A2": _l("A2 – simple talk"),
    "B1": _l("B1 – everyday talk"),
    "B2": _l("B2 – works in it"),
    "C1": _l("C1 – fluent"),
    "C2": _l("C2 – as a first language"),
}

# The same by the letter alone, when too few people share the level.
LETTER_NAMES = {
    "A": _l("A – a little"),
    "B": _l("B – manages"),
    "C": _l("C – fluent"),
}

# A licence that too few people share, by the class that its holder may drive at least.
AT_LEAST_NAMES = {
    "from:B": _l("B – car, or more"),
    "from:C": _l("C – lorry, or more"),
}

# What people in Ostrobothnia speak, the languages of work first (ISO 639).
LANGUAGE_CODES = (
    *("sv", "fi", "en"),
    *("am", "ar", "bs", "cs", "da", "de", "es", "et", "fa", "fr", "hr", "hu", "it", "ku", "lt", "lv", "nb", "ne", "nl"),
    *("pl", "ps", "pt", "ro", "ru", "so", "sq", "sr", "sw", "ta", "th", "ti", "tl", "tr", "uk", "ur", "vi", "zh"),
)


def language_name(code: str) -> str:
    """What a language is called in the reader's language, with a capital; the code itself when nobody knows it."""
    if code == "other":
        return str(_("Another language"))
    name = Locale.parse(LOCALES[language()]).languages.get(code)
    return name[:1].upper() + name[1:] if name else code


def level_name(level: str) -> str:
    """A level, or a letter of the framework alone, in plain words; empty when none is told."""
    return str(LEVEL_NAMES.get(level) or LETTER_NAMES.get(level) or level)


def licence_name(value: str) -> str:
    """A driving licence in words; empty for none."""
    return str(LICENCE_NAMES.get(value) or AT_LEAST_NAMES.get(value) or "")
