"""What is done to recruitment needs: one verb a function, each checked against the table, logged and mailed."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import update

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.audit import service as audit
from portal.core import clock, guarding
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db, rows_changed
from portal.core.errors import Invalid, Missing, Overtaken, Refused
from portal.employers import queries as employers
from portal.employers import service as employer_service
from portal.employers.models import Employer, Workplace
from portal.employers.states import Standing, Verification
from portal.openings import content as contents
from portal.openings import events, mails, queries, rules
from portal.openings.content import Content
from portal.openings.models import Opening
from portal.openings.states import OPENINGS, OpeningState


def draft(actor: Actor, employer: Employer, content: Content, words_read: str = "") -> Opening:
    """Save a new need of an employer as a draft.

    :param words_read: tokens of the doubtful words that somebody of the team, who writes for it, has looked at.
    :raises Missing: when the actor may not register needs for this employer.
    :raises Invalid: at the field that breaks a rule; as ``HeldBack`` for what may not reach an employer.
    """
    guarding.refuse_of(actor, contents.texts(content), words_read)
    return _draft(actor, employer, content)


def _draft(actor: Actor, employer: Employer, content: Content) -> Opening:
    if not rules.may_register_for(actor, employer.id):
        raise Missing
    row = OPENINGS.check(None, "draft", actor.role)
    contents.check(content)
    workplace = contents.chosen_workplace(content, employers.workplaces(employer.id))
    contacts = contents.chosen_contacts(content, employers.users_of(employer.id), actor.user_id)
    opening = Opening(employer=employer, state=row.target, created_by_id=actor.user_id, contacts=[], workplace=None)
    contents.put(content, opening, workplace, contacts)
    db.session.add(opening)
    db.session.flush()
    _log(actor, "draft", opening, to=OpeningState.DRAFT.value)
    return opening


def edit(opening: Opening, actor: Actor, version: int, content: Content, words_read: str = "") -> None:
    """Save new content into a need that has not ended.

    A draft that waited for the employer's verification waits no more: who saves it says anew whether to post it.

    :param version: of the need as the writer read it; when somebody has saved another since, nothing is saved.
    :param words_read: as for ``draft``; only texts that are changed are read.
    :raises Missing: not this actor's. :raises Refused: the need has ended.
    :raises Invalid: at the field that breaks a rule; at ``version`` when somebody was quicker.
    """
    _may_change(opening, actor)
    db.session.refresh(opening, ["version", "state"], with_for_update=True)
    if opening.state not in rules.EDITABLE:
        raise Refused(_("This need has ended. Copy it to look for somebody again."))
    if opening.version != version:
        raise Invalid("version", _("Somebody else has saved this need since you opened it. Compare, then save again."))
    contents.check(content)
    before_texts = contents.texts(contents.of(opening))
    changed_texts = {name: text for name, text in contents.texts(content).items() if text != before_texts[name]}
    guarding.refuse_of(actor, changed_texts, words_read)
    if opening.state is not OpeningState.DRAFT and (missing := rules.missing(content.adaptations, content.paid_work)):
        raise Invalid(*missing[0])
    workplace = contents.chosen_workplace(content, employers.workplaces(opening.employer_id))
    contacts = contents.chosen_contacts(content, employers.users_of(opening.employer_id), actor.user_id)
    before = rules.terms_digest(opening)
    changed = contents.put(content, opening, workplace, contacts)
    opening.changed_at = clock.now()
    if opening.state is OpeningState.DRAFT:
        opening.wants_posting = False
    db.session.flush()
    _log(actor, "edit", opening, fields=changed)
    if opening.state is not OpeningState.DRAFT and "people" in changed:
        events.RESIZED.emit(actor, opening)
    if opening.state in (OpeningState.OPEN, OpeningState.PAUSED) and rules.terms_digest(opening) != before:
        events.CHANGED.emit(actor, opening)


def follow_workplace(actor: Actor, workplace: Workplace) -> None:
    """A site moved: the needs there lie where it lies, and the candidates proposed for them are asked again."""
    for opening in queries.at_workplace(workplace.id):
        opening.municipality = workplace.municipality
        opening.changed_at = clock.now()
        db.session.flush()
        _log(actor, "edit", opening, fields=["workplace"])
        if opening.state is not OpeningState.DRAFT:
            events.CHANGED.emit(actor, opening)


def post(opening: Opening, actor: Actor) -> None:
    """Open a draft to the coaches; while the employer waits for verification, put it in line instead.

    Afterwards ``opening.state`` is OPEN, or ``opening.wants_posting`` is true.

    :raises Refused: when the table or a guard says no.
    """
    _may_change(opening, actor)
    OPENINGS.check(opening.state, "post", actor.role)
    if opening.employer.verification is Verification.WAITING:
        _refuse_unless_held(opening, actor, "is_complete", "is_paid_work", "last_day_not_passed")
        _swap(opening, OpeningState.DRAFT, wants_posting=True)
        _log(actor, "wait", opening)
        return
    now = clock.now()
    _change(opening, "post", actor, wants_posting=False, posted_at=now, changed_at=now)
    mails.opening_published(opening)
    mails.need_posted(opening, [user for user in _keepers(opening) if user.id != actor.user_id])
    if opening.employer.standing is not Standing.HAS_HIRED:
        employer_service.set_standing(actor, opening.employer, Standing.ACTIVE)
    events.POSTED.emit(actor, opening)


def post_waiting(_actor: Actor, employer: Employer) -> None:
    """Open every draft that waited for the employer to be verified; says so to whom one could not open for."""
    for opening in queries.waiting_for_verification(employer.id):
        row = OPENINGS.check(opening.state, "post", Role.SYSTEM)
        if any(rules.GUARDS[name](opening, SYSTEM) for name in row.guards):
            _swap(opening, OpeningState.DRAFT, wants_posting=False)
            mails.opening_needs_you(opening)
        else:
            post(opening, SYSTEM)


def pause(opening: Opening, actor: Actor) -> None:
    """Take no new proposals for a while. :raises Refused: when the table says no."""
    _change(opening, "pause", actor)
    if not actor.is_employer:
        mails.opening_paused(opening)


def resume(opening: Opening, actor: Actor) -> None:
    """Take proposals again. :raises Refused: when the table or a guard says no."""
    _change(opening, "resume", actor, changed_at=clock.now())


def fill(opening: Opening, actor: Actor) -> None:
    """As many are hired as were sought. :raises Refused: when the table says no."""
    _change(opening, "fill", actor)
    events.ENDED.emit(actor, opening)


def close(opening: Opening, actor: Actor) -> None:
    """Nobody is looked for any more. :raises Refused: when the table says no."""
    _change(opening, "close", actor, wants_posting=False)
    events.ENDED.emit(actor, opening)


def expire(opening: Opening, actor: Actor) -> None:
    """The last day to answer has passed. :raises Refused: when the table says no."""
    _change(opening, "expire", actor)
    events.ENDED.emit(actor, opening)


def copy(opening: Opening, actor: Actor) -> Opening:
    """A new draft with the words of an earlier need; days that have passed and people who have left stay behind.

    :raises Missing: not this actor's to copy.
    """
    _may_change(opening, actor)
    people = employers.users_of(opening.employer_id)
    content = contents.carried_over(contents.of(opening), people, actor.user_id)
    return _draft(actor, opening.employer, content)


def keep(opening: Opening, actor: Actor) -> None:
    """The employer says that an open need is still current, so that it is not paused for being idle.

    :raises Refused: when it is not open.
    """
    _may_change(opening, actor)
    if opening.state is not OpeningState.OPEN:
        raise Refused(_("Only an open need can be kept open."))
    _swap(opening, OpeningState.OPEN, changed_at=clock.now())
    _log(actor, "keep", opening)


def note_activity(opening_id: int) -> None:
    """Something happened around a need (a proposal was sent, answered), so it is not idle."""
    db.session.execute(update(Opening).where(Opening.id == opening_id).values(changed_at=clock.now()))


def ask_whether_current(opening: Opening, pauses_on: date) -> None:
    """The system asks the contact persons about an idle need; without any, who looks after the employer."""
    mails.opening_idle(opening, pauses_on, [u for u in opening.contacts if u.is_active] or _keepers(opening))
    _log(SYSTEM, "ask", opening, due=pauses_on.isoformat())


def _may_change(opening: Opening, actor: Actor) -> None:
    if actor.role is not Role.SYSTEM and not rules.may_change(actor, opening):
        raise Missing


def _keepers(opening: Opening) -> list[User]:
    """Who of the team is told about an employer's needs: its coach, else every team leader."""
    if opening.employer.coach is not None and opening.employer.coach.is_active:
        return [opening.employer.coach]
    return [user for user in accounts.staff() if user.role is Role.TEAM_LEADER]


