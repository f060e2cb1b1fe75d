"""Take somebody out of the database, inside the caller's transaction. What is noted outside it: ``tombstones``."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Delete, Update, delete, or_, select, update

from portal.accounts.models import SignedLink, StaffInvitation, User
from portal.audit import service as audit
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.employers.models import EmployerContact, Invitation
from portal.outbox.models import Notification
from portal.placements.models import Placement, Pulse
from portal.privacy import figures, tombstones
from portal.privacy.owned import (
    LINKS_OF_HIRES,
    LINKS_OF_PROPOSALS,
    LINKS_OF_PULSES,
    cascades,
    rows_of,
    singular,
)
from portal.proposals.models import Proposal

Changes = TypeVar("Changes", Delete, Update)

NOBODY = "–"  # what pages show where a name was

# Tables whose rows point to a user with a cascade and stay with the emptied user: who was named is part of a consent.
STAY_WITH_USER = frozenset({"consent_contacts", "opening_contacts"})


def erase_candidate(actor: Actor, candidate_id: int, *, reason: str) -> bool:
    """Erase everything about a candidate; figures without a person stay.

    :param reason: "period", "request" or "restored", for the audit trail.
    :returns: false when somebody else has erased the candidate meanwhile.
    """
    candidate = db.session.scalar(select(Candidate).where(Candidate.id == candidate_id).with_for_update())
    if candidate is None:
        return False
    public_id = candidate.public_id
    figures.keep(candidate)
    _erase_mentions(candidate_id)
    for table, condition in reversed(rows_of([candidate_id]).items()):
        db.session.execute(delete(table).where(condition))
    db.session.expire_all()
    audit.record(actor, "privacy.erase", "candidate", candidate_id, reason=reason)
    tombstones.note(tombstones.Gone.CANDIDATE, public_id)
    return True


def _erase_mentions(candidate_id: int) -> None:
    """What leads to a candidate without a foreign key that cascades."""
    owned = rows_of([candidate_id])
    for table, condition in owned.items():
        if "id" in table.c:
            ids = select(table.c.id).where(condition)
            about = (Notification.about_type == singular(table), Notification.about_id.in_(ids))
            db.session.execute(_quiet(delete(Notification).where(*about)))
    proposals = select(Proposal.id).where(Proposal.candidate_id == candidate_id)
    hires = select(Placement.id).where(Placement.candidate_id == candidate_id)
    pulses = select(Pulse.id).where(owned[db.metadata.tables[Pulse.__tablename__]])
    of = ((LINKS_OF_PROPOSALS, proposals), (LINKS_OF_HIRES, hires), (LINKS_OF_PULSES, pulses))
    for purposes, subjects in of:
        links = (SignedLink.purpose.in_(sorted(purposes)), SignedLink.subject_id.in_(subjects))
        db.session.execute(_quiet(delete(SignedLink).where(*links)))
    # a visit to an employer stays in its log; what was written about this person does not
    emptied = {"candidate_id": None, "learned": "", "next_step": "", "next_step_on": None}
    contacts = update(EmployerContact).where(EmployerContact.candidate_id == candidate_id)
    db.session.execute(_quiet(contacts.values(emptied)))


def erase_user(actor: Actor, user_id: int, *, reason: str) -> bool:
    """Empty a user's row; it stays for the events and texts that point to it, and opens nothing.

    :returns: false when that was done before.
    """
    user = db.session.scalar(select(User).where(User.id == user_id).with_for_update())
    if user is None or user.erased_at is not None:
        return False
    invited = (StaffInvitation, Invitation)
    for model in invited:
        db.session.execute(_quiet(delete(model).where(model.email == user.email)))
    mentions = or_(
        Notification.address == user.email,
        (Notification.about_type == "user") & (Notification.about_id == user.id),
    )
    db.session.execute(_quiet(delete(Notification).where(mentions)))
    for table in reversed(db.metadata.sorted_tables):
        if table.name in STAY_WITH_USER:
            continue
        for key in cascades(table):
            if key.column.table.name == User.__tablename__:
                db.session.execute(delete(table).where(key.parent == user.id))
    user.email = f"erased-{user.public_id}@portal.invalid"
    user.name, user.phone, user.title = NOBODY, "", ""
    user.mails_off = []
    user.language = user.password_hash = user.email_verified_at = user.last_sign_in_at = None
    user.deactivated_at = user.deactivated_at or clock.now()
    user.erased_at = clock.now()
    user.session_number += 1
    db.session.flush()
    audit.record(actor, "privacy.erase", "user", user.id, reason=reason)
    tombstones.note(tombstones.Gone.USER, user.public_id)
    return True


def _quiet(statement: Changes) -> Changes:
    """Nothing loaded before is looked at again: the caller forgets it all."""
    return statement.execution_options(synchronize_session=False)
