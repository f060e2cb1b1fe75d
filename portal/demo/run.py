"""The program behind `make run`: web server, mail worker and a mailbox, started and ended together."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import http.client
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from config import BadConfig, Config
from portal.core.keys import new_key
from portal.demo.accounts import ACCOUNTS
from portal.demo.children import Child, Family, Stopped, tail

ROOT = Path(__file__).resolve().parents[2]
MAILBOX = "mailbox"
START_SECONDS = 60
POLL_SECONDS = 0.2
WEB_THREADS = 8
ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 (compared, not bound)


class Trouble(Exception):
    """The demonstration cannot run; the message is for the person at the terminal."""


def demo_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the child processes: the given one, with what it leaves out filled in.

    Makes DATA_DIR and the kept secrets in it. MAIL_SERVER and MAIL_PORT are left as given: see `own_mailbox`.
    Trouble when a setting is wrong.
    """
    host = environ.get("HOST") or "127.0.0.1"
    port = environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65536:
        raise Trouble(f"PORT must be a port number between 1 and 65535, not “{port}”.")
    reached = "127.0.0.1" if host in ANY_ADDRESS else host
    data = Path(environ.get("DATA_DIR") or "var").resolve()
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        filled = {
            **environ,
            "HOST": host,
            "PORT": port,
            "DATA_DIR": str(data),
            "SECRET_KEY": environ.get("SECRET_KEY") or kept_secret(data / "secret-key"),
            "DATA_KEYS": environ.get("DATA_KEYS") or kept_secret(data / "data-key", new_key),
            "PORTAL_BASE_URL": environ.get("PORTAL_BASE_URL") or f"http://{_in_url(reached)}:{port}",
            "PORTAL_DEMO": "1",
        }
        Config.from_environ(filled)
    except OSError as error:
        raise Trouble(f"DATA_DIR {data} cannot be used: {error.strerror}.") from error
    except BadConfig as error:
        raise Trouble(str(error)) from error
    return filled


