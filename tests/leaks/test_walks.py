"""Random walks over propose, consent, disclose, write, withdraw, renew, hire, erase: never identity without a live yes.

A model beside the portal keeps what each candidate has said yes to, for which proposal, to whom and until when. After
every step the employers' people open every proposal's page and every hire's page of theirs, and those of people who are
gone; what they read is compared with the model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.candidates import queries as candidates_queries
from portal.candidates.models import ConsentHow, DisclosurePlan, Identity, PersonalField
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import DomainError, Missing
from portal.core.i18n import Language
from portal.employers import queries as employers_queries
from portal.openings import queries as openings_queries
from portal.placements.models import Placement
from portal.privacy.erasing import erase_candidate
from portal.proposals import interviews, messages, queries, service
from portal.proposals.models import CloseGround
from portal.proposals.service import HowGiven
from portal.proposals.states import DeclineReason
from tests.factories import accounts, candidates, employers, openings
from tests.factories.proposals import terms
from tests.proposals.kit import PITCH, ClientFor, undone

TOLD = tuple(PersonalField)
GUARDED = (PersonalField.NAME, PersonalField.PHONE, PersonalField.EMAIL)  # in texts; a town or a year is any word
PEOPLE = 2
HOMES = (("890", "Utsjoki"), ("758", "Sodankylä"))  # where nobody else of the story lives
STEPS = 30  # of one walk
STEPS_IN_SHORT = 15


@dataclass
class Yes:
    """What a candidate has said yes to, as the model knows it."""

    until: date
    to: frozenset[str]  # the contact persons who were named
    fields: frozenset[PersonalField] = frozenset()

    def holds_for(self, reader: str) -> bool:
        """Whether this reader was named, and the day has not passed."""
        return reader in self.to and clock.today() <= self.until


@dataclass
class Known:
    """One proposal in the model."""

    candidate: int
    opening: str
    profile: Yes | None = None
    details: Yes | None = None
    given: bool = False  # the coach has handed the details over
    declined: bool = False
    hired: bool = False
    over: bool = False

    def exists_for(self, reader: str) -> bool:
        """Whether a reader may know that there is such a person."""
        return not self.over and self.profile is not None and self.profile.holds_for(reader)

    def read_by(self, reader: str) -> frozenset[PersonalField]:
        """The fields that a reader may see on the proposal's page."""
        if self.over or self.declined or not self.given or self.details is None or self.profile is None:
            return frozenset()
        return self.details.fields if self.details.holds_for(reader) else frozenset()


@dataclass
class Stage:
    """Two candidates, an employer with two contact persons and a colleague, another employer, a need each."""

    coach: int
    people: dict[str, int]
    openings: dict[str, int]
    candidates: list[int]
    identities: list[dict[PersonalField, str]] = field(default_factory=list)


def _stage() -> Stage:
    coach = accounts.coach()
    first, second = employers.employer(), employers.employer()
    people = {
        "a1": employers.employer_user(first, manages=False),
        "a2": employers.employer_user(first, manages=False),
        "b1": employers.employer_user(second, manages=False),
    }
    needs = {
        "a": openings.opening(first, contacts=[people["a1"]], people=1),
        "b": openings.opening(second, contacts=[people["b1"]], people=2),
    }
    made = [candidates.candidate(coach=coach, plan={"fields": list(PersonalField)}) for _one in range(PEOPLE)]
    db.session.commit()
    return Stage(
        coach.id,
        {name: user.id for name, user in people.items()},
        {name: need.id for name, need in needs.items()},
        [one.id for one in made],
    )


