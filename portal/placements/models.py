"""Placements, their support plans, support contacts and requests for support."""

from __future__ import annotations

import enum
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.db import Model, UTCDateTime, enum_column, link_to, public_id
from portal.core.encryption import EncryptedText
from portal.employers.models import Channel, Employer
from portal.openings.models import EmploymentType
from portal.placements.states import ContactState, PlacementState, PulseState, RequestState
from portal.proposals.models import PayKind, Proposal


class ToldAtWork(enum.StrEnum):
    """What the candidate wants known at the workplace about the support. NOBODY leaves the employer no side at all."""

    NOBODY = "nobody"
    SUPERVISOR = "supervisor"
    TEAM = "team"


TOLD_AT_WORK_NAMES = {
    ToldAtWork.NOBODY: _l("Nobody"),
    ToldAtWork.SUPERVISOR: _l("The supervisor"),
    ToldAtWork.TEAM: _l("The whole team"),
}


class EndReason(enum.StrEnum):
    """Why a job ended."""

    FIXED_TERM_OVER = "fixed_term_over"
    NEW_JOB = "new_job"
    OWN_WISH = "own_wish"
    DISMISSED = "dismissed"
    WORK_RAN_OUT = "work_ran_out"
    OTHER = "other"


END_REASON_NAMES = {
    EndReason.FIXED_TERM_OVER: _l("The fixed term was over"),
    EndReason.NEW_JOB: _l("A new job"),
    EndReason.OWN_WISH: _l("Own wish"),
    EndReason.DISMISSED: _l("Dismissed"),
    EndReason.WORK_RAN_OUT: _l("The work ran out"),
    EndReason.OTHER: _l("Something else"),
}


class EndedBy(enum.StrEnum):
    """Whose wish it was that a job ended."""

    EMPLOYEE = "employee"
    EMPLOYER = "employer"
    BOTH = "both"


ENDED_BY_NAMES = {
    EndedBy.EMPLOYEE: _l("The employee's"),
    EndedBy.EMPLOYER: _l("The employer's"),
    EndedBy.BOTH: _l("Both"),
}


