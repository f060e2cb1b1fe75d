"""What staff may see of candidates. Actor first, always ordered; whoever is not in sight does not exist.

A coach sees the own caseload, a team leader the own team's candidates, everybody else nothing. Identity is never
loaded along with a candidate: ``names`` and ``identity_of`` load it, and write to the access log before they answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.audit import service as audit
from portal.audit.models import AccessLogEntry
from portal.candidates.inflection import fold
from portal.candidates.models import Candidate, DisclosurePlan, Identity, Note, PhaseChange
from portal.candidates.states import Phase
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import Language
from portal.core.paging import Page, paged
from portal.outbox.recipients import Recipient

# Why a reader sees a candidate, for the access log; derived from role and caseload, never asked.
_WHY = {Role.COACH: "own caseload", Role.TEAM_LEADER: "own team"}


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Candidate`` that says whom an actor may see. :raises Missing: for roles that see nobody."""
    if actor.role is Role.COACH and actor.user_id is not None:
        return Candidate.coach_id.in_(actor.caseloads)
    if actor.role is Role.TEAM_LEADER and actor.team_id is not None:
        return Candidate.team_id == actor.team_id
    raise Missing


def _with_parts(query: Select[Candidate]) -> Select[Candidate]:
    return query.options(joinedload(Candidate.coach), joinedload(Candidate.profile))


def get_for(actor: Actor, public_id: str) -> Candidate:
    """One candidate with coach and profile loaded, without the identity.

    :raises Missing: when there is none, or the actor may not see it.
    """
    query = select(Candidate).where(Candidate.public_id == public_id, _in_sight(actor))
    candidate = db.session.scalar(_with_parts(query))
    if candidate is None:
        raise Missing
    return candidate


def load(candidate_id: int) -> Candidate:
    """One candidate with coach and profile, without the identity, for services and jobs. :raises Missing: absent."""
    candidate = db.session.scalar(_with_parts(select(Candidate).where(Candidate.id == candidate_id)))
    if candidate is None:
        raise Missing
    return candidate


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of candidates is narrowed to; None and the empty text narrow nothing.

    Without a phase, those who have left are not listed.
    """

    search: str = ""
    phase: Phase | None = None
    coach_id: int | None = None


def listed(actor: Actor, filters: Filters, page: int) -> Page[Candidate]:
    """One page of the candidates in the actor's sight, longest in their phase first, with the coach.

    :raises Missing: for roles that see no candidate.
    """
    query = (
        select(Candidate)
        .where(_in_sight(actor))
        .options(joinedload(Candidate.coach))
        .order_by(Candidate.phase_since, Candidate.id)
    )
    if filters.phase is not None:
        query = query.where(Candidate.phase == filters.phase)
    else:
        query = query.where(Candidate.phase != Phase.EXITED)
    if filters.coach_id is not None:
        query = query.where(Candidate.coach_id == filters.coach_id)
    if filters.search:
        query = query.where(Candidate.id.in_(_called(actor, filters.search)))
    return paged(query, page)


def _called(actor: Actor, search: str) -> list[int]:
    """Ids of those in sight whose names hold every word of the search. Compared here, not in SQL: neither database
    folds å, ä and ö alike, and names are not readable there once they are encrypted."""
    words = fold(search).split()
    rows = db.session.execute(
        select(Identity.candidate_id, Identity.first_name, Identity.last_name, Identity.nickname)
        .join(Identity.candidate)
        .where(_in_sight(actor))
    )
    return [row.candidate_id for row in rows if all(word in fold(" ".join(row[1:])) for word in words)]


def phase_counts(actor: Actor) -> dict[Phase, int]:
    """How many candidates in the actor's sight are in each phase; phases without any are absent."""
    query = select(Candidate.phase, func.count().label("people")).where(_in_sight(actor)).group_by(Candidate.phase)
    return {row.phase: row.people for row in db.session.execute(query)}


def caseload(actor: Actor) -> list[Candidate]:
    """Whom an actor works with and who has not left: coach and profile loaded, longest in their phase first.

    :raises Missing: for roles that see no candidate.
    """
    query = (
        select(Candidate)
        .where(_in_sight(actor), Candidate.phase != Phase.EXITED)
        .order_by(Candidate.phase_since, Candidate.id)
    )
    return list(db.session.scalars(_with_parts(query)))


def in_phase(phase: Phase) -> list[Candidate]:
    """Everybody in a phase, of every team, for the system: profile loaded, nobody shown to anybody."""
    return list(
        db.session.scalars(_with_parts(select(Candidate).where(Candidate.phase == phase).order_by(Candidate.id)))
    )


def all_of(actor: Actor) -> list[Candidate]:
    """Everybody in the actor's sight, those who have left too. :raises Missing: for roles that see no candidate."""
    return list(db.session.scalars(select(Candidate).where(_in_sight(actor)).order_by(Candidate.id)))


def caseload_sizes(actor: Actor) -> dict[int, int]:
    """How many candidates who have not left each coach has, by the coach's id; of those in the actor's sight."""
    query = (
        select(Candidate.coach_id, func.count())
        .where(_in_sight(actor), Candidate.phase != Phase.EXITED, Candidate.coach_id.is_not(None))
        .group_by(Candidate.coach_id)
    )
    return {coach_id: count for coach_id, count in db.session.execute(query) if coach_id is not None}


def _log_showing(actor: Actor, candidate_ids: Iterable[int], what: str) -> None:
    ids = set(candidate_ids)
    others = _of_others(actor, ids)
    audit.saw(actor, ids - others, what, _WHY[actor.role])
    audit.saw(actor, others, what, "deputising")


