"""``make bench-mail``: how fast the outbox drains, against a bare smtplib loop with the same bytes and the same sink.

The loop keeps one connection open and knows nothing of a database; half of it runs before the worker and half after,
in the same run. Machines are shared and noisy, so only the ratio says anything. Each drain is checked: every mail
arrived once, and every row is marked. PostgreSQL runs as in production here: a commit waits for the disk.
"""

from __future__ import annotations

import argparse
import os
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import delete, func, insert, select

from portal.accounts.mails import password_changed
from portal.accounts.models import User
from portal.core import clock
from portal.core.app import Portal
from portal.core.db import db, new_public_id
from portal.core.i18n import Language
from portal.outbox import jobs
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification, SendState
from portal.outbox.recipients import recipient_of
from portal.outbox.rendering import build_message
from portal.outbox.worker import run_once
from portal.proposals.mails import both, employer
from portal.proposals.states import ProposalState
from tests import postgres
from tests.factories import proposals
from tests.own_database import made

SENDER = "no-reply@rekrybron.example"
STORIES = 8
SINKS = {
    "forgets at once": [],
    "keeps on disk": ["--keep"],
    "2 ms away": ["--delay", "0.002"],
}


class Sink:
    """``tests.outbox.sink`` as a process."""

    def __init__(self, folder: Path, options: Sequence[str]) -> None:
        options = [*options, str(folder / "kept")] if "--keep" in options else list(options)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port: int = listening.getsockname()[1]
            number = listening.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.outbox.sink", str(number), *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=[number],
                text=True,
            )

    def told(self) -> tuple[int, int]:
        """How many mails came since the last call, and how many different ones."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("?\n")
        self._process.stdin.flush()
        count, different = self._process.stdout.readline().split()
        return int(count), int(different)

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def bare(port: int, letters: Sequence[tuple[str, bytes]], count: int) -> float:
    """The floor: mails a second over one connection, nothing else done."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        began = time.perf_counter()
        for number in range(count):
            recipient, content = letters[number % len(letters)]
            server.sendmail(SENDER, [recipient], content)
        return count / (time.perf_counter() - began)


def write_letters() -> list[int]:
    """Queue one mail of each sort, to coaches and contact persons in three languages; returns their ids."""
    for language in (list(Language) * STORIES)[:STORIES]:
        begun = proposals.story(ProposalState.PROPOSED)
        begun.coach.language = begun.contact.language = language
        db.session.flush()
        employer.candidate_proposed(begun.proposal)
        employer.proposal_waits(begun.proposal)
        both.message(begun.proposal, from_employer=True)
        both.message(begun.proposal, from_employer=False)
        met = proposals.story(ProposalState.INTERVIEW)
        met.coach.language = met.contact.language = language
    db.session.commit()
    return list(db.session.scalars(select(Notification.id).order_by(Notification.id)))


def as_sent() -> list[tuple[str, bytes]]:
    """Every queued mail that is due, as it would leave: its reader and its bytes."""
    letters = []
    for row in db.session.scalars(select(Notification).order_by(Notification.id)):
        kind = KINDS[row.kind]
        recipient = recipient_of(row) if kind.still_due(row) else None
        if recipient is None:
            db.session.delete(row)
        else:
            letters.append((recipient.address, build_message(row, kind, recipient).as_bytes()))
    db.session.commit()
    return letters


def fill(patterns: Sequence[dict[str, object]], count: int) -> None:
    """Put so many mails into the outbox, one like each pattern in turn."""
    db.session.execute(delete(Notification))
    now = clock.now()
    rows = [
        {
            **patterns[number % len(patterns)],
            "public_id": new_public_id(),
            "message_id": f"<{new_public_id()}@localhost>",
            "created_at": now,
            "due_at": now,
        }
        for number in range(count)
    ]
    db.session.execute(insert(Notification), rows)
    db.session.commit()


def drain(app: Portal, port: int, workers: int, count: int) -> float:
    """Mails a second that so many forked worker processes drain."""
    app.extensions["mail"].server, app.extensions["mail"].port = "127.0.0.1", port
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    began = time.perf_counter()
    await_all(start_workers(app, workers))
    return count / (time.perf_counter() - began)


