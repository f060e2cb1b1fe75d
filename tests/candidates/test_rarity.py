"""Values that fewer than five people share are coarser or left out, unless kept fine with a reason. Rule by rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.candidates import keeping, profiles, queries, rarity
from portal.candidates.models import Candidate, Experience, KeptFine, Profile
from portal.candidates.states import Phase
from portal.candidates.values import Kind
from portal.core import clock, reference
from portal.core.app import Portal
from portal.core.db import db
from portal.core.i18n import Language
from portal.core.work import LICENCE_NAMES, Level, Shift
from tests.candidates.conftest import Team
from tests.counting import statements
from tests.factories import candidates as factory

FIVE = 5


@pytest.fixture
def five(app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of a real installation."""
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], rare_below=FIVE))


@pytest.fixture
def mine(team: Team) -> Candidate:
    """The team's candidate, loaded."""
    return queries.load(team.candidate.id)


@dataclass
class Person:
    """The columns of a profile that count."""

    occupations: Mapping[str, str] = field(default_factory=dict)
    skills: list[str] = field(default_factory=list)
    languages: Mapping[str, str] = field(default_factory=dict)
    driving_licence: str = ""
    hours_min: int | None = None
    hours_max: int | None = None
    shifts: list[Shift] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    earliest_start: date | None = None


def _shown(kind: Kind, value: str, *people: Person) -> str | None:
    return rarity.count(people, FIVE).step_shown(kind, value)


def _trades(*keys: str) -> list[Person]:
    return [Person(occupations={key: "1_3"}) for key in keys]


def test_a_trade_that_five_share_is_shown_and_one_that_four_share_is_its_group() -> None:
    five = _trades(*["cook"] * 5)
    assert _shown(Kind.OCCUPATION, "cook", *five) == "cook"
    four_and_a_neighbour = _trades(*["cook"] * 4, "institutional-cook")
    assert reference.occupation("cook").isco == reference.occupation("institutional-cook").isco
    assert _shown(Kind.OCCUPATION, "cook", *four_and_a_neighbour) == "isco:512"


def test_a_trade_in_a_rare_group_is_its_major_group_and_then_nothing() -> None:
    assert _shown(Kind.OCCUPATION, "boat-builder", *_trades("boat-builder", *["metal-assembler"] * 4)) == "isco:8"
    assert _shown(Kind.OCCUPATION, "boat-builder", *_trades("boat-builder", *["cook"] * 9)) is None


def test_somebody_with_two_trades_of_a_group_counts_once() -> None:
    two = Person(occupations={"cook": "1_3", "institutional-cook": "1_3"})
    assert _shown(Kind.OCCUPATION, "cook", two, *_trades(*["cook"] * 3)) is None


def test_a_coarse_value_hides_behind_those_alone_who_are_shown_it() -> None:
    five = _trades(*["cook"] * 5)
    assert _shown(Kind.OCCUPATION, "institutional-cook", *five, *_trades("institutional-cook")) is None
    levels = [Person(languages={"sv": "B1"}) for _ in range(5)]
    assert _shown(Kind.LEVEL, "sv:B2", *levels, Person(languages={"sv": "B2"})) is None
    lorries = [Person(driving_licence="C") for _ in range(5)]
    assert _shown(Kind.LICENCE, "CE", *lorries, *[Person(driving_licence="CE") for _ in range(4)]) is None


def test_who_keeps_a_value_fine_hides_nobody() -> None:
    rows = [_profile(one, number) for number, one in enumerate(_trades(*["cook"] * 3, *["institutional-cook"] * 2))]
    assert rarity.count(rows, FIVE).step_shown(Kind.OCCUPATION, "cook") == "isco:512"
    kept = {0: frozenset({(Kind.OCCUPATION, "cook")})}
    assert rarity.count(rows, FIVE, kept).step_shown(Kind.OCCUPATION, "cook") is None


def test_a_place_is_its_sub_region_then_its_region() -> None:
    def living(*codes: str) -> list[Person]:
        return [Person(areas=[code]) for code in codes]

    sub_region, region = reference.place_steps("849")[1:]
    near = next(
        one.code
        for one in reference.municipalities("sv")
        if f"sub:{one.sub_region}" == sub_region and one.code != "849"
    )
    assert _shown(Kind.AREA, "849", *living(*["849"] * 5)) == "849"
    assert _shown(Kind.AREA, "849", *living("849", *[near] * 4)) == sub_region
    assert _shown(Kind.AREA, "849", *living("849", *["272"] * 4)) == region
    assert _shown(Kind.AREA, "849", *living("849", *["091"] * 9)) is None


