"""How an organisation and its people come in."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portal.accounts import links, sessions
from portal.accounts.models import Purpose
from portal.accounts.throttles import mails_a_stranger
from portal.core.access import allow, by_link, public
from portal.core.actors import Role
from portal.core.forms import text_in
from portal.core.i18n import language
from portal.employers import queries, rules, service
from portal.employers.forms import AcceptForm, JoinForm, RegisterForm
from portal.employers.states import Verification
from portal.employers.views.blueprint import bp


@bp.route("/register", methods=["GET", "POST"])
@public
@mails_a_stranger
def register() -> ResponseReturnValue:
    """One page for an organisation and its first person. What follows is the same whoever is here already."""
    if current_user.is_authenticated:
        return redirect(url_for("core.landing"))
    form = RegisterForm()
    if form.validate_on_submit():
        with form.catching():
            user = service.register(
                business_id=text_in(form.business_id),
                organisation=text_in(form.organisation),
                municipality=text_in(form.municipality),
                name=text_in(form.name),
                email=text_in(form.email),
                phone=text_in(form.phone),
                password=text_in(form.password),
                language=language(),
            )
        if form.is_clean:
            sessions.remember_mailed(text_in(form.email), user)
            return redirect(url_for("accounts.mailed"))
    status = 422 if form.is_submitted() else 200
    return render_template("employers/register.html", form=form, version=rules.TERMS_VERSION), status


@bp.route("/join/<token>", methods=["GET", "POST"])
@by_link
def join(token: str) -> ResponseReturnValue:
    """Answer an invitation, with a new account or with the one that waits for an organisation."""
    link = links.find(token, Purpose.INVITATION)
    invitation = service.invitation_of_link(link)
    guest = service.guest_of(invitation)
    form = AcceptForm() if guest is None else JoinForm()
    if form.validate_on_submit():
        with form.catching():
            if isinstance(form, AcceptForm):
                user = service.accept_invitation(
                    link, name=text_in(form.name), phone=text_in(form.phone), password=text_in(form.password)
                )
            else:
                user = service.accept_invitation(link)
        if form.is_clean:
            sessions.begin(user)
            flash(
                _("Welcome. You can use the pages of %(employer)s now.", employer=invitation.employer.name), "success"
            )
            return redirect(url_for("core.landing"))
    status = 422 if form.is_submitted() else 200
    return render_template("employers/join.html", form=form, invitation=invitation, guest=guest), status


@bp.get("/waiting")
@allow(Role.EMPLOYER)
def waiting() -> ResponseReturnValue:
    """What somebody reads who has an account, and no organisation for now."""
    membership = queries.membership_of(current_user.id)
    if membership is not None and membership.employer.verification is not Verification.SUSPENDED:
        return redirect(url_for("core.landing"))
    request_ = None if membership else queries.join_request_of(current_user.id)
    return render_template("employers/waiting.html", membership=membership, join_request=request_)
