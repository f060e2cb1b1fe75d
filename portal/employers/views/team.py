"""Employers as the team works with them; the administrator reads, and may suspend."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.audit.service import history
from portal.core.access import allow, current_actor
from portal.core.actors import ROLE_NAMES, Actor, Role
from portal.core.app import begin_again
from portal.core.errors import Missing
from portal.core.forms import text_in
from portal.core.i18n import OWN_NAMES, Language, language
from portal.core.paging import page_number
from portal.core.panels import panels_for
from portal.employers import queries, rules, service, subjects
from portal.employers.forms import CoachForm, RejectForm, StaffEmployerForm, VerifyForm
from portal.employers.models import CHANNEL_NAMES, Employer
from portal.employers.states import (
    REJECT_REASON_NAMES,
    STANDING_NAMES,
    VERIFICATIONS,
    RejectReason,
    Standing,
    Verification,
)
from portal.employers.views import shared
from portal.employers.views.blueprint import bp

# What a history says was done, by the verb of the log.
DONE = {
    "employers.register": _l("Registered"),
    "employers.ask_to_join": _l("Somebody asked to join"),
    "employers.create": _l("Entered by the team"),
    "employers.edit": _l("Facts changed"),
    "employers.verify": _l("Verified"),
    "employers.reject": _l("Not verified"),
    "employers.suspend": _l("Suspended"),
    "employers.add_workplace": _l("A workplace added"),
    "employers.edit_workplace": _l("A workplace changed"),
    "employers.invite": _l("Somebody invited"),
    "employers.invite_again": _l("Somebody invited again"),
    "employers.withdraw_invitation": _l("An invitation withdrawn"),
    "employers.accept_invitation": _l("An invitation answered"),
    "employers.let_in": _l("Somebody let in"),
    "employers.refuse": _l("Somebody not let in"),
    "employers.look_after": _l("Taken over by a coach"),
    "employers.assign": _l("Given to a coach"),
    "employers.log_contact": _l("A contact logged"),
    "employers.next_step_done": _l("A next step done"),
    "employers.standing": _l("Standing changed"),
}


@bp.get("/employers")
@allow(Role.COACH, Role.TEAM_LEADER, Role.ADMINISTRATOR)
def index() -> str:
    """All employers, with search and filters that stay in the address."""
    codes = queries.municipalities_in_use()
    places = sorted(((code, shared.place_name(code)) for code in codes), key=lambda pair: pair[1])
    options: dict[str, list[tuple[Any, Any]]] = {
        "standing": list(STANDING_NAMES.items()),
        "verification": list(VERIFICATIONS.labels.items()),
        "municipality": [*places],
        "coach": [(queries.NOBODY, _("Nobody")), *((one.public_id, one.name) for one in _coaches())],
    }
    chosen = {"q": request.args.get("q", "").strip()[:100]}
    for name, pairs in options.items():
        value = request.args.get(name, "")
        chosen[name] = value if value in {str(key) for key, _words in pairs} else ""
    page = queries.employers(
        current_actor(),
        search=chosen["q"],
        standing=Standing(chosen["standing"]) if chosen["standing"] else None,
        verification=Verification(chosen["verification"]) if chosen["verification"] else None,
        municipality=chosen["municipality"],
        coach=chosen["coach"],
        page=page_number(),
    )
    return render_template(
        "employers/index.html",
        page=page,
        chosen=chosen,
        options=options,
        chips=_chips({name: value for name, value in chosen.items() if value}, dict(options["coach"])),
        place_name=shared.place_name,
        standings=STANDING_NAMES,
        table_of_states=VERIFICATIONS,
    )


def _coaches() -> list[User]:
    """Everybody who can look after an employer."""
    return [one for one in accounts.staff() if one.role is Role.COACH]


def _chips(chosen: dict[str, str], coaches: dict[str, str]) -> list[tuple[Any, str]]:
    """The filters in use, each with the address of the list without it."""

    def words(name: str, value: str) -> Any:
        if name == "standing":
            return STANDING_NAMES[Standing(value)]
        if name == "verification":
            return VERIFICATIONS.labels[Verification(value)]
        if name == "coach":
            return _("Coach: %(name)s", name=coaches[value])
        return shared.place_name(value) if name == "municipality" else f"“{value}”"

    def without(name: str) -> str:
        rest: dict[str, Any] = {key: value for key, value in chosen.items() if key != name}
        return url_for("employers.index", **rest)

    return [(words(name, value), without(name)) for name, value in chosen.items()]


@bp.get("/employers/<public_id>")
@allow(Role.COACH, Role.TEAM_LEADER, Role.ADMINISTRATOR, logs_access=True)
def show(public_id: str) -> str:
    """An employer as a relationship: facts, people, what runs with it, what was said, what was done."""
    actor = current_actor()
    return _show(actor, queries.get_for(actor, public_id), VerifyForm(formdata=None))


def _show(
    actor: Actor,
    employer: Employer,
    form: VerifyForm,
    coach_form: CoachForm | None = None,
    reject_form: RejectForm | None = None,
) -> str:
    contacts = queries.contacts(actor, employer.id)
    own = {one.candidate_id for one in contacts if one.candidate_id is not None and one.coach_id == actor.user_id}
    about = subjects.provided().names(actor, own) if own else {}
    subjects.provided().told_of(actor, [one.candidate_id for one in contacts if one.candidate_id is not None])
    people = shared.people(employer)
    has_managers = any(
        one.manages and one.user.is_active and one.user.email_verified_at is not None for one in people["members"]
    )
    return render_template(
        "employers/show.html",
        employer=employer,
        form=form,
        reject_form=reject_form or RejectForm(formdata=None),
        coach_form=(coach_form or _coach_form(actor)) if actor.role is Role.TEAM_LEADER else None,
        actor=actor,
        verbs={row.verb: row for row in VERIFICATIONS.open_to(employer.verification, actor.role)},
        state=VERIFICATIONS.labels[employer.verification],
        tone=VERIFICATIONS.tones[employer.verification],
        standing=STANDING_NAMES[employer.standing],
        languages=OWN_NAMES,
        may_edit=rules.may_edit(actor, employer),
        may_let_in=rules.may_let_in(actor, employer, has_managers=has_managers),
        contacts=contacts,
        about=about,
        channels=CHANNEL_NAMES,
        panels=panels_for("employer", employer, actor),
        events=_timeline(history("employer", employer.id)),
        **people,
    )


def _coach_form(actor: Actor) -> CoachForm:
    form = CoachForm()
    form.offer((one.public_id, one.name) for one in accounts.coaches(actor.team_id or 0))
    return form


def _note(row: AuditEvent) -> Any:
    if row.verb == "employers.standing":
        return STANDING_NAMES[Standing(row.data["to"])]
    if row.verb == "employers.reject" and "reason" in row.data:
        return REJECT_REASON_NAMES[RejectReason(row.data["reason"])]
    return None


def _timeline(rows: list[AuditEvent]) -> list[dict[str, Any]]:
    names = queries.names_of(row.actor_id for row in rows if row.actor_id is not None)
    return [
        {
            "when": row.at,
            "what": DONE.get(row.verb, row.verb),
            "who": names.get(row.actor_id or 0, ROLE_NAMES[row.actor_role]),
            "note": _note(row),
        }
        for row in rows
    ]


@bp.route("/employers/new", methods=["GET", "POST"])
@allow(Role.COACH, Role.TEAM_LEADER)
def create() -> ResponseReturnValue:
    """Enter an employer that somebody of the team has met."""
    form = StaffEmployerForm(language=language().value)
    if form.validate_on_submit():
        with form.catching():
            employer = service.create(
                current_actor(),
                name=text_in(form.name),
                business_id=text_in(form.business_id),
                sector=text_in(form.sector),
                municipality=text_in(form.municipality),
                language=Language(text_in(form.language)),
                words_read=form.read,
            )
        if form.is_clean:
            flash(_("%(name)s is here now. Nobody there has been mailed.", name=employer.name), "success")
            return redirect(url_for("employers.show", public_id=employer.public_id))
    status = 422 if form.is_submitted() else 200
    page = render_template("employers/edit.html", form=form, employer=None, back=url_for("employers.index"))
    return page, status


@bp.route("/employers/<public_id>/edit", methods=["GET", "POST"])
@allow(Role.COACH, Role.TEAM_LEADER)
def edit(public_id: str) -> ResponseReturnValue:
    """Change an employer's facts; a Business ID can be added."""
    actor = current_actor()
    employer = queries.get_for(actor, public_id)
    if not rules.may_edit(actor, employer):
        raise Missing
    form = StaffEmployerForm(
        name=employer.name,
        business_id=employer.business_id or "",
        sector=employer.sector,
        municipality=employer.municipality,
        language=employer.language.value,
    )
    if form.validate_on_submit():
        with form.catching():
            service.edit(
                actor,
                employer,
                name=text_in(form.name),
                business_id=text_in(form.business_id),
                sector=text_in(form.sector),
                municipality=text_in(form.municipality),
                language=Language(text_in(form.language)),
                words_read=form.read,
            )
        if form.is_clean:
            flash(_("The employer's facts are saved."), "success")
            return redirect(url_for("employers.show", public_id=public_id))
    status = 422 if form.is_submitted() else 200
    return render_template("employers/edit.html", form=form, employer=employer, back=shared.home_of(employer)), status


