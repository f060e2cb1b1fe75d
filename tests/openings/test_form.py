"""What the form refuses, and that nobody loses what they wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.db import db
from portal.openings import events, queries
from portal.openings.models import Opening
from portal.openings.rules import terms_digest
from portal.openings.states import OpeningState
from tests.factories import employers, openings
from tests.openings.kit import FILLED_IN, photograph, without

pytestmark = pytest.mark.either_database  # what a form says is the same on any

Signed = Callable[[User], FlaskClient]

BAD: list[tuple[str, dict[str, Any], str]] = [
    ("title", without("title"), "Fill this in"),
    ("title", without(title="x" * 121), "too long"),
    ("title", without(title="a\x00b"), "cannot be saved"),
    ("occupation", without("occupation"), "Fill this in"),
    ("occupation", without(occupation="astronaut-of-mars"), "Choose from the list"),
    ("municipality", without(municipality="999"), "Choose from the list"),
    ("hours_min", without(hours_min="0"), "between 1 and 60"),
    ("hours_min", without(hours_min="twenty"), "Write a whole number"),
    ("hours_min", without(hours_min="9" * 40), "between 1 and 60"),
    ("hours_max", without(hours_max="10"), "as many hours as in the first field"),
    ("hours_max", without(hours_max="61"), "between 1 and 60"),
    ("people", without(people="0"), "Between 1 and 200"),
    ("people", without(people="1e9"), "Write a whole number"),
    ("adaptations", without("adaptations"), "Nothing just now"),
    ("adaptations", without(adaptations=["working_time", "nothing_now"]), "not both"),
    ("adaptations", without(adaptations=["everything"]), "Choose from the list"),
    ("paid_work", without("paid_work"), "The service is for ordinary paid jobs"),
    ("last_day", without(last_day="2020-01-01"), "This day has passed"),
    ("last_day", without(last_day="2026-13-40"), "Choose a day from the calendar"),
    ("starts_on", without(starts_on="0000-00-00"), "Choose a day from the calendar"),
    ("tasks", without(tasks="x" * 5001), "too long"),
    ("pay", without(pay="x" * 201), "too long"),
    ("skills_required", without(skills_required=["mind-reading"]), "Choose from the list"),
    ("language_sv", without(language_sv="C9"), "Choose from the list"),
    ("language", without(language="xx"), "Choose from the list"),
    ("workplace", without(workplace="f" * 32), "Choose from the list"),
    ("contacts", without(contacts=["f" * 32]), "Choose from the list"),
]


@pytest.mark.parametrize(("field", "data", "words"), BAD, ids=[f"{field}-{n}" for n, (field, *_) in enumerate(BAD)])
def test_bad_input_comes_back_with_a_sentence_at_its_field(
    client_for: Signed, field: str, data: dict[str, Any], words: str
) -> None:
    browser = client_for(employers.employer_user())
    db.session.commit()
    answer = browser.post("/openings/new", data={**data, "pay": data.get("pay", "12,40 €/h"), "post": "1"})
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert words in answer.text
    assert "12,40 €/h" in answer.text or field == "pay"
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Opening)) == 0


def test_a_workplace_in_another_municipality_is_asked_about(client_for: Signed) -> None:
    employer = employers.employer()
    site = employers.workplace(employer, municipality="231", name="Kaféet")
    browser = client_for(employers.employer_user(employer))
    db.session.commit()
    answer = browser.post("/openings/new", data={**FILLED_IN, "workplace": site.public_id, "save": "1"})
    assert answer.status_code == 422
    assert "Choose the two so that they agree" in answer.text


def test_contact_persons_are_the_employers_own(client_for: Signed) -> None:
    stranger = employers.employer_user()
    browser = client_for(employers.employer_user())
    db.session.commit()
    answer = browser.post("/openings/new", data={**FILLED_IN, "contacts": [stranger.public_id], "save": "1"})
    assert answer.status_code == 422


def test_the_poster_is_the_contact_person_when_none_is_named(client_for: Signed) -> None:
    anna = employers.employer_user()
    browser = client_for(anna)
    db.session.commit()
    browser.post("/openings/new", data={**FILLED_IN, "save": "1"})
    db.session.rollback()
    assert [user.id for user in queries.get(db.session.scalars(select(Opening.id)).one()).contacts] == [anna.id]


def test_everything_that_is_filled_in_is_kept(client_for: Signed) -> None:
    employer = employers.employer()
    site = employers.workplace(employer, name="Kaféet vid hamnen")
    anna, bo = employers.employer_user(employer), employers.employer_user(employer)
    browser = client_for(anna)
    db.session.commit()
    day = (clock.today() + timedelta(days=30)).isoformat()
    data = {
        **FILLED_IN,
        "workplace": site.public_id,
        "tasks": "Skär <b>lök</b>.\nDiskar & dukar.",
        "skills_required": ["hygiene-passport"],
        "skills_welcome": ["hygiene-passport", "first-aid"],
        "language_sv": "B1",
        "shifts": ["evening", "weekend"],
        "employment_type": "fixed_term",
        "pay": "MaRa, 12,40 €/h",
        "starts_on": day,
        "last_day": day,
        "driving_licence": "B",
        "demands": ["standing"],
        "languages_at_work": ["sv", "fi"],
        "contacts": [bo.public_id],
        "post": "1",
    }
    page = browser.post("/openings/new", data=data, follow_redirects=True).text
    assert "Skär &lt;b&gt;lök&lt;/b&gt;." in page
    for words in ("Kaféet vid hamnen", "Swedish B1", "Evening, weekend", "Fixed-term", "B – car", bo.name, "First aid"):
        assert words in page, words
    opening = queries.get(db.session.scalars(select(Opening.id)).one())
    assert opening.skills_welcome == ["first-aid"]
    again = browser.get(f"/openings/{opening.public_id}/edit").text
    for words in (
        "Skär &lt;b&gt;lök&lt;/b&gt;.",
        "MaRa, 12,40",
        f'value="{day}"',
        f'value="{site.public_id}" selected',
    ):
        assert words in again or words.replace('value="', 'selected value="').replace(" selected", "") in again, words


def _edit(browser: FlaskClient, opening: Opening, version: int, **values: Any) -> Any:
    contacts = [user.public_id for user in queries.get(opening.id).contacts]
    data = {**FILLED_IN, "contacts": contacts, "version": str(version), **values}
    return browser.post(f"/openings/{opening.public_id}/edit", data=data)


def test_two_who_edit_at_once_see_both_texts(client_for: Signed) -> None:
    opening = openings.opening()
    browser = client_for(opening.contacts[0])
    db.session.commit()
    read = opening.version
    assert _edit(browser, opening, read, title="Diskare i köket").status_code == 302
    after_first = photograph(opening.id)
    second = _edit(browser, opening, read, title="Servitör i salen", pay="13 €/h")
    assert second.status_code == 409
    for words in ("Diskare i köket", "Servitör i salen", "13 €/h", "Somebody else saved this need meanwhile"):
        assert words in second.text
    assert photograph(opening.id) == after_first
    now = db.session.scalar(select(Opening.version).where(Opening.id == opening.id))
    assert f'name="version" type="hidden" value="{now}"' in second.text
    assert _edit(browser, opening, now or 0, title="Servitör i salen").status_code == 302


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "٣"])
def test_a_version_that_is_none_saves_nothing(client_for: Signed, version: str) -> None:
    opening = openings.opening()
    browser = client_for(opening.contacts[0])
    db.session.commit()
    before = photograph(opening.id)
    answer = browser.post(f"/openings/{opening.public_id}/edit", data={**FILLED_IN, "version": version})
    assert answer.status_code == 409
    assert photograph(opening.id) == before


@pytest.mark.parametrize("state", [OpeningState.FILLED, OpeningState.CLOSED, OpeningState.EXPIRED])
def test_what_has_ended_is_not_edited(client_for: Signed, state: OpeningState) -> None:
    opening = openings.opening(state=state)
    browser = client_for(opening.contacts[0])
    db.session.commit()
    before = photograph(opening.id)
    assert _edit(browser, opening, opening.version).status_code == 409
    assert photograph(opening.id) == before


@pytest.mark.parametrize("field", ["adaptations", "paid_work"])
def test_a_posted_need_stays_complete_and_paid(client_for: Signed, field: str) -> None:
    opening = openings.opening()
    browser = client_for(opening.contacts[0])
    db.session.commit()
    before = photograph(opening.id)
    data = {**without(field), "version": str(opening.version), "save": "1"}
    assert browser.post(f"/openings/{opening.public_id}/edit", data=data).status_code == 422
    assert photograph(opening.id) == before


@pytest.mark.parametrize(
    ("values", "is_told"),
    [
        ({"pay": "13 €/h"}, True),
        ({"hours_max": "35"}, True),
        ({"municipality": "231"}, True),
        ({"tasks": "Annat"}, False),
        ({"title": "Annat"}, False),
    ],
)
def test_only_a_change_of_terms_is_told_to_the_rooms_above(
    client_for: Signed, monkeypatch: pytest.MonkeyPatch, values: dict[str, str], is_told: bool
) -> None:
    told: list[int] = []
    monkeypatch.setattr(events.CHANGED, "_handlers", [lambda actor, opening: told.append(opening.id)])
    opening = openings.opening(title=FILLED_IN["title"])
    draft = openings.draft(opening.employer, contacts=opening.contacts)
    browser = client_for(opening.contacts[0])
    db.session.commit()
    assert _edit(browser, draft, draft.version, **values).status_code == 302
    assert told == []
    assert _edit(browser, opening, opening.version, **values).status_code == 302
    assert told == ([opening.id] if is_told else [])


def test_new_contact_persons_are_a_change_of_terms(app: object) -> None:
    opening = queries.get(openings.opening().id)
    before = terms_digest(opening)
    opening.contacts = [*opening.contacts, employers.employer_user(opening.employer)]
    after = terms_digest(opening)
    assert after != before
    opening.contacts = list(reversed(opening.contacts))
    assert terms_digest(opening) == after


def test_the_page_says_in_which_language_the_employer_wrote(client_for: Signed) -> None:
    opening = openings.opening(title="Kokki", language="fi")
    browser = client_for(opening.contacts[0])
    db.session.commit()
    assert '<span lang="fi">Kokki</span>' in browser.get(f"/openings/{opening.public_id}").text
