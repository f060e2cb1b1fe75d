"""The worker against a real SMTP server that behaves, misbehaves, and goes away."""

from __future__ import annotations

import logging
import socket
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import update

from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.encryption import EXTENSION
from portal.core.i18n import Language
from portal.core.keys import Keyring, new_key
from portal.outbox import claims
from portal.outbox.models import Notification, SendState, Trouble
from portal.outbox.service import cancel
from portal.outbox.worker import MAX_TRIES, Outcome, Worker, drain, retry_delay
from tests.factories import accounts, candidates
from tests.outbox.kit import MakeKind, Queue, fresh
from tests.outbox.smtp import HANG_UP, MailServer, Once, listening


def later(hours: float = 2) -> time_machine.travel:
    """A clock that stands some hours ahead."""
    return time_machine.travel(clock.now() + timedelta(hours=hours), tick=True)


def test_a_queued_mail_is_sent_and_marked(server: MailServer, queue: Queue) -> None:
    row = queue("anna@firm.example")
    assert drain() == Counter({Outcome.SENT: 1})
    (mail,) = server.accepted
    assert mail.recipient == "anna@firm.example"
    assert mail.message_id == row.message_id
    now = fresh(row)
    assert (now.state, now.leased_until, now.error, now.attempts) == (SendState.SENT, None, None, 1)
    assert now.sent_at is not None
    assert drain() == Counter()
    assert len(server.accepted) == 1


def test_mails_go_in_the_order_in_which_they_were_due_over_one_connection(server: MailServer, queue: Queue) -> None:
    early = clock.now() - timedelta(hours=1)
    expected = [queue(f"r{n}@firm.example") for n in range(5)]
    first = queue("first@firm.example", due_at=early)
    not_yet = queue("not-yet@firm.example", due_at=clock.now() + timedelta(hours=1))
    drain()
    assert [mail.message_id for mail in server.accepted] == [first.message_id, *(row.message_id for row in expected)]
    assert server.connections == 1
    with later():
        drain()
    assert server.accepted[-1].message_id == not_yet.message_id


def test_no_transaction_is_open_while_the_server_is_spoken_to(server: MailServer, queue: Queue) -> None:
    queue()
    open_then: list[bool] = []
    session = db.session()

    def note(_address: str) -> None:
        open_then.append(session.in_transaction())

    server.on_data = note
    drain()
    assert open_then == [False]


@pytest.mark.parametrize("stage", ["on_rcpt", "on_data"])
def test_a_server_that_says_later_gets_the_mail_later(server: MailServer, queue: Queue, stage: str) -> None:
    row = queue()
    setattr(server, stage, Once("451 4.3.0 Not now, anna@firm.example"))
    assert drain() == Counter({Outcome.LATER: 1})
    waiting = fresh(row)
    assert waiting.state is SendState.QUEUED
    assert waiting.error == f"{Trouble.NOT_NOW} 451 4.3.0"
    assert waiting.next_try_at is not None
    assert waiting.next_try_at > clock.now()
    assert drain() == Counter()
    with later():
        assert drain() == Counter({Outcome.SENT: 1})
    assert [mail.message_id for mail in server.accepted] == [row.message_id]


def test_one_refused_recipient_of_ten_fails_alone(server: MailServer, queue: Queue) -> None:
    rows = [queue(f"r{n}@firm.example") for n in range(10)]
    server.on_rcpt = lambda address: "550 5.1.1 No such user here" if address.startswith("r3@") else None
    assert drain() == Counter({Outcome.SENT: 9, Outcome.FAILED: 1})
    assert {mail.recipient for mail in server.accepted} == {f"r{n}@firm.example" for n in range(10) if n != 3}
    assert fresh(rows[3]).state is SendState.FAILED
    assert fresh(rows[3]).error == f"{Trouble.RECIPIENT_REFUSED} 550 5.1.1"
    assert server.connections == 1


def test_a_mail_refused_for_what_it_holds_fails_alone(server: MailServer, queue: Queue) -> None:
    refused, sent = queue("a@firm.example"), queue("b@firm.example")
    server.on_data = lambda address: "554 5.7.1 Looks like spam" if address.startswith("a@") else None
    drain()
    assert fresh(refused).error == f"{Trouble.CONTENT_REFUSED} 554 5.7.1"
    assert fresh(sent).state is SendState.SENT


