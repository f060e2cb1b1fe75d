"""The clock: activity resets it, a warning comes once a period, what is due goes in batches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.accounts import links
from portal.accounts.models import Purpose, User
from portal.audit import sealing
from portal.audit import service as audit
from portal.audit.models import AccessLogEntry
from portal.candidates import queries as candidate_queries
from portal.candidates import service as candidates_service
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.app import Portal
from portal.core.db import db
from portal.employers import queries as employer_queries
from portal.employers.models import Channel, Employer, EmployerContact
from portal.openings.states import OpeningState
from portal.outbox.models import Notification
from portal.placements.models import Mood, Placement
from portal.placements.states import ContactState, PlacementState
from portal.privacy import purge, queries, service, sweep
from portal.privacy.models import RetentionWarning
from portal.proposals import messages
from portal.proposals import queries as proposal_queries
from portal.proposals import service as proposals_service
from portal.proposals.states import ProposalState
from tests.factories import accounts, candidates, employers, openings, placements, proposals
from tests.own_database import own_app
from tests.privacy.kit import on
from tests.snapshot import unchanged

BEGAN = date(2026, 3, 2)
WARNED = BEGAN + timedelta(days=700)
GOES = BEGAN + timedelta(days=730)


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own transaction is in the sweep's way: it shall not wait for its end."""
    monkeypatch.setattr(sweep, "PATIENCE_MS", 0)


def _one() -> tuple[User, Candidate]:
    with on(BEGAN):
        coach = accounts.coach()
        candidate = candidates.candidate(coach=coach)
        db.session.commit()
    return coach, candidate


def _purge() -> dict[str, list[str]]:
    """Run it: by step, whom it reached."""
    found: dict[str, list[str]] = {}
    for done in purge.run():
        found.setdefault(done.step, []).extend(done.public_ids)
    return found


def _mails(kind: str) -> list[int | None]:
    rows = select(Notification.user_id).where(Notification.kind == kind).order_by(Notification.id)
    return list(db.session.scalars(rows))


def test_day_by_day_in_helsinki(app: Portal) -> None:
    """The days before and after; midnight is Helsinki's: at 23:59 it is still the day before."""
    coach, candidate = _one()
    public_id = candidate.public_id
    with on(WARNED - timedelta(days=1), 23, 59):
        assert public_id not in _purge().get("warn of candidates", [])
    with on(WARNED, 0, 0):
        assert _purge()["warn of candidates"] == [public_id]
    with on(WARNED + timedelta(days=1)):
        assert "warn of candidates" not in _purge()
    assert _mails("data_goes") == [coach.id]
    with on(GOES - timedelta(days=1), 23, 59):
        assert "erase candidates" not in _purge()
    assert db.session.get(Candidate, candidate.id) is not None
    with on(GOES, 0, 0):
        assert _purge()["erase candidates"] == [public_id]
    assert db.session.scalar(select(func.count()).select_from(Candidate)) == 0


def test_the_purge_can_be_told_to_stop(app: Portal) -> None:
    _one()
    with on(WARNED):
        assert list(purge.run(stop=lambda: True)) == []
        assert _purge()["warn of candidates"]


def test_without_a_coach_the_leaders_are_told(app: Portal) -> None:
    with on(BEGAN):
        leader = accounts.team_leader()
        candidate = candidates.candidate(team=leader.team)
        db.session.commit()
    with on(WARNED):
        assert _purge()["warn of candidates"] == [candidate.public_id]
    assert _mails("data_goes") == [leader.id]


def test_kept_the_clock_begins_anew_and_the_next_period_is_warned_of_again(app: Portal) -> None:
    coach, candidate = _one()
    actor = Actor(Role.COACH, user_id=coach.id, team_id=coach.team_id)
    kept_on = WARNED + timedelta(days=10)
    with on(WARNED):
        _purge()
    with on(kept_on):
        service.keep(actor, candidate)
        db.session.commit()
        assert queries.candidate_standing(candidate).last_active_on == kept_on
    with on(GOES + timedelta(days=5)):
        assert "erase candidates" not in _purge()
    with on(kept_on + timedelta(days=699)):
        assert "warn of candidates" not in _purge()
    with on(kept_on + timedelta(days=700)):
        assert _purge()["warn of candidates"] == [candidate.public_id]
    assert len(_mails("data_goes")) == 2


