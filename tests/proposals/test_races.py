"""Two people press at once: one change, and one clear message for the other. Real threads, real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts import links
from portal.accounts.models import Purpose, User
from portal.audit.models import AuditEvent
from portal.candidates import queries as candidate_queries
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.openings import queries as opening_queries
from portal.outbox.models import Notification
from portal.proposals import interviews, queries, service
from portal.proposals.models import Interview, InterviewState, Proposal
from portal.proposals.states import ProposalState
from tests.factories import candidates, openings, proposals
from tests.factories.proposals import Story
from tests.own_database import own_app
from tests.proposals.kit import as_read, link, mailed, path, two_contacts, typed, yes

S = ProposalState
# On SQLite the second writer cannot even read before the first has committed: nobody comes.
MEET_SECONDS = {"sqlite": 0.05, "postgresql": 0.3}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """An application whose requests commit for real."""
    with own_app(tmp_path_factory.mktemp("races")) as app:
        yield app


@pytest.fixture
def meeting(live: Portal, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes requests wait for each other after they have read what they are about to change."""
    state: dict[str, threading.Barrier] = {}

    def after_reading(module: Any, name: str) -> None:
        original = getattr(module, name)

        def read(*args: Any, **kwargs: Any) -> Any:
            found = original(*args, **kwargs)
            with suppress(threading.BrokenBarrierError):
                if "barrier" in state:
                    state["barrier"].wait(MEET_SECONDS[db.engine.dialect.name])
            return found

        monkeypatch.setattr(module, name, read)

    after_reading(queries, "get_for")
    after_reading(queries, "get_by_id")
    after_reading(links, "find")
    after_reading(candidate_queries, "get_for")

    def begin(people: int) -> None:
        state["barrier"] = threading.Barrier(people)

    return begin


@dataclass(frozen=True)
class Press:
    """One person's press of a button."""

    browser: FlaskClient
    address: str
    data: dict[str, Any]


def _browser(app: Portal, user: User | None = None) -> FlaskClient:
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    if user is not None:
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = user.get_id(), True
    return browser


def _together(meeting: Callable[[int], None], *presses: Press) -> list[int]:
    """Press all at once; the statuses, the least first. Everyone who did not get through reads why."""
    statuses: list[int] = []
    words: list[str] = []

    def press(one: Press) -> None:
        answer = one.browser.post(one.address, data=one.data)
        statuses.append(answer.status_code)
        if answer.status_code >= 400:
            words.append(answer.get_data(as_text=True))

    db.session.commit()  # hold no lock while others press
    meeting(len(presses))
    threads = [threading.Thread(target=press, args=(one,)) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(statuses) == len(presses)
    assert all("<h1" in one for one in words)
    return sorted(statuses)


def _moves(proposal_id: int, since: int) -> list[str]:
    """The changes of state that were logged after an event."""
    rows = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_type == "proposal", AuditEvent.subject_id == proposal_id, AuditEvent.id > since)
        .order_by(AuditEvent.id)
    )
    return [row.verb.removeprefix("proposals.") for row in rows if "to" in row.data]


def _last_event() -> int:
    return db.session.scalar(select(func.max(AuditEvent.id))) or 0


Presses = Callable[[Portal, Story], tuple[Press, Press]]


def _two(first: str, by_first: str, second: str, by_second: str) -> Presses:
    def make(app: Portal, story: Story) -> tuple[Press, Press]:
        pressed = []
        for verb, who in ((first, by_first), (second, by_second)):
            browser = _browser(app, getattr(story, who))
            pressed.append(Press(browser, path(story, verb), as_read(browser, path(story, verb), typed(verb))))
        return pressed[0], pressed[1]

    return make


def _agrees_while_withdrawn(app: Portal, story: Story) -> tuple[Press, Press]:
    return (
        Press(_browser(app), link(story), yes(_browser(app), link(story))),
        Press(_browser(app, story.coach), path(story, "withdraw"), {}),
    )


