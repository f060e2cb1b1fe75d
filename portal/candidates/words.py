"""The words for a profile's values, in the reader's language."""

from __future__ import annotations

from babel import Locale
from flask_babel import lazy_gettext as _l

from portal.candidates.models import WorkShift
from portal.core.i18n import LOCALES, language

SHIFT_NAMES = {
    WorkShift.DAY: _l("Day"),
    WorkShift.EVENING: _l("Evening"),
    WorkShift.NIGHT: _l("Night"),
    WorkShift.WEEKEND: _l("Weekend"),
}

LICENCE_NAMES = {
    "AM": _l("AM – moped, light quad"),
    "B": _l("B – car"),
    "BE": _l("BE – car with a trailer"),
    "C": _l("C – lorry"),
    "CE": _l("CE – lorry with a trailer"),
    "D": _l("D – bus"),
    "T": _l("T – tractor"),
}

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