def test_a_server_that_is_away_costs_no_mail_a_try(away_server: MailServer, queue: Queue) -> None:
    rows = [queue(f"r{n}@firm.example") for n in range(3)]
    for _ in range(MAX_TRIES + 1):
        assert drain() == Counter({Outcome.AWAY: 3})
    assert [(fresh(row).state, fresh(row).attempts) for row in rows] == [(SendState.QUEUED, 0)] * 3
    with listening(away_server):
        assert drain() == Counter({Outcome.SENT: 3})
    assert [mail.message_id for mail in away_server.accepted] == [row.message_id for row in rows]


@pytest.mark.parametrize("answer", ["530 5.7.0 Sign in first", "451 4.7.1 Too many from you", "421 4.3.2 Full"])
def test_a_refused_sender_holds_everything_back_and_fails_nothing(
    server: MailServer, queue: Queue, answer: str
) -> None:
    rows = [queue(f"r{n}@firm.example") for n in range(3)]
    server.on_mail = Once(answer)
    assert drain() == Counter({Outcome.AWAY: 3})
    assert [(fresh(row).state, fresh(row).attempts) for row in rows] == [(SendState.QUEUED, 0)] * 3
    assert drain() == Counter({Outcome.SENT: 3})


@pytest.mark.parametrize("stage", ["on_mail", "on_rcpt"])
@pytest.mark.parametrize("answer", ["421 4.7.0 Too many mails on this connection", HANG_UP])
def test_a_server_that_ends_the_session_gets_a_new_one(
    server: MailServer, queue: Queue, stage: str, answer: str
) -> None:
    rows = [queue(f"r{n}@firm.example") for n in range(6)]
    seen = Counter[str]()

    def after_three(address: str) -> str | None:
        seen["mails"] += 1
        return answer if seen["mails"] == 4 else None

    setattr(server, stage, after_three)
    assert drain() == Counter({Outcome.SENT: 6})
    assert [mail.message_id for mail in server.accepted] == [row.message_id for row in rows]
    assert server.connections == 2


def test_a_drop_after_the_mail_and_before_the_250_is_tried_again_under_the_same_id(
    server: MailServer, queue: Queue
) -> None:
    dropped, other = queue("a@firm.example"), queue("b@firm.example")
    server.on_accepted = Once(HANG_UP)
    assert drain() == Counter({Outcome.LATER: 1, Outcome.SENT: 1})
    with later():
        assert drain() == Counter({Outcome.SENT: 1})
    ids = Counter(mail.message_id for mail in server.accepted)
    # the server had it all along: the second copy carries the same Message-ID
    assert ids == Counter({dropped.message_id: 2, other.message_id: 1})


def test_a_mail_that_cannot_be_written_fails_and_the_others_go(
    server: MailServer, queue: Queue, make_kind: MakeKind, caplog: pytest.LogCaptureFixture
) -> None:
    poison_kind = make_kind("test_poison")
    poison = queue("poison@firm.example", kind=poison_kind)

    def broken(_context: object) -> None:
        raise KeyError("secret words")

    make_kind("test_poison", write=broken)
    others = [queue(f"r{n}@firm.example") for n in range(3)]
    assert drain() == Counter({Outcome.FAILED: 1, Outcome.SENT: 3})
    assert fresh(poison).error == f"{Trouble.CANNOT_BE_WRITTEN} KeyError"
    assert {fresh(row).state for row in others} == {SendState.SENT}
    assert "secret words" not in caplog.text


def test_an_address_that_cannot_be_turned_into_bytes_fails_alone(server: MailServer, queue: Queue) -> None:
    bad, good = queue("a@firm.example"), queue("b@firm.example")
    db.session.execute(update(Notification).where(Notification.id == bad.id).values(address="åsa@firm.example"))
    db.session.commit()
    assert drain() == Counter({Outcome.FAILED: 1, Outcome.SENT: 1})
    assert (fresh(bad).state, fresh(good).state) == (SendState.FAILED, SendState.SENT)


