"""What has happened to a proposal, as each reader may know it: the audit events of it in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts.models import User
from portal.audit import service as audit
from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.actors import ROLE_NAMES, Actor
from portal.core.db import db
from portal.proposals.models import Proposal
from portal.proposals.states import PROPOSALS, ProposalState
from portal.proposals.wording import is_no_longer_available

S = ProposalState


@dataclass(frozen=True)
class Step:
    """One line of the timeline."""

    when: Any
    what: str
    who: str


def timeline(actor: Actor, proposal: Proposal) -> list[Step]:
    """What has happened, newest first. An employer reads only what came after the sending.

    Its times are days: two employers who compare notes shall not join one person by a minute.
    """
    events = [event for event in audit.history("proposal", proposal.id) if _shows(actor, proposal, event)]
    names = _user_names(events)
    return [
        Step(
            clock.local(event.at).date() if actor.is_employer else event.at,
            _said(event),
            names.get(event.actor_id or 0) or str(ROLE_NAMES[event.actor_role]),
        )
        if not (actor.is_employer and _is_quiet_end(proposal, event))
        else Step(clock.local(event.at).date(), str(PROPOSALS.labels[S.WITHDRAWN]), "")
        for event in events
    ]


def _is_quiet_end(proposal: Proposal, event: AuditEvent) -> bool:
    """The end itself, when neither its reason nor who pressed is the employer's to know."""
    ends = ("proposals.turn_down", "proposals.withdraw", "proposals.close")
    return event.verb in ends and is_no_longer_available(proposal)


_OTHER_EVENTS = {
    "proposals.propose_times": "times",
    "proposals.cancel_meeting": "cancelled",
    "proposals.renew_consent": "renewed",
}


def _shows(actor: Actor, proposal: Proposal, event: AuditEvent) -> bool:
    verb = event.verb.removeprefix("proposals.")
    if event.verb not in _OTHER_EVENTS and verb not in PROPOSALS.verbs:
        return False
    if not actor.is_employer:
        return True
    sent_at = proposal.proposed_at or clock.now()
    own = {"record_consent", "agree"}  # these two are the sending itself, and are told as such
    return event.at >= sent_at or verb in own


def _said(event: AuditEvent) -> str:
    other = _OTHER_EVENTS.get(event.verb)
    if other == "times":
        return _("Times for a meeting suggested")
    if other == "cancelled":
        return _("Meeting called off")
    if other == "renewed":
        return _("The candidate agreed again")
    verb = event.verb.removeprefix("proposals.")
    return next(str(row.done) for row in PROPOSALS.rows if row.verb == verb)


def _user_names(events: list[AuditEvent]) -> dict[int, str]:
    ids = {event.actor_id for event in events if event.actor_id is not None}
    if not ids:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)).order_by(User.id))
    return dict(rows.all())
