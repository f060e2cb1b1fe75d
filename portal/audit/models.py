"""Two logs: events (what was changed) and the access log (whose personal data was shown to whom)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import Json, Model, UTCDateTime, enum_column


class AuditEvent(Model):
    """One change, written in the transaction that made it."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_subject", "subject_type", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    actor_role: Mapped[Role] = mapped_column(enum_column(Role, "actor_role"))
    # plain ids: an erased user or candidate leaves the event behind
    actor_id: Mapped[int | None] = mapped_column(index=True)
    verb: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class AccessLogEntry(Model):
    """One showing of a candidate's identity or notes: who saw whom, what, why, when."""

    __tablename__ = "access_log"
    __table_args__ = (
        CheckConstraint("viewer_id IS NOT NULL OR viewer_role = 'candidate'", name="viewer_known"),
        Index("ix_access_log_candidate_id_at", "candidate_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    viewer_role: Mapped[Role] = mapped_column(enum_column(Role, "viewer_role"))
    viewer_id: Mapped[int | None] = mapped_column(index=True)
    candidate_id: Mapped[int]
    what: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(60))
