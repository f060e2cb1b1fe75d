"""Whose names and details a text may not hold, read from the register.

All of a team's candidates are read, since any of them may be spoken of. Nothing of them is shown: a remark repeats the
words that the writer typed and says that they look like a name, so the access log has nothing to tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.candidates.models import Candidate, Identity
from portal.core.actors import Actor
from portal.core.db import db


@dataclass(frozen=True)
class People:
    """Names and details that a text may not hold.

    ``own`` are the candidate's names, ``others`` those of the rest of the team's candidates as (first, last).
    ``street`` and ``birth_date`` are the candidate's; empty and None when not known.
    """

    own: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    street: str = ""
    birth_date: date | None = None


def around(candidate_id: int) -> People:
    """A candidate, and the others of the same team."""
    team = select(Candidate.team_id).where(Candidate.id == candidate_id).scalar_subquery()
    query = (
        select(
            Identity.candidate_id,
            Identity.first_name,
            Identity.last_name,
            Identity.nickname,
            Identity.street,
            Identity.birth_date,
        )
        .join(Identity.candidate)
        .where(Candidate.team_id == team)
        .order_by(Identity.candidate_id)
    )
    rows = db.session.execute(query).all()
    others = tuple((row.first_name, row.last_name) for row in rows if row.candidate_id != candidate_id)
    for row in rows:
        if row.candidate_id == candidate_id:
            own = tuple(name for name in (row.first_name, row.last_name, row.nickname) if name)
            return People(own, others, row.street, row.birth_date)
    return People(others=others)


def of_team(actor: Actor) -> People:
    """All candidates of the actor's team, for a text that is about none of them."""
    query = (
        select(Identity.first_name, Identity.last_name)
        .join(Identity.candidate)
        .where(Candidate.team_id == actor.team_id)
        .order_by(Identity.candidate_id)
    )
    return People(others=tuple((row.first_name, row.last_name) for row in db.session.execute(query)))
