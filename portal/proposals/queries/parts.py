"""What belongs to one proposal: who may be told, messages, meetings, consents, what was handed over."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal.accounts.models import User
from portal.candidates.models import Consent, FrozenProfile
from portal.core.db import db
from portal.core.errors import Missing
from portal.proposals.models import Disclosure, Interview, InterviewState, Message, Proposal

_Later = aliased(Proposal)


def contact_users(proposal: Proposal) -> list[User]:
    """Who at the employer may be told: contact persons of the opening whom the consent names, and who are active.

    Needs ``opening.contacts`` and ``consent.contacts`` loaded.
    """
    if proposal.consent is None:
        return []
    named = {user.id for user in proposal.consent.contacts}
    return [user for user in proposal.opening.contacts if user.id in named and user.is_active]


def messages_of(proposal: Proposal) -> list[Message]:
    """The messages under a proposal, oldest first, with their authors."""
    query = (
        select(Message)
        .where(Message.proposal_id == proposal.id)
        .options(joinedload(Message.author))
        .order_by(Message.at, Message.id)
    )
    return list(db.session.scalars(query))


def interviews_of(proposal: Proposal) -> list[Interview]:
    """The interviews of a proposal that are asked about or agreed, newest first."""
    query = (
        select(Interview)
        .where(Interview.proposal_id == proposal.id, Interview.state != InterviewState.CANCELLED)
        .options(selectinload(Interview.times))
        .order_by(Interview.id.desc())
    )
    return list(db.session.scalars(query))


def interview_of(proposal: Proposal, public_id: str) -> Interview:
    """One interview of a proposal. :raises Missing: absent or another's."""
    query = (
        select(Interview)
        .where(Interview.proposal_id == proposal.id, Interview.public_id == public_id)
        .options(selectinload(Interview.times))
    )
    found = db.session.scalar(query)
    if found is None:
        raise Missing
    return found


def disclosures_of(proposal: Proposal) -> list[Disclosure]:
    """What was handed over under a proposal, oldest first."""
    query = select(Disclosure).where(Disclosure.proposal_id == proposal.id).order_by(Disclosure.at, Disclosure.id)
    return list(db.session.scalars(query))


def consents_of(proposal: Proposal) -> list[Consent]:
    """The consents that a proposal stands on."""
    ids = [one for one in (proposal.consent_id, proposal.disclosure_consent_id) if one is not None]
    return list(db.session.scalars(select(Consent).where(Consent.id.in_(ids)).order_by(Consent.id)))


def consents_since(proposal: Proposal) -> list[Consent]:
    """Every consent that was given under a proposal, those that were renewed or taken back since too, oldest first.

    With the people whom each names. A consent names candidate and opening; of two proposals of the same candidate for
    the same opening, it belongs to the one that was made last when it was given.
    """
    later = select(func.min(_Later.created_at)).where(
        _Later.candidate_id == proposal.candidate_id,
        _Later.opening_id == proposal.opening_id,
        _Later.id > proposal.id,
    )
    until = db.session.scalar(later)
    mine = and_(
        Consent.candidate_id == proposal.candidate_id,
        Consent.opening_id == proposal.opening_id,
        Consent.given_at >= proposal.created_at,
        *([Consent.given_at < until] if until is not None else []),
    )
    stands_on = [one for one in (proposal.consent_id, proposal.disclosure_consent_id) if one is not None]
    query = (
        select(Consent)
        .where(or_(mine, Consent.id.in_(stands_on)))
        .options(selectinload(Consent.contacts))
        .order_by(Consent.given_at, Consent.id)
    )
    return list(db.session.scalars(query))


def frozen(frozen_profile_id: int | None) -> FrozenProfile:
    """A frozen profile by its row. :raises Missing: absent."""
    found = db.session.get(FrozenProfile, frozen_profile_id) if frozen_profile_id is not None else None
    if found is None:
        raise Missing
    return found
