"""Every page of a proposal opens, in every state, for everybody who may see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.proposals.states import BEFORE_SENDING, ProposalState
from tests.factories import proposals

ClientFor = Callable[[User], FlaskClient]


@pytest.mark.parametrize("state", list(ProposalState))
def test_the_page_opens_in_every_state(client_for: ClientFor, state: ProposalState) -> None:
    story = proposals.story(state)
    path = f"/proposals/{story.proposal.public_id}"
    for staff in (story.coach, story.leader):
        assert client_for(staff).get(path).status_code == 200
    seen = client_for(story.contact).get(path)
    assert seen.status_code == (404 if state in BEFORE_SENDING else 200)


def test_the_coach_reads_what_had_reached_the_employer(client_for: ClientFor) -> None:
    story = proposals.story(ProposalState.DISCLOSED)
    path = f"/proposals/{story.proposal.public_id}"
    assert "What had reached the employer" not in client_for(story.coach).get(path).text
    assert client_for(story.coach).post(f"{path}/withdraw").status_code == 302
    after = client_for(story.coach).get(path).text
    assert "What had reached the employer" in after
    assert f"to {story.contact.name}" in after
    assert "Name, Phone" in after
    assert "What had reached the employer" not in client_for(story.contact).get(path).text
