"""Three short questions to either side of a hire: planned, asked, answered, read; a concern makes a support contact.

``jobs`` asks, reminds and closes. What is answered is the team's to read: no link and no page of an employer shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink
from portal.audit import service as audit
from portal.candidates import queries as candidates
from portal.core import clock, workdays
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import LinkDead, Missing, Overtaken
from portal.placements import plan, pulse_mails, pulse_queries, queries
from portal.placements.changes import allowed, compare_and_set
from portal.placements.log import Answers
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

OPEN_FOR = timedelta(days=30)  # a link lives so long, or until the next questions are asked
REMIND_AFTER = timedelta(days=7)
ANSWERERS = {ContactSide.EMPLOYER: Role.EMPLOYER, ContactSide.EMPLOYEE: Role.CANDIDATE}  # who answers for a side


# The days


def draw(actor: Actor, placement: Placement) -> None:
    """Plan the questions of a hire that begins. Days that had passed when it was reported are left out."""
    row = PULSES.check(None, "plan", actor.role)
    for (side, ordinal), day in _days(placement).items():
        if day >= max(placement.reported_on, clock.today()):
            db.session.add(Pulse(placement_id=placement.id, side=side, ordinal=ordinal, state=row.target, due_on=day))
    db.session.flush()


def redraw(actor: Actor, placement: Placement) -> None:
    """The start or the agreed last day was changed: move what has not been asked yet, drop what fits no more."""
    wanted, known = _days(placement), {(one.side, one.ordinal): one for one in pulse_queries.all_of(placement)}
    today = clock.today()
    for key, pulse in known.items():
        day = wanted.get(key)
        if pulse.state is PulseState.COMING and (day is None or day < today):
            _drop(actor, pulse)
        elif pulse.state in (PulseState.COMING, PulseState.DROPPED) and day is not None and day >= today:
            row = PULSES.check(pulse.state, "move", actor.role)
            compare_and_set(pulse, {"state": pulse.state}, state=row.target, due_on=day)
    row = PULSES.check(None, "plan", actor.role)
    for side, ordinal in wanted.keys() - known.keys():
        if (day := wanted[side, ordinal]) >= today:
            db.session.add(Pulse(placement_id=placement.id, side=side, ordinal=ordinal, state=row.target, due_on=day))
    db.session.flush()


def end(actor: Actor, placement: Placement) -> None:
    """The job ended: nobody is asked about it any more."""
    for pulse in pulse_queries.all_of(placement):
        if pulse.state in (PulseState.COMING, PulseState.ASKED):
            _drop(actor, pulse)


def _days(placement: Placement) -> dict[tuple[ContactSide, int], date]:
    """When each side is asked, by side and ordinal; of the employer's nothing where nobody at work is told."""
    sides = ContactSide if has_employer_side(placement) else (ContactSide.EMPLOYEE,)
    days = plan.pulse_days(placement.starts_on, placement.ends_on)
    return {(side, ordinal): day for side in sides for ordinal, day in enumerate(days, start=1)}


def _drop(actor: Actor, pulse: Pulse) -> None:
    row = PULSES.check(pulse.state, "drop", actor.role)
    compare_and_set(pulse, {"state": pulse.state}, state=row.target)
    audit.record(actor, "pulses.drop", "pulse", pulse.id, side=pulse.side.value)


# Asking: the clock's


def ask(pulse: Pulse) -> None:
    """Ask a side whose day has come, by mail where there is an address. What it was asked before is closed.

    Nobody is asked of what is a month old: then it falls away.

    :param pulse: coming, with its placement.
    """
    placement = pulse.placement
    if pulse.due_on < clock.today() - OPEN_FOR or not has_side(placement, pulse.side):
        _drop(SYSTEM, pulse)
        return
    row = allowed(PULSES, pulse.state, "send", placement, SYSTEM)
    if (earlier := pulse_queries.asked_of(placement.id, pulse.side)) is not None:
        close(earlier)
    today = clock.today()
    compare_and_set(pulse, {"state": pulse.state}, state=row.target, asked_on=today)
    mailed = mail(pulse)
    compare_and_set(pulse, {"state": PulseState.ASKED}, mailed=mailed)
    audit.record(SYSTEM, "pulses.send", "pulse", pulse.id, side=pulse.side.value, count=pulse.ordinal)


