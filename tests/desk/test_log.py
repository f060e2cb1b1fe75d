"""Who has looked at whom: the team's log for its leader, the access log without names for the administrator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from portal.accounts.models import User
from portal.audit import queries
from portal.audit.models import AccessLogEntry
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from tests.counting import statements
from tests.factories import accounts, candidates, employers

Signed = Callable[[User], FlaskClient]


def looked(viewer: User, candidate: Candidate, what: str = "candidates.notes", *, days: float = 0.1) -> None:
    """A row of the access log."""
    row = {"viewer_role": viewer.role, "viewer_id": viewer.id, "candidate_id": candidate.id, "why": "own caseload"}
    db.session.execute(insert(AccessLogEntry), [{**row, "what": what, "at": clock.now() - timedelta(days=days)}])


class Team:
    """A leader, a coach with a candidate, and somebody of another team; each has looked at the own one."""

    def __init__(self) -> None:
        self.coach = accounts.coach(name="Coach Of Ours")
        self.leader = accounts.team_leader(team_id=self.coach.team_id, name="Leader Of Ours")
        self.candidate = candidates.candidate(coach=self.coach, identity=_called("Sanelma", "Kinnarinen"))
        self.other_coach = accounts.coach(name="Coach Of Theirs")
        self.other = candidates.candidate(coach=self.other_coach, identity=_called("Torolf", "Wikblad"))
        self.contact = employers.employer_user(name="Contact Person")
        looked(self.coach, self.candidate)
        looked(self.other_coach, self.other)
        db.session.commit()


def _called(first: str, last: str) -> dict[str, str]:
    return {"first_name": first, "last_name": last}


@pytest.fixture
def team(app: Portal) -> Team:
    return Team()


def _written(what: str) -> list[int]:
    query = select(AccessLogEntry.candidate_id).where(AccessLogEntry.what == what).order_by(AccessLogEntry.id)
    return list(db.session.scalars(query))


def test_the_leader_reads_who_looked_at_whom_and_what_in_words(team: Team, client_for: Signed) -> None:
    page = client_for(team.leader).get("/team/log").text
    for words in ("Coach Of Ours", "Sanelma Kinnarinen", "Name and notes", "Own caseload"):
        assert words in page
    for words in ("Coach Of Theirs", "Torolf", "Wikblad", "candidates.notes"):
        assert words not in page


def test_looks_of_others_at_the_own_and_of_the_own_at_others_are_both_there(team: Team, client_for: Signed) -> None:
    looked(team.contact, team.candidate, "proposals.show")
    looked(team.coach, team.other)
    db.session.commit()
    page = client_for(team.leader).get("/team/log").text
    assert "Contact Person" in page
    assert "A candidate of another team" in page
    assert "Torolf" not in page


def test_reading_it_is_written_down_and_does_not_fill_it(team: Team, client_for: Signed) -> None:
    looked(team.coach, team.candidate)
    db.session.commit()
    browser = client_for(team.leader)
    first = browser.get("/team/log").text
    assert _written("desk.team_log") == [team.candidate.id]
    assert "2 looks" in first
    assert "2 looks" in browser.get("/team/log").text
    with_readings = browser.get("/team/log?readings=1").text
    assert "4 looks" in with_readings
    assert "The team&#39;s log" in with_readings


def test_filters_narrow_it_and_stay_in_the_address(team: Team, client_for: Signed) -> None:
    second = candidates.candidate(coach=team.coach, identity=_called("Pihla", "Huuskola"))
    looked(team.leader, second, "candidates.show")
    looked(team.coach, second, "candidates.plan", days=100)
    db.session.commit()
    browser = client_for(team.leader)
    assert "2 looks" in browser.get("/team/log").text
    by_person = browser.get(f"/team/log?person={team.coach.public_id}").text
    assert "1 look" in by_person
    assert "Pihla" not in by_person
    by_candidate = browser.get(f"/team/log?candidate={second.public_id}&days=365").text
    assert "2 looks" in by_candidate
    assert "Sanelma" not in by_candidate
    assert f"candidate={second.public_id}" in by_candidate
    assert "1 look<" in browser.get(f"/team/log?candidate={second.public_id}&days=7").text
    nobody = browser.get(f"/team/log?candidate={team.candidate.public_id}&person={team.leader.public_id}").text
    assert "Nobody has looked" in nobody


def test_what_is_not_the_leaders_is_as_absent_as_what_does_not_exist(team: Team, client_for: Signed) -> None:
    browser = client_for(team.leader)
    for query in (f"candidate={team.other.public_id}", f"candidate={'0' * 32}", "days=31", "days=x", "page=9"):
        assert browser.get(f"/team/log?{query}").status_code == 404, query


def test_the_administrator_reads_all_of_it_without_a_name(team: Team, client_for: Signed) -> None:
    before = len(_written("desk.team_log"))
    page = client_for(accounts.administrator()).get("/log").text
    assert "Coach Of Ours" in page
    assert "Coach Of Theirs" in page
    for private in ("Sanelma", "Kinnarinen", "Torolf", "Wikblad"):
        assert private not in page
    assert team.candidate.public_id[:8] in page
    narrowed = client_for(accounts.administrator()).get(f"/log?candidate={team.other.public_id}").text
    assert "Coach Of Ours" not in narrowed
    assert len(_written("desk.team_log")) == before


def test_a_row_outlives_the_candidate(team: Team, client_for: Signed) -> None:
    row = {"viewer_role": Role.COACH, "viewer_id": team.coach.id, "candidate_id": 987_654, "what": "x", "why": "y"}
    db.session.execute(insert(AccessLogEntry), [row])
    db.session.commit()
    assert "erased" in client_for(accounts.administrator()).get("/log").text
    assert "A candidate of another team" in client_for(team.leader).get("/team/log").text


def test_statements_do_not_grow_with_rows(team: Team, client_for: Signed) -> None:
    counts = []
    for _round in range(2):
        browser = client_for(team.leader)
        browser.get("/team/log")
        with statements() as seen:
            assert browser.get("/team/log").status_code == 200
        counts.append(len(seen))
        for _number in range(20):
            person = candidates.candidate(coach=team.coach)
            looked(team.coach, person)
        db.session.commit()
    assert counts[0] == counts[1]


def test_the_extract_lists_every_look_and_writes_none(team: Team) -> None:
    looked(team.contact, team.candidate, "proposals.show", days=3)
    db.session.commit()
    found = queries.looks_at(team.candidate.id)
    assert [(one.viewer_id, one.what) for one in found] == [
        (team.contact.id, "proposals.show"),
        (team.coach.id, "candidates.notes"),
    ]
    assert len(queries.looks_at(team.candidate.id)) == 2
