"""Proposals in any state, brought there by the services themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, inspect, select

from portal.accounts.models import User
from portal.candidates.models import Candidate, Consent, FrozenProfile, PersonalField, consent_contacts
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.employers import queries as employers_queries
from portal.openings import queries as openings_queries
from portal.openings.models import EmploymentType, Opening
from portal.proposals import interviews, queries, service
from portal.proposals.models import CloseGround, PayKind, Proposal
from portal.proposals.states import DeclineReason, ProposalState
from tests.factories import accounts, candidates, employers, openings

FIELDS = [PersonalField.NAME, PersonalField.PHONE]


@dataclass(frozen=True)
class Story:
    """A proposal with everybody who takes part in it."""

    coach: User
    leader: User
    contact: User
    candidate: Candidate
    opening: Opening
    proposal: Proposal

    def actor(self, role: Role) -> Actor:
        """Somebody of this story in that role; an administrator and the system have no part, but may try."""
        if role is Role.CANDIDATE:
            return Actor(role, candidate_id=self.candidate.id)
        if role is Role.SYSTEM:
            return Actor(role)
        if role is Role.ADMINISTRATOR:
            return employers_queries.actor_of(accounts.administrator())
        user = {Role.COACH: self.coach, Role.TEAM_LEADER: self.leader, Role.EMPLOYER: self.contact}[role]
        return employers_queries.actor_of(user)

    def fresh(self) -> Story:
        """The same story with its proposal read anew."""
        return replace(self, proposal=queries.load(self.proposal.id))


def terms() -> service.HireTerms:
    """A permanent job from next week on."""
    return service.HireTerms(
        starts_on=clock.today() + timedelta(days=7),
        hours=25,
        contract_type=EmploymentType.PERMANENT,
        pay=PayKind.OPEN_MARKET,
    )


def story(state: ProposalState = ProposalState.DRAFT, *, coach: User | None = None, people: int = 1) -> Story:
    """A proposal of a new candidate for a new opening, in this state."""
    coach = coach or accounts.coach()
    leader = accounts.team_leader(team_id=coach.team_id)
    contact = employers.employer_user()
    employer = employers_queries.own(employers_queries.actor_of(contact))
    opening = openings.opening(employer, contacts=[contact], people=people)
    candidate = candidates.candidate(coach=coach)
    opening = openings_queries.get(opening.id)
    proposal = service.draft(employers_queries.actor_of(coach), candidate, opening)
    begun = Story(coach, leader, contact, candidate, opening, proposal)
    bring(begun, state)
    db.session.commit()
    return begun.fresh()


# The steps that people would take to a state: the way on from PROPOSED, and the ends beside it.
_ON = ("interested", "disclose", "interview", "offer", "report", "confirm")
_STATES = ProposalState
_WAYS: dict[ProposalState, tuple[str, ...]] = {
    _STATES.DRAFT: (),
    _STATES.AWAITING_CONSENT: ("ask",),
    _STATES.REFUSED: ("ask", "refuse"),
    _STATES.PROPOSED: ("record",),
    _STATES.DECLINED: ("record", "decline"),
    _STATES.WITHDRAWN: ("record", "withdraw"),
    _STATES.CLOSED: ("record", "close"),
    _STATES.INTERESTED: ("record", *_ON[:1]),
    _STATES.DISCLOSED: ("record", *_ON[:2]),
    _STATES.INTERVIEW: ("record", *_ON[:3]),
    _STATES.TURNED_DOWN: ("record", *_ON[:3], "turn_down"),
    _STATES.OFFERED: ("record", *_ON[:4]),
    _STATES.HIRE_REPORTED: ("record", *_ON[:5]),
    _STATES.HIRED: ("record", *_ON),
}


def bring(begun: Story, state: ProposalState) -> None:
    """Take a drafted proposal to a state, by the steps that people would take."""
    for step in _WAYS[state]:
        _take(begun, step)


def _take(begun: Story, step: str) -> None:
    coach, employer, candidate = (begun.actor(role) for role in (Role.COACH, Role.EMPLOYER, Role.CANDIDATE))
    proposal = begun.proposal  # the services leave it loaded
    steps: dict[str, Callable[[], object]] = {
        "ask": lambda: service.ask_consent(coach, proposal),
        "refuse": lambda: service.refuse(candidate, proposal),
        "record": lambda: service.record_consent(coach, proposal, service.HowGiven()),
        "decline": lambda: service.decline(employer, proposal, DeclineReason.HOURS, "Too few hours"),
        "withdraw": lambda: service.withdraw(coach, proposal),
        "close": lambda: service.close(proposal, CloseGround.UNANSWERED),
        "interested": lambda: service.interested(employer, proposal),
        "disclose": lambda: _disclose(coach, proposal),
        "interview": lambda: _meet(coach, employer, proposal),
        "turn_down": lambda: service.turn_down(coach, proposal),
        "offer": lambda: service.offer(employer, proposal),
        "report": lambda: service.report_hire(coach, proposal, terms(), candidate_said_yes=True),
        "confirm": lambda: service.confirm_hire(employer, proposal),
    }
    steps[step]()


def _disclose(coach: Actor, proposal: Proposal) -> None:
    service.record_disclosure_consent(coach, proposal, FIELDS, service.HowGiven())
    service.disclose(coach, queries.load(proposal.id))


def _meet(coach: Actor, employer: Actor, proposal: Proposal) -> None:
    meeting = interviews.propose_times(coach, proposal, [clock.now() + timedelta(days=2)])
    interviews.pick_time(employer, proposal, meeting, meeting.times[0].id)


def agreed_alike(like: Proposal, candidate_ids: list[int]) -> list[dict[str, Any]]:
    """What differs in proposals like this one of other candidates: who it is, and the profile and yeses of each.

    Written in bulk, with the same people named in each yes.
    """
    found: list[dict[str, Any]] = [{"candidate_id": one} for one in candidate_ids]
    parts = {"frozen_profile_id": FrozenProfile, "consent_id": Consent, "disclosure_consent_id": Consent}
    for column, model in parts.items():
        first = getattr(like, column)
        if first is None:
            continue
        row = db.session.get_one(model, first)
        keys = [one.key for one in inspect(model).column_attrs if one.key not in ("id", "public_id")]
        same = {key: getattr(row, key) for key in keys}
        rows = [{**same, **{key: one[key] for key in keys if key in one}} for one in found]
        ids = db.session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows).all()
        for one, made in zip(found, ids, strict=True):
            one[column] = made
        if model is Consent:
            query = select(consent_contacts.c.user_id).where(consent_contacts.c.consent_id == first)
            people = db.session.scalars(query).all()
            named = [{"consent_id": made, "user_id": user} for user in people for made in ids]
            db.session.execute(insert(consent_contacts), named)
    return found
