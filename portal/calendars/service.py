"""A coach makes the own calendar's address, makes it anew, or ends it."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, select

from portal.accounts.models import User
from portal.audit.service import record
from portal.calendars import queries
from portal.calendars.models import CalendarFeed
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Missing

TOKEN_BYTES = 32


def make(actor: Actor, user: User) -> str:
    """Make the address; one that was there before works no more.

    :returns: its random part, which is shown now and never again.
    :raises Missing: for all but coaches, each for themselves.
    """
    _own_only(actor, user)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.execute(
        select(User.id).where(User.id == user.id).with_for_update()
    )  # of two presses the later one holds
    feed = queries.of_user(user.id)
    if feed is None:
        feed = CalendarFeed(user_id=user.id)
        db.session.add(feed)
    feed.token_hash, feed.session_number, feed.made_at = queries.digest(token), user.session_number, clock.now()
    db.session.flush()
    record(actor, "calendars.make", "user", user.id)
    return token


def end(actor: Actor, user: User) -> None:
    """The address works no more. :raises Missing: for all but coaches, each for themselves."""
    _own_only(actor, user)
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == user.id))
    record(actor, "calendars.end", "user", user.id)


def _own_only(actor: Actor, user: User) -> None:
    if actor.role is not Role.COACH or actor.user_id != user.id:
        raise Missing
