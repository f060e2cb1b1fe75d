"""What is done about leaves: one is arranged, one is ended."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.audit import service as audit
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db, rows_changed
from portal.core.errors import Invalid, Missing, Overtaken
from portal.core.i18n import day
from portal.leaves import queries
from portal.leaves.models import Leave
from portal.leaves.rules import LONGEST, in_the_way, may_arrange, may_stand_in


def arrange(actor: Actor, coach: User, deputy: User, starts_on: date, ends_on: date) -> Leave:
    """Write down when a coach is away and who stands in. From the first day on the deputy sees the caseload.

    :param starts_on: the first day away, today at the earliest; ``ends_on`` the last one.
    :raises Missing: when the actor may not arrange it.
    :raises Invalid: at ``deputy``, ``starts_on`` or ``ends_on``.
    """
    if not may_arrange(actor, coach):
        raise Missing
    if not may_stand_in(deputy, coach):
        raise Invalid("deputy", _("Choose another coach of the team."))
    if starts_on < clock.today():
        raise Invalid("starts_on", _("This day has passed. Choose today or a later day."))
    if ends_on < starts_on:
        raise Invalid("ends_on", _("The last day is before the first."))
    if ends_on - starts_on > LONGEST:
        raise Invalid("ends_on", _("A leave can be a year long. Give the caseload to others when it is longer."))
    people = (coach.id, deputy.id)
    # two who arrange at once wait for each other, always in the same order
    db.session.execute(select(User.id).where(User.id.in_(people)).order_by(User.id).with_for_update(key_share=True))
    _refuse_beside(in_the_way(queries.of_days(people, starts_on, ends_on), *people), coach, deputy)
    leave = Leave(
        coach_id=coach.id, deputy_id=deputy.id, starts_on=starts_on, ends_on=ends_on, arranged_by_id=actor.user_id
    )
    db.session.add(leave)
    db.session.flush()
    audit.record(actor, "leaves.arrange", "leave", leave.id, user_id=deputy.id, due=starts_on.isoformat())
    return leave


def _refuse_beside(other: Leave | None, coach: User, deputy: User) -> None:
    """:raises Invalid: when there is such a leave, at the field that mends it."""
    if other is None:
        return
    days = {"name": other.coach.name, "first": day(other.starts_on), "last": day(other.ends_on)}
    if other.coach_id == coach.id:
        raise Invalid("starts_on", _("%(name)s is away %(first)s–%(last)s already. End that leave first.", **days))
    if other.coach_id == deputy.id:
        raise Invalid("deputy", _("%(name)s is away %(first)s–%(last)s. Choose somebody else.", **days))
    days["deputy"] = coach.name
    raise Invalid(
        "starts_on",
        _(
            "%(deputy)s stands in for %(name)s %(first)s–%(last)s. Find somebody else for %(name)s first.",
            **days,
        ),
    )


def end(actor: Actor, leave: Leave) -> None:
    """The coach is back, or does not leave: the deputy sees the caseload no more, from the next look on.

    :param leave: of ``queries.get_for``.
    :raises Overtaken: when somebody was quicker.
    """
    query = update(Leave).where(Leave.id == leave.id, Leave.ended_at.is_(None)).values(ended_at=clock.now())
    if rows_changed(query) != 1:
        raise Overtaken(_("This leave has ended already."))
    audit.record(actor, "leaves.end", "leave", leave.id)
