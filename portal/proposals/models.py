"""A proposal, its messages and its interviews."""

from __future__ import annotations

import enum
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.candidates.models import Alias, Candidate, Consent, FrozenProfile, PersonalField
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import Base, Choices, Model, UTCDateTime, enum_column, link_to, public_id
from portal.core.encryption import EncryptedText
from portal.core.states import sql_in
from portal.core.triggers import hold
from portal.employers.models import Channel
from portal.openings.models import EmploymentType, Opening
from portal.proposals.states import IDENTITY_KNOWN, LIVE, SENT, DeclineReason, ProposalState


class Side(enum.StrEnum):
    """The two sides of a proposal: the employer's, and the candidate's with the coach."""

    EMPLOYER = "employer"
    COACH = "coach"


class PayKind(enum.StrEnum):
    """How the pay is financed. A wage subsidy must be decided before the job starts."""

    OPEN_MARKET = "open_market"
    WAGE_SUBSIDY = "wage_subsidy"


PAY_KIND_NAMES = {
    PayKind.OPEN_MARKET: _l("Ordinary pay"),
    PayKind.WAGE_SUBSIDY: _l("Ordinary pay with a wage subsidy"),
}


class CloseGround(enum.StrEnum):
    """Why the system closed a proposal. The employer reads one neutral sentence for the last."""

    OPENING_FILLED = "opening_filled"
    OPENING_CLOSED = "opening_closed"
    OPENING_EXPIRED = "opening_expired"
    UNANSWERED = "unanswered"
    HIRED_ELSEWHERE = "hired_elsewhere"


_NOT_NULL_ONCE_SENT = sql_in(sorted(SENT | {ProposalState.HIRED}))


def _for_just_this(column: str) -> ForeignKeyConstraint:
    """A yes is for this candidate, this opening and exactly this frozen profile, and stands under no other proposal."""
    names = ("candidate_id", "opening_id", "frozen_profile_id")
    return ForeignKeyConstraint(
        [column, *names], ["consents.id", *(f"consents.{name}" for name in names)], ondelete="RESTRICT"
    )


