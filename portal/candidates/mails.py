"""Mails about candidates, to the team. None says who: the reader opens the portal for that."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from portal.candidates.models import Candidate
from portal.candidates.states import Phase
from portal.core.db import db
from portal.outbox import service as outbox
from portal.outbox.letters import Context, Letter, mail_kind
from portal.outbox.models import Notification


def _write_waits(_context: Context) -> Letter:
    return Letter(
        subject=_("A candidate waits for a coach"),
        paragraphs=[
            _("A referral was accepted, or a coach has left, and a candidate in your team has no coach now."),
            _("Open the list of candidates and choose a coach. The coach is then mailed."),
        ],
        action=(_("See who waits"), "/candidates?phase=waiting"),
        why=_("You get this because you lead the team."),
    )


def _still_waits(notification: Notification) -> bool:
    phase = db.session.scalar(select(Candidate.phase).where(Candidate.id == notification.about_id))
    return phase is Phase.WAITING


CANDIDATE_WAITS = mail_kind("candidate_waits", _write_waits, still_due=_still_waits)


def _write_assigned(_context: Context) -> Letter:
    return Letter(
        subject=_("A candidate was assigned to you"),
        paragraphs=[
            _("Your team leader has given you a candidate to work with."),
            _("You find the candidate on top of your caseload. Get in touch within a few days."),
        ],
        action=(_("Open my caseload"), "/candidates"),
        why=_("You get this because you are a job coach."),
    )


def _still_assigned(notification: Notification) -> bool:
    coach_id = db.session.scalar(select(Candidate.coach_id).where(Candidate.id == notification.about_id))
    return coach_id is not None and coach_id == notification.told_id


CANDIDATE_ASSIGNED = mail_kind("candidate_assigned", _write_assigned, still_due=_still_assigned)


def candidate_waits(candidate: Candidate, leader_id: int) -> None:
    """To a team leader: somebody waits for a coach."""
    outbox.enqueue(CANDIDATE_WAITS, about=("candidate", candidate.id), context={}, user_id=leader_id)


def candidate_assigned(candidate: Candidate, coach_id: int) -> None:
    """To a coach: somebody was assigned to them."""
    outbox.enqueue(CANDIDATE_ASSIGNED, about=("candidate", candidate.id), context={}, user_id=coach_id)
