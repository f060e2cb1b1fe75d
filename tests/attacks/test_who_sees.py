"""Who sees and hears what after something has changed on the way; and that what is seen is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import Purpose, User
from portal.audit.models import AccessLogEntry
from portal.candidates.models import Candidate, Consent, DisclosurePlan, Identity, PersonalField
from portal.core import clock
from portal.core.db import db
from portal.employers.models import EmployerContact
from portal.employers.states import Verification
from portal.openings.models import Opening
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.proposals.states import ProposalState
from tests.factories import accounts, candidates, employers
from tests.factories.proposals import Story, story
from tests.proposals.kit import as_read, identity, link, path, typed

ClientFor = Callable[[User], FlaskClient]
Queued = Callable[[], list[tuple[str, str]]]


def _looks() -> int:
    return db.session.scalar(select(func.count()).select_from(AccessLogEntry)) or 0


def _name(candidate: Candidate) -> str:
    return db.session.get_one(Identity, candidate.id).full_name


def _still_due(row: Notification) -> bool:
    return KINDS[row.kind].still_due(row)


def test_names_in_a_form_that_came_back_are_logged(client_for: ClientFor) -> None:
    coach = accounts.coach()
    known = [candidates.candidate(coach=coach) for _ in range(3)]
    page = f"/employers/{employers.employer().public_id}/contacts/new"
    browser = client_for(coach)
    answer = browser.post(page, data={"on_day": "no day", "channel": "phone"})
    assert answer.status_code == 422
    assert all(_name(one) in answer.text for one in known)
    assert _looks() == len(known)
    assert browser.get(page).status_code == 200
    assert _looks() == 2 * len(known)


def test_a_contact_is_logged_about_ones_own_alone_and_nobody_is_named_for_it(client_for: ClientFor) -> None:
    coach, leader = accounts.coach(), accounts.team_leader()
    own, other = candidates.candidate(coach=coach), candidates.candidate(coach=accounts.coach())
    teams = candidates.candidate(coach=accounts.coach(team_id=leader.team_id))
    page = f"/employers/{employers.employer().public_id}/contacts/new"
    sent = {"on_day": clock.today().isoformat(), "channel": "phone"}
    assert client_for(coach).post(page, data={**sent, "about": other.public_id}).status_code == 422
    assert client_for(leader).post(page, data={**sent, "about": own.public_id}).status_code == 422
    before = _looks()
    assert client_for(leader).post(page, data={**sent, "about": teams.public_id}).status_code == 302
    assert client_for(coach).post(page, data={**sent, "about": own.public_id}).status_code == 302
    logged = db.session.scalars(select(EmployerContact.candidate_id).order_by(EmployerContact.id)).all()
    assert logged == [teams.id, own.id]
    assert _looks() == before


def test_names_beside_a_verification_that_came_back_are_logged(client_for: ClientFor) -> None:
    coach = accounts.coach()
    person = candidates.candidate(coach=coach)
    farm = employers.employer(verification=Verification.WAITING)
    employers.contact(farm, coach, candidate_id=person.id)
    answer = client_for(coach).post(f"/employers/{farm.public_id}/verify", data={"reason": "x" * 501})
    assert answer.status_code == 422
    assert _name(person) in answer.text
    assert _looks() == 1


def _assign(client_for: ClientFor, told: Story) -> User:
    colleague = accounts.coach(team_id=told.coach.team_id)
    address = f"/candidates/{told.candidate.public_id}/assign"
    assert client_for(told.leader).post(address, data={"coach": colleague.public_id}).status_code == 302
    return colleague


def test_the_new_coach_hears_and_the_old_one_does_not(client_for: ClientFor, queued: Queued) -> None:
    told = story(ProposalState.PROPOSED)
    answer = client_for(told.contact).post(path(told, "messages"), data={"text": "What about Fridays?"})
    assert answer.status_code == 302
    old = db.session.scalars(select(Notification).order_by(Notification.id.desc())).first()
    assert old is not None
    assert (old.user_id, _still_due(old)) == (told.coach.id, True)

    colleague = _assign(client_for, told)
    assert not _still_due(old), "a mail about another coach's candidate"
    assert client_for(told.coach).get(path(told)).status_code == 404
    assert client_for(told.contact).post(path(told, "interested")).status_code == 302
    assert queued()[-1] == ("employer_interested", f"user:{colleague.id}")
    page = client_for(told.contact).get(path(told)).text
    assert colleague.email in page
    assert told.coach.email not in page


def test_nobody_at_a_suspended_employer_is_mailed(client_for: ClientFor) -> None:
    told = story(ProposalState.PROPOSED)
    mail = db.session.scalars(select(Notification).where(Notification.kind == "candidate_proposed")).one()
    assert _still_due(mail)
    told.opening.employer.verification = Verification.SUSPENDED
    db.session.commit()
    assert not _still_due(mail)


def test_a_narrowed_plan_takes_the_details_away_and_leaves_the_page(client_for: ClientFor) -> None:
    told = story(ProposalState.DISCLOSED)
    name = identity(told).full_name
    assert name in client_for(told.contact).get(path(told)).text
    db.session.get_one(DisclosurePlan, told.candidate.id).fields = [PersonalField.PHONE]
    db.session.commit()
    page = client_for(told.contact).get(path(told))
    assert page.status_code == 200
    assert name not in page.text
    assert identity(told).phone not in page.text
    assert client_for(told.coach).post(path(told, "messages"), data={"text": "Friday at ten?"}).status_code == 302


@pytest.mark.parametrize("state", [ProposalState.PROPOSED, ProposalState.DISCLOSED])
def test_a_yes_that_is_over_can_be_given_again(client_for: ClientFor, state: ProposalState) -> None:
    told = story(state)
    for consent in db.session.scalars(select(Consent)):
        consent.until = clock.today() - timedelta(days=1)
    db.session.commit()
    name = identity(told).full_name
    assert name not in client_for(told.contact).get(path(told)).text
    coach = client_for(told.coach)
    assert path(told, "ask-again") in coach.get(path(told)).text
    again = as_read(coach, path(told, "ask-again"), typed("record_consent"))
    assert coach.post(path(told, "ask-again"), data=again).status_code == 302
    assert path(told, "ask-again") not in coach.get(path(told)).text
    assert (name in client_for(told.contact).get(path(told)).text) is (state is ProposalState.DISCLOSED)
    assert coach.post(path(told, "ask-again"), data=typed("record_consent")).status_code == 409


def test_a_yes_taken_back_after_a_no_is_not_undone_by_the_employer(
    client: FlaskClient, client_for: ClientFor, queued: Queued
) -> None:
    told = story(ProposalState.DISCLOSED)
    mine = link(told, Purpose.MY_CONSENTS)
    employer = client_for(told.contact)
    assert employer.post(path(told, "decline"), data=typed("decline")).status_code == 302
    assert "I take my yes back" in client.get(f"{mine}?lang=en").text
    assert client.post(mine).status_code == 200
    assert queued()[-1] == ("candidate_withdrew", f"user:{told.coach.id}")
    assert employer.post(path(told, "undo_decline")).status_code == 409
    assert identity(told).full_name not in employer.get(path(told)).text
    assert client.post(mine).status_code == 410
    assert told.fresh().proposal.state is ProposalState.DECLINED


def test_a_place_that_is_somebody_elses_stays_so_after_the_opening_was_given_to_others(client_for: ClientFor) -> None:
    """A contact person who was taken off sees nothing from the next request on, and one who is new nothing yet."""
    told = story(ProposalState.DISCLOSED)
    colleague = employers.employer_user(told.opening.employer)
    need = db.session.get_one(Opening, told.opening.id)
    db.session.refresh(need, ["contacts"])
    need.contacts = [colleague]
    db.session.commit()
    name = identity(told).full_name
    for user in (told.contact, colleague):
        browser = client_for(user)
        assert browser.get(path(told)).status_code == 404
        assert name not in browser.get(f"/openings/{need.public_id}").text
        assert name not in browser.get("/start").text
