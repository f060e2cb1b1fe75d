"""The reference data is whole, and finds what people write."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from portal.core import reference
from portal.core.reference.text import alphabetical

LANGUAGES = ("sv", "fi", "en")

# The 130 minor groups of ISCO-08 (ILO), written down apart from the data that they check.
ISCO_08 = re.findall(
    r"\d{3}",
    """
    011 021 031 111 112 121 122 131 132 133 134 141 142 143 211 212 213 214 215 216 221 222 223 224 225
    226 231 232 233 234 235 241 242 243 251 252 261 262 263 264 265 311 312 313 314 315 321 322 323 324
    325 331 332 333 334 335 341 342 343 351 352 411 412 413 421 422 431 432 441 511 512 513 514 515 516
    521 522 523 524 531 532 541 611 612 613 621 622 631 632 633 634 711 712 713 721 722 723 731 732 741
    742 751 752 753 754 811 812 813 814 815 816 817 818 821 831 832 833 834 835 911 912 921 931 932 933
    941 951 952 961 962
    """,
)

SEARCHES = [
    ("kokk", "fi", "cook"),
    ("kokki", "fi", "cook"),
    ("kock", "sv", "cook"),
    ("cook", "en", "cook"),
    ("KOCK", "sv", "cook"),
    ("Kokki", "sv", "cook"),
    ("narvardare", "sv", "practical-nurse"),
    ("närvård", "sv", "practical-nurse"),
    ("lähihoitaja", "en", "practical-nurse"),
    ("båtvarv", "sv", "boat-builder"),
    ("veneveistämö", "fi", "boat-builder"),
    ("lokalvårdare", "sv", "cleaner"),
    ("siistijä", "fi", "cleaner"),
    ("gårdskarl", "fi", "caretaker"),
    ("trukkikuski", "fi", "forklift-driver"),
    ("skolgångsbiträde", "sv", "teaching-assistant"),
    ("kassör", "sv", "cashier"),
    ("svetsaren", "sv", "welder"),
    ("hitsari", "fi", "welder"),
    ("kassörska", "sv", "cashier"),
    ("elctrician", "en", "electrician"),
]


def all_things() -> list[reference.Labelled]:
    return [
        *reference.regions("sv"),
        *reference.sub_regions("sv"),
        *reference.municipalities("sv"),
        *reference.isco_groups("sv"),
        *reference.occupations("sv"),
        *reference.skill_groups(),
        *reference.skills("sv"),
    ]


def test_everything_has_a_name_in_every_language() -> None:
    for thing in all_things():
        for language in LANGUAGES:
            name = reference.label(thing, language)
            assert name, thing
            assert name == " ".join(name.split()), thing


def test_finland_has_308_municipalities_with_three_digit_codes() -> None:
    codes = [one.code for one in reference.municipalities("sv")]
    assert len(codes) == len(set(codes)) == 308
    assert all(re.fullmatch(r"\d{3}", code) for code in codes)


def test_every_municipality_lies_in_a_sub_region_and_every_sub_region_in_a_region() -> None:
    for place in reference.municipalities("fi"):
        above = reference.sub_region(place.sub_region)
        assert reference.region(above.region).code == above.region
    assert {place.sub_region for place in reference.municipalities("fi")} == {
        one.code for one in reference.sub_regions("fi")
    }
    assert len(reference.regions("en")) == 19


@pytest.mark.parametrize(
    ("code", "sv", "fi", "en", "sub_region"),
    [
        ("272", "Karleby", "Kokkola", "Kokkola", "Karlebyregionen"),
        ("217", "Kannus", "Kannus", "Kannus", "Karlebyregionen"),
        ("236", "Kaustby", "Kaustinen", "Kaustinen", "Kaustbyregionen"),
        ("288", "Kronoby", "Kruunupyy", "Kronoby", "Jakobstadsregionen"),
        ("440", "Larsmo", "Luoto", "Larsmo", "Jakobstadsregionen"),
        ("598", "Jakobstad", "Pietarsaari", "Jakobstad", "Jakobstadsregionen"),
        ("599", "Pedersöre", "Pedersören kunta", "Pedersöre", "Jakobstadsregionen"),
        ("893", "Nykarleby", "Uusikaarlepyy", "Nykarleby", "Jakobstadsregionen"),
        ("208", "Kalajoki", "Kalajoki", "Kalajoki", "Ylivieskaregionen"),
    ],
)
def test_the_neighbourhood_is_named_as_its_people_name_it(
    code: str, sv: str, fi: str, en: str, sub_region: str
) -> None:
    place = reference.municipality(code)
    assert [reference.label(place, language) for language in LANGUAGES] == [sv, fi, en]
    assert reference.label(reference.sub_region(place.sub_region), "sv") == sub_region


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sub_region_never_reads_like_a_municipality_with_neighbours(language: str) -> None:
    places = {reference.label(one, language) for one in reference.municipalities(language)}
    assert not places & {reference.label(one, language) for one in reference.sub_regions(language)}


def test_names_stand_in_the_order_of_the_readers_alphabet() -> None:
    swedish = [reference.label(one, "sv") for one in reference.municipalities("sv")]
    assert swedish.index("Vasa") < swedish.index("Ypäjä") < swedish.index("Åbo") < swedish.index("Övertorneå")
    assert (swedish[0], swedish[-1]) == ("Ackas", "Övertorneå")
    assert alphabetical("Zacharias", "fi") < alphabetical("Åbo", "fi") < alphabetical("Ähtäri", "fi")
    assert alphabetical("Åbo", "en") < alphabetical("Borgå", "en") < alphabetical("Öja", "en")


def test_the_isco_groups_are_the_130_minor_groups() -> None:
    assert len(ISCO_08) == 130
    assert sorted(one.code for one in reference.isco_groups("en")) == sorted(ISCO_08)


def test_every_occupation_has_its_own_key_and_an_isco_group_that_exists() -> None:
    occupations = reference.occupations("sv")
    assert len(occupations) >= 150
    for one in occupations:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.key)
        assert re.fullmatch(r"\d{3}", one.isco)
        assert reference.isco_group(one.isco).code == one.isco
        assert reference.occupation(one.key) is one


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_occupations_and_no_two_skills_read_the_same(language: str) -> None:
    for things in (reference.occupations(language), reference.skills(language)):
        names = [reference.label(one, language).casefold() for one in things]
        assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def test_every_skill_stands_in_a_group_and_every_group_holds_some() -> None:
    assert len(reference.skills("sv")) >= 120
    for one in reference.skills("sv"):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.key)
        assert reference.skill_group(one.group).key == one.group
    for group in reference.skill_groups():
        assert len(reference.skills("fi", group.key)) >= 5
    assert {one.key for one in reference.skills("sv", "licences")} >= {
        "hygiene-passport",
        "occupational-safety-card",
        "first-aid",
        "alcohol-passport",
        "hot-work-card",
        "forklift-licence",
    }


@pytest.mark.parametrize(("text", "language", "key"), SEARCHES)
def test_search_puts_the_occupation_meant_first(text: str, language: str, key: str) -> None:
    found = reference.search_occupations(text, language)
    assert found
    assert found[0].key == key


def test_accents_that_were_written_are_not_found_missing_inside_a_word() -> None:
    found = [one.key for one in reference.search_occupations("städ", "sv")]
    assert found[0] == "cleaner"
    assert "car-mechanic" not in found  # "bilverkstad"
    assert "cleaner" in [one.key for one in reference.search_occupations("stad", "sv")]


@pytest.mark.parametrize(
    "text", ["", "   ", "qqqqqq", "(", "\x00", pytest.param("q" * 1_000_000, id="a million letters")]
)
def test_search_finds_nothing_for_nothing(text: str) -> None:
    assert reference.search_occupations(text, "sv") == ()


def test_search_ranks_the_label_before_a_synonym_and_keeps_to_the_limit() -> None:
    found = [one.key for one in reference.search_occupations("arbetare", "sv", limit=5)]
    assert len(found) == 5
    keys = [one.key for one in reference.search_occupations("leipuri", "fi")]
    assert keys[0] == "baker"


@pytest.mark.parametrize(
    "look_up",
    [
        reference.municipality,
        reference.sub_region,
        reference.region,
        reference.occupation,
        reference.isco_group,
        reference.skill,
        reference.skill_group,
    ],
)
def test_an_unknown_key_says_what_was_asked_for(look_up: Callable[[str], object]) -> None:
    with pytest.raises(reference.UnknownReference, match=r"no .+ 'nowhere' in the reference data") as caught:
        look_up("nowhere")
    assert isinstance(caught.value, KeyError)
    assert caught.value.key == "nowhere"


def test_skills_of_a_group_that_does_not_exist_are_refused() -> None:
    with pytest.raises(reference.UnknownReference, match="skill group"):
        reference.skills("sv", "nowhere")


def test_a_locale_counts_as_its_language_and_any_other_language_is_refused() -> None:
    cook = reference.occupation("cook")
    assert reference.label(cook, "sv_FI") == reference.label(cook, "sv") == "kock"
    with pytest.raises(ValueError, match="'de'"):
        reference.label(cook, "de")
