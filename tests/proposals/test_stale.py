"""Two who read the same state and both act on it: the one who is later is told, on either database.

Requests on SQLite cannot meet between reading and writing, so the two readings are made by hand here.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import Overtaken
from portal.proposals import moves, queries
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from tests.factories import proposals


def _read_before(proposal_id: int) -> Proposal:
    """The proposal as another request has read it: later changes do not reach it."""
    db.session.expunge_all()
    read = queries.load(proposal_id)
    db.session.expunge_all()
    return read


@pytest.mark.parametrize("second", ["interested", "withdraw"])
def test_who_acts_on_an_old_reading_is_told(app: Flask, second: str) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    coach, proposal_id = story.actor(Role.COACH), story.proposal.id
    db.session.flush()
    stale = _read_before(proposal_id)
    moves.move(queries.load(proposal_id), "interested", coach)
    events = select(AuditEvent.id).where(AuditEvent.subject_type == "proposal", AuditEvent.subject_id == proposal_id)
    before = db.session.scalars(events).all()
    assert stale.state is ProposalState.PROPOSED
    with pytest.raises(Overtaken):
        moves.move(stale, second, coach)
    assert db.session.scalar(select(Proposal.state).where(Proposal.id == proposal_id)) is ProposalState.INTERESTED
    assert db.session.scalars(events).all() == before
