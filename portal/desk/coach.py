"""The coach's first page: what waits, who is due, the week's visits, new needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask_babel import gettext as _

from portal.candidates import asked_below
from portal.candidates import queries as candidates
from portal.core import clock
from portal.core.access import allow, current_actor
from portal.core.actors import Actor, Role
from portal.core.panels import panels_for
from portal.desk import week
from portal.desk.blueprint import bp
from portal.employers import queries as employers
from portal.openings import queries as openings
from portal.placements import display
from portal.placements import queries as placements
from portal.placements.models import ContactSide, SupportContact
from portal.proposals import queries as proposals
from portal.proposals.models import Proposal
from portal.proposals.turns import Next, Step

NEW_NEEDS = 10
CONTACTS_SHOWN = 200


@dataclass(frozen=True)
class PersonDue:
    """One person with what is due, oldest first."""

    name: str
    candidate_id: str  # public
    contacts: list[SupportContact]


@dataclass(frozen=True)
class Due:
    """A part of the day's list: overdue, today, or later this week."""

    title: str
    people: list[PersonDue]

    @property
    def count(self) -> int:
        """How many contacts it holds."""
        return sum(len(person.contacts) for person in self.people)


@bp.get("/today")
@allow(Role.COACH, logs_access=True)
def coach() -> str:
    """Overdue and due first, by person; then what waits, the week, and what is new."""
    actor = current_actor()
    today = clock.today()
    _monday, sunday = week.week_of(today)
    contacts = placements.due(actor, sunday, limit=CONTACTS_SHOWN)
    asked = placements.open_requests(actor)
    waiting = proposals.waiting_for(actor)
    steps = employers.next_steps(actor, sunday)
    asked_below.told_of(actor, [one.candidate_id for one in steps if one.candidate_id is not None])
    names = _names(
        actor, contacts, [one for one, _ahead in waiting], [request.placement.candidate_id for request in asked]
    )
    return render_template(
        "desk/coach.html",
        today=today,
        due=_due(contacts, names, today),
        asked=asked,
        waiting=[(proposal, _step(ahead), ahead.since) for proposal, ahead in waiting],
        names=names,
        visits=week.visits([actor.user_id or 0], today).get(actor.user_id or 0, 0),
        goal=week.GOAL,
        steps=steps,
        needs=openings.open_openings(actor, limit=NEW_NEEDS),
        state_of=display.state_of,
        with_employee=ContactSide.EMPLOYEE,
        panels=panels_for("coach's first page", None, actor),
    )


def _names(actor: Actor, contacts: list[SupportContact], waiting: list[Proposal], others: list[int]) -> dict[int, str]:
    ids = [contact.placement.candidate_id for contact in contacts]
    return candidates.names(actor, [*ids, *(one.candidate_id for one in waiting), *others], "desk.coach")


def _due(contacts: list[SupportContact], names: dict[int, str], today: date) -> list[Due]:
    parts = (
        (_("Overdue"), [one for one in contacts if one.due_on < today]),
        (_("Today"), [one for one in contacts if one.due_on == today]),
        (_("Later this week"), [one for one in contacts if one.due_on > today]),
    )
    return [Due(title, _by_person(chosen, names)) for title, chosen in parts if chosen]


def _by_person(contacts: Iterable[SupportContact], names: dict[int, str]) -> list[PersonDue]:
    """Contacts by person, who has waited longest first."""
    people: dict[int, PersonDue] = {}
    for contact in contacts:
        candidate = contact.placement.candidate
        if candidate.id not in people:
            people[candidate.id] = PersonDue(names.get(candidate.id, ""), candidate.public_id, [])
        people[candidate.id].contacts.append(contact)
    return list(people.values())


def _step(ahead: Next) -> str:
    """What the coach does next about a proposal."""
    steps = {
        Step.CHANGE: _("The candidate asks for a change"),
        Step.DISCLOSE: _("The employer is interested: give the contact details"),
        Step.PICK: _("The employer suggests times: pick one"),
        Step.SUGGEST_NEW: _("The suggested times have passed: suggest new ones"),
        Step.REPORT: _("A job is offered: report the hire when it is agreed"),
        Step.CONFIRM: _("The employer reports a hire: confirm it"),
    }
    return steps.get(ahead.step, _("Take the next step"))
