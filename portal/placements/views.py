"""Pages of hires: both sides of the plan for the team, the employer's own for the employer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import StringField

from portal.candidates import queries as candidates
from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import Actor, Role
from portal.core.app import begin_again
from portal.core.errors import Missing
from portal.core.i18n import day
from portal.core.paging import page_number
from portal.core.panels import panels_for
from portal.employers.models import CHANNEL_NAMES, Channel
from portal.openings.models import EMPLOYMENT_TYPE_NAMES
from portal.placements import contacts, display, pulse_queries, queries, service
from portal.placements.forms import (
    AskForm,
    ColleagueForm,
    DropForm,
    EndForm,
    LogForm,
    MoveForm,
    OwnFindForm,
    PlanForm,
    StartForm,
    UnplannedForm,
)
from portal.placements.models import (
    END_REASON_NAMES,
    ENDED_BY_NAMES,
    SIDE_NAMES,
    TOLD_AT_WORK_NAMES,
    ContactSide,
    Placement,
    SupportContact,
)
from portal.placements.rules import sides_open
from portal.placements.states import CONTACTS, PLACEMENTS, REQUESTS, ContactState, PlacementState, RequestState
from portal.proposals.models import PAY_KIND_NAMES, PayKind

bp = Blueprint("placements", __name__)

_STAFF = (Role.COACH, Role.TEAM_LEADER)


@bp.get("/placements")
@allow(Role.EMPLOYER, *_STAFF, logs_access=True)
def index() -> str:
    """The hires that the reader sees, running ones first."""
    actor = current_actor()
    state = request.args.get("state", "")
    if state and state not in set(PlacementState):
        raise Missing
    page = queries.placements(actor, state=PlacementState(state) if state else None, page=page_number())
    return render_template(
        "placements/index.html",
        page=page,
        state=state,
        ways=_ways(state),
        table_of=PLACEMENTS,
        names=candidates.names(actor, [one.candidate_id for one in page.items], "placements.index"),
        next=queries.next_contacts(actor, [one.id for one in page.items]),
        coach_of=queries.coach_of,
        today=clock.today(),
        actor=actor,
    )


def _ways(state: str) -> list[dict[str, object]]:
    """The list's tabs: all, and each state."""
    choices = [("", _("All")), *((one.value, str(PLACEMENTS.labels[one])) for one in PlacementState)]
    return [
        {"label": label, "url": url_for(".index", state=value or None), "current": value == state}
        for value, label in choices
    ]


@bp.get("/placements/<public_id>")
@allow(Role.EMPLOYER, *_STAFF, logs_access=True)
def show(public_id: str) -> str:
    """One hire: for the employer its own side alone, for the team both."""
    actor = current_actor()
    placement = queries.get_for(actor, public_id)
    return _employer_page(actor, placement) if actor.is_employer else _staff_page(actor, placement)


def _employer_page(actor: Actor, placement: Placement) -> str:
    own_side = queries.employer_side(placement)
    noted = [one for one in reversed(own_side) if one.note]
    known = queries.known_to(actor, placement, has_notes=bool(noted))
    hidden = _("This is not shown to you now. Ask the coach if you need it.")
    return render_template(
        "placements/show_employer.html",
        placement=placement,
        name=known.name,
        coach=queries.coach_of(placement),
        dots=display.employer_dots(own_side),
        notes=[
            {"when": one.day, "what": _("After the contact"), "note": one.note if known.reads_notes else hidden}
            for one in noted
        ],
        requests=queries.requests_of(placement),
        pulses=pulse_queries.of_placement(actor, placement),
        running=placement.state is PlacementState.ACTIVE,
        table=PLACEMENTS,
    )


def _staff_page(actor: Actor, placement: Placement) -> str:
    name = candidates.names(actor, [placement.candidate_id], "placements.show").get(placement.candidate_id, "")
    candidates.notes_shown(actor, placement.candidate_id, "placements.show")  # also where the name is another's to see
    return render_template(
        "placements/show.html",
        placement=placement,
        name=name,
        facts=_facts(placement),
        sides=display.sides(placement, queries.contacts_of(actor, placement)),
        side_names=SIDE_NAMES,
        channel_names=CHANNEL_NAMES,
        state_of=display.state_of,
        day_of=display.day_of,
        may_change=CONTACTS.open_to,
        pulses=pulse_queries.of_placement(actor, placement),
        pulse_words=display.PULSE_WORDS,
        requests=[one for one in queries.requests_of(placement) if one.state is RequestState.ASKED],
        actions={row.verb for row in PLACEMENTS.open_to(placement.state, actor.role)},
        table=PLACEMENTS,
        unseen=queries.is_unseen(placement),
        panels=panels_for("placement", placement, actor),
        actor=actor,
    )


