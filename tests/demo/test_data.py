"""The demonstration's county is whole, believable to the portal's own rules, and nobody's real data."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from stdnum.fi import ytunnus

import portal.demo
from portal.candidates.models import Experience
from portal.candidates.states import Phase
from portal.candidates.textguard import People, remarks_about
from portal.core import reference
from portal.core.i18n import Language
from portal.core.work import Level, Shift
from portal.employers.states import Standing, Verification
from portal.openings.models import Adaptation, Demand, EmploymentType
from portal.openings.states import OpeningState
from portal.placements.models import EndedBy, EndReason, ToldAtWork
from portal.proposals.models import PayKind

Row = dict[str, Any]
FOLDER = Path(portal.demo.__file__).parent / "data"
PHASES_WITH_A_JOB = {"employed", "followed_up"}


@cache
def rows(name: str) -> list[Row]:
    content = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert content["note"].startswith("Written for this project")
    found: list[Row] = content[name]
    return found


def by_key(name: str) -> dict[str, Row]:
    found = {row["key"]: row for row in rows(name)}
    assert len(found) == len(rows(name)), f"a key of {name} is used twice"
    return found


def profiles() -> list[Row]:
    return [row["profile"] for row in rows("candidates") if row["profile"]]


def test_the_figures_are_those_of_the_story() -> None:
    candidates = by_key("candidates")
    phases = Counter(row["phase"] for row in candidates.values())
    started = [row for row in candidates.values() if row["started_days_ago"] is not None]
    assert len(candidates) == 90
    assert phases["referred"] + phases["waiting"] == 7
    assert len(started) == 83
    assert len({hire["candidate"] for hire in rows("hires")}) == len(rows("hires")) == 22
    assert round(100 * 22 / len(started), 1) == 26.5
    assert len(by_key("employers")) == 36
    assert 55 <= len(by_key("openings")) <= 70


def test_employers_are_as_varied_as_the_county() -> None:
    employers = rows("employers")
    assert Counter(row["verification"] for row in employers) == {"verified": 33, "waiting": 3}
    assert {row["standing"] for row in employers} == set(Standing)
    assert {row["verification"] for row in employers} <= set(Verification)
    assert {row["language"] for row in employers} == {"sv", "fi"}
    assert {row["coach"] for row in employers} == {1, 2, 3}
    assert {"272", "288", "440", "598", "599", "893", "217", "236", "924", "849", "421", "074", "584", "208"} == {
        row["municipality"] for row in employers
    }


def test_the_first_employer_is_the_one_that_visitors_sign_in_as() -> None:
    first = rows("employers")[0]
    assert (first["key"], first["name"], first["language"]) == ("bryggan", "Bryggan Bageri Ab", "sv")
    assert first["contacts"][0]["email"] == "anna@bryggan-bageri.example"
    assert reference.label(reference.municipality(first["municipality"]), "sv") == "Karleby"


def test_business_ids_are_well_formed_different_and_of_no_real_firm() -> None:
    numbers = [row["business_id"] for row in rows("employers")]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert ytunnus.is_valid(number), number
        assert ytunnus.format(number) == number
        # Numbers are given out in order and have not come near these.
        assert number.startswith("99"), number


def test_every_employer_has_people_and_places() -> None:
    for employer in rows("employers"):
        assert 1 <= len(employer["contacts"]) <= 2
        assert len({place["name"] for place in employer["workplaces"]}) == len(employer["workplaces"]) >= 1
        for place in employer["workplaces"]:
            reference.municipality(place["municipality"])
            assert place["street"]
        for person in employer["contacts"]:
            assert person["language"] in set(Language)
            assert person["title"]


def test_every_address_and_number_is_made_up_and_one_persons_own() -> None:
    people = [person for employer in rows("employers") for person in employer["contacts"]] + rows("candidates")
    mails = [person["email"] for person in people if person["email"]]
    phones = [person["phone"] for person in people if person["phone"]]
    assert len(set(mails)) == len(mails)
    assert len(set(phones)) == len(phones)
    assert all(mail.isascii() and mail.endswith(".example") and mail.count("@") == 1 for mail in mails)
    for phone in phones:
        assert phone.startswith("050 000 "), phone
        assert phonenumbers.is_possible_number(phonenumbers.parse(phone, "FI"))
    # The county also has people without a mail address, and one with neither: consent is then given in person.
    assert any(not row["email"] and row["phone"] for row in rows("candidates"))
    assert any(not row["email"] and not row["phone"] for row in rows("candidates"))


def test_openings_are_needs_that_the_portal_would_take() -> None:
    employers = by_key("employers")
    for need in rows("openings"):
        employer = employers[need["employer"]]
        places = {place["name"]: place["municipality"] for place in employer["workplaces"]}
        assert places[need["workplace"]] == need["municipality"], need["key"]
        reference.occupation(need["occupation"])
        for skill in need["skills_required"] + need["skills_welcome"]:
            reference.skill(skill)
        assert not set(need["skills_required"]) & set(need["skills_welcome"]), need["key"]
        assert need["language"] in {"sv", "fi"}
        assert set(need["languages"].values()) <= set(Level)
        assert 0 < need["hours_min"] <= need["hours_max"] <= 40
        assert 1 <= need["people"] <= 5
        assert need["adaptations"]
        assert set(need["adaptations"]) <= set(Adaptation)
        assert need["adaptations"] == ["nothing_now"] or "nothing_now" not in need["adaptations"]
        assert set(need["shifts"]) <= set(Shift)
        assert set(need["demands"]) <= set(Demand)
        assert need["employment_type"] in set(EmploymentType)
        assert need["pay"]
        assert 2 <= need["tasks"].count(". ") + 1 <= 5, need["key"]


def test_openings_are_of_every_state_and_most_are_open() -> None:
    states = Counter(need["state"] for need in rows("openings"))
    assert set(states) == set(OpeningState)
    assert states["open"] > len(rows("openings")) / 2
    waiting = {row["key"] for row in rows("employers") if row["verification"] == "waiting"}
    assert {need["state"] for need in rows("openings") if need["employer"] in waiting} == {"draft"}
    early = [need for need in rows("openings") if need["hours_max"] <= 8 and not need["skills_required"]]
    assert early, "no early need that could be shaped to a person"


def test_candidates_hang_together() -> None:
    for row in rows("candidates"):
        reference.municipality(row["municipality"])
        assert row["phase"] in set(Phase)
        assert row["language"] in {"sv", "fi"}
        if row["phase"] in {"referred", "waiting"}:
            assert (row["coach"], row["started_days_ago"], row["profile"]) == (None, None, None)
        else:
            assert row["coach"] in {1, 2, 3}
            assert row["referred_days_ago"] > row["started_days_ago"] >= row["phase_days_ago"] >= 0
    caseloads = Counter(row["coach"] for row in rows("candidates") if row["coach"] and row["phase"] != "exited")
    assert max(caseloads.values()) - min(caseloads.values()) <= 3


def test_profiles_hold_what_compares() -> None:
    for profile in profiles():
        for key, band in profile["occupations"].items():
            reference.occupation(key)
            assert band in set(Experience)
        for skill in profile["skills"]:
            reference.skill(skill)
        for code in profile["areas"]:
            reference.municipality(code)
        assert profile["occupations"]
        assert profile["skills"]
        assert profile["areas"]
        assert set(profile["languages"].values()) <= set(Level)
        assert profile["shifts"]
        assert set(profile["shifts"]) <= set(Shift)
        assert 0 < profile["hours_min"] <= profile["hours_max"] <= 40
        assert profile["earliest_start_in_days"] >= 0
        assert 2 <= len(profile["works_well"]) <= 4
        assert profile["pitch_language"] in {"sv", "fi"}
        assert 3 <= profile["pitch"].count(". ") + 1 <= 5


def test_no_two_pitches_are_alike() -> None:
    sentences = Counter(sentence for profile in profiles() for sentence in profile["pitch"].rstrip(".").split(". "))
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


@pytest.mark.parametrize("key", [row["key"] for row in rows("candidates") if row["profile"]])
def test_no_profile_gives_anybody_away(key: str) -> None:
    candidate = by_key("candidates")[key]
    own = tuple(candidate[part] for part in ("first_name", "last_name", "nickname") if candidate[part])
    others = tuple((row["first_name"], row["last_name"]) for row in rows("candidates") if row["key"] != key)
    for text in [candidate["profile"]["pitch"], *candidate["profile"]["works_well"]]:
        assert [(one.words, one.finding) for one in remarks_about(text, People(own, others))] == []
        for employer in rows("employers"):
            assert employer["name"].rsplit(" ", 1)[0].casefold() not in text.casefold()


def test_hires_come_from_needs_of_verified_employers() -> None:
    employers, openings = by_key("employers"), by_key("openings")
    through_the_portal = [hire for hire in rows("hires") if hire["opening"]]
    assert len(through_the_portal) == 20
    for hire in through_the_portal:
        need = openings[hire["opening"]]
        assert need["employer"] == hire["employer"]
        assert employers[need["employer"]]["verification"] == "verified"
        assert need["days_ago"] > hire["reported_days_ago"], "hired before the need was posted"
        assert need["state"] in {"filled", "open"}
        assert hire["told_at_work"] != "nobody"
    taken = Counter(hire["opening"] for hire in through_the_portal)
    for key, need in openings.items():
        assert (need["state"] == "filled") == (taken[key] == need["people"]), key


def test_two_found_their_job_themselves_and_one_of_them_tells_nobody_at_work() -> None:
    own_finds = [hire for hire in rows("hires") if not hire["opening"]]
    assert len(own_finds) == 2
    [silent] = [hire for hire in own_finds if hire["told_at_work"] == "nobody"]
    assert silent["employer"] is None
    assert silent["workplace_name"]
    [known] = [hire for hire in own_finds if hire is not silent]
    assert known["employer"] in by_key("employers")


def test_hires_agree_with_the_candidates_way() -> None:
    candidates = by_key("candidates")
    for hire in rows("hires"):
        candidate = candidates[hire["candidate"]]
        assert candidate["started_days_ago"] > hire["start_days_ago"]
        assert (hire["ended_days_ago"] is None) == (candidate["phase"] in PHASES_WITH_A_JOB), hire["key"]
        assert hire["contract"] in set(EmploymentType)
        assert hire["told_at_work"] in set(ToldAtWork)
        assert 0 < hire["hours"] <= 40
        if hire["contract"] == "fixed_term":
            assert hire["agreed_end_days_ago"] < hire["start_days_ago"]
    hired = {hire["candidate"] for hire in rows("hires")}
    assert {key for key, row in candidates.items() if row["phase"] in PHASES_WITH_A_JOB} <= hired
    assert any(hire["start_days_ago"] < 0 for hire in rows("hires")), "nobody is about to start"


def test_four_jobs_have_ended_and_three_began_with_a_wage_subsidy_decided_in_time() -> None:
    ended = [hire for hire in rows("hires") if hire["ended_days_ago"] is not None]
    assert len(ended) == 4
    for hire in ended:
        assert hire["ended_days_ago"] < hire["start_days_ago"]
        assert hire["end_reason"] in set(EndReason)
        assert hire["ended_by"] in set(EndedBy)
    assert Counter(hire["pay_kind"] for hire in rows("hires")) == {"open_market": 19, "wage_subsidy": 3}
    assert {hire["pay_kind"] for hire in rows("hires")} == set(PayKind)
    for hire in rows("hires"):
        if hire["pay_kind"] == "wage_subsidy":
            assert hire["subsidy_decided_days_ago"] > hire["start_days_ago"]
        else:
            assert hire["subsidy_decided_days_ago"] is None
