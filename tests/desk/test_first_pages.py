"""The coach's and the team leader's first pages: what stands there, for whom, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.audit.models import AccessLogEntry
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.desk import week
from portal.employers.models import Channel
from portal.employers.states import Verification
from portal.openings.models import Opening
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from tests.counting import statements
from tests.factories import accounts, candidates, employers, openings
from tests.factories import placements as factory
from tests.factories.proposals import story

Signed = Callable[[User], FlaskClient]
TODAY = clock.today()
MONDAY, SUNDAY = week.week_of(TODAY)


def sections(page: str) -> list[str]:
    """The headings of a page, without their counts."""
    return [part.split("<")[0].strip() for part in page.split("<h2>")[1:]]


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER, Role.ADMINISTRATOR])
def test_each_page_is_one_roles(client_for: Signed, role: Role) -> None:
    reader = employers.employer_user() if role is Role.EMPLOYER else accounts.user(role)
    browser = client_for(reader)
    assert (browser.get("/today").status_code == 200) is (role is Role.COACH)
    assert (browser.get("/team").status_code == 200) is (role is Role.TEAM_LEADER)


# The coach


def test_overdue_and_today_come_first_by_person(client_for: Signed) -> None:
    coach = accounts.coach()
    person = candidates.candidate(coach=coach, identity={"first_name": "Alfhild", "last_name": "Vuorijoki"})
    placement = factory.placement(coach, candidate=person, starts_on=TODAY)
    late = factory.contact(placement, due_on=TODAY - timedelta(days=2))
    now = factory.contact(placement)
    factory.contact(placement, due_on=SUNDAY + timedelta(days=1))  # next week's
    factory.contact(placement, due_on=TODAY - timedelta(days=9), before_reported=True)
    page = client_for(coach).get("/today").text
    assert sections(page)[:2] == ["Overdue", "Today"]
    assert page.count("Alfhild Vuorijoki") == 2
    for contact in (late, now):
        assert f"/contacts/{contact.public_id}" in page
    assert page.count("With the employee") == 2
    assert set(db.session.scalars(select(AccessLogEntry.candidate_id))) == {person.id}


def test_a_job_past_its_agreed_last_day_is_told_until_it_ends_or_is_prolonged(client_for: Signed) -> None:
    coach = accounts.coach()
    title = "The agreed last day has passed"
    started = TODAY - timedelta(days=60)
    placement = factory.placement(coach, starts_on=started, ends_on=TODAY)
    browser = client_for(coach)
    assert title not in sections(browser.get("/today").text)
    placement.ends_on = TODAY - timedelta(days=1)
    db.session.commit()
    page = browser.get("/today").text
    assert title in sections(page)
    for way in ("end", "start"):
        assert f"/placements/{placement.public_id}/{way}" in page
    assert title not in sections(client_for(accounts.coach(team_id=coach.team_id)).get("/today").text)
    longer = {"starts_on": started.isoformat(), "ends_on": (TODAY + timedelta(days=40)).isoformat()}
    told = browser.post(f"/placements/{placement.public_id}/start", data=longer, follow_redirects=True).text
    assert "The days of the job are changed" in told
    assert title not in sections(browser.get("/today").text)


def test_a_coach_sees_nothing_of_a_colleagues(client_for: Signed) -> None:
    placement = factory.placement(starts_on=TODAY)
    factory.contact(placement)
    factory.request(placement, openings.opening().contacts[0])
    page = client_for(accounts.coach()).get("/today").text
    assert placement.public_id not in page
    assert "Nothing is due this week" in page
    assert db.session.scalars(select(AccessLogEntry.id)).all() == []


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        (ProposalState.PROPOSED, False),
        (ProposalState.INTERESTED, True),
        (ProposalState.DISCLOSED, False),
        (ProposalState.OFFERED, True),
        (ProposalState.HIRED, False),
    ],
)
def test_what_waits_for_the_coach(client_for: Signed, state: ProposalState, waits: bool) -> None:
    told = story(state)
    page = client_for(told.coach).get("/today").text
    assert (f"/proposals/{told.proposal.public_id}" in page) is waits
    assert ("Waits for me" in page) is waits


def test_the_weeks_visits_are_those_in_person_of_this_week(client_for: Signed) -> None:
    coach = accounts.coach()
    employer = employers.employer()
    for day in (MONDAY, SUNDAY, MONDAY - timedelta(days=1), SUNDAY + timedelta(days=1)):
        employers.contact(employer, coach, on_day=day)
    employers.contact(employer, coach, channel=Channel.PHONE, on_day=MONDAY)
    employers.contact(employer, accounts.coach(), on_day=MONDAY)
    assert week.visits([coach.id], TODAY) == {coach.id: 2}
    assert "2 of 6 visits this week" in client_for(coach).get("/today").text


def test_next_steps_and_new_needs(client_for: Signed) -> None:
    coach = accounts.coach()
    employers.contact(employers.employer(), coach, next_step="Call about summer", next_step_on=TODAY)
    for number in range(11):
        openings.opening(title=f"New need {number}", posted_at=clock.now() - timedelta(hours=number))
    page = client_for(coach).get("/today").text
    assert "Call about summer" in page
    assert "New need 0<" in page
    assert "New need 9<" in page
    assert "New need 10<" not in page


@pytest.mark.either_database  # the same statements
def test_the_coachs_page_costs_the_same_with_many_rows(client_for: Signed) -> None:
    coach = accounts.coach()
    opening = openings.opening()
    placement = factory.placement(coach, opening=opening, starts_on=TODAY)
    factory.request(placement, opening.contacts[0])
    employers.contact(opening.employer, coach, next_step="Call", next_step_on=TODAY)
    waiting = factory.placement(coach)
    interested = update(Proposal).where(Proposal.id == waiting.proposal_id)
    db.session.execute(interested.values(state=ProposalState.INTERESTED))
    factory.many(waiting, 10)
    browser = client_for(coach)
    with statements() as few:
        assert browser.get("/today").status_code == 200
    factory.many(waiting, 990)
    with statements() as lots:
        assert browser.get("/today").status_code == 200
    assert len(lots) == len(few) <= 20, few


# The team leader


def test_what_slips_stands_on_the_team_leaders_page(client_for: Signed) -> None:
    leader = accounts.team_leader()
    coach = accounts.coach(team_id=leader.team_id, name="Anna Lindqvist")
    opening: Opening = openings.opening(title="Kock vid sjön")
    placement = factory.placement(coach, opening=opening, starts_on=TODAY)
    request = factory.request(placement, opening.contacts[0])
    factory.contact(placement, due_on=TODAY - timedelta(days=1))
    employers.employer_user(employers.employer(name="Ny Firma Ab", verification=Verification.WAITING))
    candidates.candidate(
        team=leader.team,
        referred_on=TODAY - timedelta(days=41),
        identity={"first_name": "Alfhild", "last_name": "Vuorijoki"},
    )
    candidates.candidate(  # whose coach left lately
        team=leader.team,
        referred_on=TODAY - timedelta(days=777),
        started_on=TODAY - timedelta(days=770),
        phase_since=TODAY - timedelta(days=13),
        identity={"first_name": "Tyyne", "last_name": "Lehto"},
    )
    candidates.candidate(team=accounts.team(), identity={"first_name": "Unelma", "last_name": "Huuskola"})
    page = client_for(leader).get("/team").text
    for words in (
        "Ny Firma Ab",
        "Alfhild Vuorijoki",
        ">41<",
        "Tyyne Lehto",
        ">13<",
        "Anna Lindqvist",
        "1 person, 20 is full",
        "1 contact",
    ):
        assert words in page, words
    assert f"/support/{request.public_id}/take" in page
    assert "Huuskola" not in page
    assert page.index("Vuorijoki") < page.index("Tyyne")


def test_silent_proposals_are_those_of_a_week_and_more(client_for: Signed) -> None:
    told = story(ProposalState.PROPOSED)
    browser = client_for(told.leader)
    path = f"/proposals/{told.proposal.public_id}"
    assert path not in browser.get("/team").text
    week_ago = clock.now() - timedelta(days=7, minutes=1)
    db.session.execute(update(Proposal).where(Proposal.id == told.proposal.id).values(proposed_at=week_ago))
    assert path in browser.get("/team").text


def test_a_hire_that_nobody_confirms_is_raised_after_five_working_days(client_for: Signed) -> None:
    told = story(ProposalState.HIRE_REPORTED)
    browser = client_for(told.leader)
    path = f"/proposals/{told.proposal.public_id}"
    for days, raised in ((4, False), (14, True)):
        reported = clock.now() - timedelta(days=days)
        db.session.execute(update(Proposal).where(Proposal.id == told.proposal.id).values(hire_reported_at=reported))
        assert (path in browser.get("/team").text) is raised


@pytest.mark.either_database  # the same statements
def test_the_team_leaders_page_costs_the_same_with_many_rows(client_for: Signed) -> None:
    leader = accounts.team_leader()
    coach = accounts.coach(team_id=leader.team_id)
    opening = openings.opening()
    placement = factory.placement(coach, opening=opening, starts_on=TODAY)
    factory.request(placement, opening.contacts[0])
    silent = factory.placement(coach)
    proposed = update(Proposal).where(Proposal.id == silent.proposal_id)
    db.session.execute(proposed.values(state=ProposalState.PROPOSED))
    candidates.candidate(team=leader.team, phase=Phase.REFERRED)
    employers.employer_user(employers.employer(verification=Verification.WAITING))
    factory.many(silent, 10)
    browser = client_for(leader)
    with statements() as few:
        assert browser.get("/team").status_code == 200
    factory.many(silent, 990)
    with statements() as lots:
        assert browser.get("/team").status_code == 200
    assert len(lots) == len(few) <= 14, few
