"""Pages about keeping and erasing: for the team about one candidate, for the administrator in numbers alone."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.candidates import queries as candidates
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.app import begin_again
from portal.core.errors import Missing
from portal.core.i18n import in_language
from portal.core.periods import periods as kept_periods
from portal.privacy import extract as extracts
from portal.privacy import purge, queries, rules, service
from portal.privacy.forms import EraseForm, RefusePartForm
from portal.privacy.service import REFUSAL_NAMES, RefusalReason

bp = Blueprint("privacy", __name__)

EXTRACT = "privacy.extract"


@bp.post("/candidates/<public_id>/keep")
@allow(Role.COACH, Role.TEAM_LEADER)
def keep(public_id: str) -> ResponseReturnValue:
    """There has been activity: the clock begins anew."""
    actor = current_actor()
    service.keep(actor, candidates.get_for(actor, public_id))
    flash(_("Kept. The time begins anew today."), "success")
    return redirect(url_for("candidates.show", public_id=public_id))


@bp.get("/candidates/<public_id>/extract")
@allow(Role.COACH, Role.TEAM_LEADER, logs_access=True)
def extract(public_id: str) -> ResponseReturnValue:
    """Everything held about a candidate, to read and to give."""
    actor = current_actor()
    return _extract_page(candidates.get_for(actor, public_id), _refuse_form(public_id))


def _extract_page(candidate: Candidate, form: RefusePartForm | None, status: int = 200) -> ResponseReturnValue:
    name = candidates.identity_of(current_actor(), candidate, EXTRACT).full_name
    return render_template(
        "privacy/extract.html",
        candidate=candidate,
        name=name,
        parts=extracts.of(candidate),
        reasons=REFUSAL_NAMES,
        form=form,
    ), status


def _refuse_form(public_id: str) -> RefusePartForm | None:
    """The form by which a part is kept back, for those who may."""
    actor = current_actor()
    candidate = candidates.get_for(actor, public_id)
    if not rules.may_refuse_part(actor, candidate):
        return None
    form = RefusePartForm()
    form.offer(
        set(extracts.refused_parts(candidate.id)), [(one.value, str(name)) for one, name in REFUSAL_NAMES.items()]
    )
    return form


@bp.get("/candidates/<public_id>/extract/<form>")
@allow(Role.COACH, Role.TEAM_LEADER, logs_access=True)
def extract_file(public_id: str, form: str) -> ResponseReturnValue:
    """The same as a file, in the candidate's own language: for print, or for machines."""
    if form not in ("html", "json"):
        raise Missing
    candidate = candidates.get_for(current_actor(), public_id)
    identity = candidates.identity_of(current_actor(), candidate, EXTRACT)
    with in_language(identity.language):
        parts = extracts.of(candidate)
        values: dict[str, Any] = {"name": identity.full_name, "parts": parts, "reasons": REFUSAL_NAMES}
        if form == "html":
            body = render_template("privacy/extract_file.html", now=clock.now(), **values)
        else:
            body = json.dumps(extracts.for_machines(candidate, parts), ensure_ascii=False, indent=2)
    kind = "text/html" if form == "html" else "application/json"
    answer = Response(body, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="extract.{form}"'
    return answer


@bp.post("/candidates/<public_id>/extract/keep-back")
@allow(Role.TEAM_LEADER, logs_access=True)
def refuse_part(public_id: str) -> ResponseReturnValue:
    """Keep a part back, with the reason."""
    actor = current_actor()
    form = _refuse_form(public_id)
    if form is None:
        raise Missing
    if form.validate_on_submit():
        with form.catching():
            candidate = candidates.get_for(actor, public_id)
            service.refuse_part(actor, candidate, form.part.data, RefusalReason(form.reason.data))
        if form.is_clean:
            flash(_("This part is kept back. The candidate reads the reason in its place."), "success")
            return redirect(url_for("privacy.extract", public_id=public_id))
    begin_again()
    return _extract_page(candidates.get_for(actor, public_id), form, 422)


@bp.post("/candidates/<public_id>/extract/give/<part>")
@allow(Role.TEAM_LEADER)
def give_part(public_id: str, part: str) -> ResponseReturnValue:
    """Give a part after all."""
    actor = current_actor()
    service.give_part(actor, candidates.get_for(actor, public_id), part)
    flash(_("This part is given again."), "success")
    return redirect(url_for("privacy.extract", public_id=public_id))


@bp.route("/candidates/<public_id>/erase", methods=["GET", "POST"])
@allow(Role.TEAM_LEADER, logs_access=True)
def erase(public_id: str) -> ResponseReturnValue:
    """Erase on request: what goes, what stays, who is told, one tick."""
    actor = current_actor()
    candidate = candidates.get_for(actor, public_id)
    form = EraseForm()
    if form.validate_on_submit():
        service.erase_on_request(actor, candidate)
        flash(_("Erased. Figures without a person stay. Tell the candidate that it is done."), "success")
        return redirect(url_for("candidates.index"))
    if form.is_submitted():
        begin_again()
        candidate = candidates.get_for(actor, public_id)
    live, jobs = queries.work_under_way(candidate.id)
    return render_template(
        "privacy/erase.html",
        candidate=candidate,
        name=candidates.identity_of(actor, candidate, "privacy.erase").full_name,
        live=live,
        jobs=jobs,
        log_days=kept_periods().access_log,
        form=form,
    ), 422 if form.is_submitted() else 200


@bp.get("/admin/retention")
@allow(Role.ADMINISTRATOR)
def periods() -> str:
    """The periods, and what the next purge would do: numbers, no candidate."""
    return render_template("privacy/periods.html", periods=kept_periods(), steps=purge.plan(), names=purge.NAMES)