def _refuse_unless_held(opening: Opening, actor: Actor, *guards: str) -> None:
    for name in guards:
        if sentence := rules.GUARDS[name](opening, actor):
            raise Refused(sentence)


def _change(opening: Opening, verb: str, actor: Actor, **values: object) -> None:
    """Move a need along one row of its table; of two who press at once one gets through."""
    _may_change(opening, actor)
    before = opening.state
    row = OPENINGS.check(before, verb, actor.role)
    _refuse_unless_held(opening, actor, *row.guards)
    _swap(opening, before, state=row.target, **values)
    _log(actor, verb, opening, **{"from": before.value, "to": opening.state.value, "on_behalf": actor.is_staff})


def _swap(opening: Opening, expected: OpeningState, **values: object) -> None:
    """Compare and set. The version stays as it is: an edit under way does not collide with a change of state."""
    db.session.flush()
    swapped = rows_changed(
        update(Opening)
        .where(Opening.id == opening.id, Opening.state == expected)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if swapped != 1:
        raise Overtaken(_("Somebody else was quicker. Look at the need again."))
    db.session.refresh(opening, list(values))


def _log(actor: Actor, verb: str, opening: Opening, **data: object) -> None:
    audit.record(actor, f"opening.{verb}", "opening", opening.id, **data)
