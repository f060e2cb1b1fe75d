"""What the candidate agreed to becomes another through the pages of the portal: the candidate is asked again."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import Refused
from portal.employers.models import Employer, Workplace
from portal.openings import queries as opening_queries
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from portal.proposals import queries, service
from portal.proposals.states import ProposalState
from tests.factories import employers, openings, proposals
from tests.factories.proposals import FIELDS, Story
from tests.openings.kit import without
from tests.proposals.kit import ClientFor, link, newest, yes

S = ProposalState
TOHOLAMPI = "849"


def _at_a_site(state: ProposalState) -> tuple[Story, Workplace]:
    """A proposal for a need that names one of the employer's sites."""
    story = proposals.story(S.DRAFT)
    opening = opening_queries.get(story.opening.id)
    site = employers.workplace(opening.employer, street="Hamnvägen 1")
    opening.workplace = site
    db.session.flush()
    proposals.bring(story.fresh(), state)
    db.session.commit()
    return story.fresh(), site


def _move(client: FlaskClient, site: Workplace, **values: str) -> None:
    data = {"name": site.name, "street": site.street, "municipality": site.municipality, **values}
    assert client.post(f"/workplaces/{site.public_id}/edit", data=data).status_code == 302


@pytest.mark.parametrize("state", [S.PROPOSED, S.DISCLOSED])
def test_an_employer_who_edits_the_hours_has_the_candidate_asked_again(
    client: FlaskClient, client_for: ClientFor, state: ProposalState
) -> None:
    """Through the pages alone, so that the rooms are wired together as they are in use."""
    story = proposals.story(state)
    opening = db.session.get_one(Opening, story.opening.id)
    data = without(hours_min="10", hours_max="15", contacts=[story.contact.public_id], version=str(opening.version))
    edited = client_for(story.contact).post(f"/openings/{opening.public_id}/edit", data=data)
    assert edited.status_code == 302
    assert [one.candidate_id for one in newest("consent_again")] == [story.candidate.id]
    assert [one.user_id for one in newest("opening_changed")] == [story.coach.id]
    assert "The job has changed" in client.get(f"{link(story)}?lang=en").text


@pytest.mark.parametrize(
    "values",
    [{"municipality": TOHOLAMPI}, {"street": "Kyrkvägen 9"}],
    ids=["another municipality", "another street"],
)
def test_a_site_that_moves_has_the_candidate_asked_again(
    client: FlaskClient, client_for: ClientFor, values: dict[str, str]
) -> None:
    story, site = _at_a_site(S.INTERESTED)
    coach = story.actor(Role.COACH)
    service.record_disclosure_consent(coach, story.fresh().proposal, FIELDS, service.HowGiven())
    db.session.commit()
    _move(client_for(story.contact), site, **values)
    with pytest.raises(Refused), db.session.begin_nested():
        service.disclose(coach, story.fresh().proposal)
    db.session.rollback()
    assert [one.candidate_id for one in newest("consent_again")] == [story.candidate.id]
    assert client.post(link(story), data=yes(client, link(story))).status_code == 200
    service.disclose(coach, story.fresh().proposal)
    assert queries.state_of(story.proposal.id) is S.DISCLOSED


def test_an_open_question_about_a_site_that_moved_is_taken_back(client_for: ClientFor) -> None:
    story, site = _at_a_site(S.AWAITING_CONSENT)
    _move(client_for(story.contact), site, municipality=TOHOLAMPI)
    assert story.fresh().proposal.state is S.DRAFT


def test_a_site_that_gets_another_name_asks_nobody(client_for: ClientFor) -> None:
    story, site = _at_a_site(S.PROPOSED)
    before = opening_queries.get(story.opening.id).version
    _move(client_for(story.contact), site, name="Nya köket")
    assert newest("consent_again") == []
    assert opening_queries.get(story.opening.id).version == before


def test_needs_lie_where_their_site_lies(client_for: ClientFor) -> None:
    """Those that can still be answered; what has ended stays as it was."""
    story, site = _at_a_site(S.PROPOSED)
    employer = db.session.get_one(Employer, story.opening.employer_id)
    person = db.session.get_one(User, story.contact.id)
    same = {"contacts": [person], "workplace": site}
    rows = {state: openings.opening(employer, state=state, **same) for state in OpeningState}
    elsewhere = openings.opening(employer, contacts=[person])
    db.session.commit()
    _move(client_for(story.contact), site, municipality=TOHOLAMPI)
    db.session.expire_all()
    moved = {state for state, row in rows.items() if row.municipality == TOHOLAMPI}
    assert moved == set(OpeningState) - {OpeningState.FILLED, OpeningState.CLOSED}
    assert elsewhere.municipality == employers.KOKKOLA
    assert "Toholampi" in client_for(story.contact).get(f"/openings/{story.opening.public_id}").text


def test_a_page_of_the_need_that_was_open_while_its_site_moved_is_compared_first(client_for: ClientFor) -> None:
    story, site = _at_a_site(S.PROPOSED)
    opening = db.session.get_one(Opening, story.opening.id)
    stale = without(
        contacts=[story.contact.public_id], workplace=site.public_id, version=str(opening.version), hours_max="31"
    )
    employer = client_for(story.contact)
    _move(employer, site, municipality=TOHOLAMPI)
    assert employer.post(f"/openings/{opening.public_id}/edit", data=stale).status_code == 409
