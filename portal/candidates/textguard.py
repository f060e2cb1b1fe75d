"""The privacy guard: reads a text that can reach an employer and points at what would give somebody away.

``remarks`` runs one finder a subject over the text and returns what they found. A remark that ``blocks`` keeps the
text from leaving; one that does not is doubtful and asks the writer to look again. Names are compared with the own
ones of the candidate and with those of others the team supports, in Finnish and Swedish inflection. Words about health
are kept as data in ``health_words.json``, names that are ordinary words in ``ordinary_names.json``.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from stdnum.fi import hetu

from portal.candidates.inflection import fold, is_form_of
from portal.candidates.models import Candidate, Identity
from portal.core import reference
from portal.core.db import db

_HERE = Path(__file__).parent


class Finding(enum.StrEnum):
    """What a remark is about."""

    OWN_NAME = "own_name"
    OTHER_NAME = "other_name"
    IDENTITY_CODE = "identity_code"
    PHONE = "phone"
    MAIL = "mail"
    WEB = "web"
    ADDRESS = "address"
    DIAGNOSIS_CODE = "diagnosis_code"
    HEALTH = "health"


_WHY: dict[tuple[Finding, bool], LazyString] = {
    (Finding.OWN_NAME, True): _l("This is the candidate's own name."),
    (Finding.OWN_NAME, False): _l("This may be the candidate's own name. Leave it if you mean the word."),
    (Finding.OTHER_NAME, True): _l("This is the name of somebody else whom the team supports."),
    (Finding.OTHER_NAME, False): _l("This may be the name of somebody else whom the team supports."),
    (Finding.IDENTITY_CODE, True): _l("This looks like a personal identity code."),
    (Finding.PHONE, True): _l("This looks like a phone number."),
    (Finding.MAIL, True): _l("This looks like a mail address or the name of an account."),
    (Finding.WEB, True): _l("This looks like a web address."),
    (Finding.ADDRESS, True): _l("This looks like a street address."),
    (Finding.DIAGNOSIS_CODE, True): _l("This looks like the code of a diagnosis."),
    (Finding.HEALTH, True): _l("This speaks of health or care, which no employer is told."),
    (Finding.HEALTH, False): _l("This may speak of health or care. Leave it if it belongs to the job."),
}


@dataclass(frozen=True)
class Remark:
    """A place in a text: ``text[start:end] == words``, why it stands out, whether it keeps the text back."""

    start: int
    end: int
    words: str
    why: LazyString
    blocks: bool
    finding: Finding


@dataclass(frozen=True)
class People:
    """Whose names a text may not hold: the candidate's own names, and the others' as (first, last)."""

    own: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()


def remarks(text: str, candidate_id: int | None) -> list[Remark]:
    """What a text would give away, in the order of the text.

    :param text: what an employer would read.
    :param candidate_id: whom it is about; None when it is about nobody (no names are then known to look for).
    """
    return remarks_about(text, _people(candidate_id) if candidate_id is not None and text.strip() else People())


def remarks_about(text: str, people: People) -> list[Remark]:
    """As ``remarks``, with the names given. Needs no database."""
    if not text.strip():
        return []
    found = [
        *_own_names(text, people.own),
        *_other_names(text, people),
        *_identity_codes(text),
        *_phones(text),
        *_mails(text),
        *_web(text),
        *_addresses(text),
        *_diagnosis_codes(text),
        *_health(text),
    ]
    return _without_overlaps(found)


def remarks_in(content: dict[str, Any], candidate_id: int) -> dict[str, list[Remark]]:
    """Remarks on the free texts of a profile's content: on ``pitch``, and on ``works_well`` joined line by line."""
    people = _people(candidate_id)
    texts = {"pitch": content["pitch"], "works_well": "\n".join(content["works_well"])}
    return {name: remarks_about(text, people) for name, text in texts.items()}


def blocking(found: Iterable[Remark]) -> list[Remark]:
    """Those that keep a text from leaving."""
    return [remark for remark in found if remark.blocks]


def _remark(text: str, start: int, end: int, finding: Finding, *, blocks: bool = True) -> Remark:
    return Remark(start, end, text[start:end], _WHY[finding, blocks], blocks, finding)


def _without_overlaps(found: Iterable[Remark]) -> list[Remark]:
    """One remark a place: what blocks goes before what asks, then the longer."""
    kept: list[Remark] = []
    for remark in sorted(found, key=lambda one: (not one.blocks, one.start - one.end, one.start)):
        if all(remark.end <= other.start or remark.start >= other.end for other in kept):
            kept.append(remark)
    return sorted(kept, key=lambda one: one.start)


# --- names