def _agrees_twice(app: Portal, story: Story) -> tuple[Press, Press]:
    address = link(story)
    return (
        Press(_browser(app), address, yes(_browser(app), address)),
        Press(_browser(app), address, yes(_browser(app), address)),
    )


def _yes_and_no(app: Portal, story: Story) -> tuple[Press, Press]:
    address = link(story)
    return (Press(_browser(app), address, yes(_browser(app), address)), Press(_browser(app), address, {"answer": "no"}))


def _told_while_taken_back(app: Portal, story: Story) -> tuple[Press, Press]:
    browser, step = _browser(app, story.coach), path(story, "disclose")
    return (
        Press(browser, step, as_read(browser, step, typed("disclose"))),
        Press(_browser(app), link(story, Purpose.MY_CONSENTS), {}),
    )


# Where the second press may follow the first, as one who comes a moment later may: "interested", then "not this time".
IN_TURN = {"interested-decline", "interested-withdraw", "offer-report", "agree-withdraw", "disclose-take_back"}
RACES: dict[str, tuple[ProposalState, Presses]] = {
    "interested-decline": (S.PROPOSED, _two("interested", "contact", "decline", "contact")),
    "interested-interested": (S.PROPOSED, _two("interested", "contact", "interested", "coach")),
    "interested-withdraw": (S.PROPOSED, _two("interested", "contact", "withdraw", "coach")),
    "confirm-withdraw": (S.HIRE_REPORTED, _two("confirm_hire", "contact", "withdraw", "coach")),
    "confirm-confirm": (S.HIRE_REPORTED, _two("confirm_hire", "contact", "confirm_hire", "contact")),
    "offer-report": (S.INTERVIEW, _two("offer", "contact", "report_hire", "coach")),
    "undo-undo": (S.DECLINED, _two("undo_decline", "contact", "undo_decline", "coach")),
    "agree-withdraw": (S.AWAITING_CONSENT, _agrees_while_withdrawn),
    "agree-agree": (S.AWAITING_CONSENT, _agrees_twice),
    "agree-refuse": (S.AWAITING_CONSENT, _yes_and_no),
    "disclose-take_back": (S.INTERESTED, _told_while_taken_back),
}


@pytest.mark.parametrize("race", list(RACES))
def test_one_press_holds_and_the_other_is_told(live: Portal, meeting: Callable[[int], None], race: str) -> None:
    state, presses = RACES[race]
    with live.app_context():
        story = proposals.story(state)
        since = _last_event()
        pair = presses(live, story)
        db.session.commit()
        statuses = _together(meeting, *pair)
        db.session.rollback()
        through = [status for status in statuses if status in (200, 302)]
        refused = [status for status in statuses if status in (409, 410)]
        assert through, statuses
        assert len(through) + len(refused) == 2, statuses
        assert len(_moves(story.proposal.id, since)) == len(through)
        assert len(through) == 1 or race in IN_TURN
        told = (Notification.kind, Notification.user_id, Notification.candidate_id)
        mailed = select(*told).where(Notification.about_type == "proposal", Notification.about_id == story.proposal.id)
        assert db.session.execute(mailed.group_by(*told).having(func.count() > 1)).all() == []  # nobody is told twice


def test_of_two_contact_persons_who_answer_from_their_mails_one_is_heard(
    live: Portal, meeting: Callable[[int], None]
) -> None:
    with live.app_context():
        story, colleague = two_contacts()
        since = _last_event()
        yes_press = Press(_browser(live), f"{mailed(story.contact)}/interested", {})
        no_press = Press(_browser(live), f"{mailed(colleague)}/decline", {"reason": "hours"})
        assert _together(meeting, yes_press, no_press) == [302, 409]
        db.session.rollback()
        assert len(_moves(story.proposal.id, since)) == 1


