"""The guard finds what was seeded, lets clean texts through, and points at the right words."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.candidates import textguard
from portal.candidates.inflection import is_form_of
from portal.candidates.textguard import Finding, People, remarks_about
from portal.core.app import Portal
from tests.candidates import guard_texts
from tests.factories import accounts
from tests.factories import candidates as factory

pytestmark = pytest.mark.either_database

ME = People(own=("Matti Johannes", "Virtanen", "Masa"), others=(("Anna-Liisa", "Kinnarinen"), ("Toivo", "Koski")))


@pytest.mark.parametrize(
    ("text", "finding", "blocks"),
    [
        ("Koski rauschar förbi huset.", Finding.OTHER_NAME, False),  # a surname that is a word
        ("Känner Toivo sedan länge.", Finding.OTHER_NAME, False),  # a first name is anybody's
        ("Känner Toivo Koski sedan länge.", Finding.OTHER_NAME, True),  # both together are somebody
        ("Känner Kinnarinen sedan länge.", Finding.OTHER_NAME, True),  # a surname that is no word
        ("Vill arbeta på sjukhus.", Finding.HEALTH, False),  # may be the job
        ("Låg på sjukhus i våras.", Finding.CARE, True),
    ],
)
def test_what_is_doubtful_asks(text: str, finding: Finding, blocks: bool) -> None:
    assert [(one.finding, one.blocks) for one in remarks_about(text, ME)] or pytest.fail("nothing found")
    assert {(one.finding, one.blocks) for one in remarks_about(text, ME)} == {(finding, blocks)}


def test_an_own_name_that_is_a_word() -> None:
    people = People(own=("Toivo", "Berg"))
    blocking = {
        text: [one.blocks for one in remarks_about(text, people)]
        for text in (
            "Toivon osa-aikatyötä.",
            "Kokki Toivo tekee lounaan.",
            "Det är ett berg av disk.",
            "Kocken Berg lagar lunch.",
        )
    }
    assert list(blocking.values()) == [[False], [True], [False], [True]]


@pytest.mark.parametrize(
    ("text", "found", "blocks"),
    [
        ("Soita: mattivirtanen", "mattivirtanen", True),
        ("VirtanenMatille on hyvä.", "VirtanenMatille", True),
        ("Tunnus on mvirtanen täällä.", "mvirtanen", True),
        ("Hän on M a t t i V i r t a n e n itse.", "M a t t i V i r t a n e n", True),
        ("Kysykää M\u0430tti\u0430 pian.", "M\u0430tti\u0430", True),  # two Cyrillic letters
        ("Kysykää V\u0456rtanen pian.", "V\u0456rtanen", True),
        ("Kysykää V1rtaselle töitä.", "V1rtaselle", False),
        ("Kysykää V!rt4nen pian.", "V!rt4nen", False),
        ("Kysykää Virt*sen työ.", "Virt*sen", False),
        ("Kysykää Vir tasen työ.", "Vir tasen", False),
        ("Kysykää Virta-\nsen työ.", "Virta-\nsen", False),
    ],
)
def test_a_name_in_disguise_is_found(text: str, found: str, blocks: bool) -> None:
    assert [(one.words, one.finding, one.blocks) for one in remarks_about(text, ME)] == [
        (found, Finding.OWN_NAME, blocks)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Tunnen koneen M4, varaston V8 ja mallin Kone24.",
        "Kone Nen ja Vir on toinen.",
        "Хороший повар говорит по-русски.",
        "Mvirta on pumppu.",
    ],
)
def test_what_only_looks_disguised_is_not(text: str) -> None:
    assert remarks_about(text, ME) == []


def test_a_word_in_another_alphabet_is_compared_as_it_stands() -> None:
    people = People(own=("Роман", "Кора"))
    assert [one.blocks for one in remarks_about("Спросите: Роман.", people)] == [True]


def test_the_own_year_of_birth_asks() -> None:
    people = People(own=("Aino", "Lehti"), birth_date=date(1988, 4, 2))
    asked = [[one.blocks for one in remarks_about(text, people)] for text in ("Född 1988.", "Sedan 1989, order 21988.")]
    assert asked == [[False], []]


@pytest.mark.parametrize("text", ["Kysykää Virtannen.", "Kysykää Johannessen.", "Kiitos, M. V.", "Kiitos, M. J. V."])
def test_what_is_nearly_the_own_name_asks(text: str) -> None:
    assert [(one.finding, one.blocks) for one in remarks_about(text, ME)] == [(Finding.OWN_NAME, False)]


@pytest.mark.parametrize(
    "text",
    [
        "Ihmiset vahtivat virtanappia.",  # no capital
        "Kuin Vuori, kuin Valtanen.",  # two letters beside it
        "Koneen merkki on MV, malli V.M.",  # no points; the wrong order
        "Kone on A.M.V. Oy:n.",  # within another abbreviation
        "Kasa on Maja tai Musa.",  # short names
    ],
)
def test_what_is_less_near_does_not(text: str) -> None:
    assert remarks_about(text, ME) == []


def test_a_word_that_is_nearly_a_name_that_is_a_word() -> None:
    people = People(own=("Aino", "Lehti"))
    asked = [bool(remarks_about(text, people)) for text in ("Lehto tuoksuu.", "Kysykää Lehto, hän osaa.")]
    assert asked == [False, True]


PLANTS = st.sampled_from([*guard_texts.seeded("exact"), *guard_texts.seeded("inflected")])
AROUND = st.sampled_from([one.text for one in guard_texts.clean()])


@given(PLANTS, AROUND, AROUND)
def test_found_wherever_it_stands(plant: guard_texts.Seeded, before: str, after: str) -> None:
    whole = f"{before} {plant.text} {after}"
    start, end = (len(before) + 1 + place for place in (plant.start, plant.end))
    found = remarks_about(whole, guard_texts.people_around(plant.who))
    assert any((one.blocks or plant.asks) and one.start < end and one.end > start for one in found)


@given(st.text(max_size=300))
def test_any_text_is_read_and_the_remarks_point_into_it(text: str) -> None:
    found = remarks_about(text, ME)
    assert all(text[one.start : one.end] == one.words and one.start < one.end for one in found)
    assert all(first.end <= second.start for first, second in itertools.pairwise(found))


def test_other_names_are_not_mistaken_for_forms() -> None:
    pairs = [("Karlssons", "Karl"), ("Mark", "Marko"), ("Mattias", "Matti"), ("Hanna", "Hans"), ("Lahja", "Lahti")]
    assert [pair for pair in pairs if is_form_of(*pair)] == []


def test_names_come_from_the_candidate_and_the_team(app: Portal) -> None:
    coach = accounts.coach()
    me = factory.candidate(coach=coach, identity={"first_name": "Sanelma", "last_name": "Huuskola", "nickname": "Sani"})
    factory.candidate(coach=coach, identity={"first_name": "Torolf", "last_name": "Wikblad"})
    factory.candidate(coach=accounts.coach(), identity={"first_name": "Pihla", "last_name": "Ahlskog"})
    text = "Sanelman ja Sanin työkaveri Wikblad, ei Ahlskog."
    assert [(one.words, one.finding) for one in textguard.remarks(text, me.id)] == [
        ("Sanelman", Finding.OWN_NAME),
        ("Sanin", Finding.OWN_NAME),
        ("Wikblad", Finding.OTHER_NAME),
    ]
