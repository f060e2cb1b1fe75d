"""A process that has the libraries loaded and forks one pytest a line, so that a mutant costs seconds, not ten.

It never imports the portal or its tests: each fork loads them from the tree that it is given, changed as it is then.
Speaks over its standard input and output: a line of JSON ``{"root", "arguments", "output", "seconds"}`` in, pytest's
exit code out.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

# What the portal and its tests import; what is missing here only costs time.
LIBRARIES = (
    *("_pytest.fixtures", "alembic.command", "argon2", "babel.dates", "cryptography.fernet", "flask", "flask_babel"),
    *("flask_bootstrap", "flask_compress", "flask_limiter", "flask_login", "flask_mail", "flask_migrate"),
    *("flask_sqlalchemy", "flask_talisman", "flask_wtf", "hypothesis", "icalendar", "jinja2", "pytest", "segno"),
    *("simplemma", "sqlalchemy.orm", "stdnum.fi.ytunnus", "time_machine", "wtforms", "xdist.scheduler"),
)


def preload() -> None:
    """Load what does not change from mutant to mutant."""
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue


def run(root: str, arguments: Iterable[str], output: str, seconds: int) -> int:
    """Fork one pytest in a tree; its output goes to a file. Returns its exit code, or less than 0 when it was ended."""
    child = os.fork()
    if child == 0:
        code = 3  # pytest's own for a mistake inside it
        try:
            signal.alarm(seconds)
            os.chdir(root)
            out = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            for stream in (1, 2):
                os.dup2(out, stream)
            sys.path.insert(0, root)
            import pytest

            code = int(pytest.main(list(arguments)))
        finally:
            sys.stdout.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def serve() -> None:
    """Answer until the input ends."""
    preload()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in sys.stdin:
        asked = json.loads(line)
        answers.write(f"{run(asked['root'], asked['arguments'], asked['output'], asked['seconds'])}\n")
        answers.flush()


if __name__ == "__main__":
    # not the tree that this file lies in: a fork takes portal and tests from its own
    here = Path(__file__).resolve().parents[2]
    sys.path[:] = [
        one for one in sys.path if one and Path(one).resolve() not in (here, Path(__file__).parent.resolve())
    ]
    serve()
