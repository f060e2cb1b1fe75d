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
_HETU = re.compile(r"(?<!\w)\d{6}\s?[-–+A-FU-Y]\s?\d{3}\s?[0-9A-FHJ-NPR-Y](?!\w)", re.IGNORECASE)
_PHONE_APART = re.compile(r"(?<![\w+])0(?:[ .\-/–]{1,2}\d){8,10}(?![\w])|(?<![\w.,:])0\d\d[./]\d{3}[./ ]?\d{3,4}(?!\w)")
_FEWEST_DIGITS = 8  # of a number that somebody answers; shorter ones are orders and articles
_ZERO_IN_BRACKETS = re.compile(r"\+358\s?\(0\)\s?[\d ]{7,12}\d")
_CODE = re.compile(r"(?<![\w-])[A-TV-Z]\d{2}(\.\d{1,2})?(?![\w-])")
_CODE_CONTEXT = re.compile(
    r"icd|diagno(?!stik|stii|sverktyg)|(?<!\w)(?:koodi|kod|code)(?!er)|sairau|sjukdom|oire|symp?tom|lääk|psyk|disorder"
    r"|illness|lausun|todistu|intyg|remiss|lähet|certificat|utlåtand|epikris|sjuksk|sjukl",
    re.IGNORECASE,
)
_CODE_REACH = 40  # characters around a code in which a word of health makes it one
_MIND = "F"  # the chapter of mental disorders, which no road or bus line writes with a decimal


def identity_codes(text: str) -> Iterator[Remark]:
    """Well-formed codes with every century sign, also when spaced out or with a slip in the control sign."""
    for match in _HETU.finditer(text):
        code = re.sub(r"\s", "", match.group()).upper().replace("–", "-")
        if hetu.is_valid(code, allow_temporary=True) or _is_day(code[:6]):
            yield remark(text, match.start(), match.end(), Finding.IDENTITY_CODE)


def _is_day(digits: str) -> bool:
    return 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12


def phones(text: str) -> Iterator[Remark]:
    """Numbers that the library knows as Finnish or with a country's code, and those that are written sign by sign."""
    for found in phonenumbers.PhoneNumberMatcher(text, "FI"):
        if sum(sign.isdigit() for sign in found.raw_string) >= _FEWEST_DIGITS:
            yield remark(text, found.start, found.end, Finding.PHONE)
    for pattern in (_PHONE_APART, _ZERO_IN_BRACKETS):
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


def diagnosis_codes(text: str) -> Iterator[Remark]:
    """ICD-10: a code of chapter F with its decimal, and any code near a word of health. "bussen F20" is a bus."""
    for match in _CODE.finditer(text):
        around = text[max(0, match.start() - _CODE_REACH) : match.end() + _CODE_REACH]
        if (match.group(1) and match.group()[0] == _MIND) or _CODE_CONTEXT.search(around):
            yield remark(text, match.start(), match.end(), Finding.DIAGNOSIS_CODE)