class Placement(Model):
    """A hire that is followed. Without a proposal when the job did not come through the portal."""

    __tablename__ = "placements"
    __table_args__ = (
        CheckConstraint("hours > 0 AND hours <= 60", name="hours_some"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="days_in_order"),
        CheckConstraint(
            "pay_kind <> 'wage_subsidy' OR (subsidy_decided_on IS NOT NULL AND subsidy_decided_on < starts_on)",
            name="subsidy_decided_first",
        ),
        CheckConstraint(
            "(state = 'ended') = (ended_on IS NOT NULL AND end_reason IS NOT NULL AND ended_by IS NOT NULL)",
            name="ended_has_reason",
        ),
        CheckConstraint("employer_id IS NOT NULL OR workplace_name <> ''", name="somewhere"),
        CheckConstraint("told_at_work <> 'nobody' OR proposal_id IS NULL", name="nobody_told_only_own_find"),
        Index("ix_placements_candidate_id_state", "candidate_id", "state"),
        Index("ix_placements_employer_id_state", "employer_id", "state"),
        Index("ix_placements_coach_id_state", "coach_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    candidate_id: Mapped[int] = link_to("candidates.id", ondelete="CASCADE", index=True)
    employer_id: Mapped[int | None] = link_to("employers.id", index=True)
    workplace_name: Mapped[str] = mapped_column(
        EncryptedText(200), default=""
    )  # of a job whose employer the portal does not know
    proposal_id: Mapped[int | None] = link_to("proposals.id", unique=True)
    coach_id: Mapped[int] = link_to("users.id", index=True)
    state: Mapped[PlacementState] = mapped_column(enum_column(PlacementState, "state"), default=PlacementState.ACTIVE)
    title: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # of a fixed term, as agreed
    hours: Mapped[int]  # a week
    contract_type: Mapped[EmploymentType] = mapped_column(enum_column(EmploymentType, "contract_type"))
    pay_kind: Mapped[PayKind] = mapped_column(enum_column(PayKind, "pay_kind"))
    subsidy_decided_on: Mapped[date | None]
    named_colleague: Mapped[str] = mapped_column(EncryptedText(120), default="")
    told_at_work: Mapped[ToldAtWork] = mapped_column(
        enum_column(ToldAtWork, "told_at_work"), default=ToldAtWork.SUPERVISOR
    )
    reported_on: Mapped[date] = mapped_column(default=clock.today)
    ended_on: Mapped[date | None]
    end_reason: Mapped[EndReason | None] = mapped_column(enum_column(EndReason, "end_reason"))
    ended_by: Mapped[EndedBy | None] = mapped_column(enum_column(EndedBy, "ended_by"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    version: Mapped[int] = mapped_column()

    candidate: Mapped[Candidate] = relationship(lazy="raise")
    employer: Mapped[Employer | None] = relationship(lazy="raise")
    proposal: Mapped[Proposal | None] = relationship(lazy="raise")
    coach: Mapped[User] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class ContactSide(enum.StrEnum):
    """Whom a support contact is with. The employer never sees the employee's side."""

    EMPLOYEE = "employee"
    EMPLOYER = "employer"


SIDE_NAMES = {ContactSide.EMPLOYEE: _l("Employee"), ContactSide.EMPLOYER: _l("Employer")}


class OffsetUnit(enum.StrEnum):
    """How a line of the template counts from the start date; months keep the day of the month."""

    DAYS = "days"
    MONTHS = "months"


class TemplateLine(Model):
    """One contact of a team's support plan template (``ips.md``): an offset from the start, for one side."""

    __tablename__ = "support_template_lines"
    __table_args__ = (
        UniqueConstraint("team_id", "side", "unit", "offset_count", name="uq_support_template_lines_once"),
        CheckConstraint(
            "(unit = 'days' AND offset_count >= -31 AND offset_count <= 62)"
            " OR (unit = 'months' AND offset_count > 0 AND offset_count <= 60)",
            name="offset_fits",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = link_to("teams.id", ondelete="CASCADE")
    side: Mapped[ContactSide] = mapped_column(enum_column(ContactSide, "side"))
    unit: Mapped[OffsetUnit] = mapped_column(enum_column(OffsetUnit, "unit"))
    offset: Mapped[int] = mapped_column("offset_count")
    is_review: Mapped[bool] = mapped_column(default=False)


class Mood(enum.StrEnum):
    """How it goes."""

    WELL = "well"
    CONCERN = "concern"
    ACTION = "action"


MOOD_NAMES = {Mood.WELL: _l("Well"), Mood.CONCERN: _l("Some concern"), Mood.ACTION: _l("Needs action")}


class ContactOrigin(enum.StrEnum):
    """Where a support contact comes from."""

    TEMPLATE = "template"
    ADDED = "added"
    REQUEST = "request"
    JOB_LOSS = "job_loss"
    PULSE = "pulse"


class SupportContact(Model):
    """One dated contact of a support plan. ``team_note`` stays with the team; ``employer_note`` the employer reads."""

    __tablename__ = "support_contacts"
    __table_args__ = (
        CheckConstraint(
            "(state = 'done') = (done_on IS NOT NULL AND channel IS NOT NULL AND mood IS NOT NULL)",
            name="done_has_how",
        ),
        CheckConstraint("side = 'employer' OR employer_note = ''", name="employee_side_stays"),
        CheckConstraint("state <> 'cancelled' OR drop_reason <> ''", name="dropped_has_reason"),
        Index("ix_support_contacts_placement_id_due_on", "placement_id", "due_on"),
        Index("ix_support_contacts_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    placement_id: Mapped[int] = link_to("placements.id", ondelete="CASCADE", index=True)
    side: Mapped[ContactSide] = mapped_column(enum_column(ContactSide, "side"))
    state: Mapped[ContactState] = mapped_column(enum_column(ContactState, "state"), default=ContactState.PLANNED)
    origin: Mapped[ContactOrigin] = mapped_column(enum_column(ContactOrigin, "origin"), default=ContactOrigin.TEMPLATE)
    due_on: Mapped[date]
    # the template's line that it was drawn from, so that a moved start moves it
    unit: Mapped[OffsetUnit | None] = mapped_column(enum_column(OffsetUnit, "unit"))
    offset: Mapped[int | None] = mapped_column("offset_count")
    is_review: Mapped[bool] = mapped_column(default=False)
    urgent: Mapped[bool] = mapped_column(default=False)
    before_reported: Mapped[bool] = mapped_column(default=False)  # had passed when the hire was reported: not overdue
    sequence: Mapped[int] = mapped_column(
        default=0
    )  # of its calendar entry (RFC 5545): grows with each change of its day
    done_on: Mapped[date | None]
    channel: Mapped[Channel | None] = mapped_column(enum_column(Channel, "channel"))
    with_whom: Mapped[str] = mapped_column(EncryptedText(200), default="")
    place: Mapped[str] = mapped_column(EncryptedText(120), default="")
    minutes: Mapped[int | None]
    mood: Mapped[Mood | None] = mapped_column(enum_column(Mood, "mood"))
    next_step: Mapped[str] = mapped_column(EncryptedText(300), default="")
    team_note: Mapped[str] = mapped_column(EncryptedText, default="")
    employer_note: Mapped[str] = mapped_column(EncryptedText, default="")
    drop_reason: Mapped[str] = mapped_column(EncryptedText(300), default="")
    logged_by_id: Mapped[int | None] = link_to("users.id")

    placement: Mapped[Placement] = relationship(lazy="raise")


class SupportRequest(Model):
    """An employer's press on "Ask for support": an urgent contact, and a coach who takes it."""

    __tablename__ = "support_requests"
    __table_args__ = (
        CheckConstraint(
            "(state = 'taken') = (taken_by_id IS NOT NULL AND taken_at IS NOT NULL)", name="taken_has_taker"
        ),
        Index("ix_support_requests_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    placement_id: Mapped[int] = link_to("placements.id", ondelete="CASCADE")
    contact_id: Mapped[int] = link_to("support_contacts.id", ondelete="CASCADE")
    asked_by_id: Mapped[int] = link_to("users.id")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    text: Mapped[str] = mapped_column(EncryptedText, default="")  # the employer's own words; never in a mail
    due_on: Mapped[date]  # the next working day
    state: Mapped[RequestState] = mapped_column(enum_column(RequestState, "state"), default=RequestState.ASKED)
    taken_by_id: Mapped[int | None] = link_to("users.id")
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    raised_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # told to the team leader, since nobody took it

    placement: Mapped[Placement] = relationship(lazy="raise")
    taken_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys="SupportRequest.taken_by_id")


class AnsweredHow(enum.StrEnum):
    """How the answers to the three questions came."""

    LINK = "link"
    PAGE = "page"
    TOLD = "told"


ANSWERED_HOW_NAMES = {
    AnsweredHow.LINK: _l("By link"),
    AnsweredHow.PAGE: _l("On the hire’s page"),
    AnsweredHow.TOLD: _l("Told to the coach"),
}


# What each side is asked, by the column that keeps the answer; and the answers in plain words, for whoever answers.
PULSE_QUESTIONS = {
    ContactSide.EMPLOYEE: {
        "tasks": _l("How do your tasks go?"),
        "people": _l("How do you get on with the people at work?"),
        "hours": _l("How do your working hours suit you?"),
    },
    ContactSide.EMPLOYER: {
        "tasks": _l("How do the tasks go?"),
        "people": _l("How does it go together with the others at work?"),
        "hours": _l("How do the working hours work out?"),
    },
}
PULSE_MOOD_NAMES = {
    Mood.WELL: lazy_pgettext("answer", "Well"),
    Mood.CONCERN: lazy_pgettext("answer", "There is something to talk about"),
    Mood.ACTION: lazy_pgettext("answer", "Something has to change soon"),
}


class Pulse(Model):
    """Three short questions to one side of a hire. The employer reaches its own side's alone; nobody reads by link."""

    __tablename__ = "pulses"
    __table_args__ = (
        UniqueConstraint("placement_id", "side", "ordinal", name="uq_pulses_once"),
        Index(
            "uq_pulses_asked",
            "placement_id",
            "side",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        CheckConstraint("ordinal >= 1 AND ordinal <= 3", name="ordinal_known"),
        CheckConstraint("state IN ('coming', 'dropped') OR asked_on IS NOT NULL", name="asked_has_day"),
        CheckConstraint(
            "(state IN ('answered', 'read')) = (tasks IS NOT NULL AND people IS NOT NULL AND hours IS NOT NULL"
            " AND answered_at IS NOT NULL AND answered_how IS NOT NULL)",
            name="answered_has_answers",
        ),
        CheckConstraint("(state = 'read') = (read_by_id IS NOT NULL AND read_at IS NOT NULL)", name="read_has_reader"),
        CheckConstraint("side = 'employer' OR answered_how <> 'page'", name="employee_has_no_page"),
        Index("ix_pulses_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = public_id()
    placement_id: Mapped[int] = link_to("placements.id", ondelete="CASCADE")
    side: Mapped[ContactSide] = mapped_column(enum_column(ContactSide, "side"))
    ordinal: Mapped[int]  # the first, second or third of a side; ``plan.pulse_days`` says when each is asked
    state: Mapped[PulseState] = mapped_column(enum_column(PulseState, "state"), default=PulseState.COMING)
    due_on: Mapped[date]
    asked_on: Mapped[date | None]
    mailed: Mapped[bool] = mapped_column(default=False)  # false: nobody has an address, so the coach asks by phone
    reminded_on: Mapped[date | None]
    tasks: Mapped[Mood | None] = mapped_column(enum_column(Mood, "tasks"))
    people: Mapped[Mood | None] = mapped_column(enum_column(Mood, "people"))
    hours: Mapped[Mood | None] = mapped_column(enum_column(Mood, "hours"))
    line: Mapped[str] = mapped_column(EncryptedText(500), default="")  # in the answerer's own words; never in a mail
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_how: Mapped[AnsweredHow | None] = mapped_column(enum_column(AnsweredHow, "answered_how"))
    answered_by_id: Mapped[int | None] = link_to("users.id")  # the contact person, or who wrote down what was told
    read_by_id: Mapped[int | None] = link_to("users.id")
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    contact_id: Mapped[int | None] = link_to("support_contacts.id", ondelete="SET NULL")  # that a concern has made

    placement: Mapped[Placement] = relationship(lazy="raise")
    answered_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys="Pulse.answered_by_id")

    @property
    def worst(self) -> Mood:
        """The gravest of the three answers; WELL before there is any."""
        given = {self.tasks, self.people, self.hours}
        return next((mood for mood in (Mood.ACTION, Mood.CONCERN) if mood in given), Mood.WELL)
