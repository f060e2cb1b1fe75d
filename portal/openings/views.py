"""Pages of recruitment needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import reference
from portal.core.access import allow, current_actor
from portal.core.actors import Actor, Role
from portal.core.errors import Missing, Refused
from portal.core.i18n import language
from portal.core.paging import page_number
from portal.core.panels import panels_for
from portal.employers import queries as employers
from portal.employers.models import Employer
from portal.employers.states import Verification
from portal.openings import content as contents
from portal.openings import history, listing, queries, reading, rules, service
from portal.openings.forms import OpeningForm, values_of
from portal.openings.models import Opening
from portal.openings.states import OPENINGS, OpeningState

bp = Blueprint("openings", __name__)


@bp.get("/openings")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def index() -> str:
    """The needs that the reader may see, newest first."""
    actor = current_actor()
    filters = listing.filters(actor)
    municipalities, groups = queries.values_in_use(actor)
    here = language()
    return render_template(
        "openings/index.html",
        page=queries.page_of(actor, filters, here, page_number()),
        filters=filters,
        chips_on=listing.chips(filters),
        states=[(state.value, OPENINGS.labels[state]) for state in OpeningState],
        municipalities=[
            (m.code, reference.label(m, here)) for m in reference.municipalities(here) if m.code in municipalities
        ],
        groups=[(g.code, reference.label(g, here)) for g in reference.isco_groups(here) if g.code in groups],
        actor=actor,
        table_of=OPENINGS,
        reading=reading,
    )


@bp.get("/openings/<public_id>")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def show(public_id: str) -> str:
    """One need, as coaches read it, with what the reader may do."""
    actor = current_actor()
    opening = queries.get_for(actor, public_id)
    return render_template(
        "openings/show.html",
        opening=opening,
        actor=actor,
        table=OPENINGS,
        headline=reading.headline(opening),
        parts=_parts(opening),
        actions={row.verb: row for row in rules.actions(actor, opening)},
        missing=rules.missing(opening.adaptations, opening.paid_work) if opening.state is OpeningState.DRAFT else [],
        waiting_employer=opening.employer.verification is Verification.WAITING,
        may_edit=rules.may_edit(actor, opening),
        may_copy=rules.may_change(actor, opening),
        may_propose=rules.may_propose(actor, opening),
        ended=opening.state in rules.ENDED,
        panels=panels_for("opening", opening, actor),
        history=history.of(opening),
    )


@bp.route("/openings/new", methods=["GET", "POST"])
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def new() -> ResponseReturnValue:
    """Register a need: of the own organisation, or (coaches) of an employer that is picked first."""
    actor = current_actor()
    employer = _employer_of_new(actor)
    if employer is None:
        return _pick_employer(actor)
    form = _form(employer, _first_values(actor, employer))
    if form.validate_on_submit():
        with _keeping_what_was_typed(form):
            opening = service.draft(actor, employer, form.content(), form.read)
            if form.posting:
                service.post(opening, actor)
        if form.is_clean:
            return _saved(opening, posted_now=form.posting)
    return _form_page("openings/new.html", form, employer)


@bp.route("/openings/<public_id>/edit", methods=["GET", "POST"])
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def edit(public_id: str) -> ResponseReturnValue:
    """Change a need that has not ended. When somebody else saved first, both texts are shown."""
    actor = current_actor()
    opening = queries.get_for(actor, public_id)
    if not rules.may_change(actor, opening):
        raise Missing
    if opening.state not in rules.EDITABLE:
        raise Refused(_("This need has ended. Copy it to look for somebody again."))
    posted = opening.state is not OpeningState.DRAFT
    form = _form(opening.employer, {**values_of(contents.of(opening)), "version": str(opening.version)}, posted=posted)
    if form.validate_on_submit():
        with _keeping_what_was_typed(form):
            service.edit(opening, actor, form.read_version(), form.content(), form.read)
            if form.posting and not posted:
                service.post(opening, actor)
        if form.is_clean:
            return _saved(opening, posted_now=form.posting and not posted)
    only_late = set(form.errors) == {"version"}  # what is wrong beside it cannot be compared
    differences = _differences(opening, form) if only_late else []
    return _form_page("openings/edit.html", form, opening.employer, opening=opening, differences=differences)


@bp.post("/openings/<public_id>/copy")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def copy(public_id: str) -> ResponseReturnValue:
    """Make a draft of an earlier need; with ``post`` in the form, post it at once."""
    actor = current_actor()
    opening = service.copy(queries.get_for(actor, public_id), actor)
    if not request.form.get("post"):
        flash(_("The copy is a draft. Change what is different this time, then post it."), "success")
        return redirect(url_for("openings.edit", public_id=opening.public_id))
    service.post(opening, actor)
    return _saved(opening, posted_now=True)


@bp.post("/openings/<public_id>/keep")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def keep(public_id: str) -> ResponseReturnValue:
    """Say that an open need is still current."""
    actor = current_actor()
    opening = queries.get_for(actor, public_id)
    service.keep(opening, actor)
    flash(_("Thank you. The need stays open."), "success")
    return redirect(url_for("openings.show", public_id=public_id))


@bp.post("/openings/<public_id>/<verb>")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def act(public_id: str, verb: str) -> ResponseReturnValue:
    """Take one step of the need's life."""
    if verb not in _VERBS:
        raise Missing
    actor = current_actor()
    opening = queries.get_for(actor, public_id)
    _VERBS[verb](opening, actor)
    if verb == "post":
        return _saved(opening, posted_now=True)
    flash(_DONE[verb](), "success")
    return redirect(url_for("openings.show", public_id=public_id))


