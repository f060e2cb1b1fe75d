"""Mails about a thing, and the mails of a coach's people that could not be delivered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.candidates.models import Candidate
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Missing
from portal.employers.models import Employer, Invitation, Membership
from portal.openings.models import opening_contacts
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification, SendState, Trouble
from portal.placements.models import Placement
from portal.placements.states import PlacementState
from portal.proposals.models import Proposal
from portal.proposals.states import SENT

SHOWN = 30  # mails of one thing
LISTED = 100  # undelivered mails of one coach
AT_ONCE = 200  # failures that one run of the job tells of

OWN_KIND = "mail_undelivered"
# What happens to an account is its owner's business; that an address was never verified is the coach's too.
_THEIR_OWN = ("portal.accounts.",)
_YET_THE_COACHS = frozenset({"verify_address"})


@dataclass(frozen=True)
class Told:
    """A mail about a thing: the row, and who reads it (None: the candidate)."""

    mail: Notification
    reader: str | None


def about(actor: Actor, kind_of_thing: str, thing_id: int) -> list[Told]:
    """The mails about a thing that the actor has been given, newest first, in one statement. For the team alone."""
    if not actor.is_staff:
        return []
    rows = db.session.execute(
        select(Notification, User.name)
        .outerjoin(User, User.id == Notification.user_id)
        .where(Notification.about_type == kind_of_thing, Notification.about_id == thing_id)
        .order_by(Notification.id.desc())
        .limit(SHOWN)
    )
    return [Told(mail, None if mail.candidate_id is not None else name or mail.address or "") for mail, name in rows]


@dataclass(frozen=True)
class Undelivered:
    """A mail that could not be delivered, and to whom: one of the coach's candidates, or somebody at an employer."""

    mail: Notification
    candidate: str | None  # public id
    person: str
    phone: str
    employer: str
    employer_id: str  # public

    @property
    def reader(self) -> tuple[int | None, int | None, str | None]:
        """What is the same for all mails to one reader."""
        return self.mail.candidate_id, self.mail.user_id, self.mail.address

    @property
    def is_invitation(self) -> bool:
        """Whether it went to an address that nobody has answered from yet."""
        return self.mail.address is not None

    @property
    def trouble(self) -> Trouble | None:
        """Why it was given up."""
        word = (self.mail.error or "").partition(" ")[0]
        return Trouble(word) if word in set(Trouble) else None


def undelivered(actor: Actor) -> list[Undelivered]:
    """What did not arrive of the mails to a coach's people, newest first, in one statement.

    Those are: the own candidates; the people of employers that the coach looks after; the contact persons of needs
    with a live proposal or a running hire of the own candidates; and who is invited to an employer looked after.
    """
    return _found(actor, [])


def undelivered_for(actor: Actor, public_id: str) -> Undelivered:
    """One of them. :raises Missing: when it is none of this coach's, or was delivered or set aside since."""
    found = _found(actor, [Notification.public_id == public_id])
    if not found:
        raise Missing
    return found[0]


def to_same_reader(actor: Actor, one: Undelivered) -> list[Undelivered]:
    """Everything undelivered that the coach sees of one reader, oldest first."""
    reader = Notification.candidate_id, Notification.user_id, Notification.address
    same = [column.is_not_distinct_from(value) for column, value in zip(reader, one.reader, strict=True)]
    return list(reversed(_found(actor, same)))


def still_undelivered(user_id: int, mail_ids: Collection[int]) -> bool:
    """Whether a coach still has to know of one of these mails: asked again when the mail about them is to leave."""
    user = db.session.get(User, user_id)
    if user is None or user.role is not Role.COACH:
        return False
    return bool(_found(Actor(Role.COACH, user_id=user_id), [Notification.id.in_(list(mail_ids))]))


def _found(actor: Actor, conditions: Iterable[ColumnElement[bool]]) -> list[Undelivered]:
    if actor.role is not Role.COACH or actor.user_id is None:
        return []
    rows = db.session.execute(_failed().where(_concerns(actor.caseloads), *conditions).limit(LISTED))
    return [Undelivered(*row) for row in rows]


def _failed() -> Select[Notification, str, str, str, str, str]:
    invited_to = aliased(Employer)
    return (
        select(
            Notification,
            Candidate.public_id,
            func.coalesce(User.name, Notification.address, ""),
            func.coalesce(User.phone, ""),
            func.coalesce(Employer.name, invited_to.name, ""),
            func.coalesce(Employer.public_id, invited_to.public_id, ""),
        )
        .outerjoin(Candidate, Candidate.id == Notification.candidate_id)
        .outerjoin(User, User.id == Notification.user_id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Employer, Employer.id == Membership.employer_id)
        .outerjoin(Invitation, _is_about(Invitation.id, "invitation"))
        .outerjoin(invited_to, invited_to.id == Invitation.employer_id)
        .where(Notification.state == SendState.FAILED, Notification.kind.not_in(_not_the_coachs()))
        .order_by(Notification.id.desc())
    )


def _is_about(column: Any, thing: str) -> ColumnElement[bool]:
    return and_(Notification.about_type == thing, Notification.about_id == column)


def _not_the_coachs() -> list[str]:
    of_accounts = [name for name, kind in KINDS.items() if kind.write.__module__.startswith(_THEIR_OWN)]
    return [OWN_KIND, *(name for name in of_accounts if name not in _YET_THE_COACHS)]


def _concerns(coach_ids: Collection[int]) -> ColumnElement[bool]:
    """The condition that a mail went to somebody of these coaches' people."""
    own = select(Candidate.id).where(Candidate.coach_id.in_(coach_ids))
    looked_after = (
        select(Membership.user_id)
        .join(Employer, Employer.id == Membership.employer_id)
        .where(Employer.coach_id.in_(coach_ids))
    )
    contacts = select(opening_contacts.c.user_id).join(Proposal, Proposal.opening_id == opening_contacts.c.opening_id)
    proposed_to = contacts.where(Proposal.candidate_id.in_(own), Proposal.state.in_(SENT))
    hired_by = contacts.join(Placement, Placement.proposal_id == Proposal.id).where(
        Placement.candidate_id.in_(own), Placement.state == PlacementState.ACTIVE
    )
    invited = (
        select(Invitation.id)
        .join(Employer, Employer.id == Invitation.employer_id)
        .where(Employer.coach_id.in_(coach_ids), Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    )
    return or_(
        Notification.candidate_id.in_(own),
        Notification.user_id.in_(union(looked_after, proposed_to, hired_by).scalar_subquery()),
        and_(
            Notification.address.is_not(None),
            Notification.about_type == "invitation",
            Notification.about_id.in_(invited),
        ),
    )


# For the clock: of the system, not of an actor


def not_raised(limit: int = AT_ONCE) -> list[int]:
    """The mails that were given up and that no coach has been told of yet, oldest first."""
    query = (
        select(Notification.id)
        .where(Notification.state == SendState.FAILED, Notification.raised_at.is_(None))
        .order_by(Notification.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def by_coach(mail_ids: Collection[int]) -> dict[int, list[Undelivered]]:
    """Whom of the coaches these mails concern: coach → what to tell, oldest first."""
    if not mail_ids:
        return {}
    found = {}
    for coach_id in db.session.scalars(
        select(User.id).where(User.role == Role.COACH, User.deactivated_at.is_(None)).order_by(User.id)
    ):
        mails = _found(Actor(Role.COACH, user_id=coach_id), [Notification.id.in_(list(mail_ids))])
        if mails:
            found[coach_id] = list(reversed(mails))
    return found
