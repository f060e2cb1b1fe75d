"""When somebody was last active, what is under way, and who is due. Days are Helsinki's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union, union_all

from portal.accounts.models import SignedLink, User
from portal.candidates.models import Candidate, Consent, DisclosurePlan, Note, PhaseChange, Profile
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.periods import periods
from portal.employers.models import EmployerContact, Membership
from portal.openings.models import Opening
from portal.openings.states import OPENINGS
from portal.placements.models import Placement, Pulse, SupportContact, SupportRequest
from portal.placements.states import PlacementState
from portal.privacy import rules
from portal.privacy.models import RetentionWarning
from portal.privacy.owned import LINKS_OF_PROPOSALS
from portal.privacy.rules import Standing
from portal.proposals import queries as proposals
from portal.proposals.models import Disclosure, Interview, Message, Proposal
from portal.proposals.states import LIVE

_LIVE_NEEDS = [state for state, flags in OPENINGS.flags.items() if flags.live]


@dataclass(frozen=True)
class Due:
    """Somebody who is to be warned or erased: the row, the opaque id, and how it stands."""

    id: int
    public_id: str
    standing: Standing


# --- candidates

# (candidate, instant) and (candidate, day) of everything that counts as activity; see docs/retention.md
_INSTANTS: tuple[Any, ...] = (
    select(Candidate.id.label("who"), Candidate.created_at.label("at")),
    select(Note.candidate_id, Note.at),
    select(Profile.candidate_id, Profile.changed_at),
    select(Consent.candidate_id, Consent.given_at),
    select(Consent.candidate_id, Consent.withdrawn_at),
    select(Proposal.candidate_id, Proposal.state_since),
    select(Proposal.candidate_id, Message.at).join(Proposal, Proposal.id == Message.proposal_id),
    select(Proposal.candidate_id, Interview.created_at).join(Proposal, Proposal.id == Interview.proposal_id),
    select(Proposal.candidate_id, Disclosure.at).join(Proposal, Proposal.id == Disclosure.proposal_id),
    select(Proposal.candidate_id, SignedLink.used_at)
    .join(Proposal, Proposal.id == SignedLink.subject_id)
    .where(SignedLink.purpose.in_(sorted(LINKS_OF_PROPOSALS))),
    select(Placement.candidate_id, SupportRequest.asked_at).join(
        Placement, Placement.id == SupportRequest.placement_id
    ),
    select(Placement.candidate_id, Pulse.answered_at).join(Placement, Placement.id == Pulse.placement_id),
    select(RetentionWarning.candidate_id, RetentionWarning.kept_at),
)
_DAYS: tuple[Any, ...] = (
    select(Candidate.id.label("who"), Candidate.phase_since.label("at")),
    select(PhaseChange.candidate_id, PhaseChange.on_day),
    select(DisclosurePlan.candidate_id, DisclosurePlan.reviewed_on),
    select(EmployerContact.candidate_id, EmployerContact.on_day),
    select(Placement.candidate_id, Placement.reported_on),
    select(Placement.candidate_id, Placement.ended_on),
    select(Placement.candidate_id, SupportContact.done_on).join(Placement, Placement.id == SupportContact.placement_id),
)


def last_active(candidate_ids: Collection[int] | None = None) -> dict[int, date]:
    """The day of each candidate's last activity, in two statements; of all of them when None is given."""
    found: dict[int, date] = {}
    for sources in (_INSTANTS, _DAYS):
        rows = union_all(*sources).subquery()
        query = select(rows.c.who, func.max(rows.c.at)).where(rows.c.at.is_not(None)).group_by(rows.c.who)
        if candidate_ids is not None:
            query = query.where(rows.c.who.in_(list(candidate_ids)))
        for who, at in db.session.execute(query):
            day = clock.local(at).date() if isinstance(at, datetime) else at
            if who is not None:
                found[who] = max(day, found.get(who, day))
    return found


def _live_candidates() -> Select[Any]:
    live = select(Proposal.candidate_id).where(Proposal.state.in_(sorted(LIVE)))
    working = select(Placement.candidate_id).where(Placement.state == PlacementState.ACTIVE)
    return select(union(live, working).subquery())


def candidate_standing(candidate: Candidate) -> Standing:
    """How one candidate stands."""
    active = last_active([candidate.id]).get(candidate.id, clock.local(candidate.created_at).date())
    live = candidate.id in set(db.session.scalars(_live_candidates()))
    warned = _warned(RetentionWarning.candidate_id, [candidate.id])
    return Standing(last_active_on=active, live=live, warned_on=warned.get((candidate.id, active)))


def _warned(column: Any, ids: Iterable[int] | None = None) -> dict[tuple[int, date], date]:
    """By (row, last active day): when the warning of that period was given."""
    query = select(column, RetentionWarning.last_active_on, RetentionWarning.warned_on).where(column.is_not(None))
    if ids is not None:
        query = query.where(column.in_(list(ids)))
    return {(who, active): on for who, active, on in db.session.execute(query)}


def _candidates() -> list[Due]:
    active = last_active()
    live = set(db.session.scalars(_live_candidates()))
    warned = _warned(RetentionWarning.candidate_id)
    rows = db.session.execute(select(Candidate.id, Candidate.public_id).order_by(Candidate.public_id))
    return [
        Due(
            row.id,
            row.public_id,
            Standing(
                last_active_on=active[row.id],
                live=row.id in live,
                warned_on=warned.get((row.id, active[row.id])),
            ),
        )
        for row in rows
    ]


