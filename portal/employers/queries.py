"""Look up employers, their people and what was said with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import User
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.paging import Page, paged
from portal.employers.models import Employer, EmployerContact, Invitation, JoinRequest, Membership, Workplace
from portal.employers.states import Standing, Verification
from portal.leaves import queries as leaves

NOBODY = "nobody"  # in the place of a coach's public id: employers that nobody looks after


def actor_of(user: User) -> Actor:
    """A signed-in user as one who acts.

    An employer's user whose organisation is suspended, or who waits to be let in, belongs to no organisation for now
    (``employer_id`` is None) and so sees nothing of it.
    """
    if user.role is not Role.EMPLOYER:
        covers = leaves.covered_by(user.id) if user.role is Role.COACH else frozenset()
        return Actor(user.role, user_id=user.id, team_id=user.team_id, name=user.name, covers=covers)
    row = db.session.execute(
        select(Membership.employer_id, Membership.manages)
        .join(Employer, Employer.id == Membership.employer_id)
        .where(Membership.user_id == user.id, Employer.verification != Verification.SUSPENDED)
    ).one_or_none()
    employer_id, manages = row if row is not None else (None, False)
    return Actor(user.role, user_id=user.id, employer_id=employer_id, name=user.name, manages_employer=manages)


def get_for(actor: Actor, public_id: str) -> Employer:
    """An employer, with its coach: its own for an employer's user, any for the team and the administrator.

    :raises Missing: for everybody else, and when there is none.
    """
    query = select(Employer).options(joinedload(Employer.coach)).where(Employer.public_id == public_id)
    employer = db.session.scalar(query)
    if employer is None or not _may_see(actor, employer):
        raise Missing
    return employer


def own(actor: Actor) -> Employer:
    """The organisation of an employer's user, with its coach. :raises Missing: when there is none now."""
    query = select(Employer).options(joinedload(Employer.coach)).where(Employer.id == actor.employer_id)
    employer = db.session.scalar(query) if actor.is_employer and actor.employer_id is not None else None
    if employer is None:
        raise Missing
    return employer


def by_business_id(business_id: str) -> Employer | None:
    """The employer with this Business ID, written 1234567-8."""
    return db.session.scalar(select(Employer).where(Employer.business_id == business_id))


def employers(
    actor: Actor,
    *,
    search: str = "",
    standing: Standing | None = None,
    verification: Verification | None = None,
    municipality: str = "",
    coach: str = "",
    page: int = 1,
) -> Page[Employer]:
    """The employers that the team and the administrator see, by name, each with its coach.

    :param search: part of a name, or a Business ID.
    :param municipality: Statistics Finland's code.
    :param coach: public id of who looks after it, or ``NOBODY``.
    """
    if not (actor.is_staff or actor.role is Role.ADMINISTRATOR):
        raise Missing
    query = select(Employer).options(joinedload(Employer.coach)).order_by(Employer.name, Employer.id)
    if search:
        query = query.where(
            or_(
                Employer.name.icontains(search, autoescape=True),
                Employer.business_id.icontains(search.replace(" ", ""), autoescape=True),
            )
        )
    if standing is not None:
        query = query.where(Employer.standing == standing)
    if verification is not None:
        query = query.where(Employer.verification == verification)
    if municipality:
        query = query.where(Employer.municipality == municipality)
    if coach == NOBODY:
        query = query.where(Employer.coach_id.is_(None))
    elif coach:
        query = query.where(Employer.coach.has(User.public_id == coach))
    return paged(query, page)


def users_of(employer_id: int) -> list[User]:
    """Whom to write to at an employer: its active users with a verified address, by name."""
    return list(
        db.session.scalars(
            _users(employer_id).where(User.deactivated_at.is_(None), User.email_verified_at.is_not(None))
        )
    )


def managers(employer_id: int) -> list[User]:
    """Who lets colleagues in at an employer: active users with a verified address, by name."""
    query = _users(employer_id).where(
        Membership.manages, User.deactivated_at.is_(None), User.email_verified_at.is_not(None)
    )
    return list(db.session.scalars(query))


def members(employer_id: int) -> list[Membership]:
    """Everybody who belongs to an employer, with the user, by name; also those who have not verified their address."""
    query = (
        select(Membership)
        .join(Membership.user)
        .options(joinedload(Membership.user))
        .where(Membership.employer_id == employer_id)
        .order_by(User.name, User.id)
    )
    return list(db.session.scalars(query))


def workplaces(employer_id: int) -> list[Workplace]:
    """An employer's sites by name."""
    query = select(Workplace).where(Workplace.employer_id == employer_id).order_by(Workplace.name, Workplace.id)
    return list(db.session.scalars(query))


def workplace_for(actor: Actor, public_id: str) -> Workplace:
    """A site of an employer that the actor may see, with the employer. :raises Missing: otherwise."""
    query = select(Workplace).options(joinedload(Workplace.employer)).where(Workplace.public_id == public_id)
    workplace = db.session.scalar(query)
    if workplace is None or not _may_see(actor, workplace.employer):
        raise Missing
    return workplace


def open_invitations(employer_id: int) -> list[Invitation]:
    """Who was asked in and has not answered, newest first; those too old stay until withdrawn or sent again."""
    query = select(Invitation).where(
        Invitation.employer_id == employer_id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Invitation.created_at.desc(), Invitation.id.desc())))


