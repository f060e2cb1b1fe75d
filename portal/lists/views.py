"""The page of the team's own occupations and skills."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import reference
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.errors import Missing
from portal.core.forms import text_in
from portal.core.i18n import language
from portal.lists import queries, rules, service
from portal.lists.forms import EntryForm
from portal.lists.models import KIND_NAMES, EntryKind, OwnEntry
from portal.lists.service import EntryValues

bp = Blueprint("lists", __name__, url_prefix="/lists")


@bp.get("")
@allow(Role.COACH, Role.TEAM_LEADER)
def index() -> ResponseReturnValue:
    """Own entries by kind, those that are offered before the retired ones."""
    actor = current_actor()
    every = queries.entries(actor)
    return render_template(
        "lists/index.html",
        kinds=[
            (kind, KIND_NAMES[kind], [one for one in every if one.kind is kind and one.retired_at is None])
            for kind in EntryKind
        ],
        retired=[one for one in every if one.retired_at is not None],
        kind_names=KIND_NAMES,
        group_of=_group_name,
        may_keep=rules.may_keep(actor),
    )


@bp.route("/<kind>/new", methods=["GET", "POST"])
@allow(Role.COACH, Role.TEAM_LEADER)
def new(kind: str) -> ResponseReturnValue:
    """Add an occupation or a skill."""
    if kind not in set(EntryKind):
        raise Missing
    chosen = EntryKind(kind)
    form = EntryForm(chosen)
    if form.validate_on_submit():
        with form.catching():
            entry = service.add(current_actor(), chosen, _values(form), form.read)
        if form.is_clean:
            flash(_("“%(name)s” is on the list, and can be chosen at once.", name=_name(entry)), "success")
            return redirect(url_for("lists.index"))
    page = render_template("lists/entry.html", form=form, kind=chosen, entry_name=None)
    return page, 422 if form.is_submitted() else 200


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
@allow(Role.TEAM_LEADER)
def edit(public_id: str) -> ResponseReturnValue:
    """Correct an entry's names or its group."""
    actor = current_actor()
    entry = queries.get_for(actor, public_id)
    name = _name(entry)
    form = EntryForm(entry.kind, obj=entry)
    if form.validate_on_submit():
        with form.catching():
            service.correct(actor, entry, _values(form), form.read)
        if form.is_clean:
            flash(_("“%(name)s” is saved. Needs and profiles show it so from now on.", name=_name(entry)), "success")
            return redirect(url_for("lists.index"))
    page = render_template("lists/entry.html", form=form, kind=entry.kind, entry_name=name)
    return page, 422 if form.is_submitted() else 200


@bp.post("/<public_id>/retire")
@allow(Role.TEAM_LEADER)
def retire(public_id: str) -> ResponseReturnValue:
    """Offer an entry no longer."""
    entry = queries.get_for(current_actor(), public_id)
    service.retire(current_actor(), entry)
    flash(_("“%(name)s” cannot be chosen any more. What holds it still shows it.", name=_name(entry)), "success")
    return redirect(url_for("lists.index"))


@bp.post("/<public_id>/restore")
@allow(Role.TEAM_LEADER)
def restore(public_id: str) -> ResponseReturnValue:
    """Offer a retired entry again."""
    entry = queries.get_for(current_actor(), public_id)
    service.restore(current_actor(), entry)
    flash(_("“%(name)s” can be chosen again.", name=_name(entry)), "success")
    return redirect(url_for("lists.index"))


def _values(form: EntryForm) -> EntryValues:
    return EntryValues(text_in(form.sv), text_in(form.fi), text_in(form.en), text_in(form.group_key))


def _name(entry: OwnEntry) -> str:
    return entry.labels.in_language(language())


def _group_name(entry: OwnEntry) -> str:
    if entry.kind is EntryKind.OCCUPATION:
        return reference.label(reference.isco_group(entry.group_key), language())
    return reference.label(reference.skill_group(entry.group_key), language())
