"""The job is offered, one side reports the hire, the other confirms it. Meetings before that are in ``interviews``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.errors import Invalid
from portal.openings import queries as openings
from portal.openings import service as opening_service
from portal.openings.models import EmploymentType, Opening
from portal.openings.states import OpeningState
from portal.proposals import events, mails, queries
from portal.proposals.models import PayKind, Proposal
from portal.proposals.moves import move, reload
from portal.proposals.rules import side_of

FARTHEST = timedelta(days=3660)  # a job that is reported starts or ends within ten years


@dataclass(frozen=True, kw_only=True)
class HireTerms:
    """What was agreed between employer and candidate. ``hours`` is a week."""

    starts_on: date
    hours: int
    contract_type: EmploymentType
    pay: PayKind = PayKind.OPEN_MARKET
    ends_on: date | None = None
    subsidy_decided_on: date | None = None


def offer(actor: Actor, proposal: Proposal) -> None:
    """The employer offers the job; pressed, or recorded by the coach."""
    move(proposal, "offer", actor)
    mails.job_offered(reload(proposal), from_employer=actor.is_employer)


def report_hire(actor: Actor, proposal: Proposal, terms: HireTerms, *, candidate_said_yes: bool = False) -> None:
    """One side reports the hire with its terms.

    :param candidate_said_yes: the coach has heard the candidate's yes; an employer cannot say it for them.
    :raises Invalid: at ``hours``, ``starts_on``, ``ends_on``, ``subsidy_decided_on`` or ``candidate_said_yes``.
    """
    _refuse_bad_terms(terms)
    if not actor.is_employer and not candidate_said_yes:
        raise Invalid("candidate_said_yes", _("Ask the candidate first, and tick when the answer is yes."))
    move(
        proposal,
        "report_hire",
        actor,
        set_={
            "hire_reported_by": side_of(actor),
            "hire_reported_at": clock.now(),
            "hire_starts_on": terms.starts_on,
            "hire_ends_on": terms.ends_on,
            "hire_hours": terms.hours,
            "hire_type": terms.contract_type,
            "hire_pay": terms.pay,
            "subsidy_decided_on": terms.subsidy_decided_on,
            "candidate_said_yes_at": clock.now() if not actor.is_employer else None,
        },
    )
    mails.confirm_hire(reload(proposal), from_employer=actor.is_employer)


def _refuse_bad_terms(terms: HireTerms) -> None:
    if not 1 <= terms.hours <= 60:
        raise Invalid("hours", _("Write hours a week between 1 and 60."))
    if abs(terms.starts_on - clock.today()) > FARTHEST:
        raise Invalid("starts_on", _("This day is too far away."))
    if terms.ends_on is not None and terms.ends_on - terms.starts_on > FARTHEST:
        raise Invalid("ends_on", _("This day is too far away."))
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        raise Invalid("ends_on", _("The job cannot end before it starts."))
    if terms.contract_type is EmploymentType.FIXED_TERM and terms.ends_on is None:
        raise Invalid("ends_on", _("Write when the fixed term ends."))
    if terms.pay is PayKind.WAGE_SUBSIDY:
        if terms.subsidy_decided_on is None:
            raise Invalid("subsidy_decided_on", _("Write the day of the decision. It must come before the start."))
        if terms.subsidy_decided_on >= terms.starts_on:
            raise Invalid("subsidy_decided_on", _("The decision must come before the job starts."))


def confirm_hire(actor: Actor, proposal: Proposal, *, candidate_said_yes: bool = False) -> None:
    """The other side confirms; late, the team leader may. Makes the placement; the last hire fills the opening.

    :param candidate_said_yes: the coach or team leader says so; ignored from an employer.
    """
    said_yes = candidate_said_yes and not actor.is_employer
    known_yes = proposal.candidate_said_yes_at or (clock.now() if said_yes else None)
    move(proposal, "confirm_hire", actor, candidate_said_yes=said_yes, set_={"candidate_said_yes_at": known_yes})
    proposal = reload(proposal)
    events.HIRED.emit(actor, proposal)
    fill_when_enough(actor, openings.get(proposal.opening_id))


def fill_when_enough(_actor: Actor, opening: Opening) -> None:
    """A need ends when as many are hired as are sought: by the last hire, or by an edit that seeks fewer."""
    may_fill = opening.state in (OpeningState.OPEN, OpeningState.PAUSED)
    if may_fill and queries.hired_count(opening.id) >= opening.people:
        opening_service.fill(opening, SYSTEM)
