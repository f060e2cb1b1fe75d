"""Texts of a profile that another employer has, or may get: whoever compares notes reads that it is one person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from portal.candidates.models import FrozenProfile
from portal.core.db import db
from portal.core.reference.text import fold
from portal.openings.models import Opening
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState


def texts_known_elsewhere(candidate_id: int, employer_id: int, content: dict[str, Any]) -> list[str]:
    """The texts of a content, pitch or line, that were sent of this candidate to an employer other than this one, or
    that the candidate is asked about now for such a one.

    Case, accents and spaces do not make another text. One statement: the candidate's sent profiles are few, and
    encrypted, so they are compared here.
    """
    query = (
        select(FrozenProfile.content)
        .join(Proposal, Proposal.frozen_profile_id == FrozenProfile.id)
        .join(Opening, Opening.id == Proposal.opening_id)
        .where(
            Proposal.candidate_id == candidate_id,
            or_(Proposal.proposed_at.is_not(None), Proposal.state == ProposalState.AWAITING_CONSENT),
            Opening.employer_id != employer_id,
        )
        .order_by(FrozenProfile.id)
    )
    sent = {fold(text) for known in db.session.scalars(query) for text in _texts(known)}
    return [text for text in _texts(content) if fold(text) in sent]


def _texts(content: dict[str, Any]) -> list[str]:
    return [text for text in (content["pitch"], *content["works_well"]) if text]
