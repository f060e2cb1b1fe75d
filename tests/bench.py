"""``make bench``: how fast the main pages are, as a ratio against a bare page on the same server in the same run.

The demonstration's data is loaded into a temporary folder; nothing else of the machine is touched. Machines are shared
and noisy, so only the ratios say anything: a page at 0.10 costs ten bare pages.
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask.sessions import SecureCookieSessionInterface

from portal.core.keys import new_key

ROOT = Path(__file__).parent.parent
ROUNDS = 5
REQUESTS = 40
PAGES = {
    "": ["/", "/sign-in", "/healthz"],
    "anna@bryggan-bageri.example": ["/start", "/openings", "/placements"],
    "coach@rekrybron.example": ["/today", "/candidates", "/openings", "/employers", "/placements"],
    "leader@rekrybron.example": ["/team", "/candidates"],
}


def bare(_environ: dict[str, object], start_response: object) -> list[bytes]:
    """The floor: what the server itself costs."""
    start_response("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]  # WSGI's callable
    return [b"ok"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _served(target: str, env: dict[str, str], path: str) -> Iterator[int]:
    port = _free_port()
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--port", str(port), target]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    _rate(port, path, {}, 1)
                    break
                except OSError:
                    time.sleep(0.2)  # waiting for a port to open, not for a result
            yield port
        finally:
            server.terminate()


def _rate(port: int, path: str, headers: dict[str, str], requests: int) -> float:
    """Requests a second over one kept-open connection. :raises OSError: when nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    for _ in range(requests):
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
    rate = requests / (time.perf_counter() - began)
    line.close()
    return rate


def _cookies() -> dict[str, str]:
    from portal import create_app
    from portal.accounts.queries import user_by_email

    app = create_app()
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    found = {"": ""}
    with app.app_context():
        for address in PAGES:
            if address and (user := user_by_email(address)) and serializer:
                found[address] = "portal=" + str(serializer.dumps({"_user_id": user.get_id(), "_fresh": True}))
    return found


def main() -> None:
    """Print a line a page: its rate, the floor's in the same round, and the ratio's median."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "DATA_DIR": folder, "SECRET_KEY": "b" * 40, "DATA_KEYS": new_key(), "PORTAL_DEMO": "1"}
        env.pop("DATABASE_URL", None)
        os.environ.update(env)
        flask = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi"]
        for command in (["db", "upgrade"], ["demo", "load"]):
            subprocess.run([*flask, *command], cwd=ROOT, env=env, check=True, capture_output=True)
        cookies = _cookies()
        with _served("tests.bench:bare", env, "/") as floor, _served("wsgi:app", env, "/healthz") as portal:
            print(f"{'page':<45}{'pages/s':>10}{'floor/s':>10}{'ratio':>9}")
            for address, paths in PAGES.items():
                for path in paths:
                    headers = {"Cookie": cookies[address], "Accept-Encoding": "identity"}
                    rounds = [
                        (_rate(portal, path, headers, REQUESTS), _rate(floor, "/", {}, REQUESTS * 5))
                        for _ in range(ROUNDS)
                    ]
                    page = statistics.median(one for one, _ in rounds)
                    base = statistics.median(two for _, two in rounds)
                    ratio = statistics.median(one / two for one, two in rounds)
                    who = address.partition("@")[0] or "visitor"
                    print(f"{who + ' ' + path:<45}{page:>10.1f}{base:>10.1f}{ratio:>9.4f}")


if __name__ == "__main__":
    main()
