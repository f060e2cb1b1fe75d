"""What the tests of proposals share: steps as functions, requests that fill in a step's form, undone trials."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts import links
from portal.accounts.models import Purpose, User
from portal.candidates.models import Candidate, ConsentHow, Identity
from portal.core import clock, signing
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.employers.models import Employer
from portal.openings import queries as opening_queries
from portal.openings.models import Opening
from portal.outbox.models import Notification
from portal.proposals import interviews, moves, queries, service
from portal.proposals.models import CloseGround, Interview, InterviewState, InterviewTime, Proposal, Side
from portal.proposals.states import DeclineReason, ProposalState
from tests.factories import employers
from tests.factories.proposals import FIELDS, Story, story, terms

ClientFor = Callable[[User], FlaskClient]
Queued = Callable[[], list[tuple[str, str]]]

BY_LINK = service.HowGiven(how=ConsentHow.LINK)

# What an employer sees of every candidate of the factories before anything is told.
PITCH = "Ten years in lunch kitchens"


@contextmanager
def undone() -> Iterator[None]:
    """Everything inside is undone afterwards, what requests committed too. Rows read before must be read anew."""
    db.session.commit()
    trial = db.engine.begin_nested()  # type: ignore[attr-defined]  # the fixture's connection stands in for the engine
    try:
        yield
    finally:
        db.session.remove()
        trial.rollback()


def anew(story: Story) -> Callable[[], Story]:
    """Reads a story's rows again, whatever happened to the session meanwhile."""
    ids = story.coach.id, story.leader.id, story.contact.id, story.candidate.id, story.opening.id, story.proposal.id

    def read() -> Story:
        coach, leader, contact = (db.session.get_one(User, one) for one in ids[:3])
        return Story(
            coach,
            leader,
            contact,
            db.session.get_one(Candidate, ids[3]),
            db.session.get_one(Opening, ids[4]),
            queries.load(ids[5]),
        )

    return read


def actors(story: Story) -> dict[Role, Actor]:
    """Everybody's actor; nobody is made anew when it is asked again."""
    made = {role: story.actor(role) for role in Role}
    db.session.commit()
    return made


def open_question(story: Story, *, by: Side) -> Interview:
    """An open question for a time, past the service's checks: it stands in states that have no room for one."""
    asked = db.session.scalar(
        select(Interview).where(Interview.proposal_id == story.proposal.id, Interview.state == InterviewState.PROPOSED)
    )
    if asked is None:
        asked = Interview(
            proposal_id=story.proposal.id,
            proposed_by=by,
            times=[InterviewTime(starts_at=clock.now() + timedelta(days=3))],
        )
        db.session.add(asked)
    asked.proposed_by = by
    db.session.flush()
    return queries.interview_of(story.proposal, asked.public_id)


def _pick(actor: Actor, proposal: Proposal, story: Story) -> None:
    meeting = open_question(story, by=Side.COACH if actor.is_employer else Side.EMPLOYER)
    interviews.pick_time(actor, proposal, meeting, meeting.times[0].id)


def _disclose(actor: Actor, proposal: Proposal, _story: Story) -> None:
    if actor.role is Role.COACH and proposal.state.value == "interested":
        service.record_disclosure_consent(actor, proposal, FIELDS, service.HowGiven())
        proposal = queries.load(proposal.id)
    service.disclose(actor, proposal)


# Each verb of the table as a call of its service.
STEPS: dict[str, Callable[[Actor, Proposal, Story], Any]] = {
    "draft": lambda actor, _proposal, story: service.draft(actor, story.candidate, story.opening),
    "ask_consent": lambda actor, proposal, _story: service.ask_consent(actor, proposal),
    "record_consent": lambda actor, proposal, _story: service.record_consent(actor, proposal, service.HowGiven()),
    "agree": lambda actor, proposal, _story: service.agree(actor, proposal, BY_LINK, in_language=Language.SV),
    "ask_change": lambda actor, proposal, _story: service.ask_change(actor, proposal, "Say less about the nights"),
    "take_back": lambda actor, proposal, _story: service.take_back(actor, proposal),
    "refuse": lambda actor, proposal, _story: service.refuse(actor, proposal),
    "interested": lambda actor, proposal, _story: service.interested(actor, proposal),
    "decline": lambda actor, proposal, _story: service.decline(actor, proposal, DeclineReason.HOURS, "Too few"),
    "undo_decline": lambda actor, proposal, _story: service.undo_decline(actor, proposal),
    "disclose": _disclose,
    "agree_interview": _pick,
    "offer": lambda actor, proposal, _story: service.offer(actor, proposal),
    "report_hire": lambda actor, proposal, _story: service.report_hire(
        actor, proposal, terms(), candidate_said_yes=True
    ),
    "confirm_hire": lambda actor, proposal, _story: service.confirm_hire(actor, proposal, candidate_said_yes=True),
    "turn_down": lambda actor, proposal, _story: service.turn_down(actor, proposal),
    "withdraw": lambda actor, proposal, _story: service.withdraw(actor, proposal),
    # the clock's own two take no actor: for others the table itself is asked
    "lapse": lambda actor, proposal, _story: (
        service.lapse(proposal) if actor.role is Role.SYSTEM else moves.move(proposal, "lapse", actor)
    ),
    "close": lambda actor, proposal, _story: (
        service.close(proposal, CloseGround.OPENING_CLOSED)
        if actor.role is Role.SYSTEM
        else moves.move(proposal, "close", actor, closing_ground=CloseGround.OPENING_CLOSED)
    ),
}


