"""When candidates meet employers next, for lists of rooms above."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db
from portal.proposals.models import Interview, InterviewState, Proposal
from portal.proposals.states import LIVE


def next_days(candidate_ids: list[int]) -> dict[int, date]:
    """The local day of the next agreed meeting, by candidate, in one statement; who has none is absent."""
    query = (
        select(Proposal.candidate_id, func.min(Interview.starts_at))
        .join(Interview, Interview.proposal_id == Proposal.id)
        .where(
            Proposal.candidate_id.in_(candidate_ids),
            Proposal.state.in_(LIVE),
            Interview.state == InterviewState.AGREED,
            Interview.starts_at > clock.now(),
        )
        .group_by(Proposal.candidate_id)
        .order_by(Proposal.candidate_id)
    )
    return {one: clock.local(at).date() for one, at in db.session.execute(query) if at is not None}