def _of_others(actor: Actor, candidate_ids: set[int]) -> set[int]:
    """Those whom a coach sees for a colleague who is away."""
    if not actor.covers:
        return set()
    theirs = select(Candidate.id).where(Candidate.id.in_(candidate_ids), Candidate.coach_id.in_(actor.covers))
    return set(db.session.scalars(theirs.order_by(Candidate.id)))


def notes_shown(actor: Actor, candidate_id: int, what: str) -> None:
    """Write to the access log that notes about a candidate are about to be shown to staff, whose page has checked that
    the reader may see them; a page that names the candidate as well writes one row all the same.

    :param what: the page; its view is marked ``logs_access=True``.
    """
    _log_showing(actor, [candidate_id], what)


def names(actor: Actor, candidate_ids: Iterable[int], what: str) -> dict[int, str]:
    """Full names of candidates, by id, to be shown; one row a candidate is written to the access log first.

    :param what: the page that shows them, such as ``candidates.index``; its view is marked ``logs_access=True``.
    :returns: the names of those whom the actor may see; others are absent, and nothing is logged of them.
    """
    wanted = set(candidate_ids)
    if not wanted or actor.role not in _WHY:
        return {}
    query = (
        select(Identity.candidate_id, Identity.first_name, Identity.last_name)
        .join(Identity.candidate)
        .where(Identity.candidate_id.in_(wanted), _in_sight(actor))
        .order_by(Identity.candidate_id)
    )
    found = {candidate_id: f"{first} {last}".strip() for candidate_id, first, last in db.session.execute(query)}
    if found:
        _log_showing(actor, found, what)
    return found


def identity_of(actor: Actor, candidate: Candidate, what: str) -> Identity:
    """Who a candidate is, to be shown; written to the access log first. :raises Missing: when not in sight."""
    query = select(Identity).join(Identity.candidate).where(Identity.candidate_id == candidate.id, _in_sight(actor))
    identity = db.session.scalar(query)
    if identity is None:
        raise Missing
    _log_showing(actor, [candidate.id], what)
    return identity


@dataclass(frozen=True)
class Step:
    """When a candidate came into a phase, and who said so (empty for the system)."""

    phase: Phase
    on_day: date
    by: str


def phase_history(candidate: Candidate) -> list[Step]:
    """The phases of a candidate, newest first."""
    query = (
        select(PhaseChange.phase, PhaseChange.on_day, User.name)
        .outerjoin(User, User.id == PhaseChange.by_id)
        .where(PhaseChange.candidate_id == candidate.id)
        .order_by(PhaseChange.id.desc())
    )
    return [Step(phase, on_day, name or "") for phase, on_day, name in db.session.execute(query)]


def notes(actor: Actor, candidate: Candidate, page: int) -> Page[Note]:
    """The team's notes on a candidate, newest first, with their authors. The page that shows them writes the access
    log by ``identity_of``. :raises Missing: when the candidate is not in sight."""
    query = (
        select(Note)
        .join(Candidate, Candidate.id == Note.candidate_id)
        .where(Note.candidate_id == candidate.id, _in_sight(actor))
        .options(joinedload(Note.author))
        .order_by(Note.at.desc(), Note.id.desc())
    )
    return paged(query, page)


@dataclass(frozen=True)
class Look:
    """One showing of a candidate's identity or notes."""

    at: datetime
    who: str
    role: Role
    what: str
    why: str


def looks(actor: Actor, candidate: Candidate, page: int) -> Page[Look]:
    """Who has looked at a candidate, newest first. :raises Missing: when the candidate is not in sight."""
    if db.session.scalar(select(Candidate.id).where(Candidate.id == candidate.id, _in_sight(actor))) is None:
        raise Missing
    query = (
        select(AccessLogEntry)
        .where(AccessLogEntry.candidate_id == candidate.id)
        .order_by(AccessLogEntry.at.desc(), AccessLogEntry.id.desc())
    )
    entries = paged(query, page)
    viewers = {entry.viewer_id for entry in entries.items if entry.viewer_id is not None}
    named = select(User.id, User.name).where(User.id.in_(viewers)).order_by(User.id)
    people = {row.id: row.name for row in db.session.execute(named)}
    items = [
        Look(entry.at, people.get(entry.viewer_id, ""), entry.viewer_role, entry.what, entry.why)
        for entry in entries.items
    ]
    return Page(items, entries.page, entries.total, entries.per_page)


def recipient(candidate_id: int) -> Recipient | None:
    """Where mail to a candidate goes, in which language; None without a mail address. Letters greet without a name."""
    row = db.session.execute(
        select(Identity.email, Identity.language).where(Identity.candidate_id == candidate_id)
    ).one_or_none()
    if row is None or not row.email:
        return None
    return Recipient(row.email, "", row.language)


def language_of(candidate_id: int) -> Language:
    """The language that a candidate reads. :raises Missing: absent."""
    found = db.session.scalar(select(Identity.language).where(Identity.candidate_id == candidate_id))
    if found is None:
        raise Missing
    return found


def plans_of(candidate_ids: Iterable[int]) -> dict[int, DisclosurePlan]:
    """The plans of these candidates, by candidate; who has none is absent."""
    query = select(DisclosurePlan).where(DisclosurePlan.candidate_id.in_(list(candidate_ids)))
    rows = db.session.scalars(query.order_by(DisclosurePlan.candidate_id))
    return {plan.candidate_id: plan for plan in rows}


def plan_of(candidate_id: int) -> DisclosurePlan:
    """What a candidate has decided may be told. :raises Missing: when there is no such candidate."""
    plan = db.session.get(DisclosurePlan, candidate_id)
    if plan is None:
        raise Missing
    return plan
