"""Runs mutants one after the other on a copy of the tree: apply, run the selection, look why it failed, undo.

``python -m tests.mutants.runner [words of names]`` runs those whose name holds one of the words, all without words.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.mutant import ROOT, Mutant, mutated
from tests.mutants.table import MUTANTS

_LEFT_BEHIND = shutil.ignore_patterns(".*", "var", "__pycache__", "node_modules", "test-results", "*.db", "*.db-*")
_FAILED = re.compile(r"^FAILED \S.*? - (.*)$", re.MULTILINE)
_ASSERTED = ("AssertionError", "assert ", "Failed: ")
_AT_MOST = 10 * 60  # seconds; beyond it a run is ended


@dataclass(frozen=True)
class Result:
    """What became of one mutant. ``problem`` is empty when a test noticed it."""

    mutant: Mutant
    problem: str
    seconds: float


@dataclass(frozen=True)
class Answer:
    """What pytest said."""

    code: int
    output: str


class Copy:
    """A copy of the tree in which files are changed for a while."""

    def __init__(self, root: Path, forks: subprocess.Popen[str]) -> None:
        self.root = root
        self._forks = forks
        self._stamp = time.time() - 86_400

    @contextmanager
    def with_mutant(self, mutant: Mutant) -> Iterator[None]:
        """The check is away inside. :raises Stale: when its text is not there exactly once."""
        texts = {one.file: (self.root / one.file).read_text(encoding="utf-8") for one in mutant.edits}
        try:
            for one in mutant.edits:
                self._write(self.root / one.file, mutated(one, self.root))
            yield
        finally:
            for file, text in texts.items():
                self._write(self.root / file, text)

    def _write(self, path: Path, text: str) -> None:
        """Write with a time of its own, so that Python never takes the code compiled from the text before."""
        path.write_text(text, encoding="utf-8")
        self._stamp += 2
        os.utime(path, (self._stamp, self._stamp))

    def pytest(self, *chosen: str) -> Answer:
        """Run pytest in the copy, in a fork of a process that has the libraries loaded."""
        output = self.root.parent / "output.txt"
        quiet = ["-q", "-x", "--tb=short", "-rf", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:playwright"]
        quiet += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what the process has loaded
        asked = {"root": str(self.root), "arguments": [*quiet, *chosen], "output": str(output), "seconds": _AT_MOST}
        if self._forks.stdin is None or self._forks.stdout is None:
            raise RuntimeError("the process was begun without its lines")
        self._forks.stdin.write(json.dumps(asked) + "\n")
        self._forks.stdin.flush()
        code = int(self._forks.stdout.readline())
        return Answer(code, output.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def copied() -> Iterator[Copy]:
    """A copy of the tree in a temporary folder, with a process to run its tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        root = Path(folder) / "tree"
        shutil.copytree(ROOT, root, ignore=_LEFT_BEHIND)
        forks = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("forks.py"))],
            cwd=folder,
            env={**kept, "COLUMNS": "1000"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with forks:
            try:
                yield Copy(root, forks)
            finally:
                if forks.stdin is not None:
                    forks.stdin.close()


def selections(mutants: Iterable[Mutant]) -> list[str]:
    """Every test that a mutant names, once."""
    return sorted({test for mutant in mutants for test in mutant.tests})


def green_before(copy: Copy, mutants: Iterable[Mutant]) -> str:
    """Why the selections do not pass on the code as it is; empty when they do."""
    answer = copy.pytest(*selections(mutants))
    return "" if answer.code == 0 else answer.output[-4000:]


def run(copy: Copy, mutant: Mutant) -> Result:
    """Take the check away and see whether a test notices."""
    began = time.monotonic()
    with copy.with_mutant(mutant):
        answer = copy.pytest(*mutant.tests)
    return Result(mutant, _problem(mutant, answer), time.monotonic() - began)


def _problem(mutant: Mutant, answer: Answer) -> str:
    if answer.code == 0:
        return "nobody noticed"
    failures = _FAILED.findall(answer.output)
    if answer.code != 1 or not failures:
        return f"it did not run: {answer.output[-1500:]}"
    wanted = (mutant.fails_with,) if mutant.fails_with else _ASSERTED
    if not all(one.startswith(wanted) for one in failures):
        return f"it failed otherwise: {failures}"
    return ""


def run_all(mutants: Iterable[Mutant], *, check: bool = True) -> list[Result]:
    """Run mutants one after the other. :raises AssertionError: when a selection is red without any."""
    chosen = list(mutants)
    results = []
    with copied() as copy:
        if check and (why := green_before(copy, chosen)):
            raise AssertionError(f"red before anything was taken away:\n{why}")
        for mutant in chosen:
            result = run(copy, mutant)
            results.append(result)
            outcome = "ALIVE" if result.problem else "killed"
            print(f"{outcome}  {result.seconds:4.1f} s  {mutant.name}  {result.problem}", flush=True)
    return results


def figure(results: Iterable[Result]) -> str:
    """The line that the promise quotes."""
    rows = list(results)
    return f"{len(rows)} mutants, {sum(not row.problem for row in rows)} killed"


if __name__ == "__main__":
    words = sys.argv[1:]
    found = run_all(one for one in MUTANTS if not words or any(word in one.name for word in words))
    print(figure(found))
    sys.exit(any(row.problem for row in found))
