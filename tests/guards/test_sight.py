"""Each room asked by those who are to see nothing of it, past the doors: what queries and services themselves refuse.

The doors keep most of them out already; these are the walls behind the doors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal.accounts import queries as accounts_queries
from portal.accounts import service as accounts_service
from portal.audit import service as audit
from portal.candidates import keeping, rules
from portal.candidates import queries as candidate_queries
from portal.candidates import service as candidate_service
from portal.candidates.models import Candidate
from portal.candidates.values import Kind
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import Missing, Refused
from portal.core.i18n import Language, in_language
from portal.employers import queries as employer_queries
from portal.employers import rules as employer_rules
from portal.employers.models import Membership
from portal.openings import queries as opening_queries
from portal.openings import rules as opening_rules
from portal.placements import queries as placement_queries
from portal.placements.models import ContactSide
from portal.privacy import service as privacy
from portal.privacy.service import RefusalReason
from portal.proposals import queries as proposal_queries
from portal.proposals.states import ProposalState
from tests.factories import accounts, candidates, employers, openings, placements, proposals
from tests.factories.proposals import Story

S = ProposalState


@pytest.fixture(autouse=True)
def in_english(app: Flask) -> Iterator[None]:
    """Outside a request somebody has to say in which language."""
    with in_language(Language.EN):
        yield


def _leader_elsewhere() -> Actor:
    return employer_queries.actor_of(accounts.team_leader(team=accounts.team()))


def _coach_beside(story: Story) -> Actor:
    return employer_queries.actor_of(accounts.coach(team_id=story.coach.team_id))


def _without_a_room(story: Story) -> list[Actor]:
    """Who sees no candidate, no proposal, no need and no hire, whatever it is."""
    return [story.actor(Role.ADMINISTRATOR), story.actor(Role.CANDIDATE)]


def _strangers(story: Story) -> list[Actor]:
    """Everybody who is not to see a story's candidate and what is about them."""
    other = employer_queries.actor_of(employers.employer_user())
    colleague = employer_queries.actor_of(employers.employer_user(story.opening.employer))
    return [_leader_elsewhere(), _coach_beside(story), *_without_a_room(story), other, colleague]


def _is_missing(look: Callable[..., object], *arguments: object) -> bool:
    try:
        look(*arguments)
    except Missing:
        return True
    return False


def test_those_who_have_proposals_of_their_own_see_those_alone() -> None:
    """Who has nothing at all would see nothing by a condition that has lost what ties it to the row, too."""
    ours, theirs = proposals.story(S.PROPOSED), proposals.story(S.PROPOSED)
    for role in (Role.COACH, Role.TEAM_LEADER, Role.EMPLOYER):
        actor = theirs.actor(role)
        assert _is_missing(proposal_queries.get_for, actor, ours.proposal.public_id), role
        assert proposal_queries.get_for(actor, theirs.proposal.public_id).id == theirs.proposal.id
    events = audit.history("proposal", ours.proposal.id)
    assert events
    assert {one.subject_id for one in events} == {ours.proposal.id}


def test_another_teams_candidate_is_not_there() -> None:
    story = proposals.story(S.PROPOSED)
    for actor in [*_strangers(story), story.actor(Role.EMPLOYER)]:
        assert _is_missing(candidate_queries.get_for, actor, story.candidate.public_id), actor
    for role in (Role.COACH, Role.TEAM_LEADER):
        assert candidate_queries.get_for(story.actor(role), story.candidate.public_id).id == story.candidate.id


def test_who_a_candidate_is_and_who_has_looked_is_the_coachs_and_the_leaders() -> None:
    story = proposals.story(S.PROPOSED)
    candidate = db.session.get_one(Candidate, story.candidate.id)
    for actor in _strangers(story):
        assert _is_missing(candidate_queries.identity_of, actor, candidate, "candidates.show"), actor
        assert _is_missing(candidate_queries.looks, actor, candidate, 1), actor
    for role in (Role.COACH, Role.TEAM_LEADER):
        assert candidate_queries.identity_of(story.actor(role), candidate, "candidates.show").candidate_id
        assert candidate_queries.looks(story.actor(role), candidate, 1).total


