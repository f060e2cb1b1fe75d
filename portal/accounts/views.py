"""Sign-in, links by mail, the own settings, and the administrator's list of people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_limiter.util import get_remote_address
from flask_login import current_user, logout_user

from portal.accounts import devices, links, passwords, queries, service, sessions, sign_in_links
from portal.accounts.forms import (
    STAFF_ROLES,
    AcceptStaffForm,
    ChangePasswordForm,
    ForgottenForm,
    InviteStaffForm,
    MailForm,
    NewPasswordForm,
    OwnAddressForm,
    PressForm,
    SettingsForm,
    SignInForm,
)
from portal.accounts.models import PURPOSE_NAMES, Purpose, User
from portal.accounts.throttles import mails_a_stranger
from portal.core.access import allow, by_link, current_actor, public, signed_in
from portal.core.actors import ROLE_NAMES, Role
from portal.core.forms import text_in
from portal.core.i18n import Language, language
from portal.core.paging import page_number
from portal.core.panels import panels_for
from portal.core.security import SIGN_IN_LIMIT, limiter
from portal.core.submissions import repeatable
from portal.core.views import safe_next

bp = Blueprint("accounts", __name__)

LISTED_ROLES = (Role.EMPLOYER, *STAFF_ROLES)


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The form to sign in with."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")))
    return render_template("accounts/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@public
@repeatable
@limiter.limit(SIGN_IN_LIMIT, key_func=devices.guessing_place)
@limiter.limit(SIGN_IN_LIMIT, key_func=devices.guessed_address)
def begin_session() -> ResponseReturnValue:
    """Sign in, and go on to where one wanted to."""
    form = SignInForm()
    if form.validate_on_submit():
        address = text_in(form.email)
        user = service.sign_in(address, text_in(form.password), devices.stranger(address))
        if user is not None and user.email_verified_at is None:
            service.ask_to_verify(user)
            sessions.remember_mailed(user.email, user)
            return redirect(url_for("accounts.mailed"))
        if user is not None:
            sessions.begin(user)
            return redirect(safe_next(request.args.get("next")))
        form.form_errors.append(_("Address and password do not fit together. Try again, or ask for a new password."))
    return render_template("accounts/sign_in.html", form=form), 422


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this visit."""
    logout_user()
    flash(_("You are signed out."), "success")
    return redirect(url_for("core.landing"))


@bp.get("/look-at-your-mail")
@public
def mailed() -> str:
    """What comes after everything that mails a link: the same page, whether there was an account or not."""
    return render_template("accounts/mailed.html", address=sessions.mailed_to())


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public
@repeatable
@mails_a_stranger
def forgotten() -> ResponseReturnValue:
    """Ask for a link to a new password."""
    form = ForgottenForm()
    if form.validate_on_submit():
        with form.catching():
            address = queries.address_of("email", text_in(form.email))
            service.ask_for_password(address)
        if form.is_clean:
            sessions.remember_mailed(address)
            return redirect(url_for("accounts.mailed"))
    return render_template("accounts/forgotten.html", form=form), 422 if form.is_submitted() else 200


@bp.route("/new-password/<token>", methods=["GET", "POST"])
@by_link
def new_password(token: str) -> ResponseReturnValue:
    """Choose a password by a mailed link; then sign in with it."""
    link = links.find(token, Purpose.RESET_PASSWORD)
    user = service.user_of_link(link)
    form = NewPasswordForm()
    if form.validate_on_submit():
        with form.catching():
            service.reset_password(link, text_in(form.password))
        if form.is_clean:
            logout_user()
            flash(_("Your password is set. Sign in with it."), "success")
            return redirect(url_for("accounts.sign_in"))
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/new_password.html", form=form, email=user.email), status


@bp.get("/verify/<token>")
@by_link
def verify(token: str) -> str:
    """The page behind the link that asks whose the address is: one button, nothing has happened yet."""
    user = service.user_of_link(links.find(token, Purpose.VERIFY_EMAIL))
    return _verify_page(user, _own_address_form(user))


