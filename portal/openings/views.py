"""Pages of recruitment needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.audit import service as audit
from portal.core import reference
from portal.core.access import allow, current_actor
from portal.core.actors import ROLE_NAMES, Actor, Role
from portal.core.errors import Missing, Refused
from portal.core.i18n import language
from portal.core.paging import page_number
from portal.core.panels import panels_for
from portal.employers import queries as employers
from portal.employers.models import Employer
from portal.employers.states import Verification
from portal.openings import content as contents
from portal.openings import queries, reading, rules, service
from portal.openings.forms import OpeningForm, values_of
from portal.openings.models import Opening
from portal.openings.states import OPENINGS, OpeningState

bp = Blueprint("openings", __name__)

MAX_SEARCH = 100


@bp.get("/openings")
@allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
def index() -> str:
    """The needs that the reader may see, newest first."""
    actor = current_actor()
    filters = _filters(actor)
    municipalities, groups = queries.values_in_use(actor)
    here = language()
    return render_template(
        "openings/index.html",
        page=queries.page_of(actor, filters, here, page_number()),
        filters=filters,
        chips=_chips(filters),
        states=[(state.value, OPENINGS.labels[state]) for state in OpeningState],
        municipalities=[
            (m.code, reference.label(m, here)) for m in reference.municipalities(here) if m.code in municipalities
        ],
        groups=[(g.code, reference.label(g, here)) for g in reference.isco_groups(here) if g.code in groups],
        actor=actor,
        table=OPENINGS,
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
        history=_history(opening),
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
            opening = service.draft(actor, employer, form.content())
            if form.posting:
                service.post(opening, actor)
        if form.is_clean:
            return _saved(opening)
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
            service.edit(opening, actor, form.read_version(), form.content())
            if form.posting and not posted:
                service.post(opening, actor)
        if form.is_clean:
            return _saved(opening)
    differences = _differences(opening, form) if form.version.errors else []
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
    return _saved(opening)


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
        return _saved(opening)
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


def _saved(opening: Opening) -> ResponseReturnValue:
    """After saving: say what the need is now and who was mailed, and show how it reads."""
    if opening.state is OpeningState.OPEN and opening.wants_posting is False:
        flash(_("The need is open. The job coaches see it, and the contact persons get a mail."), "success")
    elif opening.wants_posting:
        flash(
            _(
                "The need is saved. It opens as soon as the team has verified your organisation; "
                "you get a mail then and need not do anything more."
            ),
            "info",
        )
    elif opening.state is OpeningState.DRAFT:
        flash(_("The draft is saved. This is how it will read. Only your organisation sees it so far."), "success")
    else:
        flash(_("The need is saved."), "success")
    return redirect(url_for("openings.show", public_id=opening.public_id, saved=1))


class _keeping_what_was_typed:  # noqa: N801  # reads as a word of the with statement
    """``form.catching()``, and a refusal becomes the form's error too, so that nobody loses a long text to it."""

    def __init__(self, form: OpeningForm) -> None:
        self.form = form
        self.catching = form.catching()

    def __enter__(self) -> None:
        self.catching.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if isinstance(error, Refused):
            self.form.form_errors.append(error.message)
            return True
        return bool(self.catching.__exit__(kind, error, trace))


def _employer_of_new(actor: Actor) -> Employer | None:
    """Whose need it will be; None when a coach has not picked an employer yet."""
    if actor.is_employer:
        return employers.own(actor)
    public_id = request.args.get("employer", "")
    return employers.get_for(actor, public_id) if public_id else None


def _pick_employer(actor: Actor) -> str:
    search = request.args.get("q", "").strip()[:MAX_SEARCH]
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
    status = 200 if not form.is_submitted() else 409 if form.version.errors else 422
    here = language()
    groups = [
        (
            reference.label(group, here),
            [(one.key, reference.label(one, here)) for one in reference.skills(here, group.key)],
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


def _filters(actor: Actor) -> queries.Filters:
    """What the address narrows the list to; what it says wrongly narrows nothing."""
    state = request.args.get("state", "")
    employer = request.args.get("employer", "")
    return queries.Filters(
        text=request.args.get("q", "").replace("\x00", "").strip()[:MAX_SEARCH],
        state=OpeningState(state) if state in set(OpeningState) else None,
        municipality=_known(reference.municipality, request.args.get("municipality", "")),
        occupation_group=_known(reference.isco_group, request.args.get("group", "")),
        employer_id=employers.get_for(actor, employer).id if employer and actor.is_staff else None,
    )


def _known(look_up: Callable[[str], Any], code: str) -> str:
    try:
        look_up(code)
    except reference.UnknownReference:
        return ""
    return code


def _chips(filters: queries.Filters) -> list[tuple[str, str]]:
    """The filters that are on, each with the address of the list without it."""
    here = language()
    chips = []
    if filters.text:
        chips.append((f"“{filters.text}”", _without("q")))
    if filters.state is not None:
        chips.append((str(OPENINGS.labels[filters.state]), _without("state")))
    if filters.municipality:
        chips.append((reading.place(filters.municipality), _without("municipality")))
    if filters.occupation_group:
        chips.append((reference.label(reference.isco_group(filters.occupation_group), here), _without("group")))
    if filters.employer_id is not None:
        chips.append((_("One employer"), _without("employer")))
    return chips


def _without(name: str) -> str:
    kept = {key: value for key, value in request.args.items() if key not in (name, "page") and value}
    return url_for("openings.index", **kept)


@dataclass(frozen=True)
class Happened:
    """A line of the timeline."""

    when: datetime
    what: str
    who: str


def _history(opening: Opening) -> list[Happened]:
    """What was done to the need, newest first, by whom."""
    rows = audit.history("opening", opening.id)
    names = queries.names_of(row.actor_id for row in rows if row.actor_id is not None)
    words = {
        **{f"opening.{row.verb}": str(row.done) for row in OPENINGS.rows},
        "opening.edit": _("Changed"),
        "opening.wait": _("Ready; opens when the organisation is verified"),
        "opening.keep": _("Still current"),
        "opening.ask": _("Asked whether it is still current"),
    }
    return [
        Happened(row.at, words[row.verb], names.get(row.actor_id or 0, str(ROLE_NAMES[row.actor_role])))
        for row in rows
        if row.verb in words
    ]
