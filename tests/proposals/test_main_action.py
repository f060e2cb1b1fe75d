"""One main action a page: what the coach does first with a draft, and what is folded beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.candidates.models import Profile
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.proposals import page, queries, service
from portal.proposals.states import ProposalState
from tests.factories import proposals
from tests.factories.proposals import Story

ClientFor = Callable[[User], FlaskClient]

pytestmark = pytest.mark.usefixtures("app")


def _asked_for_a_change() -> Story:
    story = proposals.story(ProposalState.AWAITING_CONSENT)
    service.ask_change(Actor(Role.CANDIDATE, candidate_id=story.candidate.id), story.proposal, "Fewer nights")
    return story


def _main(story: Story) -> list[str]:
    shown = page.actions_for(story.actor(Role.COACH), queries.load(story.proposal.id))
    return [one.verb for one in shown if one.kind == "primary"]


def test_a_plain_draft_is_sent() -> None:
    assert _main(proposals.story(ProposalState.DRAFT)) == ["record_consent"]


def test_a_wish_is_met_before_anything_is_sent(client_for: ClientFor) -> None:
    story = _asked_for_a_change()
    assert _main(story) == ["change_profile"]
    shown = client_for(story.coach).get(f"/proposals/{story.proposal.public_id}").text
    assert shown.count(f'href="/candidates/{story.candidate.public_id}/profile"') == 1
    assert "Change the profile as the candidate wished, then ask again." in shown


def test_once_the_profile_is_newer_than_the_wish_the_candidate_is_asked() -> None:
    story = _asked_for_a_change()
    db.session.get_one(Profile, story.candidate.id).changed_at = clock.now()
    db.session.flush()
    assert _main(story) == ["ask_consent"]


def test_what_is_beside_the_main_action_is_folded_from_three_on(client_for: ClientFor) -> None:
    many, few = proposals.story(ProposalState.INTERVIEW), proposals.story(ProposalState.PROPOSED)
    folded = client_for(many.coach).get(f"/proposals/{many.proposal.public_id}").text
    assert 'class="more"' in folded
    assert folded.index("btn-primary", folded.index("page-head__actions")) < folded.index('class="more"')
    assert 'class="more"' not in client_for(few.contact).get(f"/proposals/{few.proposal.public_id}").text