def test_a_mail_to_a_candidate_waits_for_the_key_that_opens_the_address(
    app: Portal, server: MailServer, queue: Queue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    candidate = candidates.candidate(coach=accounts.coach())
    row = queue(None, candidate_id=candidate.id)
    with monkeypatch.context() as patch:
        patch.setitem(app.extensions, EXTENSION, Keyring([new_key()]))
        assert drain() == Counter({Outcome.LATER: 1})
    assert (fresh(row).state, fresh(row).error) == (SendState.QUEUED, f"{Trouble.NOT_NOW} key missing")
    assert "DATA_KEYS" in caplog.text
    with later():
        assert drain() == Counter({Outcome.SENT: 1})


def test_an_unknown_kind_fails_with_a_clear_error(server: MailServer, queue: Queue) -> None:
    row = queue()
    db.session.execute(update(Notification).where(Notification.id == row.id).values(kind="gone_since"))
    db.session.commit()
    assert drain() == Counter({Outcome.FAILED: 1})
    assert fresh(row).error == Trouble.UNKNOWN_KIND


def test_what_is_no_longer_due_is_cancelled(server: MailServer, queue: Queue, make_kind: MakeKind) -> None:
    stands = {1: True, 2: True}
    kind = make_kind("test_withdrawable", still_due=lambda notification: stands[notification.about_id])
    withdrawn = queue("a@firm.example", kind=kind, about=1)
    kept = queue("b@firm.example", kind=kind, about=2)
    stands[1] = False
    assert drain() == Counter({Outcome.CANCELLED: 1, Outcome.SENT: 1})
    assert fresh(withdrawn).state is SendState.CANCELLED
    assert [mail.message_id for mail in server.accepted] == [kept.message_id]


def test_cancelling_reaches_a_mail_that_a_worker_holds(server: MailServer, queue: Queue) -> None:
    row = queue(about=7)
    (held,) = claims.claim(1)
    assert cancel(("proposal", 7)) == 1
    db.session.commit()
    assert not claims.renew(held)
    assert fresh(row).state is SendState.CANCELLED
    assert drain() == Counter()


def test_what_left_is_marked_as_sent_though_it_was_cancelled_meanwhile(server: MailServer, queue: Queue) -> None:
    row = queue(about=7)
    (held,) = claims.claim(1)
    cancel(("proposal", 7))
    db.session.commit()
    claims.mark_sent(held)
    assert fresh(row).state is SendState.SENT


def test_a_mail_goes_to_the_address_and_in_the_language_of_the_present(server: MailServer, queue: Queue) -> None:
    reader = accounts.user(Role.COACH, email="before@firm.example", language=Language.SV)
    queue(address=None, user_id=reader.id)
    reader.email, reader.language = "after@firm.example", Language.FI
    db.session.commit()
    drain()
    (mail,) = server.accepted
    assert mail.recipient == "after@firm.example"
    assert mail.message["Subject"] == "Uusi ehdotus: Cook"


def test_nobody_is_written_to_after_the_account_was_closed(server: MailServer, queue: Queue) -> None:
    reader = accounts.user(Role.COACH)
    row = queue(address=None, user_id=reader.id)
    reader.deactivated_at = clock.now()
    db.session.commit()
    assert drain() == Counter({Outcome.CANCELLED: 1})
    assert fresh(row).state is SendState.CANCELLED
    assert server.accepted == []


def test_a_claim_keeps_others_out_until_its_lease_runs_out(server: MailServer, queue: Queue) -> None:
    row = queue()
    (dead,) = claims.claim(10)  # by a worker that was killed
    assert drain() == Counter()
    lapse(row)
    assert drain() == Counter({Outcome.SENT: 1})
    assert not claims.renew(dead)  # stopped and not killed, it wakes and finds the mail gone
    assert len(server.accepted) == 1


def test_a_worker_that_was_stopped_past_its_lease_does_not_send(
    server: MailServer, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE", timedelta(0))  # by the time that the server is ready, it has run out
    row = queue()
    assert drain() == Counter({Outcome.LATER: 1})
    assert server.accepted == []
    assert fresh(row).error == f"{Trouble.NOT_NOW} late"


def test_a_mail_is_given_up_after_two_days_and_no_earlier(server: MailServer, queue: Queue) -> None:
    row = queue()
    server.on_rcpt = lambda _address: "452 4.2.2 Mailbox full"
    began = clock.now()
    with time_machine.travel(began, tick=False) as traveller:
        while drain()[Outcome.LATER]:
            next_try_at = fresh(row).next_try_at
            assert next_try_at is not None
            traveller.move_to(next_try_at)
        assert timedelta(hours=48) <= clock.now() - began < timedelta(hours=72)
    assert fresh(row).state is SendState.FAILED
    assert fresh(row).error == f"{Trouble.GAVE_UP} 452 4.2.2"
    assert fresh(row).attempts == MAX_TRIES == server.tried["anna@firm.example"]


def test_delays_grow_and_differ() -> None:
    assert timedelta(seconds=30) <= retry_delay(1) <= timedelta(seconds=37.5)
    assert timedelta(minutes=4) <= retry_delay(4) <= timedelta(minutes=5)
    assert timedelta(hours=1) <= retry_delay(MAX_TRIES) <= timedelta(hours=1.25)
    assert len({retry_delay(3) for _ in range(20)}) > 1


def test_a_mail_that_was_tried_lets_the_others_go_first(server: MailServer, queue: Queue) -> None:
    tried = queue("a@firm.example")
    server.on_rcpt = Once("451 Later")
    drain()
    new = queue("b@firm.example")
    with later():
        drain()
    assert [mail.message_id for mail in server.accepted] == [new.message_id, tried.message_id]


def test_a_server_that_answers_too_slowly_is_given_up(
    app: Portal, away_server: MailServer, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the connection and says nothing."""
    row = queue()
    monkeypatch.setattr("portal.outbox.sending.CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", away_server.port)):
        assert drain() == Counter({Outcome.AWAY: 1})
    assert fresh(row).state is SendState.QUEUED


def test_a_server_that_drips_is_given_up_though_it_always_says_something(
    away_server: MailServer, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = queue()
    monkeypatch.setattr("portal.outbox.sending.CONNECT_SECONDS", 0.3)
    ended = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                while not ended.wait(0.02):
                    connection.sendall(b"2")
            except OSError:
                return

    with socket.create_server(("127.0.0.1", away_server.port)) as listener:
        dripping = threading.Thread(target=drip, args=(listener,))
        dripping.start()
        try:
            assert drain() == Counter({Outcome.AWAY: 1})
        finally:
            ended.set()
            dripping.join()
    assert fresh(row).state is SendState.QUEUED


def test_stopping_gives_back_what_was_not_begun(server: MailServer, queue: Queue) -> None:
    rows = [queue(f"r{n}@firm.example") for n in range(3)]
    assert drain(stop=lambda: len(server.accepted) == 1) == Counter({Outcome.SENT: 1})
    assert [fresh(row).state for row in rows] == [SendState.SENT, SendState.QUEUED, SendState.QUEUED]
    assert fresh(rows[1]).attempts == 0


def test_the_worker_ends_between_two_mails(server: MailServer, queue: Queue) -> None:
    rows = [queue(f"r{n}@firm.example") for n in range(3)]
    stop = threading.Event()
    server.on_accepted = lambda _address: stop.set()
    Worker(stop, interval=60, batch=10).run()
    assert [fresh(row).state for row in rows] == [SendState.SENT, SendState.QUEUED, SendState.QUEUED]


def test_the_worker_sends_batch_after_batch_without_waiting(server: MailServer, queue: Queue) -> None:
    for n in range(5):
        queue(f"r{n}@firm.example")
    stop = threading.Event()
    server.on_accepted = lambda address: stop.set() if address.startswith("r4@") else None
    Worker(stop, interval=60, batch=2).run()
    assert len(server.accepted) == 5


def test_the_worker_outlives_an_error(
    server: MailServer, queue: Queue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    queue()
    stop = threading.Event()
    worker = Worker(stop, interval=0, batch=10)
    monkeypatch.setattr("portal.outbox.worker.ERROR_SECONDS", 0)
    rounds = Counter[str]()

    def break_once(_name: str) -> None:
        rounds["beats"] += 1
        worker._beat_at = 0
        if rounds["beats"] == 1:
            raise RuntimeError("anna@firm.example")

    monkeypatch.setattr("portal.outbox.jobs.beat", break_once)
    server.on_accepted = lambda _address: stop.set()
    worker.run()
    assert len(server.accepted) == 1
    assert "RuntimeError" in caplog.text
    assert "anna@" not in caplog.text


def test_the_log_tells_kind_and_outcome_and_nothing_of_the_reader(
    server: MailServer, queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = {"path": "/consent/{link}", "link": ["consent", "t0ken"]}
    queue("anna@firm.example", title="Närvårdare", context=link)
    refused = queue("bo@firm.example", title="Kock")
    server.on_rcpt = lambda address: "550 5.1.1 <bo@firm.example> unknown" if address.startswith("bo") else None
    drain()
    lines = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("portal"))
    assert f"test_proposed {refused.public_id}: failed" in lines
    assert ": sent" in lines
    for secret in ("anna@", "bo@", "Närvårdare", "Kock", "t0ken", "/consent/"):
        assert secret not in lines


def lapse(row: Notification) -> None:
    """The lease's time has passed."""
    past = datetime(2020, 1, 1, tzinfo=UTC)
    db.session.execute(update(Notification).where(Notification.id == row.id).values(leased_until=past))
    db.session.commit()
