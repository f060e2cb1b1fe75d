"""One proposal's page, its steps, and the messages under it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.candidates import queries as candidates
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.app import begin_again
from portal.core.errors import Missing
from portal.core.i18n import listed, moment
from portal.core.panels import panels_for
from portal.proposals import actions, interviews, messages, page, queries, service
from portal.proposals.asked import Question
from portal.proposals.forms import DiscloseForm, MessageForm, PickForm
from portal.proposals.models import Interview, Proposal
from portal.proposals.reuse import texts_known_elsewhere
from portal.proposals.states import PROPOSALS, ProposalState
from portal.proposals.steps import STEPS
from portal.proposals.views.blueprint import bp
from portal.proposals.views.reading_out import asked_at, is_as_shown, read_out


@bp.get("/proposals/<public_id>")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER, logs_access=True)
def show(public_id: str) -> str:
    """One proposal, as this reader may see it."""
    return render(queries.get_for(current_actor(), public_id), MessageForm())


def render(proposal: Proposal, form: MessageForm, pick: PickForm | None = None) -> str:
    """The page, with the form for a message and, when times wait for this reader, the one to pick from."""
    actor = current_actor()
    shown = page.for_actor(actor, proposal)
    if pick is None and shown.to_pick is not None:
        pick = pick_form(shown.to_pick)
    return render_template(
        "proposals/show.html",
        page=shown,
        proposal=proposal,
        form=form,
        pick=pick,
        coming_times=interviews.coming_times,
        is_employer=actor.is_employer,
        panels=panels_for("proposal", proposal, actor),
    )


def pick_form(interview: Interview) -> PickForm:
    """The form that offers an interview's times by their number in a row: the rows' own would tell of all others'."""
    form = PickForm()
    form.time.choices = [(number, moment(at)) for number, at in interviews.coming_times(interview)]
    form.time.validate_choice = False  # a time that has passed since the page was opened is answered with that
    return form


def picked(form: PickForm, interview: Interview) -> int:
    """The row of the time that was chosen, or 0 for a number that the interview has not."""
    number = form.time.data or 0
    return interview.times[number - 1].id if 1 <= number <= len(interview.times) else 0


@bp.route("/proposals/<public_id>/<verb>", methods=["GET", "POST"])
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER, logs_access=True)
def act(public_id: str, verb: str) -> ResponseReturnValue:
    """A step of the workflow: a page that says what will happen, and one press."""
    actor = current_actor()
    proposal = queries.get_for(actor, public_id)
    step = STEPS.get(verb)
    if step is None:
        raise Missing
    PROPOSALS.check(proposal.state, verb, actor.role)
    form = step.form()
    _offer(form, proposal)
    if form.validate_on_submit():
        asked = _asked(form, proposal)
        with form.catching(**step.renamed):
            step.run(actor, proposal, form)
        if form.is_clean and is_as_shown(form, asked):
            flash(str(step.done), "success")
            return redirect(url_for("proposals.show", public_id=public_id))
        if form.is_clean:
            begin_again()
            return _step_page(queries.get_for(current_actor(), public_id), verb, form, changed=True), 409
    elif not form.is_submitted():
        _fill_in(form, proposal, verb)
    return _step_page(proposal, verb, form), 422 if form.is_submitted() else 200


def _offer(form: Any, proposal: Proposal) -> None:
    """What a form lets choose from."""
    if isinstance(form, DiscloseForm):
        answered = page.answered(proposal)
        form.offer(candidates.plan_of(proposal.candidate_id).fields)
        form.offer_basis(listed(answered.fields) if answered else "")


def _asked(form: Any, proposal: Proposal) -> Question | None:
    """The question that the step writes a yes to, which is for what it shows."""
    asked = asked_at(proposal, form)
    if asked is not None:
        form.digests = asked.digests
    return asked


def _step_page(proposal: Proposal, verb: str, form: Any, *, changed: bool = False) -> str:
    actor = current_actor()
    asked = asked_at(proposal, form)
    content = page.to_send(proposal, verb)
    return render_template(
        "proposals/act.html",
        form=form,
        proposal=proposal,
        verb=verb,
        label=actions.label_for(actor, PROPOSALS.check(proposal.state, verb, actor.role)),
        step=STEPS[verb],
        hire=page.hire_facts(proposal),
        answered=page.answered(proposal) if verb == "disclose" else None,
        is_employer=actor.is_employer,
        called_off=verb == "undo_decline" and _was_called_off(proposal),
        asked=asked,
        read_out=read_out(asked, proposal.opening) if asked is not None else "",
        changed=changed,
        candidate=proposal.candidate,
        content=content,
        reused=texts_known_elsewhere(proposal.candidate_id, proposal.opening.employer_id, content) if content else [],
    )


def _was_called_off(proposal: Proposal) -> bool:
    """Whether the answer that is taken back called a meeting off, so that none has been or will be."""
    return proposal.declined_from is ProposalState.INTERVIEW and not queries.meetings_of([proposal.id])


def _fill_in(form: Any, proposal: Proposal, verb: str) -> None:
    """What we know already need not be typed."""
    if verb == "report_hire":
        opening = proposal.opening
        form.hours.data = opening.hours_min
        form.starts_on.data = opening.starts_on
        if opening.employment_type is not None:
            form.contract_type.data = opening.employment_type.value
    consent = proposal.disclosure_consent
    if verb == "disclose" and consent is not None and consent.is_live():
        form.fields_told.data = [one.value for one in consent.fields]
    elif verb in ("record_consent", "disclose"):
        form.until.data = service.yes_holds_until()


@bp.post("/proposals/<public_id>/messages")
@allow(Role.EMPLOYER, Role.COACH, logs_access=True)
def write(public_id: str) -> ResponseReturnValue:
    """Write to the other side."""
    proposal = queries.get_for(current_actor(), public_id)
    form = MessageForm()
    if form.validate_on_submit():
        with form.catching():
            messages.write(current_actor(), proposal, form.text.data or "", form.read)
        if form.is_clean:
            flash(_("Sent. The other side is mailed that there is a message."), "success")
            return redirect(url_for("proposals.show", public_id=public_id, _anchor="messages"))
    begin_again()
    return render(queries.get_for(current_actor(), public_id), form), 422
