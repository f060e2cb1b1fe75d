"""The outbox's tables: what is to be mailed, and who was last seen working on it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Json, Model, UTCDateTime, enum_column, link_to, public_id
from portal.core.i18n import Language


class SendState(enum.StrEnum):
    """Where a notification stands. QUEUED, SENDING and COLLECTED are live; the others are ends.

    COLLECTED waits for its reader's one mail a day, FOLDED is a line of one: what becomes of that mail became of it.
    """

    QUEUED = "queued"
    SENDING = "sending"
    COLLECTED = "collected"
    FOLDED = "folded"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Trouble(enum.StrEnum):
    """Why a mail has not gone out. Kept with the server's codes alone: its words often hold the reader's address."""

    SERVER_AWAY = "server_away"
    NOT_NOW = "not_now"
    RECIPIENT_REFUSED = "recipient_refused"
    CONTENT_REFUSED = "content_refused"
    GAVE_UP = "gave_up"
    CANNOT_BE_WRITTEN = "cannot_be_written"
    UNKNOWN_KIND = "unknown_kind"
    TURNED_OFF = "turned_off"


class Notification(Model):
    """One mail to one reader. Holds no personal data of a candidate: ids, titles, aliases and addresses of pages."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN user_id IS NULL THEN 0 ELSE 1 END + CASE WHEN candidate_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN address IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_reader",
        ),
        CheckConstraint(
            "for_user_id IS NULL OR (user_id IS NOT NULL AND user_id <> for_user_id)", name="stand_in_is_another"
        ),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        CheckConstraint("(state = 'sending') = (leased_until IS NOT NULL)", name="sending_has_lease"),
        CheckConstraint("(state = 'folded') = (digest_id IS NOT NULL)", name="folded_has_digest"),
        Index("ix_notifications_due", "state", "due_at", "id"),
        Index("ix_notifications_about", "about_type", "about_id"),
        Index("uq_notifications_once", "once_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    kind: Mapped[str] = mapped_column(String(60))
    # exactly one of the three says who reads it; users' and candidates' addresses are looked up when it is sent
    user_id: Mapped[int | None] = link_to("users.id", ondelete="CASCADE")
    candidate_id: Mapped[int | None] = link_to("candidates.id", ondelete="CASCADE")
    address: Mapped[str | None] = mapped_column(String(254))
    # a copy for who stands in for this user, who gets the mail itself
    for_user_id: Mapped[int | None] = link_to("users.id", ondelete="CASCADE")
    language: Mapped[Language | None] = mapped_column(enum_column(Language, "language"))
    about_type: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[int]
    context: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    thread: Mapped[str | None] = mapped_column(String(120))
    # a scheduled mail names its occasion here, and the unique index lets it be queued once
    once_key: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[SendState] = mapped_column(enum_column(SendState, "state"), default=SendState.QUEUED)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    # the instant since which it ought to go out; a retry waits until next_try_at and leaves due_at as it was
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # the daily mail that this one is a line of
    digest_id: Mapped[int | None] = link_to("notifications.id", ondelete="CASCADE")
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # tries of this mail alone; a server that is away altogether counts against nobody
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # a Trouble, then codes: "recipient_refused 550 5.1.1"
    error: Mapped[str | None] = mapped_column(String(120))
    # since when a coach has been told that it could not be delivered, or nobody has to be; empty again when sent again
    raised_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def told_id(self) -> int | None:
        """The user whom the thing concerns, who has to have the right to be told: who is away, of a deputy's copy."""
        return self.for_user_id or self.user_id


class WorkerHeartbeat(Model):
    """When a worker was last alive, when a scheduled job last ran (``job:`` and its name), and since when the mail
    server cannot be used (``away:`` and its codes)."""

    __tablename__ = "worker_heartbeats"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    beat_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
