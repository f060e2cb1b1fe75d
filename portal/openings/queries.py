"""Finding recruitment needs. The actor comes first: what somebody may not see is not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.core import clock, reference
from portal.core.actors import STAFF, SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.paging import Page, paged
from portal.employers.models import Employer
from portal.employers.states import Verification
from portal.openings.models import Opening
from portal.openings.states import OPENINGS, OpeningState

_BY_STAFF = select(User.id).where(User.role.in_(sorted(STAFF))).scalar_subquery()
_TOTAL_OCCUPATIONS = 500
_LIVE = OPENINGS.with_flag("live")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``openings`` that lets this actor see a row.

    An employer sees its own. Coaches and team leaders see what was posted, what waits for verification alone, and the
    drafts that staff registered; an employer's unfinished draft is its own business. Administrators see none.
    """
    if actor.role is Role.SYSTEM:
        return true()
    if actor.is_employer and actor.employer_id is not None:
        return Opening.employer_id == actor.employer_id
    if actor.is_staff:
        return or_(Opening.posted_at.is_not(None), Opening.wants_posting, Opening.created_by_id.in_(_BY_STAFF))
    return false()


def get_for(actor: Actor, public_id: str) -> Opening:
    """One need with its employer (and who looks after it), workplace and contact persons.

    :raises Missing: when there is none, or not for this actor.
    """
    opening = db.session.scalar(
        select(Opening)
        .where(Opening.public_id == public_id, visible_to(actor))
        .options(
            joinedload(Opening.employer).joinedload(Employer.coach),
            joinedload(Opening.workplace),
            selectinload(Opening.contacts),
        )
    )
    if opening is None:
        raise Missing
    return opening


def get(opening_id: int) -> Opening:
    """One need by its row, for events and jobs, loaded as in ``get_for``. :raises Missing: when there is none."""
    public_id = db.session.scalar(select(Opening.public_id).where(Opening.id == opening_id))
    return get_for(SYSTEM, public_id or "")


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. Empty values narrow nothing."""

    text: str = ""
    state: OpeningState | None = None
    municipality: str = ""
    occupation_group: str = ""  # ISCO-08 minor group
    employer_id: int | None = None


def _like(column: Any, text: str) -> ColumnElement[bool]:
    # SQLite folds the case of ASCII alone, so "åkeri" would miss "Åkeri": ask for the usual ways to write it.
    ways = dict.fromkeys([text, text.lower(), text.upper(), text.capitalize(), text.title()])
    return or_(*(column.icontains(way, autoescape=True) for way in ways))


def _occupations_named(text: str, language: str) -> list[str]:
    return [one.key for one in reference.search_occupations(text, language, _TOTAL_OCCUPATIONS)]


def listing(actor: Actor, filters: Filters, language: str) -> Select[Any]:
    """The needs that an actor sees, narrowed, newest first, with their employers."""
    query = (
        select(Opening)
        .join(Opening.employer)
        .where(visible_to(actor))
        .options(joinedload(Opening.employer))
        .order_by(func.coalesce(Opening.posted_at, Opening.created_at).desc(), Opening.id.desc())
    )
    if filters.text:
        query = query.where(
            or_(
                _like(Opening.title, filters.text),
                _like(Employer.name, filters.text),
                _like(Opening.tasks, filters.text),
                Opening.occupation.in_(_occupations_named(filters.text, language)),
            )
        )
    if filters.state is not None:
        query = query.where(Opening.state == filters.state)
    if filters.municipality:
        query = query.where(Opening.municipality == filters.municipality)
    if filters.occupation_group:
        query = query.where(Opening.occupation.in_(reference.occupations_within(filters.occupation_group)))
    if filters.employer_id is not None:
        query = query.where(Opening.employer_id == filters.employer_id)
    return query


def page_of(actor: Actor, filters: Filters, language: str, page: int) -> Page[Opening]:
    """One page of ``listing``. :raises Missing: beyond the last page."""
    return paged(listing(actor, filters, language), page)


def values_in_use(actor: Actor) -> tuple[set[str], set[str]]:
    """Municipality codes and ISCO-08 groups that the actor's needs have, so that a filter offers no empty choice."""
    rows = db.session.execute(
        select(Opening.municipality, Opening.occupation)
        .where(visible_to(actor))
        .distinct()
        .order_by(Opening.municipality, Opening.occupation)
    ).all()
    return {row[0] for row in rows}, {reference.occupation(row[1]).isco for row in rows}


