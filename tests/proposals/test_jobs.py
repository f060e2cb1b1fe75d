"""What the clock does with proposals, on a clock that is moved by hand: each thing once, and at its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default as modern

import pytest
import time_machine

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import Language
from portal.openings import queries as opening_queries
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification, SendState
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import build_message
from portal.proposals import elsewhere, jobs, queries, service
from portal.proposals.models import CloseGround, Proposal
from portal.proposals.states import ProposalState
from tests.factories import openings, proposals
from tests.factories.proposals import Story
from tests.proposals.kit import ClientFor, newest, path, step

S = ProposalState
pytestmark = pytest.mark.usefixtures("app")

JOBS = (jobs.lapse_unanswered, jobs.remind_employers, jobs.close_silent, jobs.close_hired_elsewhere)


def _run_at(moment: datetime) -> None:
    """Every job twice: a second run finds nothing that the first has done."""
    with time_machine.travel(moment, tick=False):
        for _again in range(2):
            for job in JOBS:
                job()
                db.session.commit()


def _told(kind: str) -> list[int | None]:
    return [one.user_id for one in reversed(newest(kind))]


def _proposed_at(story: Story) -> datetime:
    moment = story.fresh().proposal.proposed_at
    assert moment is not None
    return moment


def test_an_employer_who_is_silent_is_reminded_twice_and_the_coach_told_once() -> None:
    story = proposals.story(S.PROPOSED)
    sent = _proposed_at(story)
    _run_at(sent + timedelta(days=3) - timedelta(minutes=1))
    assert _told("proposal_waits") == []
    _run_at(sent + timedelta(days=3))
    assert _told("proposal_waits") == [story.contact.id]
    _run_at(sent + timedelta(days=7) - timedelta(minutes=1))
    assert len(_told("proposal_waits")) == 1
    assert _told("proposal_silent") == []
    _run_at(sent + timedelta(days=7))
    assert _told("proposal_waits") == [story.contact.id] * 2
    assert _told("proposal_silent") == [story.coach.id]
    _run_at(sent + timedelta(days=20))
    assert len(_told("proposal_waits")) == 2


def test_a_month_after_the_reminders_it_closes_with_a_mail_to_both() -> None:
    story = proposals.story(S.PROPOSED)
    sent = _proposed_at(story)
    for days in (3, 7):
        _run_at(sent + timedelta(days=days))
    _run_at(sent + timedelta(days=37) - timedelta(minutes=1))
    assert story.fresh().proposal.state is S.PROPOSED
    _run_at(sent + timedelta(days=37))
    proposal = story.fresh().proposal
    assert (proposal.state, proposal.close_ground) == (S.CLOSED, CloseGround.UNANSWERED)
    assert sorted(_told("proposal_closed"), key=str) == sorted([story.coach.id, story.contact.id], key=str)
    [for_candidate] = newest("closed_for_candidate")
    assert for_candidate.candidate_id == story.candidate.id


def test_a_worker_that_slept_for_weeks_reminds_a_month_before_it_closes() -> None:
    """So does one who was away when nobody could be reminded: the coach is told, and has that month."""
    story, alone = proposals.story(S.PROPOSED), proposals.story(S.PROPOSED)
    alone.contact.deactivated_at = clock.now()
    db.session.commit()
    woke = _proposed_at(story) + timedelta(days=60)
    _run_at(woke)
    assert _told("proposal_waits") == [story.contact.id]  # nobody gets two at once
    assert sorted(_told("proposal_silent"), key=str) == sorted([story.coach.id, alone.coach.id], key=str)
    _run_at(woke + timedelta(days=30) - timedelta(minutes=1))
    assert [one.fresh().proposal.state for one in (story, alone)] == [S.PROPOSED] * 2
    _run_at(woke + timedelta(days=30))
    assert [one.fresh().proposal.state for one in (story, alone)] == [S.CLOSED] * 2
    assert len(_told("proposal_waits")) == 1


@pytest.mark.parametrize("verb", ["interested", "decline", "withdraw"])
def test_who_has_answered_is_not_reminded(verb: str) -> None:
    story = proposals.story(S.PROPOSED)
    sent = _proposed_at(story)
    step(story, verb, story.actor(Role.COACH))
    db.session.commit()
    _run_at(sent + timedelta(days=7))
    assert _told("proposal_waits") == []
    assert _told("proposal_silent") == []


def test_an_answer_that_was_taken_back_is_waited_for_again() -> None:
    story = proposals.story(S.DECLINED)
    service.undo_decline(story.actor(Role.EMPLOYER), story.proposal)
    _run_at(_proposed_at(story) + timedelta(days=3))
    assert _told("proposal_waits") == [story.contact.id]


def test_a_question_without_an_answer_lapses_after_its_last_day_in_helsinki() -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    last_day = story.proposal.answer_by
    assert last_day is not None
    _run_at(clock.at_local(last_day, 23, 59))
    assert story.fresh().proposal.state is S.AWAITING_CONSENT
    _run_at(clock.at_local(last_day + timedelta(days=1)))
    proposal = story.fresh().proposal
    assert (proposal.state, proposal.lapsed) == (S.REFUSED, True)
    assert _told("consent_expired") == [story.coach.id]
    [asked] = newest("consent_request")
    assert asked.state is SendState.CANCELLED


def _other_of(story: Story) -> tuple[Proposal, int]:
    """A second proposal of the same candidate, sent to another employer; and that employer's contact person."""
    need = opening_queries.get(openings.opening().id)
    reader = need.contacts[0].id
    coach = story.actor(Role.COACH)
    other = service.draft(coach, story.candidate, need)
    service.record_consent(coach, other, service.HowGiven())
    db.session.commit()
    return queries.load(other.id), reader


