"""A pitch that another employer has, or may get, warns the coach before the yes is asked, and stops nothing."""

from __future__ import annotations

import pytest

from portal.candidates import queries
from portal.candidates.models import Profile
from portal.core.actors import Role
from portal.core.db import db
from portal.openings import queries as opening_queries
from portal.proposals import service
from portal.proposals.states import ProposalState
from tests.factories import openings, proposals
from tests.factories.proposals import Story
from tests.proposals.kit import PITCH, ClientFor

WARNING = "Another employer has the same words"


def _preview(story: Story, client_for: ClientFor, *, same_employer: bool = False) -> str:
    employer = opening_queries.get(story.opening.id).employer if same_employer else None
    need = openings.opening(employer)
    db.session.commit()
    address = f"/proposals/new?opening={need.public_id}&candidate={story.candidate.public_id}"
    return client_for(story.coach).get(address).text


def test_a_pitch_sent_to_another_employer_warns(client_for: ClientFor) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    page = _preview(story, client_for)
    warning = page[page.index(WARNING) :]
    assert PITCH in warning[: warning.index("</ul>")]
    assert 'name="how"' in page, "the coach may go past it"


def test_it_warns_after_the_other_proposal_has_ended_too(client_for: ClientFor) -> None:
    assert WARNING in _preview(proposals.story(ProposalState.DECLINED), client_for)


def test_what_the_candidate_is_asked_warns_and_no_more_after_a_no(client_for: ClientFor) -> None:
    assert WARNING in _preview(proposals.story(ProposalState.AWAITING_CONSENT), client_for)
    assert WARNING not in _preview(proposals.story(ProposalState.REFUSED), client_for)


@pytest.mark.parametrize("verb", ["record_consent", "ask_consent"])
def test_the_proposals_own_steps_warn_too(client_for: ClientFor, verb: str) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    coach = story.actor(Role.COACH)
    need = opening_queries.get(openings.opening().id)
    begun = service.draft(coach, queries.load(story.candidate.id), need)
    db.session.commit()
    page = client_for(story.coach).get(f"/proposals/{begun.public_id}/{verb}").text
    warning = page[page.index(WARNING) :]
    assert PITCH in warning[: warning.index("</ul>")]


def test_what_the_same_employer_has_read_does_not_warn(client_for: ClientFor) -> None:
    assert WARNING not in _preview(proposals.story(ProposalState.PROPOSED), client_for, same_employer=True)


def test_other_words_do_not_warn_and_other_spacing_does(client_for: ClientFor) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    profile = db.session.get_one(Profile, story.candidate.id)
    sent, profile.works_well = profile.pitch, ""
    profile.pitch = "Keeps the pace when the queue is long."
    assert WARNING not in _preview(story, client_for)
    db.session.get_one(Profile, story.candidate.id).pitch = sent.upper().replace(" ", "  ")
    assert WARNING in _preview(story, client_for)
