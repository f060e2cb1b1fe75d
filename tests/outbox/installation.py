"""A portal with a database of its own, whose worker runs as a process that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, select, update

from config import Config
from portal import create_app
from portal.core.app import Portal
from portal.core.db import db
from portal.outbox.letters import MailKind
from portal.outbox.models import Notification, SendState
from portal.outbox.service import enqueue
from tests.outbox.kit import is_due, write_proposed
from tests.outbox.smtp import MailServer
from tests.own_database import DATA_KEY, empty_database

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds until a process that hangs fails the test
KIND = MailKind("test_proposed", write_proposed, is_due)


class Forge:
    """``tests.outbox.program``: loaded once, it forks workers in milliseconds."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.outbox.program"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, line: str) -> int:
        """Send a line, read the number that answers it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


@dataclass
class WorkerProcess:
    """A forked worker. ``status`` is its exit status once it was waited for; negative for a signal."""

    forge: Forge
    id: int
    status: int | None = None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; it may have ended already, but its number is kept until it was waited for."""
        os.kill(self.id, number)

    def wait(self, patience: float = PATIENCE) -> int:
        """Wait for its end. One that hangs is ended after these seconds, which its status tells."""
        if self.status is None:
            watchdog = threading.Timer(patience, os.kill, (self.id, signal.SIGABRT))
            watchdog.start()
            self.status = self.forge.ask(f"wait {self.id}")
            watchdog.cancel()
        return self.status


@dataclass
class Installation:
    """The application of this process, and the worker processes on the same database."""

    app: Portal
    environ: dict[str, str]
    forge: Forge
    processes: list[WorkerProcess] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)

    def empty(self) -> None:
        """Forget every mail."""
        self.queued.clear()
        with self.app.app_context():
            db.session.execute(delete(Notification))
            db.session.commit()

    def put(self, count: int) -> None:
        """Queue and commit so many mails; one more is queued and rolled back."""
        with self.app.app_context():
            for number in range(count):
                self.queued.append(enqueue_one(f"reader{number}@firm.example").message_id)
            db.session.commit()
            enqueue_one("never@firm.example")
            db.session.rollback()

    def worker(self, *options: str) -> WorkerProcess:
        """Start a worker process."""
        process = WorkerProcess(self.forge, self.forge.ask(" ".join(("start", *options))))
        self.processes.append(process)
        return process

    def web(self, *options: str) -> WorkerProcess:
        """Start a web server process; who connects before it answers waits."""
        process = WorkerProcess(self.forge, self.forge.ask(" ".join(("serve", *options))))
        self.processes.append(process)
        return process

    def end_all(self) -> None:
        """End the workers that nobody waited for."""
        for process in self.processes:
            if process.status is None:
                process.signal(signal.SIGKILL)
                process.wait()
        self.processes.clear()

    def lapse_leases(self) -> None:
        """The minutes have passed after which a dead worker's claims run out."""
        with self.app.app_context():
            past = datetime(2020, 1, 1, tzinfo=UTC)
            db.session.execute(
                update(Notification)
                .where(Notification.state == SendState.SENDING)
                .values(leased_until=past, next_try_at=None)
            )
            db.session.execute(update(Notification).values(next_try_at=None))
            db.session.commit()

    def live(self) -> int:
        """How many mails have not met their end."""
        states = self.states()
        return states[SendState.QUEUED] + states[SendState.SENDING]

    def states(self) -> Counter[SendState]:
        """How many mails stand in which state."""
        with self.app.app_context():
            return Counter(db.session.scalars(select(Notification.state)))

    def finish(self) -> None:
        """Let workers send what is left."""
        self.lapse_leases()
        status = self.worker("--once").wait(10 * PATIENCE)  # many kills leave many mails
        assert status == 0

    def assert_ledger(self, server: MailServer, kills: int) -> int:
        """Nothing lost, nothing invented, at most one double a kill under the same Message-ID; returns the doubles."""
        arrived = Counter(mail.message_id for mail in server.accepted)
        assert set(arrived) == set(self.queued)
        assert not any(mail.recipient == "never@firm.example" for mail in server.accepted)
        assert self.states() == Counter({SendState.SENT: len(self.queued)})
        doubles = arrived.total() - len(arrived)
        assert doubles <= kills
        return doubles


def enqueue_one(address: str, **context: object) -> Notification:
    """Queue one mail, without committing."""
    row = enqueue(KIND, about=("proposal", 1), context={"title": "Cook", **context}, address=address)
    assert row is not None
    return row


@contextmanager
def installed(folder: Path, mail_port: int) -> Iterator[Installation]:
    """An installation with an empty database; its processes are ended afterwards."""
    with empty_database(folder) as url:
        environ = {
            **os.environ,
            "MAIL_FROM_HOUR": "0",
            "MAIL_UNTIL_HOUR": "24",
            "DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "SECRET_KEY": "only for tests, and long enough to be taken for one",
            "DATA_KEYS": DATA_KEY,
            "PORTAL_BASE_URL": "http://localhost",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(mail_port),
            "MAIL_SENDER": "no-reply@rekrybron.example",
        }
        app = create_app(Config.from_environ(environ))
        with app.app_context():
            db.create_all()
        there = Installation(app, environ, Forge(environ))
        try:
            yield there
        finally:
            there.forge.close()
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