@bp.post("/employers/<public_id>/verify")
@allow(Role.COACH, Role.TEAM_LEADER, logs_access=True)
def verify(public_id: str) -> ResponseReturnValue:
    """The organisation is what it says."""
    actor = current_actor()
    employer = queries.get_for(actor, public_id)
    form = VerifyForm()
    if form.validate_on_submit():
        with form.catching():
            service.verify(actor, employer, text_in(form.reason))
        if form.is_clean:
            flash(_("%(name)s is verified. Its people have been mailed.", name=employer.name), "success")
            return redirect(url_for("employers.show", public_id=public_id))
    begin_again()
    return _show(actor, queries.get_for(actor, public_id), form), 422


@bp.post("/employers/<public_id>/reject")
@allow(Role.COACH, Role.TEAM_LEADER, logs_access=True)
def reject(public_id: str) -> ResponseReturnValue:
    """The organisation could not be verified, and why."""
    actor = current_actor()
    employer = queries.get_for(actor, public_id)
    form = RejectForm()
    if form.validate_on_submit():
        service.reject(actor, employer, RejectReason(form.ground.data))
        flash(_("%(name)s is not verified. Its people have been mailed.", name=employer.name), "success")
        return redirect(url_for("employers.show", public_id=public_id))
    begin_again()
    return _show(actor, queries.get_for(actor, public_id), VerifyForm(formdata=None), reject_form=form), 422


