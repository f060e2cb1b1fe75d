"""The candidate's pages: opened by link, changed by a press, in the candidate's language, and without a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.candidates.models import DisclosurePlan, PersonalField
from portal.core import clock, signing
from portal.core.actors import SYSTEM, Role
from portal.core.db import db, new_public_id
from portal.core.i18n import Language
from portal.openings import queries as opening_queries
from portal.openings.models import Opening
from portal.openings.rules import terms_digest
from portal.outbox.letters import KINDS
from portal.proposals import service
from portal.proposals.states import ProposalState
from tests.factories import employers, proposals
from tests.factories.proposals import FIELDS, Story
from tests.proposals.kit import PITCH, ClientFor, identity, link, newest, path, yes
from tests.snapshot import tables, unchanged

pytestmark = pytest.mark.either_database  # pages are the same on any

S = ProposalState


def _changed_need(story: Story) -> None:
    opening = opening_queries.get(story.opening.id)
    opening.hours_min, opening.hours_max = 10, 15
    db.session.flush()
    service.ask_again(story.actor(Role.EMPLOYER), opening)
    db.session.commit()


def _asked_for_details(story: Story) -> str:
    service.ask_disclosure(story.actor(Role.COACH), story.fresh().proposal)
    db.session.commit()
    return link(story)


def _pages(client: FlaskClient) -> list[tuple[Story, str]]:
    """Every page that a candidate's link opens: a question, a change, details, the changed job, what was agreed."""
    asked, interested, changed = (proposals.story(state) for state in (S.AWAITING_CONSENT, S.INTERESTED, S.DISCLOSED))
    _changed_need(changed)
    return [
        (asked, link(asked)),
        (asked, f"{link(asked)}/change"),
        (interested, _asked_for_details(interested)),
        (changed, link(changed)),
        (changed, link(changed, Purpose.MY_CONSENTS)),
    ]


def test_opening_a_link_changes_nothing_and_names_nobody(client: FlaskClient) -> None:
    for story, address in _pages(client):
        with unchanged(address):
            for method in (client.get, client.head, client.get):
                answer = method(address)
                assert answer.status_code == 200, address
        words = client.get(address).get_data(as_text=True)
        who = identity(story)
        private = (who.first_name, who.last_name, who.nickname, who.phone, who.email, who.street, who.care_contact)
        assert [one for one in private if one in words] == []
        assert story.coach.phone in words
        assert story.coach.name in words
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_question_says_who_asks_for_which_job_and_who_would_see_it(client: FlaskClient) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    words = client.get(f"{link(story)}?lang=en").get_data(as_text=True)
    for told in (story.opening.title, story.contact.name, PITCH, "Nothing happens before you press"):
        assert told in words
    assert "person" not in story.opening.title


def test_yes_sends_the_proposal(client: FlaskClient) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    address = link(story)
    assert client.post(f"{address}?lang=en", data=yes(client, f"{address}?lang=en")).status_code == 200
    proposal = story.fresh().proposal
    assert proposal.state is S.PROPOSED
    assert proposal.consent is not None
    assert proposal.consent.language is Language.EN
    with unchanged():
        assert client.post(address, data={"answer": "no"}).status_code == 410


def test_no_is_final_for_this_need(client: FlaskClient) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    address = link(story)
    assert client.post(address, data={"answer": "no"}).status_code == 200
    assert story.fresh().proposal.state is S.REFUSED
    assert client.get(address).status_code == 410


def test_a_change_is_asked_for_with_words_for_the_coach_alone(client: FlaskClient, client_for: ClientFor) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    address = link(story)
    wish = "Säg inget om nätterna & helgerna"
    with unchanged():
        empty = client.post(f"{address}/change", data={"wish": "   "})
        assert empty.status_code == 422
        long = client.post(f"{address}/change", data={"wish": "å" * 5001})
        assert long.status_code == 422
        assert "å" * 5001 in long.get_data(as_text=True)
    assert client.post(f"{address}/change", data={"wish": wish}).status_code == 200
    proposal = story.fresh().proposal
    assert (proposal.state, proposal.change_wish) == (S.DRAFT, wish)
    assert "nätterna &amp; helgerna" in client_for(story.coach).get(path(story)).get_data(as_text=True)
    [mail] = newest("change_asked")
    assert wish not in str(mail.context)
    assert client.get(address).status_code == 410


