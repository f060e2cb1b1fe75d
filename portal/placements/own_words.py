"""What the guard lets pass about a hire: the job's own words, the workplace's people, the team's numbers."""

from __future__ import annotations

from portal.candidates.models import PersonalField
from portal.candidates.textguard import Passes
from portal.employers import queries as employers
from portal.placements import queries
from portal.placements.models import Placement
from portal.proposals.known import told


def passes(placement: Placement, *, with_details: bool = True) -> Passes:
    """What this employer knows already.

    :param with_details: of the candidate, as far as they are told; a text that is shown to more people holds none.
    :param placement: loaded as ``queries.get_for`` does it.
    """
    coach, proposal = queries.coach_of(placement), placement.proposal
    job = [placement.title, placement.workplace_name, placement.named_colleague, coach.name]
    reached_by = [coach.phone, coach.email]
    if placement.employer is not None:
        job.append(placement.employer.name)
        for person in employers.users_of(placement.employer.id):
            job.append(person.name)
            reached_by += [person.phone, person.email]
    known = told(proposal) if proposal is not None and with_details else {}
    if proposal is not None:
        job += [proposal.opening.title, proposal.opening.tasks]
    return Passes(
        own_words="\n".join(one for one in job if one),
        contacts=tuple(one for one in [*reached_by, *known.values()] if one),
        name_known=PersonalField.NAME in known,
    )