def start_workers(app: Portal, workers: int) -> list[int]:
    """Fork so many worker processes; returns their process ids."""
    children = []
    for _ in range(workers):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                with app.app_context():
                    run_once(threading.Event())
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    return children


def await_all(children: Sequence[int]) -> None:
    """Wait until all have ended well."""
    statuses = [os.waitpid(child, 0)[1] for child in children]
    if any(statuses):
        raise SystemExit("a worker failed")


def changes(app: Portal, count: int) -> float:
    """Milliseconds that nineteen of twenty changes take at most which queue a mail and commit, as requests do."""
    times = []
    with app.app_context():
        user = db.session.scalars(select(User).order_by(User.id)).first()
        assert user is not None
        for _ in range(count):
            began = time.perf_counter()
            password_changed(user)
            db.session.commit()
            times.append(time.perf_counter() - began)
    return sorted(times)[int(count * 0.95)] * 1000


def measure_waiting(app: Portal, name: str, patterns: Sequence[dict[str, object]], folder: Path) -> None:
    """Print how much longer a change takes beside a worker that waits for a slow server."""
    count = 200
    sink = Sink(folder, ["--delay", "0.02"])
    try:
        with app.app_context():
            fill(patterns, 4_000)  # more than goes out meanwhile
        alone = changes(app, count)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        app.extensions["mail"].server, app.extensions["mail"].port = "127.0.0.1", sink.port
        (worker,) = start_workers(app, 1)
        beside = changes(app, count)
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
    finally:
        sink.close()
    print(
        f"{name:<12}a change that mails, p95: {alone:.1f} ms alone, {beside:.1f} ms beside a waiting worker", flush=True
    )


def measure(app: Portal, name: str, sinks: Sequence[str], workers: Sequence[int], count: int, folder: Path) -> None:
    """Print a line a sink and number of worker processes."""
    with app.app_context():
        write_letters()
        letters = as_sent()
        columns = [one for one in Notification.__table__.columns if one.name not in ("id", "public_id", "message_id")]
        patterns = [dict(row._mapping) for row in db.session.execute(select(*columns).order_by(Notification.id))]
    for sink_name in sinks:
        for processes in workers:
            sink = Sink(folder, SINKS[sink_name])
            try:
                with app.app_context():
                    fill(patterns, count)
                before = bare(sink.port, letters, count // 2)
                sink.told()
                rate = drain(app, sink.port, processes, count)
                arrived = sink.told()
                after = bare(sink.port, letters, count - count // 2)
            finally:
                sink.close()
            with app.app_context():
                marked = db.session.scalar(select(func.count()).where(Notification.state == SendState.SENT))
            if (*arrived, marked) != (count, count, count):
                raise SystemExit(f"of {count} mails {arrived[0]} arrived, {arrived[1]} different, {marked} marked")
            floor = 2 / (1 / before + 1 / after)
            print(f"{name:<12}{sink_name:<18}{processes:>8}{rate:>10.0f}{floor:>10.0f}{rate / floor:>9.2f}", flush=True)
    measure_waiting(app, name, patterns, folder)


@contextmanager
def database(name: str, folder: Path) -> Iterator[Portal]:
    """An application on an empty database of this sort."""
    if name == "sqlite":
        yield _empty(folder, f"sqlite:///{folder / 'bench.db'}")
        return
    with postgres.postgres_server(durable=True) as server:
        app = _empty(folder, postgres.create_database(server, "bench"))
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _empty(folder: Path, url: str) -> Portal:
    hours = {"mail_from_hour": 0, "mail_until_hour": 24}  # a measurement does not wait for the morning
    app = made(folder, url, mail_sender=SENDER, extra={"TESTING": False}, **hours)
    jobs.JOBS.clear()  # they would queue mails of their own
    with app.app_context():
        db.create_all()
    return app


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_mail", description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--workers", type=int, action="append", help="worker processes; 1 and then 4 unless said")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--sink", choices=list(SINKS), action="append")
    options = parser.parse_args()
    print(f"{'database':<12}{'the sink':<18}{'workers':>8}{'mails/s':>10}{'floor/s':>10}{'ratio':>9}")
    for name in options.database or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, database(name, Path(folder)) as app:
            measure(app, name, options.sink or list(SINKS), options.workers or [1, 4], options.mails, Path(folder))


if __name__ == "__main__":
    main()
