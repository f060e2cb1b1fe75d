"""Finding placements, support contacts and requests for support. What an actor may not see is not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.accounts.models import User
from portal.audit import service as audit
from portal.candidates.models import Candidate, Consent, PersonalField, consent_contacts
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.paging import Page, paged
from portal.employers import queries as employers
from portal.employers.models import Employer, Membership
from portal.placements.models import (
    ContactOrigin,
    ContactSide,
    Placement,
    SupportContact,
    SupportRequest,
    TemplateLine,
    ToldAtWork,
)
from portal.placements.plan import Line
from portal.placements.states import ContactState, PlacementState, RequestState
from portal.proposals import known
from portal.proposals.models import Proposal

# its own name in the condition below, so that a query that joins candidates is not taken for the same row
_whose = aliased(Candidate)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``placements`` that lets this actor see a row.

    A coach sees the present caseload's, a team leader the team's. An employer's user sees those for which the
    candidate's living yes names the user, unless nobody at work is told: being a contact person of the need is not
    enough. Others see none.
    """
    if actor.role is Role.SYSTEM:
        return true()
    if actor.role is Role.COACH:
        return exists().where(_whose.id == Placement.candidate_id, _whose.coach_id.in_(actor.caseloads))
    if actor.role is Role.TEAM_LEADER:
        return exists().where(_whose.id == Placement.candidate_id, _whose.team_id == actor.team_id)
    if actor.is_employer and actor.employer_id is not None:
        named = exists().where(
            Proposal.id == Placement.proposal_id,
            Consent.id == Proposal.consent_id,
            _lives(),
            consent_contacts.c.consent_id == Consent.id,
            consent_contacts.c.user_id == actor.user_id,
        )
        return and_(Placement.employer_id == actor.employer_id, Placement.told_at_work != ToldAtWork.NOBODY, named)
    return false()


def _lives() -> ColumnElement[bool]:
    """The condition on ``consents`` that a yes holds today; ``Consent.is_live`` for one that is loaded."""
    return and_(Consent.withdrawn_at.is_(None), Consent.until >= clock.today())


def loaded() -> tuple[Any, ...]:
    """What ``get`` and ``get_for`` load with a placement, for queries that join it."""
    return (
        joinedload(Placement.candidate).joinedload(Candidate.coach),
        joinedload(Placement.coach),
        joinedload(Placement.employer),
        joinedload(Placement.proposal).options(
            joinedload(Proposal.alias),
            joinedload(Proposal.opening),
            joinedload(Proposal.disclosure_consent).selectinload(Consent.contacts),
        ),
    )


def get_for(actor: Actor, public_id: str) -> Placement:
    """One placement with candidate, coach, employer, proposal, opening and alias.

    :raises Missing: when there is none, or not for this actor.
    """
    placement = db.session.scalar(
        select(Placement).where(Placement.public_id == public_id, visible_to(actor)).options(*loaded())
    )
    if placement is None:
        raise Missing
    return placement


def get_by_id(actor: Actor, placement_id: int) -> Placement:
    """The same by its row, for the holder of a link. :raises Missing: absent, or not for this actor."""
    query = select(Placement).where(Placement.id == placement_id, visible_to(actor)).options(*loaded())
    placement = db.session.scalar(query)
    if placement is None:
        raise Missing
    return placement


def get(placement_id: int) -> Placement:
    """One placement by its row, loaded as in ``get_for``, for services and jobs. :raises Missing: absent."""
    placement = db.session.scalar(select(Placement).where(Placement.id == placement_id).options(*loaded()))
    if placement is None:
        raise Missing
    return placement


def coach_of(placement: Placement) -> User:
    """Who supports this hire now: the candidate's present coach, else the one who began it."""
    return placement.candidate.coach or placement.coach


_MOST_RUNNING = (
    (Placement.state == PlacementState.ACTIVE).desc(),
    Placement.starts_on.desc(),
    Placement.id.desc(),
)


def placements(actor: Actor, *, state: PlacementState | None = None, page: int = 1) -> Page[Placement]:
    """The placements that an actor sees, running ones first, then by start, newest first."""
    query = select(Placement).where(visible_to(actor)).options(*loaded())
    if state is not None:
        query = query.where(Placement.state == state)
    return paged(query.order_by(*_MOST_RUNNING), page)


def of_employer(actor: Actor, employer_id: int, *, limit: int = 50) -> list[Placement]:
    """The placements at an employer that the actor sees, running ones first."""
    query = select(Placement).where(visible_to(actor), Placement.employer_id == employer_id).options(*loaded())
    return list(db.session.scalars(query.order_by(*_MOST_RUNNING).limit(limit)))


