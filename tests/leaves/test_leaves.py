"""Who is away, who stands in, and for how long: what the deputy sees, does and is mailed, and what nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from portal import wiring
from portal.accounts import service as accounts_service
from portal.accounts.events import still_theirs
from portal.accounts.models import User
from portal.audit.models import AccessLogEntry, AuditEvent
from portal.candidates import queries as candidates_queries
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.actors import Actor
from portal.core.app import Portal
from portal.core.db import db, new_public_id
from portal.core.errors import Invalid, Missing, Overtaken
from portal.employers.queries import actor_of
from portal.employers.rules import may_edit
from portal.leaves import queries, service
from portal.leaves.mails import COPIED
from portal.leaves.models import Leave
from portal.openings import queries as openings_queries
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.outbox.recipients import recipient_of
from portal.outbox.rendering import build_message
from portal.placements import queries as placements_queries
from portal.placements.models import Placement
from portal.proposals import queries as proposals_queries
from portal.proposals import service as proposals_service
from portal.proposals.states import ProposalState
from tests.factories import accounts, candidates, employers, openings, placements, proposals

ClientFor = Callable[[User], FlaskClient]
TODAY = clock.today()
FIRST, LAST = date(2027, 3, 22), date(2027, 4, 2)  # over the night in which the clocks change

assert wiring.PLACES  # the wiring says who is mailed


class Team:
    """Three coaches and their leader; Anna is the one who goes away, Bo the one who stands in."""

    def __init__(self) -> None:
        self.anna = accounts.coach(name="Anna Borta")
        self.bo, self.eva = (accounts.coach(team_id=self.anna.team_id, name=one) for one in ("Bo Vikarie", "Eva Här"))
        self.leader = accounts.team_leader(team_id=self.anna.team_id)
        self.elsewhere = accounts.coach(name="Olli Muualla")

    def leave(self, first: date = TODAY, last: date | None = None) -> Leave:
        """Anna is away, Bo stands in."""
        return service.arrange(actor_of(self.anna), self.anna, self.bo, first, last or first + timedelta(days=10))


@pytest.fixture
def team(app: Portal) -> Team:
    """A team."""
    return Team()


def at(day: date, hour: int, minute: int = 0) -> time_machine.travel:
    return time_machine.travel(clock.at_local(day, hour, minute), tick=False)


def sees(user: User, candidate: Candidate) -> bool:
    try:
        return candidates_queries.get_for(actor_of(user), candidate.public_id).id == candidate.id
    except Missing:
        return False


def follows(actor: Actor, placement: Placement) -> bool:
    try:
        return placements_queries.get_for(actor, placement.public_id).id == placement.id
    except Missing:
        return False


@pytest.mark.parametrize(
    ("day", "hour", "minute", "there"),
    [
        (FIRST - timedelta(days=1), 23, 59, False),
        (FIRST, 0, 0, True),
        (date(2027, 3, 28), 4, 30, True),
        (LAST, 23, 59, True),
        (LAST + timedelta(days=1), 0, 0, False),
    ],
)
def test_the_deputy_has_the_caseload_from_the_first_day_to_the_last(
    team: Team, day: date, hour: int, minute: int, *, there: bool
) -> None:
    hers, his = candidates.candidate(coach=team.anna), candidates.candidate(coach=team.bo)
    placement = placements.placement(team.anna, candidate=hers)
    with at(FIRST - timedelta(days=30), 9):
        team.leave(FIRST, LAST)
    with at(day, hour, minute):
        assert sees(team.bo, hers) is there
        actor = actor_of(team.bo)
        assert follows(actor, placement) is there
        assert may_edit(actor, employers.employer(coach_id=team.anna.id)) is there
        assert sees(team.anna, hers)
        assert sees(team.bo, his)
        assert not sees(team.anna, his)  # it goes one way
        assert not sees(team.eva, hers)
        assert not sees(team.elsewhere, hers)


def test_the_access_log_says_why(team: Team, client_for: ClientFor) -> None:
    hers, his = candidates.candidate(coach=team.anna), candidates.candidate(coach=team.bo)
    team.leave()
    assert client_for(team.bo).get("/candidates").status_code == 200
    rows = db.session.execute(select(AccessLogEntry.candidate_id, AccessLogEntry.viewer_id, AccessLogEntry.why))
    assert sorted(tuple(row) for row in rows) == sorted(
        [(hers.id, team.bo.id, "deputising"), (his.id, team.bo.id, "own caseload")]
    )


def test_what_the_deputy_proposes_is_the_absent_coachs(team: Team) -> None:
    hers, opening = candidates.candidate(coach=team.anna), openings.opening()
    team.leave()
    draft = proposals_service.draft(
        actor_of(team.bo), candidates_queries.load(hers.id), openings_queries.get(opening.id)
    )
    assert draft.coach_id == team.anna.id
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "proposals.draft")).one()
    assert event.actor_id == team.bo.id


def test_the_deputy_records_what_the_employer_said(team: Team) -> None:
    story = proposals.story(ProposalState.PROPOSED, coach=team.anna)
    with pytest.raises(Missing):
        proposals_queries.get_for(actor_of(team.bo), story.proposal.public_id)
    leave = team.leave()
    proposal = proposals_queries.get_for(actor_of(team.bo), story.proposal.public_id)
    proposals_service.interested(actor_of(team.bo), proposal)
    assert proposals_queries.load(proposal.id).state is ProposalState.INTERESTED
    service.end(actor_of(team.anna), leave)
    with pytest.raises(Missing):
        proposals_queries.get_for(actor_of(team.bo), story.proposal.public_id)


def test_who_moves_to_another_team_stands_in_no_more(team: Team) -> None:
    hers = candidates.candidate(coach=team.anna)
    team.leave()
    assert sees(team.bo, hers)
    team.bo.team_id = team.elsewhere.team_id
    db.session.flush()
    assert not sees(team.bo, hers)
    assert queries.away([team.anna.id]) == {}


# Arranging


def test_who_may_arrange(team: Team) -> None:
    employer = employers.employer_user()
    for user in (team.eva, team.bo, accounts.administrator(), employer, accounts.team_leader()):
        with pytest.raises(Missing):
            service.arrange(actor_of(user), team.anna, team.bo, TODAY, TODAY)
    made = service.arrange(actor_of(team.leader), team.anna, team.bo, TODAY, TODAY)
    assert (made.arranged_by_id, queries.covered_by(team.bo.id)) == (team.leader.id, {team.anna.id})


@pytest.mark.parametrize(
    ("deputy", "first", "last", "field"),
    [
        ("anna", 0, 1, "deputy"),
        ("elsewhere", 0, 1, "deputy"),
        ("leader", 0, 1, "deputy"),
        ("bo", -1, 1, "starts_on"),
        ("bo", 2, 1, "ends_on"),
        ("bo", 0, 400, "ends_on"),
    ],
)
def test_what_cannot_be_arranged_is_said_at_its_field(
    team: Team, deputy: str, first: int, last: int, field: str
) -> None:
    days = [TODAY + timedelta(days=one) for one in (first, last)]
    with pytest.raises(Invalid) as refused:
        service.arrange(actor_of(team.anna), team.anna, getattr(team, deputy), *days)
    assert refused.value.field == field
    assert db.session.scalars(select(Leave)).all() == []


@pytest.mark.parametrize(
    ("who", "deputy", "shift", "field"),
    [
        ("anna", "eva", 10, "starts_on"),  # away already on the last of these days
        ("anna", "eva", 11, None),
        ("eva", "anna", 10, "deputy"),  # who is away stands in for nobody
        ("eva", "anna", 11, None),
        ("bo", "eva", 10, "starts_on"),  # who stands in does not go away
        ("bo", "eva", 11, None),
        ("eva", "bo", 0, None),  # one may stand in for two
    ],
)
def test_a_leave_beside_another(team: Team, who: str, deputy: str, shift: int, field: str | None) -> None:
    team.leave()
    first = TODAY + timedelta(days=shift)
    coach, other = getattr(team, who), getattr(team, deputy)
    if field is None:
        assert service.arrange(actor_of(team.leader), coach, other, first, first).id
        return
    with pytest.raises(Invalid) as refused:
        service.arrange(actor_of(team.leader), coach, other, first, first)
    assert refused.value.field == field


def test_an_ended_leave_is_in_nobodys_way_and_ends_once(team: Team) -> None:
    leave = team.leave()
    service.end(actor_of(team.leader), leave)
    with pytest.raises(Overtaken):
        service.end(actor_of(team.anna), leave)
    assert queries.covered_by(team.bo.id) == frozenset()
    assert team.leave().id != leave.id


def test_the_database_refuses_what_is_no_leave(team: Team) -> None:
    days = {"starts_on": TODAY, "ends_on": TODAY}
    for values in (
        {"coach_id": team.anna.id, "deputy_id": team.anna.id, **days},
        {"coach_id": team.anna.id, "deputy_id": team.bo.id, **days, "ends_on": TODAY - timedelta(days=1)},
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(insert(Leave).values(public_id=new_public_id(), arranged_at=clock.now(), **values))


def test_an_account_is_not_closed_while_it_stands_in(team: Team) -> None:
    team.leave(TODAY + timedelta(days=3))
    assert [sentence for sentence in still_theirs(team.bo) if "Anna Borta" in sentence]
    assert not [sentence for sentence in still_theirs(team.eva) if "stands in" in sentence]


# Mails


def mails(kind: str) -> list[tuple[int | None, int | None]]:
    rows = db.session.scalars(select(Notification).where(Notification.kind == kind).order_by(Notification.id))
    return [(row.user_id, row.for_user_id) for row in rows]


def test_the_deputy_gets_the_mails_too_and_reads_why(team: Team) -> None:
    story = proposals.story(ProposalState.PROPOSED, coach=team.anna)
    leave = team.leave()
    proposals_service.interested(actor_of(story.contact), story.fresh().proposal)
    assert mails("employer_interested") == [(team.anna.id, None), (team.bo.id, team.anna.id)]
    own, copy = db.session.scalars(select(Notification).where(Notification.kind == "employer_interested")).all()
    for row in (own, copy):
        recipient = recipient_of(row)
        assert recipient is not None
        assert KINDS[row.kind].still_due(row)
        text = build_message(row, KINDS[row.kind], recipient).as_string()
        assert ("stand in for Anna Borta" in text) is (row is copy)
    service.end(actor_of(team.anna), leave)
    assert recipient_of(own) is not None
    assert recipient_of(copy) is None


def test_what_is_told_once_is_told_to_both_once(team: Team) -> None:
    story = proposals.story(ProposalState.PROPOSED, coach=team.anna)
    team.leave()
    for _again in range(2):
        accounts_service.ask_for_password(team.anna.email)
    assert {one[0] for one in mails("password_reset")} == {team.anna.id}, "a way into the account"
    proposals_service.decline(actor_of(story.contact), story.fresh().proposal, proposals.DeclineReason.HOURS)
    assert mails("employer_declined") == [(team.anna.id, None), (team.bo.id, team.anna.id)]


def test_no_mail_that_opens_an_account_is_copied() -> None:
    assert set(KINDS) >= COPIED, "a kind that there is not"
    rooms = {KINDS[name].write.__module__.split(".")[1] for name in COPIED}
    assert rooms.isdisjoint({"accounts", "outbox"})


def test_a_copy_is_for_somebody_else(team: Team) -> None:
    story = proposals.story(ProposalState.PROPOSED, coach=team.anna)
    proposals_service.interested(actor_of(story.contact), story.fresh().proposal)
    row = db.session.scalars(select(Notification).where(Notification.kind == "employer_interested")).one()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(Notification).where(Notification.id == row.id).values(for_user_id=team.anna.id))


# Pages


def typed(team: Team, **values: str) -> dict[str, str]:
    return {
        "starts_on": TODAY.isoformat(),
        "ends_on": (TODAY + timedelta(days=4)).isoformat(),
        "deputy": team.bo.public_id,
        **values,
    }


def test_a_coach_arranges_and_comes_back(team: Team, client_for: ClientFor) -> None:
    browser = client_for(team.anna)
    assert "Leaves and deputies" in browser.get("/settings").text
    page = browser.get("/leaves").text
    assert "Bo Vikarie" in page
    assert 'name="coach"' not in page
    assert team.anna.public_id not in page
    assert browser.post("/leaves", data=typed(team)).status_code == 302
    assert "You are away until" in browser.get("/today").text
    assert "You stand in for Anna Borta" in client_for(team.bo).get("/today").text
    assert "You stand in" not in client_for(team.eva).get("/today").text
    (leave,) = db.session.scalars(select(Leave))
    path = f"/leaves/{leave.public_id}/end"
    for user in (team.bo, team.eva, team.elsewhere, accounts.team_leader()):
        assert client_for(user).post(path).status_code == 404
    assert browser.post(path).status_code == 302
    assert browser.post(path).status_code == 404
    assert "You stand in" not in client_for(team.bo).get("/today").text


def test_the_team_leader_arranges_for_any_coach_of_the_team(team: Team, client_for: ClientFor) -> None:
    browser = client_for(team.leader)
    assert "/leaves" in browser.get("/team").text
    assert team.elsewhere.public_id not in browser.get("/leaves").text
    assert browser.post("/leaves", data=typed(team, coach=team.anna.public_id)).status_code == 302
    assert "away now" in browser.get("/leaves").text
    assert "Anna Borta" not in client_for(team.elsewhere).get("/leaves").text


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"ends_on": "soon"}, "ends_on"),
        ({"deputy": ""}, "Fill this in"),
        ({"deputy": "0" * 32}, "deputy"),
        ({"starts_on": "2020-01-01"}, "This day has passed"),
        ({"ends_on": ""}, "Fill this in"),
    ],
)
def test_bad_input_comes_back(team: Team, client_for: ClientFor, values: dict[str, str], says: str) -> None:
    page = client_for(team.anna).post("/leaves", data=typed(team, **values))
    assert page.status_code == 422
    assert says in page.text
    assert f'value="{team.bo.public_id}"' in page.text
    assert db.session.scalars(select(Leave)).all() == []
