"""What somebody finds who gets hold of the database file, its write-ahead log, a backup, or PostgreSQL's tables.

The demonstration's whole data is loaded, and a word of its own (a canary) is put into every encrypted column. Then the
raw bytes are searched for all of it, in the encodings that a database could use, with and without capitals.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ahocorasick import Automaton
from sqlalchemy import Table, func, select, text, update

from portal.core.db import db
from portal.core.encryption import EncryptedDate, EncryptedJson, EncryptedText, encrypted_columns
from portal.core.submissions import Submission
from portal.demo.loader import load
from tests.own_database import own_app

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
BIRTH_DATE = date(1931, 2, 7)
# Which row of a table takes the canaries, where the database's rules do not let any.
FITTING = {"support_contacts": "side = 'employer'", "employer_contacts": "next_step_on IS NOT NULL"}
TOKEN_SIGNS = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Kept:
    """Everything that is kept of the data, by where it was found, and what may not be in it."""

    places: dict[str, bytes]
    canaries: dict[str, str]  # by table.column
    names: set[str]
    texts: set[str]


def _canary(table: str, column: Any) -> Any:
    """What is planted: never by chance within a token, since each holds a sign that tokens do not have."""
    word = f"Zwißel {table} {column.name} Öqvist"
    if isinstance(column.type, EncryptedDate):
        return BIRTH_DATE
    if isinstance(column.type, EncryptedJson):
        return {"pitch": word}
    assert isinstance(column.type, EncryptedText)
    limit = column.type.limit or len(word)
    return word if len(word) <= limit else f"Ö#{table[0]}ß§"[:limit]


def _plain(value: Any) -> str:
    return value["pitch"] if isinstance(value, dict) else str(value)


def _plant(table: Table) -> dict[str, str]:
    """Put a canary into each encrypted column of one row of the table."""
    [key] = table.primary_key.columns
    fitting = text(FITTING.get(table.name, "1 = 1"))
    row = db.session.scalar(select(func.min(key)).where(fitting))
    assert row is not None, f"the demonstration has nothing in {table.name}"
    values = {column.name: _canary(table.name, column) for column in encrypted_columns(table)}
    db.session.execute(update(table).where(key == row).values(values))
    stored = db.session.execute(select(*encrypted_columns(table)).where(key == row)).one()
    assert stored._asdict() == values
    return {f"{table.name}.{name}": _plain(value) for name, value in values.items()}


def _is_telling(value: str) -> bool:
    """Whether finding it in megabytes of random letters could not be chance."""
    return len(value) >= 8 or (len(value) >= 4 and TOKEN_SIGNS.fullmatch(value) is None)


def _values(*columns: Any) -> set[str]:
    found: set[str] = set()
    for row in db.session.execute(select(*columns)):
        found |= {str(value) for value in row if value}
    return found


def _open_texts() -> str:
    """All that the open columns hold: what stands there as well is no secret of the encrypted ones."""
    found: set[str] = set()
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if column not in encrypted_columns(table)]
        found |= _values(*columns)
    return "\n".join(found).casefold()


def _identities() -> set[str]:
    people = db.metadata.tables["identities"].c
    parts = _values(people.first_name, people.last_name, people.nickname, people.street, people.care_contact)
    whole = {
        sep.join(row) for row in db.session.execute(select(people.first_name, people.last_name)) for sep in ("", " ")
    }
    return parts | whole | _values(people.email, people.phone)


def _texts() -> set[str]:
    found: set[str] = set()
    for table in db.metadata.sorted_tables:
        columns = [one for one in encrypted_columns(table) if isinstance(one.type, EncryptedText)]
        if columns and table.name != "identities":
            found |= _values(*columns)
    return found


def _files(folder: Path) -> dict[str, bytes]:
    """The database as it lies on the disk, and as a backup."""
    file, log = folder / "own.db", folder / "own.db-wal"
    places = {"file": file.read_bytes(), "write-ahead log": log.read_bytes()}
    with sqlite3.connect(file) as source, sqlite3.connect(folder / "backup.db") as target:
        source.backup(target)
    source.close()
    target.close()
    return {**places, "backup": (folder / "backup.db").read_bytes()}


def _tables() -> dict[str, bytes]:
    """Every column of every row as PostgreSQL has it."""
    places = {}
    for table in db.metadata.sorted_tables:
        rows = db.session.execute(text(f'SELECT ("{table.name}".*)::text FROM "{table.name}"')).scalars()
        places[table.name] = "\n".join(rows).encode()
    return places


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("at rest")
    with own_app(folder) as app, app.app_context():
        assert load().candidates
        db.session.add(Submission(key_hash="0" * 64, endpoint="x", location="/"))  # nobody has sent a form yet
        db.session.commit()
        names, texts, said_openly = _identities(), _texts(), _open_texts()
        canaries: dict[str, str] = {}
        for table in db.metadata.sorted_tables:
            if encrypted_columns(table):
                canaries |= _plant(table)
        db.session.commit()
        # in the open, to see that the search would find what is there
        db.session.execute(text("UPDATE teams SET name = 'Öppet Team Zwölf'"))
        db.session.commit()
        places = _files(folder) if db.engine.dialect.name == "sqlite" else _tables()
        yield Kept(
            places,
            canaries,
            {one for one in names if _is_telling(one) and one.casefold() not in said_openly},
            {one for one in texts if _is_telling(one) and one.casefold() not in said_openly},
        )


def found(needles: set[str], haystack: bytes) -> set[str]:
    """Which of the needles are in the bytes, in any encoding and any case: in one pass over them."""
    forms = Automaton()
    whose: dict[str, set[str]] = {}
    for needle in needles:
        for form in _forms(needle):
            whose.setdefault(form, set()).add(needle)
            forms.add_word(form, form)
    forms.make_automaton()
    folded = haystack.lower()  # the ASCII letters; the others are sought in both cases
    return {needle for _end, form in forms.iter(_signs(folded)) for needle in whose[form]}


def _forms(needle: str) -> set[str]:
    cases = (needle, needle.lower(), needle.upper())
    return {_signs(case.encode(encoding).lower()) for encoding in ENCODINGS for case in cases}


def _signs(raw: bytes) -> str:
    """A sign for each byte: what the automaton reads."""
    return raw.decode("latin-1")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", [str, str.upper, str.lower, str.title])
def test_the_search_finds_what_is_there(encoding: str, form: Any) -> None:
    for name in ("Åsa Öhman", "Koskela-Nygård", "+358 40 1234567"):
        assert found({name}, b"\x00x" + form(name).encode(encoding) + b"y\xff") == {name}
    assert found({"Åsa Öhman"}, b"\x00xAsa Ohman") == set()


def test_what_is_in_the_open_is_found(kept: Kept) -> None:
    where = {place for place, held in kept.places.items() if found({"Öppet Team Zwölf"}, held)}
    assert where == ({"write-ahead log", "backup"} if "file" in kept.places else {"teams"})


def test_there_is_enough_to_look_for(kept: Kept) -> None:
    tables = [table for table in db.metadata.sorted_tables if encrypted_columns(table)]
    assert len(kept.canaries) == sum(len(encrypted_columns(table)) for table in tables) >= 35
    assert len(kept.names) > 300
    assert len(kept.texts) > 100


def test_no_canary_of_any_encrypted_column_is_found(kept: Kept) -> None:
    for place, held in kept.places.items():
        leaks = [column for column, word in kept.canaries.items() if found({word}, held)]
        assert leaks == [], place


def test_no_name_and_no_contact_of_the_seeded_candidates_is_found(kept: Kept) -> None:
    for place, held in kept.places.items():
        assert found(kept.names, held) == set(), place


def test_no_note_or_message_of_the_seeded_candidates_is_found(kept: Kept) -> None:
    for place, held in kept.places.items():
        assert found(kept.texts, held) == set(), place
