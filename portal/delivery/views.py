"""What a coach presses by a mail that did not arrive."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.candidates import queries as candidates
from portal.candidates.forms import version_of
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.app import begin_again
from portal.core.errors import Missing
from portal.core.forms import text_in
from portal.delivery import queries, service
from portal.delivery.forms import AddressForm
from portal.delivery.queries import Undelivered

bp = Blueprint("delivery", __name__, url_prefix="/undelivered")


@bp.post("/<public_id>/again")
@allow(Role.COACH)
def send_again(public_id: str) -> ResponseReturnValue:
    """Send again what did not reach one reader."""
    actor = current_actor()
    count = service.send_again(actor, queries.undelivered_for(actor, public_id))
    flash(service.sent_words(count), "success")
    return _to_list()


@bp.post("/<public_id>/aside")
@allow(Role.COACH)
def set_aside(public_id: str) -> ResponseReturnValue:
    """The reader was told in another way."""
    actor = current_actor()
    service.set_aside(actor, queries.undelivered_for(actor, public_id))
    flash(_("Good. It is not in the list any more."), "success")
    return _to_list()


@bp.route("/<public_id>/address", methods=["GET", "POST"])
@allow(Role.COACH, logs_access=True)
def correct(public_id: str) -> ResponseReturnValue:
    """Correct a candidate's address, or an unanswered invitation's, and send again."""
    actor = current_actor()
    one = queries.undelivered_for(actor, public_id)
    if one.candidate is None and not one.is_invitation:
        raise Missing  # an address that somebody signs in with is that person's own
    form = AddressForm()
    if form.validate_on_submit():
        with form.catching():
            if one.candidate is None:
                service.correct_invitation(actor, one, text_in(form.email))
                said = _("The right address is invited. The link that went to the wrong one does not work.")
            else:
                count = service.correct_candidate(actor, one, text_in(form.email), version_of(form))
                said = service.sent_words(count)
        if form.is_clean:
            flash(said, "success")
            return _to_list()
    if form.is_submitted():
        begin_again()
        one = queries.undelivered_for(actor, public_id)
    return _address_page(one, form)


def _address_page(one: Undelivered, form: AddressForm) -> ResponseReturnValue:
    """The form, with the address as it is now; showing a candidate's is logged first."""
    actor = current_actor()
    name, address = one.person, one.mail.address or ""
    if one.candidate is not None:
        identity = candidates.identity_of(actor, candidates.get_for(actor, one.candidate), "delivery.correct")
        name, address = identity.full_name, identity.email
        if not form.is_submitted():
            form.version.process_data(identity.version)
    if not form.is_submitted():
        form.email.data = address
    status = 422 if form.is_submitted() else 200
    return render_template("delivery/address.html", one=one, form=form, name=name, address=address), status


def _to_list() -> ResponseReturnValue:
    return redirect(url_for("desk.coach", _anchor="undelivered"))
