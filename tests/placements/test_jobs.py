"""The clock's work on a moved clock: at the right hour, to the right reader, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from portal.candidates.models import Consent
from portal.core import clock, workdays
from portal.core.db import db
from portal.core.i18n import Language, in_language
from portal.employers.queries import actor_of
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.placements import contacts, jobs, queries
from portal.placements.models import ContactSide, ToldAtWork
from tests.factories import accounts, openings
from tests.factories import placements as factory

Queued = Callable[[], list[tuple[str, str]]]
MONDAY = date(2026, 11, 23)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment on Helsinki's clock."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.HELSINKI)


def run_all(moment: datetime) -> None:
    """Every job, twice, at a moment."""
    with time_machine.travel(moment, tick=False):
        for _again in range(2):
            jobs.morning_digest()
            jobs.announce_coming()
            jobs.raise_unanswered()
            jobs.raise_overdue()


def readers(queued: Queued, kind: str) -> list[str]:
    return [reader for queued_kind, reader in queued() if queued_kind == kind]


@pytest.mark.parametrize("day", [MONDAY, date(2026, 10, 26), date(2027, 3, 29), date(2028, 2, 29)])
def test_the_morning_digest_comes_once_from_seven_on(app: Flask, queued: Queued, day: date) -> None:
    coach = accounts.coach()
    placement = factory.placement(coach, starts_on=day)
    factory.contact(placement, due_on=day)
    factory.contact(placement, due_on=day - timedelta(days=3))
    factory.contact(placement, due_on=day + timedelta(days=1))
    run_all(at(day, 6, 59))
    assert readers(queued, "support_due") == []
    for hour in (7, 8, 15, 23):
        run_all(at(day, hour))
    assert readers(queued, "support_due") == [f"user:{coach.id}"]
    context = db.session.scalars(select(Notification.context).where(Notification.kind == "support_due")).one()
    assert [due for due, _title in context["today"]] == [day.isoformat()]
    assert [due for due, _title in context["overdue"]] == [(day - timedelta(days=3)).isoformat()]


@pytest.mark.parametrize(
    ("late", "today", "says", "lines"),
    [
        (31, 5, ["31 support contacts are overdue.", "5 support contacts are due today.", "6 more are not"], 30),
        (0, 32, ["32 support contacts are due today.", "2 more are not"], 30),
        (29, 1, ["29 support contacts are overdue.", "1 support contact is due today."], 30),
    ],
)
def test_the_digest_counts_all_and_lists_some(app: Flask, late: int, today: int, says: list[str], lines: int) -> None:
    placement = factory.placement(starts_on=MONDAY)
    for number in range(late):
        factory.contact(placement, due_on=MONDAY - timedelta(days=number + 1))
    for _number in range(today):
        factory.contact(placement, due_on=MONDAY)
    with time_machine.travel(at(MONDAY, 8), tick=False):
        jobs.morning_digest()
    digest = db.session.scalars(select(Notification).where(Notification.kind == "support_due")).one()
    with app.test_request_context(), in_language(Language.EN):
        letter = KINDS["support_due"].write(digest.context)
    for words in says:
        assert words in letter.paragraphs[0]
    assert ("not in this list" in letter.paragraphs[0]) is (late + today > lines)
    assert len(letter.facts) == lines
    assert len(digest.context["today"]) == min(today, lines)


def test_a_free_day_has_no_digest_of_what_is_overdue(app: Flask, queued: Queued) -> None:
    placement = factory.placement(starts_on=MONDAY)
    factory.contact(placement, due_on=MONDAY)
    run_all(at(date(2026, 11, 28), 9))  # a Saturday
    assert readers(queued, "support_due") == []


def test_an_old_digest_is_not_sent_late(app: Flask) -> None:
    with time_machine.travel(at(MONDAY, 8), tick=False):
        factory.contact(factory.placement(starts_on=MONDAY), due_on=MONDAY)
        jobs.morning_digest()
        digest = db.session.scalars(select(Notification).where(Notification.kind == "support_due")).one()
        assert KINDS["support_due"].still_due(digest)
    with time_machine.travel(at(MONDAY + timedelta(days=1), 8), tick=False):
        assert not KINDS["support_due"].still_due(digest)


@pytest.mark.parametrize("due", [date(2026, 11, 26), date(2026, 11, 30), date(2026, 12, 28), date(2027, 3, 30)])
def test_the_employer_is_told_two_working_days_before_and_once(app: Flask, queued: Queued, due: date) -> None:
    opening = openings.opening()
    placement = factory.placement(opening=opening, starts_on=MONDAY)
    factory.contact(placement, side=ContactSide.EMPLOYER, due_on=due)
    factory.contact(placement, side=ContactSide.EMPLOYEE, due_on=due)
    told_from = next(
        day for n in range(12, 0, -1) if workdays.add_working_days(day := due - timedelta(days=n), 2) >= due
    )
    for n in range(14, -3, -1):
        day = due - timedelta(days=n)
        run_all(at(day, 6, 30))
        run_all(at(day, 9))
        assert len(readers(queued, "support_coming")) == int(day >= told_from), day
    assert readers(queued, "support_coming") == [f"user:{opening.contacts[0].id}"]


def test_nothing_of_a_job_that_nobody_is_told_of_reaches_an_employer(app: Flask, queued: Queued) -> None:
    for told in ToldAtWork:
        placement = factory.own_find(told_at_work=told, starts_on=MONDAY)
        factory.contact(placement, side=ContactSide.EMPLOYER, due_on=MONDAY + timedelta(days=1))
    run_all(at(MONDAY, 9))
    assert readers(queued, "support_coming") == []


def test_a_moved_contact_is_announced_for_its_new_day_and_not_for_the_old(app: Flask, queued: Queued) -> None:
    coach = accounts.coach()
    with time_machine.travel(at(MONDAY, 9), tick=False):
        placement = queries.get(factory.placement(coach, starts_on=MONDAY).id)
        contact = factory.contact(placement, side=ContactSide.EMPLOYER, due_on=MONDAY + timedelta(days=1))
        jobs.announce_coming()
        first = db.session.scalars(select(Notification).where(Notification.kind == "support_coming")).one()
        contacts.move(actor_of(coach), placement, contact, due_on=MONDAY + timedelta(days=9))
        assert not KINDS["support_coming"].still_due(first)
    run_all(at(MONDAY + timedelta(days=7), 9))
    mails = db.session.scalars(
        select(Notification).where(Notification.kind == "support_coming").order_by(Notification.id)
    )
    assert [KINDS["support_coming"].still_due(mail) for mail in mails] == [False, True]


def test_a_week_late_is_raised_with_the_team_leaders_once(app: Flask, queued: Queued) -> None:
    coach = accounts.coach()
    leaders = [accounts.team_leader(team_id=coach.team_id) for _count in range(2)]
    accounts.team_leader()  # another team's
    placement = factory.placement(coach, starts_on=MONDAY)
    factory.contact(placement, due_on=MONDAY)
    factory.contact(placement, due_on=MONDAY, before_reported=True)
    for n in range(10):
        run_all(at(MONDAY + timedelta(days=n), 9))
        wanted = [f"user:{leader.id}" for leader in leaders] if n >= 7 else []
        assert readers(queued, "support_overdue") == wanted, n


def test_the_worker_knows_the_jobs(app: Flask) -> None:
    known: dict[str, timedelta] = {}

    def job(name: str, every: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
        known[name] = every
        return lambda work: work

    jobs.register(job)
    assert set(known) == {
        "placements.morning_digest",
        "placements.announce_coming",
        "placements.raise_unanswered",
        "placements.raise_overdue",
        "placements.ask_pulses",
    }


@pytest.mark.parametrize("gone", ["deactivated", "taken_back", "nobody"])
def test_who_may_not_see_the_hire_any_more_is_not_mailed(app: Flask, gone: str) -> None:
    opening = openings.opening()
    reader = opening.contacts[0]
    with time_machine.travel(at(MONDAY, 9), tick=False):
        placement = factory.placement(opening=opening, starts_on=MONDAY)
        factory.contact(placement, side=ContactSide.EMPLOYER, due_on=MONDAY + timedelta(days=1))
        jobs.announce_coming()
        mail = db.session.scalars(select(Notification).where(Notification.kind == "support_coming")).one()
        if gone == "deactivated":
            reader.deactivated_at = clock.now()
        elif gone == "taken_back":
            db.session.execute(update(Consent).values(withdrawn_at=clock.now()))
        db.session.flush()
        assert KINDS["support_coming"].still_due(mail) is (gone == "nobody")