def _own_address_form(user: User) -> OwnAddressForm | PressForm:
    return PressForm() if sessions.has_registered(user) else OwnAddressForm()


def _verify_page(user: User, form: OwnAddressForm | PressForm) -> str:
    return render_template("accounts/verify.html", form=form, email=user.email, name=user.name)


@bp.post("/verify/<token>")
@by_link
@limiter.limit(SIGN_IN_LIMIT, key_func=get_remote_address)
def confirm_address(token: str) -> ResponseReturnValue:
    """The press: the address is verified, and its owner signed in.

    In another browser than the one that registered, the password has to be known: else anybody could register with
    somebody's address, and be let in as that person by their careless press.
    """
    link = links.find(token, Purpose.VERIFY_EMAIL)
    user = service.user_of_link(link)
    form = _own_address_form(user)
    if isinstance(form, OwnAddressForm) and not (
        form.validate_on_submit() and passwords.matches(user.password_hash, text_in(form.password))
    ):
        if not form.errors:
            form.form_errors.append(
                _("Address and password do not fit together. Try again, or ask for a new password.")
            )
        return _verify_page(user, form), 422
    service.verify_address(link)
    if isinstance(form, PressForm) and current_user.is_authenticated:
        flash(_("Thank you, the address is yours. Sign in with the password that you chose."), "success")
        return redirect(url_for("accounts.sign_in"))
    sessions.begin(user)
    flash(_("Thank you, the address is yours. You are signed in."), "success")
    return redirect(url_for("core.landing"))


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@by_link
def accept_invitation(token: str) -> ResponseReturnValue:
    """Staff answer the administrator's invitation with a name and a password, and are signed in."""
    link = links.find(token, Purpose.STAFF_INVITATION)
    invitation = service.invitation_of_link(link)
    form = AcceptStaffForm(name=invitation.name)
    if form.validate_on_submit():
        with form.catching():
            user = service.accept_staff_invitation(
                link, name=text_in(form.name), phone=text_in(form.phone), password=text_in(form.password)
            )
        if form.is_clean:
            sessions.begin(user)
            flash(_("Welcome. Your account is ready."), "success")
            return redirect(url_for("core.landing"))
    status = 422 if form.is_submitted() else 200
    page = render_template("accounts/accept_invitation.html", form=form, invitation=invitation, role=ROLE_NAMES)
    return page, status


@bp.route("/settings", methods=["GET", "POST"])
@signed_in
def settings() -> ResponseReturnValue:
    """One's own name, phone, language and mail."""
    user = current_user._get_current_object()
    form = _own_form(user)
    if form.validate_on_submit():
        chosen = Language(form.language.data)
        service.change_settings(
            current_actor(), user, name=text_in(form.name), phone=text_in(form.phone), language=chosen
        )
        flash(_("Your settings are saved."), "success")
        return redirect(url_for("accounts.settings"))
    return settings_page(form=form), 422 if form.is_submitted() else 200


@bp.post("/settings/links/end")
@signed_in
def end_links() -> ResponseReturnValue:
    """No link that was mailed to this user works any more."""
    ended = sign_in_links.end_all(current_actor(), current_user._get_current_object())
    flash(ngettext("%(num)d link has ended.", "%(num)d links have ended.", ended), "success")
    return redirect(url_for("accounts.settings"))


@bp.post("/settings/password")
@signed_in
@limiter.limit(SIGN_IN_LIMIT)
def change_password() -> ResponseReturnValue:
    """Another password: every other visit of this user ends, this one goes on."""
    user = current_user._get_current_object()
    form = ChangePasswordForm()
    if form.validate_on_submit():
        with form.catching():
            service.change_password(current_actor(), user, text_in(form.present), text_in(form.password))
        if form.is_clean:
            sessions.begin(user)
            flash(_("Your password is changed. Other visits are signed out."), "success")
            return redirect(url_for("accounts.settings"))
    return settings_page(password_form=form), 422


