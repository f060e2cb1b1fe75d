"""One mail a day: exactly once a reader and local day, of what is still due, and nothing is lost on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from portal.accounts import choices
from portal.accounts.models import MailMode, User
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.app import Portal
from portal.core.db import db
from portal.outbox import digest, jobs
from portal.outbox.health import outbox_health
from portal.outbox.letters import KINDS, Letter, MailKind
from portal.outbox.models import Notification, SendState, Trouble
from portal.outbox.service import cancel, enqueue
from portal.outbox.worker import run_once
from tests.factories import accounts
from tests.outbox.kit import MakeKind, Queue, fresh, write_proposed
from tests.outbox.smtp import MailServer
from tests.outbox.test_hours import local, quiet
from tests.own_database import own_app

Told = Callable[[], list[list[str]]]


@pytest.fixture
def reader(app: Portal) -> User:
    """Somebody who wants one mail a day."""
    return accounts.user(Role.COACH, mail_mode=MailMode.DAILY)


@pytest.fixture
def news(make_kind: MakeKind) -> MailKind:
    """A kind that only informs."""
    return make_kind("test_news", informative=True)


@pytest.fixture
def told(app: Portal, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Told:
    """One look of a worker with the portal's own hours; returns the lines of each daily mail that it sent."""
    quiet(app, monkeypatch, mail_from_hour=7, mail_until_hour=19)
    digest.register(jobs.job)

    def work() -> list[list[str]]:
        run_once(threading.Event())
        mails, server.accepted = server.accepted, []
        return [[line.removeprefix("- ") for line in mail.text.splitlines() if line.startswith("- ")] for mail in mails]

    return work


def line(title: str) -> str:
    return f"A new proposal: {title}"


def put(queue: Queue, reader: User, title: str, kind: MailKind, **options: Any) -> Notification:
    return queue(address=None, user_id=reader.id, title=title, kind=kind, context={"path": f"/of/{title}"}, **options)


def next_day(day: str, days: int = 1) -> str:
    return (datetime.fromisoformat(day) + timedelta(days=days)).date().isoformat()


@pytest.mark.parametrize("day", ["2026-10-25", "2027-03-28", "2026-12-10"])
def test_one_mail_a_day_and_what_waits_for_an_answer_by_itself(
    told: Told, queue: Queue, reader: User, news: MailKind, make_kind: MakeKind, day: str
) -> None:
    eve = next_day(day, -1)
    with time_machine.travel(local(eve, "12:00"), tick=False) as traveller:

        def at(on: str, when: str) -> list[list[str]]:
            traveller.move_to(local(on, when))
            return told()

        noon = put(queue, reader, "noon", news)
        put(queue, reader, "question", make_kind("test_question"))
        assert at(eve, "12:00") == [[]]  # the question, which has no lines
        assert fresh(noon).state is SendState.COLLECTED
        traveller.move_to(local(eve, "22:00"))
        put(queue, reader, "night", news)
        for when in ("22:00", "23:59"):
            assert at(eve, when) == []
        for when in ("03:30", "07:00", "07:29"):
            assert at(day, when) == []
        assert outbox_health()["ok"]
        assert at(day, "07:30") == [[line("noon"), line("night")]]
        state = fresh(noon)
        assert (state.state, state.sent_at) == (SendState.FOLDED, None)
        put(queue, reader, "morning", news)
        for when in ("07:31", "12:00", "18:59", "23:00"):
            assert at(day, when) == []
        after = next_day(day)
        assert outbox_health()["ok"]
        assert at(after, "07:29") == []
        assert at(after, "07:30") == [[line("morning")]]
        assert at(next_day(day, 2), "07:30") == []  # none when there is nothing to tell


