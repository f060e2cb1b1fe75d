"""Occupations and skills that the team has added."""

from __future__ import annotations

import enum
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import Model, UTCDateTime, enum_column, link_to, public_id
from portal.core.reference.model import Labels
from portal.core.reference.own import PREFIX

NAME_LENGTH = 80


class EntryKind(enum.StrEnum):
    """Which list an entry belongs to."""

    OCCUPATION = "occupation"
    SKILL = "skill"


KIND_NAMES = {EntryKind.OCCUPATION: _l("Occupations"), EntryKind.SKILL: _l("Skills")}


class OwnEntry(Model):
    """An occupation or a skill of the team's own. Never deleted: needs and frozen profiles hold its key."""

    __tablename__ = "own_entries"
    __table_args__ = tuple(
        UniqueConstraint("kind", code, name=f"uq_own_entries_kind_{code}") for code in ("sv", "fi", "en")
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    kind: Mapped[EntryKind] = mapped_column(enum_column(EntryKind, "kind"))
    sv: Mapped[str] = mapped_column(String(NAME_LENGTH))
    fi: Mapped[str] = mapped_column(String(NAME_LENGTH))
    en: Mapped[str] = mapped_column(String(NAME_LENGTH))
    group_key: Mapped[str] = mapped_column(String(40))  # an occupation's ISCO-08 minor group, a skill's group
    added_by_id: Mapped[int | None] = link_to("users.id", ondelete="SET NULL")
    added_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    added_by: Mapped[User | None] = relationship(lazy="raise")

    @property
    def key(self) -> str:
        """What needs and profiles hold, where a key that comes with the portal could stand."""
        return PREFIX + self.public_id

    @property
    def labels(self) -> Labels:
        """Its names."""
        return Labels(self.sv, self.fi, self.en)
