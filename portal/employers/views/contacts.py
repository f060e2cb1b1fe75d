"""Log what was said with an employer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.app import begin_again
from portal.core.errors import Missing
from portal.core.forms import text_in
from portal.employers import queries, service, subjects
from portal.employers.forms import ContactForm
from portal.employers.models import Channel, Employer
from portal.employers.views.blueprint import bp


@bp.route("/employers/<public_id>/contacts/new", methods=["GET", "POST"])
@allow(Role.COACH, Role.TEAM_LEADER, logs_access=True)
def log_contact(public_id: str) -> ResponseReturnValue:
    """One small form: what is not changed says today, in person, in general."""
    actor = current_actor()
    employer = queries.get_for(actor, public_id)
    known = subjects.provided()
    form = ContactForm(on_day=clock.today())
    if not form.is_submitted():
        return _log_page(form, employer), 200
    about = request.form.get("about", "")
    form.about.choices = [("", ""), (about, "")] if about and _may_name(about) else [("", "")]
    if form.validate_on_submit():
        with form.catching():
            service.log_contact(
                actor,
                employer,
                on_day=form.on_day.data or clock.today(),
                channel=Channel(text_in(form.channel)),
                with_whom=text_in(form.with_whom),
                candidate_id=known.find(actor, about) if about else None,
                learned=text_in(form.learned),
                next_step=text_in(form.next_step),
                next_step_on=form.next_step_on.data,
            )
        if form.is_clean:
            flash(_("The contact with %(name)s is logged.", name=employer.name), "success")
            return redirect(url_for("employers.show", public_id=public_id))
    begin_again()
    return _log_page(form, queries.get_for(actor, public_id)), 422


def _may_name(about: str) -> bool:
    """Whether a contact may be about this candidate. Nobody is named for it, so nothing is logged."""
    if not current_actor().is_staff:
        return False
    try:
        return bool(subjects.provided().find(current_actor(), about))
    except Missing:
        return False


def _log_page(form: ContactForm, employer: Employer) -> str:
    """The form with the names of those whom it can be about; the showing is logged."""
    offered = subjects.provided().choices(current_actor())
    form.about.choices = [("", _("The employer in general")), *offered]
    return render_template("employers/log_contact.html", form=form, employer=employer)


@bp.post("/employers/<public_id>/contacts/<contact_id>/done")
@allow(Role.COACH, Role.TEAM_LEADER)
def next_step_done(public_id: str, contact_id: str) -> ResponseReturnValue:
    """A next step is done."""
    actor = current_actor()
    contact = queries.contact_for(actor, queries.get_for(actor, public_id), contact_id)
    service.do_next_step(actor, contact)
    flash(_("Done: %(step)s", step=contact.next_step), "success")
    return redirect(url_for("employers.show", public_id=public_id))
