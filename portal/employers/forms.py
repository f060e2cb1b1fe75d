"""Forms about employers. What needs the database (a Business ID that is known) is the service's to say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField, ValidationError
from wtforms.fields import TextAreaField
from wtforms.validators import DataRequired
from wtforms.validators import Optional as MayBeEmpty

from portal.accounts.forms import NAME_CHARACTERS, email_field, language_field, new_password_field, phone_field
from portal.core.forms import LINE, TEXT, PortalForm, at_most, choices, required, text_in
from portal.core.guarded_forms import GuardedForm
from portal.core.i18n import language
from portal.core.reference import label, municipalities, region, sub_region
from portal.employers import rules
from portal.employers.models import CHANNEL_NAMES, Channel
from portal.employers.states import REJECT_REASON_NAMES

# Shown first in lists of municipalities: Central Ostrobothnia and Ostrobothnia, where the service is.
HOME_REGIONS = ("16", "15")


def municipality_choices() -> dict[str, list[tuple[str, str]]]:
    """All municipalities for a select, those nearby first."""
    code = language().value
    groups: dict[str, list[tuple[str, str]]] = {_("Choose"): [("", _("Choose"))]}
    groups |= {label(region(each), code): [] for each in HOME_REGIONS}
    elsewhere: list[tuple[str, str]] = []
    for each in municipalities(code):
        home = sub_region(each.sub_region).region
        group = groups[label(region(home), code)] if home in HOME_REGIONS else elsewhere
        group.append((each.code, label(each, code)))
    return {**groups, _("Elsewhere in Finland"): elsewhere}


def municipality_field(text: Any) -> SelectField:
    """One municipality, by Statistics Finland's code."""
    return SelectField(text, choices=municipality_choices, coerce=str, validators=[required()])


def a_business_id(_form: PortalForm, field: Field) -> None:
    """Validator: a Business ID whose check figure fits, or nothing."""
    if text_in(field) and rules.business_id(text_in(field)) is None:
        raise ValidationError(rules.not_a_business_id())


def business_id_field(*first: Any) -> StringField:
    """A Business ID, in any way of writing it. ``first`` are validators that come before its own."""
    return StringField(_l("Business ID"), validators=[*first, at_most(20), a_business_id])


def terms_field() -> BooleanField:
    """The terms have to be accepted."""
    return BooleanField(
        _l("I accept the terms for employers"),
        validators=[DataRequired(_l("Read the terms and accept them to go on."))],
    )


class RegisterForm(PortalForm):
    """An organisation and its first person, or somebody who asks to join one."""

    business_id = business_id_field(required())
    organisation = StringField(_l("Organisation"), validators=[required(), at_most(LINE)])
    municipality = municipality_field(_l("Municipality of the workplace"))
    name = StringField(_l("Your name"), validators=[required(), at_most(NAME_CHARACTERS)])
    email = email_field()
    phone = phone_field()
    password = new_password_field(_l("Password"))
    terms = terms_field()


class JoinForm(PortalForm):
    """An invitation answered with an account that exists."""

    terms = terms_field()


class AcceptForm(JoinForm):
    """An invitation answered with a new account."""

    name = StringField(_l("Your name"), validators=[required(), at_most(NAME_CHARACTERS)])
    phone = phone_field()
    password = new_password_field(_l("Password"))


class EmployerForm(GuardedForm):
    """An organisation's facts."""

    name = StringField(_l("Organisation"), validators=[required(), at_most(LINE)])
    sector = StringField(_l("What it does"), validators=[at_most(120)])
    municipality = municipality_field(_l("Municipality"))
    language = language_field()


class StaffEmployerForm(EmployerForm):
    """The same for the team, who may keep one without a Business ID."""

    business_id = business_id_field()


class WorkplaceForm(GuardedForm):
    """A site."""

    name = StringField(_l("Name of the workplace"), validators=[required(), at_most(120)])
    street = StringField(_l("Street"), validators=[at_most(LINE)])
    municipality = municipality_field(_l("Municipality"))


class InviteForm(PortalForm):
    """Whom to ask in."""

    email = email_field()
    language = language_field()


class VerifyForm(PortalForm):
    """The ground for verifying an employer without a Business ID."""

    reason = StringField(_l("Why it can be trusted without a Business ID"), validators=[at_most(500)])


class RejectForm(PortalForm):
    """Why an employer is not verified."""

    ground = RadioField(
        _l("Why"), choices=lambda: choices(REJECT_REASON_NAMES.items()), coerce=str, validators=[required()]
    )


class CoachForm(PortalForm):
    """Who looks after an employer."""

    coach = SelectField(_l("Coach"), coerce=str, validators=[required()])

    def offer(self, coaches: Iterable[tuple[str, str]]) -> None:
        """Say who can be chosen: (public id, name)."""
        self.coach.choices = [("", str(_l("Choose a coach"))), *coaches]


class ContactForm(PortalForm):
    """A visit, call or mail with an employer. The view fills in whom it can be about."""

    on_day = DateField(_l("Day"), validators=[required()])
    channel = RadioField(
        _l("How"), choices=lambda: choices(CHANNEL_NAMES.items()), coerce=str, default=Channel.IN_PERSON.value
    )
    with_whom = StringField(_l("With whom"), validators=[at_most(LINE)])
    about = SelectField(_l("About"), coerce=str)
    learned = TextAreaField(_l("What you learned"), validators=[at_most(TEXT)])
    next_step = StringField(_l("Next step"), validators=[at_most(300)])
    next_step_on = DateField(_l("By"), validators=[MayBeEmpty()])
