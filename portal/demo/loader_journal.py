"""The demonstration's audit trail and access log: gathered while rows are made, written at the end in order of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import insert

from portal.audit.models import AccessLogEntry, AuditEvent
from portal.audit.service import ALLOWED_KEYS
from portal.core.actors import Actor
from portal.core.db import db


class Row(Protocol):
    """Anything with a number; it may get it later."""

    id: Any


@dataclass(frozen=True)
class Entry:
    """One event that is to be written."""

    at: datetime
    actor: Actor
    verb: str
    subject_type: str
    subject: Row
    data: dict[str, Any]


@dataclass
class Journal:
    """What happened in the demonstration's past. Histories are read by number, so time must set the numbers."""

    entries: list[Entry] = field(default_factory=list)
    showings: list[dict[str, Any]] = field(default_factory=list)

    def note(self, at: datetime, actor: Actor, verb: str, subject_type: str, subject: Row, **data: Any) -> None:
        """Remember a change, as ``audit.service.record`` would have logged it. ValueError for a key that it refuses."""
        if unknown := set(data) - ALLOWED_KEYS:
            raise ValueError(f"{verb} may not log {sorted(unknown)}")
        self.entries.append(Entry(at, actor, verb, subject_type, subject, data))

    def saw(self, at: datetime, actor: Actor, candidate_id: int, what: str, why: str) -> None:
        """Remember that a candidate's identity was shown, as ``audit.service.saw`` would have logged it."""
        self.showings.append(
            {
                "at": at,
                "viewer_role": actor.role,
                "viewer_id": actor.user_id,
                "candidate_id": candidate_id,
                "what": what,
                "why": why,
            }
        )

    def write(self) -> None:
        """Write all of it, the oldest first. The rows that the events speak of have been flushed."""
        events = [
            {
                "at": entry.at,
                "actor_role": entry.actor.role,
                "actor_id": entry.actor.user_id,
                "verb": entry.verb,
                "subject_type": entry.subject_type,
                "subject_id": entry.subject.id,
                "data": entry.data,
            }
            for entry in sorted(self.entries, key=lambda one: one.at)
        ]
        db.session.execute(insert(AuditEvent), events)
        db.session.execute(insert(AccessLogEntry), sorted(self.showings, key=lambda one: one["at"]))
