"""The mails of the three questions. None holds an answer, a name or a line that somebody added.

A mail's context: ``title`` (the job's), ``months`` since the start (0: two weeks), the link, and ISO dates.
"""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts import links
from portal.accounts.models import SignedLink, User
from portal.core.i18n import day
from portal.outbox.letters import Context, Letter, mail_kind
from portal.outbox.models import Notification
from portal.outbox.service import enqueue
from portal.placements import plan, pulse_queries, queries
from portal.placements.models import ContactSide, Mood, Placement, Pulse, SupportContact
from portal.placements.states import ContactState, PulseState


def _day(iso: str) -> str:
    return day(date.fromisoformat(iso))


def _since_start(months: int) -> str:
    """How long ago the job began, as a sentence."""
    if not months:
        return _("Two weeks have passed since the first day at work.")
    return ngettext(
        "A month has passed since the first day at work.",
        "%(num)d months have passed since the first day at work.",
        months,
    )


def _months(pulse: Pulse, placement: Placement) -> int:
    is_short = plan.is_short(placement.starts_on, placement.ends_on)
    return 0 if is_short else plan.PULSE_MONTHS[pulse.ordinal - 1]


def _waits(notification: Notification) -> bool:
    """Nobody has answered, and the reader may still be told; an employer never of the employee's questions."""
    found = pulse_queries.standing(notification.about_id)
    if found is None or found.state is not PulseState.ASKED:
        return False
    if found.side is not (ContactSide.EMPLOYER if notification.user_id else ContactSide.EMPLOYEE):
        return False
    return queries.may_be_told(found.placement_id, notification.told_id)


def _why_asked(context: Context) -> list[str]:
    """What is asked for and until when, in a few short sentences."""
    return [
        _("It takes a minute. You need no password."),
        _("The link works until %(day)s.", day=_day(context["until"])),
    ]


def _write_for_employer(context: Context) -> Letter:
    job = {"title": context["title"], "alias": context["alias"]}
    subject = (
        _("Reminder: three short questions about %(title)s", title=context["title"])
        if context["again"]
        else _("Three short questions about %(title)s", title=context["title"])
    )
    return Letter(
        subject=subject,
        paragraphs=[
            _("How does it go? It is about the hire of candidate %(alias)s: %(title)s.", **job),
            _since_start(context["months"]),
            _("Your answers go to the coach and the team leader, not to the employee."),
            " ".join(_why_asked(context)),
        ],
        action=(_("Answer the three questions"), "/pulse/{link}"),
        why=_("You get this because you are a contact person for this hire."),
    )


PULSE_FOR_EMPLOYER = mail_kind("pulse_for_employer", _write_for_employer, still_due=_waits)


def pulse_for_employer(pulse: Pulse, link: SignedLink, until: date, user: User, *, again: bool) -> None:
    """Ask one of the employer's contact persons, or remind of it; each once."""
    placement = pulse.placement
    enqueue(
        PULSE_FOR_EMPLOYER,
        about=("pulse", pulse.id),
        context={
            "title": placement.title,
            "alias": placement.proposal.alias.alias if placement.proposal is not None else "",
            "months": _months(pulse, placement),
            "until": until.isoformat(),
            "again": again,
            "link": links.mail_context(link),
        },
        user_id=user.id,
        thread=f"placement-{placement.public_id}-{user.role.value}",
        once_key=f"pulse:{pulse.id}:{user.id}:{'again' if again else 'first'}",
    )


def _write_for_candidate(context: Context) -> Letter:
    subject = _("Reminder: how is it going at work?") if context["again"] else _("How is it going at work?")
    return Letter(
        subject=subject,
        paragraphs=[
            _("This is about your job: %(title)s.", title=context["title"]),
            _("We have three short questions. It takes a minute. You need no password."),
            _("Your answers go to your coach and the team leader, not to your employer."),
            _("The link works until %(day)s.", day=_day(context["until"])),
        ],
        action=(_("Answer the three questions"), "/pulse/{link}"),
        why=_("You get this because your coach wrote down your mail address."),
    )


PULSE_FOR_CANDIDATE = mail_kind("pulse_for_candidate", _write_for_candidate, still_due=_waits)


def pulse_for_candidate(pulse: Pulse, link: SignedLink, until: date, *, again: bool) -> None:
    """Ask the employee, or remind of it; each once."""
    placement = pulse.placement
    enqueue(
        PULSE_FOR_CANDIDATE,
        about=("pulse", pulse.id),
        context={
            "title": placement.title,
            "until": until.isoformat(),
            "again": again,
            "link": links.mail_context(link),
        },
        candidate_id=placement.candidate_id,
        thread=f"placement-{placement.public_id}-candidate",
        once_key=f"pulse:{pulse.id}:candidate:{'again' if again else 'first'}",
    )


def _contact_waits(notification: Notification) -> bool:
    """The contact that the answers have made is still to be done, and the reader may see the hire."""
    found = pulse_queries.standing(notification.about_id)
    if found is None or not queries.may_be_told(found.placement_id, notification.told_id):
        return False
    contact = queries.contact_state(notification.context["contact"])
    return contact is not None and contact[0] is ContactState.PLANNED


def _write_concern(context: Context) -> Letter:
    by_employer = context["side"] == ContactSide.EMPLOYER
    if context["worst"] == Mood.ACTION:
        subject = _("Something has to change soon: %(title)s", title=context["title"])
        happened = (
            _("The employer has answered the three questions: something has to change soon.")
            if by_employer
            else _("The employee has answered the three questions: something has to change soon.")
        )
    else:
        subject = _("There is something to talk about: %(title)s", title=context["title"])
        happened = (
            _("The employer has answered the three questions: there is something to talk about.")
            if by_employer
            else _("The employee has answered the three questions: there is something to talk about.")
        )
    side = _("The other side does not know of it.")
    return Letter(
        subject=subject,
        paragraphs=[
            happened,
            _(
                "A contact is planned in the support plan. Get in touch at the latest %(day)s.",
                day=_day(context["due_on"]),
            ),
            side,
        ],
        action=(_("Read the answers"), context["page"]),
        why=_("You get this because you support this hire."),
    )


PULSE_CONCERN = mail_kind("pulse_concern", _write_concern, still_due=_contact_waits, urgent=True)


def pulse_concern(pulse: Pulse, placement: Placement, contact: SupportContact, *, told_by: int | None) -> None:
    """Tell the coach at once of a concern, once for its gravity; not who wrote it down."""
    coach = queries.coach_of(placement)
    if told_by == coach.id:
        return
    enqueue(
        PULSE_CONCERN,
        about=("pulse", pulse.id),
        context={
            "title": placement.title,
            "page": f"/placements/{placement.public_id}",
            "side": pulse.side.value,
            "worst": pulse.worst.value,
            "contact": contact.id,
            "due_on": contact.due_on.isoformat(),
        },
        user_id=coach.id,
        thread=f"placement-{placement.public_id}-{coach.role.value}",
        once_key=f"pulse-concern:{pulse.id}:{contact.id}:{pulse.worst.value}",
    )
