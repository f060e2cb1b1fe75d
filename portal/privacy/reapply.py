"""After a restored backup: whoever is on the list is erased again, and consents on it are taken back again.

Nobody is mailed: they were told when it happened. The web server does it before its first answer, the worker before its
first mail, and ``flask --app wsgi privacy reapply`` at any time.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select

from portal.accounts.models import User
from portal.candidates import consents
from portal.candidates.models import Candidate, Consent
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.outbox import service as outbox
from portal.privacy import erasing, sweep, tombstones
from portal.privacy.tombstones import Gone, line
from portal.proposals import queries as proposal_queries
from portal.proposals import service as proposals
from portal.proposals.models import Proposal
from portal.proposals.states import LIVE


@dataclass(frozen=True)
class Again:
    """How many were erased, and how many consents taken back, once more."""

    candidates: int = 0
    users: int = 0
    consents: int = 0

    @property
    def any(self) -> bool:
        """Whether the database had come back with something that was gone."""
        return bool(self.candidates or self.users or self.consents)


def reapply() -> Again:
    """Do again what the list says, in one transaction, which is committed.

    :raises config.BadConfig: when the list cannot be read with this installation's key.
    """
    listed = tombstones.read()
    if not listed:
        return Again()
    candidates = _on(listed, Gone.CANDIDATE, select(Candidate.id, Candidate.public_id).order_by(Candidate.id))
    users = _on(listed, Gone.USER, select(User.id, User.public_id).where(User.erased_at.is_(None)).order_by(User.id))
    for candidate_id in candidates:
        erasing.erase_candidate(SYSTEM, candidate_id, reason="restored")
    for user_id in users:
        erasing.erase_user(SYSTEM, user_id, reason="restored")
    open_ones = select(Consent.id, Consent.public_id).where(Consent.withdrawn_at.is_(None)).order_by(Consent.id)
    taken_back = _on(listed, Gone.CONSENT, open_ones)
    for consent_id in taken_back:
        _take_back(consent_id)
    db.session.commit()
    done = Again(len(candidates), len(users), len(taken_back))
    if done.any:
        sweep.sweep()
    return done


def _on(listed: frozenset[str], gone: Gone, query: Select[int, str]) -> list[int]:
    return [row.id for row in db.session.execute(query) if line(gone, row.public_id) in listed]


def _take_back(consent_id: int) -> None:
    """End what stands on a consent, without a mail; a proposal that ended before has nothing left to end."""
    consent = db.session.get_one(Consent, consent_id)
    standing = select(Proposal.id).where(
        (Proposal.consent_id == consent_id) | (Proposal.disclosure_consent_id == consent_id),
    )
    for proposal_id in db.session.scalars(standing.where(Proposal.state.in_(sorted(LIVE)))).all():
        proposal = proposal_queries.load(proposal_id)
        proposals.withdraw(Actor(Role.CANDIDATE, candidate_id=proposal.candidate_id), proposal)
    for proposal_id in db.session.scalars(standing.order_by(Proposal.id)).all():
        outbox.cancel(("proposal", proposal_id))
    db.session.refresh(consent)
    if consent.withdrawn_at is None:
        consents.withdraw(consent, SYSTEM)
