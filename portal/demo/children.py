"""Child processes that live and end together; what they say goes to log files."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 10
POLL_SECONDS = 0.1
TAIL_LINES = 20


class Stopped(Exception):
    """Somebody asked to stop while something was awaited."""


@dataclass(frozen=True)
class Child:
    """One running program: its name for people, its process and where its words go."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def ended(self) -> bool:
        """Whether the program is no longer running."""
        return self.process.poll() is not None


@dataclass
class Family:
    """The programs that were started, in that order."""

    root: Path
    logs: Path
    children: list[Child] = field(default_factory=list)

    def run(self, name: str, command: Sequence[str], environ: Mapping[str, str], stop: threading.Event) -> Child:
        """Run a program to its end; its status is in `process.returncode`. Stopped when told to before."""
        child = self.start(name, command, environ)
        while not child.ended():
            if stop.wait(POLL_SECONDS):
                raise Stopped
        self.children.remove(child)
        return child

    def start(
        self, name: str, command: Sequence[str], environ: Mapping[str, str], pass_fds: Sequence[int] = ()
    ) -> Child:
        """Start a program in the family; its output replaces the log of the last time."""
        log = self.logs / f"{name.replace(' ', '-')}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                list(command),
                cwd=self.root,
                env={**environ, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
                # Ctrl-C at the terminal must reach the parent alone, which ends the others in order.
                start_new_session=True,
                # Safe here: this program has one thread.
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        child = Child(name, process, log)
        self.children.append(child)
        return child

    def first_ended(self) -> Child | None:
        """The first program that is no longer running; None while all run."""
        return next((child for child in self.children if child.ended()), None)

    def stop(self) -> None:
        """End all, the last started first: what the others need goes last. What does not listen is forced."""
        for child in reversed(self.children):
            if not child.ended():
                child.process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(STOP_SECONDS)
            # The program's own children, and the program itself when it did not listen.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
        self.children.clear()


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log; empty when there is none."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _end_with_parent() -> None:
    """Ask the kernel to end this process when the parent is killed: nothing is left behind (prctl(2))."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
