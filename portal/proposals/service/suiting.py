"""A need has opened: each coach is told how many of their people it could suit, and never who (``mail.md``)."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.candidates import profiles
from portal.candidates import queries as candidates
from portal.candidates.models import DisclosurePlan
from portal.candidates.states import Phase
from portal.core.actors import Actor
from portal.core.db import db
from portal.openings.models import Opening
from portal.proposals import mails
from portal.proposals.compare import Verdict, compare, fit

SUITS_FROM = 0.6  # of 1, as ``compare.fit`` counts: the trade is there or near, and more than half of the rest fits


def suited(opening: Opening) -> Counter[int]:
    """How many people each coach supports whom a need could suit, by the coach's id; nobody where there are none.

    Somebody counts who searches, whose plan lets proposals be made to this employer, and who has the trade or one
    near it.

    :param opening: as ``openings.queries.get_for`` loads it.
    """
    plans = select(DisclosurePlan).where(DisclosurePlan.proposals_allowed).order_by(DisclosurePlan.candidate_id)
    allowed = {plan.candidate_id: plan.never_employers for plan in db.session.scalars(plans)}
    found: Counter[int] = Counter()
    for one in candidates.in_phase(Phase.SEARCHING):
        if one.coach_id is None or opening.employer_id in allowed.get(one.id, [opening.employer_id]):
            continue
        lines = compare(opening, profiles.working_copy(one))
        if lines[0].verdict is not Verdict.ASK and fit(lines) >= SUITS_FROM:
            found[one.coach_id] += 1
    return found


def tell_of_new_need(_actor: Actor, opening: Opening) -> None:
    """Mail each coach who supports somebody whom the need could suit, but for the one who is told of every need of
    this employer.
    """
    for coach_id, count in sorted(suited(opening).items()):
        if coach_id != opening.employer.coach_id:
            mails.need_suits(opening, accounts.get_user(coach_id), count)