def _facts(placement: Placement) -> list[tuple[str, object]]:
    coach = queries.coach_of(placement)
    pay = str(PAY_KIND_NAMES[placement.pay_kind])
    if placement.pay_kind is PayKind.WAGE_SUBSIDY and placement.subsidy_decided_on is not None:
        pay = _("%(pay)s, decided %(day)s", pay=pay, day=day(placement.subsidy_decided_on))
    rows: list[tuple[str, object]] = [
        (_("First day"), day(placement.starts_on)),
        (_("Agreed last day"), day(placement.ends_on) if placement.ends_on else ""),
        (_("Hours a week"), placement.hours),
        (_("Contract"), EMPLOYMENT_TYPE_NAMES[placement.contract_type]),
        (_("Pay"), pay),
        (_("Named colleague"), placement.named_colleague),
        (_("Who at work knows of the support"), TOLD_AT_WORK_NAMES[placement.told_at_work]),
        (_("Job coach"), coach.name),
    ]
    if placement.ended_on and placement.end_reason and placement.ended_by:
        rows += [
            (_("Ended"), day(placement.ended_on)),
            (_("Reason"), END_REASON_NAMES[placement.end_reason]),
            (_("Whose wish it was"), ENDED_BY_NAMES[placement.ended_by]),
        ]
    return rows


@bp.route("/placements/new", methods=["GET", "POST"])
@allow(*_STAFF)
def new() -> ResponseReturnValue:
    """Register a job that did not come through the portal."""
    actor = current_actor()
    candidate = candidates.get_for(actor, request.args.get("candidate", ""))
    employers = {one.public_id: one for one in queries.employer_choices(actor)}
    form = OwnFindForm([(key, one.name) for key, one in employers.items()])
    if form.validate_on_submit():
        with form.catching():
            placement = service.begin_own_find(
                actor, candidate, employer=employers.get(form.employer.data), **form.values
            )
        if form.is_clean:
            flash(_("The job is followed now. Its plan is below."), "success")
            return redirect(url_for(".show", public_id=placement.public_id))
    return _page("placements/new.html", form, candidate=candidate)


@bp.route("/placements/<public_id>/start", methods=["GET", "POST"])
@allow(*_STAFF)
def start(public_id: str) -> ResponseReturnValue:
    """Move the start; the planned contacts move with it."""
    actor = current_actor()
    placement = queries.get_for(actor, public_id)
    PLACEMENTS.check(placement.state, "change_start", actor.role)
    form = StartForm(obj=placement)
    subsidised = placement.pay_kind is PayKind.WAGE_SUBSIDY
    if not subsidised:
        del form.subsidy_decided_on
    if form.validate_on_submit() and form.starts_on.data is not None:
        with form.catching():
            redrawn = service.change_start(
                actor,
                placement,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                subsidy_decided_on=form.subsidy_decided_on.data if subsidised else None,
            )
        if form.is_clean:
            flash(display.redrawn(redrawn), "success")
            return _to(placement)
    return _page("placements/start.html", form, placement=placement)


@bp.route("/placements/<public_id>/end", methods=["GET", "POST"])
@allow(*_STAFF)
def end(public_id: str) -> ResponseReturnValue:
    """The job ends."""
    actor = current_actor()
    placement = queries.get_for(actor, public_id)
    PLACEMENTS.check(placement.state, "end", actor.role)
    form = EndForm(data={"ended_on": clock.today()})
    if form.validate_on_submit():
        with form.catching():
            service.end(actor, placement, **form.values)
        if form.is_clean:
            flash(_("The job has ended. A contact with the employee is planned within three days."), "success")
            return _to(placement)
    return _page("placements/end.html", form, placement=placement)


