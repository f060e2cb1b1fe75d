"""Proposals as the coach and the employer meet them. The candidate's pages by link are in ``link_views``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.candidates import profiles, textguard
from portal.candidates import queries as candidates
from portal.candidates.models import Candidate, ConsentHow
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.app import begin_again
from portal.core.errors import Missing, Refused
from portal.core.i18n import moment
from portal.core.panels import panels_for
from portal.employers.models import Channel
from portal.openings import queries as openings
from portal.proposals import elsewhere, interviews, link_views, messages, page, queries, service
from portal.proposals.compare import Line, compare, fit
from portal.proposals.forms import ConsentForm, DiscloseForm, MessageForm, PickForm, ProposeForm, TimesForm
from portal.proposals.models import Interview, Proposal
from portal.proposals.states import PROPOSALS, ProposalState
from portal.proposals.steps import STEPS

bp = Blueprint("proposals", __name__)


@dataclass(frozen=True)
class Choice:
    """One of the coach's people, as the list to choose from shows them."""

    candidate: Candidate
    name: str
    lines: list[Line]
    fit: float
    live: bool


link_views.register(bp)


@bp.get("/proposals/new")
@allow(Role.COACH, logs_access=True)
def new() -> ResponseReturnValue:
    """The coach's own people in order of fit; with one chosen, what would leave the team, and how it is sent."""
    actor = current_actor()
    opening = openings.get_for(actor, request.args.get("opening", ""))
    if request.args.get("candidate"):
        return _preview(ProposeForm())
    people = [one for one in candidates.caseload(actor) if one.phase.value not in ("referred", "waiting")]
    names = candidates.names(actor, [one.id for one in people], "proposals.new")
    live = queries.live_of_opening(opening.id)
    proposed = {one.candidate_id for one in live}
    rows = []
    for one in people:
        lines = compare(opening, profiles.content(one))
        rows.append(Choice(one, names.get(one.id, ""), lines, fit(lines), one.id in proposed))
    rows.sort(key=lambda row: (row.live, row.candidate.phase is not Phase.SEARCHING, -row.fit, row.name))
    return render_template("proposals/choose.html", opening=opening, rows=rows)


@bp.post("/proposals/new")
@allow(Role.COACH, logs_access=True)
def create() -> ResponseReturnValue:
    """Send it with a yes given now, or ask the candidate first."""
    form = ProposeForm()
    actor = current_actor()
    if form.validate_on_submit():
        opening = openings.get_for(actor, request.args.get("opening", ""))
        candidate = candidates.get_for(actor, request.args.get("candidate", ""))
        with form.catching():
            proposal = service.draft(actor, candidate, opening)
            target = _begin(form, proposal)
        if form.is_clean:
            return redirect(target)
    begin_again()
    return _preview(form), 422


def _begin(form: ProposeForm, proposal: Proposal) -> str:
    """Run what the coach chose; returns where to go on."""
    actor = current_actor()
    if form.how.data in (ProposeForm.LINK, ProposeForm.SHOW):
        shows = form.how.data == ProposeForm.SHOW
        service.ask_consent(actor, proposal, answer_by=form.answer_by.data, shows_code=shows)
        flash(_("Asked. Nothing goes to the employer before the candidate says yes."), "success")
        return url_for("proposals.code" if shows else "proposals.show", public_id=proposal.public_id)
    given = service.HowGiven(
        how=ConsentHow(form.how.data), who_was_there=form.who_was_there.data or "", until=form.until.data
    )
    service.record_consent(actor, proposal, given)
    flash(_("Sent. The employer's contact persons are mailed."), "success")
    return url_for("proposals.show", public_id=proposal.public_id)


def _preview(form: ProposeForm) -> str:
    actor = current_actor()
    opening = openings.get_for(actor, request.args.get("opening", ""))
    candidate = candidates.get_for(actor, request.args.get("candidate", ""))
    content = profiles.content(candidate)
    texts = [content["pitch"], *content["works_well"]]
    if not form.is_submitted():
        form.until.data = clock.today() + service.CONSENT_LIVES
        form.answer_by.data = clock.today() + timedelta(days=service.DAYS_TO_ANSWER)
    return render_template(
        "proposals/preview.html",
        form=form,
        opening=opening,
        candidate=candidate,
        name=candidates.names(actor, [candidate.id], "proposals.new").get(candidate.id, ""),
        content=content,
        lines=compare(opening, content),
        flagged=[remark for text in texts for remark in textguard.remarks(text, candidate.id)],
        can_mail=queries.has_address(candidate.id),
    )


@bp.get("/proposals/<public_id>")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER, logs_access=True)
def show(public_id: str) -> str:
    """One proposal, as this reader may see it."""
    return _render(queries.get_for(current_actor(), public_id), MessageForm())


def _render(proposal: Proposal, form: MessageForm, pick: PickForm | None = None) -> str:
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
        is_employer=actor.is_employer,
        panels=panels_for("proposal", proposal, actor),
    )


def pick_form(interview: Interview) -> PickForm:
    """The form that offers an interview's times."""
    form = PickForm()
    form.time.choices = [(one.id, moment(one.starts_at)) for one in interview.times]
    return form