def test_a_note_is_read_by_no_other_team() -> None:
    story = proposals.story(S.PROPOSED)
    candidate = db.session.get_one(Candidate, story.candidate.id)
    candidate_service.add_note(story.actor(Role.COACH), candidate, "Likes mornings")
    assert candidate_queries.notes(story.actor(Role.TEAM_LEADER), candidate, 1).total == 1
    for actor in (_leader_elsewhere(), _coach_beside(story)):
        assert candidate_queries.notes(actor, candidate, 1).total == 0


def test_lists_of_candidates_hold_those_in_sight() -> None:
    story = proposals.story(S.PROPOSED)
    last_name = candidate_queries.identity_of(story.actor(Role.COACH), story.candidate, "candidates.show").last_name
    filters = (candidate_queries.Filters(), candidate_queries.Filters(search=last_name))
    for actor in (_leader_elsewhere(), _coach_beside(story)):
        assert [candidate_queries.listed(actor, one, 1).items for one in filters] == [[], []]
        assert candidate_queries.caseload(actor) == candidate_queries.all_of(actor) == []
        assert candidate_queries.phase_counts(actor) == candidate_queries.caseload_sizes(actor) == {}
    for role in (Role.COACH, Role.TEAM_LEADER):
        found = [candidate_queries.listed(story.actor(role), one, 1).items for one in filters]
        assert [[person.id for person in people] for people in found] == [[story.candidate.id]] * 2


def test_only_the_coach_and_the_leader_may_touch() -> None:
    story = proposals.story(S.PROPOSED)
    candidate = db.session.get_one(Candidate, story.candidate.id)
    in_the_team = [Actor(role, user_id=story.coach.id, team_id=candidate.team_id) for role in Role]
    may = [actor.role for actor in in_the_team if rules.may_touch(actor, candidate)]
    assert sorted(may) == sorted([Role.COACH, Role.TEAM_LEADER])
    for actor in _strangers(story):
        assert not rules.may_touch(actor, candidate), actor
        assert not rules.may_assign(actor, candidate), actor
    assert not rules.may_assign(story.actor(Role.COACH), candidate)
    assert rules.may_assign(story.actor(Role.TEAM_LEADER), candidate)


def test_services_refuse_whoever_may_not_touch() -> None:
    story = proposals.story(S.PROPOSED)
    candidate = candidate_queries.load(story.candidate.id)
    candidate.profile.occupations = {"boat-builder": "3_10"}
    empty = candidate_service.ProfileValues()
    kept = (Kind.OCCUPATION, "boat-builder")
    for actor in [*_strangers(story), story.actor(Role.EMPLOYER)]:
        for call, *values in (
            (candidate_service.add_note, "x"),
            (candidate_service.edit_profile, empty, candidate.profile.version),
            (keeping.keep, *kept, "The yard asks for it"),
            (privacy.keep,),
            (privacy.refuse_part, "candidate_notes", RefusalReason.OTHERS),
            (privacy.give_part, "candidate_notes"),
        ):
            assert _is_missing(call, actor, candidate, *values), (actor, call)


def test_what_is_kept_fine_is_let_go_by_no_stranger() -> None:
    story = proposals.story(S.PROPOSED)
    candidate = candidate_queries.load(story.candidate.id)
    skill = next(iter(candidate.profile.skills))
    db.session.add(keeping.KeptFine(candidate_id=candidate.id, kind=Kind.SKILL, value=skill, reason="The job"))
    db.session.flush()
    for actor in _strangers(story):
        assert _is_missing(keeping.let_go, actor, candidate, Kind.SKILL, skill), actor
    keeping.let_go(story.actor(Role.COACH), candidate, Kind.SKILL, skill)


def test_a_proposal_and_a_hire_are_not_there_for_strangers() -> None:
    story = proposals.story(S.HIRED)
    hire = placement_queries.of_proposal(SYSTEM, story.proposal.id)
    assert hire is not None
    for actor in _strangers(story):
        assert _is_missing(proposal_queries.get_for, actor, story.proposal.public_id), actor
        assert _is_missing(placement_queries.get_for, actor, hire.public_id), actor
    for role in (Role.COACH, Role.TEAM_LEADER, Role.EMPLOYER):
        assert proposal_queries.get_for(story.actor(role), story.proposal.public_id).id == story.proposal.id
        assert placement_queries.get_for(story.actor(role), hire.public_id).id == hire.id


