"""Servers that answer late, in the middle, or not at all: nothing is lost, nothing is sent twice, and nobody waits."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal.core import clock
from portal.core.app import Portal
from portal.core.db import db
from portal.outbox import jobs, sending
from portal.outbox.health import outbox_health
from portal.outbox.models import Notification, SendState, Trouble
from portal.outbox.worker import Outcome, Worker, drain
from tests.outbox.kit import Queue, fresh
from tests.outbox.moody import Mood, Moody, Talk, moody, until
from tests.outbox.smtp import MailServer, listening

pytestmark = pytest.mark.either_database

LONG = "Kock " * 20_000  # more than the buffers between the two hold
SHORT = 0.5  # seconds of patience with a mood that has no end


@pytest.fixture
def server(away_server: MailServer) -> Iterator[Moody]:
    """A moody server where the portal's mail goes."""
    with moody(away_server.port) as there:
        yield there


def first_drain(server: Moody, how: Mood, endless: bool) -> Counter[Outcome]:
    """What becomes of the mails when the first connection meets this mood."""
    server.moods = [how]
    with pytest.MonkeyPatch.context() as patch:
        if endless:
            patch.setattr(sending, "CONNECT_SECONDS", SHORT)
            patch.setattr(sending, "SEND_SECONDS", SHORT)
        return drain()


def says(*lines: str) -> Mood:
    """Say these, then hang up."""

    def mood(talk: Talk) -> None:
        for line in lines:
            talk.say(line)

    return mood


def stops_reading(talk: Talk) -> None:
    talk.say("354 go on")
    talk.hear_nothing()


def swallows(talk: Talk) -> None:
    talk.say("354 go on")
    talk.hear_mail()


def goes_down(talk: Talk) -> None:
    swallows(talk)
    talk.say("421 4.3.2 Down")


# What happens to the first of two mails, by the server's mood: which words its row keeps, and whether the other waits.
EVERYTHING_WAITS = {
    "greets with 554": (says("554 5.3.2 No mail today"), "554 5.3.2"),
    "greets with 421": (says("421 4.3.2 Too busy"), "421 4.3.2"),
    "hangs up without a word": (says(), "SMTPServerDisconnected"),
    "greets and hangs up": (says("220 ready"), "SMTPServerDisconnected"),
    "hangs up at EHLO": (until("EHLO", says()), "SMTPServerDisconnected"),
    "talks nonsense": (says("Hello there"), ""),
    "greets without end": (Talk.drip_for_ever, "SMTPServerDisconnected"),
    "says nothing": (Talk.hear_nothing, "SMTPServerDisconnected"),
    "answers 421 to the sender": (until("MAIL", says("421 4.7.0 Enough")), "421 4.7.0"),
    "drips at the sender": (until("MAIL", Talk.drip_for_ever), "SMTPServerDisconnected"),
    "hangs up at the sender": (until("MAIL", says()), "SMTPServerDisconnected"),
}
ONE_WAITS = {
    "answers 451 to the reader": (until("RCPT", says("451 4.3.0 Not now")), "451 4.3.0"),
    "hangs up at DATA": (until("DATA", says()), "SMTPServerDisconnected"),
    "stops reading within the mail": (until("DATA", stops_reading), ""),
    "hangs up after the mail": (until("DATA", swallows), "SMTPServerDisconnected"),
    "answers the mail with 421": (
        until("DATA", lambda talk: (swallows(talk), talk.say("421 4.3.2 Down"))),
        "421 4.3.2",
    ),
}
ENDLESS = {"greets without end", "says nothing", "drips at the sender", "stops reading within the mail"}


@pytest.mark.parametrize("mood", EVERYTHING_WAITS)
def test_while_no_mail_can_go_none_counts_a_try(server: Moody, queue: Queue, mood: str) -> None:
    rows = [queue("a@firm.example"), queue("b@firm.example")]
    how, codes = EVERYTHING_WAITS[mood]
    assert first_drain(server, how, mood in ENDLESS) == Counter({Outcome.AWAY: 2})
    assert [(fresh(row).state, fresh(row).attempts) for row in rows] == [(SendState.QUEUED, 0)] * 2
    assert codes in (outbox_health()["codes"] or "nothing")
    assert drain() == Counter({Outcome.SENT: 2})
    assert server.ids == [row.message_id for row in rows]
    assert outbox_health()["trouble"] is None


