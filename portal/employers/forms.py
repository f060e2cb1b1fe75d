"""Forms about employers. What needs the database (a Business ID that is known) is the service's to say."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    PasswordField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
)
from wtforms.fields import TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from portal.accounts.forms import EMAIL_CHARACTERS, NAME_CHARACTERS, language_field, phone_field
from portal.core.forms import LINE, TEXT, PortalForm, at_most, choices, required
from portal.core.i18n import language
from portal.core.reference import label, municipalities, region, sub_region
from portal.employers.models import CHANNEL_NAMES, Channel
from portal.employers.states import STANDING_NAMES, VERIFICATIONS

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


def business_id_field(**options: Any) -> StringField:
    """A Business ID; the service checks its figure."""
    return StringField(_l("Business ID"), **options)


def terms_field() -> BooleanField:
    """The terms have to be accepted."""
    return BooleanField(
        _l("I accept the terms for employers."),
        validators=[DataRequired(_l("Read the terms and accept them to go on."))],
    )


class RegisterForm(PortalForm):
    """An organisation and its first person, or somebody who asks to join one."""

    business_id = business_id_field(validators=[required(), at_most(20)])
    organisation = StringField(_l("Organisation"), validators=[required(), at_most(LINE)])
    municipality = municipality_field(_l("Municipality of the workplace"))
    name = StringField(_l("Your name"), validators=[required(), at_most(NAME_CHARACTERS)])
    email = EmailField(_l("Work mail"), validators=[required(), at_most(EMAIL_CHARACTERS)])
    phone = phone_field()
    password = PasswordField(_l("Password"), validators=[required()])
    terms = terms_field()


class JoinForm(PortalForm):
    """An invitation answered with an account that exists."""

    terms = terms_field()


class AcceptForm(JoinForm):
    """An invitation answered with a new account."""

    name = StringField(_l("Your name"), validators=[required(), at_most(NAME_CHARACTERS)])
    phone = phone_field()
    password = PasswordField(_l("Password"), validators=[required()])


class EmployerForm(PortalForm):
    """An organisation's facts."""

    name = StringField(_l("Organisation"), validators=[required(), at_most(LINE)])
    sector = StringField(_l("What it does"), validators=[at_most(120)])
    municipality = municipality_field(_l("Municipality"))
    language = language_field()


class StaffEmployerForm(EmployerForm):
    """The same for the team, who may keep one without a Business ID."""

    business_id = business_id_field(validators=[at_most(20)])


class WorkplaceForm(PortalForm):
    """A site."""

    name = StringField(_l("Name of the workplace"), validators=[required(), at_most(120)])
    street = StringField(_l("Street"), validators=[at_most(LINE)])
    municipality = municipality_field(_l("Municipality"))


class InviteForm(PortalForm):
    """Whom to ask in."""

    email = EmailField(_l("Work mail"), validators=[required(), at_most(EMAIL_CHARACTERS)])
    language = language_field()


class VerifyForm(PortalForm):
    """The ground for verifying an employer without a Business ID."""

    reason = StringField(_l("Why it can be trusted without a Business ID"), validators=[at_most(500)])


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


class EmployerFilterForm(PortalForm):
    """What the list of employers is narrowed by. The view fills in the municipalities in use."""

    class Meta(PortalForm.Meta):
        csrf = False

    q = SearchField(_l("Name or Business ID"), validators=[Length(max=100)])
    standing = SelectField(_l("Standing"), choices=lambda: choices(STANDING_NAMES.items(), empty=_l("All")), coerce=str)
    verification = SelectField(
        _l("Verification"), choices=lambda: choices(VERIFICATIONS.labels.items(), empty=_l("All")), coerce=str
    )
    municipality = SelectField(_l("Municipality"), coerce=str)
