"""Words that the administrator has added to the guard's lists."""

from __future__ import annotations

import enum
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Model, UTCDateTime, enum_column, link_to, public_id
from portal.core.i18n import Language


class WordKind(enum.StrEnum):
    """What a word speaks of. All but the last keep a text back."""

    HEALTH = "health"
    CARE = "care"
    MEDICATION = "medication"
    UNIT = "unit"
    ASK = "ask"


WORD_KIND_NAMES = {
    WordKind.HEALTH: _l("Health or illness"),
    WordKind.CARE: _l("Care or rehabilitation"),
    WordKind.MEDICATION: _l("Medication"),
    WordKind.UNIT: _l("A service of care"),
    WordKind.ASK: _l("Doubtful: asks the writer to look again"),
}


class GuardWord(Model):
    """A word or a few that the guard looks for in a language, beside its own lists. A * stands for any letters."""

    __tablename__ = "guard_words"
    __table_args__ = (UniqueConstraint("word", "language", name="uq_guard_words_word_language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    word: Mapped[str] = mapped_column(String(60))  # casefolded
    language: Mapped[Language] = mapped_column(enum_column(Language, "language"))
    kind: Mapped[WordKind] = mapped_column(enum_column(WordKind, "kind"))
    added_by_id: Mapped[int | None] = link_to("users.id", index=True, ondelete="SET NULL")
    added_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
