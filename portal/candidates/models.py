"""A candidate in two parts that never share a row: who it is, and the profile without a name.

``Candidate`` holds only ids, phase and dates. ``Identity`` is private: no employer reaches a column of it but through
``disclosure.disclosed_fields``. ``Profile`` is the coach's working copy; what an employer sees is a ``FrozenProfile``.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.candidates.states import Phase
from portal.candidates.values import Kind
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import Base, Choices, Json, Model, UTCDateTime, db, enum_column, link_to, public_id
from portal.core.encryption import EncryptedDate, EncryptedJson, EncryptedText
from portal.core.i18n import Language
from portal.core.triggers import hold
from portal.core.work import Shift


class Candidate(Model):
    """Somebody the team supports. Nothing here says who."""

    __tablename__ = "candidates"
    __table_args__ = (
        CheckConstraint("phase IN ('referred', 'waiting', 'exited') OR coach_id IS NOT NULL", name="started_has_coach"),
        CheckConstraint(
            "phase IN ('referred', 'waiting') OR started_on IS NOT NULL OR phase = 'exited'",
            name="started_has_day",
        ),
        Index("ix_candidates_coach_id_phase", "coach_id", "phase"),
        Index("ix_candidates_team_id_phase", "team_id", "phase"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    team_id: Mapped[int] = link_to("teams.id", index=True)
    coach_id: Mapped[int | None] = link_to("users.id", index=True)
    phase: Mapped[Phase] = mapped_column(enum_column(Phase, "phase"), default=Phase.REFERRED)
    phase_since: Mapped[date] = mapped_column(default=clock.today)
    referred_on: Mapped[date] = mapped_column(default=clock.today)
    started_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    coach: Mapped[User | None] = relationship(lazy="raise")
    identity: Mapped[Identity] = relationship(lazy="raise", back_populates="candidate")
    profile: Mapped[Profile] = relationship(lazy="raise", back_populates="candidate")

    @property
    def waits_since(self) -> date:
        """Since when somebody without a coach waits for one: the referral, or the day when a coach left."""
        return self.referred_on if self.started_on is None else self.phase_since


class Identity(Model):
    """Who a candidate is. Private: staff of the caseload alone, each showing in the access log."""

    __tablename__ = "identities"

    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE", primary_key=True)
    first_name: Mapped[str] = mapped_column(EncryptedText(80))
    last_name: Mapped[str] = mapped_column(EncryptedText(80))
    nickname: Mapped[str] = mapped_column(EncryptedText(80), default="")
    birth_date: Mapped[date | None] = mapped_column(EncryptedDate)
    email: Mapped[str] = mapped_column(EncryptedText(254), default="")
    phone: Mapped[str] = mapped_column(EncryptedText(40), default="")
    street: Mapped[str] = mapped_column(EncryptedText(200), default="")
    postal_code: Mapped[str] = mapped_column(EncryptedText(5), default="")
    municipality: Mapped[str] = mapped_column(EncryptedText(3), default="")
    language: Mapped[Language] = mapped_column(enum_column(Language, "language"), default=Language.SV)
    care_contact: Mapped[str] = mapped_column(EncryptedText(200), default="")
    version: Mapped[int] = mapped_column()

    candidate: Mapped[Candidate] = relationship(lazy="raise", back_populates="identity")

    __mapper_args__ = {"version_id_col": version}

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Note(Model):
    """A note of the team about a candidate. Private."""

    __tablename__ = "candidate_notes"
    __table_args__ = (Index("ix_candidate_notes_candidate_id_at", "candidate_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE", index=True)
    author_id: Mapped[int] = link_to("users.id")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    text: Mapped[str] = mapped_column(EncryptedText)

    author: Mapped[User] = relationship(lazy="raise")


class PhaseChange(Model):
    """When a candidate came into a phase, and who said so."""

    __tablename__ = "phase_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE")
    phase: Mapped[Phase] = mapped_column(enum_column(Phase, "phase"))
    on_day: Mapped[date] = mapped_column(default=clock.today)
    by_id: Mapped[int | None] = link_to("users.id", ondelete="SET NULL")


class Experience(enum.StrEnum):
    """Years in an occupation, in bands that several people share."""

    NONE = "none"
    UNDER_1 = "under_1"
    FROM_1_TO_3 = "1_3"
    FROM_3_TO_10 = "3_10"
    OVER_10 = "over_10"


EXPERIENCE_NAMES = {
    Experience.NONE: _l("new to it"),
    Experience.UNDER_1: _l("less than a year"),
    Experience.FROM_1_TO_3: _l("1–3 years"),
    Experience.FROM_3_TO_10: _l("3–10 years"),
    Experience.OVER_10: _l("more than 10 years"),
}


class Profile(Model):
    """The coach's working copy of what a candidate brings. Values that compare, and one short pitch.

    ``content`` turns it into the plain values that are frozen; see ``candidates.profiles``.
    """

    __tablename__ = "profiles"
    __table_args__ = (
        CheckConstraint(
            "(hours_min IS NULL AND hours_max IS NULL)"
            " OR (hours_min > 0 AND hours_max >= hours_min AND hours_max <= 60)",
            name="hours_in_order",
        ),
    )

    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE", primary_key=True)
    # occupation key -> Experience
    occupations: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    skills: Mapped[list[str]] = mapped_column(Json, default=list)
    # language code -> level of the Common European Framework
    languages: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    driving_licence: Mapped[str] = mapped_column(String(20), default="")
    hours_min: Mapped[int | None]
    hours_max: Mapped[int | None]
    shifts: Mapped[list[Shift]] = mapped_column(Choices(Shift), default=list)
    areas: Mapped[list[str]] = mapped_column(Json, default=list)  # municipality codes
    earliest_start: Mapped[date | None]
    works_well: Mapped[str] = mapped_column(EncryptedText, default="")  # what makes work go well, a line each
    pitch: Mapped[str] = mapped_column(EncryptedText, default="")
    pitch_language: Mapped[Language] = mapped_column(enum_column(Language, "pitch_language"), default=Language.SV)
    wishes: Mapped[str] = mapped_column(EncryptedText, default="")  # for the team: what work the candidate wants
    # tokens of the doubtful words in the texts above that the coach has looked at (core.guarding)
    words_read: Mapped[str] = mapped_column(EncryptedText, default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    version: Mapped[int] = mapped_column()

    candidate: Mapped[Candidate] = relationship(lazy="raise", back_populates="profile")

    __mapper_args__ = {"version_id_col": version}


class KeptFine(Model):
    """A value that stands out and is shown as it is all the same, because the job needs it. The reason is private."""

    __tablename__ = "kept_fine"
    __table_args__ = (UniqueConstraint("candidate_id", "kind", "value", name="uq_kept_fine_value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE")
    kind: Mapped[Kind] = mapped_column(enum_column(Kind, "kind"))
    value: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(EncryptedText(300))
    by_id: Mapped[int | None] = link_to("users.id", ondelete="SET NULL")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    by: Mapped[User | None] = relationship(lazy="raise")


class FrozenProfile(Model):
    """Exactly what an employer would see, as it was when consent was asked or recorded. Never changed.

    Beside it only what the candidate must be told of it: which of the shown values stand out and were kept fine. A
    value that was shown coarser is nowhere here; ``source_digest`` says whether the profile is still the same without
    holding any of it (a keyed hash).
    """

    __tablename__ = "frozen_profiles"
    __table_args__ = (UniqueConstraint("id", "candidate_id"),)  # whoever points to a profile names its candidate too

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE")
    content: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the content, which the consent names
    kept_fine: Mapped[list[list[str]]] = mapped_column(EncryptedJson, default=list)  # [kind, value]
    source_digest: Mapped[str] = mapped_column(
        String(64), default=""
    )  # of the working copy, see profiles.source_digest
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class Alias(Model):
    """How one employer knows one candidate ("K7P-4"): random, and no other employer's."""

    __tablename__ = "aliases"
    __table_args__ = (
        UniqueConstraint("candidate_id", "employer_id", name="uq_aliases_candidate_employer"),
        UniqueConstraint("employer_id", "alias", name="uq_aliases_employer_alias"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE")
    employer_id: Mapped[int] = link_to("employers.id", ondelete="CASCADE")
    alias: Mapped[str] = mapped_column(String(8))


class PersonalField(enum.StrEnum):
    """What a candidate may let an employer know, one by one."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    MUNICIPALITY = "municipality"
    BIRTH_YEAR = "birth_year"


PERSONAL_FIELD_NAMES = {
    PersonalField.NAME: _l("Name"),
    PersonalField.PHONE: _l("Phone"),
    PersonalField.EMAIL: _l("Mail address"),
    PersonalField.MUNICIPALITY: _l("Home municipality"),
    PersonalField.BIRTH_YEAR: _l("Year of birth"),
}


class ConsentKind(enum.StrEnum):
    """Two different yeses: to be proposed without a name, and to let fields of the identity be known."""

    PROPOSAL = "proposal"
    DISCLOSURE = "disclosure"


class ConsentHow(enum.StrEnum):
    """How the yes was given."""

    IN_PERSON = "in_person"
    LINK = "link"
    PAPER = "paper"


CONSENT_HOW_NAMES = {
    ConsentHow.IN_PERSON: _l("In person, to the coach"),
    ConsentHow.LINK: _l("By link"),
    ConsentHow.PAPER: _l("On paper"),
}

# The people at the employer whom a consent names; nobody else there sees anything.
consent_contacts = Table(
    "consent_contacts",
    db.metadata,
    Column("consent_id", Integer, ForeignKey("consents.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Consent(Model):
    """A yes: for this employer, this opening, these people and exactly this frozen profile, until a day, or withdrawn.

    ``opening_digest`` is that of the opening's workplace, hours, pay and contact persons as the candidate was told
    them; when those change under a live proposal, the candidate is asked again before anything more is told.
    """

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint("kind <> 'disclosure' OR fields <> ''", name="disclosure_names_fields"),
        CheckConstraint("how <> 'in_person' OR recorded_by_id IS NOT NULL", name="in_person_has_recorder"),
        CheckConstraint("how <> 'paper' OR recorded_by_id IS NOT NULL", name="paper_has_recorder"),
        Index("ix_consents_candidate_id_opening_id", "candidate_id", "opening_id"),
        # a proposal that stands on a yes names what the yes was for
        UniqueConstraint("id", "candidate_id", "opening_id", "frozen_profile_id"),
        ForeignKeyConstraint(
            ["frozen_profile_id", "candidate_id"],
            ["frozen_profiles.id", "frozen_profiles.candidate_id"],
            ondelete="RESTRICT",
        ),
        ForeignKeyConstraint(
            ["opening_id", "employer_id"], ["openings.id", "openings.employer_id"], ondelete="RESTRICT"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    kind: Mapped[ConsentKind] = mapped_column(enum_column(ConsentKind, "kind"))
    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE", index=True)
    employer_id: Mapped[int] = link_to("employers.id")
    opening_id: Mapped[int] = mapped_column(index=True)
    frozen_profile_id: Mapped[int] = mapped_column(index=True)
    opening_digest: Mapped[str] = mapped_column(String(64))
    fields: Mapped[list[PersonalField]] = mapped_column(Choices(PersonalField), default=list)
    text_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[Language] = mapped_column(enum_column(Language, "language"))
    how: Mapped[ConsentHow] = mapped_column(enum_column(ConsentHow, "how"))
    who_was_there: Mapped[str] = mapped_column(EncryptedText(200), default="")
    recorded_by_role: Mapped[Role] = mapped_column(enum_column(Role, "recorded_by_role"))
    recorded_by_id: Mapped[int | None] = link_to("users.id")
    given_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    until: Mapped[date]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    contacts: Mapped[list[User]] = relationship(secondary=consent_contacts, lazy="raise", order_by=User.name)
    frozen_profile: Mapped[FrozenProfile] = relationship(
        lazy="raise",
        primaryjoin="Consent.frozen_profile_id == FrozenProfile.id",
        foreign_keys="Consent.frozen_profile_id",
    )

    def is_live(self, on: date | None = None) -> bool:
        """Whether the yes holds on a day (today by default): not withdrawn, not past its last day."""
        return self.withdrawn_at is None and (on or clock.today()) <= self.until


# What was agreed stays as it was; only its end comes, once. More, or longer, is a new yes.
_AGREED = (
    "kind",
    "candidate_id",
    "employer_id",
    "opening_id",
    "frozen_profile_id",
    "opening_digest",
    "fields",
    "text_version",
    "language",
    "how",
    "recorded_by_role",
    "recorded_by_id",
    "given_at",
)
hold(
    Base.metadata.tables[Consent.__tablename__],
    "stays",
    [f"UPDATE OF withdrawn_at, until, {', '.join(_AGREED)}"],
    f"""(OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at IS NULL OR NEW.withdrawn_at <> OLD.withdrawn_at))
    OR NEW.until > OLD.until OR {" OR ".join(f"NEW.{name} <> OLD.{name}" for name in _AGREED)}""",
)
# Whom a yes names works at the employer that it is for.
hold(
    consent_contacts,
    "of_the_employer",
    ["INSERT", "UPDATE OF consent_id, user_id"],
    """NOT EXISTS (SELECT 1 FROM consents JOIN memberships ON memberships.employer_id = consents.employer_id
    WHERE consents.id = NEW.consent_id AND memberships.user_id = NEW.user_id)""",
)
# What a yes names by its digest is no other profile later. Its content is rewritten when keys are changed.
hold(
    Base.metadata.tables[FrozenProfile.__tablename__],
    "stays",
    ["UPDATE OF candidate_id, digest"],
    "NEW.candidate_id <> OLD.candidate_id OR NEW.digest <> OLD.digest",
)


class SupportTelling(enum.StrEnum):
    """What may be said about the service's support."""

    NOTHING = "nothing"
    AGREED_WORDS = "agreed_words"
    OPENLY = "openly"


SUPPORT_TELLING_NAMES = {
    SupportTelling.NOTHING: _l("Nothing"),
    SupportTelling.AGREED_WORDS: _l("With the agreed words"),
    SupportTelling.OPENLY: _l("Openly"),
}


class DisclosurePlan(Model):
    """What may be said, to whom, by whom and when, as the candidate decided (``domain.md``, "disclosure plan")."""

    __tablename__ = "disclosure_plans"

    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE", primary_key=True)
    proposals_allowed: Mapped[bool] = mapped_column(default=True)
    # what may be told at all, once the candidate has said yes for a particular employer
    fields: Mapped[list[PersonalField]] = mapped_column(Choices(PersonalField), default=list)
    support_telling: Mapped[SupportTelling] = mapped_column(
        enum_column(SupportTelling, "support_telling"), default=SupportTelling.NOTHING
    )
    agreed_words: Mapped[str] = mapped_column(EncryptedText, default="")
    never_say: Mapped[str] = mapped_column(EncryptedText, default="")
    never_employers: Mapped[list[int]] = mapped_column(Json, default=list)
    reviewed_on: Mapped[date] = mapped_column(default=clock.today)
    reviewed_by_id: Mapped[int | None] = link_to("users.id", ondelete="SET NULL")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
