"""Who may do what to the lists: the team adds, its leader corrects and retires."""

from __future__ import annotations

from portal.core.actors import Actor, Role


def may_add(actor: Actor) -> bool:
    """Whether somebody may read the own entries and add to them: coaches and team leaders."""
    return actor.role in (Role.COACH, Role.TEAM_LEADER)


def may_keep(actor: Actor) -> bool:
    """Whether somebody may correct, retire and bring back what is there: team leaders."""
    return actor.role is Role.TEAM_LEADER
