"""Before anybody presses, the list and the preview say what the table's guards would refuse, and where to mend it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.candidates.models import DisclosurePlan, Profile
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.employers.models import Employer
from portal.employers.states import Verification
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from portal.proposals import service
from portal.proposals.obstacles import asked_guards
from portal.proposals.states import ProposalState
from tests.factories import proposals
from tests.factories.proposals import Story
from tests.proposals.kit import ClientFor, as_read, identity
from tests.snapshot import unchanged

S = ProposalState


def _free() -> Story:
    """A candidate and an open need with nothing between them yet."""
    story = proposals.story(S.DRAFT)
    service.withdraw(story.actor(Role.COACH), story.fresh().proposal)
    db.session.commit()
    return story


def _plan(story: Story) -> DisclosurePlan:
    return db.session.get_one(DisclosurePlan, story.candidate.id)


def _no_plan(story: Story) -> None:
    db.session.delete(_plan(story))


def _plan_forbids(story: Story) -> None:
    _plan(story).proposals_allowed = False


def _never_here(story: Story) -> None:
    _plan(story).never_employers = [story.opening.employer_id]


def _said_no(story: Story) -> None:
    asked = service.draft(story.actor(Role.COACH), story.candidate, proposals.openings_queries.get(story.opening.id))
    service.ask_consent(story.actor(Role.COACH), asked)
    service.refuse(story.actor(Role.CANDIDATE), proposals.queries.load(asked.id))


def _named(story: Story) -> None:
    db.session.get_one(Profile, story.candidate.id).pitch = f"Ring {identity(story).full_name}."


def _nobody_reads(story: Story) -> None:
    for user in db.session.get_one(Opening, story.opening.id).contacts:
        user.deactivated_at = clock.now()


def _suspended(story: Story) -> None:
    db.session.get_one(Employer, story.opening.employer_id).verification = Verification.SUSPENDED


def _paused(story: Story) -> None:
    db.session.get_one(Opening, story.opening.id).state = OpeningState.PAUSED


CASES: list[tuple[Callable[[Story], None], str, str]] = [
    (_no_plan, "Write the disclosure plan", "/candidates/{candidate}/plan"),
    (_plan_forbids, "allows no proposals now", "/candidates/{candidate}/plan"),
    (_never_here, "not want to be proposed to this employer", "/candidates/{candidate}/plan"),
    (_said_no, "has said no to this need", ""),
    (_named, "Mend them first", "/candidates/{candidate}/profile"),
    (_nobody_reads, "no contact person", "/openings/{opening}/edit"),
    (_suspended, "The employer is suspended", "/employers/{employer}"),
    (_paused, "not open any more", "/openings/{opening}"),
]


@pytest.mark.parametrize(("change", "sentence", "mend"), CASES, ids=[one[0].__name__[1:] for one in CASES])
def test_what_would_be_refused_is_said_first_with_the_way_to_mend_it(
    client_for: ClientFor, change: Callable[[Story], None], sentence: str, mend: str
) -> None:
    story = _free()
    change(story)
    db.session.commit()
    coach = client_for(story.coach)
    employer = db.session.get_one(Employer, story.opening.employer_id)
    where = mend.format(
        candidate=story.candidate.public_id, opening=story.opening.public_id, employer=employer.public_id
    )
    need = f"/proposals/new?opening={story.opening.public_id}"
    chosen = f"{need}&candidate={story.candidate.public_id}"
    preview = coach.get(chosen).text
    assert sentence in preview
    assert not where or f'href="{where}"' in preview
    assert 'name="how"' not in preview
    shown = coach.get(need).text
    if change is not _named:  # the list does not read every profile's words; the preview does
        assert sentence in shown
        assert not where or f'href="{where}"' in shown
        assert chosen.replace("&", "&amp;") not in shown
    with unchanged():
        refused = coach.post(chosen, data={"how": "in_person"})
        assert refused.status_code == 409


def test_nothing_stands_in_the_way_of_who_can_be_sent(client_for: ClientFor) -> None:
    story = _free()
    coach = client_for(story.coach)
    chosen = f"/proposals/new?opening={story.opening.public_id}&candidate={story.candidate.public_id}"
    assert chosen.replace("&", "&amp;") in coach.get(chosen.split("&")[0]).text
    assert 'name="how"' in coach.get(chosen).text
    assert coach.post(chosen, data=as_read(coach, chosen, {"how": "in_person"})).status_code == 302


def test_every_guard_that_all_ways_meet_is_asked() -> None:
    expected = {"employer_verified", "opening_is_open", "place_left", "none_live", "not_refused_before", "plan_allows"}
    assert set(asked_guards()) == expected | {"profile_is_clean", "has_contacts"}
