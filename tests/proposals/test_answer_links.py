"""An employer's contact person answers from the mail, without a password: what the link opens, and when it ends."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts import links, sign_in_links
from portal.accounts import service as account_service
from portal.accounts.models import Purpose, SignedLink, User
from portal.audit.models import AuditEvent
from portal.candidates.models import Consent
from portal.core import clock, signing
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.employers import queries as employer_queries
from portal.employers import service as employer_service
from portal.employers.models import Employer, Membership
from portal.employers.states import Verification
from portal.openings import queries as opening_queries
from portal.outbox.models import Notification
from portal.proposals import interviews, jobs, messages, queries, service
from portal.proposals.models import PayKind
from portal.proposals.states import DeclineReason, ProposalState
from tests.factories import accounts, employers, proposals
from tests.factories.proposals import Story, terms
from tests.proposals.kit import PITCH, ClientFor, anew, identity, mailed, path, two_contacts, undone
from tests.snapshot import unchanged

S = ProposalState
ASKING_EITHER = ("interview_proposed", "confirm_hire")


def _employer(story: Story) -> Employer:
    return db.session.get_one(Employer, story.opening.employer_id)


def _state(story: Story) -> ProposalState:
    db.session.expire_all()
    return queries.load(story.proposal.id).state


def _meeting(story: Story) -> None:
    times = [clock.now() + timedelta(days=days) for days in (2, 3)]
    interviews.propose_times(story.actor(Role.COACH), story.fresh().proposal, times, place="Kallmossens kaffe")
    db.session.commit()


def test_the_link_shows_the_profile_without_a_name_and_opening_it_changes_nothing(client: FlaskClient) -> None:
    story = proposals.story(S.PROPOSED)
    story.contact.language = Language.SV
    messages.write(story.actor(Role.COACH), story.proposal, "Kallmossen at noon", "")
    db.session.commit()
    address = mailed(story.contact)
    with unchanged():
        for ask in (client.get, client.head, client.get):
            answer = ask(address)
            assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    words = answer.text
    assert '<html lang="sv"' in words
    for told in (PITCH, story.opening.title, story.fresh().proposal.alias.alias, story.coach.phone):
        assert told in words
    who = identity(story)
    private = (who.first_name, who.last_name, who.nickname, who.phone, who.email, who.street, who.care_contact)
    assert [one for one in (*private, "Kallmossen") if one in words] == []
    client.post("/language", data={"language": "fi"})
    assert '<html lang="fi"' in client.get(address).text


def test_interested_pressed_twice_works_once_and_is_the_readers(client: FlaskClient) -> None:
    story = proposals.story(S.PROPOSED)
    address = mailed(story.contact)
    assert client.post(f"{address}/interested").location == address
    assert _state(story) is S.INTERESTED
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "proposals.interested")).one()
    assert (event.actor_role, event.actor_id, event.data["how"]) == (Role.EMPLOYER, story.contact.id, "link")
    to = db.session.scalars(select(Notification.user_id).where(Notification.kind == "employer_interested")).all()
    assert to == [story.coach.id]
    done = client.get(address)
    assert done.status_code == 200
    assert "answers within a working day" in done.text
    assert PITCH not in done.text
    with unchanged():
        for verb in ("interested", "decline", "undo_decline"):
            assert client.post(f"{address}/{verb}", data={"reason": "hours"}).status_code == 409


def test_a_no_needs_a_reason_and_the_link_takes_it_back_for_a_day(client: FlaskClient, client_for: ClientFor) -> None:
    story, colleague = two_contacts()
    address, other = mailed(story.contact), mailed(colleague)
    out = f"Can answer from the mail: {story.contact.name}, {colleague.name}."
    assert out in client_for(story.coach).get(path(story)).text
    assert "Can answer from the mail" not in client_for(story.contact).get(path(story)).text
    with unchanged():
        page = client.post(f"{address}/decline", data={"note": "Mornings are all we have"})
        assert page.status_code == 422
        assert "Mornings are all we have" in page.text
    client.post(f"{address}/decline", data={"reason": "hours", "note": "Mornings are all we have"})
    assert _state(story) is S.DECLINED
    assert story.fresh().proposal.decline_note == "Mornings are all we have"
    read_by_coach = client_for(story.coach).get(path(story)).text
    assert "Can answer from the mail" not in read_by_coach
    assert "The hours do not fit" in read_by_coach
    assert "Mornings are all we have" in read_by_coach
    read_by_employer = client_for(story.contact).get(path(story)).text
    assert "The hours do not fit" in read_by_employer
    assert "Mornings are all we have" not in read_by_employer  # it may be what the coach wrote down of a call
    done = client.get(address)
    assert "take it back for 24 hours" in done.text
    assert "undo_decline" in done.text
    with time_machine.travel(clock.now() + timedelta(hours=25)), unchanged():
        assert "undo_decline" not in client.get(address).text
        assert client.post(f"{address}/undo_decline").status_code == 409
    with unchanged():
        assert client.post(f"{other}/undo_decline").status_code == 409  # a link that has not said no
    read = anew(story)
    with undone():
        sign_in_links.end_all(read().actor(Role.EMPLOYER), read().contact)
        db.session.commit()
        assert "undo_decline" not in client.get(address).text
        assert client.post(f"{address}/undo_decline").status_code == 409
    assert client.post(f"{address}/undo_decline").location == address
    assert _state(read()) is S.PROPOSED
    assert PITCH in client.get(address).text
    with unchanged():
        assert client.post(f"{address}/undo_decline").status_code == 409
    # a colleague's, mailed for the state that was left, stays dead
    assert client.get(other).status_code == 410
    with unchanged():
        assert client.post(f"{other}/interested").status_code == 409
    assert client.post(f"{address}/interested").status_code == 302


def test_of_two_who_press_differently_the_first_holds_and_the_other_is_told(client: FlaskClient) -> None:
    story, colleague = two_contacts()
    first, second = mailed(story.contact), mailed(colleague)
    assert first != second
    assert client.post(f"{first}/interested").status_code == 302
    with unchanged():
        told = client.post(f"{second}/decline", data={"reason": "hours"})
    assert told.status_code == 409
    for words in (told.text, client.get(second).text):
        assert "A colleague of yours has answered before you" in words
        assert PITCH not in words
    assert _state(story) is S.INTERESTED
    # the colleague's no is not undone by the link that said yes
    service.decline(employer_queries.actor_of(colleague), queries.load(story.proposal.id), DeclineReason.HOURS)
    db.session.commit()
    with unchanged():
        assert client.post(f"{first}/undo_decline").status_code == 409


def test_a_link_that_did_not_answer_takes_nothing_back(client: FlaskClient) -> None:
    """Its reader has said no signed in: the mail still opens nothing that was ended with that."""
    story = proposals.story(S.PROPOSED)
    address = mailed(story.contact)
    service.decline(story.actor(Role.EMPLOYER), story.proposal, DeclineReason.HOURS)
    db.session.commit()
    assert "You have answered this already" in client.get(address).text
    with unchanged():
        assert client.post(f"{address}/undo_decline").status_code == 409


def test_what_the_coach_wrote_down_is_told(client: FlaskClient) -> None:
    story = proposals.story(S.PROPOSED)
    address = mailed(story.contact)
    service.interested(story.actor(Role.COACH), story.proposal)
    db.session.commit()
    page = client.get(address)
    assert page.status_code == 410
    assert "the coach wrote down" in page.text


def test_a_reminder_carries_the_same_link(app: object) -> None:
    story = proposals.story(S.PROPOSED)
    before = mailed(story.contact)
    with time_machine.travel(clock.now() + timedelta(days=4)):
        jobs.remind_employers()
        db.session.commit()
    assert db.session.scalars(select(Notification.kind).where(Notification.kind == "proposal_waits")).all()
    assert mailed(story.contact) == before


def _is_dead(client: FlaskClient, address: str, *secrets: str) -> None:
    with unchanged():
        page = client.get(address)
        assert page.status_code == 410
        assert client.post(f"{address}/interested").status_code in (409, 410)
    assert [one for one in (PITCH, *secrets) if one in page.text] == []


def _lose_the_right(how: str, story: Story) -> None:
    contact = db.session.get_one(User, story.contact.id)
    if how == "no contact person":
        opening_queries.get(story.opening.id).contacts.remove(contact)
    elif how == "not named":
        named = db.session.get_one(Consent, story.proposal.consent_id)
        named.contacts = [user for user in named.contacts if user.id != contact.id]
    elif how == "moved":
        its = Membership.user_id == contact.id
        db.session.execute(update(Membership).where(its).values(employer_id=employers.employer().id))
    elif how == "closed":
        contact.deactivated_at = clock.now()
    elif how == "suspended":
        _employer(story).verification = Verification.SUSPENDED
    elif how == "ended":
        sign_in_links.end_all(story.actor(Role.EMPLOYER), contact)
    elif how == "old":
        db.session.execute(update(SignedLink).values(expires_at=clock.now() - timedelta(minutes=1)))
    db.session.commit()


def test_who_may_not_answer_any_more_opens_nothing(client: FlaskClient) -> None:
    """Each wall by itself: what is revoked beside it is another test's."""
    story, _colleague = two_contacts()
    address, read = mailed(story.contact), anew(story)
    assert client.get(address).status_code == 200
    for how in ("no contact person", "not named", "moved", "closed", "suspended", "ended", "old"):
        with undone():
            _lose_the_right(how, read())
            _is_dead(client, address)
    assert client.get(address).status_code == 200


