"""Finding leaves: whose caseload somebody has on a day, who stands in, what is arranged in a team."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.leaves.models import Leave


def _whole() -> Select[Leave]:
    return select(Leave).options(joinedload(Leave.coach), joinedload(Leave.deputy))


def _on(query: Select[Leave], day: date) -> Select[Leave]:
    """Those that hold on a day. Who has moved to another team stands in for nobody of the old one."""
    deputy, coach = aliased(User), aliased(User)
    return (
        query.join(deputy, deputy.id == Leave.deputy_id)
        .join(coach, coach.id == Leave.coach_id)
        .where(
            Leave.ended_at.is_(None),
            Leave.starts_on <= day,
            Leave.ends_on >= day,
            deputy.team_id == coach.team_id,
            deputy.role == Role.COACH,
        )
    )


def covered_by(user_id: int) -> frozenset[int]:
    """The coaches, by id, for whom somebody stands in today: of Helsinki's day, both ends of a leave included."""
    query = _on(select(Leave).where(Leave.deputy_id == user_id), clock.today())
    return frozenset(one.coach_id for one in db.session.scalars(query.order_by(Leave.id)))


def away(coach_ids: Iterable[int]) -> dict[int, Leave]:
    """The leaves of today of these coaches, by coach, with the deputy."""
    wanted = set(coach_ids)
    if not wanted:
        return {}
    query = _on(_whole().where(Leave.coach_id.in_(wanted)), clock.today()).order_by(Leave.id)
    return {one.coach_id: one for one in db.session.scalars(query)}


def arranged(actor: Actor) -> list[Leave]:
    """What is arranged and not over, the soonest first: a team leader's team's; a coach's own, and whom the coach
    stands in for. Nothing for others."""
    query = _whole().where(Leave.ended_at.is_(None), Leave.ends_on >= clock.today())
    if actor.role is Role.TEAM_LEADER and actor.team_id is not None:
        coach = aliased(User)
        query = query.join(coach, coach.id == Leave.coach_id).where(coach.team_id == actor.team_id)
    elif actor.role is Role.COACH:
        query = query.where(or_(Leave.coach_id == actor.user_id, Leave.deputy_id == actor.user_id))
    else:
        return []
    return list(db.session.scalars(query.order_by(Leave.starts_on, Leave.id)))


def get_for(actor: Actor, public_id: str) -> Leave:
    """One that the actor may end: a coach's own, a team leader's team's. :raises Missing: all others, and the ended."""
    found = next((one for one in arranged(actor) if one.public_id == public_id), None)
    if found is None or (actor.role is Role.COACH and found.coach_id != actor.user_id):
        raise Missing
    return found


def of_days(user_ids: Iterable[int], starts_on: date, ends_on: date) -> list[Leave]:
    """Leaves that share a day with these and in which one of these users is away or stands in."""
    wanted = list(user_ids)
    query = _whole().where(
        Leave.ended_at.is_(None),
        Leave.starts_on <= ends_on,
        Leave.ends_on >= starts_on,
        or_(Leave.coach_id.in_(wanted), Leave.deputy_id.in_(wanted)),
    )
    return list(db.session.scalars(query.order_by(Leave.starts_on, Leave.id)))
