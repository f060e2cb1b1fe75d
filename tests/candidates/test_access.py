"""Who meets a candidate's pages, and that each showing of an identity is written down, or not given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from portal.accounts.models import User
from portal.audit.models import AccessLogEntry
from portal.candidates import queries
from portal.candidates.models import Candidate
from portal.core.db import db
from portal.core.errors import Missing
from tests.candidates.conftest import Team
from tests.factories import candidates as factory

Log = Callable[[], list[tuple[int, int | None, str, str]]]
Browser = Callable[[User], FlaskClient]

PAGES = ("", "/identity", "/profile", "/plan", "/notes", "/looks")
STRANGERS = ("colleague", "other_leader", "administrator", "employer")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_meet_no_page_and_leave_no_trace(
    team: Team, client_for: Browser, log: Log, who: str, page: str
) -> None:
    browser = client_for(getattr(team, who))
    answer = browser.get(f"/candidates/{team.candidate.public_id}{page}")
    absent = browser.get(f"/candidates/{'0' * 32}{page}")
    assert (answer.status_code, absent.status_code) == (404, 404)
    assert team.identity.last_name not in answer.text
    assert log() == []


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("address", ["assign", "identity", "profile", "plan", "notes", "step/study"])
def test_strangers_change_nothing(team: Team, client_for: Browser, who: str, address: str) -> None:
    before = _everything(team.candidate)
    answer = client_for(getattr(team, who)).post(
        f"/candidates/{team.candidate.public_id}/{address}",
        data={"text": "x", "first_name": "X", "last_name": "Y", "version": "1", "coach": team.colleague.public_id},
    )
    assert answer.status_code == 404
    assert _everything(team.candidate) == before


def _everything(candidate: Candidate) -> list[Any]:
    tables = ("candidates", "identities", "profiles", "disclosure_plans", "candidate_notes", "phase_changes")
    metadata = db.metadata.tables
    return [db.session.execute(select(metadata[name]).order_by(*metadata[name].primary_key)).all() for name in tables]


@pytest.mark.parametrize("page", ["", *(f"/X{page}" for page in PAGES), "/new"])
def test_nobody_signed_in_is_asked_to_sign_in(team: Team, client: FlaskClient, page: str) -> None:
    answer = client.get("/candidates" + page.replace("X", team.candidate.public_id))
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("who", ["administrator", "employer"])
@pytest.mark.parametrize("page", ["", "/new"])
def test_others_have_no_list(team: Team, client_for: Browser, who: str, page: str) -> None:
    assert client_for(getattr(team, who)).get(f"/candidates{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("who", "why"), [("coach", "own caseload"), ("leader", "own team")])
def test_each_showing_is_one_row(team: Team, client_for: Browser, log: Log, who: str, why: str, page: str) -> None:
    viewer = getattr(team, who)
    answer = client_for(viewer).get(f"/candidates/{team.candidate.public_id}{page}")
    assert answer.status_code == 200
    assert team.identity.full_name in answer.text
    what = f"candidates.{page.strip('/') or 'show'}"
    assert log() == [(team.candidate.id, viewer.id, what, why)]


def test_a_list_writes_one_row_for_each_it_shows(team: Team, client_for: Browser, log: Log) -> None:
    others = [factory.candidate(coach=team.coach).identity for _ in range(3)]
    hidden = factory.candidate(coach=team.colleague).identity
    db.session.commit()
    answer = client_for(team.coach).get("/candidates")
    assert all(one.full_name in answer.text for one in others)
    assert hidden.full_name not in answer.text
    expected = {team.candidate.id, *(one.candidate_id for one in others)}
    assert sorted(row[0] for row in log()) == sorted(expected)
    assert {row[1:] for row in log()} == {(team.coach.id, "candidates.index", "own caseload")}


def test_a_search_logs_those_it_shows_alone(team: Team, client_for: Browser, log: Log) -> None:
    wanted = factory.candidate(coach=team.coach, identity={"first_name": "Örjan", "last_name": "Ängsback"})
    db.session.commit()
    answer = client_for(team.coach).get("/candidates?search=angsback+ORJAN")
    assert "Örjan Ängsback" in answer.text
    assert team.identity.full_name not in answer.text
    assert [row[0] for row in log()] == [wanted.id]


def test_a_form_that_comes_back_is_logged_too(team: Team, as_coach: FlaskClient, log: Log) -> None:
    answer = as_coach.post(f"/candidates/{team.candidate.public_id}/notes", data={"text": ""})
    assert answer.status_code == 422
    assert team.identity.full_name in answer.text
    assert [row[2] for row in log()] == ["candidates.notes"]


@pytest.mark.parametrize("page", [*(f"/X{page}" for page in PAGES), ""])
def test_when_the_log_cannot_be_written_no_identity_is_served(team: Team, as_coach: FlaskClient, page: str) -> None:
    engine = db.engine

    def fail(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.upper().startswith("INSERT INTO ACCESS_LOG"):
            raise OperationalError(statement, parameters, Exception("disk full"))

    event.listen(engine, "before_cursor_execute", fail)
    try:
        answer = as_coach.get("/candidates" + page.replace("X", team.candidate.public_id))
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    assert answer.status_code == 503
    for private in (team.identity.first_name, team.identity.last_name):
        assert private not in answer.text
    assert db.session.scalar(select(func.count()).select_from(AccessLogEntry)) == 0


def test_names_are_for_those_who_may_see_them(team: Team, log: Log) -> None:
    ids = [team.candidate.id]
    assert queries.names(team.actor(team.coach), ids, "x") == {team.candidate.id: team.identity.full_name}
    for who in STRANGERS:
        assert queries.names(team.actor(getattr(team, who)), ids, "x") == {}
    assert len(log()) == 1


@pytest.mark.parametrize("who", ["administrator", "employer"])
def test_no_query_answers_other_roles(team: Team, who: str) -> None:
    actor = team.actor(getattr(team, who))
    for ask in (queries.caseload, queries.phase_counts, queries.caseload_sizes):
        with pytest.raises(Missing):
            ask(actor)
    with pytest.raises(Missing):
        queries.looks(actor, team.candidate, 1)
    with pytest.raises(Missing):
        queries.identity_of(actor, team.candidate, "x")
    with pytest.raises(Missing):
        queries.notes(actor, team.candidate, 1)


def test_who_has_looked_is_told(team: Team, client_for: Browser) -> None:
    client_for(team.leader).get(f"/candidates/{team.candidate.public_id}/notes")
    answer = client_for(team.coach).get(f"/candidates/{team.candidate.public_id}/looks")
    for words in (team.leader.name, "Name and notes", "Own team", team.coach.name, "Own caseload"):
        assert words in answer.text


def test_mail_goes_where_the_candidate_is_written_to(team: Team) -> None:
    recipient = queries.recipient(team.candidate.id)
    assert recipient is not None
    assert (recipient.address, recipient.name) == (team.identity.email, "")
    without = factory.candidate(coach=team.coach, identity={"email": ""})
    assert queries.recipient(without.id) is None
    assert queries.recipient(10**6) is None
