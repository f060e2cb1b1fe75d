"""What the guards of the table read about a proposal, gathered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal.candidates import consents, keeping, profiles, textguard
from portal.candidates import queries as candidates
from portal.candidates.models import Candidate
from portal.core import clock
from portal.core.db import db
from portal.core.workdays import add_working_days
from portal.openings.models import Opening
from portal.openings.rules import terms_digest
from portal.proposals.models import CloseGround, Proposal
from portal.proposals.queries.counting import hired_count
from portal.proposals.rules import LATE_CONFIRMATION_WORKING_DAYS, Facts
from portal.proposals.states import LIVE, ProposalState


def facts(
    proposal: Proposal,
    *,
    can_be_asked: bool = True,
    candidate_said_yes: bool = False,
    closing_ground: CloseGround | None = None,
) -> Facts:
    """Gather what the guards read about a proposal, loaded as ``load`` does it.

    The three flags are what only the caller knows: how the candidate is to be asked, whether the coach says that the
    candidate has said yes, and why the system closes.
    """
    before_sending = proposal.state in (ProposalState.DRAFT, ProposalState.AWAITING_CONSENT)
    candidate = candidates.load(proposal.candidate_id) if before_sending else None  # later the frozen profile counts
    reported = proposal.hire_reported_at
    return Facts(
        proposal=proposal,
        opening=proposal.opening,
        now=clock.now(),
        today=clock.today(),
        terms_digest=terms_digest(proposal.opening),
        profile_digest=profiles.source_digest(candidate, keeping.kept_of(candidate.id)) if candidate else "",
        consent=proposal.consent,
        disclosure_consent=proposal.disclosure_consent,
        plan=candidates.plans_of([proposal.candidate_id]).get(proposal.candidate_id),
        other_live=has_other_live(proposal),
        refused_before=was_refused(proposal.candidate_id, proposal.opening_id),
        profile_blocked=candidate is not None
        and bool(textguard.flagged(profiles.working_copy(candidate), candidate.id, candidate.profile.words_read)),
        can_be_asked=can_be_asked,
        contacts=len(consents.named(proposal.opening)),
        hired=hired_count(proposal.opening_id),
        late_after=(
            add_working_days(clock.local(reported).date(), LATE_CONFIRMATION_WORKING_DAYS) if reported else None
        ),
        candidate_said_yes=candidate_said_yes or proposal.candidate_said_yes_at is not None,
        closing_ground=closing_ground,
    )


def facts_before(opening: Opening, people: Sequence[Candidate], *, reads_texts: bool) -> dict[int, Facts]:
    """What the guards read about proposals that nobody has drafted yet, by candidate, in a fixed number of statements.

    :param opening: with ``employer``, ``workplace`` and ``contacts`` loaded.
    :param people: with their profiles loaded. :param reads_texts: let the privacy guard read each profile; that asks
        the register for every candidate, so it is for few.
    """
    ids = [one.id for one in people]
    plans, digest, hired = candidates.plans_of(ids), terms_digest(opening), hired_count(opening.id)
    rows = db.session.execute(
        select(Proposal.candidate_id, Proposal.state, Proposal.lapsed)
        .where(Proposal.opening_id == opening.id, Proposal.candidate_id.in_(ids))
        .order_by(Proposal.id)
    ).all()
    live = {row.candidate_id for row in rows if row.state in LIVE}
    refused = {row.candidate_id for row in rows if row.state is ProposalState.REFUSED and not row.lapsed}
    return {
        one.id: Facts(
            proposal=Proposal(candidate_id=one.id, opening_id=opening.id, state=ProposalState.DRAFT),  # of no session
            opening=opening,
            now=clock.now(),
            today=clock.today(),
            terms_digest=digest,
            profile_digest="",
            plan=plans.get(one.id),
            other_live=one.id in live,
            refused_before=one.id in refused,
            profile_blocked=reads_texts
            and bool(textguard.flagged(profiles.working_copy(one), one.id, one.profile.words_read)),
            contacts=len(consents.named(opening)),
            hired=hired,
        )
        for one in people
    }


def has_other_live(proposal: Proposal) -> bool:
    """Whether another proposal of the same candidate for the same opening is under way."""
    query = select(Proposal.id).where(
        Proposal.candidate_id == proposal.candidate_id,
        Proposal.opening_id == proposal.opening_id,
        Proposal.state.in_(LIVE),
        Proposal.id != (proposal.id or 0),
    )
    return db.session.scalar(query.limit(1)) is not None


def was_refused(candidate_id: int, opening_id: int) -> bool:
    """Whether the candidate has said no to this opening; silence past the last day is no "no"."""
    query = select(Proposal.id).where(
        Proposal.candidate_id == candidate_id,
        Proposal.opening_id == opening_id,
        Proposal.state == ProposalState.REFUSED,
        Proposal.lapsed.is_(False),
    )
    return db.session.scalar(query.limit(1)) is not None
