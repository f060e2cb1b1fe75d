"""A new need is mailed to the coaches who support somebody whom it could suit: with how many, and not who."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.candidates.models import DisclosurePlan
from portal.candidates.states import Phase
from portal.core.db import db
from portal.employers.queries import actor_of
from portal.openings import queries as needs
from portal.openings import service
from portal.openings.models import Opening
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.proposals.service.suiting import suited
from tests.factories import accounts, candidates, employers, openings


def _posted(**values: object) -> Opening:
    """A cook's need that its contact person has posted through the service, with all that it sets going."""
    draft = openings.draft(employers.employer(**values))
    need = needs.get(draft.id)
    service.post(need, actor_of(need.contacts[0]))
    db.session.commit()
    return need


def _told() -> list[tuple[int | None, int]]:
    rows = db.session.scalars(select(Notification).where(Notification.kind == "need_suits").order_by(Notification.id))
    return [(row.user_id, row.context["count"]) for row in rows]


def test_each_coach_is_told_how_many_and_not_who(app: Flask) -> None:
    coach, other, third = (accounts.coach() for _one in range(3))
    for whose in (coach, coach, other):
        candidates.candidate(coach=whose)
    candidates.candidate(coach=third, profile={"occupations": {"welder": "3_10"}})
    _posted()
    assert _told() == [(coach.id, 2), (other.id, 1)]
    row = db.session.scalars(select(Notification).where(Notification.kind == "need_suits")).first()
    assert row is not None
    assert set(row.context) == {"title", "employer", "count", "page"}


def test_who_looks_after_the_employer_is_told_once(app: Flask) -> None:
    coach = accounts.coach()
    candidates.candidate(coach=coach)
    _posted(coach_id=coach.id)
    kinds = db.session.scalars(select(Notification.kind).where(Notification.user_id == coach.id)).all()
    assert kinds == ["need_posted"]


@pytest.mark.parametrize("why", ["works", "no plan", "plan says no", "never this employer", "another trade"])
def test_nobody_counts_who_is_not_to_be_proposed(app: Flask, why: str) -> None:
    coach: User = accounts.coach()
    need = needs.get(openings.opening().id)
    phase = Phase.EMPLOYED if why == "works" else Phase.SEARCHING
    trades = {"occupations": {"welder" if why == "another trade" else "cook": "3_10"}}
    person = candidates.candidate(coach=coach, phase=phase, profile=trades)
    assert suited(need)[coach.id] == (0 if why in ("works", "another trade") else 1)
    plan = db.session.get_one(DisclosurePlan, person.id)
    if why == "no plan":
        db.session.delete(plan)
    elif why == "plan says no":
        plan.proposals_allowed = False
    elif why == "never this employer":
        plan.never_employers = [need.employer_id]
    db.session.flush()
    assert suited(need)[coach.id] == 0


def test_the_mail_is_dropped_when_the_need_is_open_no_more(app: Flask) -> None:
    candidates.candidate(coach=accounts.coach())
    need = _posted()
    (row,) = db.session.scalars(select(Notification).where(Notification.kind == "need_suits"))
    assert KINDS["need_suits"].still_due(row)
    service.pause(needs.get(need.id), actor_of(need.contacts[0]))
    assert not KINDS["need_suits"].still_due(row)
