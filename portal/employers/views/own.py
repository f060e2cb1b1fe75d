"""The organisation as its own people see and mend it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.errors import Missing
from portal.core.forms import text_in
from portal.core.i18n import OWN_NAMES, Language, language
from portal.employers import queries, rules, service
from portal.employers.forms import EmployerForm, InviteForm, WorkplaceForm
from portal.employers.views import shared
from portal.employers.views.blueprint import bp


@bp.get("/organisation")
@allow(Role.EMPLOYER)
def organisation() -> str:
    """Facts, workplaces, colleagues, invitations and who asks to join."""
    actor = current_actor()
    employer = queries.own(actor)
    return render_template(
        "employers/organisation.html",
        employer=employer,
        manages=rules.may_invite(actor, employer),
        languages=OWN_NAMES,
        lets_in=rules.may_let_in(actor, employer, has_managers=True),
        **shared.people(employer),
    )


@bp.route("/organisation/edit", methods=["GET", "POST"])
@allow(Role.EMPLOYER)
def edit_own() -> ResponseReturnValue:
    """Change one's own organisation's facts."""
    actor = current_actor()
    employer = queries.own(actor)
    form = EmployerForm(
        name=employer.name,
        sector=employer.sector,
        municipality=employer.municipality,
        language=employer.language.value,
    )
    if form.validate_on_submit():
        with form.catching():
            service.edit(
                actor,
                employer,
                name=text_in(form.name),
                sector=text_in(form.sector),
                municipality=text_in(form.municipality),
                language=Language(text_in(form.language)),
                words_read=form.read,
            )
        if form.is_clean:
            flash(_("The organisation's facts are saved."), "success")
            return redirect(url_for("employers.organisation"))
    status = 422 if form.is_submitted() else 200
    return render_template("employers/edit.html", form=form, employer=employer, back=shared.home_of(employer)), status


@bp.route("/employers/<public_id>/workplaces/new", methods=["GET", "POST"])
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def add_workplace(public_id: str) -> ResponseReturnValue:
    """Add a site."""
    actor = current_actor()
    employer = queries.get_for(actor, public_id)
    if not rules.may_edit(actor, employer):
        raise Missing
    form = WorkplaceForm(municipality=employer.municipality)
    if form.validate_on_submit():
        with form.catching():
            service.add_workplace(
                actor,
                employer,
                name=text_in(form.name),
                street=text_in(form.street),
                municipality=text_in(form.municipality),
                words_read=form.read,
            )
        if form.is_clean:
            flash(_("The workplace is added."), "success")
            return redirect(shared.home_of(employer))
    status = 422 if form.is_submitted() else 200
    page = render_template("employers/workplace.html", form=form, workplace=None, back=shared.home_of(employer))
    return page, status


@bp.route("/workplaces/<public_id>/edit", methods=["GET", "POST"])
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def edit_workplace(public_id: str) -> ResponseReturnValue:
    """Change a site."""
    actor = current_actor()
    workplace = queries.workplace_for(actor, public_id)
    if not rules.may_edit(actor, workplace.employer):
        raise Missing
    form = WorkplaceForm(name=workplace.name, street=workplace.street, municipality=workplace.municipality)
    back = shared.home_of(workplace.employer)
    if form.validate_on_submit():
        with form.catching():
            service.edit_workplace(
                actor,
                workplace,
                name=text_in(form.name),
                street=text_in(form.street),
                municipality=text_in(form.municipality),
                words_read=form.read,
            )
        if form.is_clean:
            flash(_("The workplace is saved."), "success")
            return redirect(back)
    status = 422 if form.is_submitted() else 200
    return render_template("employers/workplace.html", form=form, workplace=workplace, back=back), status


@bp.route("/employers/<public_id>/invite", methods=["GET", "POST"])
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def invite(public_id: str) -> ResponseReturnValue:
    """Ask a person in, for 14 days."""
    actor = current_actor()
    employer = queries.get_for(actor, public_id)
    if not rules.may_invite(actor, employer):
        raise Missing
    form = InviteForm(language=(employer.language if actor.is_staff else language()).value)
    if form.validate_on_submit():
        with form.catching():
            service.invite(actor, employer, email=text_in(form.email), language=Language(text_in(form.language)))
        if form.is_clean:
            flash(
                _("The invitation is mailed to %(address)s. It works for 14 days.", address=text_in(form.email)),
                "success",
            )
            return redirect(shared.home_of(employer))
    status = 422 if form.is_submitted() else 200
    page = render_template("employers/invite.html", form=form, employer=employer, back=shared.home_of(employer))
    return page, status


@bp.post("/employer-invitations/<public_id>/again")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def invite_again(public_id: str) -> ResponseReturnValue:
    """Mail an invitation once more."""
    actor = current_actor()
    invitation = queries.invitation_for(actor, public_id)
    service.invite_again(actor, invitation)
    flash(_("The invitation is mailed to %(address)s. It works for 14 days.", address=invitation.email), "success")
    return redirect(shared.home_of(invitation.employer))


@bp.post("/employer-invitations/<public_id>/withdraw")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def withdraw_invitation(public_id: str) -> ResponseReturnValue:
    """Take an invitation back."""
    actor = current_actor()
    invitation = queries.invitation_for(actor, public_id)
    service.withdraw_invitation(actor, invitation)
    flash(_("The invitation is withdrawn. Its link does not work any more."), "success")
    return redirect(shared.home_of(invitation.employer))


@bp.post("/join-requests/<public_id>/let-in")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def let_in(public_id: str) -> ResponseReturnValue:
    """Let in somebody who asks to join."""
    actor = current_actor()
    asked = queries.join_request_for(actor, public_id)
    service.let_in(actor, asked)
    flash(_("%(name)s is let in, and has been mailed.", name=asked.user.name), "success")
    return redirect(shared.home_of(asked.employer))


@bp.post("/join-requests/<public_id>/refuse")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def refuse(public_id: str) -> ResponseReturnValue:
    """Do not let somebody in."""
    actor = current_actor()
    asked = queries.join_request_for(actor, public_id)
    service.refuse(actor, asked)
    flash(_("%(name)s is not let in, and has been mailed.", name=asked.user.name), "success")
    return redirect(shared.home_of(asked.employer))
