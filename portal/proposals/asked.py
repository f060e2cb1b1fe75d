"""What a candidate's link asks now, all that its page shows of it, and the sign that ties a yes to what was shown."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.accounts.models import SignedLink, User
from portal.candidates import consents
from portal.candidates import queries as candidates
from portal.candidates.models import ConsentKind, PersonalField
from portal.core import clock
from portal.core.i18n import Language
from portal.openings.rules import terms_digest
from portal.proposals import page, service
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState


@dataclass(frozen=True, kw_only=True)
class Question:
    """One open question to a candidate.

    :param kind: "proposal", "details" or "again" (the job has changed, or the yes is past its day).
    :param people: who at the employer would read it: exactly those whom the consent then names.
    :param until: the last day of the yes, as it is then stored; ``answer_by``: the last day on which the link answers.
    :param told: what the employer knows by name already and a yes "again" lets it know on.
    :param offered: what can be ticked, for details.
    :param shown: a digest of all of this; the page hands it back with the answer.
    """

    kind: str
    people: list[User]
    until: date
    answer_by: date
    paragraphs: list[str]
    told: list[PersonalField]
    offered: list[PersonalField]
    shown: str


def question_of(link: SignedLink, proposal: Proposal, code: Language) -> Question | None:
    """What a link asks now, or None when it asks nothing any more.

    :param proposal: of the link, loaded as ``queries.load`` does it. :param code: the language that the page is in.
    """
    kind = _kind(proposal)
    if kind is None:
        return None
    until = service.yes_holds_until()
    paragraphs = consents.text(ConsentKind.DISCLOSURE if kind == "details" else ConsentKind.PROPOSAL, code, until)
    people = consents.named(proposal.opening)
    told = _told(proposal) if kind == "again" else []
    offered = list(candidates.plan_of(proposal.candidate_id).fields) if kind == "details" else []
    values: dict[str, Any] = {
        "kind": kind,
        "people": sorted(user.id for user in people),
        "until": until.isoformat(),
        "texts": [consents.TEXT_VERSION, *paragraphs],
        "told": told,
        "terms": terms_digest(proposal.opening),
        "profile": proposal.frozen_profile_id,
    }
    return Question(
        kind=kind,
        people=people,
        until=until,
        answer_by=clock.local(link.expires_at - timedelta(seconds=1)).date(),
        paragraphs=paragraphs,
        told=told,
        offered=offered,
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