def _people(candidate_id: int) -> People:
    team = select(Candidate.team_id).where(Candidate.id == candidate_id).scalar_subquery()
    rows = db.session.execute(
        select(Identity.candidate_id, Identity.first_name, Identity.last_name, Identity.nickname)
        .join(Identity.candidate)
        .where(Candidate.team_id == team)
        .order_by(Identity.candidate_id)
    ).all()
    own = tuple(name for row in rows if row.candidate_id == candidate_id for name in row[1:] if name)
    others = tuple((row.first_name, row.last_name) for row in rows if row.candidate_id != candidate_id)
    return People(own, others)


@dataclass(frozen=True)
class _Word:
    """A word of the text. ``opens``: it begins a sentence, so its capital says nothing."""

    start: int
    end: int
    text: str
    opens: bool

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


_WORD = re.compile(r"[^\W\d_]+(?:[:'’][^\W\d_]+)?")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n•*–-])\s*[\"”'(]*$")


def _words(text: str) -> list[_Word]:
    return [
        _Word(
            match.start(),
            match.end(),
            match.group(),
            bool(_SENTENCE_END.search(text[max(0, match.start() - 12) : match.start()])),
        )
        for match in _WORD.finditer(text)
    ]


@cache
def _ordinary_names() -> frozenset[str]:
    return frozenset(json.loads((_HERE / "ordinary_names.json").read_text(encoding="utf-8"))["names"])


def _parts(names: Iterable[str]) -> list[str]:
    """Names one by one: "Anna-Liisa" is "anna", "liisa" and "annaliisa"."""
    parts: dict[str, None] = {}
    for name in names:
        pieces = [piece.casefold() for piece in re.findall(r"[^\W\d_]+", name)]
        for piece in [*pieces, "".join(pieces)]:
            if len(piece) > 1:
                parts[piece] = None
    return list(parts)


def _own_names(text: str, own: tuple[str, ...]) -> Iterator[Remark]:
    names = _parts(own)
    if not names:
        return
    for word in _words(text):
        name = next((one for one in names if is_form_of(word.text, one)), None)
        if name is None:
            continue
        # "Toivon työtä" opens a sentence with a verb; "Toivo är" and a capital inside a sentence do not
        inflected = word.text.casefold() != name
        doubtful = name in _ordinary_names() and (not word.capital or (word.opens and inflected))
        yield _remark(text, word.start, word.end, Finding.OWN_NAME, blocks=not doubtful)


def _other_names(text: str, people: People) -> Iterator[Remark]:
    """A surname blocks unless it is an ordinary word; a first name alone is anybody's and asks; both together block."""
    index = _index(people)
    words = [word for word in _words(text) if word.capital]
    hits = [
        {
            (person, is_surname): name
            for name, person, is_surname in index.get(fold(word.text)[:2], ())
            if is_form_of(word.text, name)
        }
        for word in words
    ]
    for number, (word, here) in enumerate(zip(words, hits, strict=True)):
        if not here:
            continue
        near = {*_beside(text, words, hits, number, -1), *_beside(text, words, hits, number, 1)}
        whole = any((person, not is_surname) in near for person, is_surname in here)
        rare = any(is_surname and name not in _ordinary_names() for (_person, is_surname), name in here.items())
        yield _remark(text, word.start, word.end, Finding.OTHER_NAME, blocks=whole or rare)


_Hits = dict[tuple[int, bool], str]  # (number of the person, whether it is the surname) -> the name


def _index(people: People) -> dict[str, list[tuple[str, int, bool]]]:
    """Others' names by their first two letters, without those that are the candidate's too."""
    own = set(_parts(people.own))
    index: dict[str, list[tuple[str, int, bool]]] = {}
    for person, pair in enumerate(people.others):
        for is_surname, names in enumerate(pair):
            for name in _parts([names]):
                if name not in own:
                    index.setdefault(fold(name)[:2], []).append((name, person, bool(is_surname)))
    return index


def _beside(text: str, words: list[_Word], hits: list[_Hits], number: int, step: int) -> _Hits:
    """What the next or previous word is, when only white space stands between."""
    other = number + step
    if not 0 <= other < len(words):
        return {}
    first, second = sorted((number, other))
    return {} if text[words[first].end : words[second].start].strip() else hits[other]


# --- codes, numbers and addresses