def test_a_link_that_was_ended_by_its_reader_leads_to_the_sign_in(client: FlaskClient, client_for: ClientFor) -> None:
    story = proposals.story(S.PROPOSED)
    address, browser = mailed(story.contact), client_for(story.contact)
    settings = browser.get("/settings").text
    assert "Answer a proposal" in settings
    assert browser.post("/settings/links/end").status_code == 302
    assert "Answer a proposal" not in browser.get("/settings").text
    page = client.get(address)
    assert page.status_code == 410
    assert "It still waits for an answer" in page.text
    assert "/sign-in?next=" in page.text


def _end_and_give_back(how: str, story: Story) -> None:
    contact, employer = db.session.get_one(User, story.contact.id), _employer(story)
    administrator = story.actor(Role.ADMINISTRATOR)
    if how == "closed":
        account_service.deactivate(administrator, contact)
        account_service.reactivate(administrator, contact)
    elif how == "suspended":
        employer_service.suspend(administrator, employer)
        employer.verification = Verification.VERIFIED
    else:
        opening = opening_queries.get(story.opening.id)
        opening.contacts.remove(contact)
        db.session.flush()
        service.ask_again(story.actor(Role.EMPLOYER), opening)
        opening.contacts.append(contact)
    db.session.commit()


def test_a_link_that_was_ended_stays_ended(client: FlaskClient) -> None:
    """An account that is opened again, an employer verified again, a person named again: a new mail is needed."""
    story, colleague = two_contacts()
    address, other, read = mailed(story.contact), mailed(colleague), anew(story)
    for how in ("closed", "suspended", "changed"):
        with undone():
            _end_and_give_back(how, read())
            _is_dead(client, address)
            assert client.get(other).status_code == (410 if how == "suspended" else 200)


