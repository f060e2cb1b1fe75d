"""The team adds, its leader corrects and retires, and forms offer what is on the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Invalid, Missing, Refused
from portal.employers.queries import actor_of
from portal.lists import queries, service
from portal.lists.models import EntryKind, OwnEntry
from portal.lists.service import EntryValues
from tests.counting import statements
from tests.factories import accounts, candidates, employers, lists, openings

ClientFor = Callable[[User], FlaskClient]
NEW = {"sv": "Fyrvaktare", "fi": "Majakanvartija", "en": "Lighthouse keeper", "group_key": "541"}


def _values(**changed: str) -> EntryValues:
    return EntryValues(**{**NEW, **changed})


def _only() -> OwnEntry:
    db.session.expire_all()
    return db.session.scalars(select(OwnEntry)).one()


def _verbs() -> list[tuple[str, dict[str, Any]]]:
    query = select(AuditEvent).where(AuditEvent.subject_type == "own_entry").order_by(AuditEvent.id)
    return [(event.verb, event.data) for event in db.session.scalars(query)]


def test_what_a_coach_adds_both_forms_offer_at_their_next_request(app: Portal, client_for: ClientFor) -> None:
    coach = accounts.coach()
    person = candidates.candidate(coach=coach)
    employer = client_for(employers.employer_user(employers.employer()))
    own = client_for(coach)
    pages = ((employer, "/openings/new"), (own, f"/candidates/{person.public_id}/profile"))
    assert [NEW["en"] in browser.get(page).text for browser, page in pages] == [False, False]
    assert own.post("/lists/occupation/new", data=NEW).status_code == 302
    skill = {**NEW, "sv": "Tänder fyrar", "fi": "Sytyttää majakoita", "en": "Lights beacons", "group_key": "nature"}
    assert own.post("/lists/skill/new", data=skill).status_code == 302
    for browser, page in pages:
        text = browser.get(page).text
        assert NEW["en"] in text
        assert skill["en"] in text
    assert [(verb, data["kind"]) for verb, data in _verbs()] == [("lists.add", "occupation"), ("lists.add", "skill")]
    assert {one.added_by_id for one in db.session.scalars(select(OwnEntry))} == {coach.id}


def test_a_need_and_a_profile_are_saved_with_own_entries_and_keep_them_when_retired(
    app: Portal, client_for: ClientFor
) -> None:
    coach = accounts.coach()
    trade, skill = lists.entry(), lists.entry(EntryKind.SKILL)
    person = candidates.candidate(coach=coach, profile={"occupations": {trade.key: "3_10"}, "skills": [skill.key]})
    user = employers.employer_user(employer := employers.employer())
    need = openings.draft(employer, contacts=[user], occupation=trade.key, skills_required=[skill.key])
    trade.retired_at = skill.retired_at = clock.now()
    profile = client_for(coach).get(f"/candidates/{person.public_id}/profile").text
    edit = client_for(user).get(f"/openings/{need.public_id}/edit").text
    new = client_for(user).get("/openings/new").text
    for key in (trade.key, skill.key):
        assert f'value="{key}"' in profile
        assert f'value="{key}"' in edit
        assert key not in new
    other = candidates.candidate(coach=coach)
    elsewhere = client_for(coach).get(f"/candidates/{other.public_id}/profile").text
    assert trade.key not in elsewhere
    assert skill.key not in elsewhere
    sent = client_for(user).post(
        "/openings/new",
        data={"title": "Fyr", "occupation": trade.key, "municipality": "272", "hours_min": "20", "hours_max": "30"},
    )
    assert sent.status_code == 422  # a retired one cannot be chosen by hand either


@pytest.mark.parametrize("code", ["sv", "fi", "en"])
def test_every_language_is_asked_for_and_what_was_typed_stays(app: Portal, client_for: ClientFor, code: str) -> None:
    browser = client_for(accounts.coach())
    answer = browser.post("/lists/occupation/new", data={**NEW, code: "  "})
    assert answer.status_code == 422
    assert "Fill this in." in answer.text
    for other, name in NEW.items():
        if other not in (code, "group_key"):
            assert f'value="{name}"' in answer.text
    assert '<option selected value="541">' in answer.text
    assert db.session.scalars(select(OwnEntry)).all() == []
    with pytest.raises(Invalid) as refused:
        service.add(actor_of(accounts.coach()), EntryKind.OCCUPATION, _values(**{code: " "}))
    assert refused.value.field == code


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        (EntryKind.OCCUPATION, {"sv": " kOCK "}, "sv"),  # the portal's own cook
        (EntryKind.OCCUPATION, {"fi": "Kokki"}, "fi"),
        (EntryKind.OCCUPATION, {"en": "Cook"}, "en"),
        (EntryKind.OCCUPATION, {"group_key": "999"}, "group_key"),
        (EntryKind.OCCUPATION, {"group_key": "5"}, "group_key"),
        (EntryKind.OCCUPATION, {"group_key": "nature"}, "group_key"),
        (EntryKind.SKILL, {}, "group_key"),
        (EntryKind.OCCUPATION, {"en": "x" * 81}, "en"),
    ],
)
def test_what_is_on_the_list_or_fits_no_group_is_refused(
    app: Portal, kind: EntryKind, changed: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        service.add(actor_of(accounts.coach()), kind, _values(**changed))
    assert refused.value.field == field
    assert db.session.scalars(select(OwnEntry)).all() == []


@pytest.mark.parametrize("code", ["sv", "fi", "en"])
def test_a_name_stands_on_the_list_once_in_a_language_and_kind(app: Portal, client_for: ClientFor, code: str) -> None:
    actor = actor_of(accounts.coach())
    service.add(actor, EntryKind.OCCUPATION, _values())
    others = {"sv": "Annan", "fi": "Toinen", "en": "Another"}
    again = {**NEW, **others, code: NEW[code].upper()}
    answer = client_for(accounts.coach()).post("/lists/occupation/new", data=again)
    assert answer.status_code == 422
    assert "This name is on the list already." in answer.text
    _only().retired_at = clock.now()
    with force_locale("en"), pytest.raises(Invalid) as refused:
        service.add(actor, EntryKind.OCCUPATION, _values(**{**others, code: NEW[code]}))
    assert refused.value.message.startswith("This name is on the list, but retired.")
    assert service.add(actor, EntryKind.SKILL, _values(group_key="nature")).id
    with pytest.raises(IntegrityError):  # the database holds it too
        lists.entry(**{code: NEW[code]})


def test_the_guard_reads_the_names_that_employers_will_read(app: Portal, client_for: ClientFor) -> None:
    coach = accounts.coach()
    candidates.candidate(coach=coach, identity={"first_name": "Ragnvald", "last_name": "Pelkkikangas"})
    answer = client_for(coach).post("/lists/occupation/new", data={**NEW, "sv": "Ragnvald Pelkkikangas fyrvaktare"})
    assert answer.status_code == 422
    assert "This may not reach an employer" in answer.text
    assert db.session.scalars(select(OwnEntry)).all() == []


def test_the_leader_corrects_retires_and_brings_back(app: Portal, client_for: ClientFor) -> None:
    leader = accounts.team_leader()
    coach = client_for(accounts.coach())
    browser = client_for(leader)
    entry = lists.entry(**NEW)
    page = f"/lists/{entry.public_id}"
    assert "Correct “Lighthouse keeper”" in browser.get(f"{page}/edit").text
    assert browser.post(f"{page}/edit", data={**NEW, "en": "Cook"}).status_code == 422
    assert browser.post(f"{page}/edit", data={**NEW, "en": "Beacon keeper", "group_key": "962"}).status_code == 302
    assert (_only().en, _only().sv, _only().group_key) == ("Beacon keeper", "Fyrvaktare", "962")
    assert "Beacon keeper" in coach.get("/lists").text
    assert browser.post(f"{page}/retire").status_code == 302
    assert _only().retired_at is not None
    assert browser.post(f"{page}/retire").status_code == 409
    assert browser.post(f"{page}/restore").status_code == 302
    assert _only().retired_at is None
    assert _verbs() == [
        ("lists.correct", {"kind": "occupation", "fields": ["en", "group_key"]}),
        ("lists.retire", {"kind": "occupation"}),
        ("lists.restore", {"kind": "occupation"}),
    ]


def test_who_may(app: Portal, client_for: ClientFor) -> None:
    coach, employer = accounts.coach(), employers.employer_user(employers.employer())
    entry = lists.entry()
    for user in (employer, accounts.administrator()):
        with pytest.raises(Missing):
            service.add(actor_of(user), EntryKind.OCCUPATION, _values())
        with pytest.raises(Missing):
            queries.entries(actor_of(user))
    for user in (coach, employer, accounts.administrator()):
        actor = actor_of(user)
        for verb in (service.retire, service.restore):
            with pytest.raises(Missing):
                verb(actor, entry)
        with pytest.raises(Missing):
            service.correct(actor, entry, _values())
        with pytest.raises(Missing):
            queries.get_for(actor, entry.public_id)
    page = client_for(coach).get("/lists").text
    assert entry.en in page
    assert "Retire</button>" not in page
    assert f"/lists/{entry.public_id}" not in page
    assert client_for(coach).get("/lists/trade/new").status_code == 404
    with pytest.raises(Refused):
        service.restore(actor_of(accounts.team_leader()), entry)


@pytest.mark.parametrize("place", ["/openings/new", "/openings?q=kock", "/openings?group=621", "/lists", "profile"])
def test_statements_do_not_grow_with_entries(app: Portal, client_for: ClientFor, place: str) -> None:
    coach = accounts.coach()
    employer = employers.employer()
    user = employers.employer_user(employer)
    first, skill = lists.entry(), lists.entry(EntryKind.SKILL)
    person = candidates.candidate(coach=coach, profile={"occupations": {first.key: "3_10"}, "skills": [skill.key]})
    openings.opening(employer, contacts=[user], occupation=first.key)
    browser = client_for(user if place == "/openings/new" else coach)
    page = f"/candidates/{person.public_id}/profile" if place == "profile" else place
    browser.get(page)
    with statements() as few:
        assert browser.get(page).status_code == 200
    for _number in range(6):
        added = lists.entry(added_by_id=coach.id)
        lists.entry(EntryKind.SKILL, retired_at=clock.now())
        openings.opening(employer, contacts=[user], occupation=added.key)
    with statements() as lots:
        assert browser.get(page).status_code == 200
    assert len(lots) == len(few)
    assert sum("FROM own_entries" in each for each in lots) == 1
