"""What rooms that know no hires ask about them; ``portal.wiring`` hands these over."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import exists, select

from portal.candidates.models import Candidate
from portal.core.db import db
from portal.placements.models import Placement
from portal.placements.states import PlacementState
from portal.proposals import queries as proposals


def still_running(candidate: Candidate) -> str | None:
    """Why a candidate cannot exit yet: a proposal is under way, or a job goes on. None when neither is."""
    if proposals.live_count(candidate.id):
        return str(_("A proposal of this candidate is under way. Withdraw it first."))
    active = exists().where(Placement.candidate_id == candidate.id, Placement.state == PlacementState.ACTIVE)
    if db.session.scalar(select(active)):
        return str(_("This candidate has a job that is followed. End it first."))
    return None