def test_a_rare_language_is_another_language_when_enough_people_have_a_rare_one() -> None:
    own = [Person(languages={"sv": "C2", code: "B1"}) for code in ("ar", "fa", "so", "uk", "ru")]
    assert _shown(Kind.LANGUAGE, "ar", *own) == "other"
    assert _shown(Kind.LANGUAGE, "ar", *own[:4], Person(languages={"sv": "C2"})) is None
    assert _shown(Kind.LANGUAGE, "sv", *own) == "sv"


def test_a_level_is_not_told_beside_another_language() -> None:
    people = [_profile(Person(languages={code: "B1"})) for code in ("ar", "fa", "so", "uk", "ru")]
    candidate = Candidate(id=1)
    candidate.profile = people[0]
    assert profiles.content(candidate, rarity.count(people, FIVE))["languages"] == {"other": ""}


def test_a_licence_is_what_it_gives_the_right_to() -> None:
    def driving(*classes: str) -> list[Person]:
        return [Person(driving_licence=one) for one in classes]

    assert _shown(Kind.LICENCE, "CE", *driving("CE", *"CCCC")) == "from:C"
    assert _shown(Kind.LICENCE, "CE", *driving("CE", *"BBBB")) == "from:B"
    assert _shown(Kind.LICENCE, "T", *driving("T", *"BBBBB")) is None


def test_hours_and_starts_are_about() -> None:
    hours = [Person(hours_min=n, hours_max=30) for n in (18, 19, 20, 21, 22)]
    assert _shown(Kind.LEAST_HOURS, "19", *hours) == "about:20"
    today = clock.today()
    starts = [Person(earliest_start=today - timedelta(days=n)) for n in range(5)]
    assert _shown(Kind.START, "now", *starts) == "now"
    later = [Person(earliest_start=date(today.year + 1, 3, 2 + n)) for n in range(5)]
    assert _shown(Kind.START, f"{today.year + 1}-03-02", *later) == f"{today.year + 1}-03"
    spread = [Person(earliest_start=date(today.year + 1, 1 + n, 1)) for n in range(5)]
    assert _shown(Kind.START, f"{today.year + 1}-01-01", *spread) == "later"


def test_years_beside_a_group_stay_only_when_enough_have_as_many(team: Team, mine: Candidate, five: None) -> None:
    """Four more cooks of another sort with the same years, or with others."""
    candidate = mine
    candidate.profile.occupations = {"cook": Experience.OVER_10.value}
    for _ in range(4):
        factory.candidate(coach=team.coach, profile={"occupations": {"institutional-cook": "over_10"}})
        factory.candidate(coach=team.coach, profile={"occupations": {"shelf-stocker": "over_10"}})
    assert profiles.content(candidate)["occupations"] == {"isco:512": "over_10"}
    last = factory.candidate(coach=team.coach, profile={"occupations": {"cook": "1_3"}})
    others = db.session.scalars(db.select(Profile).where(Profile.candidate_id.notin_([candidate.id, last.id])))
    for profile in others:
        if "institutional-cook" in profile.occupations:
            profile.occupations = {"institutional-cook": "1_3"}
    db.session.flush()
    assert profiles.content(candidate)["occupations"] == {"isco:512": ""}


def test_who_has_left_hides_nobody(team: Team, mine: Candidate, five: None) -> None:
    others = [factory.candidate(coach=team.colleague) for _ in range(4)]
    assert profiles.content(mine)["driving_licence"] == "B"
    others[0].phase = Phase.EXITED
    db.session.flush()
    assert profiles.content(mine)["driving_licence"] == ""


def test_books_are_two_statements_however_many_people(team: Team, mine: Candidate, five: None) -> None:
    for _ in range(12):
        factory.candidate(coach=team.coach)
    with statements() as asked:
        profiles.content(mine)
    assert len(asked) == 2


def test_a_frozen_profile_holds_the_coarse_value_alone_and_stays(team: Team, mine: Candidate, five: None) -> None:
    for _ in range(4):
        factory.candidate(coach=team.coach, profile={"occupations": {"institutional-cook": "3_10"}})
    frozen = profiles.freeze(mine)
    assert frozen.content["occupations"] == {"isco:512": "3_10"}
    assert '"cook"' not in str(frozen.content) + str(frozen.kept_fine)
    before = dict(frozen.content)
    for _ in range(5):
        factory.candidate(coach=team.coach)
    assert profiles.content(mine)["occupations"] == {"cook": "3_10", "kitchen-assistant": "1_3"}
    assert frozen.content == before
    # others came: the question is the same one still
    assert frozen.source_digest == profiles.source_digest(mine, keeping.kept_of(mine.id))


# --- the property


