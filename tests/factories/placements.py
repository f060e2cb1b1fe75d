"""Hires with their plans, past the services' checks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, inspect

from portal.accounts.models import User
from portal.candidates.aliases import alias_for
from portal.candidates.models import Candidate, ConsentKind, Identity
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.db import db, new_public_id
from portal.core.i18n import Language
from portal.openings.models import EmploymentType, Opening
from portal.placements import plan
from portal.placements.models import (
    AnsweredHow,
    ContactOrigin,
    ContactSide,
    Mood,
    Placement,
    Pulse,
    SupportContact,
    SupportRequest,
    ToldAtWork,
)
from portal.placements.states import ContactState, PlacementState, PulseState
from portal.proposals.models import PayKind, Proposal, Side
from portal.proposals.states import ProposalState
from tests.factories import accounts, candidates, openings, proposals


def hired_proposal(
    coach: User | None = None,
    *,
    candidate: Candidate | None = None,
    opening: Opening | None = None,
    starts_on: date | None = None,
    consent: dict[str, Any] | None = None,
    **values: Any,
) -> Proposal:
    """A proposal that has become a hire, with both consents; nothing follows it yet.

    :param starts_on: in three weeks unless said.
    :param consent: values of the disclosure consent.
    """
    coach = coach or accounts.coach()
    opening = opening or openings.opening()
    candidate = candidate or candidates.candidate(coach=coach)
    frozen = candidates.frozen(candidate)
    shared: dict[str, Any] = {"candidate": candidate, "opening": opening, "frozen": frozen}
    agreed = candidates.consent(**shared, until=clock.today() + timedelta(days=400))  # while the job is followed
    disclosed = candidates.consent(kind=ConsentKind.DISCLOSURE, **shared, **(consent or {}))
    row = Proposal(
        **{
            "candidate_id": candidate.id,
            "opening_id": opening.id,
            "alias_id": alias_for(candidate.id, opening.employer_id).id,
            "coach_id": coach.id,
            "state": ProposalState.HIRED,
            "frozen_profile_id": frozen.id,
            "consent_id": agreed.id,
            "disclosure_consent_id": disclosed.id,
            "proposed_at": clock.now() - timedelta(days=30),
            "hire_reported_by": Side.EMPLOYER,
            "hire_reported_at": clock.now(),
            "hire_starts_on": starts_on or clock.today() + timedelta(days=21),
            "hire_hours": 25,
            "hire_type": EmploymentType.PERMANENT,
            "hire_pay": PayKind.OPEN_MARKET,
            "candidate_said_yes_at": clock.now(),
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def placement(
    coach: User | None = None,
    *,
    candidate: Candidate | None = None,
    opening: Opening | None = None,
    proposal: Proposal | None = None,
    planned: bool = False,
    **values: Any,
) -> Placement:
    """A running job that came of a proposal; without contacts unless ``planned``."""
    coach = coach or accounts.coach()
    if proposal is None:
        proposal = hired_proposal(coach, candidate=candidate, opening=opening, starts_on=values.get("starts_on"))
    need = db.session.get_one(Opening, proposal.opening_id)
    row = Placement(
        **{
            "candidate_id": proposal.candidate_id,
            "employer_id": need.employer_id,
            "proposal_id": proposal.id,
            "coach_id": coach.id,
            "state": PlacementState.ACTIVE,
            "title": need.title,
            "starts_on": proposal.hire_starts_on,
            "hours": 25,
            "contract_type": EmploymentType.PERMANENT,
            "pay_kind": PayKind.OPEN_MARKET,
            "told_at_work": ToldAtWork.SUPERVISOR,
            **values,
        }
    )
    return _saved(row, planned=planned)


def own_find(
    coach: User | None = None, *, candidate: Candidate | None = None, planned: bool = False, **values: Any
) -> Placement:
    """A running job that did not come through the portal; nobody at work is told unless said."""
    coach = coach or accounts.coach()
    candidate = candidate or candidates.candidate(coach=coach, phase=Phase.EMPLOYED)
    row = Placement(
        **{
            "candidate_id": candidate.id,
            "workplace_name": "Storstugan",
            "coach_id": coach.id,
            "state": PlacementState.ACTIVE,
            "title": "Städare",
            "starts_on": clock.today(),
            "hours": 15,
            "contract_type": EmploymentType.PERMANENT,
            "pay_kind": PayKind.OPEN_MARKET,
            "told_at_work": ToldAtWork.NOBODY,
            **values,
        }
    )
    return _saved(row, planned=planned)


def _saved(row: Placement, *, planned: bool) -> Placement:
    db.session.add(row)
    db.session.flush()
    if planned:
        told = row.told_at_work is not ToldAtWork.NOBODY
        for one in plan.draw(row.starts_on, row.reported_on, ends_on=row.ends_on, employer_side=told):
            contact(
                row,
                side=one.line.side,
                due_on=one.due_on,
                origin=ContactOrigin.TEMPLATE,
                unit=one.line.unit,
                offset=one.line.offset,
                is_review=one.line.is_review,
                before_reported=one.before_reported,
            )
    return row


def contact(placement: Placement, **values: Any) -> SupportContact:
    """A planned contact with the employee, due today."""
    row = SupportContact(
        **{
            "placement_id": placement.id,
            "side": ContactSide.EMPLOYEE,
            "origin": ContactOrigin.ADDED,
            "due_on": clock.today(),
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def request(placement: Placement, asker: User, **values: Any) -> SupportRequest:
    """A request for support of today that nobody has taken, with its urgent contact."""
    due_on = values.pop("due_on", clock.today() + timedelta(days=1))
    urgent = contact(placement, side=ContactSide.EMPLOYER, origin=ContactOrigin.REQUEST, urgent=True, due_on=due_on)
    row = SupportRequest(
        **{
            "placement_id": placement.id,
            "contact_id": urgent.id,
            "asked_by_id": asker.id,
            "text": "The shifts do not fit.",
            "due_on": due_on,
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def pulse(placement: Placement, **values: Any) -> Pulse:
    """The first three questions to the employee, asked today by mail and not answered; ``answered`` sets the rest."""
    row = Pulse(
        **{
            "placement_id": placement.id,
            "side": ContactSide.EMPLOYEE,
            "ordinal": 1,
            "state": PulseState.ASKED,
            "due_on": clock.today(),
            "asked_on": clock.today(),
            "mailed": True,
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def answered(**values: Any) -> dict[str, Any]:
    """What answers by link are in the row: all is well unless said."""
    return {
        "state": PulseState.ANSWERED,
        "tasks": Mood.WELL,
        "people": Mood.WELL,
        "hours": Mood.WELL,
        "answered_at": clock.now(),
        "answered_how": AnsweredHow.LINK,
        **values,
    }


def many(like: Placement, count: int) -> list[int]:
    """More running jobs of the same coach at the same need, each of its own candidate, with a contact of both sides.

    Written in bulk; returns the new rows' ids.
    """
    proposal = db.session.get_one(Proposal, like.proposal_id)
    person = db.session.get_one(Candidate, like.candidate_id)
    people = _copies(person, [{} for _one in range(count)])
    identities = [
        {"candidate_id": one, "first_name": "Sanelma", "last_name": "Ahlskog", "language": Language.SV, "version": 1}
        for one in people
    ]
    db.session.execute(insert(Identity), identities)
    proposed = _copies(proposal, proposals.agreed_alike(proposal, people))
    made = _copies(
        like,
        [{"candidate_id": one, "proposal_id": its} for one, its in zip(people, proposed, strict=True)],
    )
    many_contacts(made)
    return made


def many_contacts(placement_ids: list[int], *, each: int = 1) -> None:
    """Planned contacts of both sides, the first of each due today and the others overdue, written in bulk."""
    rows = [
        {
            "public_id": new_public_id(),
            "placement_id": one,
            "side": side,
            "state": ContactState.PLANNED,
            "origin": ContactOrigin.ADDED,
            "due_on": clock.today() - timedelta(days=number % 20),
        }
        for one in placement_ids
        for side in ContactSide
        for number in range(each)
    ]
    db.session.execute(insert(SupportContact), rows)
    db.session.commit()


def _copies(row: Any, differences: list[dict[str, Any]]) -> list[int]:
    model = type(row)
    keys = [one.key for one in inspect(model).column_attrs if one.key not in ("id", "public_id")]
    same = {key: getattr(row, key) for key in keys}
    rows = [{**same, "public_id": new_public_id(), **different} for different in differences]
    return list(db.session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))
