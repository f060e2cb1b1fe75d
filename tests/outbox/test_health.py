"""Silence is noticed: whether mail goes out, as ``/healthz`` and the administrator's page tell it."""

from __future__ import annotations

import threading
from datetime import timedelta

import time_machine
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.app import Portal
from portal.outbox import jobs
from portal.outbox.health import outbox_health
from portal.outbox.worker import Outcome, drain, run_once
from tests.outbox.kit import Queue
from tests.outbox.smtp import MailServer

MINUTE = timedelta(minutes=1)


def test_a_fresh_installation_without_a_worker_is_well(app: Portal) -> None:
    assert outbox_health() == {
        "ok": True,
        "oldest_unsent_seconds": None,
        "held": 0,
        "failed": 0,
        "worker_beat_seconds": None,
        "trouble": None,
        "codes": None,
        "sentence": None,
    }


def test_a_mail_that_nobody_sends_turns_it_red_after_a_quarter_of_an_hour(client: FlaskClient, queue: Queue) -> None:
    queue()
    with time_machine.travel(clock.now(), tick=False) as traveller:
        traveller.shift(14 * MINUTE)
        assert client.get("/healthz").status_code == 200
        traveller.shift(2 * MINUTE)
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["mail"]["oldest_unsent_seconds"] >= 16 * 60


def test_a_mail_for_later_is_not_late(queue: Queue) -> None:
    queue(due_at=clock.now() + timedelta(hours=3))
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        assert outbox_health()["ok"]
        assert outbox_health()["oldest_unsent_seconds"] is None


def test_a_server_that_is_away_turns_it_red_and_its_return_green(server: MailServer, queue: Queue) -> None:
    queue()
    server.on_mail = lambda _address: "451 4.3.2 Away"
    with time_machine.travel(clock.now() + 20 * MINUTE):
        assert drain()[Outcome.AWAY] == 1
        assert not outbox_health()["ok"]
        server.on_mail = lambda _address: None
        run_once(threading.Event())
        state = outbox_health()
    assert state["ok"]
    assert state["oldest_unsent_seconds"] is None
    assert state["worker_beat_seconds"] == 0


def test_one_full_mailbox_is_not_an_outage_but_three_are(server: MailServer, queue: Queue) -> None:
    server.on_rcpt = lambda _address: "452 4.2.2 Mailbox full"
    queue("a@firm.example")
    queue("a@firm.example")
    drain()
    with time_machine.travel(clock.now() + 20 * MINUTE, tick=False):
        drain()
        assert outbox_health()["ok"]
        assert outbox_health()["oldest_unsent_seconds"] >= 20 * 60
    queue("b@firm.example")
    queue("c@firm.example")
    drain()
    with time_machine.travel(clock.now() + 20 * MINUTE, tick=False):
        drain()
        assert not outbox_health()["ok"]
        server.on_rcpt = lambda address: None if address.startswith("d@") else "452 4.2.2 Mailbox full"
        queue("d@firm.example")
        drain()
        assert outbox_health()["ok"]  # something goes out


def test_what_was_given_up_is_counted(server: MailServer, queue: Queue) -> None:
    server.on_rcpt = lambda _address: "550 5.1.1 Unknown"
    queue()
    drain()
    assert (outbox_health()["failed"], outbox_health()["ok"]) == (1, True)


def test_the_worker_was_seen(app: Portal) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        jobs.beat("worker")
        traveller.shift(30)
        assert outbox_health()["worker_beat_seconds"] == 30
