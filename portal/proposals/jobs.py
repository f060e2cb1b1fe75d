"""What the clock does with proposals: lapse, remind, raise, close. Each run finds what is due and is safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from portal.core import clock
from portal.proposals import mails, queries, service
from portal.proposals.models import CloseGround
from portal.proposals.rules import CLOSES_AFTER, REMINDERS_AFTER


def lapse_unanswered() -> None:
    """Consent requests whose last day has passed become refused by silence."""
    for proposal in queries.past_last_day(clock.today()):
        service.lapse(proposal)


def remind_employers() -> None:
    """Reminders at 3 and 7 days; with the second one the coach is told that the employer is silent.

    When nobody ran this for days, the later reminder stands for the earlier one: nobody gets two at once.
    """
    last = len(REMINDERS_AFTER)
    for due in range(last, 0, -1):
        for sent in range(due):
            for proposal in queries.unanswered_since(clock.now() - REMINDERS_AFTER[due - 1], reminders=sent):
                proposal.reminders = due
                mails.proposal_waits(proposal)
                if due == last:
                    mails.proposal_silent(proposal)


def close_silent() -> None:
    """Unanswered for 30 days after the last reminder, however late that went: closed, with a mail to both."""
    month_ago = clock.now() - CLOSES_AFTER
    for proposal in queries.unanswered_since(
        month_ago - REMINDERS_AFTER[-1], reminders=len(REMINDERS_AFTER), told_before=month_ago
    ):
        service.close(proposal, CloseGround.UNANSWERED)


def close_hired_elsewhere() -> None:
    """What the coach agreed to close after a hire elsewhere, at its own random hour."""
    for proposal in queries.to_close_by(clock.now()):
        service.close(proposal, CloseGround.HIRED_ELSEWHERE)


def register(job: Callable[..., Any]) -> None:
    """Hand the jobs to the worker."""
    job("proposals.lapse_unanswered", every=timedelta(minutes=5))(lapse_unanswered)
    job("proposals.remind_employers", every=timedelta(minutes=5))(remind_employers)
    job("proposals.close_silent", every=timedelta(minutes=5))(close_silent)
    job("proposals.close_hired_elsewhere", every=timedelta(minutes=5))(close_hired_elsewhere)
