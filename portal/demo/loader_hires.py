"""Hires of the demonstration: proposals that came through, jobs that people found themselves, and what followed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.demo.loader_county import County, Row, acts, read
from portal.demo.loader_openings import move
from portal.demo.loader_proposals import Story, Terms
from portal.demo.loader_stories import Timetable, walk
from portal.demo.loader_support import support
from portal.employers.states import Standing
from portal.openings.models import EmploymentType
from portal.openings.states import OpeningState
from portal.placements.models import EndedBy, EndReason, Placement, ToldAtWork
from portal.placements.states import PLACEMENTS, PlacementState
from portal.proposals.models import PayKind, Proposal

_CONSENT_WHILE_WORKING = timedelta(days=120)  # from now: people who work have said so anew
_CONFIRMED = (15, 5)


def hires(county: County) -> None:
    """Make every hire, the earliest first."""
    for number, row in enumerate(read("hires")["hires"]):
        proposal = _proposal(county, row, number) if row["opening"] else None
        placement = _placement(county, row, proposal)
        county.placements.append(placement)
        _begin(county, placement, proposal)
        support(county, placement)
    _fill(county)


def _terms(county: County, row: Row) -> Terms:
    days = county.days
    agreed_end, decided = row["agreed_end_days_ago"], row["subsidy_decided_days_ago"]
    return Terms(
        starts_on=_start(county, row),
        hours=row["hours"],
        contract=EmploymentType(row["contract"]),
        pay=PayKind(row["pay_kind"]),
        ends_on=days.back(agreed_end) if agreed_end is not None else None,
        subsidy_decided_on=days.back(decided) if decided is not None else None,
    )


def _start(county: County, row: Row) -> date:
    return county.days.back(row["start_days_ago"])


def _proposal(county: County, row: Row, number: int) -> Proposal:
    days = county.days
    story = Story(county, row["candidate"], county.openings[row["opening"]])
    reports = story.employer if number % 3 == 0 else story.coach
    table = Timetable(days, "confirm_hire", days.back(row["reported_days_ago"]), county.chance.randint(0, 9))
    walk(story, table, reports, hire=_terms(county, row))
    if row["ended_days_ago"] is None:
        for consent in (story.proposal.consent, story.proposal.disclosure_consent):
            if consent is not None:
                consent.until = max(consent.until, days.today + _CONSENT_WHILE_WORKING)
    return story.keep()


def _placement(county: County, row: Row, proposal: Proposal | None) -> Placement:
    days, terms = county.days, _terms(county, row)
    candidate = county.candidates[row["candidate"]]
    ended = row["ended_days_ago"]
    reported_on = days.back(row["reported_days_ago"])
    return Placement(
        candidate=candidate,
        employer=county.employers[row["employer"]] if row["employer"] else None,
        workplace_name=row["workplace_name"],
        proposal=proposal,
        coach=candidate.coach,
        state=PlacementState.ACTIVE if ended is None else PlacementState.ENDED,
        title=proposal.opening.title if proposal is not None else row["title"],
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        hours=terms.hours,
        contract_type=terms.contract,
        pay_kind=terms.pay,
        subsidy_decided_on=terms.subsidy_decided_on,
        named_colleague=row["named_colleague"],
        told_at_work=ToldAtWork(row["told_at_work"]),
        reported_on=reported_on,
        ended_on=days.back(ended) if ended is not None else None,
        end_reason=EndReason(row["end_reason"]) if row["end_reason"] else None,
        ended_by=EndedBy(row["ended_by"]) if row["ended_by"] else None,
        created_at=clock.at_local(reported_on, *_CONFIRMED),
    )


def _begin(county: County, placement: Placement, proposal: Proposal | None) -> None:
    """Store it, with the events of its beginning and its end."""
    db.session.add(placement)
    db.session.flush()
    coach = acts(placement.coach)
    row = PLACEMENTS.check(None, "begin", coach.role)
    to = row.target.value if row.target is not None else ""
    kind = "proposal" if proposal is not None else "own_find"
    county.journal.note(placement.created_at, coach, "placements.begin", "placement", placement, to=to, kind=kind)
    if placement.ended_on is not None and placement.end_reason is not None and placement.ended_by is not None:
        PLACEMENTS.check(PlacementState.ACTIVE, "end", coach.role)
        at = county.days.at(placement.ended_on, 15, 40)
        why = {"reason": placement.end_reason.value, "side": placement.ended_by.value}
        county.journal.note(at, coach, "placements.end", "placement", placement, **why)


def _fill(county: County) -> None:
    """End the needs that have as many hired as were sought, with the last hire."""
    last: dict[int, datetime] = {}
    count: dict[int, int] = {}
    for placement in county.placements:
        if placement.proposal is not None:
            key = placement.proposal.opening.id
            count[key] = count.get(key, 0) + 1
            last[key] = max(last.get(key, placement.created_at), placement.created_at)
        if placement.proposal is not None and placement.employer is not None:
            placement.employer.standing = Standing.HAS_HIRED
    for opening in county.openings.values():
        if opening.state is OpeningState.OPEN and count.get(opening.id, 0) >= opening.people:
            move(county, opening, "fill", last[opening.id], SYSTEM)
