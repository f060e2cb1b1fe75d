"""Two employers who have been proposed many candidates, in every state, with canaries in all that is private."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select, update

from portal.accounts.models import User
from portal.candidates.models import Candidate, Consent, ConsentKind, KeptFine, Note
from portal.candidates.values import Kind
from portal.core import clock
from portal.core.db import db
from portal.employers import queries as employers_queries
from portal.employers.models import Employer
from portal.employers.states import Verification
from portal.openings import queries as openings_queries
from portal.openings.models import Opening
from portal.placements import pulse_queries, pulses
from portal.placements.models import ContactSide, Placement, Pulse
from portal.proposals import messages, queries, service
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState as S
from tests.factories import accounts, candidates, employers, openings, placements, proposals
from tests.factories.proposals import Story
from tests.leaks.canaries import plant
from tests.leaks.searching import Search

# In these the contact persons may read what the candidate let them know; ``proposals.FIELDS`` says what that is.
TOLD_IN = (S.DISCLOSED, S.INTERVIEW, S.OFFERED, S.HIRE_REPORTED, S.HIRED)
TOLD = {"identities.first_name", "identities.last_name", "identities.phone"}


@dataclass
class Person:
    """One candidate of the world: the proposals by employer's key."""

    number: int
    candidate_id: int
    lapsed: bool = False  # the yes to details is past its day
    proposals: dict[str, int] = field(default_factory=dict)
    planted: dict[str, str | date] = field(default_factory=dict)

    def states(self) -> Iterator[tuple[str, S]]:
        """Where each proposal stands, by employer's key."""
        for key, one in self.proposals.items():
            yield key, db.session.get_one(Proposal, one).state


@dataclass
class World:
    """Everybody, and what was planted in whom."""

    people: list[Person]
    readers: dict[str, int]  # who crawls, by user's id: "a.contact", "a.colleague", ...
    search: Search

    def user(self, reader: str) -> User:
        """The reader's user as the database has it now."""
        return db.session.get_one(User, self.readers[reader])

    def may_read(self, reader: str) -> set[tuple[int, str]]:
        """The canaries that this reader may be shown somewhere: what was consented to, to the contact persons alone."""
        employer, _dot, part = reader.partition(".")
        if part != "contact":
            return set()
        return {
            (person.number, column)
            for person in self.people
            for key, state in person.states()
            if key == employer and state in TOLD_IN and not person.lapsed
            for column in (*TOLD, "messages.text", *(["support_contacts.employer_note"] if state is S.HIRED else []))
        }


class _House:
    """An employer with its people and needs."""

    def __init__(self, team: User) -> None:
        self.coach = team
        self.employer: Employer = employers.employer()
        self.contact = employers.employer_user(self.employer, manages=False)
        self.colleague = employers.employer_user(self.employer, manages=False)
        self.manager = employers.employer_user(self.employer)
        self.former = employers.employer_user(self.employer, manages=False)  # a contact person, too, of what has ended
        self.shared = openings.opening(self.employer, contacts=[self.contact], people=50)

    def need(self, state: S) -> Opening:
        """A need of its own for what ends it; the others share one, so that its list has an order."""
        ends = state in (S.HIRED, S.HIRE_REPORTED)
        both = [self.contact, self.former]
        row = openings.opening(self.employer, contacts=both, people=2) if ends else self.shared
        return openings_queries.get(row.id)


def build(
    states: Sequence[S], *, lapsed: Sequence[S] = (), second: Sequence[S] = (S.PROPOSED, S.DISCLOSED, S.WITHDRAWN)
) -> World:
    """Make a world with one candidate a state at employer A, every other one of them at B as well.

    :param lapsed: more candidates in these states, whose yes to details is over once they are there.
    :param second: the states at B, in turn.
    """
    coach = accounts.coach()
    leader = accounts.team_leader(team_id=coach.team_id)
    houses = {key: _House(coach) for key in "abd"}
    people = []
    for number, state in enumerate([*states, *lapsed]):
        candidate = candidates.candidate(coach=coach, profile={"pitch": f"Ten years in lunch kitchens, way {number}."})
        person = Person(number, candidate.id, lapsed=number >= len(states))
        if number % 2 == 0 and state is not S.HIRED:  # the second first: a hire would ask to close it
            person.proposals["b"] = _propose(houses["b"], coach, leader, candidate, second[number // 2 % len(second)])
        person.proposals["a"] = _propose(houses["a"], coach, leader, candidate, state)
        if number == 1:
            person.proposals["d"] = _propose(houses["d"], coach, leader, candidate, S.DISCLOSED)
        db.session.add(Note(candidate_id=candidate.id, author_id=coach.id, text="to be planted"))
        db.session.add(KeptFine(candidate_id=candidate.id, kind=Kind.SKILL, value="punctual", reason="to be planted"))
        employers.contact(
            houses["a"].employer,
            coach,
            candidate_id=candidate.id,
            next_step="to be planted",
            next_step_on=clock.today(),
        )
        people.append(person)
    _deepen_hires(houses)
    for person in people:
        if person.lapsed:
            _end_yes_to_details(person)
        person.planted = plant(person.candidate_id, person.number)
    db.session.commit()
    db.session.expire_all()
    houses["d"].employer.verification = Verification.SUSPENDED
    houses["a"].former.deactivated_at = clock.now()
    unverified = employers.employer(verification=Verification.WAITING, business_id=employers.business_id())
    readers = {
        "a.contact": houses["a"].contact.id,
        "a.colleague": houses["a"].colleague.id,
        "a.manager": houses["a"].manager.id,
        "b.contact": houses["b"].contact.id,  # the others at B have there what their like have at A
        "c.unverified": employers.employer_user(unverified).id,
        "d.suspended": houses["d"].contact.id,  # was told, and then the employer was suspended
        "a.former": houses["a"].former.id,  # was told, and then the account was closed; the cookie lives on
    }
    db.session.commit()
    return World(people, readers, Search({one.number: one.planted for one in people}))


def _propose(house: _House, coach: User, leader: User, candidate: Candidate, state: S) -> int:
    opening = house.need(state)
    proposal = service.draft(employers_queries.actor_of(coach), candidate, opening)
    story = Story(coach, leader, house.contact, candidate, opening, proposal)
    proposals.bring(story, state)
    if state in TOLD_IN:
        messages.write(employers_queries.actor_of(coach), queries.load(proposal.id), "Tuesday suits us well.")
    db.session.commit()
    return proposal.id


def _end_yes_to_details(person: Person) -> None:
    db.session.execute(
        update(Consent)
        .where(Consent.candidate_id == person.candidate_id, Consent.kind == ConsentKind.DISCLOSURE)
        .values(until=clock.today() - timedelta(days=1))
    )


def _deepen_hires(houses: dict[str, _House]) -> None:
    """Contacts of both sides, done and to come, a request for support, and both sides asked how it goes, in each."""
    for row in db.session.query(Placement).order_by(Placement.id):
        for side in ContactSide:
            placements.contact(row, side=side, due_on=clock.today() + timedelta(days=3), team_note="to be planted")
        asker = next(house.contact for house in houses.values() if house.employer.id == row.employer_id)
        placements.request(row, asker)
    for pulse_id in db.session.scalars(select(Pulse.id).where(Pulse.ordinal == 1)).all():
        pulses.ask(pulse_queries.load(pulse_id))
