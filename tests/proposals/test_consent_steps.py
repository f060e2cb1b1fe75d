"""Asking, recording and renewing a yes: only where the workflow stands at it, whoever calls the service."""

from __future__ import annotations

import pytest

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import LinkDead, Refused
from portal.core.i18n import Language
from portal.openings.models import Opening
from portal.proposals import service
from portal.proposals.states import ProposalState
from tests.factories import proposals
from tests.factories.proposals import FIELDS
from tests.proposals.kit import BY_LINK

S = ProposalState
pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.parametrize("state", [S.PROPOSED, S.DISCLOSED, S.DECLINED, S.HIRED, S.AWAITING_CONSENT, S.DRAFT])
def test_details_are_asked_for_recorded_and_agreed_to_while_the_employer_is_interested(state: ProposalState) -> None:
    story = proposals.story(state)
    coach, candidate = story.actor(Role.COACH), story.actor(Role.CANDIDATE)
    before = story.proposal.disclosure_consent_id
    with pytest.raises(Refused):
        service.ask_disclosure(coach, story.fresh().proposal)
    with pytest.raises(Refused):
        service.record_disclosure_consent(coach, story.fresh().proposal, FIELDS, service.HowGiven())
    with pytest.raises(Refused):
        service.agree_disclosure(candidate, story.fresh().proposal, FIELDS, BY_LINK, in_language=Language.SV)
    with pytest.raises(Refused):
        service.refuse_disclosure(candidate, story.fresh().proposal)
    assert story.fresh().proposal.disclosure_consent_id == before


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.TEAM_LEADER, Role.ADMINISTRATOR])
def test_nobody_but_the_coach_asks_for_details_or_records_them(role: Role) -> None:
    story = proposals.story(S.INTERESTED)
    actor = story.actor(role)
    with pytest.raises(Refused):
        service.ask_disclosure(actor, story.fresh().proposal)
    with pytest.raises(Refused):
        service.record_disclosure_consent(actor, story.fresh().proposal, FIELDS, service.HowGiven())
    assert story.fresh().proposal.disclosure_consent_id is None


@pytest.mark.parametrize("state", [S.DECLINED, S.HIRED])
def test_a_yes_is_not_renewed_once_the_proposal_is_with_the_employer_no_more(state: ProposalState) -> None:
    story = proposals.story(state)
    db.session.get_one(Opening, story.opening.id).hours_max = 37
    db.session.commit()
    before = story.fresh().proposal.consent_id
    with pytest.raises(Refused):
        service.renew_consent(story.actor(Role.COACH), story.fresh().proposal, service.HowGiven())
    assert story.fresh().proposal.consent_id == before


def test_a_yes_that_holds_is_not_renewed() -> None:
    story = proposals.story(S.INTERESTED)
    before = story.proposal.consent_id
    with pytest.raises(Refused, match="Nothing has changed"):
        service.renew_consent(story.actor(Role.COACH), story.fresh().proposal, service.HowGiven())
    assert story.fresh().proposal.consent_id == before


def test_a_newer_question_ends_the_link_of_the_older_one() -> None:
    story = proposals.story(S.INTERESTED)
    coach = story.actor(Role.COACH)
    first = links.token_of(service.ask_disclosure(coach, story.fresh().proposal))
    second = links.token_of(service.ask_disclosure(coach, story.fresh().proposal))
    db.session.expire_all()
    with pytest.raises(LinkDead):
        links.find(first, Purpose.CONSENT)
    assert links.find(second, Purpose.CONSENT).subject_id == story.proposal.id
