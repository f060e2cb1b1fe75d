"""What a careless or ill-meaning person can send: it is answered with a 4xx, and nothing is stored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core.db import db
from portal.openings.models import Opening
from portal.placements.models import ContactSide
from portal.placements.states import ContactState
from portal.proposals.models import Interview, Proposal
from portal.proposals.states import ProposalState
from tests.factories import accounts, employers, openings
from tests.factories import placements as hires
from tests.factories.proposals import story
from tests.proposals.kit import path, typed, until

ClientFor = Callable[[User], FlaskClient]

LONG_NUMBER = "9" * 5000  # beyond what Python turns into an integer
TIMES = {"channel": "in_person", "minutes": "45"}


@pytest.mark.parametrize("side", list(ContactSide))
def test_a_contact_of_either_side_is_logged_from_its_page(client_for: ClientFor, side: ContactSide) -> None:
    coach = accounts.coach()
    placement = hires.placement(coach)
    contact = hires.contact(placement, side=side)
    typed_in = {"done_on": until(0).isoformat(), "channel": "phone", "mood": "well", "team_note": "All is fine"}
    page = f"/placements/{placement.public_id}/contacts/{contact.public_id}"
    assert client_for(coach).post(page, data=typed_in).status_code == 302
    db.session.expire_all()
    assert (contact.state, contact.team_note) == (ContactState.DONE, "All is fine")


@pytest.mark.parametrize(
    "times",
    [
        {"times-0": "0001-01-01T00:00"},
        {"times-0": "9999-12-31T23:59"},
        {"times-²": "2027-01-05T10:00"},
        {f"times-{LONG_NUMBER}": "2027-01-05T10:00"},
        {"times-0": "2027-02-30T10:00"},
    ],
)
def test_times_that_no_calendar_has_are_refused(client_for: ClientFor, times: dict[str, str]) -> None:
    begun = story(ProposalState.DISCLOSED)
    answer = client_for(begun.coach).post(path(begun, "times"), data={**TIMES, **times})
    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Interview)) == 0


@pytest.mark.parametrize("number", ["9" * 400, LONG_NUMBER, "-" + "9" * 400])
def test_a_number_that_is_far_too_long_is_refused_at_its_field(client_for: ClientFor, number: str) -> None:
    begun = story(ProposalState.DISCLOSED)
    answer = client_for(begun.coach).post(path(begun, "times"), data={**TIMES, "minutes": number, "times-0": ""})
    assert answer.status_code == 422
    assert 'id="minutes-error"' in answer.text
    assert f'value="{number}"' in answer.text


def test_a_profile_with_rows_that_have_no_number_comes_back(client_for: ClientFor) -> None:
    begun = story()
    page = f"/candidates/{begun.candidate.public_id}/profile"
    for row in ("occupations-²-occupation", f"languages-{LONG_NUMBER}-code"):
        assert client_for(begun.coach).post(page, data={"version": "0", row: "cook"}).status_code == 422


def test_a_version_of_thousands_of_figures_is_an_old_one(client_for: ClientFor) -> None:
    employer = employers.employer()
    colleague = employers.employer_user(employer)
    need = openings.draft(employer, contacts=[colleague])
    title = need.title
    sent = {
        "title": "Another",
        "occupation": "cook",
        "municipality": "272",
        "hours_min": "10",
        "hours_max": "20",
        "people": "1",
        "language": "sv",
        "contacts": colleague.public_id,
        "version": "0" * 11 + LONG_NUMBER,
    }
    browser = client_for(colleague)
    assert browser.post(f"/openings/{need.public_id}/edit", data=sent).status_code == 409
    odd = {**sent, "version": "1\x7f", "language": "zz", "adaptations": "zz", "hours_min": "x"}
    assert browser.post(f"/openings/{need.public_id}/edit", data=odd).status_code in (409, 422)
    db.session.expire_all()
    assert db.session.get_one(Opening, need.id).title == title


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30", "2999-01-01"])
def test_a_last_day_to_answer_beyond_reason_is_refused(client_for: ClientFor, day: str) -> None:
    begun = story(ProposalState.WITHDRAWN)
    page = f"/proposals/new?opening={begun.opening.public_id}&candidate={begun.candidate.public_id}"
    answer = client_for(begun.coach).post(page, data={"how": "link", "answer_by": day})
    assert answer.status_code == 422
    assert day in answer.text
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 1


@pytest.mark.parametrize("day", ["9999-12-31", "2999-01-01"])
def test_a_consent_that_outlives_everybody_is_refused(client_for: ClientFor, day: str) -> None:
    begun = story()
    answer = client_for(begun.coach).post(path(begun, "record_consent"), data=typed("record_consent", until=day))
    assert answer.status_code == 422
    assert begun.fresh().proposal.state is ProposalState.DRAFT


@pytest.mark.parametrize("side", ["coach", "contact"])
@pytest.mark.parametrize(
    "bad",
    [
        {"starts_on": "0001-01-01"},
        {"starts_on": "9999-12-31"},
        {"ends_on": "9999-12-31"},
        {"starts_on": "9999-12-01", "ends_on": "9999-12-31"},
    ],
)
def test_a_hire_in_another_age_is_refused(client_for: ClientFor, side: str, bad: dict[str, str]) -> None:
    begun = story(ProposalState.OFFERED)
    answer = client_for(getattr(begun, side)).post(path(begun, "report_hire"), data=typed("report_hire", **bad))
    assert answer.status_code == 422
    assert begun.fresh().proposal.state is ProposalState.OFFERED