@pytest.mark.parametrize("said", ["", "maybe", "YES"])
def test_another_answer_is_no_answer(client: FlaskClient, said: str) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    with unchanged():
        assert client.post(link(story), data={"answer": said}).status_code == 422


def test_dead_links_say_what_to_do_and_do_nothing(client: FlaskClient) -> None:
    story = proposals.story(S.PROPOSED)
    mine = link(story, Purpose.MY_CONSENTS).rsplit("/", 1)[1]
    expired = links.issue(Purpose.CONSENT, story.proposal.id, -timedelta(seconds=1))
    revoked = links.issue(Purpose.CONSENT, story.proposal.id, timedelta(days=1))
    other = links.issue(Purpose.CONSENT, story.proposal.id, timedelta(days=1))
    tokens = {
        "another purpose": mine,
        "expired": links.token_of(expired),
        "forged id": signing.sign(Purpose.CONSENT, new_public_id()),
        "unsigned": other.token_id,
        "other key": links.token_of(other)[:-4] + "AAAA",
        "empty row": signing.sign(Purpose.CONSENT, ""),
        "nothing": "x",
    }
    links.revoke(Purpose.CONSENT, story.proposal.id)
    tokens["revoked"] = links.token_of(revoked)
    db.session.commit()
    with unchanged():
        for why, token in tokens.items():
            for address in (f"/consent/{token}", f"/consent/{token}/change"):
                seen = client.get(address)
                assert seen.status_code == 410, why
                assert PITCH not in seen.get_data(as_text=True), why
                assert client.post(address, data={"answer": "yes", "wish": "x"}).status_code == 410, why
        consent_for_mine = links.token_of(links.issue(Purpose.RESET_PASSWORD, story.proposal.id, timedelta(days=1)))
        db.session.rollback()
        assert client.get(f"/my-consents/{consent_for_mine}").status_code == 410