@pytest.mark.parametrize(
    ("day", "before", "then"),
    [
        ("2026-10-25", "03:29", ["03:30", "03:45", "03:30+02:00", "03:59+02:00", "04:30"]),  # half past three twice
        ("2027-03-28", "04:29", ["04:30", "04:31", "05:30"]),  # and never: the next that exists
    ],
)
def test_a_time_that_the_clock_change_doubles_or_skips_is_one_time(
    app: Portal,
    told: Told,
    queue: Queue,
    reader: User,
    news: MailKind,
    monkeypatch: pytest.MonkeyPatch,
    day: str,
    before: str,
    then: list[str],
) -> None:
    quiet(app, monkeypatch, mail_from_hour=0, mail_until_hour=24, mail_digest_at=time(3, 30))
    eve = next_day(day, -1)
    with time_machine.travel(local(eve, "20:00"), tick=False) as traveller:
        put(queue, reader, "evening", news)
        assert told() == []
        traveller.move_to(local(day, before))
        assert told() == []
        found = []
        for number, when in enumerate(then):
            traveller.move_to(datetime.fromisoformat(f"{day}T{when}") if "+" in when else local(day, when))
            found.append(told())
            put(queue, reader, str(number), news)
        assert found == [[[line("evening")]], *[[] for _later in then[1:]]]
        traveller.move_to(local(next_day(day), "03:30"))
        assert told() == [[line(str(number)) for number in range(len(then))]]