def candidates_to_warn(today: date) -> list[Due]:
    """Candidates whose coach is to be warned, in the order of their opaque ids, which is nobody's order."""
    kept = periods()
    return [
        one for one in _candidates() if rules.may_warn(one.standing, today, period=kept.candidate, warning=kept.warning)
    ]


def candidates_to_erase(today: date) -> list[Due]:
    """Candidates whose data goes, in the order of their opaque ids."""
    kept = periods()
    return [
        one
        for one in _candidates()
        if rules.may_erase(one.standing, today, period=kept.candidate, warning=kept.warning)
    ]


def warned_candidates() -> set[int]:
    """Who was ever warned of: few, so that a first page asks no more unless there is somebody."""
    query = select(RetentionWarning.candidate_id).where(RetentionWarning.candidate_id.is_not(None))
    return {one for one in db.session.scalars(query) if one is not None}


def about_to_go(candidates: Collection[int]) -> dict[int, date]:
    """Those of these candidates that were warned of and whose period goes on, with the day of the erasing."""
    kept = periods()
    warned = _warned(RetentionWarning.candidate_id, candidates)
    active = last_active({who for who, _active in warned}) if warned else {}
    live = set(db.session.scalars(_live_candidates())) if warned else set()
    return {
        who: rules.erase_on(Standing(last_active_on=day, warned_on=on), period=kept.candidate, warning=kept.warning)
        for (who, day), on in warned.items()
        if active.get(who) == day and who not in live
    }


# --- users


def _busy() -> ColumnElement[bool]:
    """A need, a proposal or a placement is under way at the user's organisation, or is the user's own as a coach."""
    at = Membership.employer_id
    employers = exists().where(
        Membership.user_id == User.id,
        or_(
            exists().where(Opening.employer_id == at, Opening.state.in_(_LIVE_NEEDS)),
            exists().where(
                Opening.employer_id == at, Proposal.opening_id == Opening.id, Proposal.state.in_(sorted(LIVE))
            ),
            exists().where(Placement.employer_id == at, Placement.state == PlacementState.ACTIVE),
        ),
    )
    return or_(
        employers,
        exists().where(Candidate.coach_id == User.id),
        exists().where(Proposal.coach_id == User.id, Proposal.state.in_(sorted(LIVE))),
        exists().where(Placement.coach_id == User.id, Placement.state == PlacementState.ACTIVE),
    )


def _only_administrator() -> set[int]:
    query = select(User.id).where(User.role == Role.ADMINISTRATOR, User.deactivated_at.is_(None)).limit(2)
    found = list(db.session.scalars(query))
    return set(found) if len(found) == 1 else set()


def _users() -> list[Due]:
    answered = union_all(
        select(SignedLink.user_id.label("user_id"), SignedLink.used_at.label("at")),
        select(Pulse.answered_by_id, Pulse.answered_at),
    ).subquery()
    links = (
        select(answered.c.user_id, func.max(answered.c.at).label("used_at"))
        .where(answered.c.user_id.is_not(None))
        .group_by(answered.c.user_id)
        .subquery()
    )
    query = (
        select(User.id, User.public_id, User.created_at, User.last_sign_in_at, links.c.used_at, _busy().label("busy"))
        .outerjoin(links, links.c.user_id == User.id)
        .where(User.erased_at.is_(None))
        .order_by(User.public_id)
    )
    warned, only = _warned(RetentionWarning.user_id), _only_administrator()
    found = []
    for row in db.session.execute(query):
        moments = [at for at in (row.created_at, row.last_sign_in_at, row.used_at) if at is not None]
        active = clock.local(max(moments)).date()
        live = bool(row.busy) or row.id in only
        standing = Standing(last_active_on=active, live=live, warned_on=warned.get((row.id, active)))
        found.append(Due(row.id, row.public_id, standing))
    return found


def users_to_warn(today: date) -> list[Due]:
    """Users who are to be warned that their account goes, in the order of their opaque ids."""
    kept = periods()
    return [one for one in _users() if rules.may_warn(one.standing, today, period=kept.user, warning=kept.warning)]


def users_to_erase(today: date) -> list[Due]:
    """Users whose account goes, in the order of their opaque ids."""
    kept = periods()
    return [one for one in _users() if rules.may_erase(one.standing, today, period=kept.user, warning=kept.warning)]


# --- the logs


def logs_end(today: date) -> datetime:
    """The instant before which the rows of both logs have been kept long enough."""
    return clock.at_local(date.fromordinal(today.toordinal() - periods().access_log))


def open_warning(candidate_id: int, last_active_on: date) -> RetentionWarning | None:
    """The warning of a candidate's present period."""
    query = select(RetentionWarning).where(
        and_(RetentionWarning.candidate_id == candidate_id, RetentionWarning.last_active_on == last_active_on)
    )
    return db.session.scalar(query)


def work_under_way(candidate_id: int) -> tuple[list[Proposal], list[Placement]]:
    """The live proposals and running jobs that end with an erasing, oldest first."""
    jobs = select(Placement).where(Placement.candidate_id == candidate_id, Placement.state == PlacementState.ACTIVE)
    return proposals.live_of_candidate(candidate_id), list(db.session.scalars(jobs.order_by(Placement.id)))
