"""The supervisor behind `make run`, with a small web application in the portal's place."""

import http.client
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from portal.demo import run
from portal.demo.accounts import ACCOUNTS

pytestmark = pytest.mark.either_database

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 40

STAND_IN = """
import os, signal, sys, time
from pathlib import Path
import click
from flask import Flask
from flask.cli import AppGroup

app = Flask(__name__)
data = Path(os.environ["DATA_DIR"])
db, demo = AppGroup("db"), AppGroup("demo")
app.cli.add_command(db)
app.cli.add_command(demo)

@db.command("upgrade")
def upgrade():
    with (data / "steps").open("a") as file:
        file.write("upgrade\\n")

@demo.command("load")
def load():
    with (data / "steps").open("a") as file:
        file.write("load\\n")
    if os.environ.get("FAIL_LOAD"):
        click.echo("the ledger is upside down")
        sys.exit(3)

@app.cli.command("worker")
def worker():
    (data / "worker").write_text(f"{os.getpid()} {os.environ['MAIL_SERVER']} {os.environ['MAIL_PORT']}")
    signal.pause()

@app.get("/healthz")
def healthz():
    return "ok"
"""

# The program itself, on a folder that holds the stand-in instead of the portal.
PROGRAM = """
import sys
from pathlib import Path
from portal.demo import run
run.ROOT = Path(sys.argv[1])
sys.exit(run.main())
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def eventually(look: Callable[[], str | None]) -> str:
    """What `look` finds, asked again until it finds something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := look()) is None:
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return found


