"""Pages about proposals ask the database the same number of questions at 10 and at 1,000 rows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, inspect

from portal.accounts.models import Purpose, User
from portal.audit.models import AuditEvent
from portal.candidates.models import Candidate, DisclosurePlan, Identity, Profile
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db, new_public_id
from portal.employers.models import Employer
from portal.proposals.models import Interview, InterviewState, Message, Proposal, Side
from portal.proposals.states import ProposalState
from tests.counting import statements
from tests.factories import proposals
from tests.factories.proposals import Story
from tests.proposals.kit import ClientFor, link, path

S = ProposalState


def _copies(row: Any, differing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows like one row, written in bulk; returns what was written."""
    model = type(row)
    keys = [one.key for one in inspect(model).column_attrs if one.key not in ("id", "public_id")]
    same = {key: getattr(row, key) for key in keys}
    named = {"public_id"} & set(model.__table__.columns.keys())
    rows = [{**same, **({"public_id": new_public_id()} if named else {}), **one} for one in differing]
    db.session.execute(insert(model), rows)
    return rows


def _people_like(story: Story, count: int) -> list[int]:
    """More candidates of the same coach, with all that belongs to each."""
    person = db.session.get_one(Candidate, story.candidate.id)
    rows = _copies(person, [{} for _one in range(count)])
    signs = [row["public_id"] for row in rows]
    query = db.select(Candidate.id).where(Candidate.public_id.in_(signs)).order_by(Candidate.id)
    ids = list(db.session.scalars(query))
    for model in (Identity, Profile, DisclosurePlan):
        _copies(db.session.get_one(model, person.id), [{"candidate_id": one} for one in ids])
    return ids


def _grow(story: Story, count: int) -> None:
    """More of everything: proposals for the need, people on the caseload, messages, events, meetings."""
    row = db.session.get_one(Proposal, story.proposal.id)
    _copies(row, proposals.agreed_alike(row, _people_like(story, count)))
    ended = {"state": S.WITHDRAWN, "candidate_id": story.candidate.id}
    _copies(row, [ended] * count)
    said = {"proposal_id": row.id, "author_role": Role.COACH, "text": "Tuesday?"}
    authors = [story.coach.id, story.contact.id]
    db.session.execute(
        insert(Message), [{**said, "public_id": new_public_id(), "author_id": authors[n % 2]} for n in range(count)]
    )
    event = {"actor_role": Role.COACH, "actor_id": story.coach.id, "verb": "proposals.propose_times", "data": {}}
    about = {"subject_type": "proposal", "subject_id": row.id}
    db.session.execute(insert(AuditEvent), [{**event, **about} for _one in range(count)])
    # fewer of these: their times are loaded by 500 meetings a statement, and no proposal has a hundred of them
    met = {"proposal_id": row.id, "state": InterviewState.AGREED, "proposed_by": Side.COACH, "starts_at": clock.now()}
    db.session.execute(insert(Interview), [{**met, "public_id": new_public_id()} for _one in range(min(count, 200))])
    db.session.commit()


def _pages(story: Story) -> dict[str, tuple[User | None, str]]:
    coach, leader, contact = story.coach, story.leader, story.contact
    employer = db.session.get_one(Employer, story.opening.employer_id)
    new = f"/proposals/new?opening={story.opening.public_id}"
    return {
        "show to the coach": (coach, path(story)),
        "show to the leader": (leader, path(story)),
        "show to the contact": (contact, path(story)),
        "choose": (coach, new),
        "preview": (coach, f"{new}&candidate={story.candidate.public_id}"),
        "a step": (contact, path(story, "decline")),
        "times": (contact, path(story, "times")),
        "the need, for its contact": (contact, f"/openings/{story.opening.public_id}"),
        "the need, for a coach": (coach, f"/openings/{story.opening.public_id}"),
        "the candidate": (coach, f"/candidates/{story.candidate.public_id}"),
        "the employer": (coach, f"/employers/{employer.public_id}"),
        "what I agreed to": (None, link(story, Purpose.MY_CONSENTS)),
    }


def _asked(client_for: ClientFor, client: Any, pages: dict[str, tuple[User | None, str]]) -> dict[str, int]:
    counts = {}
    for name, (user, address) in pages.items():
        browser = client_for(user) if user is not None else client
        with statements() as seen:
            assert browser.get(address).status_code == 200, name
        counts[name] = len(seen)
    return counts


def test_statements_do_not_grow_with_rows(client_for: ClientFor, client: Any) -> None:
    story = proposals.story(S.DISCLOSED)
    pages = _pages(story)
    db.session.commit()
    _grow(story, 10)
    few = _asked(client_for, client, pages)
    _grow(story, 990)
    assert _asked(client_for, client, pages) == few
    assert max(few.values()) <= 30, few


@pytest.mark.parametrize("state", [S.AWAITING_CONSENT, S.HIRED])
def test_pages_of_other_states_are_no_dearer(client_for: ClientFor, client: Any, state: ProposalState) -> None:
    story = proposals.story(state)
    pages: dict[str, tuple[User | None, str]] = {"show": (story.coach, path(story))}
    if state is S.AWAITING_CONSENT:
        pages["the question"] = (None, link(story))
    assert max(_asked(client_for, client, pages).values()) <= 30
