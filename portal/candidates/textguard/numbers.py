"""Numbers that are somebody's: personal identity codes, phone numbers, the day of birth, codes of diagnoses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import phonenumbers
from stdnum.fi import hetu

from portal.candidates.textguard.remark import Finding, remark
from portal.core.guarding import Remark

# Century signs: + for the 1800s, - and Y X W V U for the 1900s, A to F for the 2000s (decree 690/2022, since 2023).
_DAY_AND_YEAR = r"(?<!\w)(?:\d{6}|\d\d[.\-/ ]\d\d[.\-/ ]\d\d)"
_HETU = re.compile(rf"{_DAY_AND_YEAR}\s?[-–—+A-FU-Y]\s?\d{{3}}\s?[0-9A-FHJ-NPR-Y](?!\w)", re.IGNORECASE)
# with another sign between, it is one when its control sign is right; with none, when that sign is a letter as well
_HETU_OTHERWISE = re.compile(
    rf"{_DAY_AND_YEAR}(?:\s?[/_.,:;*~=|\\]\s?\d{{3}}\s?[0-9A-FHJ-NPR-Y]|\s?\d{{3}}\s?[A-FHJ-NPR-Y])(?!\w)",
    re.IGNORECASE,
)
_PHONE_APART = re.compile(r"(?<![\w+])0(?:[ .\-/–]{1,2}\d){8,10}(?![\w])|(?<![\w.,:])0\d\d[./]\d{3}[./ ]?\d{3,4}(?!\w)")
_HETU_LENGTH = 11  # with its century sign
_FEWEST_DIGITS = 8  # of a number that somebody answers; shorter ones are orders and articles
# "O4O 123 4567", "040*123*4567", "050_123_4567" are read as they are meant
_WITH_O = re.compile(r"(?<![^\W\d_])(?=[oO]*\d)[oO\d]*[oO][oO\d]*(?![^\W\d_])")
_PHONE_SIGN = re.compile(r"(?<=\d)[*_|·~=](?=\d)")
_DIGIT_WORDS = (
    "noll|nolla|zero|oh|ett|yksi|yks|one|två|kaksi|kaks|two|tre|kolme|kolm|three|fyra|neljä|four|fem|viisi|viis|five|sex|kuusi|kuus|six|"
    "sju|seitsemän|seittemän|seven|åtta|kahdeksan|kaheksan|eight|nio|yhdeksän|yheksän|nine|tio|kymmenen|ten|elva|tolv|"
    "tjugo|trettio|fyrtio|femtio|sextio|sjuttio|åttio|nittio|toista|kymmentä|kyt|kytä|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
# six words of figures or more, the first of them zero: "nolla neljä nolla, yksi kaksi …", "nollfyrtio tolv …"
_NUMBER_WORDS = re.compile(
    rf"(?<!\w)(?:noll|nolla|zero|oh)[\s,.-]*(?:(?:{_DIGIT_WORDS})[\s,.-]*){{5,}}(?<=\w)(?!\w)", re.IGNORECASE
)
_ZERO_IN_BRACKETS = re.compile(r"\+358\s?\(0\)\s?[\d ]{7,12}\d")
_CODE = re.compile(r"(?<![\w-])([A-TV-Z])\s?([0-9O]{2})(\s?[.,-]\s?[0-9O]{1,2})?(?![\w-]|[.,]\d)", re.IGNORECASE)
_CODE_WORD = re.compile(r"(?<!\w)(?:koodi|kod|code)(?!er)", re.IGNORECASE)
_CODE_CONTEXT = re.compile(
    r"icd|diagno(?!stik|stii|sverktyg)|(?<!\w)(?:dg|dx)(?!\w)|sairau|sjukdom|oire|symp?tom|lääk(?!\w*aine)|psyk|disorder"
    r"|illness|lausun|todistu|intyg|remiss|lähet|certificat|utlåtand|epikris|sjuksk|sjukl|läkar",
    re.IGNORECASE,
)
_CODE_REACH = 40  # characters around a code in which a word of health makes it one
# What no road, shelf or bus line writes with a decimal: the chapter of mental disorders, and burnout.
_MIND = re.compile(r"F\d\d|Z73")
_PLACES = re.compile(
    r"(?<!\w)(?:buss|linj|hyll|rum|huone|sal|plats|paik|port|gat|dörr|ovi|ovel|fack|laitur|perrong|kone|maskin|mode?l|tyyp|typ|storlek"
    r"|koko|artik|tuot|tangent|näppäi|key|room|shelf|bus|rad|rivi|cell|solu|felkod|vika|virhe|fel|error)\w*\W*$",
    re.IGNORECASE,
)


def identity_codes(text: str) -> Iterator[Remark]:
    """Well-formed codes with every century sign, also when spaced out or with a slip in the control sign."""
    for match in _HETU.finditer(text):
        signs = re.sub(r"[^0-9A-Z+]", "", match.group().upper())
        code = signs if len(signs) == _HETU_LENGTH else f"{signs[:6]}-{signs[6:]}"
        if hetu.is_valid(code, allow_temporary=True) or _is_day(code[:6]):
            yield remark(text, match.start(), match.end(), Finding.IDENTITY_CODE)
    for match in _HETU_OTHERWISE.finditer(text):
        signs = re.sub(r"[^0-9A-Z]", "", match.group().upper())
        if any(hetu.is_valid(f"{signs[:6]}{sign}{signs[6:]}", allow_temporary=True) for sign in "-A"):
            yield remark(text, match.start(), match.end(), Finding.IDENTITY_CODE)


def _is_day(digits: str) -> bool:
    return 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12


def phones(text: str) -> Iterator[Remark]:
    """Numbers that the library knows as Finnish or with a country's code, and those that are written sign by sign."""
    read = _PHONE_SIGN.sub(" ", _WITH_O.sub(lambda match: re.sub("[oO]", "0", match.group()), text))
    for shown in dict.fromkeys((text, read)):
        for found in phonenumbers.PhoneNumberMatcher(shown, "FI"):
            if sum(sign.isdigit() for sign in found.raw_string) >= _FEWEST_DIGITS:
                yield remark(text, found.start, found.end, Finding.PHONE)
    for pattern in (_PHONE_APART, _ZERO_IN_BRACKETS, _NUMBER_WORDS):
        for match in pattern.finditer(text):
            yield remark(text, match.start(), match.end(), Finding.PHONE)


