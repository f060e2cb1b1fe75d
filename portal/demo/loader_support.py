"""The support after the demonstration's hires: plans by the portal's own rules, logs of what was done, what is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from portal.accounts.models import User
from portal.core import clock, workdays
from portal.core.db import db
from portal.core.i18n import Language
from portal.demo.loader_county import County, acts, acts_for, writes_in
from portal.employers.models import Channel
from portal.placements import plan
from portal.placements.models import (
    ContactOrigin,
    ContactSide,
    Mood,
    Placement,
    SupportContact,
    SupportRequest,
)
from portal.placements.rules import has_employer_side
from portal.placements.states import CONTACTS, REQUESTS, ContactState, PlacementState

_MISSED = 0.05
_CONCERN = 0.14
_LATE = 0.12  # done on the next working day
_OVERDUE_WITHIN = 4  # working days: the latest of these may have been left
_NOT_YET_RAISED = timedelta(days=6)  # after a week the team leader is told
_OVERDUE_AT_MOST = {1: 1, 2: 2, 3: 1}  # by coach
_DUE = {1: (0, 1), 2: (0, 1, 2), 3: (0, 1)}  # by coach: working days from today on which something is due
_NEXT_REVIEW = 21  # days
_HOUR_OF_LOGGING = 15
_TAKEN_BEFORE = 7  # working days
_ASKED_BEFORE = timedelta(hours=2, minutes=10)

_CHANNELS = {
    ContactSide.EMPLOYEE: (Channel.IN_PERSON, Channel.IN_PERSON, Channel.PHONE, Channel.IN_PERSON, Channel.VIDEO),
    ContactSide.EMPLOYER: (Channel.PHONE, Channel.IN_PERSON, Channel.PHONE, Channel.MAIL),
}
_MINUTES = {
    Channel.IN_PERSON: (30, 45, 60),
    Channel.PHONE: (10, 15, 20),
    Channel.VIDEO: (20, 30),
    Channel.MAIL: (5, 10),
}


def support(county: County, placement: Placement) -> None:
    """Draw a placement's plan and write down what has become of it."""
    planned = plan.draw(
        placement.starts_on,
        placement.reported_on,
        ends_on=placement.ends_on,
        employer_side=has_employer_side(placement),
    )
    contacts = [
        SupportContact(
            placement=placement,
            side=one.line.side,
            state=ContactState.PLANNED,
            origin=ContactOrigin.TEMPLATE,
            due_on=one.due_on,
            unit=one.line.unit,
            offset=one.line.offset,
            is_review=one.line.is_review,
            before_reported=one.before_reported,
        )
        for one in planned
    ]
    ended = placement.ended_on
    for contact in contacts:
        if contact.before_reported:
            continue
        if ended is not None and contact.due_on > ended:
            _drop(county, placement, contact, ended)
        elif contact.due_on < county.days.today:
            _past(county, placement, contact)
    _keep(county, *contacts)
    if ended is not None:
        _after_the_end(county, placement, ended)
    elif not any(one.state is ContactState.PLANNED and not one.before_reported for one in contacts):
        _add(county, placement, county.days.back(-_NEXT_REVIEW))


def _past(county: County, placement: Placement, contact: SupportContact) -> None:
    if county.chance.random() < _MISSED:
        CONTACTS.check(contact.state, "miss", placement.coach.role)
        contact.state = ContactState.MISSED
        at = county.days.at(workdays.add_working_days(contact.due_on, 1), 8, 50)
        coach = acts(placement.coach)
        county.journal.note(at, coach, "contacts.miss", "support_contact", contact, side=contact.side.value)
        return
    late = county.chance.random() < _LATE
    day = workdays.add_working_days(contact.due_on, 1) if late else contact.due_on
    _log(county, placement, contact, min(day, county.days.worked(1)))