def test_that_there_is_a_proposal_is_known_to_the_own_colleagues_alone() -> None:
    story = proposals.story(S.PROPOSED)
    colleague = employer_queries.actor_of(employers.employer_user(story.opening.employer))
    other = employer_queries.actor_of(employers.employer_user())
    assert [one.id for one in proposal_queries.known_to_colleagues(colleague, story.opening.id)] == [story.proposal.id]
    assert proposal_queries.known_to_colleagues(other, story.opening.id) == []


@pytest.mark.parametrize("state", [S.DRAFT, S.AWAITING_CONSENT, S.REFUSED])
def test_what_was_refused_before_it_was_sent_is_nobodys_at_the_employer(state: ProposalState) -> None:
    story = proposals.story(state)
    colleague = employer_queries.actor_of(employers.employer_user(story.opening.employer))
    assert proposal_queries.known_to_colleagues(colleague, story.opening.id) == []
    assert _is_missing(proposal_queries.get_for, story.actor(Role.EMPLOYER), story.proposal.public_id)


def test_a_hire_stays_with_the_employer_whatever_place_its_people_have() -> None:
    """A contact person who works for another organisation by now sees the hire no more, though the need names them."""
    story = proposals.story(S.HIRED)
    hire = placement_queries.of_proposal(SYSTEM, story.proposal.id)
    assert hire is not None
    membership = db.session.query(Membership).filter_by(user_id=story.contact.id).one()
    membership.employer_id = employers.employer().id
    db.session.commit()
    moved = employer_queries.actor_of(story.contact)
    assert moved.employer_id not in (None, hire.employer_id)
    assert _is_missing(placement_queries.get_for, moved, hire.public_id)
    assert _is_missing(proposal_queries.get_for, moved, story.proposal.public_id)


def test_a_plan_is_the_teams() -> None:
    hire = placements.placement()
    placement = placement_queries.get(hire.id)
    contact = placements.contact(placement, side=ContactSide.EMPLOYER)
    employer = employer_queries.actor_of(placement_queries.employer_readers(placement)[0])
    assert _is_missing(placement_queries.contact_for, employer, placement, contact.public_id)
    assert placement_queries.contacts_of(employer, placement) == []


def test_a_need_is_not_there_for_other_roles() -> None:
    story = proposals.story(S.PROPOSED)
    for actor in _without_a_room(story):
        assert _is_missing(opening_queries.get_for, actor, story.opening.public_id), actor


def test_a_need_is_registered_by_its_own_people_and_the_team() -> None:
    opening = openings.opening()
    own = employer_queries.actor_of(opening.contacts[0])
    other = employer_queries.actor_of(employers.employer_user())
    coach = employer_queries.actor_of(accounts.coach())
    answers = [opening_rules.may_register_for(actor, opening.employer_id) for actor in (own, coach, other, SYSTEM)]
    assert answers == [True, True, False, False]


def test_an_employer_is_not_there_for_other_roles() -> None:
    employer = employers.employer()
    for actor in (Actor(Role.CANDIDATE, candidate_id=candidates.candidate(coach=accounts.coach()).id), SYSTEM):
        assert _is_missing(employer_queries.get_for, actor, employer.public_id), actor
        assert not employer_rules.may_edit(actor, employer)
    assert not employer_rules.may_edit(employer_queries.actor_of(accounts.administrator()), employer)
    assert employer_rules.may_edit(employer_queries.actor_of(accounts.team_leader()), employer)


def test_what_was_said_with_an_employer_is_the_teams() -> None:
    employer, coach = employers.employer(), accounts.coach()
    said = employers.contact(employer, coach)
    for user in (employers.employer_user(employer), accounts.administrator()):
        actor = employer_queries.actor_of(user)
        assert employer_queries.contacts(actor, employer.id) == []
        assert _is_missing(employer_queries.contact_for, actor, employer, said.public_id)
    assert employer_queries.contacts(employer_queries.actor_of(coach), employer.id) == [said]


def test_an_account_is_the_administrators_to_see() -> None:
    coach = accounts.coach()
    administrator = employer_queries.actor_of(accounts.administrator())
    for user in (accounts.coach(), accounts.team_leader(), employers.employer_user()):
        actor = employer_queries.actor_of(user)
        assert _is_missing(accounts_queries.get_for, actor, coach.public_id), actor
        with pytest.raises(Refused):
            accounts_service.deactivate(actor, coach)
    assert accounts_queries.get_for(administrator, coach.public_id).id == coach.id
    assert coach.deactivated_at is None
