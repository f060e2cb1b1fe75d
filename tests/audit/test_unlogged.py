"""An answer that shows somebody, whose rows are undone or never committed: it is not given."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from portal.audit import service as audit
from portal.core.access import public
from portal.core.actors import Actor, Role
from portal.core.db import db
from tests.factories import accounts, candidates


@pytest.mark.parametrize("status", [200, 400, 409, 422])
def test_a_refused_answer_that_shows_somebody_is_not_given(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """A view that forgot to begin again before it showed its page: a mistake of ours, met with 503."""
    coach = accounts.coach()
    person = candidates.candidate(coach=coach).id

    @public
    def view() -> tuple[str, int]:
        audit.saw(Actor(Role.COACH, user_id=coach.id), [person], "candidates.show", "own caseload")
        return "Somebody's name", status

    monkeypatch.setitem(app.view_functions, "core.set_language", view)
    answer = client.post("/language")
    assert answer.status_code == (200 if status == 200 else 503)
    assert ("Somebody's name" in answer.text) is (status == 200)


@pytest.mark.parametrize("fault", [OperationalError, ProgrammingError, IntegrityError])
def test_an_answer_whose_commit_fails_for_whatever_reason_is_not_given(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, fault: type[DBAPIError]
) -> None:
    coach = accounts.coach()
    person = candidates.candidate(coach=coach).id

    def fail() -> None:
        raise fault("COMMIT", {}, Exception("no"))

    @public
    def view() -> str:
        audit.saw(Actor(Role.COACH, user_id=coach.id), [person], "candidates.show", "own caseload")
        monkeypatch.setattr(db.session, "commit", fail)
        return "Somebody's name"

    monkeypatch.setitem(app.view_functions, "core.set_language", view)
    answer = client.post("/language")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Somebody's name" not in answer.text