def _log(county: County, placement: Placement, contact: SupportContact, day: date) -> None:
    coach, chance = placement.coach, county.chance
    language = writes_in(coach)
    CONTACTS.check(contact.state, "log", coach.role)
    concern = chance.random() < _CONCERN
    channel = chance.choice(_CHANNELS[contact.side])
    contact.state, contact.done_on, contact.channel = ContactState.DONE, day, channel
    contact.mood = Mood.CONCERN if concern else Mood.WELL
    contact.minutes = chance.choice(_MINUTES[channel])
    contact.logged_by_id = coach.id
    if contact.side is ContactSide.EMPLOYER:
        contact.with_whom = placement.named_colleague
        contact.team_note = county.text("employer_team_notes", language) if chance.random() < 0.5 else ""
        contact.employer_note = county.text("employer_notes", _read_in(placement)) if placement.proposal else ""
    else:
        contact.team_note = county.text("concern_notes" if concern else "employee_notes", language)
        contact.place = county.text("places", language) if channel is Channel.IN_PERSON else ""
    contact.next_step = county.text("next_steps", language) if concern else ""
    at = county.days.at(day, _HOUR_OF_LOGGING, chance.randint(0, 45))
    data = {"side": contact.side.value, "how": channel.value, "due": contact.due_on.isoformat()}
    county.journal.note(at, acts(coach), "contacts.log", "support_contact", contact, **data)
    county.journal.saw(at, acts(coach), placement.candidate.id, "placements.show", "own caseload")


def _read_in(placement: Placement) -> Language:
    return placement.employer.language if placement.employer is not None else Language.SV


def _drop(county: County, placement: Placement, contact: SupportContact, ended: date) -> None:
    CONTACTS.check(contact.state, "cancel", placement.coach.role)
    contact.state = ContactState.CANCELLED
    contact.drop_reason = county.text("dropped", writes_in(placement.coach))
    at = county.days.at(ended, _HOUR_OF_LOGGING, 41)
    coach = acts(placement.coach)
    county.journal.note(at, coach, "contacts.cancel", "support_contact", contact, side=contact.side.value)


def _after_the_end(county: County, placement: Placement, ended: date) -> None:
    """The contact within three days that the loss of a job asks for."""
    contact = SupportContact(
        placement=placement,
        side=ContactSide.EMPLOYEE,
        state=ContactState.PLANNED,
        origin=ContactOrigin.JOB_LOSS,
        due_on=plan.within_three_days(ended),
    )
    _keep(county, contact)
    _log(county, placement, contact, min(workdays.add_working_days(ended, 1), contact.due_on))
    contact.mood, contact.next_step = Mood.CONCERN, ""
    contact.team_note = county.text("job_loss_notes", writes_in(placement.coach))


def _add(county: County, placement: Placement, day: date) -> SupportContact:
    contact = SupportContact(
        placement=placement,
        side=ContactSide.EMPLOYEE,
        state=ContactState.PLANNED,
        origin=ContactOrigin.ADDED,
        due_on=day,
    )
    _keep(county, contact)
    at = county.days.at(county.days.worked(6), 11, 30)
    data = {"side": contact.side.value, "due": day.isoformat()}
    county.journal.note(at, acts(placement.coach), "contacts.plan", "support_contact", contact, **data)
    return contact


def what_is_due(county: County) -> None:
    """Give every coach something overdue, something today and something in the next days."""
    for number, coach in county.coaches.items():
        mine = [one for one in county.placements if one.coach is coach and one.state is PlacementState.ACTIVE]
        _leave_undone(county, coach, _OVERDUE_AT_MOST[number], mine)
        others = [one for one in mine if not _is_overdue(county, one)] or mine
        for turn, ahead in enumerate(_DUE[number]):
            day = workdays.on_or_after(county.days.today) if ahead == 0 else county.days.ahead(ahead)
            _bring_forward(county, others[-1 - turn % len(others)], day)


def _is_overdue(county: County, placement: Placement) -> bool:
    waiting = [one for one in _contacts(county, [placement]) if one.state is ContactState.PLANNED]
    return any(one.due_on < county.days.today and not one.before_reported for one in waiting)


def _leave_undone(county: County, coach: User, at_most: int, mine: list[Placement]) -> None:
    """One or two contacts of the last days have not been logged; when none lay there, one was added."""
    since = max(county.days.worked(_OVERDUE_WITHIN), county.days.today - _NOT_YET_RAISED)
    recent = [one for one in _contacts(county, mine) if one.state is ContactState.DONE and one.due_on >= since]
    recent = [one for one in recent if one.origin is ContactOrigin.TEMPLATE and one.due_on < county.days.today]
    for contact in sorted(recent, key=lambda one: one.due_on)[:at_most]:
        _undo(county, contact)
    if not recent:
        _add(county, mine[-1], county.days.worked(1))


