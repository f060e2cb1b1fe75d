"""What hires add to the list of candidates: when somebody was last in touch, and what comes next."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.i18n import day
from portal.core.panels import Column
from portal.placements.models import ContactSide, Placement, SupportContact
from portal.placements.states import ContactState
from portal.proposals import meetings


def on_candidates(candidate_ids: list[int], actor: Actor) -> list[Column]:
    """The last contact with each candidate, and the next planned one or the next meeting. For the team alone."""
    if not actor.is_staff:
        return []
    planned = _days(candidate_ids, ContactState.PLANNED)
    meets = meetings.next_days(candidate_ids)
    today = clock.today()
    return [
        Column(_("Last contact"), {key: day(when) for key, when in _days(candidate_ids, ContactState.DONE).items()}),
        Column(
            _("Next step"),
            {key: _next(planned.get(key), meets.get(key)) for key in candidate_ids if key in planned or key in meets},
            overdue=frozenset(key for key, when in planned.items() if when < today),
        ),
    ]


def _next(contact: date | None, meeting: date | None) -> str:
    """The earlier of the two, in words; one of them there is."""
    if meeting is not None and (contact is None or meeting < contact):
        return _("Meets an employer %(day)s", day=day(meeting))
    if contact is None:
        return ""
    if contact < clock.today():
        return _("Overdue: contact %(day)s", day=day(contact))
    return _("Contact %(day)s", day=day(contact))


def _days(candidate_ids: list[int], state: ContactState) -> dict[int, date]:
    """The last day on which a contact with the employee was done, or the first on which one is planned."""
    at = func.max(SupportContact.done_on) if state is ContactState.DONE else func.min(SupportContact.due_on)
    query = (
        select(Placement.candidate_id, at)
        .join(SupportContact, SupportContact.placement_id == Placement.id)
        .where(Placement.candidate_id.in_(candidate_ids), SupportContact.state == state)
        .group_by(Placement.candidate_id)
        .order_by(Placement.candidate_id)
    )
    if state is ContactState.DONE:
        query = query.where(SupportContact.side == ContactSide.EMPLOYEE)
    else:
        query = query.where(SupportContact.before_reported.is_(False))
    return {one: when for one, when in db.session.execute(query) if when is not None}
