"""A coach's leave and the deputy who stands in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import Model, UTCDateTime, link_to, public_id


class Leave(Model):
    """The days on which a coach is away, both ends included, and who stands in. One that was ended stays as it was."""

    __tablename__ = "leaves"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("coach_id <> deputy_id", name="somebody_else_stands_in"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    coach_id: Mapped[int] = link_to("users.id", ondelete="CASCADE")
    deputy_id: Mapped[int] = link_to("users.id", ondelete="CASCADE")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    arranged_by_id: Mapped[int | None] = link_to("users.id", ondelete="SET NULL")
    arranged_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # came back before the last day, or never left

    coach: Mapped[User] = relationship(foreign_keys=[coach_id], lazy="raise")
    deputy: Mapped[User] = relationship(foreign_keys=[deputy_id], lazy="raise")
