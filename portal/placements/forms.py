"""Forms of a hire and its support contacts. Shape alone; what other rows must answer is the services'."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from portal.core.forms import PortalForm, WholeNumber, at_most, choices, required
from portal.core.guarded_forms import TOKENS, GuardedForm, ReadTick
from portal.employers.models import CHANNEL_NAMES, Channel
from portal.openings.models import EMPLOYMENT_TYPE_NAMES, EmploymentType
from portal.placements.log import Answers, Log
from portal.placements.models import (
    END_REASON_NAMES,
    ENDED_BY_NAMES,
    MOOD_NAMES,
    PULSE_MOOD_NAMES,
    PULSE_QUESTIONS,
    SIDE_NAMES,
    TOLD_AT_WORK_NAMES,
    ContactSide,
    EndedBy,
    EndReason,
    Mood,
    ToldAtWork,
)
from portal.proposals.models import PAY_KIND_NAMES, PayKind

PULSE_LINE = 500  # characters that somebody adds to the three answers
NOTE = 2000  # characters of a note about one contact
MINUTES_A_DAY = 24 * 60
MAX_HOURS = 60


def _day(value: date | None) -> date:
    """A date that the form's own validator has made sure of."""
    if value is None:
        raise ValueError("the form was not validated")
    return value


class LogForm(GuardedForm):
    """How a contact went. Small, since it is filled on a phone after a visit."""

    done_on = DateField(_l("Day"), [required()])
    channel = RadioField(_l("How"), [required()])
    mood = RadioField(_l("How it goes"), [required()])
    with_whom = StringField(_l("With whom"), [at_most(200)])
    place = StringField(_l("Where"), [at_most(120)])
    minutes = WholeNumber(
        _l("Minutes"),
        [Optional(), NumberRange(0, MINUTES_A_DAY, _l("Between %(min)d and %(max)d minutes."))],
    )
    next_step = StringField(_l("Next step"), [at_most(300)])
    team_note = TextAreaField(_l("Note for the team"), [at_most(NOTE)])
    employer_note = TextAreaField(_l("Note that the employer reads"), [at_most(NOTE)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel.choices = choices(CHANNEL_NAMES.items())
        self.mood.choices = choices(MOOD_NAMES.items())

    def log(self) -> Log:
        """What was typed, after validation."""
        return Log(
            done_on=_day(self.done_on.data),
            channel=Channel(self.channel.data),
            mood=Mood(self.mood.data),
            with_whom=self.with_whom.data or "",
            place=self.place.data or "",
            minutes=self.minutes.data,
            next_step=self.next_step.data or "",
            team_note=self.team_note.data or "",
            employer_note=(self.employer_note.data or "") if "employer_note" in self else "",
            words_read=self.read,
        )


class UnplannedForm(LogForm):
    """How a contact went that nobody had planned."""

    side = RadioField(_l("With"), [required()])

    def __init__(self, sides: list[ContactSide], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.side.choices = choices((side, SIDE_NAMES[side]) for side in sides)


class PlanForm(PortalForm):
    """One more contact of a plan."""

    side = RadioField(_l("With"), [required()])
    due_on = DateField(_l("Day"), [required()])

    def __init__(self, sides: list[ContactSide], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.side.choices = choices((side, SIDE_NAMES[side]) for side in sides)


class MoveForm(PortalForm):
    """Another day for a contact."""

    due_on = DateField(_l("New day"), [required()])


class DropForm(PortalForm):
    """Why a contact is dropped."""

    reason = StringField(_l("Reason"), [required(), at_most(300)])


class StartForm(PortalForm):
    """The start of a job, and its agreed last day."""

    starts_on = DateField(_l("First day"), [required()])
    ends_on = DateField(_l("Last day, when one is agreed"), [Optional()])
    subsidy_decided_on = DateField(_l("The wage subsidy was decided on"), [Optional()])


class EndForm(PortalForm):
    """How a job ended."""

    ended_on = DateField(_l("Last day"), [required()])
    reason = RadioField(_l("Why it ends"), [required()])
    ended_by = RadioField(_l("Whose wish it was"), [required()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason.choices = choices(END_REASON_NAMES.items())
        self.ended_by.choices = choices(ENDED_BY_NAMES.items())

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, after validation, as ``service.end`` takes it."""
        return {
            "ended_on": _day(self.ended_on.data),
            "reason": EndReason(self.reason.data),
            "ended_by": EndedBy(self.ended_by.data),
        }


class ColleagueForm(GuardedForm):
    """Who at the workplace is the named colleague."""

    words_read = ReadTick(
        _l("I have looked at these words, and they name somebody at the workplace"), [at_most(TOKENS)]
    )

    named_colleague = StringField(_l("Named colleague"), [at_most(120)])


class OwnFindForm(PortalForm):
    """A job that did not come through the portal."""

    title = StringField(_l("Job"), [required(), at_most(120)])
    employer = SelectField(_l("Employer"))
    workplace_name = StringField(_l("Where, when the employer is not in the list"), [at_most(200)])
    told_at_work = RadioField(_l("Who at work knows of the support"), [required()])
    named_colleague = StringField(_l("Named colleague"), [at_most(120)])
    starts_on = DateField(_l("First day"), [required()])
    ends_on = DateField(_l("Last day, when one is agreed"), [Optional()])
    hours = WholeNumber(
        _l("Hours a week"),
        [required(), NumberRange(1, MAX_HOURS, _l("Hours a week are between %(min)d and %(max)d."))],
    )
    contract_type = RadioField(_l("Contract"), [required()])
    pay_kind = RadioField(_l("Pay"), [required()])
    subsidy_decided_on = DateField(_l("The wage subsidy was decided on"), [Optional()])

    def __init__(self, employers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.employer.choices = choices(employers, empty=_l("Not in the list"))
        self.told_at_work.choices = choices(TOLD_AT_WORK_NAMES.items())
        self.contract_type.choices = choices(EMPLOYMENT_TYPE_NAMES.items())
        self.pay_kind.choices = choices(PAY_KIND_NAMES.items())

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, after validation, as ``service.begin_own_find`` takes it; the employer is the caller's."""
        return {
            "title": self.title.data,
            "workplace_name": self.workplace_name.data,
            "told_at_work": ToldAtWork(self.told_at_work.data),
            "named_colleague": self.named_colleague.data,
            "starts_on": _day(self.starts_on.data),
            "ends_on": self.ends_on.data,
            "hours": self.hours.data,
            "contract_type": EmploymentType(self.contract_type.data),
            "pay_kind": PayKind(self.pay_kind.data),
            "subsidy_decided_on": self.subsidy_decided_on.data,
        }


class PulseForm(PortalForm):
    """Three short questions, in the words of the side that is asked; perhaps a line."""

    tasks = RadioField(_l("Tasks"), [required()])
    people = RadioField(_l("People"), [required()])
    hours = RadioField(_l("Working hours"), [required()])
    line = TextAreaField(_l("Do you want to add something?"), [at_most(PULSE_LINE)])

    def __init__(self, side: ContactSide, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for question, words in PULSE_QUESTIONS[side].items():
            self[question].label.text = str(words)
            self[question].choices = choices(PULSE_MOOD_NAMES.items())

    def answers(self) -> Answers:
        """What was answered, after validation."""
        return Answers(
            tasks=Mood(self.tasks.data),
            people=Mood(self.people.data),
            hours=Mood(self.hours.data),
            line=self.line.data or "",
        )


class AskForm(PortalForm):
    """An employer asks for support."""

    text = TextAreaField(_l("What is it about?"), [at_most(NOTE)])
