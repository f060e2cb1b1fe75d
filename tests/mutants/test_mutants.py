"""The tables of mutants fit the code and leave no check out; under the marker slow, a test notices each of them.

What a table says is taken away stands in the code exactly once, the tests that it names exist, and every guard of a
table of states, every check of the listed functions, every row of the access log and every text that is read has one.
"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from tests.conftest import COLLECTED
from tests.mutants import runner
from tests.mutants.mutant import ROOT, Mutant, Stale, mutated
from tests.mutants.table import HARMLESS, LOOK_UPS, MUTANTS, WALLS

pytestmark = pytest.mark.either_database

ROOMS_WITH_GUARDS = {path.parent.name for path in (ROOT / "portal").glob("*/rules.py") if "GUARDS:" in path.read_text()}
# What writes to the access log, and what reads a text before it leaves: each call is taken away by some entry.
CALLS = (
    r"\baudit\.saw\(",
    r"\bnotes_shown\(",
    r"\b_log_showing\(",
    r"\bguarding\.refuse\(",
    r"\bguarding\.refuse_of\(",
)

Span = tuple[int, int]


@cache
def _text(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def _touched(file: str) -> list[Span]:
    """The lines of a file that some entry takes away or changes."""
    spans = []
    for mutant in MUTANTS:
        for one in mutant.edits:
            if one.file == file and one.old in _text(file):
                start = _text(file).index(one.old)
                first = _text(file).count("\n", 0, start) + 1
                spans.append((first, first + one.old.rstrip("\n").count("\n")))
    return spans


def _is_touched(file: str, span: Span) -> bool:
    return any(first <= span[1] and span[0] <= last for first, last in _touched(file))


def _functions(file: str, name: str) -> list[ast.FunctionDef]:
    tree = ast.parse(_text(file))
    return [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name == name]


def _checks(function: ast.FunctionDef) -> Iterator[Span]:
    """The lines of each condition that refuses or answers, and of each answer that hangs on none."""
    inside: set[ast.AST] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.If) and any(isinstance(one, ast.Raise | ast.Return) for one in node.body):
            inside.update(node.body)
            yield node.test.lineno, node.body[-1].end_lineno or node.lineno
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node not in inside:
            yield node.lineno, node.end_lineno or node.lineno


def _is_harmless(file: str, function: str, span: Span) -> bool:
    lines = "\n".join(_text(f"portal/{file}").split("\n")[span[0] - 1 : span[1]])
    return any((where, name) == (file, function) and piece in lines for where, name, piece in HARMLESS)


def test_names_are_there_once() -> None:
    assert [name for name, count in Counter(one.name for one in MUTANTS).items() if count > 1] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_an_entry_fits_the_code(mutant: Mutant) -> None:
    """Its old text stands there exactly once, something changes, and what comes out is Python."""
    assert mutant.tests
    for one in mutant.edits:
        assert one.old != one.new
        text = mutated(one)
        assert one.file.endswith(".html") or ast.parse(text)


def test_every_selected_test_exists(pytestconfig: pytest.Config) -> None:
    here = pytestconfig.stash[COLLECTED]
    elsewhere = [one for one in runner.selections(MUTANTS) if one not in here]
    if not elsewhere:  # as in a whole run
        return
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:xdist", "-p", "no:playwright"]
    answer = subprocess.run([*command, *elsewhere], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout[-2000:] + answer.stderr[-2000:]


def test_every_guard_of_every_room_has_its_mutant() -> None:
    named = {
        f"{room}.{name}"
        for room in ROOMS_WITH_GUARDS
        for name in importlib.import_module(f"portal.{room}.rules").GUARDS
    }
    assert {one.guard for one in MUTANTS} - {""} == named
    assert len(ROOMS_WITH_GUARDS) >= 5


@pytest.mark.parametrize(("file", "name"), WALLS)
def test_every_check_of_the_walls_has_its_mutant(file: str, name: str) -> None:
    found = _functions(f"portal/{file}", name)
    assert found, "the function is gone"
    left = [
        span
        for function in found
        for span in _checks(function)
        if not _is_touched(f"portal/{file}", span) and not _is_harmless(file, name, span)
    ]
    assert left == [], "lines whose check nobody takes away"


@pytest.mark.parametrize(("file", "name"), LOOK_UPS)
def test_every_look_up_is_tried_without_its_condition(file: str, name: str) -> None:
    (function,) = _functions(f"portal/{file}", name)
    assert _is_touched(f"portal/{file}", (function.body[0].lineno, function.end_lineno or function.lineno))


@pytest.mark.parametrize("call", CALLS)
def test_every_call_that_logs_or_reads_has_its_mutant(call: str) -> None:
    left, met = [], 0
    for path in sorted((ROOT / "portal").rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(_text(file).split("\n"), start=1):
            if re.search(call, line) and not line.lstrip().startswith("def "):
                met += 1
                if not _is_touched(file, (number, number)):
                    left.append(f"{file}:{number}")
    assert left == []
    assert met


def test_what_is_harmless_is_still_there() -> None:
    for file, name, piece in HARMLESS:
        spans = [span for function in _functions(f"portal/{file}", name) for span in _checks(function)]
        assert any(_is_harmless(file, name, span) for span in spans), (file, name, piece)


def test_a_stale_entry_is_told() -> None:
    mutant = MUTANTS[0]
    with pytest.raises(Stale):
        mutated(type(mutant.edits[0])(mutant.edits[0].file, "no such line", ""))


@pytest.mark.slow
def test_a_test_notices_every_mutant() -> None:
    results = runner.run_all(MUTANTS)
    print(runner.figure(results))
    assert [f"{one.mutant.name}: {one.problem}" for one in results if one.problem] == []
