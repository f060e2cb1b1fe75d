"""The team leader's first page: who waits, who is stretched, what nobody has taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template
from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.candidates import queries as candidates
from portal.candidates.models import Candidate
from portal.candidates.states import PHASES, Phase
from portal.core import clock, workdays
from portal.core.access import allow, current_actor
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.desk import week
from portal.desk.blueprint import bp
from portal.employers import queries as employers
from portal.placements import queries as placements
from portal.proposals import queries as proposals
from portal.proposals.models import Proposal
from portal.proposals.rules import LATE_CONFIRMATION_WORKING_DAYS
from portal.proposals.states import ProposalState

FULL_CASELOAD = 20  # ips.md, item 1: five points up to here
SHOWN = 10


@dataclass(frozen=True)
class CoachRow:
    """One coach's load: people, visits this week, overdue contacts."""

    user: User
    caseload: int
    visits: int
    overdue: int


@bp.get("/team")
@allow(Role.TEAM_LEADER, logs_access=True)
def team() -> str:
    """The team at a glance, what slips first."""
    actor = current_actor()
    today = clock.today()
    waiting = _waiting(actor)
    unverified = employers.waiting_for_verification(actor)
    silent = proposals.silent(actor)
    return render_template(
        "desk/team.html",
        today=today,
        asked=placements.open_requests(actor),
        coach_of=placements.coach_of,
        late_hires=_late_hires(actor),
        unverified=unverified[:SHOWN],
        unverified_count=len(unverified),
        waiting=waiting[:SHOWN],
        waiting_count=len(waiting),
        names=candidates.names(actor, [one.id for one in waiting[:SHOWN]], "desk.team"),
        phases=PHASES,
        coaches=_coaches(actor),
        full=FULL_CASELOAD,
        goal=week.GOAL,
        silent=silent[:SHOWN],
        silent_count=len(silent),
    )


def _waiting(actor: Actor) -> list[Candidate]:
    """The team's candidates who wait for a coach, longest first."""
    query = (
        select(Candidate)
        .where(Candidate.team_id == actor.team_id, Candidate.phase.in_([Phase.REFERRED, Phase.WAITING]))
        .order_by(Candidate.id)
    )
    return sorted(db.session.scalars(query), key=lambda one: one.waits_since)


def _coaches(actor: Actor) -> list[CoachRow]:
    people = accounts.coaches(actor.team_id or 0)
    sizes = candidates.caseload_sizes(actor)
    visits = week.visits([one.id for one in people], clock.today())
    overdue = placements.overdue_counts(actor)
    return [CoachRow(one, sizes.get(one.id, 0), visits.get(one.id, 0), overdue.get(one.id, 0)) for one in people]


def _late_hires(actor: Actor) -> list[Proposal]:
    """Reported hires that the other side has left unconfirmed so long that the team leader may confirm them."""
    today = clock.today()
    found = proposals.listed(actor, Proposal.state == ProposalState.HIRE_REPORTED)
    return [one for one in found if one.hire_reported_at and _may_confirm_from(one.hire_reported_at) <= today]


def _may_confirm_from(reported_at: datetime) -> date:
    return workdays.add_working_days(clock.local(reported_at).date(), LATE_CONFIRMATION_WORKING_DAYS)
