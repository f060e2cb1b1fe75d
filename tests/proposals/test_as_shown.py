"""A candidate's yes is stored with exactly what its page showed: the people, the last day, the text."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Purpose, User
from portal.candidates import consents, profiles
from portal.candidates import queries as candidate_queries
from portal.candidates.models import Consent, ConsentKind, PersonalField, Profile
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Overtaken
from portal.core.i18n import Language, day, in_language
from portal.openings import queries as opening_queries
from portal.openings.rules import terms_digest
from portal.proposals import service
from portal.proposals.states import ProposalState
from tests.factories import employers, openings, proposals
from tests.factories.proposals import Story
from tests.proposals.kit import PITCH, ClientFor, as_read, identity, link, path, typed, yes
from tests.snapshot import unchanged

pytestmark = pytest.mark.either_database  # what is shown and stored is the same on any

S = ProposalState
HOLDS = timedelta(days=183)


def _with_a_closed_account(state: ProposalState) -> tuple[Story, User]:
    """A story whose need names a second contact person, whose account is closed; the candidate is asked last."""
    story = proposals.story(S.DRAFT)
    opening = opening_queries.get(story.opening.id)
    second = employers.employer_user(opening.employer, name="Stängda Kontot")
    opening.contacts = [*opening.contacts, second]
    _close(second)
    proposals.bring(story.fresh(), state)
    db.session.commit()
    return story.fresh(), second


def _close(user: User) -> None:
    user.deactivated_at = clock.now()
    db.session.flush()


def _open(user: User) -> None:
    db.session.get_one(User, user.id).deactivated_at = None
    db.session.commit()


def _ask_details(story: Story) -> str:
    service.ask_disclosure(story.actor(Role.COACH), story.fresh().proposal)
    db.session.commit()
    return link(story)


def _change_hours(story: Story) -> str:
    opening = opening_queries.get(story.opening.id)
    opening.hours_min, opening.hours_max = 10, 15
    db.session.flush()
    service.ask_again(story.actor(Role.EMPLOYER), opening)
    db.session.commit()
    return link(story)


def _asked(kind: str) -> tuple[Story, User, str]:
    """A question of this kind to a candidate, beside a contact person whose account is closed."""
    states = {"proposal": S.AWAITING_CONSENT, "details": S.INTERESTED, "again": S.INTERESTED}
    story, second = _with_a_closed_account(states[kind])
    ways = {"proposal": link, "details": _ask_details, "again": _change_hours}
    return story, second, ways[kind](story)


def _given(story: Story, kind: str) -> Consent:
    proposal = story.fresh().proposal
    consent = proposal.disclosure_consent if kind == "details" else proposal.consent
    assert consent is not None
    return consent


KINDS = pytest.mark.parametrize("kind", ["proposal", "details", "again"])


@KINDS
@pytest.mark.parametrize("code", Language)
def test_the_page_says_both_last_days_and_what_is_stored_is_what_it_said(
    client: FlaskClient, kind: str, code: Language
) -> None:
    story, _second, address = _asked(kind)
    address = f"{address}?lang={code.value}"
    shown = client.get(address).text
    before_answer = shown[: shown.index('name="answer"')]
    until, answer_by = clock.today() + HOLDS, clock.today() + timedelta(days=7)
    with in_language(code):
        assert before_answer.count(day(until).removesuffix(".")) == 2  # in the text, and by the answer
        assert day(answer_by) in before_answer
    assert client.post(address, data=yes(client, address, fields_told=["name"])).status_code == 200
    consent = _given(story, kind)
    assert (consent.until, consent.text_version, consent.language) == (until, consents.TEXT_VERSION, code)


@KINDS
def test_a_link_answers_until_the_midnight_of_its_last_day(client: FlaskClient, kind: str) -> None:
    _story, _second, address = _asked(kind)
    last_day = clock.today() + timedelta(days=7)
    with time_machine.travel(clock.at_local(last_day, 23, 59), tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel(clock.at_local(last_day + timedelta(days=1), 0, 1), tick=False):
        assert client.get(address).status_code == 410


@KINDS
def test_a_yes_is_for_the_people_on_its_page_and_not_for_an_account_that_opens_later(
    client: FlaskClient, client_for: ClientFor, kind: str
) -> None:
    story, second, address = _asked(kind)
    shown = client.get(address).text
    assert story.contact.name in shown
    assert second.name not in shown
    assert client.post(address, data=yes(client, address, fields_told=["name"])).status_code == 200
    assert [one.id for one in _given(story, kind).contacts] == [story.contact.id]
    _open(second)
    assert client_for(second).get(path(story)).status_code == 404
    assert PITCH in client_for(story.contact).get(path(story)).text


@KINDS
def test_a_page_that_has_become_another_is_read_again_before_a_yes(client: FlaskClient, kind: str) -> None:
    story, second, address = _asked(kind)
    address = f"{address}?lang=en"
    old = yes(client, address, fields_told=["name"])
    _open(second)
    with unchanged():
        answer = client.post(address, data=old)
        assert answer.status_code == 409
        assert "has changed since you opened the page" in answer.text
        assert second.name in answer.text
        assert client.post(address, data={"answer": "yes", "fields_told": ["name"]}).status_code == 409
    assert client.post(address, data=yes(client, address, fields_told=["name"])).status_code == 200
    # asked for details, the candidate first says yes to the new reader of the profile
    asked_first = "again" if kind == "details" else kind
    assert {one.id for one in _given(story, asked_first).contacts} == {story.contact.id, second.id}


def test_a_yes_pressed_after_midnight_is_for_the_day_on_a_new_page(client: FlaskClient) -> None:
    _story, _second, address = _asked("proposal")
    old = yes(client, address)
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False), unchanged():
        assert client.post(address, data=old).status_code == 409


def test_the_coach_is_told_that_somebody_who_came_back_is_not_named_in_the_yes(
    client_for: ClientFor,
) -> None:
    story, second = _with_a_closed_account(S.PROPOSED)
    coach = client_for(story.coach)
    assert "has to say yes again" not in coach.get(path(story)).text
    _open(second)
    assert "has to say yes again" in coach.get(path(story)).text
    again = path(story, "ask-again")
    assert coach.post(again, data=as_read(coach, again, {"how": "in_person"})).status_code == 302
    assert client_for(second).get(path(story)).status_code == 200


def test_details_are_shown_to_those_whom_their_own_yes_names(client_for: ClientFor) -> None:
    """Of two who may read the profile, one came after the candidate had chosen what may be known."""
    story, second = _with_a_closed_account(S.DISCLOSED)
    _open(second)
    proposal = story.fresh().proposal
    assert proposal.consent is not None
    proposal.consent.contacts = [*proposal.consent.contacts, db.session.get_one(User, second.id)]
    db.session.commit()
    chosen = "The candidate has chosen what you see"
    assert chosen in client_for(story.contact).get(path(story)).text
    seen = client_for(second).get(path(story)).text
    assert PITCH in seen
    assert chosen not in seen


def test_a_yes_needs_somebody_who_can_read(client_for: ClientFor) -> None:
    story = proposals.story(S.INTERESTED)
    _close(db.session.get_one(User, story.contact.id))
    with unchanged():
        data = {"fields_told": ["name"], "how": "in_person"}
        answer = client_for(story.coach).post(path(story, "disclose"), data=data)
        assert answer.status_code == 409
        assert "no contact person" in answer.text


def test_the_coachs_preview_names_those_whom_the_yes_then_names(client_for: ClientFor) -> None:
    story, second = _with_a_closed_account(S.DRAFT)
    service.withdraw(story.actor(Role.COACH), story.fresh().proposal)
    db.session.commit()
    where = f"/proposals/new?opening={story.opening.public_id}&candidate={story.candidate.public_id}"
    shown = client_for(story.coach).get(where).text
    assert story.contact.name in shown
    assert second.name not in shown


def test_what_i_agreed_to_names_the_people_of_the_yes(client: FlaskClient) -> None:
    story = proposals.story(S.PROPOSED)
    opening = opening_queries.get(story.opening.id)
    newcomer = employers.employer_user(opening.employer, name="Nykomna Kontakten")
    opening.contacts = [newcomer]
    db.session.commit()
    shown = client.get(link(story, Purpose.MY_CONSENTS)).text
    assert story.contact.name in shown
    assert newcomer.name not in shown


def test_a_yes_again_says_what_the_employer_goes_on_knowing(client: FlaskClient) -> None:
    story = proposals.story(S.DISCLOSED)
    address = _change_hours(story)
    assert "They may know: Name, Phone." in client.get(f"{address}?lang=en").text
    assert client.post(address, data=yes(client, address)).status_code == 200
    again = story.fresh().proposal.disclosure_consent
    assert again is not None
    assert again.fields == [PersonalField.NAME, PersonalField.PHONE]


@pytest.mark.parametrize("purpose", [Purpose.CONSENT, Purpose.MY_CONSENTS])
def test_a_demonstration_says_so_on_the_candidates_pages(
    app: Portal, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, purpose: Purpose
) -> None:
    story = proposals.story(S.AWAITING_CONSENT if purpose is Purpose.CONSENT else S.PROPOSED)
    address = f"{link(story, purpose)}?lang=en"
    assert "people and firms are made up" not in client.get(address).text
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], demo=True))
    assert client.get(address).text.count("people and firms are made up") == 1


# What the coach reads with the candidate


def _step_of(kind: str) -> tuple[Story, str, dict[str, Any]]:
    """The coach's page on which a yes of this kind is written down, for a candidate who reads Finnish."""
    story = proposals.story({"details": S.INTERESTED, "again": S.DISCLOSED}.get(kind, S.DRAFT))
    identity(story).language = Language.FI
    db.session.commit()
    if kind == "preview":
        need = openings.opening()
        db.session.commit()
        where = f"/proposals/new?opening={need.public_id}&candidate={story.candidate.public_id}"
        return story, where, {**typed("record_consent"), "answer_by": ""}
    if kind == "again":
        _change_hours(story)
    verb = {"details": "disclose", "again": "ask-again"}.get(kind, "record_consent")
    return story, path(story, verb), typed("disclose" if kind == "details" else "record_consent")


