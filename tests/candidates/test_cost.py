"""Pages ask the database the same number of questions at 10 and at 1,000 rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.accounts.models import User
from portal.audit.models import AccessLogEntry
from portal.candidates.models import Note, PhaseChange
from portal.candidates.states import Phase
from portal.core.actors import Role
from portal.core.db import db
from tests.candidates.conftest import Team
from tests.factories import candidates as factory


@contextmanager
def _counted() -> Iterator[list[str]]:
    asked: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", count)


def _grow(team: Team, rows: int) -> None:
    """More of everything that the pages list."""
    for number in range(rows):
        factory.candidate(coach=(team.coach, team.colleague, team.coach)[number % 3])
    mine = team.candidate.id
    db.session.add_all(Note(candidate_id=mine, author_id=team.coach.id, text=f"Note {n}") for n in range(rows))
    db.session.add_all(
        AccessLogEntry(viewer_role=Role.COACH, viewer_id=team.coach.id, candidate_id=mine, what="x", why="y")
        for _ in range(rows)
    )
    db.session.add_all(
        PhaseChange(candidate_id=mine, phase=Phase.SEARCHING, by_id=team.coach.id) for _ in range(min(rows, 50))
    )
    db.session.commit()


PAGES = ("", "?search=k", "/X", "/X/profile", "/X/plan", "/X/notes", "/X/looks")


@pytest.mark.either_database  # the same statements
def test_statements_do_not_grow(team: Team, client_for: Callable[[User], FlaskClient]) -> None:
    """For the coach and for the team leader, among the same rows: making a thousand people costs the most."""
    address = {page: "/candidates" + page.replace("X", team.candidate.public_id) for page in PAGES}

    def asked() -> dict[tuple[str, str], int]:
        counts = {}
        for who, user in (("coach", team.coach), ("leader", team.leader)):
            browser = client_for(user)
            for page, path in address.items():
                with _counted() as statements:
                    assert browser.get(path).status_code == 200
                counts[who, page] = len(statements)
        return counts

    _grow(team, 10)
    few = asked()
    _grow(team, 990)
    assert asked() == few
    assert max(few.values()) <= 20, few
