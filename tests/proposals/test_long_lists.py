"""Long lists under a proposal, and of whom to propose, are folded: the newest and the fittest stand first."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.core.actors import Role
from portal.proposals import messages
from portal.proposals.states import ProposalState
from tests.factories import candidates, openings, proposals

ClientFor = Callable[[User], FlaskClient]


def test_earlier_messages_are_folded(client_for: ClientFor) -> None:
    story = proposals.story(ProposalState.INTERESTED)
    for number in range(7):
        messages.write(story.actor(Role.COACH), story.proposal, f"The {number}th question")
    text = client_for(story.contact).get(f"/proposals/{story.proposal.public_id}").text
    folded = text[text.index("2 earlier messages") : text.index("</details>", text.index("2 earlier messages"))]
    assert "The 0th question" in folded
    assert "The 1th question" in folded
    assert "The 2th question" not in folded
    assert "The 6th question" in text


def test_beyond_ten_people_to_propose_are_folded(client_for: ClientFor) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    people = [candidates.candidate(coach=story.coach) for _ in range(12)]
    text = client_for(story.coach).get(f"/proposals/new?opening={openings.opening().public_id}").text
    assert all(one.public_id in text for one in people)
    shown, folded = text.split("3 more", 1)
    assert shown.count("candidate=") // 2 == 10
    assert folded.count("candidate=") // 2 == 3
