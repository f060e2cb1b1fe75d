"""Proposals in any state, brought there by the services themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from portal.accounts.models import User
from portal.candidates.models import Candidate, PersonalField
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


def bring(begun: Story, state: ProposalState) -> None:
    """Take a drafted proposal to a state, by the steps that people would take."""
    S = ProposalState  # noqa: N806 (short, for the table below)
    coach, employer, candidate = (begun.actor(role) for role in (Role.COACH, Role.EMPLOYER, Role.CANDIDATE))

    def now() -> Proposal:
        return queries.load(begun.proposal.id)

    if state is S.DRAFT:
        return
    if state in (S.AWAITING_CONSENT, S.REFUSED):
        service.ask_consent(coach, now())
        if state is S.REFUSED:
            service.refuse(candidate, now())
        return
    service.record_consent(coach, now(), service.HowGiven())
    if state is S.PROPOSED:
        return
    if state is S.DECLINED:
        service.decline(employer, now(), DeclineReason.HOURS, "Too few hours")
        return
    if state is S.WITHDRAWN:
        service.withdraw(coach, now())
        return
    if state is S.CLOSED:
        service.close(now(), CloseGround.UNANSWERED)
        return
    service.interested(employer, now())
    if state is S.INTERESTED:
        return
    service.record_disclosure_consent(coach, now(), FIELDS, service.HowGiven())
    service.disclose(coach, now())
    if state is S.DISCLOSED:
        return
    meeting = interviews.propose_times(coach, now(), [clock.now() + timedelta(days=2)])
    interviews.pick_time(employer, now(), meeting, meeting.times[0].id)
    if state is S.INTERVIEW:
        return
    if state is S.TURNED_DOWN:
        service.turn_down(coach, now())
        return
    service.offer(employer, now())
    if state is S.OFFERED:
        return
    service.report_hire(coach, now(), terms(), candidate_said_yes=True)
    if state is S.HIRE_REPORTED:
        return
    service.confirm_hire(employer, now())