@pytest.mark.parametrize("mood", ONE_WAITS)
def test_a_mail_that_meets_a_mood_waits_and_the_other_goes(server: Moody, queue: Queue, mood: str) -> None:
    first, other = queue("a@firm.example", title=LONG), queue("b@firm.example")
    how, codes = ONE_WAITS[mood]
    assert first_drain(server, how, mood in ENDLESS) == Counter({Outcome.LATER: 1, Outcome.SENT: 1})
    waits = fresh(first)
    assert (waits.state, waits.attempts) == (SendState.QUEUED, 1)
    assert waits.error is not None
    assert waits.error.startswith(f"{Trouble.NOT_NOW} {codes}")
    assert waits.next_try_at is not None
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert drain() == Counter({Outcome.SENT: 1})
    assert server.ids == [other.message_id, first.message_id]


def test_a_slow_server_that_answers_in_time_gets_its_mails(server: Moody, queue: Queue) -> None:
    rows = [queue("a@firm.example"), queue("b@firm.example")]
    server.moods = [lambda talk: server.take(talk, talk.drip)]
    assert drain() == Counter({Outcome.SENT: 2})
    assert server.ids == [row.message_id for row in rows]


def test_a_server_that_was_away_for_hours_gets_everything_in_order(
    app: Portal, away_server: MailServer, queue: Queue
) -> None:
    """The worker looks again and again, while people go on and mails come in; nothing is counted as a failure."""
    worker = Worker(threading.Event(), interval=1, batch=4)
    rows: list[Notification] = []
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(6 * 12):
            if len(rows) < 15:
                rows.append(queue(f"r{len(rows)}@firm.example"))
            worker._pace.well()
            worker.round()
            traveller.shift(timedelta(minutes=5))
        assert outbox_health()["oldest_unsent_seconds"] == 6 * 3600
        assert (outbox_health()["ok"], outbox_health()["trouble"]) == (False, "unreachable")
        states = db.session.execute(select(Notification.state, Notification.attempts, Notification.next_try_at)).all()
        assert states == [(SendState.QUEUED, 0, None)] * 15
        worker._pace.well()
        with listening(away_server):
            while worker.round() == 0:
                worker._pace.well()
        assert [mail.message_id for mail in away_server.accepted] == [row.message_id for row in rows]
        assert {fresh(row).state for row in rows} == {SendState.SENT}
        assert (outbox_health()["ok"], outbox_health()["oldest_unsent_seconds"]) == (True, None)


def test_silence_is_noticed_within_a_quarter_of_an_hour(away_server: MailServer, queue: Queue) -> None:
    """No worker runs at all: the beat grows old, and the mail that waits turns health red."""
    jobs.beat("worker")
    queue()
    with time_machine.travel(clock.now(), tick=False) as traveller:
        traveller.shift(timedelta(minutes=15, seconds=1))
        state = outbox_health()
    assert not state["ok"]
    assert state["worker_beat_seconds"] > 15 * 60


def test_a_mail_that_ends_its_worker_lets_the_others_go_and_is_given_up(
    away_server: MailServer, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks the worker itself while one mail is written: the tries are counted before, and it goes last."""
    poison = queue("poison@firm.example")
    others = [queue(f"r{n}@firm.example") for n in range(3)]

    class Ended(BaseException):
        """As if the process had been killed."""

    real = sending.Postman.send

    def send(postman: sending.Postman, message: sending.PortalMessage, not_after: float) -> None:
        if message.recipients == ["poison@firm.example"]:
            raise Ended
        real(postman, message, not_after)

    monkeypatch.setattr(sending.Postman, "send", send)
    tries = 0
    with listening(away_server), time_machine.travel(clock.now(), tick=False) as traveller:
        while fresh(poison).state is not SendState.FAILED:
            tries += 1
            try:
                drain()
            except Ended:
                db.session.rollback()
            if tries == 2:
                assert {fresh(row).state for row in others} == {SendState.SENT}, "the poison held the others up"
            assert tries < 70
            traveller.shift(timedelta(hours=1))
    assert fresh(poison).error is not None
    assert len(away_server.accepted) == 3
