"""What is asked when a mail is about to be queued or to leave: is it still so, and may its reader be told."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts.models import User
from portal.candidates import queries as candidates
from portal.core.actors import Role
from portal.core.db import db
from portal.employers import queries as employers
from portal.proposals.models import Interview, InterviewState, Proposal
from portal.proposals.queries.loading import load
from portal.proposals.queries.seeing import visible_to
from portal.proposals.rules import shows_profile
from portal.proposals.states import ProposalState


def state_of(proposal_id: int) -> ProposalState | None:
    """The state of a proposal now, or None when it is gone: asked again when a mail is about to leave."""
    return db.session.scalar(select(Proposal.state).where(Proposal.id == proposal_id))


def interview_state(interview_id: int) -> InterviewState | None:
    """The state of an interview now, or None when it is gone."""
    return db.session.scalar(select(Interview.state).where(Interview.id == interview_id))


def has_address(candidate_id: int) -> bool:
    """Whether mail can reach the candidate."""
    return candidates.recipient(candidate_id) is not None


def may_be_told(proposal_id: int, user_id: int | None) -> bool:
    """Whether a user may still be told of a proposal: who sees its page, if only by now.

    A candidate (``user_id`` None) may always be told of the own proposal.
    """
    if user_id is None:
        return True
    user = db.session.get(User, user_id)
    if user is None or not user.is_active:
        return False
    query = select(Proposal.id).where(Proposal.id == proposal_id, visible_to(employers.actor_of(user)))
    return db.session.scalar(query) is not None


def may_read(proposal_id: int, user_id: int | None) -> bool:
    """Whether the messages under a proposal are on the page for this reader: for an employer's while the yes holds."""
    user = db.session.get(User, user_id) if user_id is not None else None
    return user is not None and (user.role is not Role.EMPLOYER or shows_profile(load(proposal_id)))