class Proposal(Model):
    """One candidate for one opening. ``state`` changes in ``proposals.service`` alone."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index(
            "uq_proposals_live",
            "candidate_id",
            "opening_id",
            unique=True,
            sqlite_where=text(f"state IN ({sql_in(sorted(LIVE))})"),
            postgresql_where=text(f"state IN ({sql_in(sorted(LIVE))})"),
        ),
        CheckConstraint(
            f"state NOT IN ({_NOT_NULL_ONCE_SENT})"
            " OR (consent_id IS NOT NULL AND frozen_profile_id IS NOT NULL AND proposed_at IS NOT NULL)",
            name="sent_has_consent",
        ),
        CheckConstraint(
            "state <> 'awaiting_consent' OR (frozen_profile_id IS NOT NULL AND answer_by IS NOT NULL)",
            name="asked_is_frozen",
        ),
        CheckConstraint(
            f"state NOT IN ({sql_in(sorted(IDENTITY_KNOWN))}) OR disclosure_consent_id IS NOT NULL",
            name="disclosed_has_consent",
        ),
        CheckConstraint(
            "(state = 'declined') ="
            " (decline_reason IS NOT NULL AND declined_at IS NOT NULL AND declined_from IS NOT NULL)",
            name="declined_has_reason",
        ),
        CheckConstraint(
            "state NOT IN ('hire_reported', 'hired') OR (hire_reported_by IS NOT NULL AND hire_starts_on IS NOT NULL"
            " AND hire_hours IS NOT NULL AND hire_type IS NOT NULL AND hire_pay IS NOT NULL)",
            name="hire_has_terms",
        ),
        CheckConstraint("state <> 'hired' OR candidate_said_yes_at IS NOT NULL", name="hired_has_yes"),
        CheckConstraint("(state = 'closed') = (close_ground IS NOT NULL)", name="closed_has_ground"),
        # the keys below ask nothing of a row without a profile
        CheckConstraint(
            "(consent_id IS NULL AND disclosure_consent_id IS NULL) OR frozen_profile_id IS NOT NULL",
            name="consent_has_profile",
        ),
        _for_just_this("consent_id"),
        _for_just_this("disclosure_consent_id"),
        ForeignKeyConstraint(
            ["frozen_profile_id", "candidate_id"],
            ["frozen_profiles.id", "frozen_profiles.candidate_id"],
            ondelete="RESTRICT",
        ),
        Index("ix_proposals_coach_id_state", "coach_id", "state"),
        Index("ix_proposals_opening_id_state", "opening_id", "state"),
        Index("ix_proposals_candidate_id_state", "candidate_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE", index=True)
    opening_id: Mapped[int] = link_to("openings.id", index=True)
    alias_id: Mapped[int] = link_to("aliases.id")
    coach_id: Mapped[int] = link_to("users.id", index=True)
    state: Mapped[ProposalState] = mapped_column(enum_column(ProposalState, "state"), default=ProposalState.DRAFT)
    state_since: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    frozen_profile_id: Mapped[int | None] = mapped_column(index=True)
    asked_digest: Mapped[str | None] = mapped_column(String(64))  # of the opening, as the candidate was asked
    answer_by: Mapped[date | None]  # the candidate's last day
    lapsed: Mapped[bool] = mapped_column(default=False)  # refused by silence, which is no "no"
    # what the candidate asked to change; the coach's alone
    change_wish: Mapped[str] = mapped_column(EncryptedText, default="")
    consent_id: Mapped[int | None] = mapped_column(index=True)
    disclosure_consent_id: Mapped[int | None] = mapped_column(index=True)
    proposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminders: Mapped[int] = mapped_column(default=0)

    decline_reason: Mapped[DeclineReason | None] = mapped_column(enum_column(DeclineReason, "decline_reason"))
    decline_note: Mapped[str] = mapped_column(EncryptedText(500), default="")
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    declined_from: Mapped[ProposalState | None] = mapped_column(enum_column(ProposalState, "declined_from"))

    hire_reported_by: Mapped[Side | None] = mapped_column(enum_column(Side, "hire_reported_by"))
    hire_reported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hire_starts_on: Mapped[date | None]
    hire_ends_on: Mapped[date | None]
    hire_hours: Mapped[int | None]  # a week
    hire_type: Mapped[EmploymentType | None] = mapped_column(enum_column(EmploymentType, "hire_type"))
    hire_pay: Mapped[PayKind | None] = mapped_column(enum_column(PayKind, "hire_pay"))
    subsidy_decided_on: Mapped[date | None]
    candidate_said_yes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    # the coach agreed to close it after a hire elsewhere; the hour is random, so that two employers cannot join it
    close_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    close_ground: Mapped[CloseGround | None] = mapped_column(enum_column(CloseGround, "close_ground"))

    candidate: Mapped[Candidate] = relationship(lazy="raise")
    opening: Mapped[Opening] = relationship(lazy="raise")
    alias: Mapped[Alias] = relationship(lazy="raise")
    coach: Mapped[User] = relationship(lazy="raise")
    frozen_profile: Mapped[FrozenProfile | None] = relationship(
        lazy="raise",
        primaryjoin="Proposal.frozen_profile_id == FrozenProfile.id",
        foreign_keys="Proposal.frozen_profile_id",
    )
    consent: Mapped[Consent | None] = relationship(
        lazy="raise", primaryjoin="Proposal.consent_id == Consent.id", foreign_keys="Proposal.consent_id"
    )
    disclosure_consent: Mapped[Consent | None] = relationship(
        lazy="raise",
        primaryjoin="Proposal.disclosure_consent_id == Consent.id",
        foreign_keys="Proposal.disclosure_consent_id",
    )


_KIND = "(SELECT kind FROM consents WHERE id = NEW.{column} {held})"
_END = "(SELECT withdrawn_at FROM consents WHERE id = NEW.{column} {held})"
_WITH_EMPLOYER = "state IN ({sent})".replace("{sent}", sql_in(sorted(SENT)))

# A yes to be proposed lets nothing of the identity be known, and while the employer has the proposal no yes under it
# is a withdrawn one. Told from both sides: a proposal goes on beside a withdrawal, or a withdrawal beside a proposal.
hold(
    Base.metadata.tables[Proposal.__tablename__],
    "kinds",
    ["INSERT", "UPDATE OF consent_id, disclosure_consent_id"],
    _KIND.replace("{column}", "consent_id")
    + " <> 'proposal' OR "
    + _KIND.replace("{column}", "disclosure_consent_id")
    + " <> 'disclosure'",
)
hold(
    Base.metadata.tables[Proposal.__tablename__],
    "withdrawn",
    ["INSERT", "UPDATE OF state, consent_id, disclosure_consent_id"],
    f"NEW.{_WITH_EMPLOYER} AND ("
    + _END.replace("{column}", "consent_id")
    + " IS NOT NULL OR "
    + _END.replace("{column}", "disclosure_consent_id")
    + " IS NOT NULL)",
)
hold(
    Base.metadata.tables[Consent.__tablename__],
    "in_use",
    ["UPDATE OF withdrawn_at"],
    """NEW.withdrawn_at IS NOT NULL AND EXISTS (SELECT 1 FROM proposals
    WHERE {with_employer} AND (consent_id = NEW.id OR disclosure_consent_id = NEW.id))""".replace(
        "{with_employer}", _WITH_EMPLOYER
    ),
)


class Disclosure(Model):
    """What was handed over, on which consent, by whom, when. Kept as evidence; holds no value of a field."""

    __tablename__ = "disclosures"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = link_to("proposals.id", ondelete="CASCADE")
    consent_id: Mapped[int] = link_to("consents.id")
    fields: Mapped[list[PersonalField]] = mapped_column(Choices(PersonalField))
    by_id: Mapped[int] = link_to("users.id")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


# What was handed over is what the candidate let be told, by a yes to that.
hold(
    Base.metadata.tables[Disclosure.__tablename__],
    "of_its_yes",
    ["INSERT", "UPDATE OF consent_id, fields"],
    """NOT EXISTS (SELECT 1 FROM consents
    WHERE id = NEW.consent_id AND kind = 'disclosure' AND fields = NEW.fields)""",
)


class Message(Model):
    """A message between the employer's contact persons and the coach under a proposal."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_proposal_id_at", "proposal_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    proposal_id: Mapped[int] = link_to("proposals.id", ondelete="CASCADE", index=True)
    author_id: Mapped[int] = link_to("users.id")
    author_role: Mapped[Role] = mapped_column(enum_column(Role, "author_role"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    text: Mapped[str] = mapped_column(EncryptedText)

    author: Mapped[User] = relationship(lazy="raise")


class InterviewState(enum.StrEnum):
    """A meeting is proposed with some times, agreed at one of them, or called off."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    CANCELLED = "cancelled"


class Interview(Model):
    """A meeting: one side proposes times, the other picks. One open question at a time."""

    __tablename__ = "interviews"
    __table_args__ = (
        Index(
            "uq_interviews_open",
            "proposal_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
        CheckConstraint("(state = 'agreed') = (starts_at IS NOT NULL)", name="agreed_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    proposal_id: Mapped[int] = link_to("proposals.id", ondelete="CASCADE", index=True)
    state: Mapped[InterviewState] = mapped_column(enum_column(InterviewState, "state"), default=InterviewState.PROPOSED)
    proposed_by: Mapped[Side] = mapped_column(enum_column(Side, "proposed_by"))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel, "channel"), default=Channel.IN_PERSON)
    place: Mapped[str] = mapped_column(EncryptedText(200), default="")
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the time that was picked
    minutes: Mapped[int] = mapped_column(default=45)
    sequence: Mapped[int] = mapped_column(default=0)  # of its calendar entry (RFC 5545)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    times: Mapped[list[InterviewTime]] = relationship(
        lazy="raise", order_by="InterviewTime.starts_at", cascade="all, delete-orphan"
    )


class InterviewTime(Model):
    """One of the times that a side can meet."""

    __tablename__ = "interview_times"

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = link_to("interviews.id", ondelete="CASCADE")
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
