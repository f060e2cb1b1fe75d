"""After a hire: the candidate's other proposals end as "no longer available", at hours that cannot be joined."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask_babel import gettext as _

from portal.audit import service as audit
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.errors import Refused
from portal.proposals import queries
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState

WITHIN_MINUTES = 20 * 60


def close_others(actor: Actor, hired: Proposal) -> int:
    """Plan the closing of every other live proposal of a hired candidate.

    :param hired: the proposal that became a hire.
    :returns: how many will close.
    :raises Refused: unless the coach asks, and there is a hire.
    """
    if actor.role is not Role.COACH or hired.state is not ProposalState.HIRED:
        raise Refused(_("This can be done after a hire."))
    others = [one for one in queries.live_of_candidate(hired.candidate_id) if one.close_due_at is None]
    for other in others:
        other.close_due_at = clock.now() + timedelta(minutes=60 + secrets.randbelow(WITHIN_MINUTES))
        audit.record(actor, "proposals.close_elsewhere", "proposal", other.id)
    return len(others)
