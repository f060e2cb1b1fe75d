"""Two logs, events (what was changed) and the access log (whose personal data was shown to whom), and their seals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import Json, Model, UTCDateTime, enum_column


class AuditEvent(Model):
    """One change, written in the transaction that made it."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_subject", "subject_type", "subject_id", "id"),
        Index("ix_audit_events_seal_id", "seal", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    actor_role: Mapped[Role] = mapped_column(enum_column(Role, "actor_role"))
    # plain ids: an erased user or candidate leaves the event behind
    actor_id: Mapped[int | None] = mapped_column(index=True)
    verb: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    seal: Mapped[int | None]  # the number of its seal (``LogSeal``); None until the next sealing


class AccessLogEntry(Model):
    """One showing of a candidate's identity or notes: who saw whom, what, why, when."""

    __tablename__ = "access_log"
    __table_args__ = (
        CheckConstraint("viewer_id IS NOT NULL OR viewer_role = 'candidate'", name="viewer_known"),
        Index("ix_access_log_candidate_id_at", "candidate_id", "at"),
        Index("ix_access_log_at_id", "at", "id"),
        Index("ix_access_log_seal_id", "seal", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    viewer_role: Mapped[Role] = mapped_column(enum_column(Role, "viewer_role"))
    viewer_id: Mapped[int | None] = mapped_column(index=True)
    candidate_id: Mapped[int]
    what: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(60))
    seal: Mapped[int | None]  # the number of its seal (``LogSeal``); None until the next sealing


class LogSeal(Model):
    """The seal of one batch of rows of a log: each row's mark, and a digest that binds them to the seal before.

    Plain numbers, no foreign key from the rows: what somebody cuts out has to be found missing, not to be refused.
    See ``sealing`` for what is hashed, ``keeping`` for the two columns of a cleared front.
    """

    __tablename__ = "log_seals"
    __table_args__ = (CheckConstraint("(cleared_at IS NULL) = (cleared_digest IS NULL)", name="cleared_whole"),)

    log: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, without gaps
    sealed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    row_count: Mapped[int]
    total: Mapped[int]  # its rows and those of all seals before it
    marks: Mapped[str] = mapped_column(Text)  # "id:mark" of each row, by id
    previous: Mapped[str] = mapped_column(String(64))  # digest of the seal before; empty for the first
    key_id: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    cleared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cleared_digest: Mapped[str | None] = mapped_column(String(64))