def birth_dates(text: str, born: date | None) -> Iterator[Remark]:
    """The candidate's own day of birth, as it is written in Finland and as computers write it."""
    if born is None:
        return
    day, month, year = born.day, born.month, born.year
    written = rf"0?{day}\.\s?0?{month}\.\s?(?:{year}|{year % 100:02})|{year}-{month:02}-{day:02}"
    for match in re.finditer(rf"(?<!\d)(?:{written})(?!\d)", text):
        yield remark(text, match.start(), match.end(), Finding.OWN_DETAIL)
    for match in re.finditer(rf"(?<![\d.,-]){year}(?![\d-])", text):  # the year alone may be another's
        yield remark(text, match.start(), match.end(), Finding.OWN_DETAIL, blocks=False)


def diagnosis_codes(text: str) -> Iterator[Remark]:
    """ICD-10: a code of the mind with its decimal, and any code near a word of health. "bussen F20" is a bus.

    Of the mind and without its decimal, written as a code is, it asks where no place or machine is named before it.
    """
    for match in _CODE.finditer(text):
        chapter, number, decimal = match.groups()
        code = (chapter + number).upper().replace("O", "0")
        around = text[max(0, match.start() - _CODE_REACH) : match.end() + _CODE_REACH]
        as_written = chapter.isupper() and match.group()[1].isdigit()
        of_mind = _MIND.fullmatch(code) is not None
        near = _CODE_CONTEXT.search(around) or (as_written and _CODE_WORD.search(around))
        if (of_mind and decimal) or (near and (as_written or of_mind)):
            yield remark(text, match.start(), match.end(), Finding.DIAGNOSIS_CODE)
        elif of_mind and as_written and not _PLACES.search(text[: match.start()][-24:]):
            yield remark(text, match.start(), match.end(), Finding.DIAGNOSIS_CODE, blocks=False)