def test_one_place_is_filled_once(live: Portal, meeting: Callable[[int], None]) -> None:
    """Two candidates, one place, and the two hires confirmed in the same moment."""
    with live.app_context():
        first = proposals.story(S.HIRE_REPORTED)
        rival = candidates.candidate(coach=first.coach)
        drafted = service.draft(first.actor(Role.COACH), rival, opening_queries.get(first.opening.id))
        second = Story(first.coach, first.leader, first.contact, rival, first.opening, drafted)
        proposals.bring(second, S.HIRE_REPORTED)
        db.session.commit()
        presses = [
            Press(_browser(live, first.contact), path(one, "confirm_hire"), typed("confirm_hire"))
            for one in (first, second)
        ]
        statuses = _together(meeting, *presses)
        db.session.rollback()
        assert statuses == [302, 409]
        states = db.session.scalars(
            select(Proposal.state).where(Proposal.opening_id == first.opening.id).order_by(Proposal.state)
        ).all()
        assert sorted(states) == [S.CLOSED, S.HIRED]


def test_one_candidate_is_proposed_once(live: Portal, meeting: Callable[[int], None]) -> None:
    with live.app_context():
        story = proposals.story()
        need = openings.opening()
        db.session.commit()
        address = f"/proposals/new?opening={need.public_id}&candidate={story.candidate.public_id}"
        data = {**typed("record_consent"), "answer_by": ""}
        browsers = [_browser(live, story.coach) for _ in range(2)]
        presses = [Press(one, address, as_read(one, address, data)) for one in browsers]
        statuses = _together(meeting, *presses)
        db.session.rollback()
        assert statuses == [302, 409]
        assert [one.state for one in queries.live_of_opening(need.id)] == [S.PROPOSED]


@pytest.mark.parametrize("second", ["pick", "cancel", "times"])
def test_a_time_is_picked_once(live: Portal, meeting: Callable[[int], None], second: str) -> None:
    """Two pick, or one picks while the other side takes the times back or suggests others: never half of each."""
    with live.app_context():
        story = proposals.story(S.DISCLOSED)
        made = interviews.propose_times(story.actor(Role.COACH), story.proposal, [clock.now() + timedelta(days=2)])
        asked = queries.interview_of(story.proposal, made.public_id)
        chosen = {"time": "1"}
        base = path(story, "interviews", asked.public_id)
        contact, coach = _browser(live, story.contact), _browser(live, story.coach)
        other = {
            "pick": Press(_browser(live, story.contact), f"{base}/pick", chosen),
            "cancel": Press(coach, f"{base}/cancel", {}),
            "times": Press(
                coach,
                path(story, "times"),
                {"times-0": "2031-05-05T10:00", "channel": "phone", "minutes": "30"},
            ),
        }[second]
        statuses = _together(meeting, Press(contact, f"{base}/pick", chosen), other)
        db.session.rollback()
        assert statuses[0] == 302
        assert statuses[1] in (302, 409)
        row = db.session.get_one(Interview, asked.id, populate_existing=True)
        confirmed = db.session.scalar(
            select(func.count()).where(
                Notification.kind == "interview_confirmed", Notification.about_id == story.proposal.id
            )
        )
        told_off = db.session.scalar(
            select(func.count()).where(
                Notification.kind == "interview_cancelled", Notification.about_id == story.proposal.id
            )
        )
        # whoever was told of a meeting either has it, or was told that it is off
        assert bool(confirmed) is (row.state is InterviewState.AGREED or bool(told_off))
        if second == "pick":
            assert (statuses, confirmed, row.state) == ([302, 409], 2, InterviewState.AGREED)


def test_one_question_for_a_time_is_open_at_once(live: Portal, meeting: Callable[[int], None]) -> None:
    with live.app_context():
        story = proposals.story(S.DISCLOSED)
        data = {"times-0": "2031-05-05T10:00", "channel": "phone", "minutes": "30"}
        presses = [Press(_browser(live, user), path(story, "times"), data) for user in (story.contact, story.coach)]
        statuses = _together(meeting, *presses)
        db.session.rollback()
        assert set(statuses) <= {302, 409}
        assert 302 in statuses
        open_ones = queries.interviews_of(story.fresh().proposal)
        assert [one.state for one in open_ones] == [InterviewState.PROPOSED]