def remind(pulse: Pulse) -> None:
    """Remind those who were asked, once.

    :param pulse: asked, with its placement.
    """
    compare_and_set(pulse, {"state": PulseState.ASKED, "reminded_on": None}, reminded_on=clock.today())
    mail(pulse, again=True)


def close(pulse: Pulse) -> None:
    """Nobody answered in time; the link shows that it is over. The coach may still write down what is told."""
    row = PULSES.check(pulse.state, "lapse", SYSTEM.role)
    compare_and_set(pulse, {"state": pulse.state}, state=row.target)
    audit.record(SYSTEM, "pulses.lapse", "pulse", pulse.id, side=pulse.side.value)


def has_side(placement: Placement, side: ContactSide) -> bool:
    """Whether this side of a hire is asked at all: never the employer where nobody at work is told."""
    return side is ContactSide.EMPLOYEE or has_employer_side(placement)


def open_until(pulse: Pulse) -> date:
    """The last day on which the link of an asked one works."""
    return (pulse.asked_on or clock.today()) + OPEN_FOR


def mail(pulse: Pulse, *, again: bool = False) -> bool:
    """Write to everybody of the side who has an address; whether there was anybody. Each gets a link of their own."""
    placement, until = pulse.placement, open_until(pulse)
    lives = clock.at_local(until + timedelta(days=1)) - clock.now()
    if pulse.side is ContactSide.EMPLOYEE:
        if candidates.recipient(placement.candidate_id) is None:
            return False
        link = links.issue(Purpose.PULSE, pulse.id, lives)
        pulse_mails.pulse_for_candidate(pulse, link, until, again=again)
        return True
    readers = queries.employer_readers(placement)
    for user in readers:
        link = links.issue(Purpose.PULSE, pulse.id, lives, user_id=user.id)
        pulse_mails.pulse_for_employer(pulse, link, until, user, again=again)
    return bool(readers)


# By link


@dataclass(frozen=True)
class Visit:
    """Somebody came with a link: what it asks, and who that is."""

    pulse: Pulse
    actor: Actor


def opened(token: str) -> Visit:
    """What a link leads to, and the one whom it was sent to.

    An employer's link is good for the employer's questions and as long as its user may see the hire; the employee's
    has no user.

    :raises LinkDead: when it is none of ours, too old, or not for its holder any more.
    """
    link = links.find(token, Purpose.PULSE)
    try:
        pulse = pulse_queries.load(link.subject_id)
    except Missing as error:
        raise LinkDead(_("Ask for a new one, or call your coach.")) from error
    if not _is_for(link, pulse):
        raise LinkDead(_("Ask for a new one, or call your coach."))
    if pulse.side is ContactSide.EMPLOYEE:
        return Visit(pulse, Actor(Role.CANDIDATE, candidate_id=pulse.placement.candidate_id))
    return Visit(pulse, Actor(Role.EMPLOYER, user_id=link.user_id, employer_id=pulse.placement.employer_id))


def _is_for(link: SignedLink, pulse: Pulse) -> bool:
    if pulse.side is ContactSide.EMPLOYEE:
        return link.user_id is None
    return link.user_id is not None and queries.may_be_told(pulse.placement_id, link.user_id)


def is_open(pulse: Pulse, placement: Placement) -> bool:
    """Whether the side that is asked may answer now, or change what it has answered."""
    return placement.state is PlacementState.ACTIVE and PULSES.row(pulse.state, "answer") is not None


# Answers