_HETU = re.compile(r"(?<![\w])\d{6}\s?[-–−+A-FU-Y]\s?\d{3}\s?[0-9A-FHJ-NPR-Y](?!\w)", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+|(?<![\w@])@\w[\w.]{2,}", re.IGNORECASE)
_TOP_LEVELS = "fi|se|com|net|org|info|eu|ax|me|io|app|dev|link|page|site|blog|no|ee|de|uk"
_WEB = re.compile(
    rf"(?:https?://|www\.)\S+|(?<![\w@.])(?:[\w-]{{2,}}\.)+(?:{_TOP_LEVELS})(?![\w.]*\w)(?:/\S*)?", re.IGNORECASE
)
_STREET_ENDS = (
    "katu|kadun|kadulla|kadulle|kadulta|katua|tie|tien|tiellä|tielle|tieltä|kuja|kujan|kujalla|kujalle|polku|polun|"
    "polulla|väylä|väylän|kaari|kaaren|raitti|raitin|rinne|rinteen|penger|penkereen|puistikko|esplanadi|tori|"
    "vägen|gatan|gränden|gränd|stigen|stranden|backen|svängen|torget|esplanaden|allén|street|road|lane|avenue"
)
_STREET = re.compile(rf"\b(?:[^\W\d_]+(?:[ -]))?[^\W\d_]*(?:{_STREET_ENDS})\s+\d{{1,4}}\s?[a-z]?\b", re.IGNORECASE)
_NOT_BEFORE_STREET_NUMBER = re.compile(
    r"^(?:tie|tien|tiellä|tielle|tieltä|torget|tori|road|street|lane|kaari)\s", re.IGNORECASE
)
_POSTAL = re.compile(r"\b\d{5}\s+([^\W\d_]+)")
_CODE = re.compile(r"\b[A-TV-Z]\d{2}(\.\d{1,2})?\b")
_CODE_CONTEXT = re.compile(
    r"icd|diagno|koodi|\bkod\b|\bcode\b|sairau|sjukdom|oire|symp?tom|lääk|psyk|disorder|illness", re.I
)
_CODE_REACH = 60  # characters around a code in which a word of health makes it one


def _identity_codes(text: str) -> Iterator[Remark]:
    """Well-formed codes with every century sign, also when spaced out or with a slip in the control sign."""
    for match in _HETU.finditer(text):
        plain = re.sub(r"\s", "", match.group()).upper().replace("–", "-").replace("−", "-")
        if hetu.is_valid(plain, allow_temporary=True) or _is_birthday(plain[:6]):
            yield _remark(text, match.start(), match.end(), Finding.IDENTITY_CODE)


def _is_birthday(digits: str) -> bool:
    return 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12


def _phones(text: str) -> Iterator[Remark]:
    for match in phonenumbers.PhoneNumberMatcher(text, "FI"):
        yield _remark(text, match.start, match.end, Finding.PHONE)


def _mails(text: str) -> Iterator[Remark]:
    for match in _MAIL.finditer(text):
        yield _remark(text, match.start(), match.end(), Finding.MAIL)


def _web(text: str) -> Iterator[Remark]:
    for match in _WEB.finditer(text):
        yield _remark(text, match.start(), match.end(), Finding.WEB)


@cache
def _places() -> frozenset[str]:
    return frozenset(
        reference.label(one, code).casefold() for code in ("sv", "fi") for one in reference.municipalities(code)
    )


def _addresses(text: str) -> Iterator[Remark]:
    for match in _STREET.finditer(text):
        if not _NOT_BEFORE_STREET_NUMBER.match(match.group()):
            yield _remark(text, match.start(), match.end(), Finding.ADDRESS)
    for match in _POSTAL.finditer(text):
        if match.group(1).casefold() in _places():
            yield _remark(text, match.start(), match.end(), Finding.ADDRESS)


def _diagnosis_codes(text: str) -> Iterator[Remark]:
    """ICD-10: a code of chapter F with its decimal, and any code near a word of health. "bussen F20" is a bus."""
    for match in _CODE.finditer(text):
        around = text[max(0, match.start() - _CODE_REACH) : match.end() + _CODE_REACH]
        if (match.group(1) and match.group().startswith("F")) or _CODE_CONTEXT.search(around):
            yield _remark(text, match.start(), match.end(), Finding.DIAGNOSIS_CODE)


# --- health


@cache
def _health_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What blocks, what asks, and what is passed over."""
    data: dict[str, Any] = json.loads((_HERE / "health_words.json").read_text(encoding="utf-8"))

    def pattern(entries: Iterable[str]) -> re.Pattern[str]:
        written = (
            r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in entry.split())
            for entry in sorted(set(entries))
        )
        return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(written, key=len, reverse=True))})(?!\w)", re.IGNORECASE)

    block, ask = ([word for words in data[part].values() for word in words] for part in ("block", "ask"))
    return pattern(block), pattern(ask), pattern(data["pass"])


def _health(text: str) -> Iterator[Remark]:
    block, ask, passed = _health_patterns()
    free = [match.span() for match in passed.finditer(text)]
    for pattern, blocks in ((block, True), (ask, False)):
        for match in pattern.finditer(text):
            if not any(start <= match.start() and match.end() <= end for start, end in free):
                yield _remark(text, match.start(), match.end(), Finding.HEALTH, blocks=blocks)