def kept_secret(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """The secret in this file, made on the first call; only its owner can read it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(make())
    return path.read_text(encoding="ascii").strip()


def check_port(host: str, port: int) -> None:
    """Trouble with a sentence when nobody could listen there."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise Trouble(f"HOST “{host}” is not an address of this machine.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else 8000
            raise Trouble(f"Port {port} is taken. Choose another: PORT={other} make run") from error
        raise Trouble(f"The portal cannot listen on {host}, port {port}: {error.strerror}.") from error


@contextlib.contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the folder for this process; Trouble when another copy runs on it."""
    with (data / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            advice = "Give this one its own: DATA_DIR=var2 PORT=8001 make run"
            raise Trouble(f"Another copy runs on the data in {data}. {advice}") from error
        yield


def prepare(family: Family, environ: Mapping[str, str], stop: threading.Event) -> None:
    """Bring the database up to date and load the demonstration's data when it is empty."""
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    for name, words in (("migrations", ["db", "upgrade"]), ("demo data", ["demo", "load"])):
        child = family.run(name, [*flask, *words], environ, stop)
        if child.process.returncode != 0:
            raise Trouble(_with_log(f"The step “{name}” failed.", child))


def start_servers(family: Family, environ: Mapping[str, str]) -> Child:
    """Start the mailbox (unless MAIL_SERVER names a server), the mail worker and the web server.

    Returns the web server, whose log tells why it does not answer.
    """
    environ = dict(environ)
    data = Path(environ["DATA_DIR"])
    if not environ.get("MAIL_SERVER"):
        environ.update(own_mailbox(family, data / MAILBOX, environ))
    family.start("mail worker", [sys.executable, "-m", "flask", "--app", "wsgi", "worker"], environ)
    place = ["--host", environ["HOST"], "--port", environ["PORT"]]
    size = ["--workers", "1", "--blocking-threads", str(WEB_THREADS)]
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", *place, *size, "--no-ws", "wsgi:app"]
    return family.start("web server", granian, environ)


def own_mailbox(family: Family, folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Start the SMTP catcher on a free loopback port (or MAIL_PORT); return MAIL_SERVER and MAIL_PORT."""
    wanted = int(environ.get("MAIL_PORT") or 0)
    try:
        # Opened here: no other program can take the port in between, and mail waits in its queue.
        with socket.create_server(("127.0.0.1", wanted)) as listening:
            port = listening.getsockname()[1]
            number = listening.fileno()
            command = [
                sys.executable,
                "-m",
                "portal.demo.catcher",
                "--mailbox",
                str(folder),
                "--fd",
                str(number),
            ]
            family.start("mailbox", command, environ, pass_fds=[number])
    except OSError as error:
        raise Trouble(f"The mailbox cannot listen on port {wanted}: {error.strerror}.") from error
    return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(port)}


def is_healthy(environ: Mapping[str, str]) -> bool:
    """Whether GET /healthz answers 200, asked under the name that the portal knows itself by."""
    host = environ["HOST"]
    reached = "127.0.0.1" if host in ANY_ADDRESS else host
    connection = http.client.HTTPConnection(reached, int(environ["PORT"]), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": urlsplit(environ["PORTAL_BASE_URL"]).netloc})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_until_healthy(family: Family, web: Child, environ: Mapping[str, str], stop: threading.Event) -> None:
    """Return when the portal answers. Stopped when told to; Trouble when a program ends or time is up."""
    deadline = time.monotonic() + START_SECONDS
    while not is_healthy(environ):
        refuse_ended(family)
        if time.monotonic() > deadline:
            raise Trouble(_with_log(f"The portal did not answer within {START_SECONDS} seconds.", web))
        if stop.wait(POLL_SECONDS):
            raise Stopped


def watch(family: Family, stop: threading.Event) -> None:
    """Return when told to stop; Trouble when a program ends by itself."""
    while not stop.wait(POLL_SECONDS):
        refuse_ended(family)


def refuse_ended(family: Family) -> None:
    """Trouble, with its last words, when a program is no longer running."""
    if child := family.first_ended():
        raise Trouble(_with_log(f"The {child.name} ended by itself (status {child.process.returncode}).", child))


def welcome(environ: Mapping[str, str]) -> str:
    """What the person at the terminal reads when the portal answers."""
    base_url = environ["PORTAL_BASE_URL"].rstrip("/")
    wide = max(len(account.role) for account in ACCOUNTS)
    long = max(len(account.email) for account in ACCOUNTS)
    rows = [f"  {account.role:{wide}}  {account.email:{long}}  {account.password}" for account in ACCOUNTS]
    server = environ.get("MAIL_SERVER")
    mails = f"Mails go to {server}." if server else f"Mails stay here: {base_url}/demo/mailbox"
    lines = ["", f"The portal runs at {base_url}/", "", *rows, "", mails]
    return "\n".join([*lines, f"Data and logs are in {environ['DATA_DIR']}. Stop with Ctrl-C.", ""])


def run(environ: Mapping[str, str], stop: threading.Event) -> None:
    """Run the demonstration until `stop` is set; Trouble when it cannot go on. Nothing is left running."""
    filled = demo_environment(environ)
    data = Path(filled["DATA_DIR"])
    check_port(filled["HOST"], int(filled["PORT"]))
    logs = data / "log"
    logs.mkdir(exist_ok=True)
    family = Family(ROOT, logs)
    with only_one(data):
        try:
            print("Preparing the database and the demonstration's data ...", flush=True)
            prepare(family, filled, stop)
            web = start_servers(family, filled)
            wait_until_healthy(family, web, filled, stop)
            print(welcome(filled), flush=True)
            watch(family, stop)
        finally:
            if stop.is_set():
                print("\nStopping ...", flush=True)
            family.stop()


def _with_log(sentence: str, child: Child) -> str:
    return f"{sentence} Its log, {child.log}, ends:\n{tail(child.log)}"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def main() -> int:
    """Run until Ctrl-C, SIGTERM or a closed terminal: 0. When something fails: a sentence and 1."""
    stop = threading.Event()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    try:
        with contextlib.suppress(Stopped):
            run(os.environ, stop)
    except Trouble as trouble:
        print(trouble, file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