def test_a_worker_that_was_away_for_days_sends_one_with_what_is_still_due(
    told: Told, queue: Queue, reader: User, news: MailKind, make_kind: MakeKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    over: set[int] = set()
    passing = make_kind("test_passing", informative=True, still_due=lambda row: row.id not in over)
    unwanted = make_kind("test_unwanted", informative=True)
    with time_machine.travel(local("2026-12-07", "15:00"), tick=False) as traveller:
        rows = [put(queue, reader, "mon", news)]
        traveller.move_to(local("2026-12-08", "15:00"))
        rows += [put(queue, reader, "tue", passing), put(queue, reader, "off", unwanted)]
        traveller.move_to(local("2026-12-09", "15:00"))
        rows += [put(queue, reader, "wed", news), put(queue, reader, "wed", news)]
        over.add(rows[1].id)
        reader.mails_off = ["test_unwanted"]
        db.session.commit()
        traveller.move_to(local("2026-12-10", "10:00"))
        assert told() == [[line("mon"), line("wed")]]  # what reads alike is one line
        assert told() == []
    folded, gone = SendState.FOLDED, SendState.CANCELLED
    assert [fresh(row).state for row in rows] == [folded, gone, gone, folded, folded]
    assert [fresh(row).error for row in rows[1:3]] == [None, str(Trouble.TURNED_OFF)]


def test_what_is_over_before_the_mail_leaves_drops_out_and_a_mail_without_lines_is_none(
    told: Told, server: MailServer, queue: Queue, reader: User, news: MailKind
) -> None:
    """The mail is made, then the server is away; meanwhile one thing is called off, and a kind is turned off."""
    with time_machine.travel(local("2026-12-10", "07:10"), tick=False) as traveller:
        first, second = put(queue, reader, "first", news, about=1), put(queue, reader, "second", news, about=2)
        server.on_mail = lambda _address: "451 4.3.2 Away"
        traveller.move_to(local("2026-12-10", "07:30"))
        assert told() == []
        assert [fresh(row).state for row in (first, second)] == [SendState.FOLDED] * 2
        cancel(("proposal", 1))
        db.session.commit()
        server.on_mail = lambda _address: None
        traveller.move_to(local("2026-12-10", "08:00"))
        assert told() == [[line("second")]]
        assert [fresh(row).state for row in (first, second)] == [SendState.CANCELLED, SendState.FOLDED]
        # what was told stays told
        assert cancel(("proposal", 2)) == 0
        third = put(queue, reader, "third", news)
        server.on_mail = lambda _address: "451 4.3.2 Away"
        traveller.move_to(local("2026-12-11", "07:30"))
        assert told() == []
        reader.mails_off = [news.name]
        db.session.commit()
        server.on_mail = lambda _address: None
        traveller.move_to(local("2026-12-11", "08:00"))
        assert told() == []
        traveller.move_to(local("2026-12-12", "07:30"))
        assert told() == []
        assert fresh(third).error == str(Trouble.TURNED_OFF)


def test_one_that_did_not_leave_on_its_day_is_called_off_and_its_lines_are_in_the_next(
    told: Told, server: MailServer, queue: Queue, reader: User, news: MailKind
) -> None:
    with time_machine.travel(local("2026-12-09", "12:00"), tick=False) as traveller:
        put(queue, reader, "old", news)
        server.on_mail = lambda _address: "451 4.3.2 Away"
        for day in ("2026-12-10", "2026-12-11"):
            traveller.move_to(local(day, "07:30"))
            assert told() == []
            put(queue, reader, day, news)
        server.on_mail = lambda _address: None
        traveller.move_to(local("2026-12-12", "09:00"))
        assert told() == [[line("old"), line("2026-12-10"), line("2026-12-11")]]
        assert told() == []
    states = db.session.scalars(
        select(Notification.state).where(Notification.kind == "daily_digest").order_by(Notification.id)
    )
    assert list(states) == [SendState.CANCELLED, SendState.CANCELLED, SendState.SENT]


def test_who_changes_to_at_once_gets_what_waited(
    told: Told, server: MailServer, queue: Queue, reader: User, news: MailKind
) -> None:
    with time_machine.travel(local("2026-12-10", "12:00"), tick=False) as traveller:
        put(queue, reader, "waits", news)
        assert told() == []
        choices.choose(Actor(reader.role, user_id=reader.id), reader, MailMode.AT_ONCE, [])
        db.session.commit()
        assert told() == [[]]  # by itself
        # a worker that had read the choice of before, and writes now that it is collected
        late = put(queue, reader, "late", news)
        db.session.execute(db.update(Notification).where(Notification.id == late.id).values(state=SendState.COLLECTED))
        db.session.commit()
        traveller.shift(timedelta(minutes=1))
        assert told() == [[]]
        assert fresh(late).state is SendState.SENT


def test_one_thing_that_cannot_be_written_stops_neither_the_others_nor_another_reader(
    told: Told, queue: Queue, reader: User, news: MailKind, make_kind: MakeKind, caplog: pytest.LogCaptureFixture
) -> None:
    other = accounts.user(Role.COACH, mail_mode=MailMode.DAILY)
    broken: set[str] = set()

    def write(context: dict[str, Any]) -> Letter:
        if context["title"] in broken:
            raise RuntimeError("words of somebody")
        return write_proposed(context)

    def ask(row: Notification) -> bool:
        if row.context["title"] in broken and "unasked" in broken:
            raise RuntimeError("words of somebody")
        return True

    poison = make_kind("test_poison", informative=True, write=write, still_due=ask)
    with time_machine.travel(local("2026-12-10", "07:10"), tick=False) as traveller:
        rows = [put(queue, reader, "poison", poison), put(queue, reader, "well", news), put(queue, other, "too", news)]
        assert told() == []
        broken.add("poison")
        traveller.move_to(local("2026-12-10", "07:30"))
        assert told() == [[line("well")], [line("too")]]
        assert (fresh(rows[0]).state, fresh(rows[0]).error) == (SendState.FAILED, str(Trouble.CANNOT_BE_WRITTEN))
        broken.clear()
        again = put(queue, reader, "again", poison)
        assert told() == []
        broken |= {"again", "unasked"}
        traveller.move_to(local("2026-12-11", "07:30"))
        assert told() == []
        assert fresh(again).state is SendState.FAILED
    assert "words of somebody" not in caplog.text


def test_two_workers_make_one_mail_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = MailKind("test_news", write_proposed, lambda _row: True, informative=True)
    monkeypatch.setitem(KINDS, kind.name, kind)
    with own_app(tmp_path, mail_digest_at=time(0, 0)) as app:
        with app.app_context():
            reader = accounts.user(Role.COACH, mail_mode=MailMode.DAILY).id
            for number in range(20):
                context, morning = {"title": str(number)}, clock.at_local(clock.today())
                enqueue(kind, about=("proposal", number + 1), context=context, user_id=reader, due_at=morning)
            db.session.commit()
        together = threading.Barrier(4)

        def work() -> None:
            with app.app_context():
                together.wait()
                digest.send_digests()
                db.session.commit()

        workers = [threading.Thread(target=work) for _each in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        with app.app_context():
            [made] = db.session.scalars(select(Notification).where(Notification.kind == "daily_digest"))
            lines = db.session.scalars(select(Notification).where(Notification.kind == kind.name)).all()
            assert {(row.state, row.digest_id) for row in lines} == {(SendState.FOLDED, made.id)}
            assert clock.local(made.created_at).date().isoformat() == made.context["day"]
