"""The list of candidates: last contact, next step and live proposals, for the same number of questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.core import clock
from portal.core.i18n import day
from portal.core.panels import columns_for
from portal.employers.models import Channel
from portal.employers.queries import actor_of
from portal.placements.models import ContactSide, Mood, Placement
from portal.placements.states import ContactState
from portal.proposals.states import ProposalState
from tests.counting import statements
from tests.factories import accounts, candidates, proposals
from tests.factories import placements as factory

ClientFor = Callable[[User], FlaskClient]
TODAY = clock.today()


def _done(hire: Placement, days: int, side: ContactSide = ContactSide.EMPLOYEE) -> None:
    when = TODAY - timedelta(days=days)
    how = {"channel": Channel.PHONE, "mood": Mood.WELL, "done_on": when, "state": ContactState.DONE}
    factory.contact(hire, side=side, due_on=when, **how)


def test_a_row_says_what_was_and_what_comes(client_for: ClientFor) -> None:
    coach = accounts.coach()
    late, coming = factory.placement(coach), factory.placement(coach)
    _done(late, 20)
    _done(late, 9)
    _done(late, 2, ContactSide.EMPLOYER)
    factory.contact(late, due_on=TODAY - timedelta(days=3))
    factory.contact(coming, due_on=TODAY + timedelta(days=4))
    factory.contact(coming, due_on=TODAY - timedelta(days=30), before_reported=True)
    text = re.sub(r"<[^>]+>|\s+", " ", client_for(coach).get("/candidates").text)
    assert day(TODAY - timedelta(days=9)) in text
    assert day(TODAY - timedelta(days=2)) not in text
    assert f"Overdue: contact {day(TODAY - timedelta(days=3))}" in text
    assert f"Contact {day(TODAY + timedelta(days=4))}" in text


def test_a_meeting_that_comes_first_is_the_next_step(client_for: ClientFor) -> None:
    story = proposals.story(ProposalState.INTERVIEW)
    columns = {one.label: one.cells for one in columns_for("candidates", [story.candidate.id], actor_of(story.coach))}
    assert columns["Next step"][story.candidate.id].startswith("Meets an employer ")
    assert columns["Live proposals"] == {story.candidate.id: "1"}
    assert columns_for("candidates", [story.candidate.id], actor_of(story.contact)) == []


def test_many_rows_ask_as_few_questions_as_few(client_for: ClientFor) -> None:
    coach = accounts.coach()

    def asked() -> int:
        with statements() as seen:
            assert client_for(coach).get("/candidates").status_code == 200
        return len(seen)

    def grow(count: int) -> None:
        for _ in range(count):
            hire = factory.placement(coach, candidate=candidates.candidate(coach=coach))
            factory.contact(hire, due_on=TODAY + timedelta(days=4))
            _done(hire, 3)

    grow(2)
    few = asked()
    grow(20)
    assert asked() == few
