"""How many proposals there are, by candidate or by opening."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.openings.models import Opening
from portal.proposals.models import Proposal
from portal.proposals.states import LIVE, ProposalState


def live_count(candidate_id: int) -> int:
    """How many proposals of a candidate are under way."""
    return live_counts([candidate_id]).get(candidate_id, 0)


def live_counts(candidate_ids: Iterable[int]) -> dict[int, int]:
    """How many proposals are under way, by candidate, in one statement."""
    query = (
        select(Proposal.candidate_id, func.count())
        .where(Proposal.candidate_id.in_(list(candidate_ids)), Proposal.state.in_(LIVE))
        .group_by(Proposal.candidate_id)
    )
    return dict(db.session.execute(query).all())


def sent_counts(opening_ids: Iterable[int]) -> dict[int, int]:
    """How many nameless candidates are under way with the employer, by opening, in one statement."""
    query = (
        select(Proposal.opening_id, func.count())
        .where(Proposal.opening_id.in_(list(opening_ids)), Proposal.state.in_(LIVE), Proposal.proposed_at.is_not(None))
        .group_by(Proposal.opening_id)
    )
    return dict(db.session.execute(query).all())


def is_elsewhere(proposal: Proposal, since: datetime) -> bool:
    """Whether the same candidate is on the way to another employer, stands there, or was sent there since."""
    other = aliased(Opening)
    query = select(
        exists().where(
            Proposal.candidate_id == proposal.candidate_id,
            Proposal.opening_id == other.id,
            other.employer_id != select(Opening.employer_id).where(Opening.id == proposal.opening_id).scalar_subquery(),
            or_(Proposal.state.in_(LIVE), Proposal.proposed_at >= since),
        )
    )
    return bool(db.session.scalar(query))


def hired_count(opening_id: int) -> int:
    """How many people an opening has brought."""
    query = select(func.count()).where(Proposal.opening_id == opening_id, Proposal.state == ProposalState.HIRED)
    return db.session.scalar(query) or 0
