"""What the coach asks of the candidate while a proposal lives, and of the other proposals after a hire."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.candidates import consents
from portal.candidates import queries as candidates
from portal.candidates.models import ConsentHow, ConsentKind, PersonalField
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.app import begin_again
from portal.core.errors import Missing, Refused
from portal.employers import queries as employers
from portal.proposals import elsewhere, page, queries, service
from portal.proposals.asked import later_question
from portal.proposals.forms import AfterHireForm, ConsentForm
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


@bp.get("/proposals/<public_id>/own-link")
@allow(Role.COACH, Role.TEAM_LEADER)
def own_link(public_id: str) -> str:
    """The candidate's link to what was agreed, where it is taken back: for who has no mail, or has lost it."""
    proposal = queries.get_for(current_actor(), public_id)
    link = links.live(Purpose.MY_CONSENTS, proposal.id)
    if link is None:
        raise Missing
    return render_template("proposals/code.html", proposal=proposal, **as_code(link))


@bp.post("/proposals/<public_id>/take-consent-back")
@allow(Role.COACH, Role.TEAM_LEADER)
def record_taken_back(public_id: str) -> ResponseReturnValue:
    """Record that the candidate takes the yes back, as the candidate's own link does."""
    actor = current_actor()
    service.take_consent_back(actor, queries.get_for(actor, public_id))
    flash(
        _("Recorded. The employer's pages show nothing of it any more. Below you see what had reached it."), "success"
    )
    return redirect(url_for("proposals.show", public_id=public_id))


@bp.route("/proposals/<public_id>/after-hire", methods=["GET", "POST"])
@allow(Role.COACH)
def after_hire(public_id: str) -> ResponseReturnValue:
    """Record a new yes for a hire: for longer, or for other people at the employer."""
    actor = current_actor()
    proposal = queries.get_for(actor, public_id)
    if proposal.state is not ProposalState.HIRED or proposal.consent is None:
        raise Missing
    people = {one.public_id: one for one in employers.users_of(proposal.opening.employer_id)}
    form = AfterHireForm(data=_as_now(proposal))
    form.offer(candidates.plan_of(proposal.candidate_id).fields)
    form.offer_people(people.values())
    if form.validate_on_submit():
        given = service.HowGiven(
            how=ConsentHow(form.how.data), who_was_there=form.who_was_there.data or "", until=form.until.data
        )
        named = [people[one] for one in form.people.data or []]
        fields = [PersonalField(one) for one in form.fields_told.data or []]
        with form.catching(fields="fields_told"):
            service.renew_after_hire(actor, proposal, named, fields, given)
        if form.is_clean:
            flash(_("Recorded. Those whom the candidate named see the hire again."), "success")
            return redirect(url_for("proposals.show", public_id=public_id))
    status = 422 if form.is_submitted() else 200
    language = candidates.language_of(proposal.candidate_id)
    texts = {kind.value: consents.text(kind, language, service.yes_holds_until()) for kind in ConsentKind}
    return render_template(
        "proposals/after_hire.html", form=form, proposal=proposal, texts=texts, language=language
    ), status


def _as_now(proposal: Proposal) -> dict[str, object]:
    """What the form holds at first: those whom the old yes names, what it tells, and a day as far as a new yes has."""
    told, consent = proposal.disclosure_consent, proposal.consent
    fields = told.fields if told is not None and told.withdrawn_at is None else []
    return {
        "people": [user.public_id for user in consent.contacts] if consent is not None else [],
        "fields_told": [one.value for one in fields],
        "until": service.yes_holds_until(),
    }