def of_candidate(actor: Actor, candidate_id: int) -> list[Placement]:
    """A candidate's placements that the actor sees, newest start first."""
    query = select(Placement).where(visible_to(actor), Placement.candidate_id == candidate_id).options(*loaded())
    return list(db.session.scalars(query.order_by(Placement.starts_on.desc(), Placement.id.desc())))


def of_proposal(actor: Actor, proposal_id: int) -> Placement | None:
    """The placement that came of a proposal, when the actor sees it."""
    query = select(Placement).where(visible_to(actor), Placement.proposal_id == proposal_id).options(*loaded())
    return db.session.scalar(query)


def past_last_day(actor: Actor) -> list[Placement]:
    """The running jobs that the actor sees whose agreed last day has passed, longest ago first. For staff alone."""
    if not actor.is_staff:
        return []
    query = select(Placement).where(
        visible_to(actor), Placement.state == PlacementState.ACTIVE, Placement.ends_on < clock.today()
    )
    return list(db.session.scalars(query.options(*loaded()).order_by(Placement.ends_on, Placement.id)))


def other_active(placement: Placement) -> bool:
    """Whether the same candidate has another job that goes on."""
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    Placement.candidate_id == placement.candidate_id,
                    Placement.id != placement.id,
                    Placement.state == PlacementState.ACTIVE,
                )
            )
        )
    )


def template_of(team_id: int) -> list[Line]:
    """A team's own template lines; empty when the default holds."""
    rows = db.session.scalars(
        select(TemplateLine)
        .where(TemplateLine.team_id == team_id)
        .order_by(TemplateLine.side, TemplateLine.unit, TemplateLine.offset)
    )
    return [Line(row.side, row.unit, row.offset, row.is_review) for row in rows]


# Support contacts


def contacts_of(actor: Actor, placement: Placement) -> list[SupportContact]:
    """Every contact of a plan by date, both sides. For staff alone: others get none."""
    if not actor.is_staff:
        return []
    query = select(SupportContact).where(SupportContact.placement_id == placement.id)
    return list(db.session.scalars(query.order_by(SupportContact.due_on, SupportContact.id)))


@dataclass(frozen=True)
class EmployerContact:
    """A contact as the employer sees it: no team note, no mood, no word of the employee's side."""

    due_on: date
    done_on: date | None
    state: ContactState
    origin: ContactOrigin
    note: str

    @property
    def day(self) -> date:
        """When it was, or is to be."""
        return self.done_on or self.due_on


def employer_side(placement: Placement) -> list[EmployerContact]:
    """The employer's side of a plan by date: what is planned, done or was missed. Dropped contacts are left out."""
    query = (
        select(
            SupportContact.due_on,
            SupportContact.done_on,
            SupportContact.state,
            SupportContact.origin,
            SupportContact.employer_note,
        )
        .where(
            SupportContact.placement_id == placement.id,
            SupportContact.side == ContactSide.EMPLOYER,
            SupportContact.state != ContactState.CANCELLED,
            SupportContact.before_reported.is_(False) | (SupportContact.state == ContactState.DONE),
        )
        .order_by(func.coalesce(SupportContact.done_on, SupportContact.due_on), SupportContact.id)
    )
    return [EmployerContact(*row) for row in db.session.execute(query)]


def contact_for(actor: Actor, placement: Placement, public_id: str) -> SupportContact:
    """One contact of a placement that the actor has been given. :raises Missing: absent, or the actor is not staff."""
    contact = db.session.scalar(
        select(SupportContact).where(SupportContact.public_id == public_id, SupportContact.placement_id == placement.id)
    )
    if contact is None or not actor.is_staff:
        raise Missing
    return contact


def template_contacts(placement: Placement) -> list[SupportContact]:
    """The contacts that were drawn from the template, whatever became of them, by date."""
    query = select(SupportContact).where(
        SupportContact.placement_id == placement.id,
        SupportContact.origin == ContactOrigin.TEMPLATE,
        SupportContact.unit.is_not(None),
        SupportContact.offset.is_not(None),
    )
    return list(db.session.scalars(query.order_by(SupportContact.due_on, SupportContact.id)))


def open_contacts(placement: Placement) -> list[SupportContact]:
    """Every planned contact of a placement, by date."""
    query = select(SupportContact).where(
        SupportContact.placement_id == placement.id, SupportContact.state == ContactState.PLANNED
    )
    return list(db.session.scalars(query.order_by(SupportContact.due_on, SupportContact.id)))


