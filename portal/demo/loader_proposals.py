"""How a proposal of the demonstration came to where it stands: the steps of its table, each with its day and event.

Nothing is mailed: these steps lie in the past. The table itself refuses a story that it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.accounts.models import User
from portal.candidates import consents, profiles
from portal.candidates.models import Candidate, Consent, ConsentHow, ConsentKind, PersonalField
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.demo.loader_county import County, acts, acts_for
from portal.employers.models import Channel
from portal.openings.models import EmploymentType, Opening
from portal.openings.rules import terms_digest
from portal.proposals.models import (
    CloseGround,
    Disclosure,
    Interview,
    InterviewState,
    InterviewTime,
    Message,
    PayKind,
    Proposal,
    Side,
)
from portal.proposals.rules import REMINDERS_AFTER, side_of
from portal.proposals.service import CONSENT_LIVES, DAYS_TO_ANSWER
from portal.proposals.states import PROPOSALS, DeclineReason, ProposalState

_ENDS_CONSENTS = {"withdraw", "turn_down", "close"}


@dataclass(frozen=True)
class Terms:
    """What was agreed about a job."""

    starts_on: date
    hours: int
    contract: EmploymentType
    pay: PayKind = PayKind.OPEN_MARKET
    ends_on: date | None = None
    subsidy_decided_on: date | None = None


@dataclass
class Story:
    """One proposal while its story is told. Nothing of it is stored before ``keep``."""

    county: County
    key: str
    opening: Opening
    proposal: Proposal = field(init=False)
    interviews: list[Interview] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    handed_over: Disclosure | None = None

    def __post_init__(self) -> None:
        candidate = self.county.candidates[self.key]
        if candidate.coach is None:
            raise ValueError(f"{self.key} has no coach who could propose them")
        self.proposal = Proposal(
            candidate=candidate,
            opening=self.opening,
            alias=self.county.alias_of(candidate, self.opening.employer),
            coach=candidate.coach,
            state=ProposalState.DRAFT,
            reminders=0,
        )

    @property
    def candidate(self) -> Candidate:
        """Whom it is about."""
        return self.proposal.candidate

    @property
    def coach(self) -> Actor:
        """Who proposes."""
        return acts(self.proposal.coach)

    @property
    def contact(self) -> User:
        """Who answers at the employer."""
        return self.opening.contacts[0]

    @property
    def employer(self) -> Actor:
        """The contact person as the one who answers."""
        return acts_for(self.contact, self.opening.employer)

    @property
    def by_link(self) -> Actor:
        """The candidate, who answers by link."""
        return Actor(Role.CANDIDATE, candidate_id=self.candidate.id)

    def begins(self, at: datetime) -> None:
        """The coach drafts it."""
        self.proposal.created_at = self.proposal.state_since = at
        self._note(at, self.coach, "draft", to=ProposalState.DRAFT.value)

    def asks(self, at: datetime) -> None:
        """The profile is frozen and the candidate asked by link."""
        proposal = self.proposal
        self._freeze(at)
        proposal.asked_digest = terms_digest(self.opening)
        proposal.answer_by = clock.local(at).date() + timedelta(days=DAYS_TO_ANSWER)
        self._move("ask_consent", at, self.coach)

    def goes_back(self, at: datetime, wish: str) -> None:
        """The candidate wants something changed first."""
        self.proposal.change_wish = wish
        self.proposal.answer_by = self.proposal.asked_digest = None
        self._move("ask_change", at, self.by_link)

    def is_agreed_to(self, at: datetime) -> None:
        """The candidate says yes, by link or, without an address, to the coach; the employer gets it."""
        proposal = self.proposal
        if proposal.frozen_profile is None:
            self._freeze(at)
        by_link = proposal.state is ProposalState.AWAITING_CONSENT
        who = self.by_link if by_link else self.coach
        proposal.consent = self._consent(ConsentKind.PROPOSAL, [], at, who)
        proposal.proposed_at = at
        self._move("agree" if by_link else "record_consent", at, who)

    def interests(self, at: datetime, who: Actor) -> None:
        """The employer wants to know more, or the coach records that."""
        self._move("interested", at, who)

    def is_told(self, at: datetime) -> None:
        """The coach gives the details that the candidate has agreed to."""
        plan = self.county.plans[self.key]
        wanted = (PersonalField.NAME, PersonalField.PHONE)
        fields = [one for one in wanted if one in plan.fields]
        consent = self._consent(ConsentKind.DISCLOSURE, fields, at - timedelta(minutes=25), self.coach)
        self.proposal.disclosure_consent = consent
        self._move("disclose", at, self.coach)
        self._note(at, self.coach, "hand_over", fields=[one.value for one in fields])
        self.handed_over = Disclosure(fields=fields, by_id=self.coach.user_id, at=at)
        seen_at = min(at + timedelta(minutes=95), self.county.days.now)
        self.county.journal.saw(
            seen_at, self.employer, self.candidate.id, "proposals.show", "disclosed to the employer"
        )

    def suggests(self, at: datetime, who: Actor, times: list[datetime], place: str) -> None:
        """One side suggests times for a meeting."""
        self._note(at, who, "propose_times", count=len(times))
        self.interviews.append(
            Interview(
                state=InterviewState.PROPOSED,
                proposed_by=side_of(who),
                channel=Channel.IN_PERSON,
                place=place,
                created_at=at,
                times=[InterviewTime(starts_at=one) for one in times],
            )
        )

    def meets(self, at: datetime, who: Actor, picked: int) -> None:
        """The other side picks one of the times."""
        interview = self.interviews[-1]
        interview.state, interview.starts_at = InterviewState.AGREED, interview.times[picked].starts_at
        self._move("agree_interview", at, who)

    def is_offered(self, at: datetime) -> None:
        """The employer offers the job."""
        self._move("offer", at, self.employer)

    def is_reported(self, at: datetime, who: Actor, terms: Terms) -> None:
        """One side reports the hire; a coach has heard the candidate's yes."""
        proposal = self.proposal
        proposal.hire_reported_by, proposal.hire_reported_at = side_of(who), at
        proposal.hire_starts_on, proposal.hire_ends_on = terms.starts_on, terms.ends_on
        proposal.hire_hours, proposal.hire_type, proposal.hire_pay = terms.hours, terms.contract, terms.pay
        proposal.subsidy_decided_on = terms.subsidy_decided_on
        proposal.candidate_said_yes_at = at if who.is_staff else None
        self._move("report_hire", at, who)

    def is_confirmed(self, at: datetime) -> None:
        """The side that did not report the hire confirms it."""
        who = self.employer if self.proposal.hire_reported_by is Side.COACH else self.coach
        self.proposal.candidate_said_yes_at = self.proposal.candidate_said_yes_at or at
        self._move("confirm_hire", at, who)

    def is_declined(self, at: datetime, reason: DeclineReason, words: str) -> None:
        """The employer says no."""
        proposal = self.proposal
        proposal.decline_reason, proposal.decline_note = reason, words
        proposal.declined_at, proposal.declined_from = at, proposal.state
        self._move("decline", at, self.employer)
        self._call_off(at)

    def ends(self, verb: str, at: datetime) -> None:
        """It ends by one of the other ways: refused, lapsed, turned down, withdrawn, closed."""
        who = {"refuse": self.by_link, "lapse": SYSTEM, "close": SYSTEM}.get(verb, self.coach)
        self.proposal.lapsed = verb == "lapse"
        if verb == "close":
            self.proposal.close_ground = CloseGround.OPENING_FILLED
        self._move(verb, at, who)
        self._call_off(at)
        for consent in (self.proposal.consent, self.proposal.disclosure_consent):
            if consent is not None and verb in _ENDS_CONSENTS:
                consent.withdrawn_at = at
                self.county.journal.note(at, who, "consents.withdraw", "consent", consent, kind=consent.kind.value)

    def is_written(self, at: datetime, from_employer: bool, words: str) -> None:
        """A message under the proposal."""
        who = self.employer if from_employer else self.coach
        self.messages.append(Message(author_id=who.user_id, author_role=who.role, at=at, text=words))

    def keep(self) -> Proposal:
        """Store it with its meetings and messages."""
        proposal = self.proposal
        if proposal.state is ProposalState.PROPOSED and proposal.proposed_at is not None:
            waited = self.county.days.now - proposal.proposed_at
            proposal.reminders = sum(waited >= after for after in REMINDERS_AFTER)
        db.session.add(proposal)
        db.session.flush()
        beside: list[Interview | Message | Disclosure] = [*self.interviews, *self.messages]
        if self.handed_over is not None and proposal.disclosure_consent_id is not None:
            self.handed_over.consent_id = proposal.disclosure_consent_id
            beside.append(self.handed_over)
        for one in beside:
            one.proposal_id = proposal.id
        db.session.add_all(beside)
        self.county.proposals.append(proposal)
        return proposal

    def _freeze(self, at: datetime) -> None:
        self.proposal.frozen_profile = profiles.frozen_now(self.candidate, self.county.books())
        self.proposal.frozen_profile.created_at = at

    def _consent(self, kind: ConsentKind, fields: list[PersonalField], at: datetime, who: Actor) -> Consent:
        frozen = self.proposal.frozen_profile
        if frozen is None:
            raise ValueError("nobody agrees to what was not frozen")
        consent = Consent(
            kind=kind,
            candidate_id=self.candidate.id,
            employer_id=self.opening.employer.id,
            opening_id=self.opening.id,
            frozen_profile=frozen,
            opening_digest=terms_digest(self.opening),
            fields=fields,
            text_version=consents.TEXT_VERSION,
            language=self.candidate.identity.language,
            how=ConsentHow.LINK if who.role is Role.CANDIDATE else ConsentHow.IN_PERSON,
            recorded_by_role=who.role,
            recorded_by_id=who.user_id,
            given_at=at,
            until=clock.local(at).date() + CONSENT_LIVES,
            contacts=consents.named(self.opening),
        )
        told = [one.value for one in fields]
        self.county.journal.note(
            at, who, "consents.give", "consent", consent, kind=kind.value, how=consent.how.value, fields=told
        )
        return consent

    def _move(self, verb: str, at: datetime, who: Actor) -> None:
        proposal = self.proposal
        row = PROPOSALS.check(proposal.state, verb, who.role)
        if row.target is None:
            raise ValueError(f"{verb} leads back, which no story does")
        self._note(at, who, verb, **{"from": proposal.state.value, "to": row.target.value})
        proposal.state, proposal.state_since = row.target, at
        self.opening.changed_at = max(self.opening.changed_at, at)

    def _note(self, at: datetime, who: Actor, verb: str, **data: object) -> None:
        self.county.journal.note(at, who, f"proposals.{verb}", "proposal", self.proposal, **data)

    def _call_off(self, at: datetime) -> None:
        for interview in self.interviews:
            if interview.starts_at is None or interview.starts_at > at:
                interview.state, interview.starts_at = InterviewState.CANCELLED, None
                interview.sequence = 1