# What counts as activity

Act = Callable[[User, Candidate], None]


def _note(coach: User, candidate: Candidate) -> None:
    candidates_service.add_note(Actor(Role.COACH, user_id=coach.id, team_id=coach.team_id), candidate, "Met")


def _phase(coach: User, candidate: Candidate) -> None:
    candidates_service.change_phase(candidate, "study", Actor(Role.COACH, user_id=coach.id, team_id=coach.team_id))


def _visit(coach: User, candidate: Candidate) -> None:
    db.session.add(
        EmployerContact(
            employer_id=employers.employer().id, coach_id=coach.id, on_day=clock.today(), candidate_id=candidate.id
        )
    )


def _support(coach: User, candidate: Candidate) -> None:
    placement = db.session.scalars(select(Placement).where(Placement.candidate_id == candidate.id)).one()
    how = {"channel": Channel.PHONE, "mood": Mood.WELL, "logged_by_id": coach.id}
    placements.contact(placement, state=ContactState.DONE, done_on=clock.today(), **how)


def _consent(coach: User, candidate: Candidate) -> None:
    candidates.consent(candidate=candidate_queries.load(candidate.id), opening=openings.opening(), coach=coach)


def _link(coach: User, candidate: Candidate) -> None:
    proposal = proposal_queries.of_candidate(Actor(Role.COACH, user_id=coach.id), candidate.id)[0]
    links.use(links.issue(Purpose.CONSENT, proposal.id, timedelta(days=1)))


@pytest.mark.parametrize("act", [_note, _phase, _visit, _support, _consent, _link], ids=lambda act: act.__name__[1:])
def test_activity_resets_the_clock(app: Portal, act: Act) -> None:
    with on(BEGAN):
        story = proposals.story(ProposalState.REFUSED)
        coach, candidate = story.coach, db.session.get_one(Candidate, story.candidate.id)
        placements.own_find(
            coach,
            candidate=candidate,
            state=PlacementState.ENDED,
            ended_on=BEGAN,
            end_reason="new_job",
            ended_by="both",
        )
        db.session.commit()
    late = BEGAN + timedelta(days=600)
    assert queries.candidate_standing(candidate).last_active_on == BEGAN
    with on(late, 23, 30):  # already the next day in no zone that matters
        act(coach, candidate)
        db.session.commit()
    assert queries.candidate_standing(candidate).last_active_on == late


def test_a_step_of_a_proposal_and_a_message_are_activity(app: Portal) -> None:
    with on(BEGAN):
        story = proposals.story(ProposalState.INTERESTED)
    candidate = db.session.get_one(Candidate, story.candidate.id)
    with on(BEGAN + timedelta(days=5)):
        messages.write(story.actor(Role.COACH), proposal_queries.load(story.proposal.id), "When do you begin?")
        db.session.commit()
    assert queries.candidate_standing(candidate).last_active_on == BEGAN + timedelta(days=5)
    with on(BEGAN + timedelta(days=9)):
        proposals_service.withdraw(story.actor(Role.COACH), proposal_queries.load(story.proposal.id))
        db.session.commit()
    assert queries.candidate_standing(candidate).last_active_on == BEGAN + timedelta(days=9)


# What is live is never touched


@pytest.mark.parametrize("state", [ProposalState.DRAFT, ProposalState.INTERESTED])
def test_nobody_with_a_live_proposal_or_job_is_warned_or_erased(app: Portal, state: ProposalState) -> None:
    with on(BEGAN):
        story = proposals.story(state)
        working = candidates.candidate(coach=story.coach)
        placements.own_find(story.coach, candidate=working)
        for one in (story.candidate, working):
            db.session.add(RetentionWarning(candidate_id=one.id, last_active_on=BEGAN, warned_on=BEGAN))
        db.session.commit()
    with on(GOES + timedelta(days=1000)):
        assert not {"warn of candidates", "erase candidates"} & set(_purge())