def step(story: Story, verb: str, actor: Actor) -> None:
    """Take a step as this actor, with the proposal as it is now."""
    proposal = queries.load(story.proposal.id)
    STEPS[verb](actor, proposal, replace(story, proposal=proposal))


def typed(verb: str, **values: Any) -> dict[str, Any]:
    """What somebody would type into a step's page, all of it in order."""
    hire = {
        "starts_on": (clock.today() + timedelta(days=7)).isoformat(),
        "hours": "25",
        "contract_type": "permanent",
        "pay": "open_market",
        "candidate_said_yes": "y",
    }
    given = {"how": "in_person", "who_was_there": "", "until": service.yes_holds_until().isoformat()}
    forms: dict[str, dict[str, Any]] = {
        "record_consent": given,
        "decline": {"reason": "hours", "note": "Too few"},
        "disclose": {**given, "fields_told": ["name", "phone"]},
        "report_hire": hire,
        "confirm_hire": {"candidate_said_yes": "y"},
    }
    return {**forms.get(verb, {}), **values}


def path(story: Story, *rest: str) -> str:
    """The address of a story's proposal, or of a page under it."""
    return "/".join(["/proposals", story.proposal.public_id, *rest])


def link(story: Story, purpose: Purpose = Purpose.CONSENT) -> str:
    """The address that the candidate was mailed; the test fails when there is no live link."""
    found = links.live(purpose, story.proposal.id)
    assert found is not None
    page = "consent" if purpose is Purpose.CONSENT else "my-consents"
    return f"/{page}/{links.token_of(found)}"


def as_read(client: FlaskClient, address: str, data: dict[str, Any]) -> dict[str, Any]:
    """What is typed into a page of the coach's, with the sign of what that page shows."""
    found = re.search(r'name="shown" value="(\w+)"', client.get(address).get_data(as_text=True))
    return {**data, "shown": found[1]} if found is not None else data


def yes(client: FlaskClient, address: str, **values: Any) -> dict[str, Any]:
    """A yes as the page at this address sends it: with the sign of what it showed."""
    found = re.search(r'name="shown" value="(\w+)"', client.get(address).get_data(as_text=True))
    assert found is not None
    return {"answer": "yes", "shown": found[1], **values}


def identity(story: Story) -> Identity:
    """Who the candidate is."""
    return db.session.get_one(Identity, story.candidate.id)


def newest(kind: str) -> list[Notification]:
    """The queued mails of a kind, the newest first."""
    query = select(Notification).where(Notification.kind == kind).order_by(Notification.id.desc())
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def until(days: int) -> date:
    """A day from now."""
    return clock.today() + timedelta(days=days)


ASKING = ("candidate_proposed", "proposal_waits", "interview_proposed", "confirm_hire")


def mailed(user: User) -> str:
    """Where the newest mail to this user that asks for an answer leads."""
    query = select(Notification).where(Notification.user_id == user.id, Notification.kind.in_(ASKING))
    row = db.session.scalars(query.order_by(Notification.id.desc())).first()
    assert row is not None
    purpose, token_id = row.context["link"]
    assert purpose == Purpose.ANSWER
    return f"/answer/{signing.sign(purpose, token_id)}"


def two_contacts() -> tuple[Story, User]:
    """A proposal with two contact persons whom the yes names, sent to both."""
    begun = story(ProposalState.DRAFT)
    colleague = employers.employer_user(db.session.get_one(Employer, begun.opening.employer_id))
    opening_queries.get(begun.opening.id).contacts.append(colleague)
    db.session.flush()
    service.record_consent(begun.actor(Role.COACH), queries.load(begun.proposal.id), service.HowGiven())
    db.session.commit()
    return begun.fresh(), colleague
