"""Pages about candidates, for coaches and team leaders. Every one of them shows a name, so every one logs it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.candidates import keeping, profiles, queries, rarity, rules, service, standing_out, textguard
from portal.candidates.forms import (
    AssignForm,
    IdentityForm,
    KeepForm,
    NoteForm,
    PlanForm,
    ProfileForm,
    identity_form,
    plan_form,
    profile_form,
    version_of,
)
from portal.candidates.log_words import page_words, right_words
from portal.candidates.models import (
    PERSONAL_FIELD_NAMES,
    SUPPORT_TELLING_NAMES,
    Candidate,
    DisclosurePlan,
    Identity,
)
from portal.candidates.states import PHASES, Phase
from portal.core import clock, guarding, reference
from portal.core.access import allow, current_actor
from portal.core.actors import ROLE_NAMES, Actor, Role
from portal.core.app import begin_again
from portal.core.errors import Missing
from portal.core.forms import PortalForm
from portal.core.i18n import OWN_NAMES, language
from portal.core.paging import page_number
from portal.core.panels import columns_for, panels_for

bp = Blueprint("candidates", __name__, url_prefix="/candidates")

staff = allow(Role.COACH, Role.TEAM_LEADER, logs_access=True)


@bp.app_template_filter("shown_profile")
def shown_profile(content: dict[str, Any]) -> profiles.Shown:
    """A profile's content in the reader's words, for ``candidates/_profile.html``."""
    return profiles.shown(content)


@dataclass(frozen=True)
class Tab:
    """One of a candidate's pages."""

    label: str
    url: str
    current: bool


def _tabs(candidate: Candidate) -> list[Tab]:
    pages = (
        ("show", _("Overview")),
        ("profile", _("Profile")),
        ("plan", _("What may be told")),
        ("notes", _("Notes")),
        ("looks", _("Who has looked")),
    )
    here = _endpoint().partition(".")[2]
    return [
        Tab(label, url_for(f"candidates.{page}", public_id=candidate.public_id), page == here) for page, label in pages
    ]


def _page(template: str, candidate: Candidate, status: int = 200, **values: Any) -> ResponseReturnValue:
    """A page of one candidate, headed by the name; the showing is logged first."""
    identity = queries.identity_of(current_actor(), candidate, _endpoint())
    return render_template(
        f"candidates/{template}.html",
        candidate=candidate,
        name=identity.full_name,
        phase_label=PHASES.labels[candidate.phase],
        phase_tone=PHASES.tones[candidate.phase],
        tabs=_tabs(candidate),
        **{key: make(identity) if callable(make) else make for key, make in values.items()},
    ), status


def _endpoint() -> str:
    """The page that the access log names: a form that comes back is the page that it stands on."""
    name = request.endpoint or ""
    return {"candidates.assign": "candidates.show", "candidates.keep_fine": "candidates.profile"}.get(name, name)


# --- the list


@bp.get("")
@staff
def index() -> ResponseReturnValue:
    """The caseload, or the team's candidates: search, phase, coach."""
    actor = current_actor()
    coaches = accounts.coaches(actor.team_id) if actor.role is Role.TEAM_LEADER and actor.team_id else []
    filters = _filters(coaches)
    page = queries.listed(actor, filters, page_number())
    names = queries.names(actor, [candidate.id for candidate in page.items], "candidates.index")
    counts = queries.phase_counts(actor)
    form = AssignForm()
    form.offer(_offer(actor, coaches))
    return render_template(
        "candidates/index.html",
        page=page,
        names=names,
        columns=columns_for("candidates", [candidate.id for candidate in page.items], actor),
        days={candidate.id: (clock.today() - candidate.phase_since).days for candidate in page.items},
        phases=[(phase.value, PHASES.labels[phase], counts.get(phase, 0)) for phase in Phase],
        labels=PHASES.labels,
        tones=PHASES.tones,
        search=filters.search,
        phase=filters.phase.value if filters.phase else "",
        coach=next((one.public_id for one in coaches if one.id == filters.coach_id), ""),
        coaches=[(one.public_id, one.name) for one in coaches],
        chips=_chips(filters, coaches),
        total_now=sum(count for phase, count in counts.items() if phase is not Phase.EXITED),
        leads=actor.role is Role.TEAM_LEADER,
        can_assign={candidate.id for candidate in page.items if rules.may_assign(actor, candidate)},
        form=form,
    )


