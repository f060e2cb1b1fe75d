"""The portal as ``flask --app tests.outbox.program worker`` runs it, with the one kind of mail that the tests queue.

As a program of its own (``python -m tests.outbox.program``) it is loaded once and forks a process for each line that
it reads: ``start OPTIONS`` a worker, ``serve`` a web server on one socket that stays open, each answered with the
process id; ``wait ID`` is answered with its exit status, negative for a signal, ``port`` with the socket's port. With
``die=N`` among the options the process kills itself at its so-manieth step in the database; with ``lease=S`` its claims
run out after so many seconds.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import request
from flask.cli import ScriptInfo
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from config import Config
from portal import create_app
from portal.core.app import Portal
from portal.outbox import claims, jobs
from portal.outbox.cli import worker
from portal.outbox.letters import mail_kind
from tests.outbox.kit import BREAKS, is_due, write_proposed

mail_kind("test_proposed", write_proposed, still_due=is_due)

app = create_app(replace(Config.from_environ(), throttles=False, extra={"WTF_CSRF_ENABLED": False}))
jobs.JOBS.clear()  # the features' jobs have tests of their own

# Before and after each statement, each commit and each roll-back: every instant that can be told apart.
STEPS = (
    (Engine, "begin"),
    (Engine, "before_cursor_execute"),
    (Engine, "after_cursor_execute"),
    (Engine, "commit"),
    (Session, "after_commit"),
    (Engine, "rollback"),
    (Session, "after_rollback"),
)


def _die_at(step: int) -> None:
    left = step

    def count(*_arguments: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for target, name in STEPS:
        event.listen(target, name, count)


def _break_commits_that_ask_for_it() -> None:
    """A request with this header meets a commit that fails, after all of it was done."""
    commit = Portal._commit

    def breaking() -> None:
        if BREAKS in request.headers:
            raise RuntimeError("the commit fails")
        commit()

    Portal._commit = staticmethod(breaking)  # type: ignore[method-assign]  # in this program alone


def _fork(options: list[str], run: Callable[[list[str]], None]) -> int:
    process_id = os.fork()
    if process_id == 0:
        status = 1
        try:
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nowhere, stream)
            for option in [one for one in options if "=" in one]:
                options.remove(option)
                name, _, value = option.partition("=")
                if name == "die":
                    _die_at(int(value))
                else:
                    claims.LEASE = timedelta(seconds=float(value))
            run(options)
            status = 0
        finally:
            os._exit(status)  # the parent's loop is not the child's
    return process_id


def _work(options: list[str]) -> None:
    worker.main(args=options, obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)


def _serve(listening: socket.socket) -> Callable[[list[str]], None]:
    def run(_options: list[str]) -> None:
        _break_commits_that_ask_for_it()
        make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno()).serve_forever()

    return run


def _wait(process_id: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1])


def main() -> None:
    """Serve the lines of standard input until it ends."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=100)
    for line in sys.stdin:
        verb, *words = line.split()
        answers = {
            "start": lambda words: _fork(words, _work),
            "serve": lambda words: _fork(words, _serve(listening)),
            "wait": lambda words: _wait(int(words[0])),
            "port": lambda _words: listening.getsockname()[1],
        }
        print(answers[verb](words), flush=True)


if __name__ == "__main__":
    main()
