"""What a stranger, or somebody who only registered, can do to others: bomb them with mail, or take their place."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.employers.models import Employer, Invitation
from portal.employers.states import Verification
from portal.outbox.models import Notification
from tests.accounts.kit import link_in
from tests.employers.kit import CHOSEN, registration
from tests.factories import accounts, employers
from tests.factories.accounts import PASSWORD

ClientFor = Callable[[User], FlaskClient]
Queued = Callable[[], list[tuple[str, str]]]

AN_HOUR = 5  # mails that one address may get of a stranger's doing


def _mails_to(user: User) -> int:
    return db.session.scalar(select(func.count()).where(Notification.user_id == user.id)) or 0


def test_signing_in_to_an_unverified_account_bombs_nobody(client: FlaskClient) -> None:
    victim = accounts.user(Role.EMPLOYER, email="victim@example.com", email_verified_at=None)
    for _ in range(AN_HOUR + 3):
        client.post("/sign-in", data={"email": "victim@example.com", "password": PASSWORD})
    assert 1 <= _mails_to(victim) <= AN_HOUR


def test_one_address_has_one_measure_for_all_that_mails_it(client: FlaskClient) -> None:
    victim = accounts.user(Role.EMPLOYER, email="victim@example.com", email_verified_at=None)
    for spelling in ("victim@example.com", " Victim@Example.com ", "VICTIM@EXAMPLE.COM"):
        for _ in range(3):
            client.post("/forgotten-password", data={"email": spelling})
            client.post("/register", data=registration(email=spelling, business_id=employers.business_id()))
            client.post("/sign-in", data={"email": spelling, "password": PASSWORD})
    assert _mails_to(victim) <= AN_HOUR


def _invite(browser: FlaskClient, at: Employer, address: str) -> int:
    return browser.post(f"/employers/{at.public_id}/invite", data={"email": address, "language": "en"}).status_code


def test_an_invitation_sent_again_and_again_bombs_nobody(client_for: ClientFor, queued: Queued) -> None:
    firm = employers.employer(verification=Verification.WAITING)
    browser = client_for(employers.employer_user(firm))
    assert _invite(browser, firm, "victim@example.com") == 302
    invitation = db.session.scalars(select(Invitation)).one()
    answers = [browser.post(f"/employer-invitations/{invitation.public_id}/again") for _ in range(AN_HOUR + 3)]
    assert answers[0].status_code == 302
    assert answers[-1].status_code == 409
    assert queued().count(("colleague_invited", "victim@example.com")) == AN_HOUR
    assert browser.get(link_in("colleague_invited")).status_code == 200, "the refused mail took the link with it"


def test_withdrawing_and_inviting_anew_counts_too(client_for: ClientFor, queued: Queued) -> None:
    firm = employers.employer(verification=Verification.WAITING)
    browser = client_for(employers.employer_user(firm))
    for _ in range(AN_HOUR + 3):
        _invite(browser, firm, "victim@example.com")
        for row in db.session.scalars(select(Invitation)):
            browser.post(f"/employer-invitations/{row.public_id}/withdraw")
    assert queued().count(("colleague_invited", "victim@example.com")) == AN_HOUR


def test_somebody_who_has_just_registered_cannot_write_to_the_whole_town(client_for: ClientFor, queued: Queued) -> None:
    firm = employers.employer(name="Win a prize at evil.example", verification=Verification.WAITING)
    browser = client_for(employers.employer_user(firm))
    answers = [_invite(browser, firm, f"victim{number}@example.com") for number in range(35)]
    assert answers.count(302) == 30
    assert len(queued()) == 30


def test_who_registered_with_anothers_address_is_not_let_in_by_the_owners_press(
    client: FlaskClient, app: Portal
) -> None:
    client.post("/register", data=registration(email="victim@example.com"))
    owner = app.test_client()
    page = owner.get(link_in("verify_address"))
    assert 'name="password"' in page.text
    for guess in ({}, {"password": ""}, {"password": "not the one that was chosen"}):
        assert owner.post(link_in("verify_address"), data=guess).status_code == 422
    user = db.session.scalars(select(User)).one()
    assert user.email_verified_at is None
    assert owner.post(link_in("verify_address"), data={"password": CHOSEN}).location == "/"
    db.session.expire_all()
    assert user.email_verified_at is not None


def test_who_registered_with_anothers_address_does_not_share_the_place_that_the_owner_gets(
    client: FlaskClient, client_for: ClientFor, app: Portal
) -> None:
    firm = employers.employer()
    taken = {"business_id": str(firm.business_id), "email": "anna@example.com", "name": "Somebody Else"}
    client.post("/register", data=registration(**taken))
    assert _invite(client_for(employers.employer_user(firm)), firm, "anna@example.com") == 302
    owner = app.test_client()
    page = owner.get(link_in("colleague_invited"))
    assert 'name="password"' in page.text
    assert "Somebody Else" not in page.text
    own = {"name": "Anna Berg", "password": "tolv tysta tranor flyger", "terms": "y"}
    assert owner.post(link_in("colleague_invited"), data={"terms": "y"}).status_code == 422
    assert owner.post(link_in("colleague_invited"), data=own).status_code == 302
    assert owner.get("/organisation").status_code == 200
    stolen = client.post("/sign-in", data={"email": "anna@example.com", "password": CHOSEN})
    assert stolen.status_code == 422
    kept = client.post("/sign-in", data={"email": "anna@example.com", "password": own["password"]})
    assert kept.status_code == 302
    assert db.session.scalars(select(User.name).where(User.email == "anna@example.com")).one() == "Anna Berg"


def test_a_cookie_from_before_does_not_outlive_the_invitation(client_for: ClientFor, app: Portal) -> None:
    """Whoever held the account before its owner came by the invitation is signed out of it."""
    firm = employers.employer()
    squatter = accounts.user(Role.EMPLOYER, email="anna@example.com", email_verified_at=None)
    cookie = client_for(squatter)
    assert cookie.get("/settings").status_code == 200
    assert _invite(client_for(employers.employer_user(firm)), firm, "anna@example.com") == 302
    own = {"name": "Anna Berg", "password": "tolv tysta tranor flyger", "terms": "y"}
    assert app.test_client().post(link_in("colleague_invited"), data=own).status_code == 302
    assert "/sign-in" in cookie.get("/settings").headers.get("Location", "")
