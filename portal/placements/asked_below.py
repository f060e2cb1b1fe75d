"""What rooms that know no hires ask about them; ``portal.wiring`` hands these over."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import exists, func, select

from portal.accounts.models import User
from portal.candidates.models import Candidate
from portal.core.db import db
from portal.placements.models import Placement, SupportContact
from portal.placements.states import ContactState, PlacementState
from portal.proposals import queries as proposals


def still_running(candidate: Candidate) -> str | None:
    """Why a candidate cannot exit yet: a proposal is under way, or a job goes on. None when neither is."""
    if proposals.live_count(candidate.id):
        return str(_("A proposal of this candidate is under way. Withdraw it first."))
    if _has_job(candidate):
        return str(_("This candidate has a job that is followed. End it first."))
    return None


def left_alone(candidate: Candidate) -> str | None:
    """Why a candidate cannot be without a coach now: employers would get no answers, and support contacts nobody."""
    if proposals.live_count(candidate.id):
        return str(_("A proposal of this candidate is under way. Give the candidate to another coach, or withdraw it."))
    if _has_job(candidate):
        return str(_("This candidate has a job that is followed. Give the candidate to another coach."))
    return None


def _has_job(candidate: Candidate) -> bool:
    active = exists().where(Placement.candidate_id == candidate.id, Placement.state == PlacementState.ACTIVE)
    return bool(db.session.scalar(select(active)))


def planned_for(user: User) -> str | None:
    """Planned support contacts that are still this coach's: they are the coach's whom the candidate has."""
    query = (
        select(func.count())
        .select_from(SupportContact)
        .join(Placement, Placement.id == SupportContact.placement_id)
        .join(Candidate, Candidate.id == Placement.candidate_id)
        .where(
            Candidate.coach_id == user.id,
            SupportContact.state == ContactState.PLANNED,
            SupportContact.before_reported.is_(False),
        )
    )
    count = db.session.scalar(query) or 0
    if not count:
        return None
    return ngettext(
        "One support contact is planned. It goes with the candidate to the new coach.",
        "%(num)d support contacts are planned. They go with the candidates to the new coaches.",
        count,
    )