@bp.route("/placements/<public_id>/colleague", methods=["GET", "POST"])
@allow(*_STAFF)
def colleague(public_id: str) -> ResponseReturnValue:
    """Write who at the workplace is the named colleague."""
    actor = current_actor()
    placement = queries.get_for(actor, public_id)
    PLACEMENTS.check(placement.state, "change_start", actor.role)
    form = ColleagueForm(obj=placement)
    if form.validate_on_submit():
        with form.catching():
            service.describe(actor, placement, named_colleague=form.named_colleague.data or "", words_read=form.read)
        if form.is_clean:
            flash(_("Saved."), "success")
            return _to(placement)
    return _page("placements/colleague.html", form, placement=placement)


# Support contacts


@bp.route("/placements/<public_id>/contacts/new", methods=["GET", "POST"])
@allow(*_STAFF)
def add(public_id: str) -> ResponseReturnValue:
    """Plan one more contact."""
    actor = current_actor()
    placement = queries.get_for(actor, public_id)
    open_sides = sides_open(placement)
    form = PlanForm(open_sides, data={"side": ContactSide.EMPLOYEE})
    if form.validate_on_submit() and form.due_on.data is not None:
        with form.catching():
            contacts.add(actor, placement, side=ContactSide(form.side.data), due_on=form.due_on.data)
        if form.is_clean:
            flash(_("A contact is planned for %(day)s.", day=day(form.due_on.data)), "success")
            return _to(placement)
    return _page("placements/add.html", form, placement=placement)


@bp.route("/placements/<public_id>/contacts/log", methods=["GET", "POST"])
@allow(*_STAFF)
def log_unplanned(public_id: str) -> ResponseReturnValue:
    """Write down a contact that nobody had planned."""
    actor = current_actor()
    placement = queries.get_for(actor, public_id)
    form = UnplannedForm(sides_open(placement), data={**_first_log(), "side": ContactSide.EMPLOYEE})
    if form.validate_on_submit():
        with form.catching():
            contacts.log_unplanned(actor, placement, ContactSide(form.side.data), form.log())
        if form.is_clean:
            flash(_("The contact is logged."), "success")
            return _to(placement)
    return _page("placements/log.html", form, placement=placement)


@bp.route("/placements/<public_id>/contacts/<contact_id>", methods=["GET", "POST"])
@allow(*_STAFF, logs_access=True)
def contact(public_id: str, contact_id: str) -> ResponseReturnValue:
    """One contact: log how it went; beside it move it, say that it was missed, or drop it."""
    actor, placement, one = _contact(public_id, contact_id)
    form = _log_form(one)
    if _is_open(one, "log", actor) and form.validate_on_submit():
        with form.catching():
            contacts.log(actor, placement, one, form.log())
        if form.is_clean:
            flash(_("The contact is logged."), "success")
            return _to(placement)
    return _contact_page(public_id, contact_id, log=form)


@bp.post("/placements/<public_id>/contacts/<contact_id>/move")
@allow(*_STAFF, logs_access=True)
def move(public_id: str, contact_id: str) -> ResponseReturnValue:
    """Plan a contact for another day."""
    actor, placement, one = _contact(public_id, contact_id)
    form = MoveForm()
    if _is_open(one, "move", actor) and form.validate_on_submit() and form.due_on.data is not None:
        with form.catching():
            contacts.move(actor, placement, one, due_on=form.due_on.data)
        if form.is_clean:
            flash(_("The contact is moved to %(day)s.", day=day(one.due_on)), "success")
            return _to(placement)
    return _contact_page(public_id, contact_id, move=form)


@bp.post("/placements/<public_id>/contacts/<contact_id>/miss")
@allow(*_STAFF)
def miss(public_id: str, contact_id: str) -> ResponseReturnValue:
    """Say that a contact did not come about; the page then offers another day."""
    actor, placement, one = _contact(public_id, contact_id)
    contacts.miss(actor, placement, one)
    flash(_("Noted as missed. Choose a new day for it, or drop it."), "info")
    return redirect(url_for(".contact", public_id=placement.public_id, contact_id=one.public_id))


@bp.post("/placements/<public_id>/contacts/<contact_id>/drop")
@allow(*_STAFF, logs_access=True)
def cancel(public_id: str, contact_id: str) -> ResponseReturnValue:
    """Drop a contact."""
    actor, placement, one = _contact(public_id, contact_id)
    form = DropForm()
    if _is_open(one, "cancel", actor) and form.validate_on_submit():
        with form.catching():
            contacts.cancel(actor, placement, one, reason=form.reason.data or "")
        if form.is_clean:
            flash(_("The contact is dropped."), "success")
            return _to(placement)
    return _contact_page(public_id, contact_id, drop=form)


