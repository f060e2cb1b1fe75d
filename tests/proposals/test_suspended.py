"""With a suspended employer nothing goes on: the page says why, every step ahead is refused, an end is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.actors import SYSTEM, Role
from portal.core.db import db
from portal.core.errors import Refused
from portal.employers.models import Employer
from portal.employers.states import Verification
from portal.proposals import interviews, queries, service
from portal.proposals.states import ProposalState
from tests.factories import proposals
from tests.factories.proposals import Story
from tests.proposals.kit import ClientFor, path, step, typed
from tests.snapshot import unchanged

S = ProposalState
pytestmark = pytest.mark.usefixtures("in_english")
SENTENCE = "The employer is suspended."
AHEAD = [
    (S.DRAFT, "ask_consent"),
    (S.DRAFT, "record_consent"),
    (S.PROPOSED, "interested"),
    (S.DECLINED, "undo_decline"),
    (S.INTERESTED, "disclose"),
    (S.DISCLOSED, "offer"),
    (S.INTERVIEW, "report_hire"),
]


def _suspended(state: ProposalState) -> Story:
    story = proposals.story(state)
    db.session.get_one(Employer, story.opening.employer_id).verification = Verification.SUSPENDED
    db.session.commit()
    return story


@pytest.mark.parametrize(("state", "verb"), AHEAD)
def test_the_coach_is_refused_with_a_sentence_and_offered_nothing(
    client_for: ClientFor, state: ProposalState, verb: str
) -> None:
    story = _suspended(state)
    coach = client_for(story.coach)
    with unchanged():
        answer = coach.post(path(story, verb), data=typed(verb))
        assert answer.status_code == 409
        assert SENTENCE in answer.text
    shown = coach.get(path(story)).text
    assert (SENTENCE in shown) is (state is not S.DECLINED)  # what has ended has nothing to go on with
    for ahead in (verb, "times"):
        assert f'"{path(story, ahead)}"' not in shown


@pytest.mark.parametrize("role", [Role.COACH, Role.TEAM_LEADER])
def test_a_hire_is_not_confirmed(role: Role) -> None:
    story = proposals.story(S.OFFERED)
    service.report_hire(story.actor(Role.EMPLOYER), story.fresh().proposal, proposals.terms())
    db.session.get_one(Employer, story.opening.employer_id).verification = Verification.SUSPENDED
    db.session.commit()
    with pytest.raises(Refused, match=SENTENCE):
        step(story, "confirm_hire", story.actor(role))


def test_nothing_is_asked_or_agreed_about_meeting() -> None:
    story = proposals.story(S.DISCLOSED)
    coach, soon = story.actor(Role.COACH), clock.now() + timedelta(days=2)
    asked = interviews.propose_times(story.actor(Role.EMPLOYER), story.fresh().proposal, [soon])
    db.session.get_one(Employer, story.opening.employer_id).verification = Verification.SUSPENDED
    db.session.commit()
    with pytest.raises(Refused, match=SENTENCE):
        interviews.propose_times(coach, story.fresh().proposal, [soon])
    meeting = queries.interview_of(story.fresh().proposal, asked.public_id)
    with pytest.raises(Refused, match=SENTENCE), db.session.begin_nested():
        interviews.pick_time(coach, story.fresh().proposal, meeting, meeting.times[0].id)


def test_the_candidate_is_not_asked_for_details() -> None:
    story = _suspended(S.INTERESTED)
    with pytest.raises(Refused, match=SENTENCE):
        service.ask_disclosure(story.actor(Role.COACH), story.fresh().proposal)


@pytest.mark.parametrize(
    ("state", "verb", "end"),
    [
        (S.PROPOSED, "decline", S.DECLINED),
        (S.INTERESTED, "withdraw", S.WITHDRAWN),
        (S.OFFERED, "turn_down", S.TURNED_DOWN),
    ],
)
def test_an_end_is_still_written_down(
    client_for: ClientFor, state: ProposalState, verb: str, end: ProposalState
) -> None:
    story = _suspended(state)
    coach = client_for(story.coach)
    assert f'"{path(story, verb)}"' in coach.get(path(story)).text
    assert coach.post(path(story, verb), data=typed(verb)).status_code == 302
    assert story.fresh().proposal.state is end


def test_the_candidates_own_end_and_the_systems_work_too() -> None:
    story = _suspended(S.DISCLOSED)
    service.take_consent_back(story.actor(Role.CANDIDATE), story.fresh().proposal)
    assert story.fresh().proposal.state is S.WITHDRAWN
    other = _suspended(S.PROPOSED)
    step(other, "close", SYSTEM)
    assert other.fresh().proposal.state is S.CLOSED


def test_verified_again_it_goes_on(client_for: ClientFor) -> None:
    story = _suspended(S.PROPOSED)
    db.session.get_one(Employer, story.opening.employer_id).verification = Verification.VERIFIED
    db.session.commit()
    assert SENTENCE not in client_for(story.coach).get(path(story)).text
    assert client_for(story.coach).post(path(story, "interested")).status_code == 302
