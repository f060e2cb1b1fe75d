"""What the guard lets pass under a proposal: the job's own words, the team's numbers, what has been disclosed."""

from __future__ import annotations

from portal.candidates.disclosure import disclosed_fields
from portal.candidates.models import PersonalField
from portal.candidates.textguard import Passes
from portal.core.errors import Refused
from portal.proposals.models import Proposal
from portal.proposals.states import IDENTITY_KNOWN


def passes(proposal: Proposal) -> Passes:
    """What this employer knows already.

    :param proposal: loaded as ``queries.get_for`` does it: opening with employer, workplace and contact persons, coach,
        disclosure consent.
    """
    opening, coach, known = proposal.opening, proposal.coach, told(proposal)
    job = [opening.title, opening.tasks, opening.pay, opening.employer.name, coach.name]
    if opening.workplace is not None:
        job += [opening.workplace.name, opening.workplace.street]
    reached_by = [coach.phone, coach.email, *known.values()]
    for person in opening.contacts:
        job.append(person.name)
        reached_by += [person.phone, person.email]
    return Passes(
        own_words="\n".join(one for one in job if one),
        contacts=tuple(one for one in reached_by if one),
        name_known=PersonalField.NAME in known,
    )


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
