"""Organisations, who works there, where, and the log of contacts with them."""

from __future__ import annotations

import enum
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import Model, UTCDateTime, enum_column, link_to, public_id
from portal.core.encryption import EncryptedText
from portal.core.i18n import Language
from portal.employers.states import Standing, Verification


class Employer(Model):
    """An organisation. One without a Business ID (a farm, a firm being founded) is a prospect that a coach keeps."""

    __tablename__ = "employers"
    __table_args__ = (
        CheckConstraint(
            "verification <> 'verified' OR business_id IS NOT NULL OR verified_reason <> ''",
            name="verified_has_ground",
        ),
        CheckConstraint("verification <> 'verified' OR verified_at IS NOT NULL", name="verified_has_time"),
        Index("ix_employers_name", "name", "id"),
        Index("ix_employers_verification", "verification", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    name: Mapped[str] = mapped_column(String(200))
    business_id: Mapped[str | None] = mapped_column(String(9), unique=True)
    sector: Mapped[str] = mapped_column(String(120), default="")
    municipality: Mapped[str] = mapped_column(String(3))  # Statistics Finland's code
    language: Mapped[Language] = mapped_column(enum_column(Language, "language"), default=Language.SV)
    verification: Mapped[Verification] = mapped_column(
        enum_column(Verification, "verification"), default=Verification.WAITING
    )
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verified_by_id: Mapped[int | None] = link_to("users.id")
    verified_reason: Mapped[str] = mapped_column(String(500), default="")
    standing: Mapped[Standing] = mapped_column(enum_column(Standing, "standing"), default=Standing.PROSPECT)
    coach_id: Mapped[int | None] = link_to("users.id")  # who looks after the relationship
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    coach: Mapped[User | None] = relationship(foreign_keys="Employer.coach_id", lazy="raise")


class Membership(Model):
    """A user's place in one organisation. A user belongs to one."""

    __tablename__ = "memberships"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = link_to("users.id", ondelete="CASCADE", unique=True)
    employer_id: Mapped[int] = link_to("employers.id")
    manages: Mapped[bool] = mapped_column(default=False)  # lets colleagues in
    terms_version: Mapped[str] = mapped_column(String(20))
    terms_accepted_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    user: Mapped[User] = relationship(lazy="raise")
    employer: Mapped[Employer] = relationship(lazy="raise")


class Workplace(Model):
    """A site of an employer."""

    __tablename__ = "workplaces"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    employer_id: Mapped[int] = link_to("employers.id", ondelete="CASCADE")
    name: Mapped[str] = mapped_column(String(120))
    street: Mapped[str] = mapped_column(String(200), default="")
    municipality: Mapped[str] = mapped_column(String(3))

    employer: Mapped[Employer] = relationship(lazy="raise")


class Invitation(Model):
    """A person asked to join an employer by a colleague or a coach; good for 14 days."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "uq_invitations_open",
            "employer_id",
            "email",
            unique=True,
            sqlite_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    employer_id: Mapped[int] = link_to("employers.id", ondelete="CASCADE")
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(enum_column(Language, "language"))
    invited_by_id: Mapped[int] = link_to("users.id")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    employer: Mapped[Employer] = relationship(lazy="raise")


class JoinRequest(Model):
    """A person who registered with a Business ID that is known already; a colleague there lets them in."""

    __tablename__ = "join_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    user_id: Mapped[int] = link_to("users.id", ondelete="CASCADE", unique=True)
    employer_id: Mapped[int] = link_to("employers.id", ondelete="CASCADE")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    terms_version: Mapped[str] = mapped_column(String(20))

    user: Mapped[User] = relationship(lazy="raise")
    employer: Mapped[Employer] = relationship(lazy="raise")


class Channel(enum.StrEnum):
    """How people met."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"
    MAIL = "mail"


CHANNEL_NAMES = {
    Channel.IN_PERSON: _l("In person"),
    Channel.VIDEO: _l("Video"),
    Channel.PHONE: _l("Phone"),
    Channel.MAIL: _l("Mail"),
}


class EmployerContact(Model):
    """A logged visit, call or mail with an employer (``domain.md``, "Employers as a relationship")."""

    __tablename__ = "employer_contacts"
    __table_args__ = (
        CheckConstraint("next_step = '' OR next_step_on IS NOT NULL", name="next_step_has_day"),
        Index("ix_employer_contacts_employer_id_on", "employer_id", "on_day"),
        Index("ix_employer_contacts_coach_id_on", "coach_id", "on_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    employer_id: Mapped[int] = link_to("employers.id", ondelete="CASCADE", index=True)
    coach_id: Mapped[int] = link_to("users.id", index=True)
    on_day: Mapped[date]
    channel: Mapped[Channel] = mapped_column(enum_column(Channel, "channel"), default=Channel.IN_PERSON)
    first_visit: Mapped[bool] = mapped_column(default=False)
    with_whom: Mapped[str] = mapped_column(EncryptedText(200), default="")
    candidate_id: Mapped[int | None] = link_to("candidates.id", ondelete="SET NULL")  # None: in general
    learned: Mapped[str] = mapped_column(EncryptedText, default="")
    next_step: Mapped[str] = mapped_column(EncryptedText(300), default="")
    next_step_on: Mapped[date | None]
    next_step_done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    employer: Mapped[Employer] = relationship(lazy="raise")
    coach: Mapped[User] = relationship(lazy="raise")
