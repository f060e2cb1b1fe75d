"""What exists for an actor: one proposal, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import joinedload

from portal.candidates.models import Candidate, consent_contacts
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.periods import periods
from portal.openings.models import Opening, opening_contacts
from portal.proposals.models import Interview, InterviewState, Proposal, Side
from portal.proposals.queries.loading import LOADED, one
from portal.proposals.queries.turning import nexts_of
from portal.proposals.rules import SILENT_AFTER
from portal.proposals.states import SENT, ProposalState
from portal.proposals.turns import TALKING, Next, Step


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition that a proposal exists for an actor (``domain.md``, "Who is who, and who sees what")."""
    if actor.role is Role.EMPLOYER:
        owned = exists().where(Opening.id == Proposal.opening_id, Opening.employer_id == actor.employer_id)
        return and_(owned, _kept_for_employers(), _is_contact(actor))
    if actor.role is Role.COACH:
        return exists().where(Candidate.id == Proposal.candidate_id, Candidate.coach_id.in_(actor.caseloads))
    if actor.role is Role.TEAM_LEADER:
        return exists().where(Candidate.id == Proposal.candidate_id, Candidate.team_id == actor.team_id)
    return false()


def _is_contact(actor: Actor) -> ColumnElement[bool]:
    """The actor is a contact person of the opening, and one whom the candidate's consent names."""
    return and_(
        exists().where(
            opening_contacts.c.opening_id == Proposal.opening_id, opening_contacts.c.user_id == actor.user_id
        ),
        exists().where(
            consent_contacts.c.consent_id == Proposal.consent_id, consent_contacts.c.user_id == actor.user_id
        ),
    )


def _kept_for_employers() -> ColumnElement[bool]:
    """What was sent and goes on, or ended not too long ago; a hire goes on as a placement, with a page of its own."""
    kept = timedelta(days=periods().history)
    shown = or_(Proposal.state.in_(SENT), Proposal.state_since > clock.now() - kept)
    return and_(Proposal.proposed_at.is_not(None), shown)


def get_for(actor: Actor, public_id: str) -> Proposal:
    """One proposal with all that its page reads. :raises Missing: absent, or not this actor's to see."""
    query = select(Proposal).where(Proposal.public_id == public_id, visible_to(actor)).options(*LOADED)
    return one(query)


def get_by_id(actor: Actor, proposal_id: int) -> Proposal:
    """The same by its row id, for the holder of a link. :raises Missing: absent, or not this actor's to see."""
    return one(select(Proposal).where(Proposal.id == proposal_id, visible_to(actor)).options(*LOADED))


def newest_first(actor: Actor, *conditions: ColumnElement[bool]) -> Select[Proposal]:
    """A list of the actor's proposals with opening, employer and alias, the latest change first."""
    return (
        select(Proposal)
        .where(visible_to(actor), *conditions)
        .options(
            joinedload(Proposal.opening).joinedload(Opening.employer),
            joinedload(Proposal.alias),
            joinedload(Proposal.frozen_profile),
            joinedload(Proposal.consent),
            joinedload(Proposal.coach),
        )
        .order_by(Proposal.state_since.desc(), Proposal.id.desc())
    )


def listed(actor: Actor, *conditions: ColumnElement[bool], at_most: int = 50) -> list[Proposal]:
    """The first rows of ``newest_first``; for an employer without an order finer than the day."""
    return _ordered(actor, db.session.scalars(newest_first(actor, *conditions).limit(at_most)).unique())


def _ordered(actor: Actor, rows: Iterable[Proposal]) -> list[Proposal]:
    """As they come, newest first; within a day at random for an employer. A coach who proposes the same people to two
    employers one after the other would else give both of them the same list."""
    if not actor.is_employer:
        return list(rows)
    return sorted(rows, key=lambda row: (-clock.local(row.state_since).date().toordinal(), row.public_id))


def of_opening(actor: Actor, opening_id: int) -> list[Proposal]:
    """The actor's proposals for one opening, the latest change first."""
    return listed(actor, Proposal.opening_id == opening_id)


def of_candidate(actor: Actor, candidate_id: int) -> list[Proposal]:
    """The actor's proposals of one candidate, the latest change first."""
    return listed(actor, Proposal.candidate_id == candidate_id)


def of_employer(actor: Actor, employer_id: int) -> list[Proposal]:
    """The actor's proposals to one employer, the latest change first."""
    at_employer = exists().where(Opening.id == Proposal.opening_id, Opening.employer_id == employer_id)
    return listed(actor, at_employer)


def known_to_colleagues(actor: Actor, opening_id: int) -> list[Proposal]:
    """What an employer's user who is no contact person may know: that there is a proposal, and its state."""
    query = (
        select(Proposal)
        .where(
            Proposal.opening_id == opening_id,
            _kept_for_employers(),
            ~_is_contact(actor),
            exists().where(Opening.id == Proposal.opening_id, Opening.employer_id == actor.employer_id),
        )
        .options(joinedload(Proposal.alias))
        .order_by(Proposal.state_since.desc(), Proposal.id.desc())
        .limit(50)
    )
    return _ordered(actor, db.session.scalars(query))


# What stands on the first page of each role: a draft when the candidate wants it changed; no meeting that is to come.
_PRESSES = {
    Role.EMPLOYER: (
        Step.ANSWER,
        Step.SUGGEST,
        Step.PICK,
        Step.SUGGEST_NEW,
        Step.AGREE_ANEW,
        Step.DECIDE,
        Step.CONFIRM,
    ),
    Role.COACH: (Step.CHANGE, Step.DISCLOSE, Step.PICK, Step.SUGGEST_NEW, Step.REPORT, Step.CONFIRM),
}


def waiting_for(actor: Actor) -> list[tuple[Proposal, Next]]:
    """What waits for an employer's contact person, or for the coach, the latest change first."""
    rows = listed(actor, _may_wait_for(actor.role))
    ahead = nexts_of(rows)
    steps = _PRESSES[actor.role]
    return [(one, due) for one in rows if (due := ahead[one.id]) is not None and due.is_for(actor.role, *steps)]


def _may_wait_for(role: Role) -> ColumnElement[bool]:
    """Everything that ``turns.next_of`` can find to be this side's, and little more."""
    other = Side.COACH if role is Role.EMPLOYER else Side.EMPLOYER
    reported = and_(Proposal.state == ProposalState.HIRE_REPORTED, Proposal.hire_reported_by == other)
    if role is Role.EMPLOYER:
        return or_(Proposal.state.in_((ProposalState.PROPOSED, *TALKING)), reported)
    asked = exists().where(
        Interview.proposal_id == Proposal.id,
        Interview.state == InterviewState.PROPOSED,
        Interview.proposed_by == other,
    )
    return or_(
        Proposal.state.in_((ProposalState.INTERESTED, ProposalState.OFFERED)),
        reported,
        and_(Proposal.state == ProposalState.DRAFT, Proposal.change_wish != ""),
        and_(Proposal.state.in_(TALKING), asked),
    )


def silent(actor: Actor) -> list[Proposal]:
    """Proposals that an employer has left unanswered for a week."""
    return listed(actor, Proposal.state == ProposalState.PROPOSED, Proposal.proposed_at <= clock.now() - SILENT_AFTER)
