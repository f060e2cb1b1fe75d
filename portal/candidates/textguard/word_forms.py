"""The forms of a word of a list, as a regular expression: Swedish and English by their endings, Finnish by its stems.

A * in front or behind stands for any letters, so that "*psykos" finds "ungdomspsykos" and "rehab*" finds "rehaben".
"""

from __future__ import annotations

import re

from portal.candidates.inflection import finnish_forms
from portal.core.i18n import Language

_SWEDISH_ENDINGS = (
    "s|n|ns|en|ens|et|ets|t|ts|a|as|ar|ars|arna|arnas|or|ors|orna|ornas|er|ers|erna|ernas|r|rs|rna|rnas|na|nas|e|es"
)
_ENGLISH_ENDINGS = "s|es|'s|’s|s'|s’"


def _swedish(word: str) -> str:
    stems = [f"{re.escape(word)}(?:{_SWEDISH_ENDINGS})?"]
    if word.endswith("a"):  # klinika: klinikor
        stems.append(f"{re.escape(word[:-1])}(?:or|ors|orna|ornas)")
    if word.endswith(("el", "er", "en")):  # läkemedel: läkemedlet
        stems.append(f"{re.escape(word[:-2] + word[-1])}(?:{_SWEDISH_ENDINGS})")
    if word.endswith("d"):  # utbränd: utbränt
        stems.append(f"{re.escape(word[:-1])}t")
    if word.endswith("ym"):  # asyl has none; symtom keeps its m
        stems.append(f"{re.escape(word)}m(?:en|ens|er|erna)")
    return "|".join(stems)


def _english(word: str) -> str:
    stems = [f"{re.escape(word)}(?:{_ENGLISH_ENDINGS})?"]
    if word.endswith("y"):
        stems.append(f"{re.escape(word[:-1])}ies")
    if word.endswith("is"):
        stems.append(f"{re.escape(word[:-2])}es")
    return "|".join(stems)


_FORMS = {Language.SV: _swedish, Language.FI: finnish_forms, Language.EN: _english}


def pattern(entry: str, language: Language) -> str:
    """The regular expression, without flags, that every form of an entry matches as a whole; words are casefolded."""
    return r"\s+".join(_one(word, language) for word in entry.split())


def _one(word: str, language: Language) -> str:
    before, after = word.startswith("*"), word.endswith("*")
    plain = word.strip("*").casefold()
    # of a word that goes on in any way, the forms need not be known
    forms = re.escape(plain) + r"[\w:'’-]*" if after else f"(?:{_FORMS[language](plain)})(?::\\w+)?"
    return (r"\w*" if before else "") + forms
