"""What the logs say, by plain ids; rooms above give them names."""

from __future__ import annotations

from sqlalchemy import Select, select

from portal.audit.models import AccessLogEntry
from portal.core.db import db


def looks_at(candidate_id: int) -> list[AccessLogEntry]:
    """Every showing of a candidate's identity or notes, the oldest first: what the candidate's extract lists.

    The caller has made sure that the reader may have it; reading it writes no row.
    """
    query = shown_to_anyone().where(AccessLogEntry.candidate_id == candidate_id)
    return list(db.session.scalars(query.order_by(AccessLogEntry.at, AccessLogEntry.id)))


def shown_to_anyone() -> Select[tuple[AccessLogEntry]]:
    """The whole access log, to be narrowed and ordered."""
    return select(AccessLogEntry)
