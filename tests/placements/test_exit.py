"""A candidate does not leave while a proposal is under way or a job goes on."""

from __future__ import annotations

import pytest

from portal.candidates import queries, service
from portal.candidates.states import Phase
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Refused
from portal.employers.queries import actor_of
from portal.placements.models import EndedBy, EndReason
from portal.placements.states import PlacementState
from portal.proposals.states import ProposalState
from tests.factories import accounts, placements, proposals


def test_a_proposal_under_way_keeps_the_candidate(app: Portal) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    candidate = queries.load(story.candidate.id)
    with pytest.raises(Refused, match="proposal"):
        service.change_phase(candidate, "exit", story.actor(Role.COACH))
    assert candidate.phase is not Phase.EXITED


def test_a_job_that_goes_on_keeps_the_candidate_until_it_ends(app: Portal) -> None:
    coach = accounts.coach()
    job = placements.own_find(coach)
    candidate = queries.load(job.candidate_id)
    with pytest.raises(Refused, match="job"):
        service.change_phase(candidate, "exit", actor_of(coach))
    job.state, job.ended_on = PlacementState.ENDED, job.starts_on
    job.end_reason, job.ended_by = next(iter(EndReason)), next(iter(EndedBy))
    db.session.flush()
    service.change_phase(candidate, "exit", actor_of(coach))
    assert candidate.phase is Phase.EXITED