def test_a_question_dies_at_the_end_of_its_last_day(client: FlaskClient) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    address, last_day = link(story), story.proposal.answer_by
    assert last_day is not None
    with time_machine.travel(clock.at_local(last_day, 23, 59), tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel(clock.at_local(last_day + timedelta(days=1), 0, 1), tick=False):
        assert client.get(address).status_code == 410
        assert client.post(address, data={"answer": "yes"}).status_code == 410
    assert story.fresh().proposal.state is S.AWAITING_CONSENT


@pytest.mark.parametrize("state", [S.PROPOSED, S.INTERESTED, S.DISCLOSED, S.INTERVIEW, S.OFFERED])
def test_a_yes_can_be_taken_back_with_one_press(
    client: FlaskClient, client_for: ClientFor, state: ProposalState
) -> None:
    story = proposals.story(state)
    address = link(story, Purpose.MY_CONSENTS)
    employer = client_for(story.contact)
    assert PITCH in employer.get(path(story)).get_data(as_text=True)
    assert client.post(address).status_code == 200
    assert story.fresh().proposal.state is S.WITHDRAWN
    seen = employer.get(path(story)).get_data(as_text=True)
    assert PITCH not in seen
    assert identity(story).full_name not in seen
    assert [one.user_id for one in newest("candidate_withdrew")] == [story.coach.id]
    with unchanged():
        assert client.post(address).status_code == 410


def test_details_are_chosen_one_by_one_within_the_plan(client: FlaskClient) -> None:
    story = proposals.story(S.INTERESTED)
    plan = db.session.get_one(DisclosurePlan, story.candidate.id)
    plan.fields = [PersonalField.NAME, PersonalField.EMAIL]
    address = f"{_asked_for_details(story)}?lang=en"
    shown = client.get(address).get_data(as_text=True)
    assert 'value="name"' in shown
    assert 'value="birth_year"' not in shown
    with unchanged():
        assert client.post(address, data=yes(client, address)).status_code == 422
        beyond = client.post(address, data=yes(client, address, fields_told=["name", "birth_year"]))
        assert beyond.status_code == 422
    assert client.post(address, data=yes(client, address, fields_told=["email"])).status_code == 200
    consent = story.fresh().proposal.disclosure_consent
    assert consent is not None
    assert consent.fields == [PersonalField.EMAIL]
    assert story.fresh().proposal.state is S.INTERESTED  # the coach gives them
    assert client.get(address).status_code == 410


def test_a_no_to_details_tells_nothing_and_the_coach_hears_of_it(client: FlaskClient) -> None:
    story = proposals.story(S.INTERESTED)
    address = _asked_for_details(story)
    assert client.post(address, data={"answer": "no"}).status_code == 200
    proposal = story.fresh().proposal
    assert (proposal.state, proposal.disclosure_consent_id) == (S.INTERESTED, None)
    assert [one.user_id for one in newest("disclosure_refused")] == [story.coach.id]


@pytest.mark.parametrize("state", [S.PROPOSED, S.INTERESTED, S.DISCLOSED, S.HIRE_REPORTED])
def test_after_a_change_of_the_need_the_candidate_is_asked_again(client: FlaskClient, state: ProposalState) -> None:
    story = proposals.story(state)
    before = story.proposal.consent_id
    _changed_need(story)
    address = f"{link(story)}?lang=en"
    assert "The job has changed" in client.get(address).get_data(as_text=True)
    assert client.post(address, data=yes(client, address)).status_code == 200
    proposal = story.fresh().proposal
    assert (proposal.state, proposal.consent_id != before) == (state, True)
    assert proposal.consent is not None
    opening = opening_queries.get(story.opening.id)
    assert proposal.consent.opening_digest == terms_digest(opening)
    if state in (S.DISCLOSED, S.HIRE_REPORTED):
        assert proposal.disclosure_consent is not None
        assert proposal.disclosure_consent.fields == FIELDS
    assert client.get(address).status_code == 410


def test_a_no_to_the_changed_need_withdraws(client: FlaskClient) -> None:
    story = proposals.story(S.INTERESTED)
    _changed_need(story)
    assert client.post(link(story), data={"answer": "no"}).status_code == 200
    assert story.fresh().proposal.state is S.WITHDRAWN


def test_the_page_speaks_the_candidates_language_unless_another_is_chosen(client: FlaskClient) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    identity(story).language = Language.FI
    db.session.commit()
    address = link(story)
    assert '<html lang="fi"' in client.get(address).get_data(as_text=True)
    assert '<html lang="sv"' in client.get(f"{address}?lang=sv").get_data(as_text=True)
    assert '<html lang="fi"' in client.get(f"{address}?lang=xx").get_data(as_text=True)


def test_a_code_on_the_coachs_screen_is_the_same_link(client_for: ClientFor, client: FlaskClient) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    before = tables()
    shown = client_for(story.coach).get(path(story, "code")).get_data(as_text=True)
    assert f"http://localhost{link(story)}" in shown
    assert before == tables()
    for stranger in (story.leader, story.contact):
        assert client_for(stranger).get(path(story, "code")).status_code == 404


def test_a_link_of_a_proposal_that_ended_is_dead(client: FlaskClient) -> None:
    story = proposals.story(S.INTERESTED)
    asked, mine = _asked_for_details(story), link(story, Purpose.MY_CONSENTS)
    service.withdraw(story.actor(Role.COACH), story.fresh().proposal)
    db.session.commit()
    assert client.get(asked).status_code == client.get(mine).status_code == 410


def test_a_new_contact_person_sees_nothing_before_the_candidate_agreed_again(
    client: FlaskClient, client_for: ClientFor
) -> None:
    story = proposals.story(S.DISCLOSED)
    opening = db.session.get_one(Opening, story.opening.id)
    newcomer = employers.employer_user(opening_queries.get(opening.id).employer)
    loaded = opening_queries.get(opening.id)
    loaded.contacts = [*loaded.contacts, newcomer]
    db.session.flush()
    service.ask_again(story.actor(Role.EMPLOYER), loaded)
    db.session.commit()
    assert client_for(newcomer).get(path(story)).status_code == 404
    assert client.post(link(story), data=yes(client, link(story))).status_code == 200
    assert client_for(newcomer).get(path(story)).status_code == 200


def test_a_yes_that_a_guard_stops_is_told_to_the_coach_once_a_day(client: FlaskClient) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    identity(story).language = Language.EN
    db.session.commit()
    address = link(story)
    said = yes(client, address)
    identity(story).nickname = "Kitchens"  # a word of the pitch, written down since
    db.session.commit()
    for _press in range(2):
        answer = client.post(address, data=said)
        assert answer.status_code == 200
        assert "has to mend the profile first" in answer.text
        assert "Your coach has been told." in answer.text
    assert story.fresh().proposal.state is S.AWAITING_CONSENT
    assert [row.user_id for row in newest("yes_stopped")] == [story.coach.id]
    assert newest("candidate_proposed") == []
    service.take_back(SYSTEM, story.fresh().proposal)
    assert not KINDS["yes_stopped"].still_due(newest("yes_stopped")[0])
