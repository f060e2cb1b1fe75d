"""To either side, coach or contact persons, from the other one; and to both when a proposal closes."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from portal.core.i18n import day
from portal.outbox.letters import CalendarEntry, Context, Letter
from portal.proposals.mails.candidate import closed_for_candidate
from portal.proposals.mails.employer import no_longer_available
from portal.proposals.mails.readers import (
    answer_page,
    kind,
    own_link,
    to_coach,
    to_contacts,
    to_other_side,
    while_read,
    while_reported,
)
from portal.proposals.models import CloseGround, Proposal


def letter_to_either(
    subject: str, happened: str, nxt: str, context: Context, calendar: CalendarEntry | None = None
) -> Letter:
    """The letter that coach and contact persons get alike; ``subject`` stands before the opening's title."""
    return Letter(
        subject=f"{subject}: {context['title']}",
        paragraphs=[happened, nxt, *([own_link()] if "link" in context else [])],
        action=(_("Open the page"), answer_page(context)),
        why=_("You get this because you take part in this recruitment."),
        calendar=[calendar] if calendar is not None else [],
    )


def _write_message(context: Context) -> Letter:
    return letter_to_either(
        _("A new message"),
        _("There is a message about candidate %(alias)s.", alias=context["alias"]),
        _("Read it and answer on the page."),
        context,
    )


MESSAGE = kind("message", _write_message, while_read)


def message(proposal: Proposal, *, from_employer: bool) -> None:
    """Tell the other side that there is a message; its words stay on the page."""
    to_other_side(MESSAGE, proposal, from_employer)


def _write_job_offered(context: Context) -> Letter:
    return letter_to_either(
        _("The job is offered"),
        _("The job is offered to candidate %(alias)s.", alias=context["alias"]),
        _("When it is agreed, report the hire on the page."),
        context,
    )


JOB_OFFERED = kind("job_offered", _write_job_offered)


def job_offered(proposal: Proposal, *, from_employer: bool) -> None:
    """Tell the other side that the job is offered."""
    to_other_side(JOB_OFFERED, proposal, from_employer)


def _write_confirm_hire(context: Context) -> Letter:
    return letter_to_either(
        _("Please confirm a hire"),
        _(
            "A hire of candidate %(alias)s is reported, with start %(day)s.",
            alias=context["alias"],
            day=day(date.fromisoformat(context["starts_on"])),
        ),
        _("Look at the terms and confirm, so that the support before and after the start is planned."),
        context,
    )


CONFIRM_HIRE = kind("confirm_hire", _write_confirm_hire, while_reported)


def confirm_hire(proposal: Proposal, *, from_employer: bool) -> None:
    """Ask the other side to confirm the hire."""
    if proposal.hire_starts_on is not None:
        day_of = proposal.hire_starts_on.isoformat()
        to_other_side(CONFIRM_HIRE, proposal, from_employer, answers=True, starts_on=day_of)


def _write_proposal_closed(context: Context) -> Letter:
    grounds = {
        CloseGround.OPENING_FILLED: _("The need is filled."),
        CloseGround.OPENING_CLOSED: _("The need was closed."),
        CloseGround.OPENING_EXPIRED: _("The last day of the need has passed."),
        CloseGround.UNANSWERED: _("There was no answer for a month."),
        CloseGround.HIRED_ELSEWHERE: _("The candidate is no longer available."),
    }
    return letter_to_either(
        _("A proposal is closed"),
        _("The proposal of candidate %(alias)s is closed.", alias=context["alias"]),
        grounds[CloseGround(context["ground"])],
        context,
    )


PROPOSAL_CLOSED = kind("proposal_closed", _write_proposal_closed, informative=True)


def proposal_closed(proposal: Proposal, ground: CloseGround, *, was_sent: bool) -> None:
    """Tell both sides and the candidate; an employer who never saw it is told nothing."""
    to_coach(PROPOSAL_CLOSED, proposal, ground=ground.value)
    if not was_sent:
        return
    if ground is CloseGround.HIRED_ELSEWHERE:  # the employer reads what it reads when a candidate withdraws
        no_longer_available(proposal)
    else:
        to_contacts(PROPOSAL_CLOSED, proposal, spread=ground is CloseGround.UNANSWERED, ground=ground.value)
        closed_for_candidate(proposal)
