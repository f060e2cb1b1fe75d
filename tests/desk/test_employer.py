"""The employer's first page: what waits, the own needs, the own people, and nothing that is not for this reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.candidates.models import Identity
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.employers.states import Verification
from portal.openings import queries as openings_queries
from portal.openings.states import OpeningState
from portal.placements.models import ContactSide
from portal.proposals import interviews, queries
from portal.proposals.states import ProposalState
from tests.counting import statements
from tests.factories import accounts, employers, openings, placements, proposals
from tests.openings.test_pages import many

Signed = Callable[[User], FlaskClient]


def _part(page: str, heading: str) -> str:
    start = page.index(f"<h2>{heading}")
    return page[start : page.index("</section>", start)]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ProposalState.PROPOSED, "is proposed to you"),
        (ProposalState.HIRE_REPORTED, "Confirm the hire of"),
        (ProposalState.DRAFT, None),
        (ProposalState.AWAITING_CONSENT, None),
        (ProposalState.DECLINED, None),
        (ProposalState.WITHDRAWN, None),
        (ProposalState.INTERESTED, None),
    ],
)
def test_what_waits_is_what_the_reader_can_answer(client_for: Signed, state: ProposalState, words: str | None) -> None:
    story = proposals.story(state)
    page = client_for(story.contact).get("/start").text
    waits = _part(page, "Waits for you")
    assert (f"/proposals/{story.proposal.public_id}" in waits) is (words is not None)
    assert (words or "Nothing waits for you now") in waits


def test_a_colleague_who_is_no_contact_person_finds_nothing_waiting(client_for: Signed) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    colleague = employers.employer_user(story.opening.employer)
    browser = client_for(colleague)
    db.session.commit()
    assert "Nothing waits for you now" in browser.get("/start").text


def test_times_to_pick_wait_for_the_employer(client_for: Signed) -> None:
    story = proposals.story(ProposalState.DISCLOSED)
    interviews.propose_times(
        story.actor(Role.COACH), queries.load(story.proposal.id), [clock.now() + timedelta(days=2)]
    )
    browser = client_for(story.contact)
    db.session.commit()
    assert "Pick a time to meet" in _part(browser.get("/start").text, "Waits for you")


def test_times_that_the_employer_proposed_wait_for_the_coach(client_for: Signed) -> None:
    story = proposals.story(ProposalState.DISCLOSED)
    interviews.propose_times(
        story.actor(Role.EMPLOYER), queries.load(story.proposal.id), [clock.now() + timedelta(days=2)]
    )
    browser = client_for(story.contact)
    db.session.commit()
    assert "Pick a time" not in browser.get("/start").text


@pytest.mark.parametrize("state", ProposalState)
def test_the_page_never_says_who_the_candidate_is(client_for: Signed, state: ProposalState) -> None:
    story = proposals.story(state)
    identity = db.session.get_one(Identity, story.candidate.id)
    private = [identity.first_name, identity.last_name, identity.phone, identity.email, identity.care_contact]
    page = client_for(story.contact).get("/start").text
    assert page.count("<h2>") >= 3
    for value in private:
        assert value not in page


def test_needs_show_their_state_and_how_many_are_proposed(client_for: Signed) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    openings.opening(story.opening.employer, contacts=[story.contact], title="Avslutad", state=OpeningState.CLOSED)
    browser = client_for(story.contact)
    db.session.commit()
    needs = _part(browser.get("/start").text, "Your needs")
    row = needs[needs.index(story.opening.title) :]
    assert 'class="list__number">1<' in row
    assert "Open" in row
    assert "Avslutad" not in needs


def test_people_show_the_next_contact_of_the_employers_side_the_coach_and_the_way_to_support(
    client_for: Signed,
) -> None:
    coach = accounts.coach(name="Maria Nyman", phone="040 555 0101")
    opening = openings.opening(title="Kock på kaféet")
    hire = placements.placement(coach, opening=opening)
    placements.contact(hire, side=ContactSide.EMPLOYEE, due_on=clock.today() + timedelta(days=3))
    theirs = clock.today() + timedelta(days=9)
    placements.contact(hire, side=ContactSide.EMPLOYER, due_on=theirs)
    browser = client_for(opening.contacts[0])
    db.session.commit()
    people = _part(browser.get("/start").text, "People you have hired")
    assert "Kock på kaféet" in people
    assert f"{theirs.day} {theirs:%b}" in people
    other = clock.today() + timedelta(days=3)
    assert f"{other.day} {other:%b}" not in people
    assert "Maria Nyman" in people
    assert "tel:0405550101" in people
    assert f"/placements/{hire.public_id}/ask" in people


def test_own_finds_of_which_nobody_is_told_are_not_there(client_for: Signed) -> None:
    opening = openings.opening()
    placements.own_find(employer_id=opening.employer_id, title="Hemligt jobb")
    browser = client_for(opening.contacts[0])
    db.session.commit()
    assert "Hemligt jobb" not in browser.get("/start").text


@pytest.mark.parametrize(
    ("verification", "words"),
    [
        (Verification.WAITING, "waits for verification"),
        (Verification.REJECTED, "could not be verified"),
        (Verification.VERIFIED, None),
    ],
)
def test_the_page_says_what_happens_with_the_organisation(
    client_for: Signed, verification: Verification, words: str | None
) -> None:
    browser = client_for(employers.employer_user(employers.employer(verification=verification)))
    db.session.commit()
    page = browser.get("/start").text
    for each in ("waits for verification", "could not be verified"):
        assert (each in page) is (words is not None and each in words)


def test_empty_says_what_to_do(client_for: Signed) -> None:
    browser = client_for(employers.employer_user())
    db.session.commit()
    page = browser.get("/start").text
    assert "Post your first need" in page
    assert "You have not posted a need yet" in page
    assert page.count("btn-primary") == 1


@pytest.mark.parametrize("make", [accounts.coach, accounts.team_leader, accounts.administrator])
def test_it_is_the_employers_page_alone(client_for: Signed, make: Callable[[], User]) -> None:
    browser = client_for(make())
    db.session.commit()
    assert browser.get("/start").status_code == 404


def test_the_page_costs_the_same_with_many_rows(client_for: Signed) -> None:
    coach = accounts.coach()
    opening = openings.opening()
    user = opening.contacts[0]
    ids = opening.employer_id, user.id
    placements.placement(coach, opening=opening)
    browser = client_for(user)
    many(*ids, 10)
    browser.get("/start")
    with statements() as few:
        assert browser.get("/start").status_code == 200
    many(*ids, 990)
    opening = openings_queries.get(opening.id)
    for _number in range(10):
        placements.placement(coach, opening=opening)
    db.session.commit()
    with statements() as lots:
        assert browser.get("/start").text.count("/ask") == 11
    assert len(lots) == len(few)
    assert len(few) <= 20
