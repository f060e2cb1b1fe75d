"""The demonstration's data: loaded once, in one piece, into an empty database, and without a contradiction."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts import links
from portal.accounts.models import Purpose, User
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.demo.cli import demo
from portal.demo.loader import load
from portal.demo.loader_days import Days, before
from portal.outbox.models import Notification
from portal.placements import jobs as placement_jobs
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState


def rows(model: type[Any]) -> list[Any]:
    """All rows of a table."""
    return list(db.session.scalars(select(model).order_by(model.id)))


def size_of_everything() -> Counter[str]:
    """The number of rows of each table."""
    tables = db.metadata.sorted_tables
    return Counter({one.name: db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables})


def test_loading_twice_changes_nothing(app: Portal) -> None:
    assert load().candidates
    first = size_of_everything()
    second = load()
    assert str(second) == "The database holds data already; nothing was loaded."
    assert size_of_everything() == first


def test_a_database_that_holds_somebody_is_left_alone(app: Portal) -> None:
    db.session.add(User(role=Role.ADMINISTRATOR, email="first@firma.example", name="First"))
    db.session.flush()
    held = size_of_everything()
    assert not load().candidates
    assert size_of_everything() == held


def test_the_command_says_in_one_sentence_what_it_did(app: Portal) -> None:
    first = app.test_cli_runner().invoke(demo, ["load"])
    again = app.test_cli_runner().invoke(demo, ["load"])
    assert first.output.startswith("Loaded the demonstration: 36 employers, 64 needs, 90 candidates")
    assert again.output == "The database holds data already; nothing was loaded.\n"


def test_the_first_mails_are_those_of_the_day_and_not_of_the_past(app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that wakes up beside the fresh data raises nothing that a real one would have raised long ago."""
    assert load().candidates
    asked = [one.kind for one in rows(Notification)]
    monkeypatch.setattr(placement_jobs, "_has_struck", lambda hour: True)
    placement_jobs.raise_overdue()
    placement_jobs.raise_unanswered()
    assert [one.kind for one in rows(Notification)] == asked


def test_whoever_has_not_answered_can_do_so_by_link(app: Portal) -> None:
    assert load().candidates
    waiting = [one for one in rows(Proposal) if one.state is ProposalState.AWAITING_CONSENT]
    assert waiting
    assert all(links.live(Purpose.CONSENT, one.id) for one in waiting)
    unanswered = [one for one in rows(Proposal) if one.state is ProposalState.PROPOSED]
    assert unanswered
    assert all(links.readers_of(Purpose.ANSWER, one.id) for one in unanswered)
    assert {one.kind for one in rows(Notification)} == {"consent_request", "proposal_waits", "pulse_for_employer"}


@pytest.mark.parametrize(
    ("day", "back", "expected"),
    [
        (date(2026, 11, 25), 2, date(2026, 11, 23)),
        (date(2026, 11, 25), 3, date(2026, 11, 20)),
        (date(2027, 3, 30), 1, date(2027, 3, 25)),  # Good Friday and Easter Monday lie between
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
    ],
)
def test_working_days_are_counted_back(day: date, back: int, expected: date) -> None:
    assert before(day, back) == expected


def test_days_land_on_working_days_and_hours_never_lie_ahead() -> None:
    days = Days(datetime(2026, 11, 29, 8, 0, tzinfo=UTC))  # a Sunday
    assert days.back(0) == date(2026, 11, 29)
    assert days.back(1) == date(2026, 11, 27)
    assert days.back(-6) == date(2026, 12, 7)  # Saturday, then Independence Day on a Sunday
    assert days.this_week() == [date(2026, 11, day) for day in range(23, 28)]
    assert days.at(date(2026, 11, 29), 15) == days.now - timedelta(minutes=5)