def _filters(coaches: Iterable[User]) -> queries.Filters:
    phase = request.args.get("phase", "")
    coach = request.args.get("coach", "")
    if phase and phase not in set(Phase):
        raise Missing
    chosen = next((one.id for one in coaches if one.public_id == coach), None)
    if coach and chosen is None:
        raise Missing
    search = " ".join(request.args.get("search", "").split())[:100]
    return queries.Filters(search=search, phase=Phase(phase) if phase else None, coach_id=chosen)


def _chips(filters: queries.Filters, coaches: Iterable[User]) -> list[tuple[str, str]]:
    """The filters in use, each with the address without it."""

    def without(name: str) -> str:
        kept: dict[str, Any] = {
            key: value for key, value in request.args.items() if key not in (name, "page") and value
        }
        return url_for("candidates.index", **kept)

    chips = []
    if filters.search:
        chips.append((_("“%(words)s”", words=filters.search), without("search")))
    if filters.phase is not None:
        chips.append((str(PHASES.labels[filters.phase]), without("phase")))
    if filters.coach_id is not None:
        chips.append((next(one.name for one in coaches if one.id == filters.coach_id), without("coach")))
    return chips


def _offer(actor: Actor, coaches: Iterable[User]) -> list[tuple[str, str]]:
    """Coaches to choose from, each with how many candidates they have now."""
    coaches = list(coaches)
    sizes = queries.caseload_sizes(actor) if coaches else {}
    return [
        (one.public_id, _("%(name)s (%(count)s now)", name=one.name, count=sizes.get(one.id, 0))) for one in coaches
    ]


# --- one candidate


@bp.route("/new", methods=["GET", "POST"])
@allow(Role.COACH, Role.TEAM_LEADER)
def new() -> ResponseReturnValue:
    """Take in somebody who was referred."""
    form = IdentityForm()
    if form.validate_on_submit():
        with form.catching():
            candidate = service.refer(current_actor(), service.IdentityValues(**form.values))
        if form.is_clean:
            flash(_("The referral is saved. Nobody was mailed."), "success")
            return redirect(url_for("candidates.show", public_id=candidate.public_id))
    return render_template("candidates/new.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/<public_id>")
@staff
def show(public_id: str) -> ResponseReturnValue:
    """Overview: who it is, the phase and what can be done, what rooms above know."""
    return _overview(queries.get_for(current_actor(), public_id))


