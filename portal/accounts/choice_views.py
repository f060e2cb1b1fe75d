"""Choosing one's mail: on the settings page, and by the link in a mail that only informs, without signing in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portal.accounts import choices
from portal.accounts.forms import MailForm, PressForm
from portal.accounts.models import MailMode, User
from portal.accounts.views import settings_page
from portal.core.access import by_link, current_actor, signed_in
from portal.core.i18n import Language, in_language
from portal.core.security import csrf
from portal.core.submissions import repeatable
from portal.outbox.groups import words_of
from portal.outbox.letters import MailKind

bp = Blueprint("mail_choices", __name__)


@bp.post("/settings/mails")
@signed_in
def save() -> ResponseReturnValue:
    """Set how and which mail comes."""
    user = current_user._get_current_object()
    form = MailForm.of(user)
    if form.validate_on_submit():
        choices.choose(current_actor(), user, MailMode(form.mail_mode.data), form.wanted)
        flash(_("Your choice of mails is saved."), "success")
        return redirect(url_for("accounts.settings"))
    return settings_page(mail_form=form), 422


@bp.get("/mails/off/<token>")
@by_link
def off(token: str) -> str:
    """What the link in a mail turns off, or has turned off: one button, nothing has happened yet."""
    return _page(token, *choices.opened(token))


@bp.post("/mails/off/<token>")
@by_link
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF carries no types
@repeatable
def turn_off(token: str) -> str:
    """The press. Mail programs make the same post on their own when their reader says so (RFC 8058): they have no
    cookie and no token of ours, follow no redirect, and the address itself is the right to do it."""
    user, kind = choices.opened(token)
    choices.turn_off(user, kind)
    return _page(token, user, kind)


@bp.post("/mails/on/<token>")
@by_link
@repeatable
def turn_on(token: str) -> str:
    """The way back."""
    user, kind = choices.opened(token)
    choices.turn_on(user, kind)
    return _page(token, user, kind)


def _page(token: str, user: User, kind: MailKind) -> str:
    with in_language(user.language or Language.SV):
        return render_template(
            "accounts/mails_off.html",
            form=PressForm(),
            token=token,
            words=words_of(kind.name),
            is_off=choices.is_off(user, kind),
            nothing=user.mail_mode is MailMode.NOTHING,
        )
