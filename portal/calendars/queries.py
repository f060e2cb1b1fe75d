"""Whose calendar an address is, and what stands in it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.calendars.models import CalendarFeed
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.outbox.letters import CalendarEntry
from portal.placements import queries as placements
from portal.placements.models import Placement, SupportContact
from portal.placements.states import ContactState
from portal.proposals import queries as proposals
from portal.proposals.models import Interview, InterviewState, Proposal
from portal.proposals.states import LIVE

BACK = timedelta(days=31)  # what was lately still stands there
MOST = 500  # of each sort


def digest(token: str) -> str:
    """What is kept of an address's random part. It has 256 bits, so a plain digest cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def of_token(token: str) -> User:
    """The coach whose calendar an address is.

    :raises Missing: when there is no such address, or it ended: made anew, taken back, the account closed, another
        password, another role. An address that ended looks like one that never was.
    """
    feed = db.session.scalar(
        select(CalendarFeed).options(joinedload(CalendarFeed.user)).where(CalendarFeed.token_hash == digest(token))
    )
    if feed is None or not is_live(feed):
        raise Missing
    return feed.user


def is_live(feed: CalendarFeed) -> bool:
    """Whether an address still works; ``feed.user`` is loaded."""
    user = feed.user
    return user.is_active and user.role is Role.COACH and user.session_number == feed.session_number


def of_user(user_id: int) -> CalendarFeed | None:
    """A user's address, live or ended, with the user."""
    return db.session.scalar(
        select(CalendarFeed).options(joinedload(CalendarFeed.user)).where(CalendarFeed.user_id == user_id)
    )


def entries(user: User) -> list[CalendarEntry]:
    """A coach's meetings with employers and candidates, and the days of support contacts, in two statements.

    They name nobody: what a calendar holds is copied to phones, and to whoever it is shared with.
    """
    actor = Actor(Role.COACH, user_id=user.id, team_id=user.team_id)
    return [*_interviews(actor), *_contacts(actor)]


def _interviews(actor: Actor) -> list[CalendarEntry]:
    rows = db.session.execute(
        select(
            Interview.public_id,
            Interview.sequence,
            Interview.starts_at,
            Interview.minutes,
            Proposal.public_id.label("of"),
        )
        .join(Proposal, Proposal.id == Interview.proposal_id)
        .where(
            proposals.visible_to(actor),
            Proposal.state.in_(LIVE),
            Interview.state == InterviewState.AGREED,
            Interview.starts_at >= clock.now() - BACK,
        )
        .order_by(Interview.starts_at, Interview.id)
        .limit(MOST)
    )
    return [
        CalendarEntry(
            uid=row.public_id,
            sequence=row.sequence,
            starts_at=row.starts_at.isoformat(),
            minutes=row.minutes,
            path=f"/proposals/{row.of}",
        )
        for row in rows
    ]


def _contacts(actor: Actor) -> list[CalendarEntry]:
    rows = db.session.execute(
        select(
            SupportContact.public_id, SupportContact.sequence, SupportContact.due_on, Placement.public_id.label("of")
        )
        .join(Placement, Placement.id == SupportContact.placement_id)
        .where(
            placements.visible_to(actor),
            SupportContact.state == ContactState.PLANNED,
            SupportContact.before_reported.is_(False),
            SupportContact.due_on >= clock.today() - BACK,
        )
        .order_by(SupportContact.due_on, SupportContact.id)
        .limit(MOST)
    )
    return [
        CalendarEntry(
            uid=row.public_id,
            sequence=row.sequence,
            on=row.due_on.isoformat(),
            path=f"/placements/{row.of}/contacts/{row.public_id}",
        )
        for row in rows
    ]
