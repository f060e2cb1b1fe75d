"""Words about health, care, medication and units of care."""

from __future__ import annotations

from collections.abc import Iterator

from portal.candidates.textguard.models import WordKind
from portal.candidates.textguard.remark import Finding, remark
from portal.candidates.textguard.wordlist import WordList
from portal.core.guarding import Remark

_FINDINGS = {
    WordKind.HEALTH: Finding.HEALTH,
    WordKind.CARE: Finding.CARE,
    WordKind.MEDICATION: Finding.MEDICATION,
    WordKind.UNIT: Finding.UNIT,
    WordKind.ASK: Finding.HEALTH,
}
_SHORT = 4  # letters: a word of the list as short as this is the job's own only when it stands there as it is


def health(text: str, words: WordList, own_words: str = "") -> Iterator[Remark]:
    """What the lists find, without what they say to pass over and what the job's own words speak of too.

    :param own_words: the opening's title and tasks, the employer's name; "sjukhus" is no secret in a hospital's job.
    """
    hits = list(words.hits(text))
    free = [(hit.start, hit.end) for hit in hits if hit.kind is None]
    jobs = {hit.stem for hit in words.hits(own_words)}
    written = own_words.lower()
    for hit in hits:
        if hit.kind is None or any(start <= hit.start and hit.end <= end for start, end in free):
            continue
        if hit.stem in jobs or (len(hit.stem) > _SHORT and hit.stem in written):
            continue
        yield remark(text, hit.start, hit.end, _FINDINGS[hit.kind], blocks=hit.kind is not WordKind.ASK)