def _name(stage: Stage) -> None:
    """Give each candidate words of their own for what can be told."""
    for number, one in enumerate(stage.candidates):
        told = {
            PersonalField.NAME: f"Zqvuxella{number} Zqvuxberg{number}",
            PersonalField.PHONE: f"+358 46 991770{number}",
            PersonalField.EMAIL: f"zqvux{number}@kanarie.example",
            PersonalField.MUNICIPALITY: HOMES[number][1],
            PersonalField.BIRTH_YEAR: str(1931 + number),
        }
        first, last = told[PersonalField.NAME].split()
        db.session.execute(
            update(Identity)
            .where(Identity.candidate_id == one)
            .values(
                first_name=first,
                last_name=last,
                phone=told[PersonalField.PHONE],
                email=told[PersonalField.EMAIL],
                municipality=HOMES[number][0],
                birth_date=date(1931 + number, 5, 5),
            )
        )
        stage.identities.append(told)
    db.session.commit()


class Walk(RuleBasedStateMachine):
    """One walk. ``client_for`` is set by the test."""

    client_for: ClientFor
    steps = 0
    seen = 0  # how often somebody read what was told: a walk that never gets there proves nothing

    def __init__(self) -> None:
        """Begin on an empty stage, everything undone at the end."""
        super().__init__()
        self.trial = undone()
        self.trial.__enter__()
        self.stage = _stage()
        _name(self.stage)
        self.known: dict[int, Known] = {}
        self.gone: list[str] = []  # pages of what was erased
        self.days = 0
        self.clockwork = time_machine.travel(clock.now(), tick=False)
        self.clockwork.start()

    def teardown(self) -> None:
        """Undo the walk."""
        self.clockwork.stop()
        self.trial.__exit__(None, None, None)

    # Taking a step

    def _actor(self, role: Role, known: Known | None = None) -> Actor:
        if role is Role.CANDIDATE:
            assert known is not None
            return Actor(role, candidate_id=self.stage.candidates[known.candidate])
        users = {Role.COACH: self.stage.coach}
        if role is Role.EMPLOYER:
            assert known is not None
            users[role] = self.stage.people[f"{known.opening}1"]
        return employers_queries.actor_of(user_row(users[role]))

    @contextmanager
    def _trying(self) -> Iterator[list[bool]]:
        """A step that may be refused; the list holds True when it was taken."""
        done: list[bool] = []
        Walk.steps += 1
        try:
            with db.session.begin_nested():
                yield done
            db.session.commit()
            done.append(True)
        except (DomainError, Missing):  # the erased are found no more
            db.session.rollback()
        db.session.expire_all()

    def _step(self, number: int, role: Role, take: Callable[[Actor, Any], object]) -> Known | None:
        """Take a step with one of the proposals; the model's part of it when it was taken."""
        if not self.known:
            return None
        chosen = sorted(self.known)[number % len(self.known)]
        known = self.known[chosen]
        with self._trying() as done:
            take(self._actor(role, known), queries.load(chosen))
        return known if done else None

    def _hires(self) -> dict[int, str]:
        """The page of each hire, by its proposal's number."""
        query = select(Placement.proposal_id, Placement.public_id).where(Placement.proposal_id.in_(self.known))
        return {number: f"/placements/{public_id}" for number, public_id in db.session.execute(query)}

    def _contacts(self, opening: str) -> frozenset[str]:
        row = openings_queries.get(self.stage.openings[opening])
        names = {user_id: name for name, user_id in self.stage.people.items()}
        return frozenset(names[user.id] for user in row.contacts)

    def _yes(self, known: Known, days: int, fields: frozenset[PersonalField] = frozenset()) -> Yes:
        return Yes(clock.today() + timedelta(days=days), self._contacts(known.opening), fields)

    # The steps

    @initialize(depths=some.lists(some.integers(1, 5), min_size=4, max_size=4))
    def begin(self, depths: list[int]) -> None:
        """Every candidate at every employer, each as far on as the walk likes: else most walks get nowhere."""
        for number, depth in enumerate(depths):
            self.draft(number % PEOPLE, "ab"[number // PEOPLE])
            if depth > 1:
                self.send(number, 30, asks=bool(number % 2))
            if depth > 2:
                self.interested(number)
            if depth > 3:
                self.say_what_may_be_told(number, set(TOLD[number:]), 20 + number, by_link=number > 1)
            if depth > 4:
                self.disclose(number)

    @rule(candidate=some.integers(0, PEOPLE - 1), opening=some.sampled_from(["a", "b"]))
    def draft(self, candidate: int, opening: str) -> None:
        """A coach proposes a candidate."""
        made = []
        with self._trying() as done:
            person = candidates_queries.load(self.stage.candidates[candidate])
            need = openings_queries.get(self.stage.openings[opening])
            made.append(service.draft(self._actor(Role.COACH), person, need).id)
        if done:
            self.known[made[0]] = Known(candidate, opening)

    @rule(number=some.integers(0, 9), days=some.integers(1, 60), asks=some.booleans())
    def send(self, number: int, days: int, asks: bool) -> None:
        """The candidate says yes, in person or by link, until a day."""
        how = ConsentHow.LINK if asks else ConsentHow.IN_PERSON
        given = HowGiven(how=how, until=clock.today() + timedelta(days=days))
        if asks:
            self._step(number, Role.COACH, service.ask_consent)
            taken = self._step(
                number, Role.CANDIDATE, lambda who, it: service.agree(who, it, given, in_language=Language.SV)
            )
        else:
            taken = self._step(number, Role.COACH, lambda who, it: service.record_consent(who, it, given))
        if taken:
            taken.profile = self._yes(taken, days)

    @rule(number=some.integers(0, 9))
    def interested(self, number: int) -> None:
        """The employer is interested."""
        self._step(number, Role.EMPLOYER, service.interested)

    @rule(
        number=some.integers(0, 9),
        fields=some.sets(some.sampled_from(TOLD), min_size=1),
        days=some.integers(1, 60),
        by_link=some.booleans(),
    )
    def say_what_may_be_told(self, number: int, fields: set[PersonalField], days: int, by_link: bool) -> None:
        """The candidate says yes to some fields, until a day."""
        how = ConsentHow.LINK if by_link else ConsentHow.IN_PERSON
        given = HowGiven(how=how, until=clock.today() + timedelta(days=days))
        if by_link:
            taken = self._step(
                number,
                Role.CANDIDATE,
                lambda who, it: service.agree_disclosure(who, it, fields, given, in_language=Language.FI),
            )
        else:
            taken = self._step(
                number, Role.COACH, lambda who, it: service.record_disclosure_consent(who, it, fields, given)
            )
        if taken:
            taken.details = self._yes(taken, days, frozenset(fields))

    @rule(number=some.integers(0, 9))
    def disclose(self, number: int) -> None:
        """The coach hands over what was said."""
        taken = self._step(number, Role.COACH, service.disclose)
        if taken:
            assert taken.details is not None, "handed over without a yes"
            taken.given = True

    @rule(number=some.integers(0, 9), steps=some.integers(1, 4))
    def go_on_to_a_hire(self, number: int, steps: int) -> None:
        """Meeting, offer, report, confirmation: as many of them as the walk likes."""
        ways: list[tuple[Role, Callable[[Actor, Any], object]]] = [
            (Role.COACH, lambda who, it: interviews.propose_times(who, it, [clock.now() + timedelta(days=2)])),
            (Role.EMPLOYER, service.offer),
            (Role.COACH, lambda who, it: service.report_hire(who, it, terms(), candidate_said_yes=True)),
            (Role.EMPLOYER, service.confirm_hire),
        ]
        for role, take in ways[:steps]:
            taken = self._step(number, role, take)
            if taken and take is service.confirm_hire:
                taken.hired = True

    @rule(
        number=some.integers(0, 9), by=some.sampled_from([Role.EMPLOYER, Role.COACH]), part=some.sampled_from(GUARDED)
    )
    def write(self, number: int, by: Role, part: PersonalField) -> None:
        """Somebody writes who it is: the employer what it was told, the coach anything, which the guard reads first."""

        def take(who: Actor, it: Any) -> None:
            known = self.known[it.id]
            if by is Role.COACH or part in known.read_by(f"{known.opening}1"):
                messages.write(who, it, f"About {self.stage.identities[known.candidate][part]}: Monday suits.")

        self._step(number, by, take)

    @rule(number=some.integers(0, 9), days=some.integers(1, 60))
    def agree_again(self, number: int, days: int) -> None:
        """The candidate says yes once more, for longer or for other people."""
        given = HowGiven(how=ConsentHow.IN_PERSON, until=clock.today() + timedelta(days=days))
        taken = self._step(number, Role.COACH, lambda who, it: service.renew_consent(who, it, given))
        if taken:
            taken.profile = self._yes(taken, days)
            if taken.details is not None:
                taken.details = self._yes(taken, days, taken.details.fields)

    @rule(
        number=some.integers(0, 9),
        people=some.sampled_from([("a1",), ("a2",), ("a1", "a2"), ("b1",)]),
        fields=some.sets(some.sampled_from(TOLD)),
        days=some.integers(1, 60),
    )
    def agree_anew_after_a_hire(
        self, number: int, people: tuple[str, ...], fields: set[PersonalField], days: int
    ) -> None:
        """Somebody at work says who may see it from now on, and what they may know."""
        given = HowGiven(how=ConsentHow.IN_PERSON, until=clock.today() + timedelta(days=days))
        named = [user_row(self.stage.people[name]) for name in people]
        taken = self._step(number, Role.COACH, lambda who, it: service.renew_after_hire(who, it, named, fields, given))
        if taken:
            taken.profile = Yes(given.until, frozenset(people))
            taken.details = Yes(given.until, frozenset(people), frozenset(fields)) if fields else None
            taken.given, taken.over = bool(fields), False

    @precondition(lambda self: not self.gone)
    @rule(candidate=some.integers(0, PEOPLE - 1), odds=some.integers(0, 5))
    def erase(self, candidate: int, odds: int) -> None:
        """Everything about one of the candidates goes, now and then."""
        if odds or not self._of(candidate):
            return
        self.gone += [
            *(f"/proposals/{queries.load(number).public_id}" for number in self._of(candidate)),
            *(page for number, page in self._hires().items() if number in self._of(candidate)),
        ]
        with self._trying():
            erase_candidate(SYSTEM, self.stage.candidates[candidate], reason="request")
        for number in self._of(candidate):
            del self.known[number]

    def _of(self, candidate: int) -> list[int]:
        return [number for number, known in self.known.items() if known.candidate == candidate]

    @rule(number=some.integers(0, 9), by=some.sampled_from([Role.EMPLOYER, Role.COACH]))
    def decline(self, number: int, by: Role) -> None:
        """The employer says no."""
        taken = self._step(number, by, lambda who, it: service.decline(who, it, DeclineReason.HOURS))
        if taken:
            taken.declined = True

    @rule(number=some.integers(0, 9))
    def undo_the_no(self, number: int) -> None:
        """The employer takes the no back."""
        taken = self._step(number, Role.EMPLOYER, service.undo_decline)
        if taken:
            taken.declined = False

    @rule(number=some.integers(0, 9), how=some.sampled_from(["coach", "candidate", "link", "turn_down", "close"]))
    def end(self, number: int, how: str) -> None:
        """The candidate's consent is over, one way or another."""
        ways: dict[str, tuple[Role, Callable[[Actor, Any], object]]] = {
            "coach": (Role.COACH, service.withdraw),
            "candidate": (Role.CANDIDATE, service.withdraw),
            "link": (Role.CANDIDATE, service.take_consent_back),
            "turn_down": (Role.COACH, service.turn_down),
            "close": (Role.COACH, lambda _who, it: service.close(it, CloseGround.UNANSWERED)),
        }
        taken = self._step(number, *ways[how])
        if taken:
            taken.over = True

    @rule(days=some.integers(1, 20))
    def time_passes(self, days: int) -> None:
        """Days go by, and with them the last day of a yes."""
        self.clockwork.stop()
        self.days += days
        self.clockwork = time_machine.travel(clock.now() + timedelta(days=self.days), tick=False)
        self.clockwork.start()

    @rule(candidate=some.integers(0, PEOPLE - 1), fields=some.sets(some.sampled_from(TOLD)))
    def the_plan_allows_less(self, candidate: int, fields: set[PersonalField]) -> None:
        """The candidate's plan is narrowed or widened; it never shows more than the yes."""
        plan = db.session.get(DisclosurePlan, self.stage.candidates[candidate])
        if plan is not None:
            plan.fields = list(fields)
        db.session.commit()

    @rule(people=some.sampled_from([("a1",), ("a2",), ("a1", "a2")]))
    def the_employer_names_others(self, people: tuple[str, ...]) -> None:
        """Others become contact persons: nobody reads more than those whom the candidate was told of."""
        need = openings_queries.get(self.stage.openings["a"])
        need.contacts = [user_row(self.stage.people[name]) for name in people]
        db.session.commit()

    # What must hold after each step

    @invariant()
    def nobody_reads_more_than_was_said(self) -> None:
        """Every reader, every proposal's page: the fields that may be read, and no profile without a yes."""
        db.session.commit()
        db.session.expire_all()
        pages = {number: f"/proposals/{queries.load(number).public_id}" for number in self.known}
        hires = self._hires()
        assert set(hires) == {number for number, known in self.known.items() if known.hired}
        now = {name: self._contacts(name) for name in self.stage.openings}
        for reader, user_id in self.stage.people.items():
            browser = self.client_for(user_row(user_id))
            for page in self.gone:
                assert browser.get(page).status_code == 404, page
            own = {number: known for number, known in self.known.items() if known.opening == reader[0]}
            for number, known in own.items():
                words = browser.get(pages[number]).get_data(as_text=True)
                here = reader in now[known.opening]
                self._holds_no_more(words, known, known.read_by(reader) if here else frozenset(), reader)
                assert PITCH not in words or (here and known.exists_for(reader)), (reader, known)
                if number in hires:
                    answer = browser.get(hires[number])
                    assert answer.status_code == 404 or known.exists_for(reader), (reader, known)
                    self._holds_no_more(answer.get_data(as_text=True), known, known.read_by(reader), reader)

    def _holds_no_more(self, words: str, known: Known, allowed: frozenset[PersonalField], reader: str) -> None:
        read = self._read(words)
        assert read <= {(known.candidate, one) for one in allowed}, (reader, known, read)
        Walk.seen += bool(read)

    def _read(self, words: str) -> set[tuple[int, PersonalField]]:
        return {
            (number, one)
            for number, told in enumerate(self.stage.identities)
            for one, value in told.items()
            if any(re.search(rf"\b{re.escape(part)}\b", words) for part in _parts(one, value))
        }


def _parts(one: PersonalField, value: str) -> list[str]:
    return value.split() if one is PersonalField.NAME else [value.lstrip("+")]


def user_row(user_id: int) -> User:
    """A user's row, as the database has it."""
    return db.session.get_one(User, user_id)


def _walks(client_for: ClientFor, count: int, steps: int = STEPS) -> None:
    Walk.client_for = staticmethod(client_for)
    Walk.steps = Walk.seen = 0
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    print(f"\nrandom walks: {count}, {Walk.steps} steps tried, told words read {Walk.seen} times, none without a yes")


def test_no_identity_without_a_live_yes(client_for: ClientFor) -> None:
    _walks(client_for, 2, STEPS_IN_SHORT)


@pytest.mark.slow
def test_no_identity_without_a_live_yes_in_ten_thousand_steps(client_for: ClientFor) -> None:
    _walks(client_for, 300)
    assert Walk.steps >= 10_000
    assert Walk.seen > 100