ON_PAGES = pytest.mark.parametrize("kind", ["preview", "record", "details", "again"])


@ON_PAGES
def test_the_coach_reads_text_and_profile_in_the_candidates_language_and_just_that_is_stored(
    client_for: ClientFor, kind: str
) -> None:
    story, page, data = _step_of(kind)
    coach = client_for(story.coach)
    shown = coach.get(page).text
    asked = ConsentKind.DISCLOSURE if kind == "details" else ConsentKind.PROPOSAL
    for paragraph in consents.text(asked, Language.FI, clock.today() + HOLDS):
        assert paragraph in html.unescape(shown)
    assert '<div class="card-box read-out" lang="fi">' in shown
    assert (PITCH in shown) is (kind != "details")
    assert coach.post(page, data=as_read(coach, page, data)).status_code == 302
    query = select(Consent).where(Consent.kind == asked).order_by(Consent.id.desc()).limit(1)
    stored = db.session.scalars(query.options(joinedload(Consent.frozen_profile))).one()
    assert (stored.language, stored.text_version) == (Language.FI, consents.TEXT_VERSION)
    assert stored.frozen_profile.content["pitch"].startswith(PITCH)


@ON_PAGES
def test_what_has_become_another_since_the_coach_read_it_is_not_recorded(client_for: ClientFor, kind: str) -> None:
    story, page, data = _step_of(kind)
    coach = client_for(story.coach)
    data = as_read(coach, page, data)
    if kind in ("preview", "record"):
        db.session.get_one(Profile, story.candidate.id).pitch = "Something that nobody has read yet."
    else:
        opening = opening_queries.get(story.opening.id)
        opening.hours_min, opening.hours_max = 12, 14
    db.session.commit()
    with unchanged():
        answer = coach.post(page, data=data)
    assert answer.status_code == 409
    if kind == "details":  # the candidate is first asked again about the job
        assert "Ask the candidate again" in answer.text
        return
    assert "has changed since you opened the page" in answer.text
    assert ("nobody has read yet" if kind != "again" else "12–14") in answer.text
    assert coach.post(page, data=as_read(coach, page, data)).status_code == 302