def invitation_for(actor: Actor, public_id: str) -> Invitation:
    """An open invitation to an employer that the actor may see, with the employer. :raises Missing: otherwise."""
    query = (
        select(Invitation)
        .options(joinedload(Invitation.employer))
        .where(Invitation.public_id == public_id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    )
    invitation = db.session.scalar(query)
    if invitation is None or not _may_see(actor, invitation.employer):
        raise Missing
    return invitation


def invitation_by_id(invitation_id: int) -> Invitation | None:
    """An invitation, with the employer: for the holder of its link."""
    query = select(Invitation).options(joinedload(Invitation.employer)).where(Invitation.id == invitation_id)
    return db.session.scalar(query)


def join_requests(employer_id: int) -> list[JoinRequest]:
    """Who asks to join, with the user, oldest first. Only people who have verified their address are shown."""
    query = (
        select(JoinRequest)
        .join(JoinRequest.user)
        .options(joinedload(JoinRequest.user))
        .where(JoinRequest.employer_id == employer_id, User.email_verified_at.is_not(None))
        .order_by(JoinRequest.created_at, JoinRequest.id)
    )
    return list(db.session.scalars(query))


def join_request_for(actor: Actor, public_id: str) -> JoinRequest:
    """A request to join an employer that the actor may see, with user and employer. :raises Missing: otherwise."""
    query = (
        select(JoinRequest)
        .options(joinedload(JoinRequest.user), joinedload(JoinRequest.employer))
        .where(JoinRequest.public_id == public_id)
    )
    request = db.session.scalar(query)
    if request is None or not _may_see(actor, request.employer):
        raise Missing
    return request


def join_request_of(user_id: int) -> JoinRequest | None:
    """The request that a user waits with, with the employer."""
    query = select(JoinRequest).options(joinedload(JoinRequest.employer)).where(JoinRequest.user_id == user_id)
    return db.session.scalar(query)


def membership_of(user_id: int) -> Membership | None:
    """A user's place, with the employer, suspended or not."""
    query = select(Membership).options(joinedload(Membership.employer)).where(Membership.user_id == user_id)
    return db.session.scalar(query)


def municipalities_in_use() -> list[str]:
    """The codes of the municipalities that some employer is in."""
    return list(db.session.scalars(select(Employer.municipality).distinct().order_by(Employer.municipality)))


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Names of users by id, for a history."""
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))).order_by(User.id))
    return {row.id: row.name for row in rows}


def contact_for(actor: Actor, employer: Employer, public_id: str) -> EmployerContact:
    """One entry of an employer's log. :raises Missing: for all but the team, and when there is none."""
    query = select(EmployerContact).where(
        EmployerContact.public_id == public_id, EmployerContact.employer_id == employer.id
    )
    contact = db.session.scalar(query)
    if contact is None or not actor.is_staff:
        raise Missing
    return contact


CONTACTS_SHOWN = 20


def contacts(actor: Actor, employer_id: int, limit: int = CONTACTS_SHOWN) -> list[EmployerContact]:
    """What was said with an employer, newest first, with the coach. For the team alone."""
    if not actor.is_staff:
        return []
    query = (
        select(EmployerContact)
        .options(joinedload(EmployerContact.coach))
        .where(EmployerContact.employer_id == employer_id)
        .order_by(EmployerContact.on_day.desc(), EmployerContact.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def next_steps(actor: Actor, until: date) -> list[EmployerContact]:
    """A coach's own next steps with employers that fall due until a day, oldest first, with the employer.

    What somebody left open whose account is closed is then due for who looks after the employer.
    """
    left_by = aliased(User)
    left_open = exists().where(left_by.id == EmployerContact.coach_id, left_by.deactivated_at.is_not(None))
    query = (
        select(EmployerContact)
        .options(joinedload(EmployerContact.employer))
        .where(
            or_(
                EmployerContact.coach_id.in_(actor.caseloads),
                and_(EmployerContact.employer.has(Employer.coach_id.in_(actor.caseloads)), left_open),
            ),
            EmployerContact.next_step != "",
            EmployerContact.next_step_on <= until,
            EmployerContact.next_step_done_at.is_(None),
        )
        .order_by(EmployerContact.next_step_on, EmployerContact.id)
    )
    return list(db.session.scalars(query)) if actor.is_staff else []


def steps_due(until: date) -> list[EmployerContact]:
    """Everybody's open next steps due until a day, oldest first, with employer and coach."""
    query = (
        select(EmployerContact)
        .options(joinedload(EmployerContact.employer), joinedload(EmployerContact.coach))
        .where(
            EmployerContact.next_step != "",
            EmployerContact.next_step_on <= until,
            EmployerContact.next_step_done_at.is_(None),
        )
        .order_by(EmployerContact.next_step_on, EmployerContact.id)
    )
    return list(db.session.scalars(query))


def waiting_for_verification(actor: Actor) -> list[Employer]:
    """Employers with people whose address is known, that the team has to verify, oldest first."""
    has_people = exists().where(
        Membership.employer_id == Employer.id, Membership.user_id == User.id, User.email_verified_at.is_not(None)
    )
    query = (
        select(Employer)
        .where(Employer.verification == Verification.WAITING, has_people)
        .order_by(Employer.created_at, Employer.id)
    )
    return list(db.session.scalars(query)) if actor.is_staff else []


def _may_see(actor: Actor, employer: Employer) -> bool:
    if actor.is_employer:
        return actor.employer_id == employer.id
    return actor.is_staff or actor.role is Role.ADMINISTRATOR


def _users(employer_id: int) -> Select[tuple[User]]:
    return (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.employer_id == employer_id)
        .order_by(User.name, User.id)
    )
