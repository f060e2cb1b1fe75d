"""Whose names the guard reads, and that reading them shows and logs nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.candidates import textguard
from portal.candidates.textguard import Passes
from portal.core.db import db
from portal.core.i18n import Language, in_language
from tests.candidates.conftest import Team
from tests.factories import candidates as factory


def test_a_remark_repeats_what_was_typed_and_says_nothing_of_whose_it_is(
    team: Team, log: Callable[[], list[tuple[int, int | None, str, str]]]
) -> None:
    factory.candidate(coach=team.colleague, identity={"first_name": "Torolf", "last_name": "Granlidsson"})
    db.session.commit()
    (found,) = textguard.remarks("Delade skåp med Granlidssons.", team.candidate.id)
    with in_language(Language.EN):
        assert (found.words, str(found.why)) == ("Granlidssons", "This looks like the name of a person.")
    assert log() == []


def test_of_the_own_details_street_and_birthday_stand_out(team: Team) -> None:
    born = team.identity.birth_date
    assert born is not None
    team.identity.street = "Mäntyharjuntie 7"
    db.session.flush()
    text = f"Asuu Mäntyharjuntiellä, syntynyt {born.day}.{born.month}.{born.year}."
    assert [one.finding for one in textguard.remarks(text, team.candidate.id)] == [
        textguard.Finding.OWN_DETAIL,
        textguard.Finding.OWN_DETAIL,
    ]


@pytest.mark.parametrize("text", ["Jokitie 5 A 2", "Mötet är på Jokitie, 5", "Jokitiellä 5 klo 9"])
def test_the_own_street_with_its_number_stands_out_however_short(team: Team, text: str) -> None:
    team.identity.street = "Jokitie 5 A 2"
    db.session.flush()
    at_a_meeting = Passes(ignores=frozenset({textguard.Finding.ADDRESS}))
    read = textguard.remarks(text, team.candidate.id, at_a_meeting)
    assert [(one.finding, one.blocks) for one in read] == [(textguard.Finding.OWN_DETAIL, True)]
    other = text.replace("5", "55")
    assert textguard.remarks(other, team.candidate.id, at_a_meeting) == []


def test_the_surname_in_the_employers_name_asks(team: Team) -> None:
    surname = team.identity.last_name
    passes = Passes(own_words=f"{surname}s bageri")
    asked = textguard.remarks(f"Gillar {surname}s bageri.", team.candidate.id, passes)
    assert [one.blocks for one in asked] == [False]
    assert [one.blocks for one in textguard.remarks(f"Gillar {surname}s.", team.candidate.id)] == [True]


def test_staffs_own_numbers_pass_as_they_are_written_otherwise(team: Team) -> None:
    passes = Passes(contacts=("+358 50 123 4567", "own.coach@rekrybron.example"))
    text = "Ring 050-123 4567 eller skriv till Own.Coach@rekrybron.example."
    assert textguard.remarks(text, team.candidate.id, passes) == []
    assert len(textguard.remarks(text, team.candidate.id)) == 2
