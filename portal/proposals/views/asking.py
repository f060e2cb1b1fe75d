"""What the coach asks of the candidate while a proposal lives, and of the other proposals after a hire."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.app import begin_again
from portal.core.errors import Missing, Refused
from portal.proposals import elsewhere, page, queries, service
from portal.proposals.asked import later_question
from portal.proposals.forms import ConsentForm
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from portal.proposals.steps import given_in
from portal.proposals.views.blueprint import bp
from portal.proposals.views.by_link import as_code
from portal.proposals.views.reading_out import is_as_shown, read_out


@bp.post("/proposals/<public_id>/ask-details")
@allow(Role.COACH)
def ask_details(public_id: str) -> ResponseReturnValue:
    """Ask the candidate by link which details may be told."""
    actor = current_actor()
    proposal = queries.get_for(actor, public_id)
    service.ask_disclosure(actor, proposal)
    flash(_("Asked. You are mailed when the candidate has chosen."), "success")
    target = "proposals.show" if queries.has_address(proposal.candidate_id) else "proposals.code"
    return redirect(url_for(target, public_id=public_id))


@bp.route("/proposals/<public_id>/ask-again", methods=["GET", "POST"])
@allow(Role.COACH)
def ask_again(public_id: str) -> ResponseReturnValue:
    """Record that the candidate agrees to the changed need."""
    actor = current_actor()
    proposal = queries.get_for(actor, public_id)
    if not page.needs_new_yes(proposal):
        raise Refused(_("Nothing has changed since the candidate agreed."))
    form = ConsentForm()
    if form.validate_on_submit():
        asked = later_question("again", proposal, form.until.data)
        form.digests = asked.digests
        with form.catching():
            service.renew_consent(actor, proposal, given_in(form))
        if form.is_clean and is_as_shown(form, asked):
            flash(_("Recorded. You can go on."), "success")
            return redirect(url_for("proposals.show", public_id=public_id))
        if form.is_clean:
            begin_again()
            return _again_page(queries.get_for(current_actor(), public_id), form, changed=True), 409
    return _again_page(proposal, form), 422 if form.is_submitted() else 200


def _again_page(proposal: Proposal, form: ConsentForm, *, changed: bool = False) -> str:
    if not form.is_submitted():
        form.until.data = service.yes_holds_until()
    asked = later_question("again", proposal, form.until.data)
    text = read_out(asked, proposal.opening)
    return render_template(
        "proposals/ask_again.html", form=form, proposal=proposal, asked=asked, read_out=text, changed=changed
    )


@bp.post("/proposals/<public_id>/close-others")
@allow(Role.COACH)
def close_others(public_id: str) -> ResponseReturnValue:
    """After a hire: let the candidate's other proposals close, each at its own hour."""
    actor = current_actor()
    proposal = queries.get_for(actor, public_id)
    count = elsewhere.close_others(actor, proposal)
    flash(_("%(count)s other proposals close within a day, at different hours.", count=count), "success")
    return redirect(url_for("proposals.show", public_id=public_id))


@bp.get("/proposals/<public_id>/code")
@allow(Role.COACH)
def code(public_id: str) -> str:
    """The candidate's link as a code for the coach's screen, or to print."""
    proposal = queries.get_for(current_actor(), public_id)
    link = links.live(Purpose.CONSENT, proposal.id)
    if link is None or proposal.state not in (ProposalState.AWAITING_CONSENT, ProposalState.INTERESTED):
        raise Missing
    return render_template("proposals/code.html", proposal=proposal, **as_code(link))
