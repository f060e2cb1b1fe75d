"""What the guard lets pass under a proposal: the job's own words, the team's numbers, what has been disclosed."""

from __future__ import annotations

from portal.candidates.models import PersonalField
from portal.candidates.textguard import Passes
from portal.proposals.known import told
from portal.proposals.models import Proposal


def passes(proposal: Proposal, *, with_details: bool = True) -> Passes:
    """What this employer knows already.

    :param with_details: of the candidate, as far as they are told; a text that is shown to more people holds none.
    :param proposal: loaded as ``queries.get_for`` does it: opening with employer, workplace and contact persons, coach,
        disclosure consent.
    """
    opening, coach, known = proposal.opening, proposal.coach, told(proposal) if with_details else {}
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