# Support


@bp.route("/placements/<public_id>/ask", methods=["GET", "POST"])
@allow(Role.EMPLOYER)
def ask(public_id: str) -> ResponseReturnValue:
    """The employer asks for support."""
    actor = current_actor()
    placement = queries.get_for(actor, public_id)
    REQUESTS.check(None, "ask", actor.role)
    form = AskForm()
    if form.validate_on_submit():
        with form.catching():
            asked = contacts.ask_support(actor, placement, text=form.text.data or "")
        if form.is_clean:
            flash(
                _(
                    "%(name)s is mailed now and is in touch at the latest %(day)s.",
                    name=queries.coach_of(placement).name,
                    day=day(asked.due_on),
                ),
                "success",
            )
            return _to(placement)
    return _page("placements/ask.html", form, placement=placement, coach=queries.coach_of(placement))


@bp.post("/support/<public_id>/take")
@allow(*_STAFF)
def take(public_id: str) -> ResponseReturnValue:
    """ "I take it": answer for a request for support."""
    actor = current_actor()
    asked = queries.request_for(actor, public_id)
    contacts.take(actor, asked.placement, asked)
    flash(_("You have taken it, and the employer is told. Get in touch at the latest %(day)s.", day=day(asked.due_on)))
    return _to(asked.placement)


def _contact(public_id: str, contact_id: str) -> tuple[Actor, Placement, SupportContact]:
    actor = current_actor()
    placement = queries.get_for(actor, public_id)
    return actor, placement, queries.contact_for(actor, placement, contact_id)


def _first_log() -> dict[str, Any]:
    """What a log form holds at first: most contacts are of today and in person."""
    return {"done_on": clock.today(), "channel": Channel.IN_PERSON}


def _log_form(one: SupportContact) -> LogForm:
    form = LogForm(data=_first_log())
    if one.side is ContactSide.EMPLOYEE:
        del form.employer_note
    return form


def _is_open(one: SupportContact, verb: str, actor: Actor) -> bool:
    return any(row.verb == verb for row in CONTACTS.open_to(one.state, actor.role))


def _contact_page(
    public_id: str,
    contact_id: str,
    *,
    log: LogForm | None = None,
    move: MoveForm | None = None,
    drop: DropForm | None = None,
) -> ResponseReturnValue:
    """A contact's page with its three forms.

    422 when one of them came back with mistakes; 409, with what was typed, when somebody was quicker and it is not
    asked any more. What the page shows of the candidate is logged either way.
    """
    if request.method == "POST":
        begin_again()
    actor, placement, one = _contact(public_id, contact_id)
    verbs = {row.verb for row in CONTACTS.open_to(one.state, actor.role)}
    sent = {"log": log, "move": move, "cancel": drop}
    late = next((form for verb, form in sent.items() if form is not None and verb not in verbs), None)
    overtaken = late is not None and late.is_submitted()
    forms = {
        "log": log or LogForm(formdata=None, data=_first_log()),
        "move": move or MoveForm(formdata=None),
        "drop": drop or DropForm(formdata=None),
    }
    if one.side is ContactSide.EMPLOYEE and "employer_note" in forms["log"]:
        del forms["log"].employer_note
    if one.state is ContactState.DONE or one.drop_reason:  # what was noted stands there; else there is only a date
        candidates.notes_shown(actor, placement.candidate_id, "placements.contact")
    page = render_template(
        "placements/contact.html",
        placement=placement,
        contact=one,
        forms=forms,
        verbs=verbs,
        state=display.state_of(one),
        side_name=SIDE_NAMES[one.side],
        may_miss="miss" in verbs and one.due_on <= clock.today(),
        channel_names=CHANNEL_NAMES,
        overtaken=overtaken,
        typed=[(field.label.text, field.data) for field in late or () if isinstance(field, StringField) and field.data],
    )
    if overtaken:
        return page, 409
    return page, 422 if any(not form.is_clean for form in forms.values()) else 200


def _to(placement: Placement) -> ResponseReturnValue:
    return redirect(url_for(".show", public_id=placement.public_id))


def _page(template: str, form: Any, **values: Any) -> ResponseReturnValue:
    """A page with one form; 422 when the form was sent and came back."""
    return render_template(template, form=form, **values), 422 if form.is_submitted() else 200
