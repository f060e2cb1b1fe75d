"""The three tables both ways: what a row allows happens, what none allows is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import Refused
from portal.employers.models import Channel
from portal.employers.queries import actor_of
from portal.outbox.models import Notification
from portal.placements import contacts, queries, rules, service
from portal.placements.log import Log
from portal.placements.models import (
    ContactSide,
    EndedBy,
    EndReason,
    Mood,
    Placement,
    SupportContact,
    SupportRequest,
)
from portal.placements.states import CONTACTS, PLACEMENTS, REQUESTS, ContactState, PlacementState, RequestState
from tests.factories import accounts, candidates, openings
from tests.factories import placements as factory


class People:
    """A hire and one actor of each role around it."""

    def __init__(self) -> None:
        self.coach = accounts.coach()
        self.leader = accounts.team_leader(team_id=self.coach.team_id)
        opening = openings.opening()
        self.contact_person: User = opening.contacts[0]
        candidate = candidates.candidate(coach=self.coach, phase=Phase.EMPLOYED)
        self.placement = queries.get(
            factory.placement(self.coach, opening=opening, candidate=candidate, starts_on=clock.today()).id
        )

    def actor(self, role: Role) -> Actor:
        """Somebody of this role."""
        if role is Role.SYSTEM:
            return SYSTEM
        if role is Role.CANDIDATE:
            return Actor(role, candidate_id=self.placement.candidate_id)
        if role is Role.ADMINISTRATOR:
            return actor_of(accounts.administrator())
        return actor_of(
            {Role.COACH: self.coach, Role.TEAM_LEADER: self.leader, Role.EMPLOYER: self.contact_person}[role]
        )


def traces() -> tuple[int, int]:
    """How many audit events and mails there are."""
    return (
        db.session.scalar(select(func.count(AuditEvent.id))) or 0,
        db.session.scalar(select(func.count(Notification.id))) or 0,
    )


def log_of_today() -> Log:
    return Log(done_on=clock.today(), channel=Channel.PHONE, mood=Mood.WELL)


CONTACT_VERBS: dict[str, Callable[[Actor, Placement, SupportContact], None]] = {
    "log": lambda actor, placement, one: contacts.log(actor, placement, one, log_of_today()),
    "move": lambda actor, placement, one: contacts.move(
        actor, placement, one, due_on=clock.today() + timedelta(days=4)
    ),
    "miss": lambda actor, placement, one: contacts.miss(actor, placement, one),
    "cancel": lambda actor, placement, one: contacts.cancel(actor, placement, one, reason="Not needed"),
}

STATE_VALUES: dict[ContactState, dict[str, object]] = {
    ContactState.PLANNED: {},
    ContactState.DONE: {"done_on": clock.today(), "channel": Channel.PHONE, "mood": Mood.WELL},
    ContactState.MISSED: {},
    ContactState.CANCELLED: {"drop_reason": "Not needed"},
}


def test_every_verb_of_the_contacts_table_is_tried() -> None:
    assert {"plan", *CONTACT_VERBS} == set(CONTACTS.verbs)


def test_every_guard_that_a_table_names_exists() -> None:
    named = {guard for table in (PLACEMENTS, CONTACTS, REQUESTS) for row in table.rows for guard in row.guards}
    assert named == set(rules.GUARDS)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("verb", list(CONTACT_VERBS))
@pytest.mark.parametrize("state", list(ContactState))
def test_contacts(app: Flask, state: ContactState, verb: str, role: Role) -> None:
    people = People()
    contact = factory.contact(people.placement, state=state, **STATE_VALUES[state])
    row = CONTACTS.row(state, verb)
    actor = people.actor(role)
    before = traces()
    if row is not None and role in row.by:
        CONTACT_VERBS[verb](actor, people.placement, contact)
        assert contact.state is row.target
        assert traces()[0] == before[0] + 1
    else:
        with pytest.raises(Refused):
            CONTACT_VERBS[verb](actor, people.placement, contact)
        db.session.expire(contact)
        assert contact.state is state
        assert traces() == before


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("verb", ["change_start", "end"])
@pytest.mark.parametrize("state", list(PlacementState))
def test_placements(app: Flask, state: PlacementState, verb: str, role: Role) -> None:
    people = People()
    placement = people.placement
    if state is PlacementState.ENDED:
        placement.state = state
        placement.ended_on, placement.end_reason, placement.ended_by = clock.today(), EndReason.OTHER, EndedBy.BOTH
        db.session.flush()
    row = PLACEMENTS.row(state, verb)
    actor = people.actor(role)
    start = placement.starts_on
    before = traces()

    def act() -> None:
        if verb == "end":
            service.end(actor, placement, ended_on=clock.today(), reason=EndReason.OWN_WISH, ended_by=EndedBy.BOTH)
        else:
            service.change_start(actor, placement, starts_on=start + timedelta(days=7))

    if row is not None and role in row.by:
        act()
        assert placement.state is row.target
        assert traces()[0] > before[0]
    else:
        with pytest.raises(Refused):
            act()
        db.session.expire(placement, ["state", "starts_on"])
        assert (placement.state, placement.starts_on) == (state, start)
        assert traces() == before


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("state", list(RequestState))
def test_taking_a_request(app: Flask, state: RequestState, role: Role) -> None:
    people = People()
    taken = {"taken_by_id": people.coach.id, "taken_at": clock.now()} if state is RequestState.TAKEN else {}
    request: SupportRequest = factory.request(people.placement, people.contact_person, state=state, **taken)
    row = REQUESTS.row(state, "take")
    actor = people.actor(role)
    before = traces()
    if row is not None and role in row.by:
        contacts.take(actor, people.placement, request)
        assert (request.state, request.taken_by_id) == (RequestState.TAKEN, actor.user_id)
        assert traces() == (before[0] + 1, before[1] + 1)
    else:
        with pytest.raises(Refused):
            contacts.take(actor, people.placement, request)
        db.session.expire(request)
        assert request.state is state
        assert traces() == before


@pytest.mark.parametrize("role", list(Role))
def test_asking_for_support(app: Flask, role: Role) -> None:
    people = People()
    before = traces()
    if role is Role.EMPLOYER:
        request = contacts.ask_support(people.actor(role), people.placement, text="Please call")
        assert request.state is RequestState.ASKED
        assert traces() == (before[0] + 1, before[1] + 1)
    else:
        with pytest.raises(Refused):
            contacts.ask_support(people.actor(role), people.placement, text="Please call")
        assert traces() == before
        assert db.session.scalar(select(func.count(SupportRequest.id))) == 0


@pytest.mark.parametrize("role", [Role.COACH, Role.TEAM_LEADER])
def test_planning_a_contact_is_the_teams(app: Flask, role: Role) -> None:
    people = People()
    contact = contacts.add(people.actor(role), people.placement, side=ContactSide.EMPLOYER, due_on=clock.today())
    assert contact.state is ContactState.PLANNED


def test_asking_is_refused_when_the_job_has_ended(app: Flask) -> None:
    people = People()
    service.end(
        people.actor(Role.COACH),
        people.placement,
        ended_on=clock.today(),
        reason=EndReason.DISMISSED,
        ended_by=EndedBy.EMPLOYER,
    )
    with pytest.raises(Refused, match="ended"):
        contacts.ask_support(people.actor(Role.EMPLOYER), people.placement)
