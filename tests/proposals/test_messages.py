"""What a coach may write to an employer, before and after the candidate lets something be known."""

from __future__ import annotations

import pytest

from portal.candidates.models import Identity
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Invalid, Refused
from portal.proposals import messages
from portal.proposals.states import ProposalState
from tests.factories import proposals


def _identity(story: proposals.Story) -> Identity:
    return db.session.get_one(Identity, story.candidate.id)


def test_a_name_is_held_back_until_the_candidate_lets_it_be_known(app: Portal) -> None:
    for state, passes in ((ProposalState.INTERESTED, False), (ProposalState.DISCLOSED, True)):
        story = proposals.story(state)
        text = f"{_identity(story).first_name} comes on Monday."
        if passes:
            assert messages.write(story.actor(Role.COACH), story.proposal, text).text == text
        else:
            with pytest.raises(Invalid):
                messages.write(story.actor(Role.COACH), story.proposal, text)


def test_the_phone_that_is_known_passes_and_another_does_not(app: Portal) -> None:
    story = proposals.story(ProposalState.DISCLOSED)
    coach = story.actor(Role.COACH)
    known = _identity(story).phone.replace("+358 40 ", "040-")
    assert messages.write(coach, story.proposal, f"Ring {known}.").id
    with pytest.raises(Invalid):
        messages.write(coach, story.proposal, "Ring 0440 765 432.")


def test_what_was_not_consented_to_stays_back_after_the_disclosure(app: Portal) -> None:
    story = proposals.story(ProposalState.DISCLOSED)
    with pytest.raises(Invalid):
        messages.write(story.actor(Role.COACH), story.proposal, f"Skriv till {_identity(story).email}.")


def test_a_coach_may_give_the_own_number(app: Portal) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    story.proposal.coach.phone = "050 123 4567"
    assert messages.write(story.actor(Role.COACH), story.proposal, "Ring mig: +358 50 123 4567.").id


def test_an_employer_may_write_anything_while_there_is_somebody_to_write_to(app: Portal) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    employer = story.actor(Role.EMPLOYER)
    assert messages.write(employer, story.proposal, f"Is it {_identity(story).first_name}?").id
    ended = proposals.story(ProposalState.WITHDRAWN)
    with pytest.raises(Refused):
        messages.write(ended.actor(Role.EMPLOYER), ended.proposal, "Hello?")
