"""The conditions that the placement's tables name. Each returns None, or the sentence that says why not."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from portal.core.actors import Actor
from portal.placements.models import ContactSide, Placement, ToldAtWork
from portal.placements.states import PlacementState
from portal.proposals.models import PayKind

Guard = Callable[[Placement, Actor], str | None]


def subsidy_decided_first(placement: Placement, _actor: Actor) -> str | None:
    """A wage subsidy is decided before the job starts, or there is none."""
    if placement.pay_kind is not PayKind.WAGE_SUBSIDY:
        return None
    if placement.subsidy_decided_on is None:
        return _("A wage subsidy must be decided before the job starts. Write the day of the decision.")
    if placement.subsidy_decided_on >= placement.starts_on:
        return _("The job may not start on the day of the wage subsidy's decision or before it.")
    return None


def placement_is_active(placement: Placement, _actor: Actor) -> str | None:
    """The job goes on."""
    if placement.state is PlacementState.ACTIVE:
        return None
    return _("This job has ended. Call the coach instead.")


GUARDS: dict[str, Guard] = {
    "subsidy_decided_first": subsidy_decided_first,
    "placement_is_active": placement_is_active,
}


def has_employer_side(placement: Placement) -> bool:
    """Whether the employer's side is contacted at all: not when the candidate wants nobody at work to know."""
    return placement.told_at_work is not ToldAtWork.NOBODY


def sides_open(placement: Placement) -> list[ContactSide]:
    """The sides that a contact may be added for: the employer's while the job goes on and somebody there knows."""
    if placement.state is PlacementState.ACTIVE and has_employer_side(placement):
        return [ContactSide.EMPLOYEE, ContactSide.EMPLOYER]
    return [ContactSide.EMPLOYEE]