def open_openings(actor: Actor, *, limit: int | None = None) -> list[Opening]:
    """What candidates can be proposed for now, newest first: open needs of verified employers, contacts loaded."""
    query = (
        select(Opening)
        .join(Opening.employer)
        .where(
            visible_to(actor),
            Opening.state == OpeningState.OPEN,
            Employer.verification == Verification.VERIFIED,
        )
        .options(joinedload(Opening.employer), joinedload(Opening.workplace), selectinload(Opening.contacts))
        .order_by(Opening.posted_at.desc(), Opening.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def of_employer(actor: Actor, employer_id: int, *, live_only: bool = False, limit: int | None = None) -> list[Opening]:
    """An employer's needs that the actor sees: live ones first, then newest first."""
    query = (
        select(Opening)
        .where(visible_to(actor), Opening.employer_id == employer_id)
        .options(joinedload(Opening.employer))
        .order_by(
            Opening.state.in_(_LIVE).desc(),
            func.coalesce(Opening.posted_at, Opening.created_at).desc(),
            Opening.id.desc(),
        )
        .limit(limit)
    )
    if live_only:
        query = query.where(Opening.state.in_(_LIVE))
    return list(db.session.scalars(query))


def counts(actor: Actor, employer_id: int) -> tuple[int, int]:
    """How many live needs an employer has that the actor sees, and how many in all."""
    is_live = Opening.state.in_(_LIVE)
    query = select(func.count().filter(is_live), func.count()).where(
        visible_to(actor), Opening.employer_id == employer_id
    )
    live, total = db.session.execute(query).one()
    return live, total


def at_workplace(workplace_id: int) -> list[Opening]:
    """The needs at a site that have not ended, and the expired ones, whose talks go on; held, in the order of rows."""
    db.session.execute(  # nobody edits them, or agrees to them, until this transaction ends
        select(Opening.id)
        .where(Opening.workplace_id == workplace_id)
        .order_by(Opening.id)
        .with_for_update(key_share=True)
    )
    return _loaded(
        select(Opening)
        .where(Opening.workplace_id == workplace_id, Opening.state.not_in([OpeningState.FILLED, OpeningState.CLOSED]))
        .execution_options(populate_existing=True)
    )


def waiting_for_verification(employer_id: int) -> list[Opening]:
    """Drafts of an employer that open as soon as it is verified, oldest first."""
    return _loaded(
        select(Opening).where(
            Opening.employer_id == employer_id, Opening.state == OpeningState.DRAFT, Opening.wants_posting
        )
    )


def past_last_day(today: date) -> list[Opening]:
    """Posted needs whose last day to answer is over on ``today`` (Helsinki's day)."""
    return _loaded(select(Opening).where(_posted(), Opening.last_day < today))


def ending_within(today: date, days: int) -> list[Opening]:
    """Open needs whose last day to answer is at most ``days`` days away."""
    return _loaded(
        select(Opening).where(
            Opening.state == OpeningState.OPEN,
            Opening.last_day >= today,
            Opening.last_day <= today + timedelta(days=days),
        )
    )


def untouched_since(moment: datetime) -> list[Opening]:
    """Open needs that nobody has changed, confirmed or proposed for since ``moment``."""
    return _loaded(select(Opening).where(Opening.state == OpeningState.OPEN, Opening.changed_at <= moment))


def _posted() -> ColumnElement[bool]:
    return Opening.state.in_([OpeningState.OPEN, OpeningState.PAUSED])


def _loaded(query: Select[Any]) -> list[Opening]:
    """Run a query of needs in the order of their rows, with everything that services and mails read."""
    query = query.options(
        joinedload(Opening.employer).joinedload(Employer.coach),
        joinedload(Opening.workplace),
        selectinload(Opening.contacts),
    ).order_by(Opening.id)
    return list(db.session.scalars(query))


def new_since(actor: Actor, moment: datetime | None = None, limit: int = 10) -> list[Opening]:
    """Open needs posted after ``moment`` (a week ago by default), newest first."""
    moment = moment or clock.now() - timedelta(days=7)
    return [one for one in open_openings(actor, limit=limit) if one.posted_at is not None and one.posted_at >= moment]


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Names of users, for a timeline."""
    wanted = set(user_ids)
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)).order_by(User.id))
    return {row[0]: row[1] for row in rows}