def settings_page(
    *,
    form: SettingsForm | None = None,
    password_form: ChangePasswordForm | None = None,
    mail_form: MailForm | None = None,
) -> str:
    """The settings with one of their forms as it was sent, and the others as things stand."""
    user = current_user._get_current_object()
    return render_template(
        "accounts/settings.html",
        form=form or _own_form(user, formdata=None),
        password_form=password_form or ChangePasswordForm(formdata=None),
        mail_form=mail_form or MailForm.of(user, unsent=True),
        mailed_links=links.live_of(user.id),
        purpose_names=PURPOSE_NAMES,
        panels=panels_for("settings", user, current_actor()),
    )


def _own_form(user: User, **options: Any) -> SettingsForm:
    return SettingsForm(name=user.name, phone=user.phone, language=(user.language or language()).value, **options)


@bp.get("/users")
@allow(Role.ADMINISTRATOR)
def users() -> str:
    """Everybody with an account, and staff who are invited."""
    actor = current_actor()
    search = request.args.get("q", "").strip()[:100]
    chosen = request.args.get("role", "")
    role = Role(chosen) if chosen in LISTED_ROLES else None
    chips: list[tuple[Any, str]] = []
    if search:
        chips.append((f"“{search}”", url_for("accounts.users", role=role)))
    if role:
        chips.append((ROLE_NAMES[role], url_for("accounts.users", q=search or None)))
    return render_template(
        "accounts/users.html",
        search=search,
        chosen=role,
        roles=LISTED_ROLES,
        role_names=ROLE_NAMES,
        chips=chips,
        page=queries.users(actor, search=search, role=role, page=page_number()),
        invitations=queries.open_invitations(actor),
    )


@bp.route("/users/invite", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def invite() -> ResponseReturnValue:
    """Ask a member of staff in."""
    form = InviteStaffForm(language=language().value)
    form.team.choices = [("", _("Choose")), *((team.public_id, team.name) for team in queries.teams())]
    if form.validate_on_submit():
        with form.catching():
            service.invite_staff(
                current_actor(),
                email=text_in(form.email),
                name=text_in(form.name),
                role=Role(form.role.data),
                team=queries.team_by_public_id(form.team.data),
                language=Language(form.language.data),
            )
        if form.is_clean:
            flash(_("The invitation is mailed to %(address)s.", address=text_in(form.email)), "success")
            return redirect(url_for("accounts.users"))
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/invite.html", form=form), status


@bp.post("/users/invitations/<public_id>/again")
@allow(Role.ADMINISTRATOR)
def invite_again(public_id: str) -> ResponseReturnValue:
    """Mail a staff invitation once more."""
    actor = current_actor()
    invitation = queries.invitation_for(actor, public_id)
    service.invite_again(actor, invitation)
    flash(_("The invitation is mailed to %(address)s.", address=invitation.email), "success")
    return redirect(url_for("accounts.users"))


@bp.post("/users/invitations/<public_id>/withdraw")
@allow(Role.ADMINISTRATOR)
def withdraw_invitation(public_id: str) -> ResponseReturnValue:
    """Take a staff invitation back."""
    actor = current_actor()
    service.withdraw_invitation(actor, queries.invitation_for(actor, public_id))
    flash(_("The invitation is withdrawn. Its link does not work any more."), "success")
    return redirect(url_for("accounts.users"))


@bp.post("/users/<public_id>/deactivate")
@allow(Role.ADMINISTRATOR)
def deactivate(public_id: str) -> ResponseReturnValue:
    """Close an account."""
    actor = current_actor()
    user = queries.get_for(actor, public_id)
    service.deactivate(actor, user)
    flash(_("%(name)s is signed out everywhere and cannot sign in any more.", name=user.name), "success")
    return redirect(url_for("accounts.users"))


@bp.post("/users/<public_id>/reactivate")
@allow(Role.ADMINISTRATOR)
def reactivate(public_id: str) -> ResponseReturnValue:
    """Open a closed account again."""
    actor = current_actor()
    user = queries.get_for(actor, public_id)
    service.reactivate(actor, user)
    flash(_("%(name)s can sign in again.", name=user.name), "success")
    return redirect(url_for("accounts.users"))
