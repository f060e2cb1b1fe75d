"""The portal as ``flask --app tests.outbox.program worker`` runs it, with the one kind of mail that the tests queue.

As a program of its own (``python -m tests.outbox.program``) it is loaded once and forks a worker for each line that it
reads: ``start OPTIONS`` answers with the worker's process id, ``wait ID`` with its exit status, negative for a signal.
"""

from __future__ import annotations

import os
import sys

from flask.cli import ScriptInfo

from portal import create_app
from portal.outbox import jobs
from portal.outbox.cli import worker
from portal.outbox.letters import mail_kind
from tests.outbox.kit import write_proposed

mail_kind("test_proposed", write_proposed)

app = create_app()
jobs.JOBS.clear()  # the features' jobs have tests of their own


def _start(options: list[str]) -> int:
    process_id = os.fork()
    if process_id == 0:
        status = 1
        try:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 0)
            os.dup2(nowhere, 1)
            worker.main(args=options, obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)
            status = 0
        finally:
            os._exit(status)  # the parent's loop is not the worker's
    return process_id


def _wait(process_id: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1])


def main() -> None:
    """Serve the lines of standard input until it ends."""
    for line in sys.stdin:
        verb, *words = line.split()
        print(_start(words) if verb == "start" else _wait(int(words[0])), flush=True)


if __name__ == "__main__":
    main()
