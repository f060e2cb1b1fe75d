"""What the coach's page of a hire shows at once, and what it folds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.employers.models import Channel
from portal.employers.queries import actor_of
from portal.placements import display, queries
from portal.placements.models import ContactSide, Mood
from portal.placements.states import ContactState
from tests.factories import accounts
from tests.factories import placements as factory

pytestmark = pytest.mark.usefixtures("app")


def test_what_is_behind_and_what_is_far_away_is_folded() -> None:
    coach = accounts.coach()
    hire = factory.placement(coach)
    today = clock.today()

    def at(days: int, state: ContactState = ContactState.PLANNED, *, before_reported: bool = False) -> str:
        day = today + timedelta(days=days)
        more: dict[str, Any] = {
            ContactState.DONE: {"done_on": day, "mood": Mood.WELL, "channel": Channel.PHONE},
            ContactState.CANCELLED: {"drop_reason": "Not needed"},
        }.get(state, {})
        one = factory.contact(
            hire, side=ContactSide.EMPLOYEE, due_on=day, state=state, before_reported=before_reported, **more
        )
        return one.public_id

    done = [at(-40, ContactState.DONE), at(-30, ContactState.DONE), at(-20, ContactState.DONE)]
    missed, overdue, early = at(-15, ContactState.MISSED), at(-5), at(-50, before_reported=True)
    dropped, soon, far = at(10, ContactState.CANCELLED), at(12), at(90)
    side = display.sides(hire, queries.contacts_of(actor_of(coach), hire))[0]

    def shown(months: list[display.Month]) -> set[str]:
        return {one.public_id for month in months for one in month.contacts}

    assert shown(side.months) == {*done[1:], overdue, soon}
    assert shown(side.earlier) == {done[0], missed, early, dropped}
    assert shown(side.later) == {far}
    assert (side.earlier_count, side.later_count) == (4, 1)