def test_after_a_hire_the_others_close_at_hours_of_their_own() -> None:
    story = proposals.story(S.HIRE_REPORTED)
    others = [_other_of(story) for _each in range(3)]
    ids = [other.id for other, _reader in others]
    service.confirm_hire(story.actor(Role.EMPLOYER), story.fresh().proposal)
    db.session.commit()
    assert elsewhere.close_others(story.actor(Role.COACH), story.fresh().proposal) == 3
    db.session.commit()
    hours = [queries.load(one).close_due_at for one in ids]
    assert len(set(hours)) == 3
    first, last = min(one for one in hours if one), max(one for one in hours if one)
    assert clock.now() + timedelta(minutes=50) < first <= last < clock.now() + timedelta(hours=24)
    assert elsewhere.close_others(story.actor(Role.COACH), story.fresh().proposal) == 0
    _run_at(first)
    assert sorted(queries.load(one).state for one in ids) == [S.CLOSED, S.PROPOSED, S.PROPOSED]
    _run_at(last)
    assert [queries.load(one).close_ground for one in ids] == [CloseGround.HIRED_ELSEWHERE] * 3


def _words_of(row: Notification) -> str:
    message = build_message(row, KINDS[row.kind], Recipient("reader@portal.example", "Reader", Language.EN))
    body = message_from_bytes(message.as_bytes(), policy=modern).get_body(("plain",))
    assert body is not None
    return f"{message.subject}\n{body.get_content()}"


def test_an_employer_reads_the_same_whatever_the_candidates_reason_was(client_for: ClientFor) -> None:
    """Hired elsewhere, withdrawn and turned down: one sentence in the mail, one on the page, and no reason."""
    stories = [proposals.story(S.INTERVIEW) for _each in range(3)]
    elsewhere_, withdrawn, turned = stories
    service.close(elsewhere_.fresh().proposal, CloseGround.HIRED_ELSEWHERE)
    service.withdraw(withdrawn.actor(Role.CANDIDATE), withdrawn.fresh().proposal)
    service.turn_down(turned.actor(Role.COACH), turned.fresh().proposal)
    db.session.commit()
    mails, pages = set(), set()
    for story in stories:
        row = next(one for one in newest("no_longer_available") if one.user_id == story.contact.id)
        alias, title = story.fresh().proposal.alias.alias, story.opening.title
        own = {alias: "ALIAS", title: "TITLE", story.opening.public_id: "ID", row.message_id: ""}
        words = _words_of(row)
        for old, new in own.items():
            words = words.replace(old, new)
        mails.add(words)
        answer = client_for(story.contact).get(path(story)).get_data(as_text=True)
        pages.add(answer.split('<ol class="timeline">')[1].split("</li>")[0])
        assert "No longer available" in answer
        for reason in ("said no to the job", "Withdrawn", "Candidate said no", "Closed", "elsewhere"):
            assert reason not in answer
    assert len(mails) == 1
    assert len(pages) == 1
    assert newest("proposal_closed")[0].user_id == elsewhere_.coach.id


def test_only_the_coach_closes_the_others_and_only_after_a_hire() -> None:
    story = proposals.story(S.HIRED)
    with pytest.raises(Refused):
        elsewhere.close_others(story.actor(Role.EMPLOYER), story.proposal)
    with pytest.raises(Refused):
        elsewhere.close_others(story.actor(Role.COACH), proposals.story(S.OFFERED).proposal)
