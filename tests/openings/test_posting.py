"""From the form to an open need, with an employer that is verified, and one that is not yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.employers import events as employer_events
from portal.employers.models import Employer
from portal.employers.states import Standing, Verification
from portal.openings import events
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from tests.factories import accounts, employers, openings
from tests.openings.kit import FILLED_IN, events_of, state_of, without

Signed = Callable[[User], FlaskClient]
Queued = Callable[[], list[tuple[str, str]]]


def _only() -> Opening:
    db.session.rollback()
    return db.session.scalars(select(Opening)).one()


def _verify(employer: Employer) -> None:
    employer.verification = Verification.VERIFIED
    employer.verified_at = clock.now()
    db.session.flush()
    employer_events.VERIFIED.emit(Actor(Role.TEAM_LEADER), employer)
    db.session.commit()


def test_posting_opens_the_need_and_mails_both_sides(
    client_for: Signed, queued: Queued, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[int] = []
    monkeypatch.setattr(events.POSTED, "_handlers", [lambda actor, opening: posted.append(opening.id)])
    coach = accounts.coach()
    employer = employers.employer(coach_id=coach.id, standing=Standing.PROSPECT)
    anna, anna_at = employers.employer_user(employer), employer.id
    browser = client_for(anna)
    db.session.commit()
    answer = browser.post("/openings/new", data={**FILLED_IN, "post": "1"}, follow_redirects=True)
    assert b"The need is open" in answer.data
    opening = _only()
    assert opening.state is OpeningState.OPEN
    assert opening.posted_at is not None
    assert events_of(opening.id) == ["opening.draft", "opening.post"]
    assert queued() == [("opening_published", f"user:{anna.id}"), ("need_posted", f"user:{coach.id}")]
    assert posted == [opening.id]
    assert db.session.get_one(Employer, anna_at).standing is Standing.ACTIVE


def test_leaders_are_told_when_no_coach_looks_after_the_employer(client_for: Signed, queued: Queued) -> None:
    leader = accounts.team_leader()
    accounts.team_leader(deactivated_at=clock.now())
    browser = client_for(employers.employer_user())
    db.session.commit()
    browser.post("/openings/new", data={**FILLED_IN, "post": "1"})
    assert [reader for kind, reader in queued() if kind == "need_posted"] == [f"user:{leader.id}"]


def test_a_draft_is_saved_and_nobody_is_mailed(client_for: Signed, queued: Queued) -> None:
    browser = client_for(employers.employer_user())
    db.session.commit()
    answer = browser.post("/openings/new", data=without("adaptations", "paid_work", save="1"), follow_redirects=True)
    assert b"This is how it will read" in answer.data
    assert b"Before it can be posted" in answer.data
    assert _only().state is OpeningState.DRAFT
    assert queued() == []


def test_an_unverified_employers_need_waits_and_opens_by_itself(client_for: Signed, queued: Queued) -> None:
    employer = employers.employer(verification=Verification.WAITING)
    anna = employers.employer_user(employer)
    browser = client_for(anna)
    db.session.commit()
    answer = browser.post("/openings/new", data={**FILLED_IN, "post": "1"}, follow_redirects=True)
    assert b"opens as soon as the team has verified" in answer.data
    opening = _only()
    assert (opening.state, opening.wants_posting) == (OpeningState.DRAFT, True)
    assert queued() == []

    _verify(db.session.get_one(Employer, employer.id))

    opening = _only()
    assert (opening.state, opening.wants_posting) == (OpeningState.OPEN, False)
    assert events_of(opening.id) == ["opening.draft", "opening.wait", "opening.post"]
    assert [kind for kind, _reader in queued()] == ["opening_published"]


def test_a_need_whose_last_day_has_passed_is_not_put_in_line(client_for: Signed) -> None:
    employer = employers.employer(verification=Verification.WAITING)
    late = openings.draft(employer, last_day=clock.today() - timedelta(days=1))
    browser = client_for(late.contacts[0])
    db.session.commit()
    answer = browser.post(f"/openings/{late.public_id}/post")
    assert answer.status_code == 409
    assert "The last day to answer has passed" in answer.text
    db.session.expire_all()
    assert (late.state, late.wants_posting) == (OpeningState.DRAFT, False)


def test_saving_a_waiting_need_as_a_draft_takes_it_out_of_the_line(client_for: Signed) -> None:
    employer = employers.employer(verification=Verification.WAITING)
    waiting = openings.draft(employer, wants_posting=True)
    browser = client_for(waiting.contacts[0])
    db.session.commit()
    data = {**FILLED_IN, "version": str(waiting.version), "save": "1"}
    assert browser.post(f"/openings/{waiting.public_id}/edit", data=data).status_code == 302
    _verify(db.session.get_one(Employer, employer.id))
    assert state_of(waiting.id) is OpeningState.DRAFT


def test_a_need_that_waited_past_its_last_day_is_not_opened_and_says_so(app: object, queued: Queued) -> None:
    employer = employers.employer(verification=Verification.WAITING)
    late = openings.draft(employer, wants_posting=True, last_day=clock.today() - timedelta(days=1))
    fine = openings.draft(employer, wants_posting=True)
    reader = late.contacts[0].id
    _verify(employer)
    assert (state_of(late.id), state_of(fine.id)) == (OpeningState.DRAFT, OpeningState.OPEN)
    assert not db.session.get_one(Opening, late.id).wants_posting
    assert ("opening_needs_you", f"user:{reader}") in queued()


def test_drafts_that_nobody_posted_stay_drafts_when_the_employer_is_verified(app: object) -> None:
    employer = employers.employer(verification=Verification.WAITING)
    draft = openings.draft(employer)
    _verify(employer)
    assert state_of(draft.id) is OpeningState.DRAFT


def test_a_coach_picks_the_employer_first_and_registers_for_it(client_for: Signed, queued: Queued) -> None:
    employer = employers.employer(name="Strandcafé Ab")
    anna = employers.employer_user(employer)
    coach = accounts.coach()
    browser = client_for(coach)
    db.session.commit()
    assert "Strandcafé Ab" in browser.get("/openings/new?q=strandc").text
    data = {**FILLED_IN, "contacts": [anna.public_id], "post": "1"}
    browser.post(f"/openings/new?employer={employer.public_id}", data=data)
    opening = _only()
    assert (opening.employer_id, opening.created_by_id) == (employer.id, coach.id)
    assert opening.state is OpeningState.OPEN
    assert ("opening_published", f"user:{anna.id}") in queued()


def test_an_employers_user_cannot_register_for_another_employer(client_for: Signed) -> None:
    mine = employers.employer()
    other = employers.employer()
    browser = client_for(employers.employer_user(mine))
    db.session.commit()
    browser.post(f"/openings/new?employer={other.public_id}", data={**FILLED_IN, "save": "1"})
    assert _only().employer_id == mine.id


@pytest.mark.parametrize("state", OpeningState)
def test_a_copy_is_a_new_draft_of_the_same_words(client_for: Signed, state: OpeningState) -> None:
    yesterday = clock.today() - timedelta(days=1)
    old = openings.opening(state=state, pay="12 €/h", tasks="Skär lök.", last_day=yesterday, starts_on=yesterday)
    browser = client_for(old.contacts[0])
    db.session.commit()
    assert browser.post(f"/openings/{old.public_id}/copy").status_code == 302
    db.session.rollback()
    copy = db.session.scalars(select(Opening).where(Opening.id != old.id)).one()
    assert copy.state is OpeningState.DRAFT
    assert (copy.title, copy.pay, copy.tasks) == (old.title, "12 €/h", "Skär lök.")
    assert (copy.last_day, copy.starts_on) == (None, None)
    assert state_of(old.id) is state


def test_an_ended_need_is_posted_again_in_one_step(client_for: Signed) -> None:
    old = openings.opening(state=OpeningState.FILLED)
    browser = client_for(old.contacts[0])
    db.session.commit()
    assert "Post it again" in browser.get(f"/openings/{old.public_id}").text
    browser.post(f"/openings/{old.public_id}/copy", data={"post": "1"})
    db.session.rollback()
    assert db.session.scalars(select(Opening.state).where(Opening.id != old.id)).one() is OpeningState.OPEN


def test_copying_a_need_that_cannot_be_posted_leaves_nothing_behind(client_for: Signed) -> None:
    old = openings.opening(state=OpeningState.CLOSED, paid_work=False)
    browser = client_for(old.contacts[0])
    db.session.commit()
    assert browser.post(f"/openings/{old.public_id}/copy", data={"post": "1"}).status_code == 409
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Opening)) == 1


@pytest.mark.parametrize("path", ["", "/edit"])
def test_somebody_elses_need_looks_like_none(client_for: Signed, path: str) -> None:
    opening = openings.opening()
    browser = client_for(employers.employer_user())
    db.session.commit()
    foreign = browser.get(f"/openings/{opening.public_id}{path}")
    absent = browser.get(f"/openings/{'0' * 32}{path}")
    assert foreign.status_code == absent.status_code == 404
    for verb in ("copy", "keep", "post"):
        assert browser.post(f"/openings/{opening.public_id}/{verb}").status_code == 404
