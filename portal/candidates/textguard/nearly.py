"""What is nearly the candidate's name: one slip of the thumb away from it, or its initials. It asks, never blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from portal.candidates.inflection import fold, is_ending, is_form_of, stems_of
from portal.candidates.textguard.names import is_ordinary, parts, words
from portal.candidates.textguard.remark import Finding, remark
from portal.core.guarding import Remark

_SHORTEST = 5  # letters of a name; one letter beside a shorter one is another name, or a word
_WITH_SIGNS = re.compile(r"(?<!\w)(?=[\w*@$!]*[\d*@$!])[^\W_*](?:[^\W_]|[*@$!]){3,}(?!\w)")
# which letter a sign stands for; the figure one is an i or an l
_SIGNS = tuple(str.maketrans("0345781@$!", "oeastb" + one + "asi") for one in "il")
_INITIALS_MOST = 4  # letters; more are an abbreviation


def nearly_own_names(text: str, own: tuple[str, ...]) -> Iterator[Remark]:
    """Words with a capital that are a name of the candidate's but for one letter left out, added, changed or swapped.

    :param own: the candidate's names, first, last and nickname.
    """
    names = [one for one in parts(own) if len(one) >= _SHORTEST]
    for word in words(text) if names else ():
        if word.capital and any(
            _is_nearly(word.text, name) for name in names if not (word.opens and is_ordinary(name))
        ):
            yield remark(text, word.start, word.end, Finding.OWN_NAME, blocks=False)


def disguised_own_names(text: str, own: tuple[str, ...]) -> Iterator[Remark]:
    """Words in which signs stand for letters and that then read as a name of the candidate's: "V1rtanen", "Virt*nen".

    :param own: the candidate's names, first, last and nickname.
    """
    names = [one for one in parts(own) if len(one) >= _SHORTEST]
    for match in _WITH_SIGNS.finditer(text) if names else ():
        read = {match.group().lower().translate(table) for table in _SIGNS}
        if any(is_form_of(word, name) or _is_nearly(word, name) for word in read for name in names):
            yield remark(text, match.start(), match.end(), Finding.OWN_NAME, blocks=False)


def _is_nearly(word: str, name: str) -> bool:
    """Whether ``word`` is a misspelt form of ``name``; a form of it as it should be is not."""
    written = fold(word)
    if is_form_of(word, name):
        return False
    return any(_begins_nearly(written, fold(stem)) for stem in stems_of(name) if len(stem) >= _SHORTEST - 1)


def _begins_nearly(written: str, stem: str) -> bool:
    """Whether the word begins with the stem but for one letter, and what is left of it is an ending."""
    return any(
        OSA.distance(written[:cut], stem, score_cutoff=1) <= 1 and is_ending(written[cut:])
        for cut in range(len(stem) - 1, len(stem) + 2)
        if cut <= len(written)
    )


def own_initials(text: str, own: tuple[str, ...]) -> Iterator[Remark]:
    """The candidate's initials with their points: "M.V.", "K-F. B."; without points they are any abbreviation.

    :param own: the candidate's names, the first name first and the last name after it.
    """
    if len(own) < 2:
        return
    firsts, lasts = (re.findall(r"[^\W\d_]+", name) for name in own[:2])
    for used in (firsts, firsts[:1]):
        letters = [piece[0] for piece in (*used, *lasts)]
        if not 2 <= len(letters) <= _INITIALS_MOST:
            continue
        pattern = r"(?:\.\s?-?|-)".join(map(re.escape, letters[:-1])) + r"\.\s?" + re.escape(letters[-1]) + r"(?:\.|\b)"
        for match in re.finditer(rf"(?<![\w.]){pattern}(?!\w)", text):
            yield remark(text, match.start(), match.end(), Finding.OWN_NAME, blocks=False)
