"""How texts are read that the team writes about an employer: needs, names of firms and workplaces, words of lists.

They are about nobody of the caseload, and nobody of it may be named in them. What else the guard finds may be the
job's own: a ward that looks for a nurse speaks of illness, and a need may hold the shop's number. It asks, and blocks
where the same sentence speaks of a client.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from portal.candidates.textguard.remark import Finding, why
from portal.core.guarding import Remark

_HEALTH = frozenset({Finding.HEALTH, Finding.CARE, Finding.MEDICATION, Finding.UNIT})
_ALWAYS = frozenset({Finding.IDENTITY_CODE, Finding.DIAGNOSIS_CODE})
_WHERE = frozenset({Finding.ADDRESS, Finding.WEB})  # what a firm has anyway
# "var klient", typed without its ring, is one too; "asiakkaamme" alone is any shop's
_OF_SOMEBODY = re.compile(
    r"(?<!\w)(?:v[åa]r(?:a|t)?|min|mina|en|er) klient|(?<!\w)klienten|(?<!\w)kandidat|(?<!\w)kandidaat|(?<!\w)candidate"
    r"|(?<!\w)(?:our|my|a) client|(?<!\w)asiak(?:as|kaa)\w*,? jo(?:ka|lla|lle|ta|nka)"
    r"|(?<!\w)asiakkaani|(?<!\w)valmennettav",
    re.IGNORECASE,
)
# Work in care, whose own words are those of illness.
_CARE_WORK = re.compile(
    r"närvård|vårdbiträd|vårdare|skötare|sjukvård|hemvård|hälsovård|äldre|senior|serviceboende|servicehus|sjukhus|sjukhem|vårdhem|apotek"
    r"|mottagning|assistent|omsorg|tandvård|läkar|klinik|boende|dagcenter"
    r"|hoitaj|hoiva|hoito|sairaal|terveysk|terveysas|vanhus|vanhain|palvelukot|palvelukod|palvelutalo|apteek|avustaj|ohjaaj|lääkär|asumis"
    r"|nurse|nursing|hospital|care (?:assistant|worker|home)|carer|pharmac|clinic",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+")


def as_of_employer(text: str, found: Iterable[Remark], all_texts: str, *, of_firm: bool) -> Iterator[Remark]:
    """What of the remarks on a text of the team's about an employer is left, most of it only asking.

    :param all_texts: the texts that are saved together; one that speaks of work in care explains the others' words.
    :param of_firm: whether it is a firm's or workplace's name or street, in which a surname is mostly the owner's.
    """
    in_care = _CARE_WORK.search(all_texts) is not None
    for remark in found:
        finding = Finding(remark.finding)
        if finding in _ALWAYS or _speaks_of_somebody(text, remark):
            yield remark
        elif finding is Finding.OTHER_NAME:
            yield _asking(remark) if of_firm else remark
        elif not (in_care and finding in _HEALTH) and not (of_firm and finding in _WHERE):
            yield _asking(remark)


def _speaks_of_somebody(text: str, remark: Remark) -> bool:
    return any(
        sentence.start() <= remark.start < sentence.end() and _OF_SOMEBODY.search(sentence.group())
        for sentence in _SENTENCE.finditer(text)
    )


def _asking(remark: Remark) -> Remark:
    return replace(remark, blocks=False, why=why(Finding(remark.finding), blocks=False))
