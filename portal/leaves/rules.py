"""Who may arrange a leave, and which leaves are possible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from portal.accounts.models import User
from portal.core.actors import Actor, Role
from portal.leaves.models import Leave

LONGEST = timedelta(days=366)


def may_arrange(actor: Actor, coach: User) -> bool:
    """A coach for oneself, the team leader for the own team's coaches."""
    if coach.role is not Role.COACH or not coach.is_active:
        return False
    if actor.role is Role.COACH:
        return actor.user_id == coach.id
    return actor.role is Role.TEAM_LEADER and actor.team_id == coach.team_id


def may_stand_in(deputy: User, coach: User) -> bool:
    """Another coach of the same team whose account is open."""
    return deputy.role is Role.COACH and deputy.is_active and deputy.id != coach.id and deputy.team_id == coach.team_id


def in_the_way(leaves: Sequence[Leave], coach_id: int, deputy_id: int) -> Leave | None:
    """The first of these leaves, all of the same days, that a new one cannot stand beside: nobody is away twice,
    nobody who is away stands in, and nobody leaves for whom no one else was found.

    :param leaves: that have not been ended and share a day with the new one.
    """
    for one in leaves:
        if one.coach_id in (coach_id, deputy_id) or one.deputy_id == coach_id:
            return one
    return None


def is_on(leave: Leave, day: date) -> bool:
    """Whether somebody is away on this day."""
    return leave.ended_at is None and leave.starts_on <= day <= leave.ends_on
