"""What of the proposals is still somebody's whose account is to be closed; ``portal.wiring`` asks."""

from __future__ import annotations

from flask_babel import ngettext
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core.db import db
from portal.proposals.models import Proposal
from portal.proposals.states import LIVE


def carried_by(user: User) -> str | None:
    """Proposals under way that name this user as their coach."""
    query = select(func.count()).where(Proposal.coach_id == user.id, Proposal.state.in_(LIVE))
    count = db.session.scalar(query) or 0
    if not count:
        return None
    return ngettext(
        "One proposal is under way. It goes with its candidate to the new coach, who is chosen on the candidate's "
        "page.",
        "%(num)d proposals are under way. They go with their candidates to the new coaches, who are chosen on the "
        "candidates' pages.",
        count,
    )