_TRADES = ("cook", "institutional-cook", "boat-builder", "carpenter", "cleaner", "software-developer", "shelf-stocker")
_SKILLS = ("lunch-cooking", "baking-bread", "mig-welding", "punctual", "forklift-licence")
_AREAS = ("272", "849", "217", "598", "091")
_BANDS = st.sampled_from([band.value for band in Experience])
_PEOPLE = st.builds(
    Person,
    occupations=st.dictionaries(st.sampled_from(_TRADES), _BANDS, max_size=3),
    skills=st.lists(st.sampled_from(_SKILLS), unique=True, max_size=4),
    languages=st.dictionaries(
        st.sampled_from(["sv", "fi", "ar", "uk", "so"]), st.sampled_from([level.value for level in Level]), max_size=3
    ),
    driving_licence=st.sampled_from(["", *LICENCE_NAMES]),
    hours_min=st.none() | st.integers(1, 30),
    hours_max=st.integers(30, 60),
    shifts=st.lists(st.sampled_from(Shift), unique=True),
    areas=st.lists(st.sampled_from(_AREAS), unique=True, max_size=3),
    earliest_start=st.none() | st.integers(-20, 200).map(lambda n: clock.today() + timedelta(days=n)),
)


def _profile(person: Person, number: int = 1) -> Profile:
    row = Profile(candidate_id=number, works_well="", pitch="", pitch_language=Language.SV)
    for name, value in vars(person).items():
        setattr(row, name, value)
    if person.hours_min is None:
        row.hours_max = None
    return row


def _content_values(content: Mapping[str, Any]) -> set[tuple[Kind, str]]:
    """Every value that stands in a content, as it stands there."""
    about = "about:" if content["hours_about"] else ""
    found = {(Kind.OCCUPATION, key) for key in content["occupations"]}
    found |= {(Kind.SKILL, key) for key in content["skills"]} | {(Kind.AREA, key) for key in content["areas"]}
    found |= {(Kind.LANGUAGE, code) for code in content["languages"]}
    found |= {(Kind.LEVEL, f"{code}:{level}") for code, level in content["languages"].items() if level}
    found |= {(Kind.SHIFT, value) for value in content["shifts"]}
    found |= {(Kind.LICENCE, content["driving_licence"])} if content["driving_licence"] else set()
    found |= {(Kind.START, content["earliest_start"])} if content["earliest_start"] else set()
    if content["hours_min"] is not None and not about:
        found |= {(Kind.LEAST_HOURS, str(content["hours_min"])), (Kind.MOST_HOURS, str(content["hours_max"]))}
    return found


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_PEOPLE, min_size=1, max_size=25), st.data())
@pytest.mark.either_database
def test_each_value_shown_is_shared_or_coarser_or_kept_with_a_reason(
    app: Portal, people: list[Person], data: st.DataObject
) -> None:
    rows = [_profile(person, number) for number, person in enumerate(people, start=1)]
    mine = rows[0]
    fine = list(dict.fromkeys(rarity.values_of(mine)))
    kept = frozenset(data.draw(st.sets(st.sampled_from(fine)))) if fine else frozenset()
    now = rarity.count(rows, FIVE, {1: kept})
    candidate = Candidate(id=1)
    candidate.profile = mine

    content = profiles.content(candidate, now)

    # counted here once more, by hand: on whose card the words stand
    def reading(kind: Kind, value: str) -> int:
        return sum(any(one.kind is kind and one.shown == value for one in rarity.judge(row, now)) for row in rows)

    for kind, value in _content_values(content):
        if (kind, value) in kept:
            continue
        assert reading(kind, value) >= FIVE, (kind, value)
        assert any(k is kind and value in rarity.steps(k, v) for k, v in fine), "not even a coarser word for it"
    for band in content["occupations"].values():
        if band and (Kind.EXPERIENCE, band) not in kept:
            assert reading(Kind.EXPERIENCE, band) >= FIVE


# --- kept fine


def _alone(team: Team, mine: Candidate) -> None:
    for _ in range(5):
        factory.candidate(coach=team.coach, profile={"occupations": {"cleaner": "1_3"}})
    mine.profile.occupations = {"boat-builder": "over_10"}
    db.session.flush()


def test_a_kept_value_is_shown_and_frozen_with_the_fact_that_it_is_kept(
    team: Team, mine: Candidate, five: None
) -> None:
    _alone(team, mine)
    actor = team.actor(team.coach)
    assert profiles.content(mine)["occupations"] == {}
    keeping.keep(actor, mine, Kind.OCCUPATION, "boat-builder", "The yard asks for boats.")
    frozen = profiles.freeze(mine)
    assert frozen.content["occupations"] == {"boat-builder": ""}
    assert frozen.kept_fine == [["occupation", "boat-builder"]]
    assert "The yard" not in str(frozen.content)
    keeping.let_go(actor, mine, Kind.OCCUPATION, "boat-builder")
    assert profiles.content(mine)["occupations"] == {}
    assert db.session.scalar(db.select(KeptFine)) is None
