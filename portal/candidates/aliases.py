"""How an employer knows a candidate: "K7P-4", drawn at random for that candidate and that employer.

Signs that look or sound alike are left out, and letters and digits take turns, so that no word comes out of it.
"""

from __future__ import annotations

import secrets

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from portal.candidates.models import Alias
from portal.core.db import db

LETTERS = "ACDEFHJKMPRTVXY"  # without B/8, G/6, I/1, L/1, N (M), O/0, Q/0, S/5, U (V), W (V), Z/2
DIGITS = "34679"
_TRIES = 200


def draw() -> str:
    """A random alias: letter, digit, letter, hyphen, digit."""
    pick = secrets.choice
    return f"{pick(LETTERS)}{pick(DIGITS)}{pick(LETTERS)}-{pick(DIGITS)}"


def _known(candidate_id: int, employer_id: int) -> Alias | None:
    query = select(Alias).where(Alias.candidate_id == candidate_id, Alias.employer_id == employer_id)
    return db.session.scalar(query)


def alias_for(candidate_id: int, employer_id: int) -> Alias:
    """The alias of a candidate at an employer: made the first time, the same ever after.

    No other candidate at this employer has it, and this candidate has it at no other employer.
    """
    known = _known(candidate_id, employer_id)
    if known is not None:
        return known
    taken = set(
        db.session.scalars(
            select(Alias.alias).where(or_(Alias.employer_id == employer_id, Alias.candidate_id == candidate_id))
        )
    )
    for _ in range(_TRIES):
        word = draw()
        if word in taken:
            continue
        alias = Alias(candidate_id=candidate_id, employer_id=employer_id, alias=word)
        try:
            with db.session.begin_nested():
                db.session.add(alias)
        except IntegrityError:  # somebody proposed to the same employer in this very moment
            known = _known(candidate_id, employer_id)
            if known is not None:
                return known
            taken.add(word)
        else:
            return alias
    raise RuntimeError(f"no free alias found in {_TRIES} draws; {len(taken)} are taken")
