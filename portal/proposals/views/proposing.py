"""The coach proposes: who fits a need, what would leave the team, and how it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.candidates import profiles, textguard
from portal.candidates import queries as candidates
from portal.candidates.models import Candidate
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.app import begin_again
from portal.openings import queries as openings
from portal.proposals import queries, service
from portal.proposals.asked import first_question
from portal.proposals.compare import Line, compare, fit
from portal.proposals.forms import ProposeForm
from portal.proposals.models import Proposal
from portal.proposals.obstacles import OF_THE_NEED, Obstacle, obstacles
from portal.proposals.reuse import texts_known_elsewhere
from portal.proposals.steps import given_in
from portal.proposals.views.blueprint import bp
from portal.proposals.views.reading_out import is_as_shown, read_out


@dataclass(frozen=True)
class Choice:
    """One of the coach's people, as the list to choose from shows them."""

    candidate: Candidate
    name: str
    lines: list[Line]
    fit: float
    live: bool
    stops: list[Obstacle]


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
    stops = obstacles(actor, opening, people)
    rows = []
    for one in people:
        lines = compare(opening, profiles.working_copy(one))  # the coach's own people, as the coach knows them
        own = [stop for stop in stops[one.id] if stop.guard not in OF_THE_NEED]
        live = any(stop.guard == "none_live" for stop in own)
        rows.append(Choice(one, names.get(one.id, ""), lines, fit(lines), live, own))
    rows.sort(
        key=lambda row: (row.live, bool(row.stops), row.candidate.phase is not Phase.SEARCHING, -row.fit, row.name)
    )
    of_need = [stop for stop in next(iter(stops.values()), []) if stop.guard in OF_THE_NEED]
    return render_template("proposals/choose.html", opening=opening, rows=rows, stops=of_need)


@bp.post("/proposals/new")
@allow(Role.COACH, logs_access=True)
def create() -> ResponseReturnValue:
    """Send it with a yes given now, or ask the candidate first."""
    form = ProposeForm()
    actor = current_actor()
    changed = False
    if form.validate_on_submit():
        opening = openings.get_for(actor, request.args.get("opening", ""))
        candidate = candidates.get_for(actor, request.args.get("candidate", ""))
        asked = first_question(candidate, opening, form.until.data)
        form.digests = asked.digests
        with form.catching():
            proposal = service.draft(actor, candidate, opening)
            target = _begin(form, proposal)
        changed = form.is_clean and not is_as_shown(form, asked)
        if form.is_clean and not changed:
            return redirect(target)
    begin_again()
    return _preview(form, changed=changed), 409 if changed else 422


def _begin(form: ProposeForm, proposal: Proposal) -> str:
    """Run what the coach chose; returns where to go on."""
    actor = current_actor()
    if form.how.data in (ProposeForm.LINK, ProposeForm.SHOW):
        shows = form.how.data == ProposeForm.SHOW
        service.ask_consent(actor, proposal, answer_by=form.answer_by.data, shows_code=shows)
        flash(_("Asked. Nothing goes to the employer before the candidate says yes."), "success")
        return url_for("proposals.code" if shows else "proposals.show", public_id=proposal.public_id)
    service.record_consent(actor, proposal, given_in(form))
    flash(_("Sent. The employer's contact persons are mailed."), "success")
    return url_for("proposals.show", public_id=proposal.public_id)


def _preview(form: ProposeForm, *, changed: bool = False) -> str:
    actor = current_actor()
    opening = openings.get_for(actor, request.args.get("opening", ""))
    candidate = candidates.get_for(actor, request.args.get("candidate", ""))
    if not form.is_submitted():
        form.until.data = service.yes_holds_until()
        form.answer_by.data = clock.today() + timedelta(days=service.DAYS_TO_ANSWER)
    asked = first_question(candidate, opening, form.until.data)
    content = asked.content
    return render_template(
        "proposals/preview.html",
        form=form,
        opening=opening,
        asked=asked,
        read_out=read_out(asked, opening),
        changed=changed,
        stops=obstacles(actor, opening, [candidate], reads_texts=True)[candidate.id],
        candidate=candidate,
        name=candidates.names(actor, [candidate.id], "proposals.new").get(candidate.id, ""),
        content=content,
        lines=compare(opening, content),
        flagged=textguard.flagged(content, candidate.id, candidate.profile.words_read),
        reused=texts_known_elsewhere(candidate.id, opening.employer_id, content),
        can_mail=queries.has_address(candidate.id),
    )
