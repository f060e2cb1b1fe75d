"""What an employer knows of who a candidate is, by a yes that holds: which details, which texts that may hold them.

Once details are given, the guard lets them pass in messages and in notes to the employer, and the employer writes them
as well. Those texts outlive the yes; who may not be told the details any more, or never was, does not read the texts.
"""

from __future__ import annotations

from datetime import datetime

from portal.candidates.disclosure import disclosed_fields
from portal.candidates.models import PersonalField
from portal.core.actors import Actor
from portal.core.errors import Refused
from portal.proposals import queries
from portal.proposals.models import Proposal
from portal.proposals.states import IDENTITY_KNOWN


def told(proposal: Proposal) -> dict[PersonalField, str]:
    """What the candidate lets this employer know now. Needs ``disclosure_consent`` loaded."""
    consent = proposal.disclosure_consent
    if proposal.state not in IDENTITY_KNOWN or consent is None or not consent.is_live():
        return {}
    try:
        return disclosed_fields(
            consent, consent.fields, candidate_id=proposal.candidate_id, opening_id=proposal.opening_id
        )
    except Refused:  # the candidate's plan was narrowed since
        return {}


def told_to(actor: Actor, proposal: Proposal) -> dict[PersonalField, str]:
    """What the candidate lets this reader at the employer know now, one whom the choice was made for.

    The caller writes the showing to the access log. Needs ``disclosure_consent`` with its contact persons loaded.
    """
    consent = proposal.disclosure_consent
    if not actor.is_employer or consent is None:
        return {}
    if actor.user_id not in {user.id for user in consent.contacts}:
        return {}
    return told(proposal)


def given_since(proposal: Proposal) -> datetime | None:
    """From when on texts under a proposal may hold details of the candidate; None: they have never been given."""
    return min((given.at for given in queries.disclosures_of(proposal)), default=None)


def covers_words(knows: dict[PersonalField, str], proposal: Proposal) -> bool:
    """Whether who knows this now may read all that texts may hold: every detail that was ever given is among it.

    :param knows: as ``told_to`` answers.
    """
    given = {one for disclosure in queries.disclosures_of(proposal) for one in disclosure.fields}
    return bool(knows) and given <= set(knows)
