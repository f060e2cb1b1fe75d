"""Forms about accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, SearchField, SelectField, StringField, TelField
from wtforms.validators import Length, Regexp

from portal.accounts.models import MAIL_MODE_NAMES, MailMode
from portal.core.actors import ROLE_NAMES, Role
from portal.core.forms import PortalForm, at_most, choices, required
from portal.core.i18n import OWN_NAMES

EMAIL_CHARACTERS = 254
NAME_CHARACTERS = 120
PHONE_CHARACTERS = 40

STAFF_ROLES = (Role.COACH, Role.TEAM_LEADER, Role.ADMINISTRATOR)
_ALL_ROLES = [(role, ROLE_NAMES[role]) for role in (Role.EMPLOYER, *STAFF_ROLES)]


def phone_field(**options: object) -> TelField:
    """A phone number as people write it."""
    shape = Regexp(r"^[\d\s+()/.-]*$", message=_l("Write a phone number: figures, spaces and a plus."))
    return TelField(_l("Phone"), validators=[at_most(PHONE_CHARACTERS), shape], **options)  # type: ignore[arg-type]


def language_field() -> SelectField:
    """One of the three languages."""
    return SelectField(_l("Language"), choices=lambda: choices(OWN_NAMES.items()), coerce=str)


class SignInForm(PortalForm):
    """Address and password. No rule about their shape: a wrong one is simply not right."""

    email = EmailField(_l("Work mail"), validators=[required(), at_most(EMAIL_CHARACTERS)])
    password = PasswordField(_l("Password"), validators=[required()])


class ForgottenForm(PortalForm):
    """The address that a link is mailed to."""

    email = EmailField(_l("Work mail"), validators=[required(), at_most(EMAIL_CHARACTERS)])


class PressForm(PortalForm):
    """A button alone."""


class NewPasswordForm(PortalForm):
    """A password chosen by link."""

    password = PasswordField(_l("New password"), validators=[required()])


class SettingsForm(PortalForm):
    """What users change of themselves."""

    name = StringField(_l("Your name"), validators=[required(), at_most(NAME_CHARACTERS)])
    phone = phone_field()
    language = language_field()
    mail_mode = SelectField(
        _l("Mail that only informs"),
        choices=lambda: choices(MAIL_MODE_NAMES.items()),
        coerce=str,
        default=MailMode.AT_ONCE,
    )


class ChangePasswordForm(PortalForm):
    """The present password and the next."""

    present = PasswordField(_l("Present password"), validators=[required()])
    password = PasswordField(_l("New password"), validators=[required()])


class InviteStaffForm(PortalForm):
    """Whom the administrator asks in. The view fills in the teams."""

    email = EmailField(_l("Work mail"), validators=[required(), at_most(EMAIL_CHARACTERS)])
    name = StringField(_l("Name"), validators=[required(), at_most(NAME_CHARACTERS)])
    role = SelectField(
        _l("Role"), choices=lambda: choices((role, ROLE_NAMES[role]) for role in STAFF_ROLES), coerce=str
    )
    team = SelectField(_l("Team"), coerce=str)
    language = language_field()


class AcceptStaffForm(PortalForm):
    """The answer to a staff invitation."""

    name = StringField(_l("Your name"), validators=[required(), at_most(NAME_CHARACTERS)])
    phone = phone_field()
    password = PasswordField(_l("Password"), validators=[required()])


class UserFilterForm(PortalForm):
    """What the list of users is narrowed by."""

    class Meta(PortalForm.Meta):
        csrf = False

    q = SearchField(_l("Name or address"), validators=[Length(max=100)])
    role = SelectField(_l("Role"), choices=lambda: choices(_ALL_ROLES, empty=_l("All roles")), coerce=str)
