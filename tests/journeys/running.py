"""A portal as in production: migrated empty database, web server, mail worker, mail server; ended whatever happens."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config import Config
from portal.core.keys import new_key
from portal.demo.children import Child, Family, tail
from portal.demo.run import ROOT, start_servers, wait_until_healthy
from tests import postgres
from tests.journeys.postbox import Postbox
from tests.outbox.smtp import free_port

COMMAND_SECONDS = 120
STOP_SECONDS = 30
WORKER = "mail worker"
ADMIN = ("Rut Admin", "rut.admin@county.example")


@dataclass
class Portal:
    """What a story needs of the running programs."""

    url: str
    environ: dict[str, str]
    family: Family
    postbox: Postbox
    admin_link: str = field(default="", init=False)

    @property
    def worker(self) -> Child:
        """The mail worker's process."""
        return next(child for child in self.family.children if child.name == WORKER)

    @property
    def has_worker(self) -> bool:
        """Whether a mail worker was started and not ended."""
        return any(child.name == WORKER for child in self.family.children)

    def flask(self, *words: str) -> str:
        """Run a command of ``flask --app wsgi`` to its end, and return what it printed."""
        return _run([sys.executable, "-m", "flask", "--app", "wsgi", *words], self.environ)

    def worker_at(self, moment: datetime) -> str:
        """Run the real worker once, in a process whose clock stands at this moment."""
        return _run([sys.executable, "-m", "tests.journeys.worker_at", moment.isoformat(), "--once"], self.environ)

    def kill_worker(self) -> None:
        """End the mail worker as a power cut does: SIGKILL, no word of warning."""
        child = self.worker
        child.process.kill()
        child.process.wait(STOP_SECONDS)
        self.family.children.remove(child)

    def stop_worker(self) -> None:
        """Ask the mail worker to end, as a supervisor does, and wait for it."""
        child = self.worker
        child.process.terminate()
        child.process.wait(STOP_SECONDS)
        self.family.children.remove(child)

    def start_worker(self) -> None:
        """Start a mail worker like the first one."""
        self.family.start(WORKER, [sys.executable, "-m", "flask", "--app", "wsgi", "worker"], self.environ)

    def logs(self) -> str:
        """What the programs said last, for a failing test's report."""
        return "\n".join(f"--- {path.name}\n{tail(path)}" for path in sorted(self.family.logs.glob("*.log")))


@contextmanager
def running(folder: Path) -> Iterator[Portal]:
    """Start everything with its data in ``folder``, on free ports; a PostgreSQL database where the tests have one."""
    port = free_port()
    postbox = Postbox()
    logs = folder / "log"
    logs.mkdir()
    with _database(folder) as database_url, postbox.open():
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "MAIL_"))},
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DATA_KEYS": new_key(),
            "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
            "PORTAL_CONTACT_PHONE": "040 000 0000",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(postbox.server.port),
            "MAIL_SENDER": "no-reply@hirebridge.example",
            "MAIL_FROM_HOUR": "0",  # whenever the tests run
            "MAIL_UNTIL_HOUR": "24",
            "MAIL_INTERVAL": "0.2",  # people in a test wait for nothing but the mail
        }
        family = Family(ROOT, logs)
        portal = Portal(environ["PORTAL_BASE_URL"], environ, family, postbox)
        try:
            portal.flask("db", "upgrade")
            printed = portal.flask("first-admin", ADMIN[1], ADMIN[0], "--language", "en")
            (portal.admin_link,) = re.findall(rf"{re.escape(portal.url)}/new-password/\S+", printed)
            web = start_servers(family, environ)
            wait_until_healthy(family, web, environ, threading.Event())
            yield portal
        finally:
            family.stop()


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield f"sqlite:///{folder / 'portal.db'}"
        return
    name = f"journey_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    try:
        yield postgres.create_database(server, name)
    finally:
        postgres.drop_database(server, name)


def config_of(portal: Portal) -> Config:
    """The running portal's settings, for rows that a story finds ready made."""
    return Config.from_environ(portal.environ)


def _run(command: list[str], environ: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
    )
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
