"""Users and the links that they are mailed."""

from __future__ import annotations

import enum
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_login import UserMixin
from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import Json, Model, UTCDateTime, enum_column, link_to, public_id
from portal.core.i18n import Language


class MailMode(enum.StrEnum):
    """How a user wants informative mail."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NOTHING = "nothing"


MAIL_MODE_NAMES = {
    MailMode.AT_ONCE: _l("At once"),
    MailMode.DAILY: _l("Once a day, in one mail in the morning"),
    MailMode.NOTHING: _l("Not at all"),
}


class Team(Model):
    """A recruitment team of the county: coaches, their leader, and the candidates they support."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    name: Mapped[str] = mapped_column(String(120), unique=True)


class User(UserMixin, Model):
    """Somebody who signs in. Candidates never do: they act by signed links."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('employer', 'coach', 'team_leader', 'administrator')", name="role_signs_in"),
        CheckConstraint("role NOT IN ('coach', 'team_leader') OR team_id IS NOT NULL", name="staff_have_team"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("ix_users_role", "role", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[Language | None] = mapped_column(enum_column(Language, "language"))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    email_verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # part of the session's id: a new number ends every session of the user at once
    session_number: Mapped[int] = mapped_column(default=1)
    mail_mode: Mapped[MailMode] = mapped_column(enum_column(MailMode, "mail_mode"), default=MailMode.AT_ONCE)
    # kinds of mail that are turned off, by name and in order
    mails_off: Mapped[list[str]] = mapped_column(Json, default=list)
    team_id: Mapped[int | None] = link_to("teams.id")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # an empty shell that events still point to

    team: Mapped[Team | None] = relationship(lazy="raise")

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.deactivated_at is None

    def get_id(self) -> str:
        """What the session cookie holds: dies with the session number."""
        return f"{self.public_id}.{self.session_number}"


class Purpose(enum.StrEnum):
    """What a link is for; it works for nothing else."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # a name, no secret
    INVITATION = "invitation"  # to an employer
    STAFF_INVITATION = "staff_invitation"
    SIGN_IN = "sign_in"
    CONSENT = "consent"
    MY_CONSENTS = "my_consents"
    ANSWER = "answer"  # of an employer's contact person to a proposal
    SUPPORT = "support"  # an employer's contact person asks for it
    PULSE = "pulse"


PURPOSE_NAMES = {
    Purpose.VERIFY_EMAIL: _l("Say that an address is yours"),
    Purpose.RESET_PASSWORD: _l("Choose a new password"),
    Purpose.INVITATION: _l("Answer an invitation"),
    Purpose.STAFF_INVITATION: _l("Answer an invitation"),
    Purpose.SIGN_IN: _l("Sign in once"),
    Purpose.CONSENT: _l("Answer a question"),
    Purpose.MY_CONSENTS: _l("See what was agreed"),
    Purpose.ANSWER: _l("Answer a proposal"),
    Purpose.SUPPORT: _l("Ask for support"),
    Purpose.PULSE: _l("Answer a question"),
}


class SignedLink(Model):
    """A link that was handed out. Its token is this row's ``token_id`` signed; the row alone makes no link.

    ``subject_id`` is the row that the purpose speaks of: a user, an invitation, a proposal.
    """

    __tablename__ = "signed_links"
    __table_args__ = (Index("ix_signed_links_subject", "purpose", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[str] = public_id()
    purpose: Mapped[Purpose] = mapped_column(enum_column(Purpose, "purpose"))
    subject_id: Mapped[int]
    user_id: Mapped[int | None] = link_to("users.id", ondelete="CASCADE")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class StaffInvitation(Model):
    """A member of staff asked in by the administrator. Becomes a user when the link is answered with a password."""

    __tablename__ = "staff_invitations"
    __table_args__ = (
        CheckConstraint("role IN ('coach', 'team_leader', 'administrator')", name="staff_role"),
        Index(
            "uq_staff_invitations_open",
            "email",
            unique=True,
            sqlite_where=text("accepted_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    team_id: Mapped[int | None] = link_to("teams.id")
    language: Mapped[Language] = mapped_column(enum_column(Language, "language"))
    invited_by_id: Mapped[int] = link_to("users.id")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
