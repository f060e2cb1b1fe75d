"""What the clock does for hires: the morning's digest, contacts coming up, what nobody has taken, what is late.

Each may run at any time and any number of times: what it says is told once, by the mail's ``once_key``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import groupby

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import clock, workdays
from portal.placements import mails, pulse_queries, pulses, queries
from portal.placements.changes import compare_and_set
from portal.placements.models import SupportContact

MORNING = 7  # o'clock in Helsinki: nobody is mailed about the day before it begins
NINE = 9  # when people are asked how it goes: at work, and no candidate is woken
NOON = 12  # of the next working day: time for a coach to take a request, and left for the team leader to act
COMING_WORKING_DAYS = 2
LATE_AFTER = timedelta(days=7)
EVERY = timedelta(minutes=1)

Register = Callable[[str, timedelta], Callable[[Callable[[], None]], Callable[[], None]]]


def register(job: Register) -> None:
    """Give the worker the jobs of this room."""
    job("placements.morning_digest", EVERY)(morning_digest)
    job("placements.announce_coming", EVERY)(announce_coming)
    job("placements.raise_unanswered", EVERY)(raise_unanswered)
    job("placements.raise_overdue", EVERY)(raise_overdue)
    job("placements.ask_pulses", EVERY)(ask_pulses)


def _has_struck(hour: int) -> bool:
    return clock.local(clock.now()).hour >= hour


def morning_digest() -> None:
    """From seven in the morning: mail each coach what is due today and overdue; on a free day only what is due then."""
    if not _has_struck(MORNING):
        return
    today = clock.today()
    contacts = sorted(queries.waiting_since(today), key=_coach_id)
    for _coach, group in groupby(contacts, key=_coach_id):
        of_coach = sorted(group, key=lambda contact: contact.due_on)
        if workdays.is_working_day(today) or any(contact.due_on == today for contact in of_coach):
            mails.support_due(_coach_of(of_coach[0]), of_coach)


def announce_coming() -> None:
    """From seven in the morning: tell the employer of contacts of its side that come within two working days."""
    if not _has_struck(MORNING):
        return
    today = clock.today()
    until = workdays.add_working_days(today, COMING_WORKING_DAYS)
    for contact in queries.coming_for_employers(today, until):
        for reader in queries.employer_readers(contact.placement):
            mails.support_coming(contact, reader)


def raise_unanswered() -> None:
    """From noon of the working day after: tell the team leaders of a request for support that nobody has taken."""
    if not _has_struck(NOON):
        return
    for request in queries.unanswered_requests(clock.today()):
        compare_and_set(request, {"raised_at": None, "state": request.state}, raised_at=clock.now())
        for leader in accounts.team_leaders(request.placement.candidate.team_id):
            mails.support_unanswered(request, request.placement, leader)


def raise_overdue() -> None:
    """From seven in the morning: tell the team leaders of contacts that are a week late."""
    if not _has_struck(MORNING):
        return
    leaders: dict[int, list[User]] = {}
    for contact in queries.waiting_since(clock.today() - LATE_AFTER):
        team_id = contact.placement.candidate.team_id
        if team_id not in leaders:
            leaders[team_id] = accounts.team_leaders(team_id)
        for leader in leaders[team_id]:
            mails.support_overdue(contact, leader)


def ask_pulses() -> None:
    """From nine on a working day: ask the three questions that are due, and remind of those a week old.

    Whatever day it is, close what nobody has answered in its time.
    """
    today = clock.today()
    for pulse in pulse_queries.to_close(today - pulses.OPEN_FOR - timedelta(days=1)):
        pulses.close(pulse)
    if not _has_struck(NINE) or not workdays.is_working_day(today):
        return
    for pulse in pulse_queries.to_ask(today):
        pulses.ask(pulse)
    for pulse in pulse_queries.to_remind(today - pulses.REMIND_AFTER):
        pulses.remind(pulse)


def _coach_of(contact: SupportContact) -> User:
    return queries.coach_of(contact.placement)


def _coach_id(contact: SupportContact) -> int:
    return _coach_of(contact).id
