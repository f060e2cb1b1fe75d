"""The shape of what is asked at each step of a proposal."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import NumberRange, Optional

from portal.accounts.models import User
from portal.candidates.models import CONSENT_HOW_NAMES, PERSONAL_FIELD_NAMES, ConsentHow, PersonalField
from portal.core import clock
from portal.core.forms import LINE, TEXT, PortalForm, Rows, TickField, WholeNumber, at_most, choices, required
from portal.core.guarded_forms import GuardedForm
from portal.employers.models import CHANNEL_NAMES
from portal.openings.models import EMPLOYMENT_TYPE_NAMES
from portal.proposals.models import PAY_KIND_NAMES
from portal.proposals.states import DECLINE_REASON_NAMES

_STAFF_HOW = {how: CONSENT_HOW_NAMES[how] for how in (ConsentHow.IN_PERSON, ConsentHow.PAPER)}


class PressForm(PortalForm):
    """Nothing to fill in: a press, and the token that it came from our page."""


class ConsentForm(PortalForm):
    """How the coach got the candidate's yes.

    ``digests``: of profile and job as the page shows them, which the yes is for.
    """

    digests: tuple[str, str] | None = None

    how = RadioField(_l("How was the yes given?"), default=ConsentHow.IN_PERSON.value)
    who_was_there = StringField(_l("Who was there"), validators=[at_most(LINE)])
    until = DateField(_l("Holds until"), validators=[Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = choices(_STAFF_HOW.items())


class ProposeForm(ConsentForm):
    """The coach sends what the preview shows: with a yes given now, or by asking first."""

    # nothing is chosen beforehand: a yes is never assumed
    how = RadioField(_l("How do you have, or get, the yes?"), validators=[required()])
    answer_by = DateField(_l("Last day to answer"), validators=[Optional()])

    LINK = ConsentHow.LINK.value
    SHOW = "show"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = [
            (ConsentHow.IN_PERSON.value, str(_l("Given to me in person"))),
            (ConsentHow.PAPER.value, str(_l("Given on paper"))),
            (self.LINK, str(_l("Ask by link in a mail"))),
            (self.SHOW, str(_l("Ask now: show the link on my phone, or print it"))),
        ]


class FieldsForm(PortalForm):
    """The candidate chooses by link which details may be known."""

    fields_told = TickField(_l("What may the employer know?"))

    def offer(self, fields: Iterable[PersonalField]) -> None:
        """Let only these be ticked: those that the candidate's plan allows."""
        self.fields_told.choices = choices((one, PERSONAL_FIELD_NAMES[one]) for one in fields)


class AfterHireForm(ConsentForm, FieldsForm):
    """The candidate's new yes after a hire: who at the employer may see it, and what they may know."""

    people = TickField(_l("Who at the employer may see it?"))

    def offer_people(self, people: Iterable[User]) -> None:
        """Let these be chosen."""
        self.people.choices = [(one.public_id, one.name) for one in people]


class DiscloseForm(ConsentForm, FieldsForm):
    """Which details the candidate lets the employer know, and how the coach got the yes.

    When the candidate has answered already, the coach says first whether that is given or a new yes is written down.
    """

    AGREED, NEW = "agreed", "new"

    basis = RadioField(_l("What do you give?"), default=AGREED, validators=[required()])

    def offer_basis(self, agreed: str) -> None:
        """Let the coach choose between what the candidate agreed to, in words, and a new yes; none: only a new one."""
        if not agreed:
            del self.basis
            return
        self.basis.choices = [
            (self.AGREED, str(_l("What the candidate agreed to: %(fields)s", fields=agreed))),
            (self.NEW, str(_l("Something else: the candidate has given me a new yes, which I write below"))),
        ]

    def gives_agreed(self) -> bool:
        """Whether the coach gives what was agreed."""
        return "basis" in self and self.basis.data == self.AGREED

    def differs_from(self, fields: Iterable[PersonalField]) -> bool:
        """Whether anything of a new yes was filled in, beside the ticks that these fields set beforehand."""
        ticked = set(self.fields_told.data or [])
        typed = self.who_was_there.data or self.until.data or self.how.data != ConsentHow.IN_PERSON.value
        return bool(typed) or ticked != {one.value for one in fields}


class WishForm(PortalForm):
    """What the candidate wants changed."""

    wish = TextAreaField(_l("What should be changed?"), validators=[required(), at_most(TEXT)])


class DeclineForm(PortalForm):
    """The employer's reason, and a line to the coach."""

    reason = RadioField(_l("Why not this time?"), validators=[required()])
    note = StringField(_l("A line to the coach"), validators=[at_most(500)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = choices(DECLINE_REASON_NAMES.items())


def within_reach(_form: PortalForm, field: Field) -> None:
    """Validator: a time within ten years. Farther away is a slip; clocks break at both ends of the calendar."""
    if field.data is not None and not 0 <= field.data.year - clock.today().year <= 10:
        raise ValidationError(_l("This day is too far away."))


class TimesForm(GuardedForm):
    """Up to five times for a meeting, in Helsinki's time."""

    times = Rows(
        DateTimeLocalField(_l("Time"), validators=[Optional(), within_reach]),
        label=_l("Times"),
        min_entries=3,
        max_entries=5,
    )
    channel = SelectField(_l("How do you meet?"))
    place = StringField(_l("Where"), validators=[at_most(LINE)])
    minutes = WholeNumber(_l("How long, in minutes"), default=45, validators=[required(), NumberRange(10, 480)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.channel.choices = choices(CHANNEL_NAMES.items())


class PickForm(PortalForm):
    """One of the suggested times."""

    time = RadioField(_l("Which time suits you?"), coerce=int, validators=[required()])


class HireForm(PortalForm):
    """What was agreed."""

    starts_on = DateField(_l("First working day"), validators=[required()])
    hours = WholeNumber(_l("Hours a week"), validators=[required(), NumberRange(1, 60)])
    contract_type = SelectField(_l("Contract"), validators=[required()])
    ends_on = DateField(_l("Last working day, when it is fixed-term"), validators=[Optional()])
    pay = SelectField(_l("Pay"), validators=[required()])
    subsidy_decided_on = DateField(_l("Day of the wage subsidy decision"), validators=[Optional()])
    candidate_said_yes = BooleanField(_l("The candidate has said yes to this job to me"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.contract_type.choices = choices(EMPLOYMENT_TYPE_NAMES.items())
        self.pay.choices = choices(PAY_KIND_NAMES.items())


class ConfirmHireForm(PortalForm):
    """The other side's press; the coach adds what the candidate said."""

    candidate_said_yes = BooleanField(_l("The candidate has said yes to this job to me"))


class MessageForm(GuardedForm):
    """A message to the other side."""

    text = TextAreaField(_l("Message"), validators=[required(), at_most(TEXT)])
