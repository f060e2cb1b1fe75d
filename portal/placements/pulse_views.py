"""Pages of the three questions: by link without an account, on the hire's page for its people. None shows an answer;
what was answered stands on the team's page of the hire alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.candidates import queries as candidates
from portal.core import clock, workdays
from portal.core.access import allow, by_link, current_actor
from portal.core.actors import Role
from portal.core.i18n import Language, day, in_language
from portal.placements import pulse_queries, pulses, queries
from portal.placements.forms import PulseForm
from portal.placements.models import AnsweredHow, ContactSide, Mood
from portal.placements.pulses import Visit
from portal.placements.states import PULSES

bp = Blueprint("pulses", __name__)

_STAFF = (Role.COACH, Role.TEAM_LEADER)


@contextmanager
def _opened(token: str) -> Iterator[tuple[Visit, Language]]:
    """What a link leads to, with all that is inside in its reader's language or the one chosen for this visit."""
    visit = pulses.opened(token)
    code = _language_of(visit)
    with in_language(code):
        yield visit, code


def _language_of(visit: Visit) -> Language:
    chosen = request.args.get("lang", "")
    if chosen in set(Language):
        return Language(chosen)
    if visit.actor.user_id is None:
        return candidates.language_of(visit.pulse.placement.candidate_id)
    recipient = accounts.recipient(visit.actor.user_id)
    return recipient.language if recipient is not None else Language.SV


@bp.get("/pulse/<token>")
@by_link
def asked(token: str) -> ResponseReturnValue:
    """The three questions. What was answered before is not shown: the link may be in other hands by now."""
    with _opened(token) as (visit, code):
        return _link_page(token, visit, code, PulseForm(visit.pulse.side, formdata=None), 200)


@bp.post("/pulse/<token>")
@by_link
def answer(token: str) -> ResponseReturnValue:
    """The press."""
    with _opened(token) as (visit, code):
        form = PulseForm(visit.pulse.side)
        pulse, placement = visit.pulse, visit.pulse.placement
        if not pulses.is_open(pulse, placement) or not form.validate_on_submit():
            return _link_page(token, visit, code, form, 422)
        pulses.answer(visit.actor, pulse, placement, form.answers(), AnsweredHow.LINK)
        return render_template(
            "placements/pulse_done.html",
            concern=pulse.worst is not Mood.WELL,
            until=workdays.add_working_days(clock.today(), 1),
            coach=queries.coach_of(placement),
            lang=code,
        )


def _link_page(token: str, visit: Visit, code: Language, form: PulseForm, status: int) -> tuple[str, int]:
    """The form, or why it is over."""
    pulse, placement = visit.pulse, visit.pulse.placement
    is_open = pulses.is_open(pulse, placement)
    page = render_template(
        "placements/pulse_asked.html" if is_open else "placements/pulse_over.html",
        token=token,
        pulse=pulse,
        placement=placement,
        alias=placement.proposal.alias.alias if placement.proposal is not None else "",
        by_employer=pulse.side is ContactSide.EMPLOYER,
        form=form,
        coach=queries.coach_of(placement),
        lang=code,
    )
    return page, status if is_open else 410


@bp.route("/placements/<public_id>/pulses/<pulse_id>", methods=["GET", "POST"])
@allow(Role.EMPLOYER, *_STAFF)
def show(public_id: str, pulse_id: str) -> ResponseReturnValue:
    """The same questions for who is signed in: the employer answers its own, the team writes down what was told."""
    actor = current_actor()
    placement = queries.get_for(actor, public_id)
    pulse = pulse_queries.get_for(actor, placement, pulse_id)
    PULSES.check(pulse.state, "answer" if actor.is_employer else "record", actor.role)
    form = PulseForm(pulse.side)
    if form.validate_on_submit():
        if actor.is_employer:
            pulses.answer(actor, pulse, placement, form.answers(), AnsweredHow.PAGE)
        else:
            pulses.record(actor, pulse, placement, form.answers())
        flash(_said(pulse.worst, is_staff=actor.is_staff), "success")
        return redirect(url_for("placements.show", public_id=placement.public_id))
    page = render_template("placements/pulse.html", form=form, pulse=pulse, placement=placement, actor=actor)
    return page, 422 if form.is_submitted() else 200


def _said(worst: Mood, *, is_staff: bool) -> str:
    """What happens next, after a press."""
    by = day(workdays.add_working_days(clock.today(), 1))
    if is_staff:
        if worst is Mood.WELL:
            return _("The answers are written down.")
        return _("The answers are written down. A contact is planned for %(day)s.", day=by)
    if worst is Mood.WELL:
        return _("Thank you. The coach reads your answers.")
    return _("Thank you. The coach is told now and is in touch at the latest %(day)s.", day=by)


@bp.post("/placements/<public_id>/pulses/<pulse_id>/read")
@allow(*_STAFF)
def read(public_id: str, pulse_id: str) -> ResponseReturnValue:
    """ "I have read it": from now on the answers stand."""
    actor = current_actor()
    placement = queries.get_for(actor, public_id)
    pulse = pulse_queries.get_for(actor, placement, pulse_id)
    pulses.read(actor, pulse, placement, shown=_instant(request.form.get("shown", "")))
    flash(_("Noted as read. The answers cannot be changed any more."), "success")
    return redirect(url_for("placements.show", public_id=placement.public_id, _anchor="pulses"))


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
