"""Meetings: one side suggests, the other picks, either calls off; and what the calendar file says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default as modern

import pytest
import time_machine
from icalendar import Calendar

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import Invalid, Refused
from portal.core.i18n import Language
from portal.employers.models import Channel
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import build_message
from portal.proposals import interviews, queries, service
from portal.proposals.models import Interview, InterviewState
from portal.proposals.states import ProposalState
from tests.factories import proposals
from tests.factories.proposals import Story
from tests.proposals.kit import ClientFor, identity, newest, path, step
from tests.snapshot import unchanged

S = ProposalState
pytestmark = pytest.mark.usefixtures("in_english")


def _suggest(story: Story, by: Role, *moments: datetime) -> Interview:
    made = interviews.propose_times(
        story.actor(by), story.fresh().proposal, moments or [clock.now() + timedelta(days=2)], place="Torggatan 3"
    )
    db.session.commit()
    return queries.interview_of(story.proposal, made.public_id)


def _pick(story: Story, by: Role, interview: Interview, at: int = 0) -> None:
    chosen = queries.interview_of(story.proposal, interview.public_id)
    interviews.pick_time(story.actor(by), story.fresh().proposal, chosen, chosen.times[at].id)
    db.session.commit()


def _entry(row: Notification) -> dict[str, object]:
    """What the calendar file of a mail says."""
    message = build_message(row, KINDS[row.kind], Recipient("reader@portal.example", "Reader", Language.EN))
    [attached] = list(message_from_bytes(message.as_bytes(), policy=modern).iter_attachments())
    assert attached.get_content_type() == "text/calendar"
    content = attached.get_content()
    calendar = Calendar.from_ical(content if isinstance(content, str) else content.decode())
    [event] = calendar.walk("VEVENT")
    return {
        "method": str(calendar["method"]),
        "uid": str(event["uid"]),
        "sequence": int(event["sequence"]),
        "starts": event["dtstart"].dt,
        "minutes": (event["dtend"].dt - event["dtstart"].dt).total_seconds() / 60,
        "summary": str(event["summary"]),
        "status": str(event["status"]),
        "all": str(event.to_ical().decode()),
    }


@pytest.mark.parametrize(("asks", "picks"), [(Role.COACH, Role.EMPLOYER), (Role.EMPLOYER, Role.COACH)])
def test_one_side_suggests_and_the_other_picks(asks: Role, picks: Role) -> None:
    story = proposals.story(S.DISCLOSED)
    moments = [clock.now().replace(microsecond=0) + timedelta(days=days) for days in (4, 2)]
    asked = _suggest(story, asks, *moments)
    other = story.contact if asks is Role.COACH else story.coach
    assert [one.user_id for one in newest("interview_proposed")] == [other.id]
    _pick(story, picks, asked, at=1)
    agreed = queries.interview_of(story.proposal, asked.public_id)
    assert (agreed.state, agreed.starts_at) == (InterviewState.AGREED, moments[0])
    assert story.fresh().proposal.state is S.INTERVIEW
    readers = [one.user_id or one.candidate_id for one in reversed(newest("interview_confirmed"))]
    assert readers == [story.contact.id, story.coach.id]
    assert [one.candidate_id for one in newest("interview_for_candidate")] == [story.candidate.id]


def test_the_calendar_file_stays_one_entry_whatever_happens() -> None:
    story = proposals.story(S.DISCLOSED)
    moment = clock.now().replace(microsecond=0) + timedelta(days=2)
    asked = _suggest(story, Role.COACH, moment)
    _pick(story, Role.EMPLOYER, asked)
    confirmed = {one.user_id: _entry(one) for one in newest("interview_confirmed")}
    for entry in confirmed.values():
        assert (entry["method"], entry["status"], entry["sequence"]) == ("PUBLISH", "CONFIRMED", 0)
        assert (entry["starts"], entry["minutes"]) == (moment, 45)
        assert entry["summary"] == "Meeting, Hirebridge"
        for told in (identity(story).full_name, story.opening.title, story.fresh().proposal.alias.alias, "Torggatan"):
            assert told not in str(entry["all"])
    assert confirmed[story.contact.id]["uid"] != confirmed[story.coach.id]["uid"]
    meeting = queries.interview_of(story.proposal, asked.public_id)
    interviews.cancel_meeting(story.actor(Role.EMPLOYER), story.fresh().proposal, meeting)
    db.session.commit()
    for row in newest("interview_cancelled"):
        entry = _entry(row)
        assert (entry["method"], entry["status"], entry["sequence"]) == ("CANCEL", "CANCELLED", 1)
        assert (entry["uid"], entry["starts"]) == (confirmed[row.user_id]["uid"], moment)
    [first] = newest("interview_for_candidate")
    [last] = newest("interview_off_for_candidate")
    assert (_entry(first)["uid"], _entry(last)["sequence"]) == (_entry(last)["uid"], 1)
    assert story.fresh().proposal.state is S.INTERVIEW  # the proposal stays where it is


def test_a_meeting_is_moved_by_suggesting_and_picking_anew() -> None:
    story = proposals.story(S.INTERVIEW)
    moment = clock.now().replace(microsecond=0) + timedelta(days=9)
    _pick(story, Role.COACH, _suggest(story, Role.EMPLOYER, moment))
    assert moment in [one.starts_at for one in queries.interviews_of(story.fresh().proposal)]
    assert story.fresh().proposal.state is S.INTERVIEW


def test_a_new_suggestion_replaces_the_open_one() -> None:
    story = proposals.story(S.DISCLOSED)
    old = _suggest(story, Role.COACH)
    new = _suggest(story, Role.EMPLOYER)
    assert [one.id for one in queries.interviews_of(story.fresh().proposal)] == [new.id]
    with pytest.raises(Refused):
        _pick(story, Role.EMPLOYER, old)
    _pick(story, Role.COACH, new)


@pytest.mark.parametrize("role", [Role.COACH, Role.EMPLOYER])
def test_nobody_picks_from_the_own_suggestion(client_for: ClientFor, role: Role) -> None:
    story = proposals.story(S.DISCLOSED)
    asked = _suggest(story, role)
    with pytest.raises(Refused, match="other side picks"):
        _pick(story, role, asked)
    user = story.coach if role is Role.COACH else story.contact
    browser = client_for(user)
    pick = path(story, "interviews", asked.public_id, "pick")
    chosen = {"time": "1"}
    assert pick not in browser.get(path(story)).get_data(as_text=True)
    with unchanged():
        assert browser.post(pick, data=chosen).status_code == 409


def test_times_that_have_passed_are_neither_suggested_nor_picked() -> None:
    story = proposals.story(S.DISCLOSED)
    with pytest.raises(Invalid) as wrong:
        _suggest(story, Role.COACH, clock.now() - timedelta(minutes=1), clock.now() + timedelta(days=1))
    assert wrong.value.field == "times"
    asked = _suggest(story, Role.COACH, clock.now() + timedelta(hours=1), clock.now() + timedelta(days=1))
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        with pytest.raises(Invalid) as late:
            _pick(story, Role.EMPLOYER, asked)
        assert late.value.field == "time"
        _pick(story, Role.EMPLOYER, asked, at=1)


def test_no_times_and_six_times_are_refused() -> None:
    story = proposals.story(S.DISCLOSED)
    for count in (0, 6):
        with pytest.raises(Invalid):
            interviews.propose_times(
                story.actor(Role.COACH),
                story.fresh().proposal,
                [clock.now() + timedelta(days=1 + one) for one in range(count)],
            )


def test_a_time_of_another_meeting_cannot_be_picked() -> None:
    mine, other = proposals.story(S.DISCLOSED), proposals.story(S.DISCLOSED)
    foreign = _suggest(other, Role.COACH).times[0].id
    asked = _suggest(mine, Role.COACH)
    with pytest.raises(Invalid):
        interviews.pick_time(mine.actor(Role.EMPLOYER), mine.fresh().proposal, asked, foreign)


def test_a_meeting_of_another_proposal_is_not_there(client_for: ClientFor) -> None:
    mine, other = proposals.story(S.DISCLOSED), proposals.story(S.DISCLOSED)
    foreign = _suggest(other, Role.COACH)
    browser = client_for(mine.contact)
    chosen = {"time": "1"}
    with unchanged():
        for verb in ("pick", "cancel"):
            assert browser.post(path(mine, "interviews", foreign.public_id, verb), data=chosen).status_code == 404


# (Helsinki's wall time as typed, the instant that is meant): winter, summer, the skipped hour, the doubled hour.
WALL_TIMES = [
    ("2031-02-03T09:00", datetime(2031, 2, 3, 7, 0, tzinfo=UTC)),
    ("2031-07-03T09:00", datetime(2031, 7, 3, 6, 0, tzinfo=UTC)),
    ("2031-03-30T03:30", datetime(2031, 3, 30, 1, 30, tzinfo=UTC)),
    ("2031-10-26T03:30", datetime(2031, 10, 26, 0, 30, tzinfo=UTC)),
    ("2031-10-27T09:00", datetime(2031, 10, 27, 7, 0, tzinfo=UTC)),
]


@pytest.mark.parametrize(("typed", "meant"), WALL_TIMES)
def test_times_are_helsinkis_times(client_for: ClientFor, typed: str, meant: datetime) -> None:
    story = proposals.story(S.DISCLOSED)
    data = {"times-0": typed, "channel": Channel.PHONE.value, "place": "", "minutes": "30"}
    assert client_for(story.contact).post(path(story, "times"), data=data).status_code == 302
    [asked] = queries.interviews_of(story.fresh().proposal)
    assert [one.starts_at for one in asked.times] == [meant]


@pytest.mark.parametrize("verb", ["decline", "withdraw", "turn_down"])
def test_an_end_calls_the_coming_meeting_off(verb: str) -> None:
    story = proposals.story(S.INTERVIEW)
    step(story, verb, story.actor(Role.COACH))
    db.session.commit()
    states = db.session.scalars(db.select(Interview.state).where(Interview.proposal_id == story.proposal.id)).all()
    assert states == [InterviewState.CANCELLED]
    readers = {one.user_id for one in newest("interview_cancelled")}
    assert readers == {story.contact.id, story.coach.id}


def test_an_end_leaves_a_meeting_that_has_been_held() -> None:
    story = proposals.story(S.INTERVIEW)
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        service.withdraw(story.actor(Role.COACH), story.fresh().proposal)
        db.session.commit()
    assert newest("interview_cancelled") == []


def test_a_place_that_names_the_candidate_is_stopped_when_the_coach_writes_it(client_for: ClientFor) -> None:
    story = proposals.story(S.DISCLOSED)
    place = f"Hos {identity(story).full_name}"
    data = {"times-0": "2031-05-05T10:00", "channel": "in_person", "place": place, "minutes": "30"}
    with unchanged():
        answer = client_for(story.coach).post(path(story, "times"), data=data)
    assert answer.status_code == 422
    assert place in answer.get_data(as_text=True)
    assert client_for(story.contact).post(path(story, "times"), data=data).status_code == 302
