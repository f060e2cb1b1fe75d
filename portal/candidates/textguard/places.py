"""Where somebody is found: mail and web addresses, names of accounts, streets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from email_validator import EmailNotValidError, validate_email

from portal.candidates.inflection import is_form_of
from portal.candidates.textguard.names import words
from portal.candidates.textguard.remark import Finding, remark
from portal.core import reference
from portal.core.guarding import Remark

_AT = r"\s?(?:@|\((?:at|ät|a|snabel-?a)\)|\[(?:at|ät|a)\]|\{at\})\s?"
_DOT = r"(?:\.|\s?[\[(](?:dot|piste|punkt)[\])]\s?|\s(?:dot|piste|punkt)\s)"
_MAIL = re.compile(rf"(?<![\w.])[\w.+-]+{_AT}[\w-]+(?:{_DOT}[\w-]+)+", re.IGNORECASE)
# "anna at mail dot com": words for both signs, so that "look at kitchen.Then" is none
_MAIL_IN_WORDS = re.compile(
    r"(?<![\w.])[\w.+-]+(?:\s(?:at|ät|snabel-?a|miukumauku|kissanhäntä)\s|\s?ät)[\w-]+\s?(?:\.|\sdot\s|\spiste\s|\spunkt\s)\s?"
    r"(?:fi|se|com|net|org|eu|ax|ee|de|uk|example)(?!\w)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"(?<![\w@.])@[^\W\d_][\w.]{2,}")
_TOP_LEVELS = "fi|se|com|net|org|info|eu|ax|me|io|app|dev|link|page|site|blog|no|ee|de|uk"
_WEB = re.compile(
    rf"(?:https?://|www\.)\S+|(?<![\w@.])(?:[\w-]{{2,}}\.)+(?:{_TOP_LEVELS})(?![\w.]*\w)(?:/\S*)?", re.IGNORECASE
)

_STREET_ENDS = (
    "katu|kadun|kadulla|kadulle|kadulta|katua|tie|tien|tiellä|tielle|tieltä|kuja|kujan|kujalla|kujalle|polku|polun|"
    "polulla|väylä|väylän|kaari|kaaren|raitti|raitin|rinne|rinteen|penger|penkereen|puistikko|esplanadi|tori|aukio|"
    "aukion|aukiolla|kuusikko|tanhua|vägen|väg|gatan|gata|gränden|gränd|stigen|stranden|backen|svängen|torget|esplanaden|"
    "esplanad|allén|kajen|ringen|street|road|lane|avenue"
)
_STREET = re.compile(
    rf"\b(?:[^\W\d_]+(?:[ -]))?[^\W\d_]*(?:{_STREET_ENDS})\s+\d{{1,4}}(?:\s?[a-z]\b(?:\s\d{{1,3}}\b)?)?(?!\w)",
    re.IGNORECASE,
)
_STREET_AFTER_NUMBER = re.compile(r"\b\d{1,4}\s(?:[A-ZÅÄÖ][^\W\d_]+\s){1,2}(?:Street|Road|Lane|Avenue)\b")
_NO_STREET = re.compile(
    r"^(?:tie|tien|tiellä|tielle|tieltä|torget|tori|road|street|lane|kaari|katu|väg|vägen|gata|ringen|rinne)\s", re.I
)
_POSTAL = re.compile(r"(?<!\d)(\d{5})\s+([^\W\d_]+)")
_FEWEST_LETTERS = 8  # of a street's name that is taken for the street without its number
_NEAR = ("66", "67", "68", "69")  # postal codes around Karleby, where villages have their own


def mails(text: str) -> Iterator[Remark]:
    """Mail addresses, also with their signs in brackets or words, and names of accounts.

    What has the look of an address but is none that mail could reach asks.
    """
    for pattern in (_MAIL, _MAIL_IN_WORDS):
        for match in pattern.finditer(text):
            yield remark(text, match.start(), match.end(), Finding.MAIL, blocks=_is_address(match.group()))
    for match in _ACCOUNT.finditer(text):
        yield remark(text, match.start(), match.end(), Finding.MAIL)


def _is_address(found: str) -> bool:
    address = re.sub(_AT, "@", found, flags=re.IGNORECASE)
    address = re.sub(
        r"\s?(?:\bat\b|ät|snabel-?a|miukumauku|kissanhäntä)\s?", "@", address, count=int("@" not in address)
    )
    address = re.sub(_DOT, ".", address, flags=re.IGNORECASE).replace(" ", "")
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def web(text: str) -> Iterator[Remark]:
    """Web addresses, with and without what comes before the name."""
    for match in _WEB.finditer(text):
        yield remark(text, match.start(), match.end(), Finding.WEB)


@cache
def _municipalities() -> frozenset[str]:
    return frozenset(
        reference.label(one, code).casefold() for code in ("sv", "fi") for one in reference.municipalities(code)
    )


def addresses(text: str) -> Iterator[Remark]:
    """A street with its number, and a postal code with its municipality."""
    for match in _STREET.finditer(text):
        if not _NO_STREET.match(match.group()):
            yield remark(text, match.start(), match.end(), Finding.ADDRESS)
    for match in _STREET_AFTER_NUMBER.finditer(text):
        yield remark(text, match.start(), match.end(), Finding.ADDRESS)
    for match in _POSTAL.finditer(text):
        code, place = match.groups()
        if place.casefold() in _municipalities() or (code.startswith(_NEAR) and place[0].isupper()):
            yield remark(text, match.start(), match.end(), Finding.ADDRESS)


def own_street(text: str, street: str) -> Iterator[Remark]:
    """The candidate's own street: with its number however short the name is, without one when it is no other word.

    Found also where addresses are written, such as a meeting's place: nobody meets an employer at home.
    """
    names = re.findall(r"[^\W\d_]{2,}", street)
    number = re.search(r"\d+", street)
    behind = re.compile(rf"\W{{1,3}}0*{number.group()}(?!\d)") if number else None
    for word in words(text) if names else ():
        of = [name for name in names if is_form_of(word.text, name)]
        if behind and of and (at_number := behind.match(text, word.end)):
            yield remark(text, word.start, at_number.end(), Finding.OWN_DETAIL)
        elif word.capital and any(len(name) >= _FEWEST_LETTERS for name in of):
            yield remark(text, word.start, word.end, Finding.OWN_DETAIL)
