"""Worker processes that are killed: nothing is lost, and what goes out twice does so under one Message-ID."""

from __future__ import annotations

import random
import signal
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import update

from portal.core.db import db
from portal.outbox.models import Notification, SendState
from tests.outbox.conftest import STAGES, quiet
from tests.outbox.installation import PATIENCE, Installation, WorkerProcess
from tests.outbox.smtp import MailServer


class Killer:
    """Kills a worker when a stage of the conversation is reached for the so-manieth time."""

    def __init__(self, process: WorkerProcess, nth: int) -> None:
        self.process, self.left = process, nth
        self._lock = threading.Lock()

    def __call__(self, _address: str) -> None:
        with self._lock:
            self.left -= 1
            if self.left == 0:
                self.process.signal(signal.SIGKILL)


def kill_at(portal: Installation, mails: MailServer, stages: tuple[str, ...], nth: int) -> None:
    """Run a worker until it is killed there."""
    process = portal.worker("--interval", "0.1")
    killer = Killer(process, nth)
    for stage in stages:
        setattr(mails, stage, killer)
    assert process.wait() == -signal.SIGKILL
    quiet(mails)


def test_a_worker_killed_at_every_step_of_a_mail_loses_none(portal: Installation, mails: MailServer) -> None:
    portal.put(12)
    for stage in STAGES:
        kill_at(portal, mails, (stage,), nth=2)
        portal.lapse_leases()
    portal.finish()
    # the server had the mail at the last two of the four steps, and the worker did not learn of it
    assert portal.assert_ledger(mails, kills=len(STAGES)) == 2


def test_a_worker_killed_before_its_claim_is_used_loses_none(portal: Installation, mails: MailServer) -> None:
    portal.put(3)
    kill_at(portal, mails, ("on_mail",), nth=1)
    assert portal.states() == Counter({SendState.SENDING: 3})
    assert portal.worker("--once").wait() == 0  # the claims have not run out: it leaves them alone
    assert mails.accepted == []
    portal.finish()
    assert portal.assert_ledger(mails, kills=1) == 0


def test_a_worker_that_is_told_to_end_finishes_its_mail_and_gives_back_the_rest(
    portal: Installation, mails: MailServer
) -> None:
    portal.put(5)
    process = portal.worker("--interval", "0.1")

    def tell(_address: str) -> None:
        if len(mails.accepted) == 2:
            process.signal(signal.SIGTERM)

    mails.on_accepted = tell
    assert process.wait() == 0
    assert portal.states() == Counter({SendState.SENT: 2, SendState.QUEUED: 3})
    quiet(mails)
    assert portal.worker("--once").wait() == 0
    assert portal.assert_ledger(mails, kills=0) == 0


def test_nobody_waits_for_a_worker_that_waits_for_the_server(portal: Installation, mails: MailServer) -> None:
    """At each stage of the conversation somebody else writes to every mail, the one under way too, without waiting."""
    portal.put(2)
    written: list[int] = []
    no_patience = {"sqlite": "PRAGMA busy_timeout = 0", "postgresql": "SET LOCAL lock_timeout = '1ms'"}

    def write(_address: str) -> None:
        with portal.app.app_context(), db.engine.connect() as connection:
            connection.exec_driver_sql(no_patience[connection.dialect.name])
            written.append(connection.execute(update(Notification).values(about_id=2)).rowcount)
            connection.commit()
            connection.invalidate()  # nobody else is to be as impatient

    for stage in STAGES:
        setattr(mails, stage, write)
    assert portal.worker("--once").wait() == 0
    assert written == [2] * len(STAGES) * 2
    assert portal.assert_ledger(mails, kills=0) == 0


def test_a_worker_that_was_stopped_past_its_lease_wakes_and_sends_nothing(
    portal: Installation, mails: MailServer
) -> None:
    """It sleeps in the middle of a mail; meanwhile its claims run out and another one sends all of them."""
    portal.put(3)
    sleeper = portal.worker("lease=0.3", "--interval", "0.1")
    asleep = threading.Event()

    def stop(_address: str) -> None:
        mails.on_rcpt = lambda _address: None
        sleeper.signal(signal.SIGSTOP)
        asleep.set()

    mails.on_rcpt = stop
    assert asleep.wait(PATIENCE)
    while portal.live():
        assert portal.worker("--once").wait() == 0
    sleeper.signal(signal.SIGTERM)
    sleeper.signal(signal.SIGCONT)
    assert sleeper.wait() == 0
    assert portal.assert_ledger(mails, kills=0) == 0


def test_two_workers_send_no_mail_twice(portal: Installation, mails: MailServer) -> None:
    together(portal, mails, workers=2, count=120)


def together(portal: Installation, mails: MailServer, workers: int, count: int) -> None:
    portal.put(count)
    processes = [portal.worker("--once") for _ in range(workers)]
    assert [process.wait() for process in processes] == [0] * workers
    assert portal.assert_ledger(mails, kills=0) == 0


def random_kills(portal: Installation, mails: MailServer, kills: int, report: Callable[[str], None]) -> None:
    """Kill a worker again and again, at random steps of the conversation and at random instants between them."""
    chance = random.Random(20261123)
    for number in range(kills):
        portal.put(3)
        if number % 2:
            kill_at(portal, mails, STAGES, nth=chance.randint(1, 10))
            portal.lapse_leases()
            continue
        process = portal.worker("--interval", "0.1")
        began = threading.Event()
        mails.on_mail = lambda _address, began=began: began.set()  # type: ignore[misc]
        assert began.wait(PATIENCE)
        threading.Timer(chance.uniform(0, 0.03), process.signal, (signal.SIGKILL,)).start()
        assert process.wait() == -signal.SIGKILL
        quiet(mails)
        portal.lapse_leases()
    portal.finish()
    doubles = portal.assert_ledger(mails, kills)
    report(f"{kills} kills, {len(portal.queued)} mails: 0 lost, {doubles} twice")


def test_random_kills_lose_none(portal: Installation, mails: MailServer) -> None:
    random_kills(portal, mails, 4, lambda _line: None)


@pytest.mark.slow
def test_five_hundred_random_kills_lose_none(portal: Installation, mails: MailServer) -> None:
    random_kills(portal, mails, 500, print)


@pytest.mark.slow
def test_four_workers_send_a_thousand_mails_once(portal: Installation, mails: MailServer) -> None:
    together(portal, mails, workers=4, count=1000)