def _undo(county: County, contact: SupportContact) -> None:
    """The log of this one was never written."""
    contact.state, contact.done_on, contact.channel, contact.mood = ContactState.PLANNED, None, None, None
    contact.minutes = contact.logged_by_id = None
    contact.with_whom = contact.place = contact.next_step = contact.team_note = contact.employer_note = ""
    entries = county.journal.entries
    entries[:] = [one for one in entries if one.subject is not contact]


def _bring_forward(county: County, placement: Placement, day: date) -> None:
    """Move the placement's next contact with the employee to a nearer day, or plan one more when there is none."""
    waiting = [
        one
        for one in _contacts(county, [placement])
        if one.side is ContactSide.EMPLOYEE and one.state is ContactState.PLANNED and not one.before_reported
    ]
    if any(one.due_on == day for one in waiting):
        return
    coming = sorted((one for one in waiting if one.due_on > day), key=lambda one: one.due_on)
    near = [one for one in coming if one.due_on <= day + timedelta(days=16)]
    if not near:
        _add(county, placement, day)
        return
    contact, coach = near[0], placement.coach
    CONTACTS.check(contact.state, "move", coach.role)
    days = {"from": contact.due_on.isoformat(), "to": day.isoformat(), "side": contact.side.value}
    at = county.days.at(county.days.worked(2), 8, 35)
    county.journal.note(at, acts(coach), "contacts.move", "support_contact", contact, **days)
    contact.due_on = day


def _contacts(county: County, placements: list[Placement]) -> list[SupportContact]:
    return [one for one in county.contacts if one.placement in placements]


def _keep(county: County, *contacts: SupportContact) -> None:
    county.contacts.extend(contacts)
    db.session.add_all(contacts)


def requests(county: County) -> None:
    """One request for support that a coach took some days ago, and one that nobody has taken yet."""
    days = county.days
    cafe = county.placement_at("bryggan-kafe")
    day = days.worked(_TAKEN_BEFORE)
    asked_at = days.at(day, 9, 50)
    taken, contact = _request(county, cafe, asked_at, "Hur gör vi med schemat i nästa månad? Kom gärna förbi.")
    coach = acts(cafe.coach)
    row = REQUESTS.check(taken.state, "take", coach.role)
    taken.state = row.target or taken.state
    taken.taken_by_id, taken.taken_at = cafe.coach.id, asked_at + timedelta(minutes=40)
    county.journal.note(taken.taken_at, coach, "support.take", "support_request", taken)
    _log(county, cafe, contact, contact.due_on)
    contact.channel, contact.mood, contact.next_step = Channel.IN_PERSON, Mood.WELL, ""
    contact.employer_note = "Vi gick igenom nästa månad tillsammans. Schemat blir klart en vecka i förväg."
    store = county.placement_at("vakkavarasto-keraily")
    words = "Vuorolista muuttuu ensi kuussa, ja olisi hyvä käydä se yhdessä läpi. Ehtisittekö käymään?"
    _request(county, store, max(days.now - _ASKED_BEFORE, days.midnight), words)


def _request(county: County, placement: Placement, at: datetime, words: str) -> tuple[SupportRequest, SupportContact]:
    """The employer's press, and the urgent contact that comes of it."""
    if placement.proposal is None or placement.employer is None:
        raise ValueError("only an employer who hired through the portal can ask")
    person = placement.proposal.opening.contacts[0]
    actor = acts_for(person, placement.employer)
    row = REQUESTS.check(None, "ask", actor.role)
    contact = SupportContact(
        placement=placement,
        side=ContactSide.EMPLOYER,
        state=ContactState.PLANNED,
        origin=ContactOrigin.REQUEST,
        due_on=workdays.add_working_days(clock.local(at).date(), 1),
        urgent=True,
    )
    _keep(county, contact)
    db.session.flush()
    request = SupportRequest(
        placement=placement,
        contact_id=contact.id,
        asked_by_id=person.id,
        asked_at=at,
        text=words,
        due_on=contact.due_on,
        state=row.target,
    )
    db.session.add(request)
    county.journal.note(at, actor, "support.ask", "support_request", request, due=contact.due_on.isoformat())
    return request, contact