_VERBS: dict[str, Callable[[Opening, Actor], None]] = {
    "post": service.post,
    "pause": service.pause,
    "resume": service.resume,
    "fill": service.fill,
    "close": service.close,
    "expire": service.expire,
}
_DONE: dict[str, Callable[[], str]] = {
    "pause": lambda: _("The need is paused. Nobody new is proposed until you open it again. Talks under way go on."),
    "resume": lambda: _("The need is open again. Coaches can propose candidates for it."),
    "fill": lambda: _("The need is marked as filled. The coaches of those still proposed are told."),
    "close": lambda: _("The need is closed. Nobody new is proposed, and the coaches of those still proposed are told."),
    "expire": lambda: _("The need has expired."),
}


def _saved(opening: Opening, *, posted_now: bool) -> ResponseReturnValue:
    """After saving: say what the need is now and who was mailed, and show how it reads."""
    if opening.wants_posting:
        flash(
            _(
                "The need is saved. It opens as soon as the team has verified the organisation. "
                "The contact persons get a mail then. You need not do anything more."
            ),
            "info",
        )
    elif posted_now:
        flash(_("The need is open. The job coaches see it, and the contact persons get a mail."), "success")
    elif opening.state is OpeningState.DRAFT:
        flash(_("The draft is saved. This is how it will read. The job coaches do not see it yet."), "success")
    elif opening.state is OpeningState.FILLED:
        flash(
            _(
                "The need is saved and filled: as many are hired as it is for now. What was still under way for it is "
                "closed, and those concerned are mailed."
            ),
            "success",
        )
    else:
        flash(_("The need is saved."), "success")
    return redirect(url_for("openings.show", public_id=opening.public_id))


@contextmanager
def _keeping_what_was_typed(form: OpeningForm) -> Iterator[None]:
    """``form.catching()``, and a refusal becomes the form's error too, so that nobody loses a long text to it."""
    try:
        with form.catching():
            yield
    except Refused as error:
        form.form_errors.append(error.message)


def _employer_of_new(actor: Actor) -> Employer | None:
    """Whose need it will be; None when a coach has not picked an employer yet."""
    if actor.is_employer:
        return employers.own(actor)
    public_id = request.args.get("employer", "")
    return employers.get_for(actor, public_id) if public_id else None


def _pick_employer(actor: Actor) -> str:
    search = request.args.get("q", "").strip()[: listing.MAX_SEARCH]
    found = employers.employers(actor, search=search, page=page_number())
    return render_template("openings/pick_employer.html", page=found, search=search)


def _first_values(actor: Actor, employer: Employer) -> dict[str, Any]:
    people = employers.users_of(employer.id)
    mine = [user.public_id for user in people if user.id == actor.user_id]
    return {
        "municipality": employer.municipality,
        "people": 1,
        "language": language() if actor.is_employer else employer.language,
        "contacts": mine or [user.public_id for user in people],
    }


def _form(employer: Employer, values: dict[str, Any], *, posted: bool = False) -> OpeningForm:
    form = OpeningForm(data=values)
    form.offer(employers.workplaces(employer.id), employers.users_of(employer.id), employer.municipality)
    form.posting = posted or "post" in request.form
    return form


def _form_page(template: str, form: OpeningForm, employer: Employer, **values: Any) -> ResponseReturnValue:
    status = 200 if not form.is_submitted() else 409 if form.version.errors or form.form_errors else 422
    here = language()
    groups = [
        (
            reference.label(group, here),
            [
                (one.key, reference.label(one, here))
                for one in reference.skills(here, group.key, kept=form.saved_skills)
            ],
        )
        for group in reference.skill_groups()
    ]
    page = render_template(
        template, form=form, employer=employer, skill_groups=groups, by_staff=current_actor().is_staff, **values
    )
    return page, status


def _differences(opening: Opening, form: OpeningForm) -> list[tuple[str, str, str]]:
    """What the other one saved beside what was typed now; saving again is then a decision, not an accident."""
    names = {user.public_id: user.name for user in employers.users_of(opening.employer_id)}
    sites = {site.public_id: site.name for site in employers.workplaces(opening.employer_id)}
    typed = form.content()
    form.version.data = str(opening.version)
    chosen = [names[one] for one in typed.contacts if one in names]
    return reading.differences(_parts(opening), reading.parts(typed, sites.get(typed.workplace, ""), sorted(chosen)))


def _parts(opening: Opening) -> list[reading.Part]:
    site = opening.workplace.name if opening.workplace else ""
    return reading.parts(contents.of(opening), site, [user.name for user in opening.contacts])
