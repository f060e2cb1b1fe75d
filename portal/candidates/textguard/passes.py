"""What may stand in a text although the guard found it: what the reader knows already, or the job speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from portal.candidates.inflection import is_form_of
from portal.candidates.textguard.names import words
from portal.candidates.textguard.remark import Finding, why
from portal.core.guarding import Remark

_SIGNS = re.compile(r"[^0-9a-zåäö@.]")
_REACHED_BY = frozenset({Finding.PHONE, Finding.MAIL, Finding.WEB})


@dataclass(frozen=True)
class Passes:
    """What passes in a text for one reader.

    :param own_words: of the opening: title, tasks, names and addresses of employer, workplace and contact persons.
    :param contacts: numbers and addresses of the team, of the employer, and those that the candidate lets be known.
    :param name_known: whether the candidate lets this reader know the name.
    :param asks: what only asks here, such as names in a field for the name of somebody at the workplace.
    :param ignores: what is not looked for here, such as an address where a meeting place is written.
    """

    own_words: str = ""
    contacts: tuple[str, ...] = ()
    name_known: bool = False
    asks: frozenset[Finding] = field(default_factory=frozenset)
    ignores: frozenset[Finding] = field(default_factory=frozenset)


NOTHING = Passes()


def let_pass(found: Iterable[Remark], passes: Passes) -> Iterator[Remark]:
    """The remarks that are left, some of them only asking."""
    for remark in found:
        if not _passes(remark, passes):
            asks = remark.finding in passes.asks or _may_be_the_jobs(remark, passes)
            yield replace(remark, blocks=False, why=why(Finding(remark.finding), blocks=False)) if asks else remark


def _passes(remark: Remark, passes: Passes) -> bool:
    finding = remark.finding
    if finding in passes.ignores:
        return True
    if finding is Finding.OWN_NAME:
        return passes.name_known
    if finding is Finding.OTHER_NAME:
        return _is_in(remark.words, passes.own_words)
    if finding is Finding.ADDRESS:
        return remark.words.casefold() in passes.own_words.casefold()
    if finding in _REACHED_BY:
        return plain_contact(remark.words) in {plain_contact(one) for one in passes.contacts if one} or (
            plain_contact(remark.words) in plain_contact(passes.own_words)
        )
    return False


def _may_be_the_jobs(remark: Remark, passes: Passes) -> bool:
    """The candidate's surname in the employer's name, "Lindströms bageri": may be either."""
    return remark.finding is Finding.OWN_NAME and _is_in(remark.words, passes.own_words)


def _is_in(name: str, own_words: str) -> bool:
    return any(is_form_of(name, word.text) or is_form_of(word.text, name) for word in words(own_words))


def plain_contact(text: str) -> str:
    """A number or address without the spaces, lines and brackets that people write in it."""
    signs = _SIGNS.sub("", text.casefold())
    return "0" + signs.removeprefix("358") if signs.startswith("358") else signs
