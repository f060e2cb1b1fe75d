"""Finding the three questions: for the team both sides, for an employer its own, for the clock what is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Missing
from portal.placements import queries
from portal.placements.models import ContactSide, Placement, Pulse
from portal.placements.states import PlacementState, PulseState


def _seen_by(actor: Actor, query: Select[Any]) -> Select[Any]:
    """Both sides for the team; for anybody else the employer's, however the actor has come by the placement."""
    return query if actor.is_staff else query.where(Pulse.side == ContactSide.EMPLOYER)


def of_placement(actor: Actor, placement: Placement) -> list[Pulse]:
    """The questions of a hire in their order, with who answered; an employer's user gets the employer's side alone."""
    query = select(Pulse).where(Pulse.placement_id == placement.id).options(joinedload(Pulse.answered_by))
    return list(db.session.scalars(_seen_by(actor, query).order_by(Pulse.side, Pulse.ordinal)))


def get_for(actor: Actor, placement: Placement, public_id: str) -> Pulse:
    """One of a placement that the actor has been given. :raises Missing: absent, or the other side's."""
    query = select(Pulse).where(Pulse.public_id == public_id, Pulse.placement_id == placement.id)
    pulse: Pulse | None = db.session.scalar(_seen_by(actor, query).options(joinedload(Pulse.answered_by)))
    if pulse is None:
        raise Missing
    return pulse


def load(pulse_id: int) -> Pulse:
    """One by its row, with its placement as ``queries.get`` loads it, for links and mails. :raises Missing: absent."""
    query = select(Pulse).where(Pulse.id == pulse_id).options(joinedload(Pulse.answered_by), *_with_placement())
    pulse = db.session.scalar(query.join(Pulse.placement))
    if pulse is None:
        raise Missing
    return pulse


def _with_placement() -> tuple[Any, ...]:
    return (contains_eager(Pulse.placement).options(*queries.loaded()),)


def waiting(actor: Actor) -> list[Pulse]:
    """What waits for somebody: a coach's or a leader's answers to read and questions to ask by phone, an employer's
    own to answer; of running jobs, the oldest first, with their placements."""
    query = (
        select(Pulse)
        .join(Pulse.placement)
        .where(queries.visible_to(actor), Placement.state == PlacementState.ACTIVE)
        .options(*_with_placement())
        .order_by(Pulse.due_on, Pulse.id)
    )
    if actor.is_staff:
        by_phone = (Pulse.state == PulseState.ASKED) & Pulse.mailed.is_(False)
        return list(db.session.scalars(query.where((Pulse.state == PulseState.ANSWERED) | by_phone)))
    return list(db.session.scalars(_seen_by(actor, query).where(Pulse.state == PulseState.ASKED)))


# For services, the clock and mails: of the system, not of an actor


def all_of(placement: Placement) -> list[Pulse]:
    """The questions of both sides of a hire, in their order."""
    query = select(Pulse).where(Pulse.placement_id == placement.id)
    return list(db.session.scalars(query.order_by(Pulse.side, Pulse.ordinal)))


def _of_running(states: Iterable[PulseState]) -> Select[Any]:
    return (
        select(Pulse)
        .join(Pulse.placement)
        .where(Pulse.state.in_(list(states)), Placement.state == PlacementState.ACTIVE)
        .options(*_with_placement())
        .order_by(Pulse.placement_id, Pulse.side, Pulse.ordinal)
    )


def to_ask(today: date) -> list[Pulse]:
    """Those whose day has come, of running jobs; of one side the earlier ones first."""
    return list(db.session.scalars(_of_running([PulseState.COMING]).where(Pulse.due_on <= today)))


def to_remind(asked_until: date) -> list[Pulse]:
    """Those that were mailed on a day or before, and neither answered nor reminded of since."""
    query = _of_running([PulseState.ASKED]).where(
        Pulse.asked_on <= asked_until, Pulse.mailed.is_(True), Pulse.reminded_on.is_(None)
    )
    return list(db.session.scalars(query))


def to_close(asked_until: date) -> list[Pulse]:
    """Those that were asked on a day or before and are not answered."""
    return list(db.session.scalars(_of_running([PulseState.ASKED]).where(Pulse.asked_on <= asked_until)))


def asked_of(placement_id: int, side: ContactSide) -> Pulse | None:
    """The one of a side that waits for its answer now."""
    return db.session.scalar(
        select(Pulse).where(Pulse.placement_id == placement_id, Pulse.side == side, Pulse.state == PulseState.ASKED)
    )


@dataclass(frozen=True)
class Standing:
    """How one stands when a mail about it is about to leave."""

    placement_id: int
    side: ContactSide
    state: PulseState
    contact_id: int | None


def standing(pulse_id: int) -> Standing | None:
    """How one stands now, as the database has it; None when it is gone."""
    query = select(Pulse.placement_id, Pulse.side, Pulse.state, Pulse.contact_id).where(Pulse.id == pulse_id)
    row = db.session.execute(query).one_or_none()
    return None if row is None else Standing(*row)
