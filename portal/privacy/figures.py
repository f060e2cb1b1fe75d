"""What stays of an erased candidate: counts by month and outcome, added to those of everybody before."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update

from portal.candidates.models import Candidate, PhaseChange
from portal.core import clock
from portal.core.db import db, rows_changed
from portal.placements.models import Placement, SupportContact, ToldAtWork
from portal.placements.states import ContactState, PlacementState
from portal.privacy.models import ClosedFigure, FigureOf
from portal.proposals.models import Proposal

MONTH_DAYS = 30.4


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is counted together."""

    of: FigureOf
    month: str
    outcome: str
    detail: str = ""
    title: str = ""
    team_id: int | None = None
    employer_id: int | None = None

    @property
    def key(self) -> str:
        """A digest, so that rows stand in no order that somebody could read."""
        parts = (self.of.value, self.month, self.outcome, self.detail, self.title, self.team_id, self.employer_id)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def keep(candidate: Candidate) -> None:
    """Count what is about to be erased of a candidate."""
    counted: Counter[Kind] = Counter()
    minutes: Counter[Kind] = Counter()
    team = candidate.team_id
    phases = select(PhaseChange.phase, PhaseChange.on_day).where(PhaseChange.candidate_id == candidate.id)
    for phase, day in db.session.execute(phases):
        counted[Kind(of=FigureOf.PHASE, month=_month(day), outcome=phase.value, team_id=team)] += 1
    for proposal in db.session.scalars(select(Proposal).where(Proposal.candidate_id == candidate.id)):
        counted[_of_proposal(proposal, team)] += 1
    for placement in db.session.scalars(select(Placement).where(Placement.candidate_id == candidate.id)):
        counted.update(_of_placement(placement, team))
    done = (
        select(SupportContact.side, SupportContact.channel, SupportContact.done_on, SupportContact.minutes)
        .join(Placement, Placement.id == SupportContact.placement_id)
        .where(Placement.candidate_id == candidate.id, SupportContact.state == ContactState.DONE)
    )
    for side, channel, done_on, lasted in db.session.execute(done):
        kind = Kind(
            of=FigureOf.CONTACT,
            month=_month(done_on or clock.today()),
            outcome=side.value,
            detail=channel.value if channel else "",
            team_id=team,
        )
        counted[kind] += 1
        minutes[kind] += lasted or 0
    for kind, how_many in counted.items():
        _add(kind, how_many, minutes[kind])


def _of_proposal(proposal: Proposal, team: int) -> Kind:
    reason = proposal.decline_reason or proposal.close_ground
    month = _month(clock.local(proposal.proposed_at or proposal.created_at).date())
    detail = reason.value if reason else ""
    return Kind(of=FigureOf.PROPOSAL, month=month, outcome=proposal.state.value, detail=detail, team_id=team)


def _of_placement(placement: Placement, team: int) -> list[Kind]:
    """For the team how it ended and after how long; for the employer title and length, when the employer knew of it."""
    ended = placement.state is PlacementState.ENDED and placement.end_reason is not None
    outcome = placement.end_reason.value if ended and placement.end_reason else "running"
    lasted = length((placement.ended_on or clock.today()) - placement.starts_on)
    month = _month(placement.starts_on)
    kinds = [Kind(of=FigureOf.HIRE, month=month, outcome=outcome, detail=lasted, team_id=team)]
    if placement.employer_id is not None and placement.told_at_work is not ToldAtWork.NOBODY:
        kinds.append(
            Kind(
                of=FigureOf.EMPLOYERS_HIRE,
                month=month,
                outcome=placement.contract_type.value,
                detail=lasted,
                title=placement.title,
                employer_id=placement.employer_id,
            )
        )
    return kinds


def length(lasted: timedelta) -> str:
    """How long a job lasted, in bands of months that several share."""
    days = lasted.days
    for name, months in (("under_1", 1), ("1_3", 3), ("3_6", 6), ("6_12", 12)):
        if days < months * MONTH_DAYS:
            return name
    return "over_12"


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _add(kind: Kind, how_many: int, minutes: int) -> None:
    values = {"how_many": ClosedFigure.how_many + how_many, "minutes": ClosedFigure.minutes + minutes}
    if rows_changed(update(ClosedFigure).where(ClosedFigure.key == kind.key).values(values)):
        return
    db.session.add(
        ClosedFigure(
            key=kind.key,
            of=kind.of,
            team_id=kind.team_id,
            employer_id=kind.employer_id,
            month=kind.month,
            outcome=kind.outcome,
            detail=kind.detail,
            title=kind.title,
            how_many=how_many,
            minutes=minutes,
        )
    )
    db.session.flush()
