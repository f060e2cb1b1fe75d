"""The table of phases, both ways: each row does what it says for those who may, everything else is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.candidates import mails, rules, service
from portal.candidates.models import Candidate, PhaseChange
from portal.candidates.states import PHASES, Phase
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import Invalid, Refused
from tests.candidates.conftest import Team
from tests.factories import accounts
from tests.factories import candidates as factory

VERBS = [verb for verb in PHASES.verbs if verb != "refer"]
Queue = Callable[[], list[tuple[str, str]]]


def _actors(team: Team) -> dict[Role, Actor]:
    return {
        Role.COACH: team.actor(team.coach),
        Role.TEAM_LEADER: team.actor(team.leader),
        Role.EMPLOYER: team.actor(team.employer),
        Role.ADMINISTRATOR: team.actor(team.administrator),
        Role.CANDIDATE: Actor(Role.CANDIDATE, candidate_id=team.candidate.id),
        Role.SYSTEM: SYSTEM,
    }


def _in(team: Team, phase: Phase) -> Candidate:
    return factory.candidate(
        coach=team.coach, phase=phase, phase_since=clock.today() - timedelta(days=5), referred_on=clock.today()
    )


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("verb", VERBS)
def test_every_cell_of_the_table(team: Team, phase: Phase, verb: str) -> None:
    row = PHASES.row(phase, verb)
    everybody = _actors(team)
    candidate = _in(team, phase)
    may = row.by if row is not None else ()
    for role in set(Role) - set(may):
        with pytest.raises(Refused):
            service.change_phase(candidate, verb, everybody[role])
        db.session.refresh(candidate)
        assert candidate.phase is phase, role
        assert candidate.phase_since == clock.today() - timedelta(days=5), role
    assert db.session.scalar(select(PhaseChange.id)) is None
    assert db.session.scalar(select(AuditEvent.id)) is None
    for role in may:
        _takes(_in(team, phase), phase, verb, everybody[role])


def _takes(candidate: Candidate, phase: Phase, verb: str, actor: Actor) -> None:
    """A row of the table does what it says: phase, its day, one line of its history, one event."""
    row = PHASES.check(phase, verb, actor.role)
    service.change_phase(candidate, verb, actor)
    db.session.refresh(candidate)
    assert candidate.phase is row.target
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == candidate.id)).one()
    assert (event.verb, event.actor_role, event.data) == (
        f"candidates.{verb}",
        actor.role,
        {"from": phase.value, "to": row.target.value if row.target else None},
    )
    steps = db.session.scalars(select(PhaseChange).where(PhaseChange.candidate_id == candidate.id)).all()
    moved = row.target is not phase
    assert [(step.phase, step.on_day) for step in steps] == ([(row.target, clock.today())] if moved else [])
    assert (candidate.phase_since == clock.today()) is moved


def test_the_table_names_guards_and_mails_that_exist() -> None:
    assert {name for row in PHASES.rows for name in row.guards} == set(rules.GUARDS)
    assert {name for row in PHASES.rows for name in row.mails} <= set(vars(mails))


def test_starting_needs_a_coach(team: Team) -> None:
    candidate = factory.candidate(team=team.home)
    with pytest.raises(Refused):
        service.change_phase(candidate, "start", team.actor(team.leader))
    assert candidate.phase is Phase.WAITING


def test_no_exit_while_something_runs(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_still_running", [lambda _candidate: None, lambda _candidate: "A job runs."])
    with pytest.raises(Refused, match="A job runs"):
        service.change_phase(team.candidate, "exit", team.actor(team.coach))
    assert team.candidate.phase is Phase.SEARCHING


def test_the_first_start_has_its_day_and_keeps_it(team: Team) -> None:
    candidate = factory.candidate(coach=team.coach, phase=Phase.WAITING)
    service.change_phase(candidate, "start", team.actor(team.leader))
    assert candidate.started_on == clock.today()
    early = clock.today() - timedelta(days=400)
    back = factory.candidate(coach=team.coach, phase=Phase.EXITED, started_on=early)
    service.change_phase(back, "search_again", team.actor(team.coach))
    assert back.started_on == early


def test_whoever_loses_the_coach_waits_and_the_leaders_know(team: Team, queued: Queue) -> None:
    service.change_phase(team.candidate, "lose_coach", SYSTEM)
    assert (team.candidate.phase, team.candidate.coach_id, team.candidate.coach) == (Phase.WAITING, None, None)
    assert queued() == [("candidate_waits", f"user:{team.leader.id}")]


def test_two_who_press_at_once_get_one_change(team: Team) -> None:
    db.session.execute(
        update(Candidate)
        .where(Candidate.id == team.candidate.id)
        .values(phase=Phase.STUDYING)
        .execution_options(synchronize_session=False)
    )
    with pytest.raises(Refused):
        service.change_phase(team.candidate, "exit", team.actor(team.coach))
    db.session.refresh(team.candidate)
    assert team.candidate.phase is Phase.STUDYING


# --- assigning


def test_assigning_starts_the_candidate_and_mails_the_coach(team: Team, queued: Queue) -> None:
    candidate = factory.candidate(team=team.home)
    service.assign(team.actor(team.leader), candidate, team.colleague)
    db.session.refresh(candidate)
    assert (candidate.coach_id, candidate.phase) == (team.colleague.id, Phase.SEARCHING)
    assert queued() == [("candidate_assigned", f"user:{team.colleague.id}")]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "candidates.assign")).one()
    assert (event.actor_id, event.data) == (team.leader.id, {"user_id": team.colleague.id})


def test_nobody_else_assigns(team: Team) -> None:
    for user in (team.coach, team.other_leader, team.administrator, team.employer):
        with pytest.raises(Refused):
            service.assign(team.actor(user), team.candidate, team.colleague)
    assert team.candidate.coach_id == team.coach.id


def test_only_an_active_coach_of_the_team_is_chosen(team: Team) -> None:
    gone = accounts.coach(team=team.home, team_id=team.home.id, deactivated_at=clock.now())
    for user in (accounts.coach(), gone, team.leader):
        with pytest.raises(Invalid):
            service.assign(team.actor(team.leader), team.candidate, user)


def test_the_mails_say_nothing_of_the_candidate(team: Team) -> None:
    identity = team.identity
    for kind in (mails.CANDIDATE_WAITS, mails.CANDIDATE_ASSIGNED):
        letter = kind.write({})
        words = " ".join([letter.subject, *letter.paragraphs, *(letter.action or ())])
        for private in (identity.first_name, identity.last_name, team.candidate.public_id):
            assert private not in words


def test_a_mail_is_dropped_when_it_has_come_true_otherwise(team: Team, app: object) -> None:
    from portal.outbox.models import Notification

    candidate = factory.candidate(team=team.home)
    waits = Notification(kind="candidate_waits", about_type="candidate", about_id=candidate.id, user_id=team.leader.id)
    told = Notification(kind="candidate_assigned", about_type="candidate", about_id=candidate.id, user_id=team.coach.id)
    assert mails.CANDIDATE_WAITS.still_due(waits)
    assert not mails.CANDIDATE_ASSIGNED.still_due(told)
    service.assign(team.actor(team.leader), candidate, team.coach)
    assert not mails.CANDIDATE_WAITS.still_due(waits)
    assert mails.CANDIDATE_ASSIGNED.still_due(told)


# --- by pressing


def test_pressing_a_step(team: Team, as_coach: FlaskClient) -> None:
    address = f"/candidates/{team.candidate.public_id}"
    assert "step/study" in as_coach.get(address).text
    assert as_coach.post(f"{address}/step/study").status_code == 302
    assert db.session.get_one(Candidate, team.candidate.id, populate_existing=True).phase is Phase.STUDYING
    assert as_coach.post(f"{address}/step/study").status_code == 409


@pytest.mark.parametrize("verb", ["hire", "refer", "nothing"])
def test_what_has_no_button_has_no_address(team: Team, as_coach: FlaskClient, verb: str) -> None:
    assert as_coach.post(f"/candidates/{team.candidate.public_id}/step/{verb}").status_code == 404


def test_the_leader_assigns_in_the_list(team: Team, client_for: Callable[[User], FlaskClient]) -> None:
    candidate = factory.candidate(team=team.home)
    db.session.commit()
    browser = client_for(team.leader)
    assert f"{candidate.public_id}/assign" in browser.get("/candidates").text
    answer = browser.post(f"/candidates/{candidate.public_id}/assign", data={"coach": team.colleague.public_id})
    assert answer.status_code == 302
    row = db.session.get_one(Candidate, candidate.id, populate_existing=True)
    assert (row.coach_id, row.phase) == (team.colleague.id, Phase.SEARCHING)
    refused = browser.post(f"/candidates/{candidate.public_id}/assign", data={"coach": ""})
    assert refused.status_code == 422