def test_while_the_candidate_is_asked_again_the_profile_is_not_shown(client: FlaskClient) -> None:
    story = proposals.story(S.PROPOSED)
    db.session.execute(update(Consent).values(until=clock.today() - timedelta(days=1)))
    db.session.commit()
    page = client.get(mailed(story.contact))
    assert page.status_code == 200
    assert PITCH not in page.text
    with unchanged():
        assert client.post(f"{mailed(story.contact)}/interested").status_code == 409


def test_links_of_another_sort_or_for_another_reader_open_nothing(client: FlaskClient) -> None:
    story = proposals.story(S.PROPOSED)
    for_staff = links.issue(Purpose.ANSWER, story.proposal.id, timedelta(days=1), story.coach.id)
    for_nobody = links.issue(Purpose.ANSWER, story.proposal.id, timedelta(days=1))
    consent = links.issue(Purpose.CONSENT, story.proposal.id, timedelta(days=1), story.contact.id)
    as_answer = signing.sign(Purpose.ANSWER, consent.token_id)
    db.session.commit()
    tokens = [links.token_of(one) for one in (for_staff, for_nobody, consent)]
    for token in (*tokens, as_answer, "x", mailed(story.contact).rsplit("/", 1)[1][:-2] + "zz"):
        _is_dead(client, f"/answer/{token}")