def answer(actor: Actor, pulse: Pulse, placement: Placement, given: Answers, how: AnsweredHow) -> None:
    """Somebody answers, or changes the answers before the coach has read them.

    :param how: by link, or on the hire's page.
    :raises Missing: when the other side was asked.
    :raises Refused: when the questions are closed, the coach has read the answers, or somebody was quicker.
    """
    if ANSWERERS[pulse.side] is not actor.role:
        raise Missing
    row = allowed(PULSES, pulse.state, "answer", placement, actor)
    _write(actor, pulse, given, how, state=row.target)
    audit.record(actor, "pulses.answer", "pulse", pulse.id, side=pulse.side.value, how=how.value)
    _follow_up(actor, pulse, placement)


def record(actor: Actor, pulse: Pulse, placement: Placement, given: Answers) -> None:
    """The coach, or the leader, writes down what was told by phone or in person.

    :raises Refused: when it is answered already, has not been asked, or somebody was quicker.
    """
    row = allowed(PULSES, pulse.state, "record", placement, actor)
    read = {"read_by_id": actor.user_id, "read_at": clock.now()}
    _write(actor, pulse, given, AnsweredHow.TOLD, state=row.target, **read)
    audit.record(actor, "pulses.record", "pulse", pulse.id, side=pulse.side.value, how=AnsweredHow.TOLD.value)
    _follow_up(actor, pulse, placement)


def read(actor: Actor, pulse: Pulse, placement: Placement, *, shown: datetime | None) -> None:
    """The coach, or the leader, has read the answers: from now on they stand.

    :param shown: when the answers were given that the reader has before the eyes.
    :raises Refused: when they were changed since, or are not there.
    """
    row = allowed(PULSES, pulse.state, "read", placement, actor)
    if shown != pulse.answered_at:
        raise Overtaken(_("The answers were changed since you opened the page. Read the new ones first."))
    compare_and_set(
        pulse,
        {"state": pulse.state, "answered_at": pulse.answered_at},
        state=row.target,
        read_by_id=actor.user_id,
        read_at=clock.now(),
    )
    audit.record(actor, "pulses.read", "pulse", pulse.id, side=pulse.side.value)


def _write(actor: Actor, pulse: Pulse, given: Answers, how: AnsweredHow, **values: object) -> None:
    compare_and_set(
        pulse,
        {"state": pulse.state, "answered_at": pulse.answered_at},
        tasks=given.tasks,
        people=given.people,
        hours=given.hours,
        line=given.line,
        answered_at=clock.now(),
        answered_how=how,
        answered_by_id=actor.user_id,
        **values,
    )


def _follow_up(actor: Actor, pulse: Pulse, placement: Placement) -> None:
    """A concern makes a contact with that side, due the next working day, and the coach is mailed at once.

    A contact that an earlier answer to the same questions has made, and that still waits, is enough.
    """
    if pulse.worst is Mood.WELL:
        return
    contact = db.session.get(SupportContact, pulse.contact_id) if pulse.contact_id else None
    if contact is None or contact.state is not ContactState.PLANNED:
        contact = _contact(actor, pulse, placement)
        compare_and_set(pulse, {"state": pulse.state}, contact_id=contact.id)
    pulse_mails.pulse_concern(pulse, placement, contact, told_by=actor.user_id)


def _contact(actor: Actor, pulse: Pulse, placement: Placement) -> SupportContact:
    row = allowed(CONTACTS, None, "plan", placement, actor)
    contact = SupportContact(
        placement_id=placement.id,
        side=pulse.side,
        state=row.target,
        origin=ContactOrigin.PULSE,
        due_on=workdays.add_working_days(clock.today(), 1),
        urgent=True,
    )
    db.session.add(contact)
    db.session.flush()
    data = {"side": contact.side.value, "due": contact.due_on.isoformat(), "kind": ContactOrigin.PULSE.value}
    audit.record(actor, "contacts.plan", "support_contact", contact.id, **data)
    return contact
