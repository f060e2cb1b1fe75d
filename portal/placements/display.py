"""What pages of a hire show: a plan as dots, as months, and the state of one contact in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from babel.dates import format_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal.core import clock
from portal.placements.models import (
    ANSWERED_HOW_NAMES,
    MOOD_NAMES,
    ContactOrigin,
    ContactSide,
    Mood,
    Placement,
    SupportContact,
)
from portal.placements.plan import add_months
from portal.placements.queries import EmployerContact
from portal.placements.rules import has_employer_side
from portal.placements.service import Redrawn
from portal.placements.states import CONTACTS, PULSES, ContactState

LAST_SHOWN = 2  # of the contacts that took place; those before them are folded
_MOOD_TONES = {Mood.WELL: "done", Mood.CONCERN: "waits", Mood.ACTION: "overdue"}

# What the team's page calls the answers to the three questions.
PULSE_WORDS = {"moods": MOOD_NAMES, "tones": _MOOD_TONES, "hows": ANSWERED_HOW_NAMES, "table": PULSES}


def redrawn(plan: Redrawn) -> str:
    """What became of a plan when the job's days changed, in a few sentences."""
    said = [_("The days of the job are changed, and who has them is told.")]
    if added := len(plan.added):
        said.append(ngettext("%(num)d contact is added.", "%(num)d contacts are added.", added))
    if dropped := len(plan.dropped):
        said.append(ngettext("%(num)d contact is dropped.", "%(num)d contacts are dropped.", dropped))
    if plan.kept and plan.start_moves:
        said.append(
            ngettext(
                "%(num)d planned contact follows the start.",
                "%(num)d planned contacts follow the start.",
                len(plan.kept),
            )
        )
    return " ".join(said)


@dataclass(frozen=True)
class Dot:
    """One dot of a plan: its day, and ``done``, ``missed``, ``next`` or ``coming``."""

    when: date
    state: str
    label: str = ""


@dataclass(frozen=True)
class Month:
    """The contacts of one month, under its name."""

    name: str
    contacts: list[SupportContact]


@dataclass(frozen=True)
class SideOfPlan:
    """One side of a plan, for the team."""

    side: ContactSide
    dots: list[Dot]
    earlier: list[Month]
    months: list[Month]
    later: list[Month]

    @property
    def earlier_count(self) -> int:
        """How many contacts are behind those that are shown at once."""
        return _count(self.earlier)

    @property
    def later_count(self) -> int:
        """How many contacts lie farther away than the months that are shown at once."""
        return _count(self.later)


def _count(months: list[Month]) -> int:
    return sum(len(month.contacts) for month in months)


def sides(placement: Placement, contacts: list[SupportContact]) -> list[SideOfPlan]:
    """The plan side by side; the employer's is left out when nobody at work is told."""
    shown = list(ContactSide) if has_employer_side(placement) else [ContactSide.EMPLOYEE]
    parts = []
    for side in shown:
        own = [contact for contact in contacts if contact.side is side]
        earlier, near, later = (months(part) for part in _split(own))
        parts.append(SideOfPlan(side, dots(own), earlier, near, later))
    return parts


def _split(contacts: list[SupportContact]) -> tuple[list[SupportContact], list[SupportContact], list[SupportContact]]:
    """What is behind (or dropped), what a coach looks at now, and what is far away.

    Now: the last two that took place, whatever waits to be logged, and up to the next month and the next contact.
    """
    waiting = [one for one in contacts if one.state is ContactState.PLANNED and not one.before_reported]
    far = max([add_months(clock.today(), 1), *sorted(one.due_on for one in waiting)[:1]])
    past = sorted((one for one in contacts if one.state is ContactState.DONE), key=day_of)[-LAST_SHOWN:]
    now = past + [one for one in waiting if one.due_on <= far]
    later = [one for one in waiting if one.due_on > far]
    return [one for one in contacts if one not in now and one not in later], now, later


def day_of(contact: SupportContact) -> date:
    """When a contact was, or is to be."""
    return contact.done_on or contact.due_on


def dots(contacts: Iterable[SupportContact]) -> list[Dot]:
    """A side's contacts as dots; dropped ones, and those that had passed before the hire was told of, are left out."""
    shown: list[tuple[date, ContactState, str]] = [
        (day_of(one), one.state, origin_words(one.origin))
        for one in contacts
        if one.state is not ContactState.CANCELLED and not (one.before_reported and one.state is ContactState.PLANNED)
    ]
    return _drawn(shown)


def employer_dots(contacts: Iterable[EmployerContact]) -> list[Dot]:
    """The employer's side as the employer sees it."""
    return _drawn([(one.day, one.state, origin_words(one.origin)) for one in contacts])


def origin_words(origin: ContactOrigin) -> str:
    """Why a contact was planned, where it is not the plan's own."""
    if origin is ContactOrigin.REQUEST:
        return _("asked for")
    return _("after the three questions") if origin is ContactOrigin.PULSE else ""


def _drawn(contacts: list[tuple[date, ContactState, str]]) -> list[Dot]:
    drawn, next_found = [], False
    for when, state, words in sorted(contacts, key=lambda one: one[0]):
        kind = {ContactState.DONE: "done", ContactState.MISSED: "missed"}.get(state)
        if kind is None:
            kind, next_found = ("coming" if next_found else "next"), True
        drawn.append(Dot(when, kind, words))
    return drawn


def months(contacts: Iterable[SupportContact]) -> list[Month]:
    """Contacts by month, in order, with the month's name and year."""
    ordered = sorted(contacts, key=day_of)
    return [
        Month(format_date(date(year, month, 1), "LLLL y", locale=get_locale()).capitalize(), list(group))
        for (year, month), group in groupby(ordered, key=lambda one: (day_of(one).year, day_of(one).month))
    ]


def state_of(contact: SupportContact) -> tuple[str, str]:
    """A contact's state as (words, tone): overdue, due today and "before it was reported" are told apart."""
    if contact.state is ContactState.DONE and contact.mood is not None:
        return str(MOOD_NAMES[contact.mood]), _MOOD_TONES[contact.mood]
    if contact.state is ContactState.PLANNED:
        today = clock.today()
        if contact.before_reported:
            return _("Before it was reported"), "quiet"
        if contact.due_on < today:
            return _("Overdue"), "overdue"
        if contact.due_on == today:
            return _("Today"), "waits"
    return str(CONTACTS.labels[contact.state]), CONTACTS.tones[contact.state]
