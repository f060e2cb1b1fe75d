"""One commit a request, in one place; the worker's and the commands' are the others."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.either_database

ROOT = Path(__file__).parent.parent.parent

# Who may end a transaction: the request's unit of work, the worker's claims, jobs and seals, the commands. By hand.
COMMITS = {
    "core/app.py",
    "core/rotation.py",
    "outbox/claims.py",
    "outbox/jobs.py",
    "accounts/cli.py",
    "audit/cli.py",
    "audit/sealing.py",
    "privacy/jobs.py",
    "privacy/purge.py",
    "privacy/reapply.py",
    "demo/cli.py",
}


def _calls(source: str) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_only_these_commit() -> None:
    found = {
        path.relative_to(ROOT / "portal").as_posix()
        for path in (ROOT / "portal").rglob("*.py")
        if "commit" in _calls(path.read_text(encoding="utf-8"))
    }
    assert found == COMMITS