def test_a_time_is_picked_from_the_mail_and_the_place_is_not_told(client: FlaskClient) -> None:
    story = proposals.story(S.DISCLOSED)
    _meeting(story)
    address = mailed(story.contact)
    page = client.get(address).text
    who = identity(story)
    assert [one for one in (who.first_name, who.last_name, who.phone, "Kallmossens", PITCH) if one in page] == []
    with unchanged():
        assert client.post(f"{address}/agree_interview").status_code == 422
        for verb in ("offer", "report_hire", "decline", "withdraw", "interested", "undo_decline", "x"):
            assert client.post(f"{address}/{verb}", data={"reason": "hours"}).status_code == 409, verb
    assert client.post(f"{address}/agree_interview", data={"time": 2}).status_code == 302
    assert _state(story) is S.INTERVIEW
    assert "with a calendar file" in client.get(address).text


def test_times_that_were_taken_back_or_have_passed_do_not_wait(client: FlaskClient) -> None:
    story = proposals.story(S.DISCLOSED)
    _meeting(story)
    address = mailed(story.contact)
    with time_machine.travel(clock.now() + timedelta(days=4)):
        assert client.get(address).status_code == 410
    asked = queries.interviews_of(story.fresh().proposal)[0]
    interviews.cancel_meeting(story.actor(Role.COACH), story.fresh().proposal, asked)
    db.session.commit()
    assert client.get(address).status_code == 410


def test_a_hire_is_confirmed_from_the_mail_and_the_pay_is_not_told(client: FlaskClient) -> None:
    story = proposals.story(S.OFFERED)
    first = db.session.scalars(select(SignedLink).where(SignedLink.purpose == Purpose.ANSWER)).first()
    assert first is not None
    subsidised = terms().__class__(
        **{**vars(terms()), "pay": PayKind.WAGE_SUBSIDY, "subsidy_decided_on": clock.today()}
    )
    service.report_hire(story.actor(Role.COACH), story.fresh().proposal, subsidised, candidate_said_yes=True)
    db.session.commit()
    address = mailed(story.contact)
    assert first.token_id not in address
    page = client.get(address).text
    assert "Permanent" in page
    assert "subsidy" not in page
    assert PITCH not in page
    _is_dead(client, f"/answer/{links.token_of(first)}")  # it was mailed for the first answer
    assert client.post(f"{address}/confirm_hire").status_code == 302
    assert _state(story) is S.HIRED
    assert "with the dates of the support" in client.get(address).text


def test_the_coachs_mails_hold_no_link_that_answers(app: object) -> None:
    story = proposals.story(S.OFFERED)
    service.report_hire(story.actor(Role.EMPLOYER), story.fresh().proposal, terms())
    interviewed = proposals.story(S.DISCLOSED)
    times = [clock.now() + timedelta(days=2)]
    interviews.propose_times(interviewed.actor(Role.EMPLOYER), interviewed.fresh().proposal, times)
    to_staff = db.session.scalars(select(Notification).where(Notification.kind.in_(ASKING_EITHER)))
    assert [row.context.get("link") for row in to_staff if row.user_id in (story.coach.id, interviewed.coach.id)] == [
        None,
        None,
    ]


def test_who_is_signed_in_as_somebody_else_answers_as_the_links_reader(client_for: ClientFor) -> None:
    story = proposals.story(S.PROPOSED)
    other = client_for(accounts.coach())
    assert other.post(f"{mailed(story.contact)}/interested").status_code == 302
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "proposals.interested")).one()
    assert event.actor_id == story.contact.id
    assert other.get(path(story)).status_code == 404
