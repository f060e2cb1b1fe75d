"""A yes that is past its last day is given again; one that was given for a job that began can still be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal.accounts import links
from portal.accounts.models import Purpose, User
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Refused
from portal.proposals import queries, service
from portal.proposals.states import ProposalState
from tests.factories import proposals
from tests.proposals.kit import as_read

ClientFor = Callable[[User], FlaskClient]
GIVEN = "The candidate has chosen what you see"


def _lapse(story: proposals.Story) -> None:
    for consent in queries.consents_of(story.proposal):
        consent.until = clock.today() - timedelta(days=1)
    db.session.commit()


def test_a_yes_that_is_past_its_day_is_recorded_again(client_for: ClientFor) -> None:
    story = proposals.story(ProposalState.DISCLOSED)
    path = f"/proposals/{story.proposal.public_id}"
    pitch = "Ten years in lunch kitchens"
    assert pitch in client_for(story.contact).get(path).text
    _lapse(story)
    hidden = client_for(story.contact).get(path).text
    assert pitch not in hidden
    assert GIVEN not in hidden
    assert "Contact details" not in hidden.split("What has happened")[0].split("</h1>")[1].replace(
        "Contact details given", ""
    )
    assert "has to say yes again" in client_for(story.coach).get(path).text
    coach = client_for(story.coach)
    answer = coach.post(f"{path}/ask-again", data=as_read(coach, f"{path}/ask-again", {"how": "in_person"}))
    assert answer.status_code == 302
    shown = client_for(story.contact).get(path).text
    assert pitch in shown
    assert GIVEN in shown


def test_details_that_were_agreed_and_not_given_are_not_given_by_a_renewed_yes(app: Portal) -> None:
    story = proposals.story(ProposalState.INTERESTED)
    service.record_disclosure_consent(story.actor(Role.COACH), story.proposal, proposals.FIELDS, service.HowGiven())
    _lapse(story)
    service.renew_consent(story.actor(Role.COACH), story.fresh().proposal, service.HowGiven())
    assert queries.disclosures_of(story.fresh().proposal) == []


def test_a_yes_that_holds_is_not_asked_for_again(app: Portal) -> None:
    story = proposals.story(ProposalState.DISCLOSED)
    with pytest.raises(Refused):
        service.renew_consent(story.actor(Role.COACH), story.proposal, service.HowGiven())


def test_after_a_hire_the_candidate_can_take_everything_off_the_employers_pages(
    client: FlaskClient, client_for: ClientFor, queued: Callable[[], list[tuple[str, str]]]
) -> None:
    story = proposals.story(ProposalState.HIRED)
    path = f"/proposals/{story.proposal.public_id}"
    link = links.live(Purpose.MY_CONSENTS, story.proposal.id)
    assert link is not None
    page = f"/my-consents/{links.token_of(link)}?lang=en"
    assert "You got this job." in client.get(page).text
    assert "I take my yes back" in client.get(page).text
    assert GIVEN in client_for(story.contact).get(path).text
    assert client.post(page).status_code == 200
    after = client_for(story.contact).get(path).text
    assert GIVEN not in after
    assert "Ten years in lunch kitchens" not in after
    assert story.fresh().proposal.state is ProposalState.HIRED
    assert ("candidate_withdrew", f"user:{story.coach.id}") in queued()
    assert client.post(page).status_code == 410
