"""What a coach may write to an employer, before and after the candidate lets something be known."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.candidates.models import Identity
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Invalid, Refused
from portal.core.guarding import HeldBack
from portal.proposals import messages, service
from portal.proposals.states import ProposalState
from tests.factories import proposals
from tests.factories.proposals import FIELDS


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


def test_a_name_is_held_back_again_when_the_yes_is_over(app: Portal) -> None:
    story = proposals.story(ProposalState.DISCLOSED)
    text = f"{_identity(story).first_name} comes on Monday."
    consent = story.proposal.disclosure_consent
    assert consent is not None
    consent.until = clock.today() - timedelta(days=1)
    db.session.flush()
    with pytest.raises(HeldBack):
        messages.write(story.actor(Role.COACH), story.fresh().proposal, text)


def test_what_was_agreed_but_not_given_is_held_back(app: Portal) -> None:
    story = proposals.story(ProposalState.INTERESTED)
    coach = story.actor(Role.COACH)
    service.record_disclosure_consent(coach, story.fresh().proposal, FIELDS, service.HowGiven())
    text = f"{_identity(story).first_name} comes on Monday."
    with pytest.raises(HeldBack):
        messages.write(coach, story.fresh().proposal, text)
    service.disclose(coach, story.fresh().proposal)
    assert messages.write(coach, story.fresh().proposal, text).id


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


def test_a_doubtful_word_passes_once_it_was_looked_at_and_a_blocking_one_never(app: Portal) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    coach = story.actor(Role.COACH)
    with pytest.raises(HeldBack) as asked:
        messages.write(coach, story.proposal, "The candidate knows a hospital from inside.")
    assert asked.value.tokens
    with pytest.raises(HeldBack):  # another word than the one that was looked at
        messages.write(coach, story.proposal, "The candidate knows a clinic.", asked.value.tokens)
    text = "The hospital is known."
    assert messages.write(coach, story.proposal, text, asked.value.tokens).text == text
    with pytest.raises(HeldBack) as refused:
        messages.write(coach, story.proposal, "The hospital helped with the depression.", asked.value.tokens)
    assert refused.value.tokens == ""


def test_the_needs_own_words_and_the_employers_people_pass(app: Portal) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    story.proposal.opening.title = "Städare till centralsjukhuset"
    contact = story.proposal.opening.contacts[0]
    contact.phone = "06 826 4111"
    for text in ("Känner till sjukhusets rutiner.", f"Ring {contact.name}, 06-826 4111, så visar hon vägen."):
        assert messages.write(story.actor(Role.COACH), story.proposal, text).text == text


def test_the_page_offers_the_tick_and_takes_it(client_for: Callable[[User], FlaskClient], app: Portal) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    db.session.commit()
    browser = client_for(story.coach)
    address = f"/proposals/{story.proposal.public_id}/messages"
    asked = browser.post(address, data={"text": "The hospital is known."})
    assert asked.status_code == 422
    assert '<mark class="guard">hospital</mark>' in asked.text
    tick = re.search(r'name="words_read"[^>]*value="([0-9a-f ]+)"', asked.text)
    assert tick
    sent = browser.post(address, data={"text": "The hospital is known.", "words_read": tick.group(1)})
    assert sent.status_code == 302
