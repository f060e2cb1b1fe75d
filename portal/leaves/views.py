"""The page of leaves: what is arranged, and a form for one more."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import Actor, Role
from portal.core.errors import Missing
from portal.leaves import queries, service
from portal.leaves.forms import LeaveForm
from portal.leaves.rules import is_on

bp = Blueprint("leaves", __name__, url_prefix="/leaves")


@bp.get("")
@allow(Role.COACH, Role.TEAM_LEADER)
def index() -> str:
    """What is arranged, and the form."""
    actor = current_actor()
    coaches = accounts.coaches(actor.team_id or 0)
    return _page(actor, coaches, _form(actor, coaches))


@bp.post("")
@allow(Role.COACH, Role.TEAM_LEADER)
def arrange() -> ResponseReturnValue:
    """Write down a leave."""
    actor = current_actor()
    coaches = accounts.coaches(actor.team_id or 0)
    form = _form(actor, coaches)
    if form.validate_on_submit() and form.starts_on.data and form.ends_on.data:
        with form.catching():
            coach = _chosen(coaches, form.coach.data) if form.coach else _self(coaches, actor)
            deputy = _chosen(coaches, form.deputy.data)
            service.arrange(actor, coach, deputy, form.starts_on.data, form.ends_on.data)
        if form.is_clean:
            flash(_("%(deputy)s stands in for %(name)s.", deputy=deputy.name, name=coach.name), "success")
            return redirect(url_for("leaves.index"))
    return _page(actor, coaches, form), 422


@bp.post("/<public_id>/end")
@allow(Role.COACH, Role.TEAM_LEADER)
def end(public_id: str) -> ResponseReturnValue:
    """End a leave, or take back one that has not begun."""
    actor = current_actor()
    leave = queries.get_for(actor, public_id)
    service.end(actor, leave)
    flash(_("%(deputy)s no longer stands in for %(name)s.", deputy=leave.deputy.name, name=leave.coach.name), "success")
    return redirect(url_for("leaves.index"))


def _form(actor: Actor, coaches: list[User]) -> LeaveForm:
    return LeaveForm(coaches, actor.user_id if actor.role is Role.COACH else None)


def _page(actor: Actor, coaches: list[User], form: LeaveForm) -> str:
    return render_template(
        "leaves/index.html",
        form=form,
        leaves=queries.arranged(actor),
        own_id=actor.user_id if actor.role is Role.COACH else None,
        is_on=is_on,
        today=clock.today(),
        anybody=len(coaches) > 1,
    )


def _chosen(coaches: list[User], public_id: str) -> User:
    return next(one for one in coaches if one.public_id == public_id)  # the form has let no other pass


def _self(coaches: list[User], actor: Actor) -> User:
    found = next((one for one in coaches if one.id == actor.user_id), None)
    if found is None:
        raise Missing
    return found
