"""A mail of a proposal leaves while what it says is so, and reaches whom the candidate's yes names and nobody else."""

from __future__ import annotations

import pytest

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.openings import queries as opening_queries
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.proposals import mails, queries, service
from portal.proposals.mails import readers
from portal.proposals.states import LIVE, PROFILE_SHOWN, SENT, ProposalState
from tests.factories import employers, proposals
from tests.proposals.kit import newest

S = ProposalState

# Each ground on which a mail is due, and the states in which it holds.
GROUNDS = {
    readers.while_sent: SENT,
    readers.while_live: LIVE,
    readers.while_shown: PROFILE_SHOWN,
    readers.while_proposed: {S.PROPOSED},
    readers.while_asked: {S.AWAITING_CONSENT},
    readers.while_reported: {S.HIRE_REPORTED},
}


@pytest.mark.parametrize("state", S)
def test_a_ground_holds_in_its_states_and_in_no_other(monkeypatch: pytest.MonkeyPatch, state: ProposalState) -> None:
    monkeypatch.setattr(readers.queries, "state_of", lambda _proposal_id: state)
    mail = Notification(about_id=1)
    assert {ground for ground in GROUNDS if ground(mail)} == {one for one, holds in GROUNDS.items() if state in holds}


def test_a_question_that_was_taken_back_is_not_asked(app: object) -> None:
    told = proposals.story(S.AWAITING_CONSENT)
    (mail,) = newest("consent_request")
    assert KINDS[mail.kind].still_due(mail)
    service.take_back(told.actor(Role.COACH), told.fresh().proposal)
    assert not KINDS[mail.kind].still_due(mail)


def test_a_closed_account_is_told_nothing(app: object) -> None:
    told = proposals.story(S.PROPOSED)
    assert queries.may_be_told(told.proposal.id, told.contact.id)
    told.contact.deactivated_at = clock.now()
    db.session.flush()
    assert not queries.may_be_told(told.proposal.id, told.contact.id)


@pytest.mark.parametrize("role", [Role.COACH, Role.EMPLOYER])
def test_only_whom_the_yes_names_are_mailed(app: object, role: Role) -> None:
    told = proposals.story(S.PROPOSED)
    opening = opening_queries.get(told.opening.id)
    opening.contacts = [*opening.contacts, employers.employer_user(opening.employer)]
    db.session.commit()
    proposal = told.fresh().proposal
    assert [user.id for user in queries.contact_users(proposal)] == [told.contact.id]
    mails.message(proposal, from_employer=role is Role.EMPLOYER)
    reader = told.coach if role is Role.EMPLOYER else told.contact
    assert [one.user_id for one in newest("message")] == [reader.id]


def test_who_has_left_since_the_yes_is_not_mailed(app: object) -> None:
    told = proposals.story(S.PROPOSED)
    told.contact.deactivated_at = clock.now()
    db.session.commit()
    assert queries.contact_users(told.fresh().proposal) == []
