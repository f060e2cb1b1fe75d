"""What a candidate is asked, by link or by the coach, all that is shown of it, and the sign that ties a yes to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.accounts.models import SignedLink, User
from portal.candidates import consents, profiles, rarity
from portal.candidates import queries as candidates
from portal.candidates.models import Candidate, ConsentKind, FrozenProfile, PersonalField
from portal.core import clock
from portal.core.i18n import Language
from portal.openings.models import Opening
from portal.openings.rules import terms_digest
from portal.proposals import page, service
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState


@dataclass(frozen=True, kw_only=True)
class Question:
    """One open question to a candidate.

    :param kind: "proposal", "details" or "again" (the job has changed, or the yes is past its day).
    :param language: of the text, and of the whole page that the candidate reads.
    :param people: who at the employer would read it: exactly those whom the consent then names.
    :param until: the last day of the yes, as it is then stored; ``answer_by``: the last day on which a link answers.
    :param frozen: the profile that the yes is for; of a recorded yes to a proposal as it would be frozen now.
    :param told: what the employer knows by name already and a yes "again" lets it know on.
    :param offered: what can be ticked, for details.
    :param terms: the digest of the job as it is told.
    :param shown: a digest of all of this; the page hands it back with the answer.
    """

    kind: str
    language: Language
    people: list[User]
    until: date
    answer_by: date | None
    frozen: FrozenProfile | None
    paragraphs: list[str]
    told: list[PersonalField]
    offered: list[PersonalField]
    terms: str
    shown: str

    @property
    def content(self) -> dict[str, Any]:
        """What an employer would see."""
        return self.frozen.content if self.frozen else {}

    @property
    def digests(self) -> tuple[str, str]:
        """Of the profile and of the job as they are shown, for ``service.HowGiven``."""
        return self.frozen.digest if self.frozen else "", self.terms


def question_of(link: SignedLink, proposal: Proposal, code: Language) -> Question | None:
    """What a link asks now, or None when it asks nothing any more.

    :param proposal: of the link, loaded as ``queries.load`` does it. :param code: the language that the page is in.
    """
    kind = _kind(proposal)
    if kind is None:
        return None
    return _question(
        kind,
        proposal.opening,
        proposal.candidate_id,
        proposal.frozen_profile,
        code,
        told=_told(proposal) if kind == "again" else [],
        answer_by=clock.local(link.expires_at - timedelta(seconds=1)).date(),
    )


def first_question(candidate: Candidate, opening: Opening, until: date | None = None) -> Question:
    """What the coach reads with a candidate who has not been asked, or whose profile may have been edited since.

    :param candidate: with the profile loaded; it is shown as it would be frozen now. :param opening: with employer,
        workplace and contact persons loaded. :param until: the last day that the coach has chosen.
    """
    frozen = profiles.frozen_now(candidate, rarity.books())
    return _question("proposal", opening, candidate.id, frozen, candidates.language_of(candidate.id), until=until)


def later_question(kind: str, proposal: Proposal, until: date | None = None) -> Question:
    """What the coach reads with the candidate of a sent proposal.

    :param kind: "details" or "again". :param until: the last day that the coach has chosen.
    """
    code = candidates.language_of(proposal.candidate_id)
    told = _told(proposal) if kind == "again" else []
    return _question(
        kind, proposal.opening, proposal.candidate_id, proposal.frozen_profile, code, told=told, until=until
    )


def _question(
    kind: str,
    opening: Opening,
    candidate_id: int,
    frozen: FrozenProfile | None,
    code: Language,
    *,
    told: Sequence[PersonalField] = (),
    until: date | None = None,
    answer_by: date | None = None,
) -> Question:
    until = until or service.yes_holds_until()
    paragraphs = consents.text(ConsentKind.DISCLOSURE if kind == "details" else ConsentKind.PROPOSAL, code, until)
    people = consents.named(opening)
    terms = terms_digest(opening)
    values: dict[str, Any] = {
        "kind": kind,
        "people": sorted(user.id for user in people),
        "until": until.isoformat(),
        "texts": [consents.TEXT_VERSION, *paragraphs],
        "told": list(told),
        "terms": terms,
        "profile": frozen.digest if frozen else None,
    }
    return Question(
        kind=kind,
        language=code,
        people=people,
        until=until,
        answer_by=answer_by,
        frozen=frozen,
        paragraphs=paragraphs,
        told=list(told),
        offered=list(candidates.plan_of(candidate_id).fields) if kind == "details" else [],
        terms=terms,
        shown=hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest(),
    )


def _kind(proposal: Proposal) -> str | None:
    if proposal.state is ProposalState.AWAITING_CONSENT:
        return "proposal"
    if page.needs_new_yes(proposal):
        return "again"
    return "details" if proposal.state is ProposalState.INTERESTED else None


def _told(proposal: Proposal) -> list[PersonalField]:
    consent = proposal.disclosure_consent
    return list(consent.fields) if consent is not None and consent.withdrawn_at is None else []
