"""``python -m tests.journeys.worker_at MOMENT [--once]``: the real mail worker, in a process whose clock was set.

Nothing of the portal knows of it: the process's clock itself is moved, before the portal is imported, and goes on
from there. It shows what the worker does on a day that has not come.
"""

from __future__ import annotations

import sys
from datetime import datetime

import time_machine
from flask.cli import main


def run(moment: str, options: list[str]) -> None:
    """Run ``flask --app wsgi worker`` from this moment (ISO, with its offset) on."""
    with time_machine.travel(datetime.fromisoformat(moment), tick=True):
        sys.argv = ["flask", "--app", "wsgi", "worker", *options]
        main()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
