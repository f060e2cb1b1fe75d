"""The three questions about the demonstration's hires: most are answered and read, some never, one is a concern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from portal.core import clock, workdays
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.demo.loader_county import County, acts, acts_for, writes_in
from portal.employers.models import Channel
from portal.placements import plan, pulse_queries, pulses
from portal.placements.models import (
    AnsweredHow,
    ContactOrigin,
    ContactSide,
    Mood,
    Placement,
    Pulse,
    SupportContact,
)
from portal.placements.rules import has_employer_side
from portal.placements.states import CONTACTS, PULSES, ContactState, PlacementState, PulseState

_UNANSWERED_EACH = 6  # every so many that were asked long ago had no answer
_CONCERN_EACH = 7
_LINE_EACH = 3
_AFTER = timedelta(days=3)  # people answer some days after they are asked


@dataclass
class _Turns:
    """How many were answered so far: who says nothing, who worries and who adds a line come round in turn."""

    count: int = 0

    def next(self) -> int:
        """The next number."""
        self.count += 1
        return self.count


def questions(county: County) -> None:
    """Plan both sides' questions of every hire, and write down what became of those whose day has passed."""
    turns = _Turns()
    asked: list[Pulse] = []
    for placement in county.placements:
        for side in ContactSide if has_employer_side(placement) else (ContactSide.EMPLOYEE,):
            for ordinal, day in enumerate(plan.pulse_days(placement.starts_on, placement.ends_on), start=1):
                if day >= placement.reported_on:
                    asked += _one(county, placement, Pulse(side=side, ordinal=ordinal, due_on=day), turns)
    _latest(county, asked)


def _one(county: County, placement: Placement, pulse: Pulse, turns: _Turns) -> list[Pulse]:
    """Keep one; those that may still be answered, by mail, come back."""
    today = county.days.today
    pulse.placement, pulse.state = placement, PulseState.COMING
    db.session.add(pulse)
    db.session.flush()
    if placement.ended_on is not None and pulse.due_on >= placement.ended_on:
        pulse.state = _to(pulse, "drop", placement.coach.role)
        return []
    if pulse.due_on >= today:
        return []
    at = county.days.at(pulse.due_on, 9)
    pulse.state, pulse.asked_on = _to(pulse, "send", Role.SYSTEM), pulse.due_on
    pulse.mailed = pulse.side is ContactSide.EMPLOYEE or placement.proposal is not None
    data = {"side": pulse.side.value, "count": pulse.ordinal}
    county.journal.note(at, SYSTEM, "pulses.send", "pulse", pulse, **data)
    number = turns.next()
    if pulse.mailed and placement.state is PlacementState.ACTIVE and pulse.due_on > today - timedelta(days=28):
        return [pulse]
    if number % _UNANSWERED_EACH == 0 or not pulse.mailed:
        pulse.state = _to(pulse, "lapse", Role.SYSTEM)
        return []
    worst = Mood.CONCERN if number % _CONCERN_EACH == 0 else Mood.WELL
    _answer(county, pulse, min(workdays.on_or_after(pulse.due_on + _AFTER), county.days.worked(3)), worst, number)
    _read(county, pulse)
    return []


def _latest(county: County, asked: list[Pulse]) -> None:
    """Of those whose link still works: the newest employee has a concern since yesterday, the employer there has not
    answered; the others have, and what employers answered waits to be read."""
    newest_first = sorted(asked, key=lambda one: (one.due_on, one.placement.id), reverse=True)
    for number, pulse in enumerate(newest_first):
        newest = pulse.placement is newest_first[0].placement
        if newest and pulse.side is ContactSide.EMPLOYER:
            pulses.mail(pulse_queries.load(pulse.id))
        elif newest:
            _answer(county, pulse, max(county.days.worked(1), pulse.due_on), Mood.CONCERN, _LINE_EACH)
        else:
            _answer(county, pulse, max(county.days.worked(2), pulse.due_on), Mood.WELL, number)
            if pulse.side is ContactSide.EMPLOYEE:
                _read(county, pulse)


def _answer(county: County, pulse: Pulse, day: date, worst: Mood, number: int) -> None:
    """One press by link; a concern makes its contact, which is done when the answers are old."""
    placement, actor = pulse.placement, _answerer(pulse)
    pulse.state = _to(pulse, "answer", actor.role)
    pulse.answered_at, pulse.answered_how = county.days.at(day, 13, 20), AnsweredHow.LINK
    pulse.answered_by_id = actor.user_id
    pulse.tasks, pulse.people, pulse.hours = Mood.WELL, Mood.WELL, worst
    if worst is not Mood.WELL or number % _LINE_EACH == 0:
        kind = "pulse_concerns" if worst is not Mood.WELL else "pulse_lines"
        pulse.line = county.text(f"{kind}_{pulse.side.value}", _language(pulse))
    data = {"side": pulse.side.value, "how": AnsweredHow.LINK.value}
    county.journal.note(pulse.answered_at, actor, "pulses.answer", "pulse", pulse, **data)
    if worst is not Mood.WELL:
        pulse.contact_id = _contact(county, placement, pulse, day, actor).id


def _contact(county: County, placement: Placement, pulse: Pulse, day: date, actor: Actor) -> SupportContact:
    CONTACTS.check(None, "plan", actor.role)
    contact = SupportContact(
        placement=placement,
        side=pulse.side,
        state=ContactState.PLANNED,
        origin=ContactOrigin.PULSE,
        due_on=workdays.add_working_days(day, 1),
        urgent=True,
    )
    county.contacts.append(contact)
    db.session.add(contact)
    db.session.flush()
    if contact.due_on < county.days.worked(1):
        coach = placement.coach
        contact.state = CONTACTS.check(contact.state, "log", coach.role).target or contact.state
        contact.done_on, contact.channel, contact.mood = contact.due_on, Channel.PHONE, Mood.WELL
        contact.minutes, contact.logged_by_id = 20, coach.id
        contact.team_note = county.text("pulse_notes", writes_in(coach))
    return contact


def _read(county: County, pulse: Pulse) -> None:
    coach = pulse.placement.coach
    pulse.state = _to(pulse, "read", coach.role)
    asked = clock.local(pulse.answered_at).date() if pulse.answered_at is not None else county.days.today
    pulse.read_at, pulse.read_by_id = county.days.at(workdays.add_working_days(asked, 1), 8, 20), coach.id
    county.journal.note(pulse.read_at, acts(coach), "pulses.read", "pulse", pulse, side=pulse.side.value)


def _to(pulse: Pulse, verb: str, role: Role) -> PulseState:
    """The state that a step of the table leads to."""
    target = PULSES.check(pulse.state, verb, role).target
    return target if target is not None else pulse.state


def _answerer(pulse: Pulse) -> Actor:
    placement = pulse.placement
    if pulse.side is ContactSide.EMPLOYEE:
        return Actor(Role.CANDIDATE, candidate_id=placement.candidate.id)
    if placement.proposal is None or placement.employer is None:
        raise ValueError("only an employer who hired through the portal is asked by mail")
    return acts_for(placement.proposal.opening.contacts[0], placement.employer)


def _language(pulse: Pulse) -> Language:
    employer = pulse.placement.employer
    if pulse.side is ContactSide.EMPLOYER and employer is not None:
        return Language.FI if employer.language is Language.FI else Language.SV
    return writes_in(pulse.placement.coach)
