"""A recruitment need. Few fields are required, the rest is asked for (``domain.md``, "Opening")."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import Choices, Json, Model, UTCDateTime, db, enum_column, link_to, public_id
from portal.core.i18n import Language
from portal.core.work import Shift
from portal.employers.models import Employer, Workplace
from portal.openings.states import OpeningState


class Adaptation(enum.StrEnum):
    """What the workplace can adapt; NOTHING_NOW is said out loud, never assumed."""

    WORKING_TIME = "working_time"
    PHYSICAL = "physical"
    SURROUNDINGS = "surroundings"
    WAY_OF_WORKING = "way_of_working"
    NOTHING_NOW = "nothing_now"


class EmploymentType(enum.StrEnum):
    """How long the work lasts."""

    PERMANENT = "permanent"
    FIXED_TERM = "fixed_term"
    ON_CALL = "on_call"


class Demand(enum.StrEnum):
    """What the work asks of the body."""

    STANDING = "standing"
    LIFTING = "lifting"
    STAIRS = "stairs"
    OUTDOORS = "outdoors"
    COLD_OR_HEAT = "cold_or_heat"
    NOISE = "noise"


ADAPTATION_NAMES = {
    Adaptation.WORKING_TIME: _l("Working time"),
    Adaptation.PHYSICAL: _l("Physical tasks and tools"),
    Adaptation.SURROUNDINGS: _l("Surroundings, such as noise or a place of one's own"),
    Adaptation.WAY_OF_WORKING: _l("Way of working, such as one thing at a time"),
    Adaptation.NOTHING_NOW: _l("Nothing just now"),
}
EMPLOYMENT_TYPE_NAMES = {
    EmploymentType.PERMANENT: _l("Permanent"),
    EmploymentType.FIXED_TERM: _l("Fixed-term"),
    EmploymentType.ON_CALL: _l("On call"),
}
DEMAND_NAMES = {
    Demand.STANDING: _l("Standing for long"),
    Demand.LIFTING: _l("Lifting"),
    Demand.STAIRS: _l("Stairs or ladders"),
    Demand.OUTDOORS: _l("Work outdoors"),
    Demand.COLD_OR_HEAT: _l("Cold or heat"),
    Demand.NOISE: _l("Noise"),
}

# Foreign keys of both columns are indexed: the primary key serves the first, the second has its own.
opening_contacts = Table(
    "opening_contacts",
    db.metadata,
    Column("opening_id", Integer, ForeignKey("openings.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Opening(Model):
    """A need of one employer. ``language`` is the language that its own words are written in."""

    __tablename__ = "openings"
    __table_args__ = (
        CheckConstraint("hours_min > 0 AND hours_max >= hours_min AND hours_max <= 60", name="hours_in_order"),
        CheckConstraint("people >= 1 AND people <= 200", name="people_some"),
        CheckConstraint("state IN ('draft', 'closed') OR (paid_work AND adaptations <> '')", name="posted_is_complete"),
        CheckConstraint("state IN ('draft', 'closed') OR posted_at IS NOT NULL", name="posted_has_time"),
        UniqueConstraint("id", "employer_id"),  # a candidate's yes names both
        Index("ix_openings_state_posted_at", "state", "posted_at"),
        Index("ix_openings_employer_id_state", "employer_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    employer_id: Mapped[int] = link_to("employers.id", index=True)
    workplace_id: Mapped[int | None] = link_to("workplaces.id", ondelete="SET NULL")
    state: Mapped[OpeningState] = mapped_column(enum_column(OpeningState, "state"), default=OpeningState.DRAFT)
    wants_posting: Mapped[bool] = mapped_column(default=False)

    title: Mapped[str] = mapped_column(String(120))
    occupation: Mapped[str] = mapped_column(String(60))  # key of core.reference
    municipality: Mapped[str] = mapped_column(String(3))
    hours_min: Mapped[int]  # a week
    hours_max: Mapped[int]
    people: Mapped[int] = mapped_column(default=1)
    adaptations: Mapped[list[Adaptation]] = mapped_column(Choices(Adaptation), default=list)
    paid_work: Mapped[bool] = mapped_column(default=False)  # by its collective agreement or the going wage

    tasks: Mapped[str] = mapped_column(Text, default="")
    skills_required: Mapped[list[str]] = mapped_column(Json, default=list)  # keys of core.reference
    skills_welcome: Mapped[list[str]] = mapped_column(Json, default=list)
    # language code -> Level
    languages: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    shifts: Mapped[list[Shift]] = mapped_column(Choices(Shift), default=list)
    employment_type: Mapped[EmploymentType | None] = mapped_column(enum_column(EmploymentType, "employment_type"))
    pay: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date | None]
    last_day: Mapped[date | None]  # to answer
    driving_licence: Mapped[str] = mapped_column(String(20), default="")
    demands: Mapped[list[Demand]] = mapped_column(Choices(Demand), default=list)
    languages_at_work: Mapped[list[Any]] = mapped_column(Json, default=list)
    language: Mapped[Language] = mapped_column(enum_column(Language, "language"), default=Language.SV)

    created_by_id: Mapped[int] = link_to("users.id")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    posted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    version: Mapped[int] = mapped_column()

    employer: Mapped[Employer] = relationship(lazy="raise")
    workplace: Mapped[Workplace | None] = relationship(lazy="raise")
    contacts: Mapped[list[User]] = relationship(secondary=opening_contacts, lazy="raise", order_by=User.name)

    __mapper_args__ = {"version_id_col": version}
