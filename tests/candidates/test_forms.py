"""Forms: what is typed is saved whole, or comes back with a sentence at its field and nothing stored."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.candidates.models import (
    Candidate,
    DisclosurePlan,
    Identity,
    Note,
    PersonalField,
    PhaseChange,
    Profile,
    SupportTelling,
)
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import Language
from tests.candidates.conftest import Team

pytestmark = pytest.mark.either_database  # what a form says of bad input is the same on any

WHO = {
    "first_name": "Sanelma",
    "last_name": "Brännkärr",
    "nickname": "",
    "birth_date": "1990-02-28",
    "email": "sanelma@mail.example",
    "phone": "040 7654321",
    "street": "Storgatan 5",
    "postal_code": "67100",
    "municipality": "272",
    "language": "fi",
    "care_contact": "Someone",
}
# A browser sends every row, also those that were left alone.
ROWS = {
    **{
        f"occupations-{row}-{name}": text
        for row in range(5)
        for name, text in (("occupation", ""), ("experience", "none"))
    },
    **{f"languages-{row}-{name}": text for row in range(5) for name, text in (("code", ""), ("level", "A1"))},
    **{f"other_areas-{row}-code": "" for row in range(3)},
}
PROFILE = {
    **ROWS,
    "occupations-0-occupation": "pastry-cook",
    "occupations-0-experience": "over_10",
    "occupations-3-occupation": "cook",
    "occupations-3-experience": "none",
    "languages-0-code": "fi",
    "languages-0-level": "C2",
    "languages-1-code": "uk",
    "languages-1-level": "B1",
    "skills_kitchen": ["lunch-cooking"],
    "skills_ways": ["calm", "punctual"],
    "driving_licence": "BE",
    "hours_min": "10",
    "hours_max": "37",
    "shifts": ["weekend", "day"],
    "areas": ["598"],
    "other_areas-0-code": "091",
    "earliest_start": "2027-03-01",
    "works_well": "One thing at a time",
    "pitch": "Bakar bröd.",
    "pitch_language": "sv",
    "wishes": "A bakery",
}
PLAN = {
    "proposals_allowed": "y",
    "fields": ["birth_year", "name"],
    "support_telling": "agreed_words",
    "agreed_words": "A coach helps in the beginning.",
    "never_say": "Anything else",
}


def _version(browser: FlaskClient, address: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(address).text)
    assert found is not None
    return found.group(1)


def _fresh(model: type[Any], key: int) -> Any:
    return db.session.get_one(model, key, populate_existing=True)


class _Filled(HTMLParser):
    """What a browser would send of the form that has a field of this name, as the page stands."""

    def __init__(self, page: str, has: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._forms: list[dict[str, list[str]]] = []
        self._select = self._area = ""
        self.feed(page)
        self.values = next(form for form in self._forms if has in form)

    def _add(self, name: str, value: str) -> None:
        if name and self._forms:
            self._forms[-1].setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {key: value or "" for key, value in attrs}
        name = has.get("name", "")
        if tag == "form":
            self._forms.append({})
        elif tag == "input" and (has.get("type") != "checkbox" or "checked" in has):
            self._add(name, has.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in has or self._select not in self._forms[-1]):
            self._forms[-1][self._select] = [has["value"]]
        elif tag == "textarea":
            self._area = name

    def handle_data(self, data: str) -> None:
        if self._area:
            self._add(self._area, data.removeprefix("\n").removeprefix("\r\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


# --- a referral


@pytest.mark.parametrize("who", ["coach", "leader"])
def test_a_referral_makes_every_part(team: Team, client_for: Callable[[User], FlaskClient], who: str) -> None:
    user = getattr(team, who)
    answer = client_for(user).post("/candidates/new", data=WHO)
    assert answer.status_code == 302
    [identity] = [one for one in db.session.scalars(select(Identity)) if one.last_name == "Brännkärr"]
    candidate = _fresh(Candidate, identity.candidate_id)
    assert answer.headers["Location"].endswith(candidate.public_id)
    assert (identity.birth_date, identity.language) == (date(1990, 2, 28), Language.FI)
    assert candidate.phase is Phase.REFERRED
    assert candidate.team_id == user.team_id
    assert candidate.coach_id == (user.id if who == "coach" else None)
    assert _fresh(Profile, candidate.id).pitch_language is Language.FI
    assert _fresh(DisclosurePlan, candidate.id).fields == []
    step = db.session.scalars(select(PhaseChange).where(PhaseChange.candidate_id == candidate.id)).one()
    assert (step.phase, step.by_id) == (Phase.REFERRED, user.id)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_name", "", "Fill this in."),
        ("last_name", "x" * 81, "too long"),
        ("email", "no address", "Write a mail address"),
        ("postal_code", "671", "five digits"),
        ("birth_date", "2990-01-01", "day of birth"),
        ("birth_date", "yesterday", "Choose a day from the calendar"),
        ("municipality", "999", "Choose from the list"),
        ("language", "xx", "Choose from the list"),
        ("nickname", "a\x00b", "cannot be saved"),
    ],
)
def test_a_bad_referral_comes_back(team: Team, as_coach: FlaskClient, field: str, value: str, sentence: str) -> None:
    before = db.session.scalar(select(func.count()).select_from(Candidate))
    answer = as_coach.post("/candidates/new", data={**WHO, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{field}-error"' in answer.text
    kept = {name: text for name, text in WHO.items() if name in ("street", "phone", "care_contact") and name != field}
    assert all(text in answer.text for text in kept.values())
    assert db.session.scalar(select(func.count()).select_from(Candidate)) == before


# --- who it is


def test_an_identity_is_changed(team: Team, as_coach: FlaskClient) -> None:
    address = f"/candidates/{team.candidate.public_id}/identity"
    answer = as_coach.post(address, data={**WHO, "version": _version(as_coach, address)})
    assert answer.status_code == 302
    identity = _fresh(Identity, team.candidate.id)
    assert (identity.full_name, identity.nickname) == ("Sanelma Brännkärr", "")


# --- the profile


def test_a_profile_is_saved_whole(team: Team, as_coach: FlaskClient) -> None:
    address = f"/candidates/{team.candidate.public_id}/profile"
    answer = as_coach.post(address, data={**PROFILE, "version": _version(as_coach, address)})
    assert answer.status_code == 302
    profile = _fresh(Profile, team.candidate.id)
    assert profile.occupations == {"pastry-cook": "over_10", "cook": "none"}
    assert profile.languages == {"fi": "C2", "uk": "B1"}
    assert profile.skills == ["calm", "lunch-cooking", "punctual"]
    assert profile.areas == ["091", "598"]
    assert [shift.value for shift in profile.shifts] == ["day", "weekend"]
    assert (profile.hours_min, profile.hours_max, profile.driving_licence) == (10, 37, "BE")
    assert profile.earliest_start == date(2027, 3, 1)
    assert (profile.pitch, profile.works_well, profile.wishes) == ("Bakar bröd.", "One thing at a time", "A bakery")


def test_saving_what_was_shown_changes_nothing(team: Team, as_coach: FlaskClient) -> None:
    address = f"/candidates/{team.candidate.public_id}/profile"
    as_coach.post(address, data={**PROFILE, "version": _version(as_coach, address)})
    before = {c.key: getattr(_fresh(Profile, team.candidate.id), c.key) for c in Profile.__table__.columns}
    sent = _Filled(as_coach.get(address).text, has="pitch").values
    answer = as_coach.post(address, data=sent)
    assert answer.status_code == 302
    after = {c.key: getattr(_fresh(Profile, team.candidate.id), c.key) for c in Profile.__table__.columns}
    ignored = {"version", "changed_at"}
    assert {key: after[key] for key in after if key not in ignored} == {
        key: before[key] for key in before if key not in ignored
    }


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"hours_min": "40", "hours_max": "10"}, "fewest first"),
        ({"hours_min": "", "hours_max": "10"}, "fewest and the most"),
        ({"hours_min": "0"}, "1 to 60"),
        ({"hours_min": "many"}, "Write a whole number"),
        ({"hours_min": "99999999999999999999"}, "1 to 60"),
        ({"occupations-0-occupation": "king"}, "Choose from the list"),
        ({"occupations-0-experience": "long"}, "Choose from the list"),
        ({"languages-0-level": "D9"}, "Choose from the list"),
        ({"skills_kitchen": ["juggling"]}, "Choose from the list"),
        ({"shifts": ["noon"]}, "Choose from the list"),
        ({"other_areas-0-code": "999"}, "Choose from the list"),
        ({"earliest_start": "2027-02-30"}, "Choose a day from the calendar"),
        ({"pitch": "x" * 1201}, "too long"),
        ({"pitch_language": "de"}, "Choose from the list"),
        ({"works_well": "a\x07b"}, "cannot be saved"),
    ],
)
def test_a_bad_profile_comes_back(team: Team, as_coach: FlaskClient, changed: dict[str, Any], sentence: str) -> None:
    address = f"/candidates/{team.candidate.public_id}/profile"
    before = _fresh(Profile, team.candidate.id).version
    data = {**PROFILE, "wishes": "Typed and not to be lost", "version": _version(as_coach, address), **changed}
    answer = as_coach.post(address, data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Typed and not to be lost" in answer.text
    assert _fresh(Profile, team.candidate.id).version == before


def test_the_guard_marks_the_words_in_place(team: Team, as_coach: FlaskClient) -> None:
    address = f"/candidates/{team.candidate.public_id}/profile"
    before = _fresh(Profile, team.candidate.id).version
    data = {**PROFILE, "pitch": "Nås på 040 123 4567.", "version": _version(as_coach, address)}
    answer = as_coach.post(address, data=data)
    assert answer.status_code == 422
    assert re.search(r'<mark class="guard guard--blocks">040 123 4567</mark>', answer.text)
    assert "looks like a phone number" in answer.text
    assert 'name="words_read"' not in answer.text  # no tick lets it pass
    assert _fresh(Profile, team.candidate.id).version == before


def _tick(page: str) -> str:
    found = re.search(r'<input[^>]*name="words_read"[^>]*>', page)
    assert found, "no tick is offered"
    assert "checked" not in found.group()
    value = re.search(r'value="([0-9a-f ]+)"', found.group())
    assert value
    return value.group(1)


def test_a_doubtful_word_asks_and_passes_once_it_was_looked_at(team: Team, as_coach: FlaskClient) -> None:
    address = f"/candidates/{team.candidate.public_id}/profile"
    data = {**PROFILE, "pitch": "Vill arbeta på sjukhus.", "version": _version(as_coach, address)}
    asked = as_coach.post(address, data=data)
    assert asked.status_code == 422
    assert '<mark class="guard">sjukhus</mark>' in asked.text
    tick = _tick(asked.text)
    more = as_coach.post(address, data={**data, "pitch": "Vill arbeta på sjukhus, helst klinik.", "words_read": tick})
    assert more.status_code == 422  # a word that was not looked at
    assert as_coach.post(address, data={**data, "words_read": tick}).status_code == 302
    again = {**data, "wishes": "Soon", "version": _version(as_coach, address)}
    assert as_coach.post(address, data=again).status_code == 302  # what was looked at once is not asked again


def test_what_became_doubtful_is_shown_on_the_profile_and_keeps_it_back(team: Team, as_coach: FlaskClient) -> None:
    _fresh(Profile, team.candidate.id).pitch = "Vill arbeta på sjukhus."
    db.session.commit()
    page = as_coach.get(f"/candidates/{team.candidate.public_id}/profile").text
    assert "cannot be sent yet" in page
    assert _tick(page)


def test_the_agreed_words_may_tell_what_the_candidate_wants(team: Team, as_coach: FlaskClient) -> None:
    address = f"/candidates/{team.candidate.public_id}/plan"
    data = {
        "support_telling": "agreed_words",
        "agreed_words": "Hon har adhd och vill ha lista.",
        "version": _version(as_coach, address),
    }
    asked = as_coach.post(address, data=data)
    assert asked.status_code == 422
    assert as_coach.post(address, data={**data, "words_read": _tick(asked.text)}).status_code == 302
    code = {**data, "agreed_words": "Koden är 131052-9085.", "version": _version(as_coach, address)}
    refused = as_coach.post(address, data=code)
    assert refused.status_code == 422
    assert 'name="words_read"' not in refused.text


# --- the plan


def test_a_plan_is_saved_and_reviewed_today(team: Team, as_coach: FlaskClient) -> None:
    address = f"/candidates/{team.candidate.public_id}/plan"
    plan = _fresh(DisclosurePlan, team.candidate.id)
    plan.reviewed_on = date(2020, 1, 1)
    db.session.commit()
    answer = as_coach.post(address, data={**PLAN, "version": _version(as_coach, address)})
    assert answer.status_code == 302
    plan = _fresh(DisclosurePlan, team.candidate.id)
    assert plan.proposals_allowed
    assert plan.fields == [PersonalField.NAME, PersonalField.BIRTH_YEAR]
    assert plan.support_telling is SupportTelling.AGREED_WORDS
    assert (plan.agreed_words, plan.never_say) == (PLAN["agreed_words"], PLAN["never_say"])
    assert (plan.reviewed_on, plan.reviewed_by_id) == (clock.today(), team.coach.id)
    unticked = {"support_telling": "nothing", "version": _version(as_coach, address)}
    as_coach.post(address, data=unticked)
    plan = _fresh(DisclosurePlan, team.candidate.id)
    assert (plan.proposals_allowed, plan.fields) == (False, [])


def test_agreed_words_are_asked_for(team: Team, as_coach: FlaskClient) -> None:
    address = f"/candidates/{team.candidate.public_id}/plan"
    answer = as_coach.post(address, data={**PLAN, "agreed_words": " ", "version": _version(as_coach, address)})
    assert answer.status_code == 422
    assert "Write the words" in answer.text
    assert PLAN["never_say"] in answer.text
    assert _fresh(DisclosurePlan, team.candidate.id).support_telling is SupportTelling.NOTHING


# --- two people at once


@pytest.mark.parametrize(
    ("page", "model", "form", "mine", "theirs"),
    [
        ("identity", Identity, WHO, ("street", "My street 1"), ("street", "Their street 2")),
        ("profile", Profile, PROFILE, ("pitch", "My pitch"), ("pitch", "Their pitch")),
        ("plan", DisclosurePlan, PLAN, ("never_say", "My words"), ("never_say", "Their words")),
    ],
)
def test_an_update_is_never_lost(
    team: Team,
    as_coach: FlaskClient,
    page: str,
    model: type[Any],
    form: dict[str, Any],
    mine: tuple[str, str],
    theirs: tuple[str, str],
) -> None:
    address = f"/candidates/{team.candidate.public_id}/{page}"
    version = _version(as_coach, address)
    assert as_coach.post(address, data={**form, theirs[0]: theirs[1], "version": version}).status_code == 302
    answer = as_coach.post(address, data={**form, mine[0]: mine[1], "version": version})
    assert answer.status_code == 422
    assert "Somebody else has changed this" in answer.text
    assert mine[1] in answer.text
    assert theirs[1] in answer.text
    assert getattr(_fresh(model, team.candidate.id), theirs[0]) == theirs[1]
    newer = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert newer is not None
    again = as_coach.post(address, data={**form, mine[0]: mine[1], "version": newer.group(1)})
    assert again.status_code == 302
    assert getattr(_fresh(model, team.candidate.id), mine[0]) == mine[1]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_version_of_ones_own_making_saves_nothing(team: Team, as_coach: FlaskClient, version: str) -> None:
    address = f"/candidates/{team.candidate.public_id}/plan"
    answer = as_coach.post(address, data={**PLAN, "version": version})
    assert answer.status_code == 422
    assert _fresh(DisclosurePlan, team.candidate.id).never_say == ""


# --- notes


def test_a_note_is_kept_with_its_author(team: Team, as_coach: FlaskClient) -> None:
    address = f"/candidates/{team.candidate.public_id}/notes"
    assert as_coach.post(address, data={"text": "Line one\r\n<b>two</b>"}).status_code == 302
    note = db.session.scalars(select(Note)).one()
    assert (note.text, note.author_id) == ("Line one\n<b>two</b>", team.coach.id)
    page = as_coach.get(address).text
    assert "&lt;b&gt;two&lt;/b&gt;" in page
    assert team.coach.name in page


# --- the list's filters


def test_the_lists_filters(team: Team, client_for: Callable[[User], FlaskClient]) -> None:
    browser = client_for(team.leader)
    name = team.identity.full_name
    assert name in browser.get("/candidates?phase=searching").text
    assert name not in browser.get("/candidates?phase=employed").text
    assert name in browser.get(f"/candidates?coach={team.coach.public_id}").text
    assert name not in browser.get(f"/candidates?coach={team.colleague.public_id}").text
    for bad in ("phase=flying", "coach=nobody", "page=0", "page=99"):
        assert browser.get(f"/candidates?{bad}").status_code == 404


def test_a_coach_cannot_filter_by_coach(team: Team, as_coach: FlaskClient) -> None:
    assert as_coach.get(f"/candidates?coach={team.colleague.public_id}").status_code == 404