def test_another_last_day_is_read_before_it_is_recorded(client_for: ClientFor) -> None:
    story, page, data = _step_of("record")
    coach = client_for(story.coach)
    chosen = clock.today() + timedelta(days=20)
    with unchanged():
        answer = coach.post(page, data={**as_read(coach, page, data), "until": chosen.isoformat()})
    assert answer.status_code == 409
    with in_language(Language.FI):
        assert day(chosen).removesuffix(".") in answer.text
    sign = re.search(r'name="shown" value="(\w+)"', answer.text)
    assert sign is not None
    again = coach.post(page, data={**data, "shown": sign[1], "until": chosen.isoformat()})
    assert again.status_code == 302
    proposal = story.fresh().proposal
    assert proposal.consent is not None
    assert proposal.consent.until == chosen


def test_a_draft_that_was_asked_about_shows_the_profile_as_it_would_be_sent(client_for: ClientFor) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    service.ask_change(story.actor(Role.CANDIDATE), story.proposal, "Less about the nights")
    db.session.get_one(Profile, story.candidate.id).pitch = "Likes mornings best."
    db.session.commit()
    shown = client_for(story.coach).get(path(story)).text
    assert "Likes mornings best." in shown
    assert PITCH not in shown


@pytest.mark.parametrize("changed", ["profile", "job"])
def test_a_yes_for_what_was_changed_in_this_very_moment_is_refused(app: Portal, changed: str) -> None:
    """The service's own look, behind the page's."""
    story = proposals.story()
    frozen = profiles.freeze(candidate_queries.load(story.candidate.id))
    known = {"profile": frozen.digest, "job": terms_digest(story.proposal.opening)}
    right = service.HowGiven(as_shown=(known["profile"], known["job"]))
    known[changed] = "0" * 64
    coach, wrong = story.actor(Role.COACH), service.HowGiven(as_shown=(known["profile"], known["job"]))
    with pytest.raises(Overtaken), db.session.begin_nested():
        service.record_consent(coach, story.fresh().proposal, wrong)
    service.record_consent(coach, story.fresh().proposal, right)
