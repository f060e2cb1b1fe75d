"""What rooms that know no candidates ask about them; ``portal.wiring`` hands these over (``employers.subjects``)."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import ngettext

from portal.accounts.models import User
from portal.audit import service as audit
from portal.candidates import queries
from portal.core.actors import Actor, Role

_PAGE = "employers.contacts"


def choices(actor: Actor) -> list[tuple[str, str]]:
    """(public id, full name), by name, of a coach's own candidates, or of a team leader's own team's."""
    if not actor.is_staff:
        return []
    own = queries.caseload(actor)
    names = queries.names(actor, [candidate.id for candidate in own], _PAGE)
    found = [(candidate.public_id, names[candidate.id]) for candidate in own if candidate.id in names]
    return sorted(found, key=lambda pair: pair[1])


def find(actor: Actor, public_id: str) -> int:
    """The row of a candidate in the actor's sight. :raises Missing: for everybody else."""
    return queries.get_for(actor, public_id).id


def names(actor: Actor, candidate_ids: Iterable[int]) -> dict[int, str]:
    """Full names, by row, of those of them who are in the actor's sight; the showing is logged."""
    return queries.names(actor, candidate_ids, _PAGE) if actor.is_staff else {}


def told_of(actor: Actor, candidate_ids: Iterable[int]) -> None:
    """What was noted of these with employers is shown to staff, by name or without: it is logged first."""
    audit.saw(actor, candidate_ids, _PAGE, "shared contact log")


def kept_by(user: User) -> str | None:
    """The candidates who would be left without a coach when this account is closed."""
    if user.role is not Role.COACH:
        return None
    count = len(queries.caseload(Actor(Role.COACH, user_id=user.id, team_id=user.team_id)))
    if not count:
        return None
    return ngettext(
        "%(name)s supports one candidate. The team leader moves the candidate to another coach first.",
        "%(name)s supports %(num)d candidates. The team leader moves them to other coaches first.",
        count,
        name=user.name,
    )