@bp.route("/proposals/<public_id>/<verb>", methods=["GET", "POST"])
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER, logs_access=True)
def act(public_id: str, verb: str) -> ResponseReturnValue:
    """A step of the workflow: a page that says what will happen, and one press."""
    actor = current_actor()
    proposal = queries.get_for(actor, public_id)
    step = STEPS.get(verb)
    if step is None:
        raise Missing
    row = PROPOSALS.check(proposal.state, verb, actor.role)
    form = step.form()
    if isinstance(form, DiscloseForm):
        form.offer(candidates.plan_of(proposal.candidate_id).fields)
    if form.validate_on_submit():
        with form.catching(**step.renamed):
            step.run(actor, proposal, form)
        if form.is_clean:
            flash(str(step.done), "success")
            return redirect(url_for("proposals.show", public_id=public_id))
    elif not form.is_submitted():
        _fill_in(form, proposal, verb)
    status = 422 if form.is_submitted() else 200
    return (
        render_template(
            "proposals/act.html",
            form=form,
            proposal=proposal,
            verb=verb,
            label=page.label_for(actor, row),
            step=step,
            hire=page.hire_facts(proposal),
            is_employer=actor.is_employer,
        ),
        status,
    )


def _fill_in(form: Any, proposal: Proposal, verb: str) -> None:
    """What we know already need not be typed."""
    if verb == "report_hire":
        opening = proposal.opening
        form.hours.data = opening.hours_min
        form.starts_on.data = opening.starts_on
        if opening.employment_type is not None:
            form.contract_type.data = opening.employment_type.value
    if verb in ("record_consent", "disclose"):
        form.until.data = clock.today() + service.CONSENT_LIVES
    if verb == "disclose":
        consent = proposal.disclosure_consent
        chosen = consent.fields if consent and consent.is_live() else []
        form.fields_told.data = [one.value for one in chosen]


@bp.post("/proposals/<public_id>/messages")
@allow(Role.EMPLOYER, Role.COACH, logs_access=True)
def write(public_id: str) -> ResponseReturnValue:
    """Write to the other side."""
    proposal = queries.get_for(current_actor(), public_id)
    form = MessageForm()
    if form.validate_on_submit():
        with form.catching():
            messages.write(current_actor(), proposal, form.text.data or "")
        if form.is_clean:
            flash(_("Sent. The other side is mailed that there is a message."), "success")
            return redirect(url_for("proposals.show", public_id=public_id, _anchor="messages"))
    begin_again()
    return _render(queries.get_for(current_actor(), public_id), form), 422


@bp.route("/proposals/<public_id>/times", methods=["GET", "POST"])
@allow(Role.EMPLOYER, Role.COACH)
def times(public_id: str) -> ResponseReturnValue:
    """Suggest times for a meeting."""
    actor = current_actor()
    proposal = queries.get_for(actor, public_id)
    PROPOSALS.check(proposal.state, "agree_interview", actor.role)
    form = TimesForm()
    if form.validate_on_submit():
        chosen = [clock.at_local(one.date(), one.hour, one.minute) for one in form.times.data if one is not None]
        with form.catching():
            interviews.propose_times(
                actor,
                proposal,
                chosen,
                channel=Channel(form.channel.data),
                place=form.place.data or "",
                minutes=form.minutes.data or 0,
            )
        if form.is_clean:
            flash(_("Suggested. The other side is mailed and picks one."), "success")
            return redirect(url_for("proposals.show", public_id=public_id))
    status = 422 if form.is_submitted() else 200
    return render_template("proposals/times.html", form=form, proposal=proposal), status


@bp.post("/proposals/<public_id>/interviews/<interview_id>/pick")
@allow(Role.EMPLOYER, Role.COACH, logs_access=True)
def pick(public_id: str, interview_id: str) -> ResponseReturnValue:
    """Pick one of the suggested times."""
    actor = current_actor()
    proposal = queries.get_for(actor, public_id)
    interview = queries.interview_of(proposal, interview_id)
    form = pick_form(interview)
    if form.validate_on_submit():
        with form.catching():
            interviews.pick_time(actor, proposal, interview, form.time.data)
        if form.is_clean:
            flash(_("Agreed. Both sides are mailed, with a calendar file."), "success")
            return redirect(url_for("proposals.show", public_id=public_id))
    begin_again()
    return _render(queries.get_for(actor, public_id), MessageForm(formdata=None), form), 422


@bp.post("/proposals/<public_id>/interviews/<interview_id>/cancel")
@allow(Role.EMPLOYER, Role.COACH)
def cancel(public_id: str, interview_id: str) -> ResponseReturnValue:
    """Call a meeting off."""
    actor = current_actor()
    proposal = queries.get_for(actor, public_id)
    interviews.cancel_meeting(actor, proposal, queries.interview_of(proposal, interview_id))
    flash(_("Called off. If a time was agreed, both sides are mailed."), "success")
    return redirect(url_for("proposals.show", public_id=public_id))


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
        given = service.HowGiven(
            how=ConsentHow(form.how.data), who_was_there=form.who_was_there.data or "", until=form.until.data
        )
        with form.catching():
            service.renew_consent(actor, proposal, given)
        if form.is_clean:
            flash(_("Recorded. You can go on."), "success")
            return redirect(url_for("proposals.show", public_id=public_id))
    status = 422 if form.is_submitted() else 200
    return render_template("proposals/ask_again.html", form=form, proposal=proposal), status


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
    return render_template("proposals/code.html", proposal=proposal, **link_views.as_code(link))
