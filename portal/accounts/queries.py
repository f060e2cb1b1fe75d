"""Look up users. What a page lists takes the actor first; the plain look-ups are for services and the worker."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import MailMode, StaffInvitation, Team, User
from portal.core.actors import STAFF, Actor, Role
from portal.core.db import db
from portal.core.errors import Invalid, Missing
from portal.core.i18n import Language
from portal.core.paging import Page, paged
from portal.outbox.addresses import acceptable_address
from portal.outbox.recipients import Recipient


def address_of(field: str, text: str) -> str:
    """An address in the one form that accounts are found by: as servers take it, lower-case.

    :raises Invalid: at ``field``, when no server would take it.
    """
    try:
        return acceptable_address(text).lower()
    except ValueError:
        raise Invalid(field, _("Write a mail address, such as anna@firma.example.")) from None


def user_by_email(email: str) -> User | None:
    """The user with this address, deactivated or not; None when there is none."""
    user: User | None = db.session.scalar(select(User).where(User.email == email.strip().lower()))
    return user


def get_user(user_id: int) -> User:
    """The user with this id. :raises Missing: when there is none."""
    user: User | None = db.session.get(User, user_id)
    if user is None:
        raise Missing
    return user


def load_user(session_id: str) -> User | None:
    """The user of a session's cookie; None when deactivated or when the session's number is an older one."""
    public_id, _sep, number = session_id.partition(".")
    user: User | None = db.session.scalar(select(User).where(User.public_id == public_id))
    if user is None or user.deactivated_at is not None or number != str(user.session_number):
        return None
    return user


def recipient(user_id: int) -> Recipient | None:
    """Where and how a user is written to now, or None when the account is gone or deactivated."""
    user = db.session.get(User, user_id)
    if user is None or user.deactivated_at is not None:
        return None
    return Recipient(
        user.email,
        user.name,
        user.language or Language.SV,
        own_id=user.public_id,
        daily=user.mail_mode is MailMode.DAILY,
        nothing=user.mail_mode is MailMode.NOTHING,
        off=frozenset(user.mails_off),
    )


def addresses(user_ids: Collection[int]) -> dict[int, str]:
    """The addresses of several users by their ids, in one statement; for the administrator's list of mails."""
    return {row.id: row.email for row in db.session.execute(select(User.id, User.email).where(User.id.in_(user_ids)))}


def coaches(team_id: int) -> list[User]:
    """The team's active coaches by name."""
    return list(db.session.scalars(_active(Role.COACH).where(User.team_id == team_id)))


def team_leaders(team_id: int) -> list[User]:
    """The team's active leaders by name."""
    return list(db.session.scalars(_active(Role.TEAM_LEADER).where(User.team_id == team_id)))


def staff() -> list[User]:
    """Every active coach and team leader by name: employers are shared by all of them."""
    return list(db.session.scalars(_active(*STAFF)))


def teams() -> list[Team]:
    """All teams by name."""
    return list(db.session.scalars(select(Team).order_by(Team.name, Team.id)))


def team_by_public_id(public_id: str) -> Team | None:
    """The team that a form names."""
    return db.session.scalar(select(Team).where(Team.public_id == public_id))


def get_for(actor: Actor, public_id: str) -> User:
    """A user as the administrator's list shows one. :raises Missing: for everybody else, and when there is none."""
    user: User | None = db.session.scalar(
        select(User).options(joinedload(User.team)).where(User.public_id == public_id)
    )
    if user is None or actor.role is not Role.ADMINISTRATOR:
        raise Missing
    return user


def users(actor: Actor, *, search: str = "", role: Role | None = None, page: int = 1) -> Page[User]:
    """The users that an administrator sees, by name.

    :param search: part of a name or an address.
    """
    if actor.role is not Role.ADMINISTRATOR:
        raise Missing
    query = select(User).options(joinedload(User.team)).order_by(User.name, User.id)
    if role is not None:
        query = query.where(User.role == role)
    if search:
        query = query.where(
            or_(User.name.icontains(search, autoescape=True), User.email.icontains(search, autoescape=True))
        )
    return paged(query, page)


def open_invitations(actor: Actor) -> list[StaffInvitation]:
    """Staff who were asked in and have not answered, newest first; too old ones too, to be asked again."""
    if actor.role is not Role.ADMINISTRATOR:
        raise Missing
    query = select(StaffInvitation).where(StaffInvitation.accepted_at.is_(None))
    return list(db.session.scalars(query.order_by(StaffInvitation.created_at.desc(), StaffInvitation.id.desc())))


def invitation_for(actor: Actor, public_id: str) -> StaffInvitation:
    """An open staff invitation. :raises Missing: for all but an administrator, and when there is none."""
    query = select(StaffInvitation).where(StaffInvitation.public_id == public_id, StaffInvitation.accepted_at.is_(None))
    invitation = db.session.scalar(query)
    if invitation is None or actor.role is not Role.ADMINISTRATOR:
        raise Missing
    return invitation


def _active(*roles: Role) -> Select[tuple[User]]:
    return select(User).where(User.role.in_(roles), User.deactivated_at.is_(None)).order_by(User.name, User.id)
