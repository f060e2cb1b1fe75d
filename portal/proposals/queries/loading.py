"""Whole proposals for the system: one by its row, those of an opening or a candidate, those whose time has come."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from portal.accounts.models import User
from portal.candidates.models import consent_contacts
from portal.core.db import db
from portal.core.errors import Missing
from portal.openings.models import Opening
from portal.outbox.models import Notification
from portal.proposals.models import Proposal
from portal.proposals.states import LIVE, ProposalState

_REMINDERS = ("proposal_waits", "proposal_silent")  # to the employer, and to the coach with the last of them

LOADED = (
    joinedload(Proposal.opening).joinedload(Opening.employer),
    joinedload(Proposal.opening).selectinload(Opening.contacts),
    joinedload(Proposal.opening).joinedload(Opening.workplace),
    joinedload(Proposal.alias),
    joinedload(Proposal.coach),
    joinedload(Proposal.candidate),
    joinedload(Proposal.frozen_profile),
    joinedload(Proposal.consent),
    joinedload(Proposal.disclosure_consent),
)  # and the contact persons of both yeses: ``_with_named``


def load(proposal_id: int) -> Proposal:
    """One proposal by its row id, for the system and for holders of a link. :raises Missing: absent."""
    return one(select(Proposal).where(Proposal.id == proposal_id).options(*LOADED))


def one(query: Select[Proposal]) -> Proposal:
    """What a query that finds one or none finds, read anew. :raises Missing: absent."""
    found = _with_named(query.execution_options(populate_existing=True))
    if not found:
        raise Missing
    (proposal,) = found
    return proposal


def _with_named(query: Select[Proposal]) -> list[Proposal]:
    """What a query with ``LOADED`` finds, and whom both yeses name: one statement for both."""
    found = list(db.session.scalars(query).unique())
    yeses = {yes.id: yes for one in found for yes in (one.consent, one.disclosure_consent) if yes is not None}
    people: dict[int, list[User]] = {key: [] for key in yeses}
    if yeses:
        named = (
            select(consent_contacts.c.consent_id, User)
            .join(User, User.id == consent_contacts.c.user_id)
            .where(consent_contacts.c.consent_id.in_(yeses))
            .order_by(User.name)
        )
        for consent_id, user in db.session.execute(named):
            people[consent_id].append(user)
    for key, yes in yeses.items():
        set_committed_value(yes, "contacts", people[key])
    return found


def hold(proposal: Proposal) -> None:
    """Let nobody else change the opening until this transaction ends, and read proposal and opening as they are now.

    What the guards read (places left, the terms that the candidate agreed to) then still holds when the state changes.
    SQLite needs no lock of a row: who writes there is alone.
    """
    # FOR NO KEY UPDATE: rows that only point to the opening, as a consent does, are written beside it
    db.session.execute(select(Opening.id).where(Opening.id == proposal.opening_id).with_for_update(key_share=True))
    load(proposal.id)


def live_of_opening(opening_id: int) -> list[Proposal]:
    """Every live proposal of an opening, loaded for the service, oldest first."""
    query = select(Proposal).where(Proposal.opening_id == opening_id, Proposal.state.in_(LIVE)).options(*LOADED)
    return _with_named(query.order_by(Proposal.id))


def live_of_candidate(candidate_id: int) -> list[Proposal]:
    """Every live proposal of a candidate, loaded for the service, oldest first."""
    query = select(Proposal).where(Proposal.candidate_id == candidate_id, Proposal.state.in_(LIVE)).options(*LOADED)
    return _with_named(query.order_by(Proposal.id))


def past_last_day(today: date) -> list[Proposal]:
    """Consent requests whose last day to answer was before ``today``, oldest first."""
    return _all(Proposal.state == ProposalState.AWAITING_CONSENT, Proposal.answer_by < today)


def unanswered_since(moment: datetime, *, reminders: int, told_before: datetime | None = None) -> list[Proposal]:
    """Proposals that wait for the employer since ``moment`` or longer, after so many reminders, oldest first.

    :param told_before: none of whose reminders was written after this. They are late when no job ran for days.
    """
    found = [Proposal.state == ProposalState.PROPOSED, Proposal.proposed_at <= moment, Proposal.reminders == reminders]
    if told_before is not None:
        told_since = exists().where(
            Notification.about_type == "proposal",
            Notification.about_id == Proposal.id,
            Notification.kind.in_(_REMINDERS),
            Notification.created_at > told_before,
        )
        found.append(~told_since)
    return _all(*found)


def to_close_by(moment: datetime) -> list[Proposal]:
    """Live proposals whose agreed closing hour has come, oldest first."""
    return _all(Proposal.state.in_(LIVE), Proposal.close_due_at <= moment)


def _all(*conditions: ColumnElement[bool]) -> list[Proposal]:
    return _with_named(select(Proposal).where(*conditions).options(*LOADED).order_by(Proposal.id))
