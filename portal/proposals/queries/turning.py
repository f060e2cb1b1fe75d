"""What is next of proposals, with how their meetings stand, in one statement for a whole list."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db
from portal.proposals.models import Interview, InterviewState, InterviewTime, Proposal
from portal.proposals.turns import Meeting, Next, next_of


def nexts_of(proposals: Iterable[Proposal]) -> dict[int, Next | None]:
    """What is next of each, by the proposal's id."""
    rows = list(proposals)
    meetings = meetings_of([one.id for one in rows])
    return {one.id: next_of(one, meetings.get(one.id, []), clock.now()) for one in rows}


def next_for(proposal: Proposal) -> Next | None:
    """What is next of one proposal."""
    return nexts_of([proposal])[proposal.id]


def meetings_of(proposal_ids: list[int]) -> dict[int, list[Meeting]]:
    """The meetings of proposals that are asked about or agreed, by the proposal's id; who has none is absent."""
    found: dict[int, list[Meeting]] = {}
    if not proposal_ids:
        return found
    query = (
        select(
            Interview.proposal_id,
            Interview.state,
            Interview.proposed_by,
            func.coalesce(Interview.starts_at, func.max(InterviewTime.starts_at)).label("at"),
            Interview.created_at,
        )
        .join(InterviewTime, InterviewTime.interview_id == Interview.id)
        .where(Interview.proposal_id.in_(proposal_ids), Interview.state != InterviewState.CANCELLED)
        .group_by(Interview.id)
        .order_by(Interview.id)
    )
    for row in db.session.execute(query):
        found.setdefault(row.proposal_id, []).append(Meeting(row.state, row.proposed_by, row.at, row.created_at))
    return found
