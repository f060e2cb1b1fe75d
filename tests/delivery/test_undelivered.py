"""A mail that did not arrive: its coach is told once, sees it, and sends it again, corrects the address, or calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.audit.models import AccessLogEntry, AuditEvent
from portal.candidates.models import Identity
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.delivery import queries
from portal.delivery.jobs import tell_coaches
from portal.employers import service as employer_service
from portal.employers.models import Employer, Invitation
from portal.employers.queries import actor_of
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification, SendState, Trouble
from portal.outbox.names import TROUBLE_NAMES
from portal.outbox.worker import MAX_TRIES, drain
from portal.proposals import service as proposal_service
from portal.proposals.states import ProposalState
from tests.counting import statements
from tests.factories import accounts, candidates, employers
from tests.factories.proposals import Story, story
from tests.outbox.smtp import MailServer

ClientFor = Callable[[User], FlaskClient]
TODAY_PAGE = "/today"
HEADING = "Mail that did not arrive"
REFUSED = f"{Trouble.RECIPIENT_REFUSED} 550 5.1.1"


def _one(kind: str, **reader: int) -> Notification:
    query = select(Notification).filter_by(kind=kind, **reader).order_by(Notification.id.desc()).limit(1)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _fail(*rows: Notification, error: str = REFUSED) -> None:
    for row in rows:
        row.state, row.error, row.sent_at = SendState.FAILED, error, None
    db.session.commit()


def _refuse(server: MailServer, refused: str, answer: str = "550 5.1.1 No such user") -> None:
    """The server does not take mail for one address."""
    server.on_rcpt = lambda address: answer if address == refused else None


def _identity(of: Story) -> Identity:
    return db.session.get_one(Identity, of.candidate.id)


def _told(coach: User) -> list[Notification]:
    """The mails about undelivered mails that a coach was queued, oldest first."""
    tell_coaches()
    db.session.commit()
    query = select(Notification).where(Notification.kind == "mail_undelivered", Notification.user_id == coach.id)
    return list(db.session.scalars(query.order_by(Notification.id)))


def _page(browser: FlaskClient) -> str:
    answer = browser.get(TODAY_PAGE)
    assert answer.status_code == 200
    return unescape(answer.text)


def _queued(**values: Any) -> Notification:
    row = Notification(
        **{
            "kind": "candidate_proposed",
            "about_type": "opening",
            "about_id": 1,
            "context": {},
            "message_id": f"<{clock.now().timestamp()}-{len(values)}-{next(_numbers)}@localhost>",
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


_numbers = iter(range(1_000_000))


def test_what_the_server_refuses_is_told_once_shown_and_sent_again(client_for: ClientFor, server: MailServer) -> None:
    told = story(ProposalState.PROPOSED)
    told.contact.phone = "040 765 4321"
    _refuse(server, told.contact.email)
    drain()
    mail = _one("candidate_proposed", user_id=told.contact.id)
    assert mail.state is SendState.FAILED
    [to_coach] = _told(told.coach)
    assert _told(told.coach) == [to_coach]  # once
    drain()
    [arrived] = [one for one in server.accepted if "could not be delivered" in one.text or "kunde inte" in one.text]
    assert arrived.recipient == told.coach.email
    said = arrived.text + str(arrived.message["Subject"])
    assert f"http://localhost{TODAY_PAGE}#undelivered" in said
    for private in (told.contact.name, told.contact.email, _identity(told).full_name, told.opening.title):
        assert private not in said
    browser = client_for(told.coach)
    page = _page(browser)
    assert HEADING in page
    for words in (told.contact.name, told.contact.phone, "The mail server does not take mail for this address."):
        assert words in page
    server.on_rcpt = lambda _address: None
    answer = browser.post(f"/undelivered/{mail.public_id}/again", follow_redirects=True)
    assert "goes out again" in answer.text
    assert HEADING not in answer.text
    drain()
    assert mail.message_id in [one.message_id for one in server.accepted if one.recipient == told.contact.email]
    assert browser.post(f"/undelivered/{mail.public_id}/again").status_code == 404  # it has arrived


def test_what_was_given_up_after_two_days_is_told_too_and_what_fails_anew_is_told_anew(
    client_for: ClientFor, server: MailServer
) -> None:
    told = story(ProposalState.PROPOSED)
    _refuse(server, told.contact.email, "451 4.7.1 Later")
    mail = _one("candidate_proposed", user_id=told.contact.id)
    mail.attempts = MAX_TRIES - 1
    db.session.commit()
    drain()
    mail = _one("candidate_proposed", user_id=told.contact.id)
    assert (mail.state, str(mail.error).split()[0]) == (SendState.FAILED, Trouble.GAVE_UP)
    assert len(_told(told.coach)) == 1
    assert "Tried for two days without success." in _page(client_for(told.coach))
    client_for(told.coach).post(f"/undelivered/{mail.public_id}/again")
    _fail(_one("candidate_proposed", user_id=told.contact.id))
    assert len(_told(told.coach)) == 2


def test_a_candidates_address_is_corrected_by_the_coach_and_what_waited_goes_there(
    client_for: ClientFor, server: MailServer
) -> None:
    asked = story(ProposalState.AWAITING_CONSENT)
    mail = _one("consent_request", candidate_id=asked.candidate.id)
    _fail(mail)
    old, new = _identity(asked).email, "right@mail.example"
    page = f"/undelivered/{mail.public_id}/address"
    strangers = [accounts.coach(team_id=asked.coach.team_id), asked.leader, asked.contact, accounts.administrator()]
    for stranger in strangers:
        assert client_for(stranger).get(page).status_code == 404
        assert client_for(stranger).post(page, data={"email": new, "version": "1"}).status_code == 404
        assert client_for(stranger).post(f"/undelivered/{mail.public_id}/again").status_code == 404
        assert client_for(stranger).post(f"/undelivered/{mail.public_id}/aside").status_code == 404
    browser = client_for(asked.coach)
    first = _page(browser)
    assert HEADING in first
    assert _identity(asked).full_name in first
    assert old not in first
    shown = browser.get(page).text
    assert old in shown
    entry = db.session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id.desc()).limit(1)).one()
    assert (entry.viewer_id, entry.candidate_id, entry.what) == (asked.coach.id, asked.candidate.id, "delivery.correct")
    version = str(_identity(asked).version)
    for wrong in ({"email": "no address", "version": version}, {"email": "", "version": version}, {"email": new}):
        assert browser.post(page, data=wrong).status_code == 422
    assert db.session.get_one(Identity, asked.candidate.id, populate_existing=True).email == old
    answer = browser.post(page, data={"email": new, "version": version}, follow_redirects=True)
    assert HEADING not in answer.text
    assert db.session.get_one(Identity, asked.candidate.id, populate_existing=True).email == new
    drain()
    assert mail.message_id in [one.message_id for one in server.accepted if one.recipient == new]
    verbs = set(db.session.scalars(select(AuditEvent.verb).where(AuditEvent.actor_id == asked.coach.id)))
    assert {"candidates.edit_identity", "outbox.send_again"} <= verbs


def test_the_administrator_sends_no_candidates_mail_again(client_for: ClientFor) -> None:
    asked = story(ProposalState.AWAITING_CONSENT)
    mail = _one("consent_request", candidate_id=asked.candidate.id)
    _fail(mail)
    browser = client_for(accounts.administrator())
    assert "The coach sends it again." in browser.get("/admin/mails/queue?state=failed").text
    assert browser.post(f"/admin/mails/{mail.public_id}/send-again").status_code == 409
    assert _one("consent_request", candidate_id=asked.candidate.id).state is SendState.FAILED


def test_an_unanswered_invitation_goes_to_the_right_address_instead(client_for: ClientFor, server: MailServer) -> None:
    coach = accounts.coach()
    employer = employers.employer(coach_id=coach.id)
    employer_service.invite(actor_of(coach), employer, email="worng@firm.example", language=employer.language)
    db.session.commit()
    _refuse(server, "worng@firm.example")
    drain()
    mail = _one("colleague_invited")
    assert mail.state is SendState.FAILED
    assert len(_told(coach)) == 1
    browser = client_for(coach)
    assert "worng@firm.example" in _page(browser)
    page = f"/undelivered/{mail.public_id}/address"
    assert client_for(accounts.coach()).post(page, data={"email": "thief@else.example"}).status_code == 404
    assert browser.post(page, data={"email": "wrong"}).status_code == 422
    assert browser.post(page, data={"email": "right@firm.example"}).status_code == 302
    drain()
    assert "right@firm.example" in [one.recipient for one in server.accepted]
    query = select(Invitation).order_by(Invitation.id).execution_options(populate_existing=True)
    old, new = db.session.scalars(query)
    assert (old.withdrawn_at is None, new.email) == (False, "right@firm.example")
    assert db.session.get_one(Notification, mail.id, populate_existing=True).state is SendState.CANCELLED
    assert HEADING not in _page(browser)


def test_the_address_that_somebody_signs_in_with_is_not_the_coachs_to_change(client_for: ClientFor) -> None:
    told = story(ProposalState.PROPOSED)
    mail, other = _one("candidate_proposed", user_id=told.contact.id), _queued(user_id=told.contact.id)
    _fail(mail, other)
    browser = client_for(told.coach)
    page = _page(browser)
    employer = db.session.get_one(Employer, told.opening.employer_id)
    assert f"/employers/{employer.public_id}/invite" in page
    assert f"/undelivered/{mail.public_id}/address" not in page
    assert page.count("/again") == 1  # one press a reader, however many mails
    for method in ("get", "post"):
        answer = getattr(browser, method)(f"/undelivered/{mail.public_id}/address", data={"email": "a@b.example"})
        assert answer.status_code == 404
    assert browser.post(f"/undelivered/{mail.public_id}/aside").status_code == 302
    assert HEADING not in _page(browser)
    states = {db.session.get_one(Notification, row.id, populate_existing=True).state for row in (mail, other)}
    assert states == {SendState.CANCELLED}


def _sees(coach: User) -> bool:
    return queries.undelivered(actor_of(coach)) != []


def test_each_coach_sees_what_did_not_reach_their_own_people(app: Portal) -> None:
    told = story(ProposalState.PROPOSED)
    looks_after, stranger = accounts.coach(team_id=told.coach.team_id), accounts.coach(team_id=told.coach.team_id)
    db.session.get_one(Employer, told.opening.employer_id).coach_id = looks_after.id
    mail = _queued(user_id=told.contact.id)
    _fail(mail)
    everybody = [told.coach, looks_after, stranger, told.leader, told.contact, accounts.administrator()]
    assert [_sees(one) for one in everybody] == [True, True, False, False, False, False]
    tell_coaches()
    mailed = select(Notification.user_id).where(Notification.kind == "mail_undelivered").order_by(Notification.user_id)
    assert set(db.session.scalars(mailed)) == {told.coach.id, looks_after.id}
    # the mail about it goes while it is still true, and to who still looks after these people
    about = _one("mail_undelivered", user_id=told.coach.id)
    assert KINDS["mail_undelivered"].still_due(about)
    proposal_service.withdraw(told.actor(Role.COACH), told.fresh().proposal)
    assert not _sees(told.coach)
    assert _sees(looks_after)
    assert not KINDS["mail_undelivered"].still_due(about)


def test_a_hire_keeps_its_contact_persons_with_the_coach(app: Portal) -> None:
    hired = story(ProposalState.HIRED)
    _fail(_one("hire_confirmed", user_id=hired.contact.id))
    assert _sees(hired.coach)
    hired.candidate.coach_id = accounts.coach(team_id=hired.coach.team_id).id
    db.session.flush()
    assert not _sees(hired.coach)


def test_no_mail_is_told_of_that_is_the_coachs_own_or_about_somebodys_account(app: Portal) -> None:
    told = story(ProposalState.PROPOSED)
    own = _queued(kind="mail_undelivered", user_id=told.coach.id)
    others = (
        _queued(kind="consent_given", user_id=told.coach.id),
        _queued(kind="password_reset", user_id=told.contact.id),
    )
    _fail(own, *others)
    assert not _sees(told.coach)
    assert _told(told.coach) == [own]  # nothing beside the one that failed
    assert db.session.get_one(Notification, own.id, populate_existing=True).raised_at is not None


def test_what_fails_together_is_told_in_one_mail_and_costs_no_statement_a_mail(client_for: ClientFor) -> None:
    told = story(ProposalState.PROPOSED)
    people = [candidates.candidate(coach=told.coach) for _one_of in range(12)]
    browser = client_for(told.coach)

    def cost() -> int:
        with statements() as seen:
            assert HEADING in _page(browser)
        return len(seen)

    _fail(*(_queued(kind="consent_request", candidate_id=one.id) for one in people[:2]))
    few = cost()
    _fail(*(_queued(kind="consent_request", candidate_id=one.id) for one in people[2:]))
    assert cost() == few
    [row] = _told(told.coach)
    assert row.context["count"] == len(people)


def test_the_teams_pages_say_of_each_mail_whether_it_arrived(client_for: ClientFor, server: MailServer) -> None:
    hired: Story = story(ProposalState.HIRED)
    _refuse(server, hired.contact.email)
    drain()
    late = _one("consent_recorded", candidate_id=hired.candidate.id)
    _fail(_one("candidate_proposed", user_id=hired.contact.id))
    late.state, late.sent_at, late.next_try_at = SendState.QUEUED, None, clock.now() + timedelta(minutes=5)
    db.session.commit()
    staff = client_for(hired.coach)
    proposal = unescape(staff.get(f"/proposals/{hired.proposal.public_id}").text)
    for words in ("Mailed ", "delivered to the server", "The mail server does not take mail for this address."):
        assert words in proposal
    assert "Waits for another try" in proposal
    assert "the candidate" in proposal
    assert _identity(hired).email not in proposal
    hire = _one("hire_confirmed", user_id=hired.contact.id).context["page"]
    assert "The mail server does not take mail for this address." in unescape(staff.get(hire).text)
    for page in (f"/proposals/{hired.proposal.public_id}", hire):
        assert "delivered to the server" not in client_for(hired.contact).get(page).text

    page, reader, proposal_id = f"/proposals/{hired.proposal.public_id}", hired.contact.id, hired.proposal.id

    def cost() -> int:
        with statements() as seen:
            assert staff.get(page).status_code == 200
        return len(seen)

    before = cost()
    for _another in range(20):
        _queued(user_id=reader, about_type="proposal", about_id=proposal_id)
    db.session.commit()
    assert cost() == before


@pytest.mark.parametrize("error", ["", "something else 1"])
def test_a_reason_that_nobody_knows_is_not_made_up(client_for: ClientFor, error: str) -> None:
    told = story(ProposalState.PROPOSED)
    _fail(_one("candidate_proposed", user_id=told.contact.id), error=error)
    page = _page(client_for(told.coach))
    assert HEADING in page
    assert not any(str(words) in page for words in TROUBLE_NAMES.values())
