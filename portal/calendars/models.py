"""The private addresses of coaches' calendars."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import Model, UTCDateTime, link_to


class CalendarFeed(Model):
    """One coach's address, one at a time. The address itself is nowhere here: only a digest of its random part.

    ``session_number`` is the user's when the address was made: what ends every visit of the user (another password,
    a closed account) ends the address too.
    """

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = link_to("users.id", ondelete="CASCADE", unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    session_number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    user: Mapped[User] = relationship(lazy="raise")
