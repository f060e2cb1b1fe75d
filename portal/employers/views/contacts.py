"""Log what was said with an employer."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.forms import text_in
from portal.employers import queries, service, subjects
from portal.employers.forms import ContactForm
from portal.employers.models import Channel
from portal.employers.views.blueprint import bp


@bp.route("/employers/<public_id>/contacts/new", methods=["GET", "POST"])
@allow(Role.COACH, Role.TEAM_LEADER, logs_access=True)
def log_contact(public_id: str) -> ResponseReturnValue:
    """One small form: what is not changed says today, in person, in general."""
    actor = current_actor()
    employer = queries.get_for(actor, public_id)
    known = subjects.provided()
    form = ContactForm(on_day=clock.today())
    form.about.choices = [("", _("The employer in general")), *known.choices(actor)]
    if form.validate_on_submit():
        about = text_in(form.about)
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
    status = 422 if form.is_submitted() else 200
    return render_template("employers/log_contact.html", form=form, employer=employer), status


@bp.post("/employers/<public_id>/contacts/<contact_id>/done")
@allow(Role.COACH, Role.TEAM_LEADER)
def next_step_done(public_id: str, contact_id: str) -> ResponseReturnValue:
    """A next step is done."""
    actor = current_actor()
    contact = queries.contact_for(actor, queries.get_for(actor, public_id), contact_id)
    service.do_next_step(actor, contact)
    flash(_("Done: %(step)s", step=contact.next_step), "success")
    return redirect(url_for("employers.show", public_id=public_id))
