"""The words for a profile's values, in the reader's language."""

from __future__ import annotations

from babel import Locale
from flask_babel import lazy_gettext as _l

from portal.core.i18n import LOCALES, language

# The Common European Framework in plain words.
LEVEL_NAMES = {
    "A1": _l("A1 – a few words"),
    "A2": _l("A2 – simple talk"),
    "B1": _l("B1 – everyday talk"),
    "B2": _l("B2 – works in it"),
    "C1": _l("C1 – fluent"),
    "C2": _l("C2 – as a first language"),
}

# What people in Ostrobothnia speak, the languages of work first (ISO 639).
LANGUAGE_CODES = (
    *("sv", "fi", "en"),
    *("am", "ar", "bs", "cs", "da", "de", "es", "et", "fa", "fr", "hr", "hu", "it", "ku", "lt", "lv", "nb", "ne", "nl"),
    *("pl", "ps", "pt", "ro", "ru", "so", "sq", "sr", "sw", "ta", "th", "ti", "tl", "tr", "uk", "ur", "vi", "zh"),
)


def language_name(code: str) -> str:
    """What a language is called in the reader's language, with a capital; the code itself when nobody knows it."""
    name = Locale.parse(LOCALES[language()]).languages.get(code)
    return name[:1].upper() + name[1:] if name else code
