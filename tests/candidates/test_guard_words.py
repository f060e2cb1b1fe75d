"""The administrator extends the guard's lists; nobody else does, and the next text is read with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.candidates import guard_words, textguard
from portal.candidates.textguard import Finding
from portal.candidates.textguard.models import GuardWord, WordKind
from portal.core.db import db
from portal.core.errors import Invalid, Missing
from portal.core.i18n import Language
from tests.candidates.conftest import Team

pytestmark = pytest.mark.either_database  # the guard reads the same on any


def _found(team: Team, text: str) -> list[tuple[str, Finding, bool]]:
    return [(one.words, Finding(one.finding), one.blocks) for one in textguard.remarks(text, team.candidate.id)]


@pytest.mark.parametrize(
    ("word", "language", "kind", "text", "expected"),
    [
        ("Strandro", Language.SV, WordKind.UNIT, "Bor på Strandros avdelning.", ("Strandros", Finding.UNIT, True)),
        ("*ilola", Language.FI, WordKind.UNIT, "Käy Rantailolassa.", ("Rantailolassa", Finding.UNIT, True)),
        ("mystik*", Language.SV, WordKind.ASK, "Trivs med mystiken.", ("mystiken", Finding.HEALTH, False)),
        ("calmex", Language.EN, WordKind.MEDICATION, "Takes Calmex.", ("Calmex", Finding.MEDICATION, True)),
        ("röda rummet", Language.SV, WordKind.CARE, "Var i Röda  rummet.", ("Röda  rummet", Finding.CARE, True)),
    ],
)
def test_an_added_word_is_found_in_its_forms(
    team: Team, word: str, language: Language, kind: WordKind, text: str, expected: tuple[str, Finding, bool]
) -> None:
    assert _found(team, text) == []
    added = guard_words.add(team.actor(team.administrator), word=word, language=language, kind=kind)
    assert _found(team, text) == [expected]
    guard_words.remove(team.actor(team.administrator), added.public_id)
    assert _found(team, text) == []


@pytest.mark.parametrize("word", ["ab", "*", "* *", "a*b", "drop;table", "(x+)+", "1234", "ord *"])
def test_what_is_no_word_is_refused(team: Team, word: str) -> None:
    with pytest.raises(Invalid) as refused:
        guard_words.add(team.actor(team.administrator), word=word, language=Language.SV, kind=WordKind.CARE)
    assert refused.value.field == "word"


def test_a_word_stands_in_the_list_once_in_a_language(team: Team) -> None:
    actor = team.actor(team.administrator)
    guard_words.add(actor, word="Strandro", language=Language.SV, kind=WordKind.UNIT)
    with pytest.raises(Invalid):
        guard_words.add(actor, word="strandro", language=Language.SV, kind=WordKind.CARE)
    assert guard_words.add(actor, word="strandro", language=Language.FI, kind=WordKind.UNIT).id


def test_nobody_else_may(team: Team) -> None:
    for user in (team.coach, team.leader, team.employer):
        actor = team.actor(user)
        with pytest.raises(Missing):
            guard_words.add(actor, word="Strandro", language=Language.SV, kind=WordKind.UNIT)
        with pytest.raises(Missing):
            guard_words.words(actor)
        with pytest.raises(Missing):
            guard_words.remove(actor, "0" * 32)


def test_the_page_adds_shows_and_takes_away(team: Team, client_for: Callable[[User], FlaskClient]) -> None:
    browser = client_for(team.administrator)
    assert "No words are added yet" in browser.get("/admin/words").text
    typed = {"word": "Strandro", "language": "sv", "kind": "unit"}
    assert browser.post("/admin/words", data=typed).status_code == 302
    assert "strandro" in browser.get("/admin/words").text
    assert browser.post("/admin/words", data=typed).status_code == 422
    word = db.session.scalars(select(GuardWord)).one()
    assert (word.kind, word.added_by_id) == (WordKind.UNIT, team.administrator.id)
    assert browser.post(f"/admin/words/{word.public_id}/remove").status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(GuardWord)).all() == []
    verbs = select(AuditEvent.verb).where(AuditEvent.subject_type == "guard_word").order_by(AuditEvent.id)
    assert list(db.session.scalars(verbs)) == ["guard_words.add", "guard_words.remove"]