def _overview(candidate: Candidate, form: AssignForm | None = None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    assign_form = None
    if rules.may_assign(actor, candidate):
        assign_form = form or AssignForm()
        assign_form.offer(_offer(actor, accounts.coaches(candidate.team_id)))
    return _page(
        "show",
        candidate,
        status,
        facts=_identity_facts,
        days=(clock.today() - candidate.phase_since).days,
        steps=rules.steps(actor, candidate),
        held_back=rules.held_back(actor, candidate),
        history=[
            {"when": step.on_day, "what": PHASES.labels[step.phase], "who": step.by, "tone": PHASES.tones[step.phase]}
            for step in queries.phase_history(candidate)
        ],
        assign_form=assign_form,
        panels=panels_for("candidate", candidate, actor),
    )


def _identity_facts(identity: Identity) -> list[tuple[str, Any]]:
    return [
        (_("Called"), identity.nickname),
        (_("Phone"), identity.phone),
        (_("Mail address"), identity.email),
        (_("Date of birth"), identity.birth_date.strftime("%-d.%-m.%Y") if identity.birth_date else ""),
        (_("Address"), _address(identity)),
        (_("Language"), OWN_NAMES[identity.language]),
        (_("Contact in care"), identity.care_contact),
    ]


def _address(identity: Identity) -> str:
    place = ""
    if identity.municipality:
        place = reference.label(reference.municipality(identity.municipality), language())
    return ", ".join(part for part in (identity.street, f"{identity.postal_code} {place}".strip()) if part)


@bp.post("/<public_id>/assign")
@staff
def assign(public_id: str) -> ResponseReturnValue:
    """Give a candidate to a coach."""
    actor = current_actor()
    candidate = queries.get_for(actor, public_id)
    coaches = accounts.coaches(candidate.team_id)
    form = AssignForm()
    form.offer(_offer(actor, coaches))
    if form.validate_on_submit():
        coach = next(one for one in coaches if one.public_id == form.coach.data)
        with form.catching():
            service.assign(actor, candidate, coach)
        if form.is_clean:
            flash(_("%(coach)s has the candidate now and was mailed.", coach=coach.name), "success")
            return redirect(url_for("candidates.show", public_id=public_id))
    begin_again()
    return _overview(queries.get_for(actor, public_id), form, 422)


@bp.post("/<public_id>/step/<verb>")
@allow(Role.COACH, Role.TEAM_LEADER)
def step(public_id: str, verb: str) -> ResponseReturnValue:
    """Take a step of the table of phases."""
    actor = current_actor()
    candidate = queries.get_for(actor, public_id)
    if verb not in PHASES.verbs or verb in rules.NO_BUTTON | rules.OWN_PAGE:
        raise Missing
    service.change_phase(candidate, verb, actor)
    flash(_("The phase is now: %(phase)s.", phase=PHASES.labels[candidate.phase]), "success")
    return redirect(url_for("candidates.show", public_id=public_id))


@bp.route("/<public_id>/exit", methods=["GET", "POST"])
@staff
def leave(public_id: str) -> ResponseReturnValue:
    """The candidate leaves the service: what that means and what is in the way, and one press."""
    actor = current_actor()
    candidate = queries.get_for(actor, public_id)
    PHASES.check(candidate.phase, "exit", actor.role)
    form = PortalForm()
    if form.validate_on_submit():
        service.change_phase(candidate, "exit", actor)
        flash(_("The phase is now: %(phase)s.", phase=PHASES.labels[candidate.phase]), "success")
        return redirect(url_for("candidates.show", public_id=public_id))
    back = PHASES.row(Phase.EXITED, "search_again")
    return _page(
        "exit",
        candidate,
        form=form,
        in_the_way=rules.nothing_live(candidate, actor),
        exited=PHASES.labels[Phase.EXITED],
        again=back.label if back else "",
    )


@bp.route("/<public_id>/identity", methods=["GET", "POST"])
@staff
def identity(public_id: str) -> ResponseReturnValue:
    """Change who it is."""
    actor = current_actor()
    candidate = queries.get_for(actor, public_id)
    if request.method == "GET":
        return _page("identity", candidate, form=identity_form, saved=[])
    form = IdentityForm()
    if form.validate():
        with form.catching():
            service.edit_identity(actor, candidate, service.IdentityValues(**form.values), version_of(form))
        if form.is_clean:
            flash(_("Saved. Nobody was mailed."), "success")
            return redirect(url_for("candidates.show", public_id=public_id))
    begin_again()
    late = "version" in form.errors

    def saved(present: Identity) -> list[tuple[str, Any]]:
        if not late:
            return []
        form.version.data = str(present.version)
        return [(_("Name"), present.full_name), *_identity_facts(present)]

    return _page("identity", queries.get_for(actor, public_id), 422, saved=saved, form=form)


@bp.route("/<public_id>/profile", methods=["GET", "POST"])
@staff
def profile(public_id: str) -> ResponseReturnValue:
    """The profile: the editor, and beside it what an employer would see."""
    actor = current_actor()
    candidate = queries.get_for(actor, public_id)
    if request.method == "GET":
        return _profile_page(candidate, profile_form(candidate.profile))
    form = ProfileForm()
    if form.validate():
        with form.catching():
            service.edit_profile(actor, candidate, service.ProfileValues(**form.values), version_of(form))
        if form.is_clean:
            flash(_("The profile is saved. What employers were sent before stays as it was."), "success")
            return redirect(url_for("candidates.profile", public_id=public_id))
    begin_again()
    candidate = queries.get_for(actor, public_id)
    if "version" in form.errors:
        form.version.data = str(candidate.profile.version)
    return _profile_page(candidate, form, 422)


def _profile_page(
    candidate: Candidate, form: ProfileForm, status: int = 200, keep_form: KeepForm | None = None
) -> ResponseReturnValue:
    now = rarity.books()
    content = profiles.content(candidate, now)
    found = textguard.read_profile(content, candidate.id)
    held = guarding.held_back(found, candidate.profile.words_read)
    if keep_form is not None or not form.is_submitted():
        form.show_held(held, guarding.tokens(found))
    return _page(
        "profile",
        candidate,
        status,
        form=form,
        content=content,
        remarks={field: remarks for field, (_text, remarks) in found.items()},
        held=bool(held),
        changed_at=candidate.profile.changed_at,
        standings=standing_out.standings(candidate, now),
        below=now.below,
        keep_form=keep_form or KeepForm(formdata=None),
    )


@bp.post("/<public_id>/profile/keep")
@staff
def keep_fine(public_id: str) -> ResponseReturnValue:
    """Show a value as it is though few people share it, with the reason."""
    actor = current_actor()
    candidate = queries.get_for(actor, public_id)
    form = KeepForm()
    if form.validate():
        with form.catching():
            keeping.keep(actor, candidate, form.kind_given, form.value.data or "", form.reason.data or "")
        if form.is_clean:
            flash(_("Kept as it is. The candidate is told of it when you ask for the yes."), "success")
            return redirect(url_for("candidates.profile", public_id=public_id, _anchor="as-seen"))
    begin_again()
    candidate = queries.get_for(actor, public_id)
    return _profile_page(candidate, profile_form(candidate.profile, sent=False), 422, form)


@bp.post("/<public_id>/profile/let-go")
@staff
def let_go_fine(public_id: str) -> ResponseReturnValue:
    """Show a value in a general way again."""
    actor = current_actor()
    candidate = queries.get_for(actor, public_id)
    form = KeepForm()
    keeping.let_go(actor, candidate, form.kind_given, form.value.data or "")
    flash(_("It is shown in a general way again."), "success")
    return redirect(url_for("candidates.profile", public_id=public_id, _anchor="as-seen"))


@bp.route("/<public_id>/plan", methods=["GET", "POST"])
@staff
def plan(public_id: str) -> ResponseReturnValue:
    """What the candidate has decided may be told, to whom, by whom and when."""
    actor = current_actor()
    candidate = queries.get_for(actor, public_id)
    if request.method == "GET":
        saved = queries.plan_of(candidate.id)
        return _page("plan", candidate, form=plan_form(saved), saved=[], reviewed_on=saved.reviewed_on)
    form = PlanForm()
    if form.validate():
        with form.catching():
            service.edit_plan(actor, candidate, service.PlanValues(**form.values), version_of(form))
        if form.is_clean:
            flash(_("The plan is saved, reviewed today."), "success")
            return redirect(url_for("candidates.plan", public_id=public_id))
    begin_again()
    candidate = queries.get_for(actor, public_id)
    saved = queries.plan_of(candidate.id)
    late = "version" in form.errors
    if late:
        form.version.data = str(saved.version)
    facts = _plan_facts(saved) if late else []
    return _page("plan", candidate, 422, form=form, saved=facts, reviewed_on=saved.reviewed_on)


def _plan_facts(plan: DisclosurePlan) -> list[tuple[str, Any]]:
    return [
        (_("May be proposed to employers, without a name"), _("Yes") if plan.proposals_allowed else _("No")),
        (_("May be told"), ", ".join(str(PERSONAL_FIELD_NAMES[field]) for field in plan.fields)),
        (_("About the service's support"), SUPPORT_TELLING_NAMES[plan.support_telling]),
        (_("The agreed words"), plan.agreed_words),
        (_("Must never be said"), plan.never_say),
    ]


@bp.route("/<public_id>/notes", methods=["GET", "POST"])
@staff
def notes(public_id: str) -> ResponseReturnValue:
    """The team's notes, and a new one."""
    actor = current_actor()
    candidate = queries.get_for(actor, public_id)
    form = NoteForm()
    if form.validate_on_submit():
        with form.catching():
            service.add_note(actor, candidate, form.text.data or "")
        if form.is_clean:
            flash(_("The note is saved. The team alone reads it."), "success")
            return redirect(url_for("candidates.notes", public_id=public_id))
    status = 200
    if form.is_submitted():
        begin_again()
        candidate = queries.get_for(actor, public_id)
        status = 422
    return _page("notes", candidate, status, form=form, page=queries.notes(actor, candidate, page_number()))


@bp.get("/<public_id>/looks")
@staff
def looks(public_id: str) -> ResponseReturnValue:
    """Who has seen the candidate's identity or notes, this time included."""
    actor = current_actor()
    candidate = queries.get_for(actor, public_id)
    return _page("looks", candidate, page=lambda _identity: _looks(actor, candidate))


def _looks(actor: Actor, candidate: Candidate) -> Any:
    found = queries.looks(actor, candidate, page_number())
    return {
        "pages": found,
        "rows": [
            {
                "at": look.at,
                "who": look.who or ROLE_NAMES[look.role],
                "role": ROLE_NAMES[look.role],
                "what": page_words(look.what),
                "why": right_words(look.why),
            }
            for look in found.items
        ],
    }
