"""A team with two coaches, its leader, another team, and a candidate of the first coach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Team as HomeTeam
from portal.accounts.models import User
from portal.audit.models import AccessLogEntry
from portal.candidates.models import Candidate, Identity
from portal.core.actors import Actor
from portal.core.app import Portal
from portal.core.db import db
from portal.employers.queries import actor_of
from tests.factories import accounts, employers
from tests.factories import candidates as factory


@dataclass
class Team:
    """Who is there, and how each is seen by services."""

    coach: User
    colleague: User
    leader: User
    other_leader: User
    administrator: User
    employer: User
    candidate: Candidate
    identity: Identity  # the candidate's
    home: HomeTeam  # of all but ``other_leader``

    def actor(self, user: User) -> Actor:
        """A user as one who acts."""
        return actor_of(user)


@pytest.fixture
def team(app: Portal) -> Team:
    """Saved, so that a request which rolls back undoes its own work alone."""
    coach = accounts.coach(name="Own Coach")
    same = {"team": coach.team, "team_id": coach.team_id}
    candidate = factory.candidate(coach=coach)
    made = Team(
        coach=coach,
        colleague=accounts.coach(name="Other Coach", **same),
        leader=accounts.team_leader(**same),
        other_leader=accounts.team_leader(),
        administrator=accounts.administrator(),
        employer=employers.employer_user(employers.employer()),
        candidate=candidate,
        identity=candidate.identity,
        home=coach.team,
    )
    db.session.commit()
    return made


@pytest.fixture
def as_coach(team: Team, client_for: Callable[[User], FlaskClient]) -> FlaskClient:
    """The candidate's own coach's browser."""
    return client_for(team.coach)


@pytest.fixture
def log(app: Portal) -> Callable[[], list[tuple[int, int | None, str, str]]]:
    """Reads the access log: (candidate, viewer, what, why), oldest first."""

    def read() -> list[tuple[int, int | None, str, str]]:
        rows = db.session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id))
        return [(row.candidate_id, row.viewer_id, row.what, row.why) for row in rows]

    return read
