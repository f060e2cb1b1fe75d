"""What happens to support contacts, and to an employer's requests for support."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.audit import service as audit
from portal.candidates import textguard
from portal.core import clock, guarding, workdays
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Invalid, Missing, Refused
from portal.placements import mails, own_words, queries
from portal.placements.changes import allowed, compare_and_set
from portal.placements.log import Log
from portal.placements.models import (
    ContactOrigin,
    ContactSide,
    Placement,
    SupportContact,
    SupportRequest,
)
from portal.placements.rules import sides_open
from portal.placements.states import CONTACTS, REQUESTS, ContactState, RequestState

FARTHEST = timedelta(days=731)  # a contact is planned or logged at most two years away: beyond it is a slip of the pen


def add(actor: Actor, placement: Placement, *, side: ContactSide, due_on: date) -> SupportContact:
    """Plan one more contact.

    :raises Invalid: at ``side`` when the employer is not to be contacted; at ``due_on`` for a day that has passed.
    """
    if due_on < clock.today():
        raise Invalid("due_on", _("Choose today or a coming day. Log what has been done already instead."))
    _refuse_far("due_on", due_on)
    contact = _plan(actor, placement, side, due_on)
    mails.date_changed(placement, contact, "added")
    return contact


def log_unplanned(actor: Actor, placement: Placement, side: ContactSide, log: Log) -> SupportContact:
    """Write down a contact that nobody had planned. :raises Invalid: at ``side``, or at a field of the log."""
    _refuse_bad_log(placement, side, log)
    contact = _plan(actor, placement, side, log.done_on)
    _write_log(actor, placement, contact, log)
    return contact


def log(actor: Actor, placement: Placement, contact: SupportContact, log: Log) -> None:
    """Write down how a planned or missed contact went.

    A request for support that the contact answers counts as taken by who logs it.

    :raises Invalid: at ``done_on``, or at ``employer_note`` for words that an employer may not read.
    :raises Refused: when it is done or dropped, or somebody was quicker.
    """
    allowed(CONTACTS, contact.state, "log", placement, actor)
    _refuse_bad_log(placement, contact.side, log)
    _write_log(actor, placement, contact, log)
    request = queries.request_of_contact(contact)
    if request is not None and request.state is RequestState.ASKED:
        take(actor, placement, request)


def move(actor: Actor, placement: Placement, contact: SupportContact, *, due_on: date) -> None:
    """Plan a contact for another day.

    :raises Invalid: at ``due_on`` for a day that has passed, or the same one.
    :raises Refused: when it is done or dropped, or somebody was quicker.
    """
    row = allowed(CONTACTS, contact.state, "move", placement, actor)
    before = contact.due_on
    if due_on < clock.today():
        raise Invalid("due_on", _("Choose today or a coming day."))
    if due_on == before and contact.state is ContactState.PLANNED:
        raise Invalid("due_on", _("It is planned for that day already."))
    _refuse_far("due_on", due_on)
    compare_and_set(
        contact,
        {"state": contact.state, "due_on": before},
        state=row.target,
        due_on=due_on,
        before_reported=False,
        sequence=contact.sequence + 1,
    )
    audit.record(
        actor,
        "contacts.move",
        "support_contact",
        contact.id,
        **{"from": before.isoformat(), "to": due_on.isoformat(), "side": contact.side.value},
    )
    mails.date_changed(placement, contact, "moved", was=before)


def miss(actor: Actor, placement: Placement, contact: SupportContact) -> None:
    """Say that a contact did not come about on its day.

    :raises Refused: when its day has not come, it is not planned any more, or somebody was quicker.
    """
    row = allowed(CONTACTS, contact.state, "miss", placement, actor)
    if contact.due_on > clock.today():
        raise Refused(_("Its day has not come yet. Move it or drop it instead."))
    compare_and_set(contact, {"state": contact.state, "due_on": contact.due_on}, state=row.target)
    audit.record(actor, "contacts.miss", "support_contact", contact.id, side=contact.side.value)


def cancel(actor: Actor, placement: Placement, contact: SupportContact, *, reason: str) -> None:
    """Drop a contact.

    :param reason: for the team; at least a word.
    :raises Invalid: at ``reason``.
    :raises Refused: when it is done or dropped already, or somebody was quicker.
    """
    row = allowed(CONTACTS, contact.state, "cancel", placement, actor)
    if not reason:
        raise Invalid("reason", _("Write why it is dropped."))
    compare_and_set(
        contact,
        {"state": contact.state},
        state=row.target,
        drop_reason=reason,
        sequence=contact.sequence + 1,
    )
    audit.record(actor, "contacts.cancel", "support_contact", contact.id, side=contact.side.value)
    mails.date_changed(placement, contact, "dropped", was=contact.due_on)


def ask_support(actor: Actor, placement: Placement, *, text: str = "") -> SupportRequest:
    """An employer asks for support: an urgent contact due the next working day; the coach is mailed at once.

    Pressing twice with the same words is asking once.

    :param text: the employer's own words; they stay on the page.
    :raises Missing: when the actor is no contact person of this hire.
    :raises Refused: when the job has ended.
    """
    row = allowed(REQUESTS, None, "ask", placement, actor)
    # one at a time, so that a second press finds the first
    db.session.execute(select(Placement.id).where(Placement.id == placement.id).with_for_update())
    for earlier in queries.requests_of(placement):
        if earlier.state is RequestState.ASKED and earlier.asked_by_id == actor.user_id and earlier.text == text:
            return earlier
    if actor.user_id is None:
        raise Missing
    due_on = workdays.add_working_days(clock.today(), 1)
    CONTACTS.check(None, "plan", actor.role)
    contact = SupportContact(
        placement_id=placement.id,
        side=ContactSide.EMPLOYER,
        state=ContactState.PLANNED,
        origin=ContactOrigin.REQUEST,
        due_on=due_on,
        urgent=True,
    )
    db.session.add(contact)
    db.session.flush()
    request = SupportRequest(
        placement_id=placement.id,
        contact_id=contact.id,
        asked_by_id=actor.user_id,
        text=text,
        due_on=due_on,
        state=row.target,
    )
    db.session.add(request)
    db.session.flush()
    audit.record(actor, "support.ask", "support_request", request.id, due=due_on.isoformat())
    mails.support_asked(request, placement)
    return request


def take(actor: Actor, placement: Placement, request: SupportRequest) -> None:
    """A coach or the team leader answers for a request. The first press holds; who asked is told who it was.

    :raises Refused: when somebody has taken it.
    """
    row = allowed(REQUESTS, request.state, "take", placement, actor)
    if actor.user_id is None:
        raise Missing
    compare_and_set(
        request,
        {"state": RequestState.ASKED},
        state=row.target,
        taken_by_id=actor.user_id,
        taken_at=clock.now(),
    )
    audit.record(actor, "support.take", "support_request", request.id)
    mails.support_taken(request, placement, accounts.get_user(request.asked_by_id), accounts.get_user(actor.user_id))


def _plan(actor: Actor, placement: Placement, side: ContactSide, due_on: date) -> SupportContact:
    allowed(CONTACTS, None, "plan", placement, actor)
    if not actor.is_staff:
        raise Missing
    if side not in sides_open(placement):
        raise Invalid("side", _("The employer is not contacted about this job."))
    contact = SupportContact(
        placement_id=placement.id,
        side=side,
        state=ContactState.PLANNED,
        origin=ContactOrigin.ADDED,
        due_on=due_on,
    )
    db.session.add(contact)
    db.session.flush()
    audit.record(actor, "contacts.plan", "support_contact", contact.id, side=side.value, due=due_on.isoformat())
    return contact


def _write_log(actor: Actor, placement: Placement, contact: SupportContact, log: Log) -> None:
    row = allowed(CONTACTS, contact.state, "log", placement, actor)
    compare_and_set(
        contact,
        {"state": contact.state},
        state=row.target,
        done_on=log.done_on,
        channel=log.channel,
        mood=log.mood,
        with_whom=log.with_whom,
        place=log.place,
        minutes=log.minutes,
        next_step=log.next_step,
        team_note=log.team_note,
        employer_note=log.employer_note,
        logged_by_id=actor.user_id,
    )
    audit.record(
        actor,
        "contacts.log",
        "support_contact",
        contact.id,
        side=contact.side.value,
        how=log.channel.value,
        due=contact.due_on.isoformat(),
    )


def _refuse_bad_log(placement: Placement, side: ContactSide, log: Log) -> None:
    today = clock.today()
    if log.done_on > today:
        raise Invalid("done_on", _("This day has not come yet."))
    _refuse_far("done_on", log.done_on)
    if log.employer_note and side is not ContactSide.EMPLOYER:
        raise Invalid("employer_note", _("The employer reads nothing of the employee's side."))
    note = {"employer_note": log.employer_note}
    guarding.refuse(textguard.remarks_on(note, placement.candidate_id, own_words.passes(placement)), log.words_read)


def _refuse_far(field: str, day: date) -> None:
    if abs(day - clock.today()) > FARTHEST:
        raise Invalid(field, _("This day is too far away."))
