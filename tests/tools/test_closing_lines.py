"""The reader of `make test`'s output that keeps a skipped test or a missing run from passing for success."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.either_database

PROGRAM = Path(__file__).resolve().parents[2] / "tools" / "closing-lines"
CLEAN = "======= 31 passed, 4 deselected, 2 warnings in 75.01s (0:01:15) ======="


def read(sqlite: str | None, postgres: str | None) -> subprocess.CompletedProcess[str]:
    output = ["--- ruff check --quiet ."]
    for database, line in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        if line is not None:
            output += [f"--- Tests on {database}", "created: 2/2 workers", line]
    return subprocess.run(
        [sys.executable, PROGRAM], input="\n".join(output), capture_output=True, text=True, check=False
    )


def test_two_clean_runs_pass_and_their_closing_lines_are_shown() -> None:
    done = read(CLEAN, "\x1b[32m==== \x1b[1m7 passed\x1b[0m in 2.00s ====\x1b[0m")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "SQLite: 31 passed, 4 deselected, 2 warnings in 75.01s (0:01:15)",
        "PostgreSQL: 7 passed in 2.00s",
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("==== 30 passed, 1 skipped in 2.01s ====", "1 skipped"),
        ("==== 1 failed, 30 passed in 2.01s ====", "1 failed"),
        ("==== 30 passed, 1 xfailed in 2.01s ====", "1 xfailed"),
        ("==== 30 passed, 2 errors in 2.01s ====", "2 errors"),
        ("==== 4 deselected in 0.01s ====", "ran no tests"),
        ("==== no tests ran in 0.01s ====", "ran no tests"),
        ("make: *** [Makefile:30: test-sqlite] Error 2", "did not run to its end"),
        (None, "did not run to its end"),
    ],
)
@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_anything_but_passes_is_refused_on_either_database(database: str, line: str | None, why: str) -> None:
    done = read(line, CLEAN) if database == "SQLite" else read(CLEAN, line)
    assert done.returncode == 1
    assert done.stderr == f"Not accepted: {database}: {why}.\n"
