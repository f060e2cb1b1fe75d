"""The privacy guard: reads a text that can reach an employer and points at what would give somebody away.

``remarks`` runs one finder a subject over the text and returns what they found. A remark that ``blocks`` keeps the
text from leaving; one that does not is doubtful and asks the writer to look again (``core.guarding.refuse``). Names
are compared with the candidate's own and with those of others the team supports, in Finnish and Swedish inflection.
Words about health are data: ``words/``, and the table that the administrator extends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from portal.candidates.textguard import names, nearly, numbers, people, places, wordlist
from portal.candidates.textguard.health import health
from portal.candidates.textguard.of_employers import as_of_employer
from portal.candidates.textguard.passes import NOTHING, Passes, let_pass
from portal.candidates.textguard.people import People
from portal.candidates.textguard.plain import plain
from portal.candidates.textguard.remark import Finding, without_overlaps
from portal.candidates.textguard.wordlist import WordList
from portal.core.actors import Actor
from portal.core.guarding import Found, Remark, held_back, token


def remarks(text: str, candidate_id: int | None, passes: Passes = NOTHING) -> list[Remark]:
    """What a text about a candidate would give away, in the order of the text.

    :param text: what an employer would read.
    :param candidate_id: whom it is about; None when it is about nobody (no names are then known to look for).
    :param passes: what this reader knows already.
    """
    if not text.strip():
        return []
    known = people.around(candidate_id) if candidate_id is not None else People()
    return remarks_about(text, known, passes, wordlist.present())


def remarks_on(texts: Mapping[str, str], candidate_id: int, passes: Passes = NOTHING) -> Found:
    """As ``remarks``, for several texts at once: by field, the text and its remarks."""
    if not any(text.strip() for text in texts.values()):
        return {field: (text, []) for field, text in texts.items()}
    known, words = people.around(candidate_id), wordlist.present()
    return {field: (text, remarks_about(text, known, passes, words)) for field, text in texts.items()}


def remarks_in(content: Mapping[str, Any], candidate_id: int) -> dict[str, list[Remark]]:
    """Remarks on the free texts of a profile's content: on ``pitch``, and on ``works_well`` joined line by line."""
    return {field: list(found) for field, (_text, found) in read_profile(content, candidate_id).items()}


def read_profile(content: Mapping[str, Any], candidate_id: int) -> Found:
    """The free texts of a profile's content, each with its remarks."""
    texts = {"pitch": str(content["pitch"]), "works_well": "\n".join(map(str, content["works_well"]))}
    return remarks_on(texts, candidate_id)


def flagged(content: Mapping[str, Any], candidate_id: int, words_read: str) -> list[Remark]:
    """What keeps a profile from being sent: what blocks, and what the coach has not yet looked at.

    :param words_read: the profile's tokens of doubtful words that were looked at.
    """
    held = held_back(read_profile(content, candidate_id), words_read)
    read = set(words_read.split())
    return [
        remark
        for field, one in held.items()
        for remark in one.remarks
        if remark.blocks or token(field, remark) not in read
    ]


def read_of_employer(actor: Actor, texts: Mapping[str, str], *, of_firm: bool = False) -> Found:
    """What somebody of the team wrote about an employer: a need, a firm's name. Nobody of the caseload is named there.

    :param of_firm: for the names and streets of firms and workplaces, where a surname asks.
    """
    known, words, whole = people.of_team(actor), wordlist.present(), "\n".join(texts.values())
    return {
        field: (text, list(as_of_employer(text, remarks_about(text, known, NOTHING, words), whole, of_firm=of_firm)))
        for field, text in texts.items()
    }


def remarks_about(text: str, people: People, passes: Passes = NOTHING, words: WordList | None = None) -> list[Remark]:
    """As ``remarks``, with the names and the word list given. Needs no database."""
    if not text.strip():
        return []
    shown = plain(text)
    found = [
        *names.own_names(shown.text, people.own),
        *nearly.nearly_own_names(shown.text, people.own),
        *nearly.disguised_own_names(shown.text, people.own),
        *nearly.own_initials(shown.text, people.own),
        *names.other_names(shown.text, people),
        *numbers.identity_codes(shown.text),
        *numbers.phones(shown.text),
        *numbers.birth_dates(shown.text, people.birth_date),
        *numbers.diagnosis_codes(shown.text),
        *places.mails(shown.text),
        *places.web(shown.text),
        *places.addresses(shown.text),
        *places.own_street(shown.text, people.street),
        *health(shown.text, words or wordlist.made(), passes.own_words),
    ]
    placed = []
    for one in without_overlaps(let_pass(found, passes)):
        start, end = shown.span(one.start, one.end)
        placed.append(replace(one, start=start, end=end, words=text[start:end]))
    return placed


def blocking(found: Iterable[Remark]) -> list[Remark]:
    """Those that keep a text from leaving."""
    return [remark for remark in found if remark.blocks]


__all__ = [
    "NOTHING",
    "Finding",
    "Passes",
    "People",
    "Remark",
    "blocking",
    "flagged",
    "read_of_employer",
    "read_profile",
    "remarks",
    "remarks_about",
    "remarks_in",
    "remarks_on",
]
