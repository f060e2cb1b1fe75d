"""Erasing leaves nothing of a candidate, and nothing that the walk over the tables does not know of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Table, func, inspect, select

from portal import wiring
from portal.accounts import links
from portal.accounts import service as accounts_service
from portal.accounts.models import Purpose, SignedLink, User
from portal.audit import service as audit
from portal.audit.models import AccessLogEntry, AuditEvent
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Missing
from portal.employers.models import EmployerContact, Membership
from portal.outbox.models import Notification
from portal.placements.models import EndedBy, EndReason, Placement, ToldAtWork
from portal.placements.states import PlacementState
from portal.privacy import erasing, service
from portal.privacy.models import ClosedFigure, FigureOf
from portal.privacy.owned import (
    BESIDE,
    LINKS_OF_HIRES,
    LINKS_OF_PROPOSALS,
    LINKS_OF_PULSES,
    OTHER_LINKS,
    owned_tables,
    singular,
)
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from tests.factories import accounts, candidates, employers, placements, proposals
from tests.privacy.kit import CANARIES, full_story, row_counts

assert wiring.PLACES  # the wiring imports every room, and with it every table


# The guard: nothing about a candidate is forgotten


def test_every_column_about_a_candidate_is_erased_with_it_or_known_to_stay() -> None:
    """A new column named after a candidate, or pointing to a row of one, needs a cascade or a word in BESIDE."""
    owned = owned_tables()
    beside = {}
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            points = [key for key in column.foreign_keys if key.column.table in owned]
            if table not in owned and (points or column.name.startswith("candidate")):
                beside[f"{table.name}.{column.name}"] = [key.ondelete for key in points]
    assert set(beside) == set(BESIDE)
    assert beside["employer_contacts.candidate_id"] == ["SET NULL"]


def test_the_walk_reaches_what_it_ought_to() -> None:
    names = {table.name for table in owned_tables()}
    expected = {"candidates", "identities", "candidate_notes", "profiles", "frozen_profiles", "aliases", "consents"}
    expected |= {"consent_contacts", "disclosure_plans", "notifications", "proposals", "disclosures", "messages"}
    expected |= {"interviews", "interview_times", "placements", "support_contacts", "support_requests", "pulses"}
    assert expected <= names
    assert not names & {"users", "employers", "openings", "teams", "audit_events", "access_log", "employer_contacts"}


def test_every_purpose_of_a_link_is_known() -> None:
    kinds = (LINKS_OF_PROPOSALS, LINKS_OF_HIRES, LINKS_OF_PULSES, OTHER_LINKS)
    assert sorted(purpose for kind in kinds for purpose in kind) == sorted(Purpose)


def test_tables_are_called_in_the_logs_as_we_think(app: Portal) -> None:
    full_story()
    told = set(db.session.scalars(select(Notification.about_type).distinct()))
    told |= set(db.session.scalars(select(AuditEvent.subject_type).distinct()))
    known = {singular(table) for table in db.metadata.sorted_tables} | {"candidate_note"}
    assert told <= known


def test_no_id_is_given_twice(app: Portal) -> None:
    """The logs keep the numbers of those who are gone: nobody else may get one."""
    coach = accounts.coach()
    gone = candidates.candidate(coach=coach).id
    db.session.commit()
    erasing.erase_candidate(SYSTEM, gone, reason="period")
    db.session.commit()
    assert candidates.candidate(coach=coach).id > gone


# What goes and what stays


def _texts(table: Table) -> str:
    return repr(db.session.execute(select(table)).all())


def test_every_table_holds_something_before_and_nothing_after(app: Portal) -> None:
    story = full_story()
    who, address = story.candidate.id, story.proposal.public_id
    before = row_counts(who)
    assert [name for name, count in before.items() if count == 0] == []
    everything = "".join(_texts(table) for table in db.metadata.sorted_tables)
    assert [name for name, word in CANARIES.items() if word not in everything] == []
    assert erasing.erase_candidate(SYSTEM, who, reason="period")
    db.session.commit()
    assert set(row_counts(who).values()) == {0}
    after = "".join(_texts(table) for table in db.metadata.sorted_tables)
    assert [name for name, word in CANARIES.items() if word in after] == []
    assert address not in after
    assert not erasing.erase_candidate(SYSTEM, who, reason="period")


def test_others_keep_everything(app: Portal) -> None:
    other = full_story()
    before = row_counts(other.candidate.id)
    story = proposals.story(ProposalState.HIRED)
    erasing.erase_candidate(SYSTEM, story.candidate.id, reason="period")
    db.session.commit()
    assert row_counts(other.candidate.id) == before


def test_the_logs_keep_the_number_and_the_visit_stays_without_its_words(app: Portal) -> None:
    story = full_story()
    who = story.candidate.id
    audit.saw(story.actor(Role.COACH), [who], "candidates.show", "own caseload")
    db.session.commit()
    rows = db.session.scalar(select(func.count()).select_from(AccessLogEntry)) or 0
    erasing.erase_candidate(SYSTEM, who, reason="period")
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(AccessLogEntry)) == rows
    [event] = [one for one in audit.history("candidate", who) if one.verb == "privacy.erase"]
    assert event.data == {"reason": "period"}
    [visit] = db.session.scalars(select(EmployerContact))
    assert (visit.candidate_id, visit.learned, visit.next_step, visit.next_step_on) == (None, "", "", None)
    assert visit.on_day == clock.today()


def test_links_are_gone(app: Portal) -> None:
    story = full_story()
    link = links.live(Purpose.CONSENT, story.proposal.id)
    assert link is not None
    reset = links.issue(Purpose.RESET_PASSWORD, story.proposal.id, link.expires_at - clock.now())
    hire = db.session.scalars(select(Placement).where(Placement.candidate_id == story.candidate.id)).one()
    links.issue(Purpose.SUPPORT, hire.id, link.expires_at - clock.now())
    erasing.erase_candidate(SYSTEM, story.candidate.id, reason="period")
    db.session.commit()
    assert [one.token_id for one in db.session.scalars(select(SignedLink))] == [reset.token_id]


def test_figures_stay_and_lead_to_nobody(app: Portal) -> None:
    story = full_story()
    month = f"{clock.today():%Y-%m}"
    employer_id, title = story.opening.employer_id, story.opening.title
    for one in (story, proposals.story(ProposalState.DECLINED, coach=story.coach)):
        erasing.erase_candidate(SYSTEM, one.candidate.id, reason="period")
    db.session.commit()
    figures = list(db.session.scalars(select(ClosedFigure)))
    assert {(one.outcome, one.how_many) for one in figures if one.of is FigureOf.PROPOSAL} == {
        ("hired", 1),
        ("declined", 1),
    }
    [contact] = [one for one in figures if one.of is FigureOf.CONTACT]
    assert (contact.outcome, contact.detail, contact.how_many, contact.minutes) == ("employee", "phone", 1, 45)
    [at_employer] = [one for one in figures if one.of is FigureOf.EMPLOYERS_HIRE]
    assert (at_employer.employer_id, at_employer.title, at_employer.team_id) == (employer_id, title, None)
    assert {one.month for one in figures if one.of is FigureOf.PROPOSAL} == {month}
    # whom the rows are about is in no column, and neither keys nor order say which were written together
    columns = set(inspect(ClosedFigure).columns.keys())
    assert not columns & {"id", "candidate_id", "public_id", "created_at", "at"}


def test_equal_things_are_counted_together(app: Portal) -> None:
    first = proposals.story(ProposalState.DECLINED)
    stories = [first, *(proposals.story(ProposalState.DECLINED, coach=first.coach) for _one in range(2))]
    for one in stories:
        erasing.erase_candidate(SYSTEM, one.candidate.id, reason="period")
    db.session.commit()
    [declined] = db.session.scalars(select(ClosedFigure).where(ClosedFigure.of == FigureOf.PROPOSAL))
    assert declined.how_many == 3


def test_a_job_of_which_the_employer_knows_nothing_leaves_the_employer_no_figure(app: Portal) -> None:
    story = proposals.story(ProposalState.DRAFT)
    placements.own_find(
        story.coach,
        candidate=story.candidate,
        employer_id=story.opening.employer_id,
        told_at_work=ToldAtWork.NOBODY,
    )
    erasing.erase_candidate(SYSTEM, story.candidate.id, reason="period")
    db.session.commit()
    kinds = set(db.session.scalars(select(ClosedFigure.of)))
    assert FigureOf.HIRE in kinds
    assert FigureOf.EMPLOYERS_HIRE not in kinds


def test_the_figure_of_a_job_says_how_it_ended_and_how_long_it_lasted(app: Portal) -> None:
    coach, today = accounts.coach(), clock.today()
    ended = {"state": PlacementState.ENDED, "end_reason": EndReason.FIXED_TERM_OVER, "ended_by": EndedBy.BOTH}
    running = placements.placement(coach, starts_on=today - timedelta(days=200))
    over = placements.placement(
        coach, starts_on=today - timedelta(days=200), ended_on=today - timedelta(days=150), **ended
    )
    for one in (running, over):
        erasing.erase_candidate(SYSTEM, one.candidate_id, reason="period")
    db.session.commit()
    hires = db.session.scalars(select(ClosedFigure).where(ClosedFigure.of == FigureOf.HIRE))
    assert {(one.outcome, one.detail) for one in hires} == {("running", "6_12"), ("fixed_term_over", "1_3")}


# On request


def _mailed() -> list[tuple[str, str, int | None]]:
    rows = db.session.scalars(select(Notification).order_by(Notification.id))
    return [(row.kind, row.about_type, row.user_id) for row in rows]


def test_on_request_live_proposals_end_first_and_the_employer_reads_the_neutral_sentence(app: Portal) -> None:
    story = proposals.story(ProposalState.INTERESTED)
    proposal_id = story.proposal.id
    db.session.execute(db.delete(Notification))
    service.erase_on_request(story.actor(Role.TEAM_LEADER), db.session.get_one(Candidate, story.candidate.id))
    db.session.commit()
    assert db.session.get(Proposal, proposal_id) is None
    assert _mailed() == [("candidate_gone", "opening", story.contact.id)]
    mail = db.session.scalars(select(Notification)).one()
    assert set(mail.context) == {"title", "opening"}
    assert mail.due_at > clock.now()


def test_a_proposal_that_was_never_sent_tells_nobody(app: Portal) -> None:
    story = proposals.story(ProposalState.AWAITING_CONSENT)
    service.erase_on_request(story.actor(Role.TEAM_LEADER), db.session.get_one(Candidate, story.candidate.id))
    db.session.commit()
    assert _mailed() == []


def test_on_request_a_followed_hire_ends_for_us_alone(app: Portal) -> None:
    story = full_story()
    others = placements.placement(story.coach).id
    db.session.execute(db.delete(Notification))
    service.erase_on_request(story.actor(Role.TEAM_LEADER), db.session.get_one(Candidate, story.candidate.id))
    db.session.commit()
    assert [(one.id, one.state) for one in db.session.scalars(select(Placement))] == [(others, PlacementState.ACTIVE)]
    assert _mailed() == [("following_ended", "employer", story.contact.id)]


def test_only_the_leader_of_the_team_erases(app: Portal) -> None:
    story = proposals.story(ProposalState.DRAFT)
    candidate = db.session.get_one(Candidate, story.candidate.id)
    strangers = [story.actor(role) for role in (Role.COACH, Role.EMPLOYER, Role.ADMINISTRATOR, Role.CANDIDATE)]
    strangers.append(Actor(Role.TEAM_LEADER, user_id=1, team_id=accounts.team().id))
    for actor in strangers:
        with pytest.raises(Missing):
            service.erase_on_request(actor, candidate)
    assert db.session.get(Candidate, story.candidate.id) is not None


# Users


def test_erasing_a_user_leaves_others_their_mails(app: Portal) -> None:
    gone, other = accounts.coach(), accounts.coach()
    for user in (gone, other):
        accounts_service.ask_for_password(user.email)
    erasing.erase_user(SYSTEM, gone.id, reason="period")
    db.session.commit()
    assert _mailed() == [("password_reset", "user", other.id)]


def test_a_users_row_is_emptied_and_opens_nothing(app: Portal) -> None:
    employer = employers.employer()
    user = employers.employer_user(employer)
    user.name, user.phone, user.title, user.email = "Zwilma Kanarie", "+358 46 9917733", "Chef", "zwq@kanarie.example"
    links.issue(Purpose.RESET_PASSWORD, user.id, clock.now() - user.created_at, user_id=user.id)
    number = user.session_number
    db.session.commit()
    assert erasing.erase_user(SYSTEM, user.id, reason="period")
    db.session.commit()
    everything = "".join(_texts(table) for table in db.metadata.sorted_tables)
    assert [word for word in ("Zwilma", "9917733", "Chef", "kanarie") if word in everything] == []
    shell = db.session.get_one(User, user.id)
    assert shell.password_hash is None
    assert not shell.is_active
    assert shell.session_number > number
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 0
    assert not erasing.erase_user(SYSTEM, user.id, reason="period")