def _waiting_contacts(actor: Actor) -> Select[Any]:
    """Planned contacts, with their placements, that the actor sees; those from before the report wait for nobody."""
    query = (
        select(SupportContact)
        .join(SupportContact.placement)
        .where(
            visible_to(actor),
            SupportContact.state == ContactState.PLANNED,
            SupportContact.before_reported.is_(False),
        )
        .options(contains_eager(SupportContact.placement).options(*loaded()))
        .order_by(SupportContact.due_on, SupportContact.urgent.desc(), SupportContact.id)
    )
    all_sides = actor.is_staff or actor.role is Role.SYSTEM
    return query if all_sides else query.where(SupportContact.side == ContactSide.EMPLOYER)


def due(actor: Actor, until: date, *, limit: int = 200) -> list[SupportContact]:
    """Planned contacts that are due until a day, overdue ones first, with their placements.

    An employer's user gets the employer's side alone.
    """
    return list(db.session.scalars(_waiting_contacts(actor).where(SupportContact.due_on <= until).limit(limit)))


def overdue(actor: Actor, *, limit: int = 200) -> list[SupportContact]:
    """Planned contacts whose day has passed, oldest first, with their placements."""
    query = _waiting_contacts(actor).where(SupportContact.due_on < clock.today())
    return list(db.session.scalars(query.limit(limit)))


def overdue_counts(actor: Actor) -> dict[int, int]:
    """How many overdue contacts each coach of the actor's has: user id → count; a coach without any is absent."""
    query = (
        select(Candidate.coach_id, func.count(SupportContact.id))
        .select_from(SupportContact)
        .join(Placement, Placement.id == SupportContact.placement_id)
        .join(Candidate, Candidate.id == Placement.candidate_id)
        .where(
            visible_to(actor),
            Candidate.coach_id.is_not(None),
            SupportContact.state == ContactState.PLANNED,
            SupportContact.before_reported.is_(False),
            SupportContact.due_on < clock.today(),
        )
        .group_by(Candidate.coach_id)
        .order_by(Candidate.coach_id)
    )
    if not actor.is_staff:
        return {}
    return {coach_id: count for coach_id, count in db.session.execute(query) if coach_id is not None}


def next_contacts(actor: Actor, placement_ids: Iterable[int]) -> dict[int, date]:
    """When the next contact of each placement is due: placement id → day. An employer's user gets its own side's."""
    query = (
        select(SupportContact.placement_id, func.min(SupportContact.due_on))
        .where(
            SupportContact.placement_id.in_(list(placement_ids)),
            SupportContact.state == ContactState.PLANNED,
            SupportContact.before_reported.is_(False),
        )
        .group_by(SupportContact.placement_id)
        .order_by(SupportContact.placement_id)
    )
    if not actor.is_staff:
        query = query.where(SupportContact.side == ContactSide.EMPLOYER, SupportContact.due_on >= clock.today())
    return {row[0]: row[1] for row in db.session.execute(query)}


# Requests for support


def _requests(actor: Actor) -> Select[Any]:
    return (
        select(SupportRequest)
        .join(SupportRequest.placement)
        .where(visible_to(actor))
        .options(
            contains_eager(SupportRequest.placement).options(*loaded()),
            joinedload(SupportRequest.taken_by),
        )
    )


def request_for(actor: Actor, public_id: str) -> SupportRequest:
    """One request for support with its placement. :raises Missing: when there is none, or not for this actor."""
    request: SupportRequest | None = db.session.scalar(_requests(actor).where(SupportRequest.public_id == public_id))
    if request is None:
        raise Missing
    return request


def open_requests(actor: Actor) -> list[SupportRequest]:
    """Requests for support that nobody has taken, most urgent first, with their placements."""
    query = _requests(actor).where(SupportRequest.state == RequestState.ASKED, Placement.state == PlacementState.ACTIVE)
    return list(db.session.scalars(query.order_by(SupportRequest.due_on, SupportRequest.id)))


def requests_of(placement: Placement) -> list[SupportRequest]:
    """The requests for support of one placement that are not answered yet, newest first, with who took them."""
    query = (
        select(SupportRequest)
        .join(SupportContact, SupportContact.id == SupportRequest.contact_id)
        .where(SupportRequest.placement_id == placement.id, SupportContact.state == ContactState.PLANNED)
        .options(joinedload(SupportRequest.taken_by))
    )
    return list(db.session.scalars(query.order_by(SupportRequest.asked_at.desc(), SupportRequest.id.desc())))


def request_of_contact(contact: SupportContact) -> SupportRequest | None:
    """The request for support that a contact answers."""
    return db.session.scalar(select(SupportRequest).where(SupportRequest.contact_id == contact.id))


# People


