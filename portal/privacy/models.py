"""Who was warned before an erasing, and what stays of those who are gone: figures that lead to nobody."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Model, UTCDateTime, enum_column, link_to


class RetentionWarning(Model):
    """Somebody's data is about to be erased, and those were told who can keep it: once a period.

    The period is named by the day of the last activity that it began with, so activity makes the warning void.
    """

    __tablename__ = "retention_warnings"
    __table_args__ = (
        CheckConstraint("(candidate_id IS NULL) <> (user_id IS NULL)", name="about_one"),
        CheckConstraint("(kept_at IS NULL) = (kept_by_id IS NULL)", name="kept_by_somebody"),
        Index("uq_retention_warnings_candidate", "candidate_id", "last_active_on", unique=True),
        Index("uq_retention_warnings_user", "user_id", "last_active_on", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int | None] = link_to("candidates.id", ondelete="CASCADE")
    user_id: Mapped[int | None] = link_to("users.id", ondelete="CASCADE")
    last_active_on: Mapped[date]
    warned_on: Mapped[date] = mapped_column(default=clock.today)
    kept_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # "there has been activity"
    kept_by_id: Mapped[int | None] = link_to("users.id")


class FigureOf(enum.StrEnum):
    """What a closed figure counts."""

    PHASE = "phase"
    PROPOSAL = "proposal"
    HIRE = "hire"
    CONTACT = "contact"
    EMPLOYERS_HIRE = "employers_hire"


class ClosedFigure(Model):
    """A count of things that belonged to erased candidates, by month and outcome. It names and leads to nobody.

    The key is a digest of what is counted: neither the rows' order nor their ids say which were written together.
    """

    __tablename__ = "closed_figures"
    __table_args__ = (
        CheckConstraint("how_many > 0", name="some"),
        CheckConstraint("(employer_id IS NOT NULL) = (of = 'employers_hire')", name="employer_of_hires"),
        CheckConstraint("(team_id IS NULL) = (of = 'employers_hire')", name="team_of_the_rest"),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    of: Mapped[FigureOf] = mapped_column(enum_column(FigureOf, "of"))
    team_id: Mapped[int | None] = link_to("teams.id")
    employer_id: Mapped[int | None] = link_to("employers.id", ondelete="CASCADE")
    month: Mapped[str] = mapped_column(String(7))  # 2026-11
    outcome: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(120), default="")  # of an employer's own hire
    how_many: Mapped[int] = mapped_column(default=1)
    minutes: Mapped[int] = mapped_column(default=0)  # of contacts, together
