"""What happens by the clock, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.core import clock
from portal.core.db import db
from portal.openings import jobs, service
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from tests.factories import accounts, employers, openings
from tests.openings.kit import events_of

Queued = Callable[[], list[tuple[str, str]]]
MoveTo = Callable[[datetime], None]


@pytest.fixture
def move_to(app: object, monkeypatch: pytest.MonkeyPatch) -> MoveTo:
    """Sets the portal's clock to an instant."""
    return lambda instant: monkeypatch.setattr(clock, "now", lambda: instant)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        # Helsinki's midnight is 22:00 UTC in winter, 21:00 in summer
        (datetime(2026, 11, 30, 21, 59, tzinfo=UTC), OpeningState.OPEN),
        (datetime(2026, 11, 30, 22, 0, tzinfo=UTC), OpeningState.EXPIRED),
    ],
)
def test_a_need_expires_when_its_last_day_is_over_in_helsinki(
    move_to: MoveTo, now: datetime, state: OpeningState
) -> None:
    opening = openings.opening(last_day=date(2026, 11, 30))
    move_to(now)
    jobs.expire_past()
    assert _state(opening) is state


def _state(opening: Opening) -> OpeningState:
    db.session.expire(opening, ["state"])
    return opening.state


def test_paused_needs_expire_too_and_drafts_never(move_to: MoveTo) -> None:
    long_ago = date(2020, 1, 1)
    paused = openings.opening(state=OpeningState.PAUSED, last_day=long_ago)
    draft = openings.draft(last_day=long_ago)
    endless = openings.opening(last_day=None)
    jobs.expire_past()
    assert [_state(one) for one in (paused, draft, endless)] == [
        OpeningState.EXPIRED,
        OpeningState.DRAFT,
        OpeningState.OPEN,
    ]
    assert events_of(paused.id) == ["opening.expire"]
    jobs.expire_past()
    assert events_of(paused.id) == ["opening.expire"]


@pytest.mark.parametrize(("days", "mails"), [(8, 0), (7, 1), (1, 1), (0, 1)])
def test_contact_persons_are_told_a_week_before_the_last_day_once(
    move_to: MoveTo, queued: Queued, days: int, mails: int
) -> None:
    last_day = date(2026, 12, 18)
    openings.opening(last_day=last_day)
    move_to(datetime(2026, 12, 18, 10, tzinfo=UTC) - timedelta(days=days))
    jobs.warn_about_last_day()
    jobs.warn_about_last_day()
    assert [kind for kind, _reader in queued()] == ["opening_expires_soon"] * mails


def test_a_later_last_day_is_told_of_again(move_to: MoveTo, queued: Queued) -> None:
    opening = openings.opening(last_day=date(2026, 12, 18))
    move_to(datetime(2026, 12, 15, 10, tzinfo=UTC))
    jobs.warn_about_last_day()
    opening.last_day = date(2027, 1, 18)
    db.session.flush()
    move_to(datetime(2027, 1, 15, 10, tzinfo=UTC))
    jobs.warn_about_last_day()
    assert len(queued()) == 2


START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_an_idle_need_is_asked_about_after_three_months_and_paused_two_weeks_later(
    move_to: MoveTo, queued: Queued
) -> None:
    opening = openings.opening(changed_at=START)
    reader = f"user:{opening.contacts[0].id}"
    for days, kinds, state in [
        (90, [], OpeningState.OPEN),
        (92, ["opening_idle"], OpeningState.OPEN),
        (93, ["opening_idle"], OpeningState.OPEN),
        (105, ["opening_idle"], OpeningState.OPEN),
        (107, ["opening_idle", "opening_paused"], OpeningState.PAUSED),
        (120, ["opening_idle", "opening_paused"], OpeningState.PAUSED),
    ]:
        move_to(START + timedelta(days=days))
        jobs.settle_idle()
        assert queued() == [(kind, reader) for kind in kinds], days
        assert _state(opening) is state, days
    assert events_of(opening.id) == ["opening.ask", "opening.pause"]


def test_who_answers_that_it_is_current_is_left_alone_for_three_months(move_to: MoveTo, queued: Queued) -> None:
    opening = openings.opening(changed_at=START)
    move_to(START + timedelta(days=92))
    jobs.settle_idle()
    move_to(START + timedelta(days=95))
    service.note_activity(opening.id)
    db.session.expire(opening)
    move_to(START + timedelta(days=120))
    jobs.settle_idle()
    assert _state(opening) is OpeningState.OPEN
    assert len(queued()) == 1
    move_to(START + timedelta(days=95 + 92))
    jobs.settle_idle()
    assert [kind for kind, _reader in queued()] == ["opening_idle"] * 2
    assert _state(opening) is OpeningState.OPEN


def test_the_keeper_is_asked_when_nobody_at_the_employer_can_be(move_to: MoveTo, queued: Queued) -> None:
    coach = accounts.coach()
    gone = employers.employer(coach_id=coach.id)
    openings.opening(gone, contacts=[], changed_at=START)
    move_to(START + timedelta(days=92))
    jobs.settle_idle()
    assert queued() == [("opening_idle", f"user:{coach.id}")]


@pytest.mark.parametrize("state", [OpeningState.DRAFT, OpeningState.PAUSED, OpeningState.CLOSED])
def test_only_open_needs_are_asked_about(move_to: MoveTo, queued: Queued, state: OpeningState) -> None:
    openings.opening(state=state, changed_at=START)
    move_to(START + timedelta(days=200))
    jobs.settle_idle()
    assert queued() == []
