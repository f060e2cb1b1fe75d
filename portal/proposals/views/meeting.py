"""Times for a meeting: suggested, picked, called off."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.app import begin_again
from portal.employers.models import Channel
from portal.proposals import interviews, queries
from portal.proposals.forms import MessageForm, TimesForm
from portal.proposals.states import PROPOSALS
from portal.proposals.views.blueprint import bp
from portal.proposals.views.showing import pick_form, picked, render


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
                words_read=form.read,
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
            interviews.pick_time(actor, proposal, interview, picked(form, interview))
        if form.is_clean:
            flash(_("Agreed. Both sides are mailed, with a calendar file."), "success")
            return redirect(url_for("proposals.show", public_id=public_id))
    begin_again()
    return render(queries.get_for(actor, public_id), MessageForm(formdata=None), form), 422


@bp.post("/proposals/<public_id>/interviews/<interview_id>/cancel")
@allow(Role.EMPLOYER, Role.COACH)
def cancel(public_id: str, interview_id: str) -> ResponseReturnValue:
    """Call a meeting off."""
    actor = current_actor()
    proposal = queries.get_for(actor, public_id)
    interviews.cancel_meeting(actor, proposal, queries.interview_of(proposal, interview_id))
    flash(_("Called off. If a time was agreed, both sides are mailed."), "success")
    return redirect(url_for("proposals.show", public_id=public_id))
