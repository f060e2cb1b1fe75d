"""About a meeting, to everybody who is to meet: coach, contact persons and candidate, with a calendar file."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from portal.core.i18n import moment
from portal.outbox.letters import CalendarEntry, Context, Letter
from portal.outbox.models import Notification
from portal.proposals import queries
from portal.proposals.mails.both import letter_to_either
from portal.proposals.mails.readers import (
    job,
    kind,
    to_candidate,
    to_coach,
    to_contacts,
    to_other_side,
    while_sent,
    why_candidate,
)
from portal.proposals.models import Interview, InterviewState, Proposal


def _write_interview_proposed(context: Context) -> Letter:
    return letter_to_either(
        _("Times for a meeting"),
        _("There are times to choose from for a meeting with candidate %(alias)s.", alias=context["alias"]),
        _("Pick the one that suits you, or suggest others."),
        context,
    )


INTERVIEW_PROPOSED = kind("interview_proposed", _write_interview_proposed, while_sent)


def interview_proposed(proposal: Proposal, *, from_employer: bool) -> None:
    """Tell the other side that there are times to pick from."""
    to_other_side(INTERVIEW_PROPOSED, proposal, from_employer, answers=True)


def _calendar(context: Context, *, cancelled: bool = False) -> CalendarEntry:
    return CalendarEntry(
        uid=context["uid"],
        sequence=context["sequence"],
        starts_at=context["starts_at"],
        minutes=context["minutes"],
        path=context.get("page", "/"),
        cancelled=cancelled,
    )


def _meeting(interview: Interview) -> Context:
    if interview.starts_at is None:
        raise ValueError("an interview without a time has no calendar entry")
    return {
        "uid": interview.public_id,
        "sequence": interview.sequence,
        "starts_at": interview.starts_at.isoformat(),
        "minutes": interview.minutes,
        "interview": interview.id,
    }


def _when(context: Context) -> str:
    return moment(datetime.fromisoformat(context["starts_at"]))


def _interview_stands(notification: Notification) -> bool:
    return queries.interview_state(notification.context["interview"]) is InterviewState.AGREED and while_sent(
        notification
    )


def _write_interview_confirmed(context: Context) -> Letter:
    return letter_to_either(
        _("A meeting is agreed"),
        _("You meet candidate %(alias)s %(when)s.", alias=context["alias"], when=_when(context)),
        _("Place and way are on the page. The calendar file says only that there is a meeting."),
        context,
        _calendar(context),
    )


# a meeting can be the next morning
INTERVIEW_CONFIRMED = kind("interview_confirmed", _write_interview_confirmed, _interview_stands, urgent=True)


def interview_confirmed(proposal: Proposal, interview: Interview) -> None:
    """Tell both sides when they meet, with a calendar file."""
    to_contacts(INTERVIEW_CONFIRMED, proposal, **_meeting(interview))
    to_coach(INTERVIEW_CONFIRMED, proposal, **_meeting(interview))


def _write_interview_for_candidate(context: Context) -> Letter:
    return Letter(
        subject=_("A meeting is agreed"),
        paragraphs=[
            _("You meet an employer %(when)s: %(title)s, %(employer)s.", when=_when(context), **job(context)),
            _("Your coach tells you more and can come along."),
        ],
        why=why_candidate(),
        calendar=[_calendar(context)],
    )


INTERVIEW_FOR_CANDIDATE = kind(
    "interview_for_candidate", _write_interview_for_candidate, _interview_stands, urgent=True
)


def interview_for_candidate(proposal: Proposal, interview: Interview) -> None:
    """Tell the candidate when the meeting is."""
    to_candidate(INTERVIEW_FOR_CANDIDATE, proposal, **_meeting(interview))


def _write_interview_cancelled(context: Context) -> Letter:
    return letter_to_either(
        _("A meeting is called off"),
        _("The meeting %(when)s with candidate %(alias)s is called off.", alias=context["alias"], when=_when(context)),
        _("New times can be suggested on the page."),
        context,
        _calendar(context, cancelled=True),
    )


INTERVIEW_CANCELLED = kind("interview_cancelled", _write_interview_cancelled, urgent=True)


def _write_interview_off_for_candidate(context: Context) -> Letter:
    return Letter(
        subject=_("A meeting is called off"),
        paragraphs=[
            _("You do not meet the employer %(when)s: %(title)s, %(employer)s.", when=_when(context), **job(context)),
            _("You need not do anything. Your coach tells you what happens next."),
        ],
        why=why_candidate(),
        calendar=[_calendar(context, cancelled=True)],
    )


INTERVIEW_OFF_FOR_CANDIDATE = kind("interview_off_for_candidate", _write_interview_off_for_candidate, urgent=True)


def interview_cancelled(proposal: Proposal, interview_context: Context) -> None:
    """Tell everybody who was to meet that it is called off. ``interview_context`` is from ``meeting_context``."""
    to_contacts(INTERVIEW_CANCELLED, proposal, **interview_context)
    to_coach(INTERVIEW_CANCELLED, proposal, **interview_context)
    to_candidate(INTERVIEW_OFF_FOR_CANDIDATE, proposal, **interview_context)


def meeting_context(interview: Interview) -> Context:
    """What a cancellation must still know of an agreed meeting; taken before the meeting loses its time."""
    context = _meeting(interview)
    return {**context, "sequence": interview.sequence + 1}