# Users


def test_a_users_clock_is_the_last_sign_in(app: Portal) -> None:
    with on(BEGAN):
        user = employers.employer_user(employers.employer())
        db.session.commit()
    public_id = user.public_id
    with on(WARNED):
        assert _purge()["warn users"] == [public_id]
    assert _mails("account_goes") == [user.id]
    signed_in = WARNED + timedelta(days=3)
    with on(signed_in):
        user.last_sign_in_at = clock.now()
        db.session.commit()
    with on(GOES):
        assert "erase users" not in _purge()
    with on(signed_in + timedelta(days=700)):
        assert _purge()["warn users"] == [public_id]
    with on(signed_in + timedelta(days=730)):
        assert _purge()["erase users"] == [public_id]
    assert user.erased_at is not None


def test_an_answered_link_is_as_good_as_a_sign_in(app: Portal) -> None:
    with on(BEGAN):
        user = employers.employer_user(employers.employer())
        db.session.commit()
    with on(BEGAN + timedelta(days=300)):
        links.use(links.issue(Purpose.ANSWER, 1, timedelta(days=1), user_id=user.id))
        db.session.commit()
    with on(WARNED):
        assert "warn users" not in _purge()
    with on(WARNED + timedelta(days=300)):
        assert _purge()["warn users"] == [user.public_id]


def test_users_stay_while_a_need_a_proposal_or_a_placement_is_live(app: Portal) -> None:
    with on(BEGAN):
        story = proposals.story(ProposalState.INTERESTED)
        contact = employers.employer_user(employers.employer())
        openings.opening(_organisation(contact), contacts=[contact], state=OpeningState.PAUSED)
        administrator = accounts.administrator()
        db.session.commit()
    with on(GOES + timedelta(days=1000)):
        due = {one.public_id for one in queries.users_to_warn(clock.today())}
    assert story.leader.public_id in due
    assert not due & {story.coach.public_id, story.contact.public_id, contact.public_id}
    assert administrator.public_id not in due  # the last one who can open the portal's doors


def _organisation(user: User) -> Employer:
    return employer_queries.own(employer_queries.actor_of(user))


# The logs


def test_the_logs_outlive_everything_and_then_go(tmp_path: Path) -> None:
    rows = select(func.count()).select_from(AccessLogEntry)
    with own_app(tmp_path) as app, app.app_context():
        with on(BEGAN):
            audit.saw(Actor(Role.COACH, user_id=1), [1], "candidates.show", "own caseload")
            db.session.commit()
            sealing.seal_all()
        with on(BEGAN + timedelta(days=4383)):
            _purge()
            assert db.session.scalar(rows) == 1
        with on(BEGAN + timedelta(days=4384)):
            assert purge.plan()[-1].count == 1
            _purge()
            assert db.session.scalar(rows) == 0


# The commands


def test_the_dry_run_lists_and_changes_nothing(app: Portal) -> None:
    _coach, candidate = _one()
    runner = app.test_cli_runner()
    with on(WARNED), unchanged():
        said = runner.invoke(args=["privacy", "purge", "--dry-run"])
    assert said.exit_code == 0, said.output
    assert f"would warn of candidates: 1\n  {candidate.public_id}\n" in said.output
    assert "would erase candidates: 0" in said.output
    for word in ("Sanelma", "Kinnarinen", "@"):
        assert word not in said.output


# The proposals' own period


@pytest.mark.parametrize(("shift", "seen"), [(-1, True), (1, False)])
@pytest.mark.parametrize("state", [ProposalState.DECLINED, ProposalState.WITHDRAWN, ProposalState.HIRED])
def test_an_ended_proposal_leaves_the_employers_pages_after_six_months(
    app: Portal, state: ProposalState, shift: int, seen: bool
) -> None:
    with on(BEGAN):
        story = proposals.story(state)
    with on(BEGAN + timedelta(days=183 + shift)):
        found = proposal_queries.of_opening(story.actor(Role.EMPLOYER), story.opening.id)
        kept = proposal_queries.of_opening(story.actor(Role.COACH), story.opening.id)
    assert bool(found) is seen
    assert kept
