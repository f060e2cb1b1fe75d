"""The mails of a hire and its support, one function each. None holds a name, a note or the words of a request.

A mail's context: ``title`` (the job's), ``page`` (the hire's address), and ISO dates. The employer's letters hold the
employer's dates alone, the candidate's the employee's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts import links
from portal.accounts.models import Purpose, User
from portal.candidates import queries as candidates
from portal.core import clock
from portal.core.i18n import day
from portal.outbox.letters import Context, Letter, MailKind, mail_kind
from portal.outbox.models import Notification
from portal.outbox.service import enqueue, was_queued
from portal.placements import queries
from portal.placements.dates import MAX_DATES, calendar, coming, dated
from portal.placements.models import ContactSide, Placement, SupportContact, SupportRequest
from portal.placements.states import ContactState, RequestState

ASK_WITHIN = timedelta(days=365)  # a link to ask for support; mostly it ends sooner, with the job


def _always(_notification: Notification) -> bool:
    return True


def _kind(
    name: str,
    write: Callable[[Context], Letter],
    *,
    still_due: Callable[[Notification], bool] = _always,
    informative: bool = False,
    urgent: bool = False,
) -> MailKind:
    """A kind of mail about a placement: who may not see the placement any more is told nothing more of it."""

    def may_leave(notification: Notification) -> bool:
        return queries.may_be_told(notification.about_id, notification.told_id) and still_due(notification)

    return mail_kind(name, write, still_due=may_leave, informative=informative, urgent=urgent)


def _base(placement: Placement) -> Context:
    return {"title": placement.title, "page": f"/placements/{placement.public_id}"}


def _to_user(
    kind: MailKind, placement: Placement, user: User, *, once_key: str | None = None, **context: object
) -> None:
    enqueue(
        kind,
        about=("placement", placement.id),
        context={**_base(placement), **context},
        user_id=user.id,
        thread=f"placement-{placement.public_id}-{user.role.value}",
        once_key=once_key,
    )


def _day(iso: str) -> str:
    return day(date.fromisoformat(iso))


def _told_of(contacts: Iterable[SupportContact], off: Iterable[SupportContact], side: ContactSide) -> Context:
    """The coming days of one side, for the letter and for the calendar, and what leaves the calendar."""
    to_come = coming(contacts, side)
    return {
        "days": [one.due_on.isoformat() for one in to_come],
        "dates": [dated(one) for one in to_come],
        "off": [dated(one) for one in off if one.side is side][:MAX_DATES],
    }


def _dates(context: Context) -> list[tuple[str, str]]:
    labels = [_("First contact"), _("Then")]
    return [(labels[min(at, 1)], _day(iso)) for at, iso in enumerate(context["days"])]


def _support_link(placement: Placement, reader: User) -> list[str]:
    return links.mail_context(links.for_reader(Purpose.SUPPORT, placement.id, reader.id, ASK_WITHIN))


def _ask_beside(context: Context) -> tuple[str, str] | None:
    """The way to ask for support without signing in, for who has a link."""
    return (_("Ask for support"), "/ask-for-support/{link}") if "link" in context else None


def _open(context: Context) -> tuple[str, str]:
    return _("Open the hire"), context["page"]


def _why_employer() -> str:
    return _("You get this because you are a contact person for this hire.")


def _why_coach() -> str:
    return _("You get this because you support this hire.")


def _why_candidate() -> str:
    return _("You get this because your coach wrote down your mail address.")


def _why_leader() -> str:
    return _("You get this because you lead the team.")


# A hire, and its dates


def _write_hire_confirmed(context: Context) -> Letter:
    start = _day(context["starts_on"])
    if context["moved"] == "end":
        subject = _("The last day was changed: %(title)s", title=context["title"])
        happened = (
            _(
                "The agreed last day of the job is now %(day)s. The plan of contacts follows it.",
                day=_day(context["until"]),
            )
            if context.get("until")
            else _("The job has no agreed last day any more. The plan of contacts goes on.")
        )
    elif context["moved"]:
        subject = _("The start was changed: %(title)s", title=context["title"])
        happened = _("The start of the job is now %(day)s. The contacts that were to come have new dates.", day=start)
    else:
        subject = _("Hire confirmed: %(title)s", title=context["title"])
        happened = _("The hire is confirmed. The job starts %(day)s.", day=start)
    if not context["for_employer"]:
        return Letter(
            subject=subject,
            paragraphs=[happened, _("The plan of support contacts is on the page. Change what does not fit.")],
            action=_open(context),
            why=_why_coach(),
        )
    return Letter(
        subject=subject,
        paragraphs=[
            happened,
            _("Your coach is in touch with you on the days below, and any day that you ask."),
            _("On the page you see the plan and the coach's phone number, and can ask for support."),
        ],
        facts=_dates(context),
        action=_open(context),
        beside=_ask_beside(context),
        why=_why_employer(),
        calendar=calendar(context),
    )


HIRE_CONFIRMED = _kind("hire_confirmed", _write_hire_confirmed)


def hire_confirmed(
    placement: Placement,
    contacts: Iterable[SupportContact],
    *,
    moved: str = "",
    off: Iterable[SupportContact] = (),
) -> None:
    """Tell the employer's contact persons and the coach that the job is followed, or that its dates moved.

    :param moved: ``start`` or ``end``, which day is new; empty for a new hire.
    :param off: contacts that are called off, or whose day has passed since: they leave the calendars.
    """
    shared: Context = {
        "starts_on": placement.starts_on.isoformat(),
        "until": placement.ends_on.isoformat() if placement.ends_on else None,
        "moved": moved,
    }
    told = _told_of(contacts, off, ContactSide.EMPLOYER)
    for user in queries.employer_readers(placement):
        link = _support_link(placement, user)
        _to_user(HIRE_CONFIRMED, placement, user, **shared, for_employer=True, **told, link=link)
    _to_user(HIRE_CONFIRMED, placement, queries.coach_of(placement), **shared, for_employer=False, days=[])


def _write_hire_dates(context: Context) -> Letter:
    return Letter(
        subject=_("Your coach's dates with you"),
        paragraphs=[
            _("Your job starts %(day)s.", day=_day(context["starts_on"])),
            _("Your coach is in touch with you on the days below. You can call sooner, whenever you want."),
            _("Your coach: %(name)s, phone %(phone)s.", name=context["coach"], phone=context["phone"])
            if context["phone"]
            else _("Your coach: %(name)s.", name=context["coach"]),
        ],
        facts=_dates(context),
        why=_why_candidate(),
        calendar=calendar(context),
    )


HIRE_DATES = _kind("hire_dates", _write_hire_dates)


def hire_dates(placement: Placement, contacts: Iterable[SupportContact], *, off: Iterable[SupportContact] = ()) -> None:
    """Tell the candidate the employee's dates; nobody without a mail address is written to, the coach tells them.

    :param off: contacts that are called off, or whose day has passed since.
    """
    coach = queries.coach_of(placement)
    _to_candidate(
        HIRE_DATES,
        placement,
        starts_on=placement.starts_on.isoformat(),
        coach=coach.name,
        phone=coach.phone,
        **_told_of(contacts, off, ContactSide.EMPLOYEE),
    )


def _to_candidate(kind: MailKind, placement: Placement, **context: object) -> None:
    if candidates.recipient(placement.candidate_id) is not None:
        enqueue(
            kind,
            about=("placement", placement.id),
            context=context,
            candidate_id=placement.candidate_id,
            thread=f"placement-{placement.public_id}-candidate",
        )


# One date of a plan, or all of them


def _as_told(notification: Notification) -> bool:
    """Nothing has changed since about the contact that the mail speaks of; a newer change has a newer mail."""
    told = notification.context["contact"]
    return told is None or queries.contact_sequence(told[0]) == told[1]


def _write_date_changed(context: Context) -> Letter:
    subjects = {
        "added": _("One more day: %(title)s", title=context["title"]),
        "moved": _("A new day: %(title)s", title=context["title"]),
        "dropped": _("A day is called off: %(title)s", title=context["title"]),
        "ended": _("The days are called off: %(title)s", title=context["title"]),
    }
    happened = {
        "added": _("Your coach is in touch with you on one more day: %(on)s.", **_on(context)),
        "moved": _("Your coach is in touch with you %(on)s, and not %(was)s.", **_on(context)),
        "dropped": _("Your coach is not in touch with you %(was)s after all.", **_on(context)),
        "ended": _("We have written down that the job has ended, so the coach's days with you are called off."),
    }
    change = context["change"]
    return Letter(
        subject=subjects[change],
        paragraphs=[
            happened[change],
            _("If you want to talk, call the coach. The phone number is on the page.")
            if change == "ended"
            else _("On the page you see the plan and the coach's phone number, and can ask for support."),
        ],
        action=_open(context),
        why=_why_employer(),
        calendar=calendar(context),
    )


def _on(context: Context) -> dict[str, str]:
    return {key: _day(context[key]) if context[key] else "" for key in ("on", "was")}


SUPPORT_DATE_CHANGED = _kind("support_date_changed", _write_date_changed, still_due=_as_told)


def _write_own_date_changed(context: Context) -> Letter:
    subjects = {
        "added": _("One more day with your coach"),
        "moved": _("A new day with your coach"),
        "dropped": _("A day with your coach is called off"),
        "ended": _("Days with your coach are called off"),
    }
    happened = {
        "added": _("Your coach is in touch with you on one more day: %(on)s.", **_on(context)),
        "moved": _("Your coach is in touch with you %(on)s, and not %(was)s.", **_on(context)),
        "dropped": _("Your coach is not in touch with you %(was)s after all.", **_on(context)),
        "ended": _("Your coach is in touch with you at the latest %(on)s. The other days are off.", **_on(context)),
    }
    change = context["change"]
    return Letter(
        subject=subjects[change],
        paragraphs=[happened[change], _("You can call sooner, whenever you want.")],
        why=_why_candidate(),
        calendar=calendar(context),
    )


OWN_DATE_CHANGED = _kind("own_date_changed", _write_own_date_changed, still_due=_as_told)


def date_changed(placement: Placement, contact: SupportContact, change: str, *, was: date | None = None) -> None:
    """Tell the side of a contact that its day is new, another, or called off; nothing of a day that has passed.

    :param change: ``added``, ``moved`` or ``dropped``.
    :param was: the day until now, None for a new contact.
    """
    today = clock.today()
    on = None if change == "dropped" else contact.due_on
    if max(on or date.min, was or date.min) < today:
        return
    told = dated(contact, on or was)
    context: Context = {
        "change": change,
        "on": on.isoformat() if on else None,
        "was": was.isoformat() if was else None,
        "contact": told[:2],
    }
    context |= {"dates": [], "off": [told]} if change == "dropped" else {"dates": [told], "off": []}
    _tell_side(placement, contact.side, context)


def dates_off(placement: Placement, contacts: Iterable[SupportContact], *, next_on: date) -> None:
    """Tell each side that a job's coming days are called off, since it has ended.

    :param contacts: the ones that were dropped. :param next_on: when the candidate hears of the coach.
    """
    for side in ContactSide:
        off = [dated(one) for one in coming(contacts, side)]
        if off:
            on = next_on.isoformat() if side is ContactSide.EMPLOYEE else None
            _tell_side(
                placement, side, {"change": "ended", "on": on, "was": None, "contact": None, "dates": [], "off": off}
            )


def _tell_side(placement: Placement, side: ContactSide, context: Context) -> None:
    if side is ContactSide.EMPLOYEE:
        _to_candidate(OWN_DATE_CHANGED, placement, **context)
        return
    for user in queries.employer_readers(placement):
        _to_user(SUPPORT_DATE_CHANGED, placement, user, **context)


def _write_hire_for_leader(context: Context) -> Letter:
    return Letter(
        subject=_("A hire: %(title)s", title=context["title"]),
        paragraphs=[
            _("Somebody whom the team supports has got a job. It starts %(day)s.", day=_day(context["starts_on"])),
            _("%(name)s follows it.", name=context["coach"]),
        ],
        action=_open(context),
        why=_why_leader(),
    )


HIRE_FOR_LEADER = _kind("hire_for_leader", _write_hire_for_leader, informative=True)


def hire_for_leader(placement: Placement, leaders: Iterable[User]) -> None:
    """Tell the team leaders of a hire."""
    coach = queries.coach_of(placement).name
    for leader in leaders:
        _to_user(HIRE_FOR_LEADER, placement, leader, starts_on=placement.starts_on.isoformat(), coach=coach)


# Support asked for


def _request_is_open(notification: Notification) -> bool:
    return queries.request_state(notification.context["request"]) is RequestState.ASKED


def _write_support_asked(context: Context) -> Letter:
    return Letter(
        subject=_("Support is asked for: %(title)s", title=context["title"]),
        paragraphs=[
            _("The employer asks for support. What they wrote is on the page."),
            _("Press “I take it” and get in touch at the latest %(day)s.", day=_day(context["due_on"])),
        ],
        action=(_("See what they ask"), context["page"]),
        why=_why_coach(),
    )


SUPPORT_ASKED = _kind("support_asked", _write_support_asked, still_due=_request_is_open, urgent=True)


def support_asked(request: SupportRequest, placement: Placement) -> None:
    """Tell the coach at once that the employer asks for support."""
    coach = queries.coach_of(placement)
    _to_user(SUPPORT_ASKED, placement, coach, request=request.id, due_on=request.due_on.isoformat())


def _write_support_taken(context: Context) -> Letter:
    return Letter(
        subject=_("Your coach has seen that you ask for support"),
        paragraphs=[
            _("%(name)s takes it and is in touch at the latest %(day)s.", **_taken(context)),
            _("If you would rather call: %(phone)s.", phone=context["phone"])
            if context["phone"]
            else _("You find the coach's mail address on the page."),
        ],
        action=_open(context),
        why=_("You get this because you asked for support."),
    )


def _taken(context: Context) -> dict[str, str]:
    return {"name": context["taken_by"], "day": _day(context["due_on"])}


SUPPORT_TAKEN = _kind("support_taken", _write_support_taken, urgent=True)


def support_taken(request: SupportRequest, placement: Placement, asker: User, taker: User) -> None:
    """Tell who asked which coach has taken it."""
    _to_user(
        SUPPORT_TAKEN,
        placement,
        asker,
        taken_by=taker.name,
        phone=taker.phone,
        due_on=max(request.due_on, clock.today()).isoformat(),
    )


def _write_support_unanswered(context: Context) -> Letter:
    return Letter(
        subject=_("Nobody has taken a request for support: %(title)s", title=context["title"]),
        paragraphs=[
            _("The employer asked for support %(day)s. Nobody has pressed “I take it”.", day=_day(context["asked_on"])),
            _("Take it yourself, or call %(name)s.", name=context["coach"]),
        ],
        action=(_("See what they ask"), context["page"]),
        why=_why_leader(),
    )


SUPPORT_UNANSWERED = _kind("support_unanswered", _write_support_unanswered, still_due=_request_is_open, urgent=True)


def support_unanswered(request: SupportRequest, placement: Placement, leader: User) -> None:
    """Tell a team leader that nobody has taken a request, once."""
    _to_user(
        SUPPORT_UNANSWERED,
        placement,
        leader,
        once_key=f"support-unanswered:{request.id}:{leader.id}",
        request=request.id,
        asked_on=clock.local(request.asked_at).date().isoformat(),
        coach=queries.coach_of(placement).name,
    )


# Contacts that come up


def _contact_stands(notification: Notification) -> bool:
    """Still planned, and still for the day that the mail speaks of."""
    found = queries.contact_state(notification.context["contact"])
    return found == (ContactState.PLANNED, date.fromisoformat(notification.context["due_on"]))


def _write_support_coming(context: Context) -> Letter:
    return Letter(
        subject=_("Your coach is soon in touch: %(title)s", title=context["title"]),
        paragraphs=[
            _("%(name)s is in touch with you %(day)s.", name=context["coach"], day=_day(context["due_on"])),
            _("Think of what goes well and what you would like to talk about. If another day is better, call."),
        ],
        action=_open(context),
        beside=_ask_beside(context),
        why=_why_employer(),
    )


SUPPORT_COMING = _kind("support_coming", _write_support_coming, still_due=_contact_stands, informative=True)


def support_coming(contact: SupportContact, reader: User) -> None:
    """Tell one of the employer's contact persons of a coming contact of the employer's side, once for its day."""
    placement = contact.placement
    once_key = f"support-coming:{contact.id}:{contact.due_on.isoformat()}:{reader.id}"
    if was_queued(once_key):  # asked every minute: no link is made for a mail that has gone
        return
    _to_user(
        SUPPORT_COMING,
        placement,
        reader,
        once_key=once_key,
        contact=contact.id,
        due_on=contact.due_on.isoformat(),
        coach=queries.coach_of(placement).name,
        link=_support_link(placement, reader),
    )


def _of_today(notification: Notification) -> bool:
    return bool(notification.context["day"] == clock.today().isoformat())


def _write_support_due(context: Context) -> Letter:
    listed = [*context["overdue"], *context["today"]]
    late = context.get("overdue_count", len(context["overdue"]))
    today = context.get("today_count", len(context["today"]))
    parts = []
    if late:
        parts.append(ngettext("%(num)d support contact is overdue.", "%(num)d support contacts are overdue.", late))
    if today:
        parts.append(
            ngettext("%(num)d support contact is due today.", "%(num)d support contacts are due today.", today)
        )
    if more := late + today - len(listed):
        parts.append(ngettext("%(num)d more is not in this list.", "%(num)d more are not in this list.", more))
    return Letter(
        subject=_("Support contacts today"),
        paragraphs=[" ".join(parts), _("On your first page each one is a press away.")],
        facts=[(_day(iso), title) for iso, title in listed],
        action=(_("Open today's page"), context["page"]),
        why=_("You get this every morning when something is due."),
    )


SUPPORT_DUE = mail_kind("support_due", _write_support_due, still_due=_of_today)


def _line(contact: SupportContact) -> list[str]:
    return [contact.due_on.isoformat(), contact.placement.title]


def support_due(coach: User, contacts: list[SupportContact]) -> None:
    """Tell a coach in the morning what is due today and overdue, once a day.

    :param contacts: of this coach alone, at least one, with their placements.
    """
    today = clock.today()
    overdue = [one for one in contacts if one.due_on < today]
    due = [one for one in contacts if one.due_on >= today]
    # today's come first to a place in the list: the overdue ones have been told of on other mornings
    told_today = due[:MAX_DATES]
    told_overdue = overdue[: MAX_DATES - len(told_today)]
    enqueue(
        SUPPORT_DUE,
        about=("user", coach.id),
        context={
            "day": today.isoformat(),
            "page": "/today",
            "overdue": [_line(one) for one in told_overdue],
            "today": [_line(one) for one in told_today],
            "overdue_count": len(overdue),
            "today_count": len(due),
        },
        user_id=coach.id,
        once_key=f"support-due:{coach.id}:{today.isoformat()}",
    )


def _write_support_overdue(context: Context) -> Letter:
    return Letter(
        subject=_("A support contact is a week late: %(title)s", title=context["title"]),
        paragraphs=[
            _("It was due %(day)s and is not logged.", day=_day(context["due_on"])),
            _("Ask %(name)s what stands in the way.", name=context["coach"]),
        ],
        action=_open(context),
        why=_why_leader(),
    )


SUPPORT_OVERDUE = _kind("support_overdue", _write_support_overdue, still_due=_contact_stands)


def support_overdue(contact: SupportContact, leader: User) -> None:
    """Tell a team leader that a contact is a week late, once for its day."""
    _to_user(
        SUPPORT_OVERDUE,
        contact.placement,
        leader,
        once_key=f"support-overdue:{contact.id}:{contact.due_on.isoformat()}:{leader.id}",
        contact=contact.id,
        due_on=contact.due_on.isoformat(),
        coach=queries.coach_of(contact.placement).name,
    )
