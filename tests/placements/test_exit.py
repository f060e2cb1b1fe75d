"""A candidate does not leave while a proposal is under way or a job goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import User
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
from tests.factories import accounts, candidates, placements, proposals


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


def test_the_page_before_the_exit_says_what_is_in_the_way(client_for: Callable[[User], FlaskClient]) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    path = f"/candidates/{story.candidate.public_id}"
    assert f'href="{path}/exit"' in client_for(story.coach).get(path).text
    page = client_for(story.coach).get(f"{path}/exit")
    assert page.status_code == 200
    assert "Withdraw it first." in page.text
    assert "The candidate exits" not in page.text
    refused = client_for(story.coach).post(f"{path}/exit")
    assert refused.status_code == 409
    assert "<h1>This cannot be done now</h1>" in refused.text


def test_the_exit_is_pressed_on_its_own_page_alone(client_for: Callable[[User], FlaskClient]) -> None:
    coach = accounts.coach()
    candidate = candidates.candidate(coach=coach, phase=Phase.SEARCHING)
    browser, path = client_for(coach), f"/candidates/{candidate.public_id}"
    assert browser.post(f"{path}/step/exit").status_code == 404
    page = browser.get(f"{path}/exit")
    assert "Nobody is mailed" in page.text
    assert queries.load(candidate.id).phase is Phase.SEARCHING
    assert browser.post(f"{path}/exit").status_code == 302
    db.session.expire_all()
    assert queries.load(candidate.id).phase is Phase.EXITED
    assert browser.get(f"{path}/exit").status_code == 409
