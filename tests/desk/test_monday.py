"""The team leader's Monday summary: counts alone, once on each Monday, also after the nights of the clock change."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal.core import clock
from portal.core.app import Portal
from portal.core.db import db
from portal.desk.monday import MONDAY_SUMMARY, send_summaries
from portal.proposals.states import ProposalState
from tests.accounts.kit import as_read, mails
from tests.factories import accounts, employers, openings
from tests.factories import candidates as people
from tests.factories.proposals import story


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.HELSINKI).astimezone(UTC)


@pytest.mark.parametrize("monday", ["2026-10-26", "2027-03-29"])
def test_each_leader_gets_one_on_monday_and_none_on_another_day(app: Portal, monday: str) -> None:
    leader = accounts.team_leader()
    begins = datetime.fromisoformat(monday)
    for days, minutes in ((-7, 0), (0, -1), (-7, -1), (0, 0)):  # the first two belong to the week before
        need = openings.opening(employers.employer())
        need.posted_at = _at((begins + timedelta(days=days, minutes=minutes)).isoformat())
    people.candidate(team=leader.team)
    db.session.commit()
    with time_machine.travel(_at(f"{monday}T06:59"), tick=False) as traveller:
        send_summaries()
        assert mails("monday_summary") == []
        for hour in (7, 7, 12, 18):
            traveller.move_to(_at(f"{monday}T{hour:02}:00"))
            send_summaries()
        [mail] = mails("monday_summary")
        assert mail.user_id == leader.id
        assert (mail.context["counts"]["needs"], mail.context["counts"]["waiting"]) == (2, 1)
        assert MONDAY_SUMMARY.still_due(mail)
        _subject, text, _html = as_read(mail)
        assert "Needs posted last week: 2" in text
        # a worker that was away on the next Monday does not make up for it on Tuesday
        traveller.move_to(_at((begins + timedelta(days=8, hours=8)).isoformat()))
        send_summaries()
        assert len(mails("monday_summary")) == 1
        assert not MONDAY_SUMMARY.still_due(mail)


def test_it_holds_figures_and_nobody(app: Portal) -> None:
    begun = story(ProposalState.PROPOSED)
    alias = begun.fresh().proposal.alias.alias
    leader = accounts.team_leader(team_id=begun.coach.team_id)
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    with time_machine.travel(clock.at_local(monday, 9), tick=False):
        send_summaries()
    [mail] = [one for one in mails("monday_summary") if one.user_id == leader.id]
    assert mail.context["counts"]["proposals"] == 1
    assert all(isinstance(count, int) for count in mail.context["counts"].values())
    assert alias not in json.dumps(mail.context) + as_read(mail)[1]
