"""One main action a page: what the coach does first with a draft, and what is folded beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.candidates.models import Profile
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.proposals import interviews, page, queries, service
from portal.proposals.states import ProposalState
from tests.counting import statements
from tests.factories import proposals
from tests.factories.proposals import Story
from tests.proposals.kit import mailed, path, step

ClientFor = Callable[[User], FlaskClient]

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.either_database]


def _asked_for_a_change() -> Story:
    story = proposals.story(ProposalState.AWAITING_CONSENT)
    service.ask_change(Actor(Role.CANDIDATE, candidate_id=story.candidate.id), story.proposal, "Fewer nights")
    return story


def _actions(story: Story, role: Role) -> list[page.Action]:
    proposal = queries.load(story.proposal.id)
    return page.actions_for(story.actor(role), proposal, queries.next_for(proposal))


def _main(story: Story) -> list[str]:
    return [one.verb for one in _actions(story, Role.COACH) if one.kind == "primary"]


def test_a_plain_draft_is_sent() -> None:
    assert _main(proposals.story(ProposalState.DRAFT)) == ["record_consent"]


def test_a_wish_is_met_before_anything_is_sent(client_for: ClientFor) -> None:
    story = _asked_for_a_change()
    assert _main(story) == ["change_profile"]
    shown = client_for(story.coach).get(f"/proposals/{story.proposal.public_id}").text
    assert shown.count(f'href="/candidates/{story.candidate.public_id}/profile"') == 1
    assert "Change the profile as the candidate wished, then ask again." in shown


def test_once_the_profile_is_newer_than_the_wish_the_candidate_is_asked() -> None:
    story = _asked_for_a_change()
    db.session.get_one(Profile, story.candidate.id).changed_at = clock.now()
    db.session.flush()
    assert _main(story) == ["ask_consent"]


def test_what_is_beside_the_main_action_is_folded_from_three_on(client_for: ClientFor) -> None:
    many, few = proposals.story(ProposalState.INTERVIEW), proposals.story(ProposalState.PROPOSED)
    folded = client_for(many.coach).get(f"/proposals/{many.proposal.public_id}").text
    assert 'class="more"' in folded
    assert folded.index("btn-primary", folded.index("page-head__actions")) < folded.index('class="more"')
    assert 'class="more"' not in client_for(few.contact).get(f"/proposals/{few.proposal.public_id}").text


# Meetings: whose turn it is, the main action and the first pages say one thing, on both sides

NOW, LATER = timedelta(), timedelta(days=30)


def _asked(by: Role) -> Callable[[Story], None]:
    def suggest(story: Story) -> None:
        moments = [clock.now() + timedelta(days=days) for days in (2, 5)]
        interviews.propose_times(story.actor(by), story.fresh().proposal, moments)

    return suggest


def _call_off(story: Story) -> None:
    for one in queries.interviews_of(story.fresh().proposal):
        interviews.cancel_meeting(story.actor(Role.EMPLOYER), story.fresh().proposal, one)


def _decline_and_undo(story: Story) -> None:
    step(story, "decline", story.actor(Role.EMPLOYER))
    step(story, "undo_decline", story.actor(Role.EMPLOYER))


def _nothing(_story: Story) -> None:
    pass


S = ProposalState
PICK = "Pick one of the suggested times"
PASSED = "The suggested times have passed."
OFF = "No meeting is agreed now."
# what happens, how much later one looks; then for the employer and the coach each: the turn as the page says it, the
# main action in the head, and what stands on the own first page
TALKS = {
    "nothing yet": (S.DISCLOSED, _nothing, NOW, "Suggest times", "times", "Suggest times to meet", "times", ""),
    "the coach suggests": (S.DISCLOSED, _asked(Role.COACH), NOW, PICK, "", "Pick a time to meet", "", ""),
    "the employer suggests": (S.DISCLOSED, _asked(Role.EMPLOYER), NOW, PICK, "", "", "", "suggests times: pick one"),
    "the coach's pass": (S.DISCLOSED, _asked(Role.COACH), LATER, PASSED, "times", "Suggest new times", "times", ""),
    "the employer's pass": (S.DISCLOSED, _asked(Role.EMPLOYER), LATER, PASSED, "times", "", "times", "passed: suggest"),
    "a meeting to come": (S.INTERVIEW, _nothing, NOW, "Meet. Then offer", "offer", "", "report_hire", ""),
    "another is asked for": (S.INTERVIEW, _asked(Role.EMPLOYER), NOW, PICK, "", "", "", "suggests times: pick one"),
    "a meeting was held": (S.INTERVIEW, _nothing, LATER, "Offer the job", "offer", "the job, or", "report_hire", ""),
    "called off": (S.INTERVIEW, _call_off, NOW, OFF, "times", "Suggest new times", "times", ""),
    "a no taken back": (S.INTERVIEW, _decline_and_undo, NOW, OFF, "times", "Suggest new times", "times", ""),
}  # fmt: skip
COACHS_TURN = ("the employer suggests", "the employer's pass", "another is asked for")


@pytest.mark.parametrize("what", TALKS)
def test_meetings_decide_whose_turn_it_is_everywhere(client_for: ClientFor, what: str) -> None:
    state, happens, later, turn, main, waits, coachs_main, coach_waits = TALKS[what]
    story = proposals.story(state)
    happens(story)
    db.session.commit()
    sides = {
        Role.EMPLOYER: (story.contact, main, "/start", waits, what not in COACHS_TURN),
        Role.COACH: (story.coach, coachs_main, "/today", coach_waits, what in COACHS_TURN),
    }
    with time_machine.travel(clock.now() + later, tick=False):
        for role, (user, expected, first_page, words, mine) in sides.items():
            actions = _actions(story, role)
            assert [one.verb for one in actions if one.kind == "primary"] == ([expected] if expected else []), role
            browser = client_for(user)
            shown = browser.get(path(story)).text
            strip = shown[shown.index('<p class="turn') :].split("</p>")[0]
            assert ("Your turn" in strip) is mine, role
            assert (turn in strip) is mine or turn in (PASSED, OFF), role
            picks = turn == PICK and mine
            assert (">Pick a time<" in shown, "Take this time" in shown) == (picks, picks), role
            head = shown[shown.index("page-head__actions") :].split("</header>")[0]
            assert ("/times" in head) is not picks, role
            assert ("Meeting called off</span>" in shown) is (turn == OFF), role
            first = browser.get(first_page).text
            assert (path(story) in first) is bool(words), role
            assert words in first, role


def test_a_time_that_has_passed_is_not_offered_and_the_last_of_them_is_said_to_be_gone(client_for: ClientFor) -> None:
    story = proposals.story(S.DISCLOSED)
    _asked(Role.COACH)(story)
    [asked] = queries.interviews_of(story.fresh().proposal)
    pick = path(story, "interviews", asked.public_id, "pick")
    db.session.commit()
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        browser, coach = client_for(story.contact), client_for(story.coach)
        shown = browser.get(path(story)).text
        assert ('value="1"' in shown, 'value="2"' in shown) == (False, True)
        late = browser.post(pick, data={"time": "1"})
        assert (late.status_code, "This time has passed" in late.text) == (422, True)
        assert browser.post(pick, data={"time": "9"}).status_code == 422
        assert "Take the times back" not in shown
        assert "Take the times back" in coach.get(path(story)).text
    with time_machine.travel(clock.now() + timedelta(days=9), tick=False):
        browser, coach = client_for(story.contact), client_for(story.coach)
        for one in (browser, coach):
            assert "These times have passed, and nobody picked one." in one.get(path(story)).text
        gone = browser.post(pick, data={"time": "2"})
        assert (gone.status_code, "Suggest new ones" in gone.text) == (409, True)


def test_who_takes_a_no_back_reads_that_the_meeting_is_off(client_for: ClientFor) -> None:
    off, held = proposals.story(S.INTERVIEW), proposals.story(S.INTERVIEW)
    step(off, "decline", off.actor(Role.EMPLOYER))
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        step(held, "decline", held.actor(Role.EMPLOYER))
        db.session.commit()
        assert "must be agreed" not in client_for(held.contact).get(path(held, "undo_decline")).text
    assert "A new time must be agreed." in client_for(off.contact).get(path(off, "undo_decline")).text


def test_turns_of_a_list_cost_one_statement() -> None:
    many = [proposals.story(S.DISCLOSED) for _ in range(2)]
    rows = [queries.load(one.proposal.id) for one in many]
    with statements() as counted:
        assert len(queries.nexts_of(rows)) == 2
    assert len(counted) == 1


def test_who_is_asked_to_confirm_a_hire_reads_what_to_do_when_a_figure_is_wrong(client_for: ClientFor) -> None:
    story = proposals.story(S.HIRE_REPORTED)
    shown = client_for(story.contact).get(path(story, "confirm_hire")).text
    told = shown[shown.index("Is something wrong?") :]
    assert f"{path(story)}#messages" in told
    assert story.coach.phone in told
    assert "Is something wrong?" in client_for(story.contact).get(mailed(story.contact)).text
