"""Forms about accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, PasswordField, RadioField, SelectField, StringField, TelField, ValidationError
from wtforms.validators import Regexp

from portal.accounts import passwords
from portal.accounts.models import MAIL_MODE_NAMES, User
from portal.core.actors import ROLE_NAMES, Role
from portal.core.forms import PortalForm, TickField, at_most, choices, required, text_in
from portal.core.i18n import OWN_NAMES
from portal.outbox.addresses import acceptable_address
from portal.outbox.groups import GROUPS

EMAIL_CHARACTERS = 254
NAME_CHARACTERS = 120
PHONE_CHARACTERS = 40

STAFF_ROLES = (Role.COACH, Role.TEAM_LEADER, Role.ADMINISTRATOR)


def an_address(_form: PortalForm, field: Field) -> None:
    """Validator: an address that a mail server would take."""
    try:
        acceptable_address(text_in(field))
    except ValueError:
        raise ValidationError(_("Write a mail address, such as anna@firma.example.")) from None


def email_field() -> EmailField:
    """A work mail that we shall write to."""
    return EmailField(_l("Work mail"), validators=[required(), at_most(EMAIL_CHARACTERS), an_address])


def a_new_password(form: PortalForm, field: Field) -> None:
    """Validator: a password that is good enough, also beside the name, address and organisation in the form."""
    about = [text_in(form[name]) for name in ("name", "email", "organisation") if name in form]
    if sentence := passwords.problem(text_in(field), about):
        raise ValidationError(sentence)


def new_password_field(text: Any) -> PasswordField:
    """A password that is chosen here."""
    return PasswordField(text, validators=[required(), a_new_password])


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

    email = email_field()


class PressForm(PortalForm):
    """A button alone."""


class OwnAddressForm(PortalForm):
    """The press of somebody who did not register in this browser: they know the password, or another registered."""

    password = PasswordField(_l("Password"), validators=[required()])


class NewPasswordForm(PortalForm):
    """A password chosen by link."""

    password = new_password_field(_l("New password"))


class SettingsForm(PortalForm):
    """What users change of themselves."""

    name = StringField(_l("Your name"), validators=[required(), at_most(NAME_CHARACTERS)])
    phone = phone_field()
    language = language_field()


class MailForm(PortalForm):
    """How and which mail comes: a list of ticks a group of kinds, those of the user's role alone."""

    mail_mode = RadioField(_l("Mail that only informs"), choices=lambda: choices(MAIL_MODE_NAMES.items()), coerce=str)
    needs = TickField()
    proposals = TickField()
    hires = TickField()
    summaries = TickField()

    @classmethod
    def of(cls, user: User, *, unsent: bool = False) -> MailForm:
        """The form with a user's present choice in it.

        :param unsent: whatever was sent belongs to another form of the page.
        """
        offered = {group.name: group.of(user.role) for group in GROUPS}
        shown = {name: [one.kind for one in kinds if one.kind not in user.mails_off] for name, kinds in offered.items()}
        options = {"formdata": None} if unsent else {}
        form = cls(mail_mode=user.mail_mode.value, **shown, **options)
        for group in GROUPS:
            if offered[group.name]:
                form[group.name].label.text = group.title
                form[group.name].choices = choices((one.kind, one.words) for one in offered[group.name])
            else:
                del form[group.name]
        return form

    @property
    def groups(self) -> list[Field]:
        """The lists of ticks."""
        return [self[group.name] for group in GROUPS if group.name in self]

    @property
    def wanted(self) -> list[str]:
        """The names of the kinds that are ticked."""
        return [kind for field in self.groups for kind in field.data or []]


class ChangePasswordForm(PortalForm):
    """The present password and the next."""

    present = PasswordField(_l("Present password"), validators=[required()])
    password = new_password_field(_l("New password"))


class InviteStaffForm(PortalForm):
    """Whom the administrator asks in. The view fills in the teams."""

    email = email_field()
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
    password = new_password_field(_l("Password"))