@bp.post("/employers/<public_id>/suspend")
@allow(Role.TEAM_LEADER, Role.ADMINISTRATOR)
def suspend(public_id: str) -> ResponseReturnValue:
    """Close an organisation's pages."""
    actor = current_actor()
    employer = queries.get_for(actor, public_id)
    service.suspend(actor, employer)
    flash(_("%(name)s is suspended. Its people have been mailed.", name=employer.name), "success")
    return redirect(url_for("employers.show", public_id=public_id))


@bp.post("/employers/<public_id>/look-after")
@allow(Role.COACH)
def look_after(public_id: str) -> ResponseReturnValue:
    """Look after this employer from now on."""
    actor = current_actor()
    employer = queries.get_for(actor, public_id)
    service.look_after(actor, employer)
    flash(_("You look after %(name)s now.", name=employer.name), "success")
    return redirect(url_for("employers.show", public_id=public_id))


@bp.post("/employers/<public_id>/assign")
@allow(Role.TEAM_LEADER, logs_access=True)
def assign(public_id: str) -> ResponseReturnValue:
    """Choose who looks after this employer."""
    actor = current_actor()
    employer = queries.get_for(actor, public_id)
    form = _coach_form(actor)
    if form.validate_on_submit():
        coach = next(one for one in accounts.coaches(actor.team_id or 0) if one.public_id == form.coach.data)
        with form.catching():
            service.assign(actor, employer, coach)
        if form.is_clean:
            flash(
                _("%(coach)s looks after %(name)s now and was mailed.", coach=coach.name, name=employer.name), "success"
            )
            return redirect(url_for("employers.show", public_id=public_id))
    begin_again()
    return _show(actor, queries.get_for(actor, public_id), VerifyForm(formdata=None), form), 422
