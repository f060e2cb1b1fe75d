"""The team leader's Monday summary: last week and this morning in figures. Counts alone: nobody can be told from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.candidates.models import Candidate
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.i18n import day
from portal.desk import week
from portal.employers import queries as employers
from portal.openings.models import Opening
from portal.outbox.letters import Context, Letter, mail_kind
from portal.outbox.models import Notification
from portal.outbox.service import enqueue, was_queued
from portal.placements import queries as placements
from portal.placements.models import Placement
from portal.proposals import queries as proposals
from portal.proposals.models import Proposal

MORNING = 7  # o'clock in Helsinki, as the other mails of the morning
EVERY = timedelta(minutes=1)

Work = Callable[[], None]


def register(job: Callable[[str, timedelta], Callable[[Work], Work]]) -> None:
    """Give the worker the job of this room."""
    job("desk.send_summaries", EVERY)(send_summaries)


def _is_of_today(notification: Notification) -> bool:
    return bool(notification.context["day"] == clock.today().isoformat())


def _write(context: Context) -> Letter:
    return Letter(
        subject=_("The team's week"),
        paragraphs=[
            _("Last week, until %(day)s, and how things stand this morning.", day=day(_sunday(context))),
            _("Names and details are on the team's page."),
        ],
        facts=[(label, str(context["counts"][name])) for name, label in _labels().items()],
        action=(_("Open the team's page"), "/team"),
        why=_("You get this on Mondays because you lead the team."),
    )


def _sunday(context: Context) -> date:
    return date.fromisoformat(context["day"]) - timedelta(days=1)


def _labels() -> dict[str, str]:
    """What is counted, in the order of reading: of last week first, then of now."""
    return {
        "needs": _("Needs posted last week"),
        "proposals": _("Proposals sent last week"),
        "hires": _("Hires last week"),
        "visits": _("Visits to employers last week"),
        "waiting": _("Candidates who wait for a coach"),
        "asked": _("Requests for support that nobody has taken"),
        "overdue": _("Support contacts overdue"),
        "silent": _("Proposals without an answer for a week"),
        "unverified": _("Employers to verify"),
    }


MONDAY_SUMMARY = mail_kind("monday_summary", _write, still_due=_is_of_today, informative=True, alone=True)


def send_summaries() -> None:
    """From seven on Monday morning: mail each team leader, once. One that was missed is not sent on another day."""
    today = clock.today()
    if today.weekday() != 0 or not clock.has_struck(MORNING):
        return
    for team in accounts.teams():
        for leader in accounts.team_leaders(team.id):
            once_key = f"monday-summary:{leader.id}:{today.isoformat()}"
            if not was_queued(once_key):
                context = {"day": today.isoformat(), "counts": counts(leader, today)}
                enqueue(
                    MONDAY_SUMMARY, about=("user", leader.id), context=context, user_id=leader.id, once_key=once_key
                )


def counts(leader: User, monday: date) -> dict[str, int]:
    """The figures by name, for the week before ``monday`` and for now."""
    actor = employers.actor_of(leader)
    team_id = actor.team_id or 0
    begins, ends = clock.at_local(monday - timedelta(days=7)), clock.at_local(monday)
    last_week = monday - timedelta(days=1)
    coach_ids = [coach.id for coach in accounts.coaches(team_id)]
    of_team = Candidate.team_id == team_id
    return {
        "needs": _count(Opening.id, Opening.posted_at >= begins, Opening.posted_at < ends),
        "proposals": _of_candidates(Proposal, of_team, Proposal.proposed_at >= begins, Proposal.proposed_at < ends),
        "hires": _of_candidates(Placement, of_team, Placement.created_at >= begins, Placement.created_at < ends),
        "visits": sum(week.visits(coach_ids, last_week).values()),
        **_now(actor, of_team),
    }


def _now(actor: Actor, of_team: Any) -> dict[str, int]:
    return {
        "waiting": _count(Candidate.id, of_team, Candidate.phase.in_([Phase.REFERRED, Phase.WAITING])),
        "asked": len(placements.open_requests(actor)),
        "overdue": sum(placements.overdue_counts(actor).values()),
        "silent": len(proposals.silent(actor)),
        "unverified": len(employers.waiting_for_verification(actor)),
    }


def _count(column: Any, *conditions: Any) -> int:
    return db.session.scalar(select(func.count(column)).where(*conditions)) or 0


def _of_candidates(model: type[Proposal] | type[Placement], *conditions: Any) -> int:
    query = select(func.count(model.id)).join(Candidate, Candidate.id == model.candidate_id).where(*conditions)
    return db.session.scalar(query) or 0