def employer_readers(placement: Placement) -> list[User]:
    """Whom to write to at the employer: who may see the hire there and can sign in; nobody when nobody is told."""
    if placement.proposal_id is None or placement.told_at_work is ToldAtWork.NOBODY:
        return []
    named = (
        select(consent_contacts.c.user_id)
        .join(Consent, Consent.id == consent_contacts.c.consent_id)
        .join(Proposal, Proposal.consent_id == Consent.id)
        .where(Proposal.id == placement.proposal_id, _lives())
    )
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.id.in_(named),
            Membership.employer_id == placement.employer_id,
            User.deactivated_at.is_(None),
            User.email_verified_at.is_not(None),
        )
        .order_by(User.name, User.id)
    )
    return list(db.session.scalars(query))


def is_unseen(placement: Placement) -> bool:
    """Whether a running job has an employer's side that nobody at the employer can see: the yes is over, or whom it
    names has left. The candidate is then asked again."""
    needs_one = placement.proposal_id is not None and placement.told_at_work is not ToldAtWork.NOBODY
    return needs_one and placement.state is PlacementState.ACTIVE and not employer_readers(placement)


@dataclass(frozen=True)
class Known:
    """What an employer's user may know of an employee now: what to call them, and whether to read notes about them."""

    name: str
    reads_notes: bool


def known_to(actor: Actor, placement: Placement, *, has_notes: bool) -> Known:
    """The disclosed name while its consent lives and names the reader, else the alias; notes on the same terms.

    The guard lets what is disclosed pass in notes, so who may not be told it reads none of them. The showing of either
    is written to the access log first; the page is marked ``logs_access=True``.

    :param has_notes: whether the page has notes to show.
    """
    proposal = placement.proposal
    if proposal is None:
        return Known("", False)
    knows = known.told_to(actor, proposal)
    reads_notes = has_notes and known.covers_words(knows, proposal)
    name = knows.get(PersonalField.NAME, "")
    if name or reads_notes:
        audit.saw(actor, [placement.candidate_id], "placements.show", "disclosed")
    return Known(name or proposal.alias.alias, reads_notes)


def employer_choices(actor: Actor) -> list[Employer]:
    """Every employer by name, for the form of a job that did not come through the portal. For staff alone."""
    if not actor.is_staff:
        raise Missing
    return list(db.session.scalars(select(Employer).order_by(Employer.name, Employer.id)))


# For the clock and for mails: of the system, not of an actor


def may_be_told(placement_id: int, user_id: int | None) -> bool:
    """Whether a user may still be told of a placement: asked again when a mail is about to leave.

    A candidate (``user_id`` None) may always be told of the own job.
    """
    if user_id is None:
        return True
    user = db.session.get(User, user_id)
    if user is None or not user.is_active:
        return False
    query = select(Placement.id).where(Placement.id == placement_id, visible_to(employers.actor_of(user)))
    return db.session.scalar(query) is not None


def contact_state(contact_id: int) -> tuple[ContactState, date] | None:
    """A contact's state and due day now, or None when it is gone."""
    row = db.session.execute(
        select(SupportContact.state, SupportContact.due_on).where(SupportContact.id == contact_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def contact_sequence(public_id: str) -> int | None:
    """How often a contact's day was changed or called off, or None when it is gone."""
    return db.session.scalar(select(SupportContact.sequence).where(SupportContact.public_id == public_id))


def request_state(request_id: int) -> RequestState | None:
    """A request's state now, or None when it is gone."""
    return db.session.scalar(select(SupportRequest.state).where(SupportRequest.id == request_id))


def coming_for_employers(after: date, until: date) -> list[SupportContact]:
    """Planned contacts of the employer's side due after a day and until another, of jobs that came of a need."""
    query = _waiting_contacts(SYSTEM).where(
        SupportContact.side == ContactSide.EMPLOYER,
        SupportContact.urgent.is_(False),
        SupportContact.due_on > after,
        SupportContact.due_on <= until,
        Placement.state == PlacementState.ACTIVE,
        Placement.proposal_id.is_not(None),
        Placement.told_at_work != ToldAtWork.NOBODY,
    )
    return list(db.session.scalars(query))


def waiting_since(until: date) -> list[SupportContact]:
    """Every planned contact of everybody's that was or is due until a day, oldest first."""
    return list(db.session.scalars(_waiting_contacts(SYSTEM).where(SupportContact.due_on <= until)))


def unanswered_requests(today: date) -> list[SupportRequest]:
    """Requests of running jobs that nobody has taken, due on ``today`` or before, and not raised yet."""
    query = _requests(SYSTEM).where(
        SupportRequest.state == RequestState.ASKED,
        SupportRequest.raised_at.is_(None),
        SupportRequest.due_on <= today,
        Placement.state == PlacementState.ACTIVE,
    )
    return list(db.session.scalars(query.order_by(SupportRequest.id)))
