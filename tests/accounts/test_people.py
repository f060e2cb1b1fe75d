"""The administrator's list: inviting, closing, opening; and the command that makes the first one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.cli import first_admin
from portal.accounts.models import StaffInvitation, Team, User
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.employers.queries import actor_of, next_steps
from portal.proposals.states import ProposalState
from tests.accounts.kit import link_in, mails
from tests.counting import statements
from tests.factories import accounts, candidates, employers, placements, proposals
from tests.own_database import empty_database, made

ClientFor = Callable[[User], FlaskClient]
CHOSEN = "vanha kuusi seisoo mäellä"


def _invitation(**values: str) -> dict[str, str]:
    team = accounts.team(name="Team Karleby")
    return {
        "name": "Maria Lind",
        "email": "maria@example.com",
        "role": "coach",
        "team": team.public_id,
        "language": "sv",
        **values,
    }


def test_a_coach_is_invited_and_begins(client: FlaskClient, client_for: ClientFor) -> None:
    administrator = client_for(accounts.administrator())
    assert administrator.post("/users/invite", data=_invitation()).location == "/users"
    assert "maria@example.com" in administrator.get("/users").text
    path = link_in("staff_invited")
    assert "Maria Lind" in client.get(path).text
    assert client.post(path, data={"name": "Maria Lind", "phone": "", "password": CHOSEN}).status_code == 302
    user = db.session.scalar(select(User).where(User.email == "maria@example.com"))
    assert user is not None
    assert (user.role, user.name, user.email_verified_at is not None) == (Role.COACH, "Maria Lind", True)
    assert client.get("/settings").status_code == 200
    assert client.get(path).status_code == 410
    assert "not answered yet" not in administrator.get("/users").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("email", "nonsense", "mail address"),
        ("email", "known@example.com", "account with this address"),
        ("name", "", "Fill this in"),
        ("role", "employer", "Choose from the list"),
        ("team", "", "Choose the team"),
        ("team", "f" * 32, "Choose from the list"),
    ],
)
def test_a_bad_invitation_comes_back(client_for: ClientFor, field: str, value: str, says: str) -> None:
    accounts.coach(email="known@example.com")
    page = client_for(accounts.administrator()).post("/users/invite", data=_invitation(**{field: value}))
    assert page.status_code == 422
    assert says in page.text
    if field != "email":
        assert 'value="maria@example.com"' in page.text
    assert mails() == []
    assert db.session.scalar(select(StaffInvitation.id)) is None


def test_the_same_address_is_invited_once(client_for: ClientFor) -> None:
    administrator = client_for(accounts.administrator())
    data = _invitation()
    administrator.post("/users/invite", data=data)
    page = administrator.post("/users/invite", data=data)
    assert page.status_code == 422
    assert "invited already" in page.text
    assert len(mails("staff_invited")) == 1


def test_sent_again_the_new_link_counts_and_withdrawn_none(client: FlaskClient, client_for: ClientFor) -> None:
    administrator = client_for(accounts.administrator())
    administrator.post("/users/invite", data=_invitation())
    first = link_in("staff_invited")
    invitation = db.session.scalar(select(StaffInvitation))
    assert invitation is not None
    address = f"/users/invitations/{invitation.public_id}"
    with time_machine.travel(clock.now() + timedelta(days=14, minutes=1)):
        assert client.get(first).status_code == 410
        administrator = client_for(accounts.administrator())
        administrator.post(f"{address}/again")
        second = link_in("staff_invited")
        assert client.get(second).status_code == 200
        assert client.get(first).status_code == 410
        administrator.post(f"{address}/withdraw")
        assert client.get(second).status_code == 410
        assert administrator.post(f"{address}/again").status_code == 404


def test_an_easy_password_does_not_spend_the_invitation(client: FlaskClient, client_for: ClientFor) -> None:
    client_for(accounts.administrator()).post("/users/invite", data=_invitation())
    path = link_in("staff_invited")
    page = client.post(path, data={"name": "Maria L", "phone": "", "password": "maria lind maria"})
    assert page.status_code == 422
    assert 'value="Maria L"' in page.text
    assert "maria lind maria" not in page.text
    assert client.get(path).status_code == 200


def test_a_coach_with_a_caseload_is_not_closed(client_for: ClientFor) -> None:
    administrator, coach = accounts.administrator(), accounts.coach(name="Maria Lind")
    candidates.candidate(coach=coach)
    page = client_for(administrator).post(f"/users/{coach.public_id}/deactivate")
    assert page.status_code == 409
    assert "Maria Lind supports one candidate" in page.text
    db.session.expire_all()
    assert coach.deactivated_at is None


def test_all_that_is_still_a_coachs_is_named_until_it_is_handed_over(client_for: ClientFor) -> None:
    story = proposals.story(ProposalState.PROPOSED)
    leaver, heir, leader = story.coach, accounts.coach(team_id=story.coach.team_id), story.leader
    hire = placements.placement(leaver, planned=False)
    placements.contact(hire, due_on=clock.today())
    organisation, other = employers.employer(coach_id=leaver.id), employers.employer()
    step = {"next_step": "Call again", "next_step_on": clock.today()}
    employers.contact(organisation, leaver, **step)
    employers.contact(other, leaver, **step)
    administrator, close = client_for(accounts.administrator()), f"/users/{leaver.public_id}/deactivate"
    people = [story.candidate.public_id, db.session.get_one(Candidate, hire.candidate_id).public_id]
    refused = administrator.post(close)
    assert refused.status_code == 409
    for words in (
        "supports 2 candidates",
        "One proposal is under way",
        "One support contact is planned",
        "One employer is looked after by",
        "2 next steps with employers are open",
    ):
        assert words in refused.text, words
    hands = client_for(leader)
    for one in people:
        assert hands.post(f"/candidates/{one}/assign", data={"coach": heir.public_id}).status_code == 302
    left = administrator.post(close).text
    assert "proposal is under way" not in left
    assert "support contact is planned" not in left
    for employer in (organisation, other):
        assert hands.post(f"/employers/{employer.public_id}/assign", data={"coach": heir.public_id}).status_code == 302
    assert administrator.post(close).status_code == 302
    db.session.expire_all()
    assert leaver.deactivated_at is not None
    assert len(next_steps(actor_of(heir), clock.today())) == 2


def test_one_does_not_close_oneself_nor_anybody_twice(client_for: ClientFor) -> None:
    administrator, coach = accounts.administrator(), accounts.coach()
    browser = client_for(administrator)
    assert browser.post(f"/users/{administrator.public_id}/deactivate").status_code == 409
    assert browser.post(f"/users/{coach.public_id}/reactivate").status_code == 409
    assert browser.post(f"/users/{coach.public_id}/deactivate").status_code == 302
    assert browser.post(f"/users/{coach.public_id}/deactivate").status_code == 409


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER])
def test_the_list_exists_for_administrators_alone(client_for: ClientFor, role: Role) -> None:
    user = employers.employer_user() if role is Role.EMPLOYER else accounts.user(role)
    other = accounts.coach()
    browser = client_for(user)
    assert browser.get("/users").status_code == 404
    assert browser.get("/users/invite").status_code == 404
    assert browser.post(f"/users/{other.public_id}/deactivate").status_code == 404


def test_unknown_people_are_missing(client_for: ClientFor) -> None:
    browser = client_for(accounts.administrator())
    for path in (f"/users/{'0' * 32}/deactivate", "/users/nonsense/reactivate", f"/users/invitations/{'0' * 32}/again"):
        assert browser.post(path).status_code == 404


def test_the_list_is_searched_filtered_and_paged(client_for: ClientFor) -> None:
    administrator = accounts.administrator(name="Åsa Admin")
    team = accounts.team()
    for number in range(30):
        accounts.coach(team=team, name=f"Coach {number:02d} 100% _")
    accounts.team_leader(team=team, name="Leena Leader")
    browser = client_for(administrator)
    first, second = browser.get("/users"), browser.get("/users?page=2")
    assert "Coach 00" in first.text
    assert "32" in first.text
    assert "Leena Leader" not in first.text
    assert "Leena Leader" in second.text
    assert browser.get("/users?page=3").status_code == 404
    leaders = browser.get("/users?role=team_leader").text
    assert "Leena Leader" in leaders
    assert "Coach 00" not in leaders
    found = browser.get("/users?q=coach+07").text
    assert "Coach 07" in found
    assert "Coach 08" not in found
    assert "Coach 07" in browser.get("/users", query_string={"q": "100% _"}).text
    assert "Nobody is found" in browser.get("/users", query_string={"q": "100%_"}).text
    assert browser.get("/users?role=nonsense").status_code == 200


def test_the_list_costs_the_same_with_more_people(client_for: ClientFor) -> None:
    administrator, team = accounts.administrator(), accounts.team()

    def cost() -> int:
        db.session.expire_all()
        browser = client_for(administrator)
        with statements() as seen:
            assert browser.get("/users").status_code == 200
        return len(seen)

    for number in range(10):
        accounts.coach(team=team, name=f"Coach {number}")
    few = cost()
    db.session.add_all(
        User(role=Role.COACH, email=f"many{number}@example.com", name=f"Coach {number}", team_id=team.id)
        for number in range(1000)
    )
    db.session.flush()
    assert cost() == few


def test_the_first_administrator_is_made_once(app: Portal, client: FlaskClient) -> None:
    run = app.test_cli_runner().invoke
    done = run(first_admin, ["First@Example.com", "Eva Ek", "--team", "Team Karleby"])
    assert done.exit_code == 0, done.output
    path = done.output.strip().splitlines()[-1].removeprefix(app.config["PORTAL"].base_url)
    assert client.post(path, data={"password": CHOSEN}).status_code == 302
    assert client.post("/sign-in", data={"email": "first@example.com", "password": CHOSEN}).status_code == 302
    assert client.get("/users").status_code == 200
    assert client.get(path).status_code == 410
    assert db.session.scalar(select(Team.name)) == "Team Karleby"
    again = run(first_admin, ["second@example.com", "Bo Ek"])
    assert again.exit_code == 1
    assert "administrator already" in again.output
    assert db.session.scalar(select(User.id).where(User.email == "second@example.com")) is None


@pytest.mark.parametrize(("name", "team"), [(" ", "Team"), ("Eva Ek", ""), ("E" * 121, "Team"), ("Eva\nEk", "Team")])
def test_the_first_administrator_and_the_team_have_names(app: Portal, name: str, team: str) -> None:
    done = app.test_cli_runner().invoke(first_admin, ["first@example.com", name, "--team", team])
    assert done.exit_code == 1
    assert "Write a name of the person and of the team" in done.output
    assert db.session.scalar(select(User.id)) is None


def test_the_first_administrator_of_an_empty_database_is_told_what_to_run_first(tmp_path: Path) -> None:
    with empty_database(tmp_path) as url:
        done = made(tmp_path, url).test_cli_runner().invoke(first_admin, ["first@example.com", "Eva Ek"])
    assert done.exit_code == 1
    assert "Run this first: flask --app wsgi db upgrade" in done.output


def test_the_first_administrator_needs_a_real_address(app: Portal) -> None:
    done = app.test_cli_runner().invoke(first_admin, ["nonsense", "Eva Ek"])
    assert done.exit_code == 1
    assert "mail address" in done.output
    assert db.session.scalar(select(User.id)) is None
