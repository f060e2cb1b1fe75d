"""What the clock does for employers: a next step that falls due is mailed to its coach in the morning, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask_babel import gettext as _

from portal.core import clock
from portal.core.db import db
from portal.core.i18n import day
from portal.employers import queries
from portal.employers.models import EmployerContact
from portal.outbox.letters import Context, Letter, mail_kind
from portal.outbox.models import Notification
from portal.outbox.service import enqueue

MORNING = 7  # o'clock in Helsinki, as the morning's mail about support contacts
EVERY = timedelta(minutes=1)

Work = Callable[[], None]


def register(job: Callable[[str, timedelta], Callable[[Work], Work]]) -> None:
    """Give the worker the jobs of this room."""
    job("employers.remind_of_steps", EVERY)(remind_of_steps)


def _is_open(notification: Notification) -> bool:
    """Not done meanwhile, and still for the day that the mail speaks of."""
    contact = db.session.get(EmployerContact, notification.about_id)
    told = date.fromisoformat(notification.context["due_on"])
    return contact is not None and contact.next_step_done_at is None and contact.next_step_on == told


def _write(context: Context) -> Letter:
    return Letter(
        subject=_("A next step is due: %(employer)s", employer=context["employer"]),
        paragraphs=[
            _(
                "You wanted to take a next step with this employer by %(day)s.",
                day=day(date.fromisoformat(context["due_on"])),
            ),
            _("What it is stands on your first page. Note it as done there."),
        ],
        action=(_("Open today's page"), "/today"),
        why=_("You get this because you wrote down a next step, or look after this employer."),
    )


NEXT_STEP_DUE = mail_kind("next_step_due", _write, still_due=_is_open)


def remind_of_steps() -> None:
    """From seven in the morning: mail whose step is due; of a closed account's, who looks after the employer."""
    if clock.local(clock.now()).hour < MORNING:
        return
    for contact in queries.steps_due(clock.today()):
        reader = contact.coach_id if contact.coach.is_active else contact.employer.coach_id
        if reader is not None and contact.next_step_on is not None:
            due_on = contact.next_step_on.isoformat()
            enqueue(
                NEXT_STEP_DUE,
                about=("employer_contact", contact.id),
                context={"employer": contact.employer.name, "due_on": due_on},
                user_id=reader,
                once_key=f"next-step-due:{contact.id}:{due_on}:{reader}",
            )
