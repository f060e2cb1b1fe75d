"""What every yes of a candidate needs: the link that asks for it, the consent that keeps it, the link to end it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink, User
from portal.candidates import consents
from portal.candidates import queries as candidates
from portal.candidates.models import Consent, ConsentHow, ConsentKind, PersonalField
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import Overtaken, Refused
from portal.core.i18n import Language
from portal.openings.rules import terms_digest
from portal.proposals import queries
from portal.proposals.models import Proposal

DAYS_TO_ANSWER = 7  # for the candidate, unless the coach chooses another day
CONSENT_LIVES = timedelta(days=183)


@dataclass(frozen=True, kw_only=True)
class HowGiven:
    """How a yes reached the coach: in person or on paper, who was there, until when it holds.

    ``as_shown``: digests of the profile and of the job that the coach's page showed; the yes is for just these.
    """

    how: ConsentHow = ConsentHow.IN_PERSON
    who_was_there: str = ""
    until: date | None = None
    as_shown: tuple[str, str] | None = None


@dataclass(frozen=True)
class _Named:
    """An opening as a consent reads it, with the people whom the yes is for."""

    id: int
    employer_id: int
    contacts: Sequence[User]


def consent_link(proposal: Proposal, answer_by: date | None = None) -> SignedLink:
    """A new link to the page where the candidate answers; the one before stops working.

    :param answer_by: the last day to answer, until its midnight; ``DAYS_TO_ANSWER`` from today by default.
    """
    links.revoke(Purpose.CONSENT, proposal.id)
    last_day = answer_by or clock.today() + timedelta(days=DAYS_TO_ANSWER)
    return links.issue(Purpose.CONSENT, proposal.id, clock.at_local(last_day + timedelta(days=1)) - clock.now())


def yes_holds_until() -> date:
    """The last day of a yes that is given today, when nobody chooses another."""
    return clock.today() + CONSENT_LIVES


def my_consents_link(proposal: Proposal) -> SignedLink:
    """A link to what the candidate agreed to, where it can be taken back; it works as long as the longest yes holds."""
    last_day = max(consent.until for consent in queries.consents_of(proposal))
    return links.issue(Purpose.MY_CONSENTS, proposal.id, clock.at_local(last_day + timedelta(days=1)) - clock.now())


def give(
    actor: Actor,
    proposal: Proposal,
    kind: ConsentKind,
    fields: Iterable[PersonalField],
    given: HowGiven,
    *,
    frozen_id: int | None = None,
    in_language: Language | None = None,
    people: Sequence[User] | None = None,
) -> Consent:
    """Record a yes with what was shown: the frozen profile (by default the proposal's) and the terms as they are now.

    :param in_language: of the text that was shown; the candidate's own by default.
    :param people: whom at the employer the yes names; the opening's contact persons by default.
    :raises Refused: when nobody at the employer could read it, or something else was shown than there is now.
    """
    queries.hold(proposal)  # before the consent points to the opening: two who wait for each other would both fail
    opening = proposal.opening
    asked_for = _Named(opening.id, opening.employer_id, opening.contacts if people is None else people)
    if not consents.named(asked_for):
        raise Refused(_("The need has no contact person. Add one first."))
    frozen, terms = queries.frozen(frozen_id or proposal.frozen_profile_id), terms_digest(proposal.opening)
    if given.as_shown is not None and given.as_shown != (frozen.digest, terms):
        raise Overtaken(_("Something was changed in this very moment. Nothing has been recorded. Read it again."))
    return consents.give(
        kind=kind,
        candidate_id=proposal.candidate_id,
        opening=asked_for,
        frozen=frozen,
        terms_digest=terms,
        fields=fields,
        how=given.how,
        language=in_language or candidates.language_of(proposal.candidate_id),
        recorded_by=actor,
        who_was_there=given.who_was_there,
        until=given.until or yes_holds_until(),
    )