def is_alive(pid: int) -> bool:
    """Whether the process still runs; one that only waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def until_gone(pid: int) -> None:
    eventually(lambda: None if is_alive(pid) else "gone")


class Demonstration:
    """One run of the program in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.data = folder / "data"
        self.said = folder / "said"
        (folder / "wsgi.py").write_text(STAND_IN)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **environ: str) -> "Demonstration":
        own = {"PORT": str(self.port), "DATA_DIR": str(self.data), "PYTHONPATH": str(REPOSITORY)}
        left_out = {"HOST", "DATABASE_URL", "MAIL_SERVER", "MAIL_PORT", "SECRET_KEY", "DATA_KEYS", "PORTAL_BASE_URL"}
        given = {name: value for name, value in os.environ.items() if name not in left_out}
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(self.folder)],
                env={**given, **own, **environ},
                cwd=REPOSITORY,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self

    def words(self) -> str:
        return self.said.read_text()

    def until_ready(self) -> "Demonstration":
        eventually(lambda: self.words() if "The portal runs at" in self.words() else self._refuse_ended())
        return self

    def _refuse_ended(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, self.words()

    def end(self, number: int = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        assert self.process is not None
        return self.process.wait(PATIENCE_SECONDS)

    def worker(self) -> tuple[int, str, int]:
        """The worker's process number, and the mail server and port it was given."""
        pid, server, port = eventually(self._worker_note).split()
        return int(pid), server, int(port)

    def _worker_note(self) -> str | None:
        note = self.data / "worker"
        return (note.read_text() or None) if note.exists() else None


@pytest.fixture
def demonstration(tmp_path: Path) -> Iterator[Demonstration]:
    running = Demonstration(tmp_path)
    yield running
    if running.process and running.process.poll() is None:
        running.end(signal.SIGTERM)


def status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/healthz")
    return connection.getresponse().status


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_starts_all_parts_and_ends_them_when_told(demonstration: Demonstration, number: int) -> None:
    demonstration.start().until_ready()
    pid, _, mail_port = demonstration.worker()
    assert status(demonstration.port) == 200
    assert (demonstration.data / "steps").read_text().split() == ["upgrade", "load"]
    for account in ACCOUNTS:
        assert f"{account.email}  " in demonstration.words()

    assert demonstration.end(number) == 0

    assert "Traceback" not in demonstration.words()
    until_gone(pid)
    for port in (demonstration.port, mail_port):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)


def test_mail_becomes_a_file_of_the_mailbox(demonstration: Demonstration) -> None:
    demonstration.start().until_ready()
    _, server, port = demonstration.worker()
    with smtplib.SMTP(server, port, timeout=10) as smtp:
        sent = "Subject: Möte\r\nTo: anna@example.org\r\n\r\nHyvää päivää\r\n.\r\nslut\r\n"
        smtp.sendmail("portal@example.org", ["anna@example.org", "copy@example.org"], sent.encode())

    (path,) = (demonstration.data / run.MAILBOX).iterdir()
    saved = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert path.suffix == ".eml"
    assert path.read_bytes().endswith(sent.encode())
    assert saved["Return-Path"] == "<portal@example.org>"
    assert saved.get_all("Delivered-To") == ["anna@example.org", "copy@example.org"]


def test_a_mail_server_that_is_given_is_used(demonstration: Demonstration) -> None:
    demonstration.start(MAIL_SERVER="mail.example.org", MAIL_PORT="2525").until_ready()
    assert demonstration.worker()[1:] == ("mail.example.org", 2525)
    assert not (demonstration.data / run.MAILBOX).exists()


def test_says_which_part_ended_and_ends_the_rest(demonstration: Demonstration) -> None:
    demonstration.start().until_ready()
    os.kill(demonstration.worker()[0], signal.SIGKILL)
    assert demonstration.wait() == 1
    assert "The mail worker ended by itself (status -9)." in demonstration.words()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", demonstration.port), timeout=5)


def test_nothing_is_left_when_the_program_is_killed(demonstration: Demonstration) -> None:
    demonstration.start().until_ready()
    pid = demonstration.worker()[0]
    demonstration.end(signal.SIGKILL)
    until_gone(pid)


def test_a_failed_step_shows_the_end_of_its_log(demonstration: Demonstration) -> None:
    assert demonstration.start(FAIL_LOAD="1").wait() == 1
    assert "The step “demo data” failed." in demonstration.words()
    assert "the ledger is upside down" in demonstration.words()


def test_a_taken_port_is_a_sentence(demonstration: Demonstration) -> None:
    with socket.create_server(("127.0.0.1", demonstration.port)):
        assert demonstration.start().wait() == 1
    assert demonstration.words().strip() == (
        f"Port {demonstration.port} is taken. Choose another: PORT={demonstration.port + 1} make run"
    )


def test_two_copies_do_not_share_their_data(demonstration: Demonstration, tmp_path: Path) -> None:
    demonstration.start().until_ready()
    other = Demonstration(tmp_path)
    other.said = tmp_path / "said by the other"
    assert other.start().wait() == 1
    assert f"Another copy runs on the data in {demonstration.data}." in other.words()


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"PORT": "many"}, "PORT must be a port number between 1 and 65535, not “many”."),
        ({"PORT": "²"}, "PORT must be a port number between 1 and 65535, not “²”."),
        ({"PORT": "65536"}, "PORT must be a port number between 1 and 65535, not “65536”."),
        ({"SECRET_KEY": "short"}, "Set SECRET_KEY to at least 32 random characters"),
        ({"DATA_KEYS": "short"}, "Set DATA_KEYS to a key that `python -m portal.core.keys` prints"),
        ({"DATA_DIR": "/dev/null/var"}, "DATA_DIR /dev/null/var cannot be used: Not a directory."),
    ],
)
def test_a_wrong_setting_is_a_sentence(tmp_path: Path, environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(run.Trouble, match="^" + sentence.replace(".", r"\.")):
        run.demo_environment({"DATA_DIR": str(tmp_path), **environ})


@pytest.mark.parametrize(("name", "file"), [("SECRET_KEY", "secret-key"), ("DATA_KEYS", "data-key")])
def test_each_secret_is_made_once_and_kept_from_others(tmp_path: Path, name: str, file: str) -> None:
    first = run.demo_environment({"DATA_DIR": str(tmp_path)})[name]
    assert (tmp_path / file).stat().st_mode & 0o777 == 0o600
    assert len(first) >= 32
    assert run.demo_environment({"DATA_DIR": str(tmp_path)})[name] == first
    assert run.demo_environment({"DATA_DIR": str(tmp_path / "other")})[name] != first


@pytest.mark.parametrize(
    ("environ", "base_url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8123"}, "http://127.0.0.1:8123"),
        ({"HOST": "0.0.0.0"}, "http://127.0.0.1:8000"),
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({"PORTAL_BASE_URL": "https://portal.example.org"}, "https://portal.example.org"),
    ],
)
def test_the_address_follows_from_host_and_port(tmp_path: Path, environ: dict[str, str], base_url: str) -> None:
    filled = run.demo_environment({"DATA_DIR": str(tmp_path), **environ})
    assert filled["PORTAL_BASE_URL"] == base_url
    assert filled["PORTAL_DEMO"] == "1"
