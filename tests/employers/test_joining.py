"""Registering, asking to join, and being invited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.i18n import Language
from portal.employers import queries
from portal.employers.models import Employer, Invitation, JoinRequest, Membership, Workplace
from portal.employers.rules import TERMS_VERSION
from portal.employers.states import Verification
from portal.outbox.letters import urgent_kinds
from tests.accounts.kit import link_in, mails, without_token
from tests.employers.kit import CHOSEN, registration
from tests.factories import accounts, employers

ClientFor = Callable[[User], FlaskClient]
Queued = Callable[[], list[tuple[str, str]]]


def _rows() -> tuple[int, ...]:
    db.session.expire_all()
    return tuple(
        db.session.scalar(select(func.count(model.id))) or 0 for model in (User, Employer, Membership, JoinRequest)
    )


def test_an_employer_registers_and_the_team_hears_of_it_after_the_press(client: FlaskClient, queued: Queued) -> None:
    coach, leader = accounts.coach(), accounts.team_leader()
    answer = client.post("/register", data=registration(business_id=" FI20774740 "))
    assert (answer.status_code, answer.location) == (302, "/look-at-your-mail")
    assert "anna@bageri.example" in client.get("/look-at-your-mail").text
    employer = db.session.scalar(select(Employer))
    user = db.session.scalar(select(User).where(User.email == "anna@bageri.example"))
    assert employer is not None
    assert user is not None
    assert (employer.business_id, employer.name, employer.verification) == (
        "2077474-0",
        "Åsas Bageri Ab",
        Verification.WAITING,
    )
    membership = queries.membership_of(user.id)
    assert membership is not None
    assert (membership.manages, membership.terms_version) == (True, TERMS_VERSION)
    assert db.session.scalar(select(Workplace.name)) == "Åsas Bageri Ab"
    assert queued() == [("verify_address", f"user:{user.id}")]
    assert client.get("/organisation").location.startswith("/sign-in")

    assert client.post(link_in("verify_address")).status_code == 302
    told = [("welcome", f"user:{user.id}"), *(("employer_waits", f"user:{one.id}") for one in (coach, leader))]
    assert sorted(queued()[1:]) == sorted(told)
    assert "Åsas Bageri Ab" in client.get("/organisation").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("business_id", "", "Fill this in"),
        ("business_id", "2077474-1", "not a Business ID"),
        ("business_id", "1234", "not a Business ID"),
        ("business_id", "x" * 300, "too long"),
        ("organisation", "", "Fill this in"),
        ("organisation", "Å" * 201, "too long"),
        ("organisation", "Bageri\x00", "cannot be saved"),
        ("municipality", "999", "Choose from the list"),
        ("municipality", "", "Fill this in"),
        ("name", "", "Fill this in"),
        ("email", "anna@", "mail address"),
        ("email", "änna@bageri.example", "mail address"),
        ("email", "Anna <anna@bageri.example>", "mail address"),
        ("phone", "ring mig", "phone number"),
        ("password", "kort", "at least 15"),
        ("password", "Åsas Bageri Anna Berg", "easy to guess"),
        ("password", "y" * 2000, "too long"),
        ("terms", "", "accept them"),
    ],
)
def test_a_bad_field_says_so_and_nothing_typed_is_lost(client: FlaskClient, field: str, value: str, says: str) -> None:
    before = _rows()
    page = client.post("/register", data=registration(**{field: value}))
    assert page.status_code == 422
    assert says in page.text
    assert 'aria-invalid="true"' in page.text
    for name, typed in registration(**{field: value}).items():
        if (
            name in ("organisation", "name", "email", "phone", "business_id")
            and typed
            and "\x00" not in typed
            and "<" not in typed
        ):
            assert f'value="{typed}"' in page.text
    assert CHOSEN not in page.text
    assert _rows() == before
    assert mails() == []


def test_registering_known_and_new_addresses_and_firms_looks_the_same(app: Portal) -> None:
    accounts.coach(email="known@bageri.example")
    accounts.coach(email="shut@bageri.example", deactivated_at=clock.now())
    employers.employer(business_id="2077474-0")
    seen = []
    for email, business_id in [
        ("new@bageri.example", "0112038-9"),
        ("other@bageri.example", "2077474-0"),
        ("known@bageri.example", "0112038-9"),
        ("shut@bageri.example", "0112038-9"),
    ]:
        browser = app.test_client()
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        answer = browser.post("/register", data=registration(email=email, business_id=business_id))
        page = browser.get(answer.location)
        with browser.session_transaction() as session:
            kept = sorted(session)
        seen.append((answer.status_code, answer.location, kept, without_token(page.text).replace(email, "X")))
    assert seen[0] == seen[1] == seen[2] == seen[3]
    assert [mail.kind for mail in mails()] == ["verify_address", "verify_address", "address_has_account"]
    assert db.session.scalar(select(func.count(Employer.id))) == 2


def test_the_owner_of_a_known_address_keeps_the_password(client: FlaskClient) -> None:
    accounts.administrator(email="known@example.com")
    client.post("/register", data=registration(email="known@example.com"))
    assert client.post("/sign-in", data={"email": "known@example.com", "password": CHOSEN}).status_code == 422
    assert (
        client.post("/sign-in", data={"email": "known@example.com", "password": accounts.PASSWORD}).status_code == 302
    )


def test_somebody_who_asks_to_join_is_let_in_by_a_colleague(
    client: FlaskClient, client_for: ClientFor, queued: Queued
) -> None:
    accounts.coach()
    employer = employers.employer(business_id="2077474-0", name="Bryggan Ab")
    manager = employers.employer_user(employer)
    helper = employers.employer_user(employer, manages=False)
    client.post("/register", data=registration())
    assert "Anna Berg" not in client_for(manager).get("/organisation").text
    client.post(link_in("verify_address"))
    user = db.session.scalar(select(User).where(User.email == "anna@bageri.example"))
    request = db.session.scalar(select(JoinRequest))
    assert user is not None
    assert request is not None
    let_in = f"/join-requests/{request.public_id}/let-in"
    assert queued()[1:] == [("colleague_asks", f"user:{manager.id}")]
    for path in ("/", "/organisation", f"/employers/{employer.public_id}/workplaces/new"):
        assert client.get(path, follow_redirects=True).request.path == "/waiting"
    page = client.get("/waiting").text
    assert "Bryggan Ab" in page
    assert client.get("/organisation").location == "/waiting"

    assert client_for(helper).post(let_in).status_code == 409
    assert "Anna Berg" in client_for(manager).get("/organisation").text
    assert client_for(manager).post(let_in).status_code == 302
    assert client_for(manager).post(let_in).status_code == 404
    assert queued()[-1] == ("colleague_let_in", f"user:{user.id}")
    assert "Bryggan Ab" in client.get("/organisation").text
    membership = queries.membership_of(user.id)
    assert membership is not None
    assert membership.manages is False


def test_where_nobody_lets_in_the_team_does(client: FlaskClient, client_for: ClientFor, queued: Queued) -> None:
    coach = accounts.coach()
    employer = employers.employer(business_id="2077474-0", verification=Verification.WAITING)
    client.post("/register", data=registration())
    client.post(link_in("verify_address"))
    request = db.session.scalar(select(JoinRequest))
    assert request is not None
    assert queued()[1:] == [("colleague_asks", f"user:{coach.id}")]
    assert "Anna Berg" in client_for(coach).get(f"/employers/{employer.public_id}").text
    assert client_for(coach).post(f"/join-requests/{request.public_id}/let-in").status_code == 302
    membership = db.session.scalar(select(Membership))
    assert membership is not None
    assert membership.manages is True


def test_who_is_not_let_in_hears_of_it_and_sees_nothing(client: FlaskClient, client_for: ClientFor) -> None:
    employer = employers.employer(business_id="2077474-0", name="Bryggan Ab")
    manager = employers.employer_user(employer)
    client.post("/register", data=registration())
    client.post(link_in("verify_address"))
    request = db.session.scalar(select(JoinRequest))
    assert request is not None
    assert client_for(manager).post(f"/join-requests/{request.public_id}/refuse").status_code == 302
    assert mails()[-1].kind == "colleague_not_let_in"
    assert client.get("/organisation").location == "/waiting"
    assert "Bryggan" not in client.get("/waiting").text


def test_a_colleague_is_invited_and_begins(client: FlaskClient, client_for: ClientFor, queued: Queued) -> None:
    employer = employers.employer(name="Bryggan Ab")
    manager = employers.employer_user(employer, name="Anna Berg")
    browser = client_for(manager)
    data = {"email": "Bo@Bryggan.example", "language": "fi"}
    assert browser.post(f"/employers/{employer.public_id}/invite", data=data).location == "/organisation"
    assert queued() == [("colleague_invited", "bo@bryggan.example")]
    assert mails()[0].language is Language.FI
    assert {"colleague_invited", "staff_invited"} <= set(urgent_kinds()), "who invites reads that it has gone"
    assert "bo@bryggan.example" in browser.get("/organisation").text
    path = link_in("colleague_invited")
    page = client.get(path)
    assert "Bryggan Ab" in page.text
    answer = {"name": "Bo Ek", "phone": "", "password": CHOSEN}
    refused = client.post(path, data=answer)
    assert refused.status_code == 422
    assert 'value="Bo Ek"' in refused.text
    assert client.post(path, data={**answer, "terms": "y"}).status_code == 302
    page = client.get("/organisation")
    assert "Bo Ek" in page.text
    assert "Anna Berg" in page.text
    membership = db.session.scalar(select(Membership).where(Membership.user_id != manager.id))
    assert membership is not None
    assert (membership.manages, membership.terms_version) == (False, TERMS_VERSION)
    assert [kind for kind, _reader in queued()] == ["colleague_invited"], "the team has verified this one"
    assert client.post(path, data={**answer, "terms": "y"}).status_code == 410
    assert client.get(path).status_code == 410


def test_an_invitation_lives_14_days_is_renewed_and_withdrawn(client: FlaskClient, client_for: ClientFor) -> None:
    employer = employers.employer()
    manager = employers.employer_user(employer)
    client_for(manager).post(
        f"/employers/{employer.public_id}/invite", data={"email": "bo@x.example", "language": "sv"}
    )
    first = link_in("colleague_invited")
    address = f"/employer-invitations/{db.session.scalar(select(Invitation.public_id))}"
    token = first.rsplit("/", 1)[1]
    assert client.get(f"/invitation/{token}").status_code == 410
    assert client.get(f"/new-password/{token}").status_code == 410
    with time_machine.travel(clock.now() + timedelta(days=14, minutes=1)):
        assert client.get(first).status_code == 410
        browser = client_for(manager)
        assert browser.post(f"{address}/again").status_code == 302
        second = link_in("colleague_invited")
        assert client.get(second).status_code == 200
        assert browser.post(f"{address}/withdraw").status_code == 302
        assert client.get(second).status_code == 410
        assert browser.post(f"{address}/again").status_code == 404


def test_inviting_does_not_say_whether_an_address_has_an_account(client: FlaskClient, client_for: ClientFor) -> None:
    employer = employers.employer()
    elsewhere = employers.employer_user(email="busy@else.example")
    browser = client_for(employers.employer_user(employer))
    path = f"/employers/{employer.public_id}/invite"
    answers = [
        browser.post(path, data={"email": email, "language": "sv"})
        for email in ("new@else.example", "busy@else.example")
    ]
    assert [(one.status_code, one.location) for one in answers] == [(302, "/organisation")] * 2
    assert [mail.kind for mail in mails()] == ["colleague_invited"] * 2
    taken = client.post(link_in("colleague_invited"), data={"name": "X", "password": CHOSEN, "terms": "y"})
    assert taken.status_code == 409
    membership = queries.membership_of(elsewhere.id)
    assert membership is not None
    assert membership.employer_id != employer.id


@pytest.mark.parametrize(
    ("email", "says"),
    [("nonsense", "mail address"), ("here@x.example", "here already"), ("asked@x.example", "invited already")],
)
def test_a_needless_invitation_comes_back(client_for: ClientFor, email: str, says: str) -> None:
    employer = employers.employer()
    manager = employers.employer_user(employer, email="here@x.example")
    browser = client_for(manager)
    browser.post(f"/employers/{employer.public_id}/invite", data={"email": "asked@x.example", "language": "sv"})
    page = browser.post(f"/employers/{employer.public_id}/invite", data={"email": email, "language": "sv"})
    assert page.status_code == 422
    assert says in page.text
    assert len(mails()) == 1


def test_somebody_without_an_organisation_joins_with_the_account_there_is(
    client_for: ClientFor, client: FlaskClient
) -> None:
    employer = employers.employer(name="Bryggan Ab")
    guest = accounts.user(Role.EMPLOYER, email="guest@x.example")
    browser = client_for(employers.employer_user(employer))
    browser.post(f"/employers/{employer.public_id}/invite", data={"email": guest.email, "language": "sv"})
    path = link_in("colleague_invited")
    assert "account already" in client.get(path).text
    assert client.post(path, data={}).status_code == 422
    assert client.post(path, data={"terms": "y"}).status_code == 302
    assert "Bryggan Ab" in client.get("/organisation").text


def test_the_team_hears_of_the_first_who_joins_an_organisation_that_it_has_to_verify(
    client: FlaskClient, client_for: ClientFor, queued: Queued
) -> None:
    """A coach entered and invited it: until somebody has come there was nobody to verify."""
    coach = accounts.coach()
    employer = employers.employer(verification=Verification.WAITING, coach_id=coach.id)
    data = {"email": "bo@bryggan.example", "language": "sv"}
    assert client_for(coach).post(f"/employers/{employer.public_id}/invite", data=data).status_code == 302
    before = queued()
    answer = {"name": "Bo Ek", "phone": "", "password": CHOSEN, "terms": "y"}
    assert client.post(link_in("colleague_invited"), data=answer).status_code == 302
    assert queued()[len(before) :] == [("employer_waits", f"user:{coach.id}")]


def test_only_those_who_manage_invite(client_for: ClientFor) -> None:
    employer = employers.employer()
    path = f"/employers/{employer.public_id}/invite"
    data = {"email": "bo@x.example", "language": "sv"}
    assert client_for(employers.employer_user(employer, manages=False)).post(path, data=data).status_code == 404
    assert client_for(employers.employer_user()).post(path, data=data).status_code == 404
    assert client_for(accounts.administrator()).post(path, data=data).status_code == 404
    assert mails() == []
    assert client_for(accounts.coach()).post(path, data=data).status_code == 302
