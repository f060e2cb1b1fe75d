"""Whoever alters, removes, adds or moves a sealed row, or a seal, is found. Drawn at random, with a printed figure."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, text

from portal.audit import sealing
from portal.core.app import Portal
from portal.core.db import db
from tests.audit.kit import LOG, keep_copy, put_back, sealed, seals, touching, verified
from tests.own_database import own_app

SEED = 20261123
Touch = Callable[[Connection, random.Random, list[int]], set[int]]

CHANGES = {
    "at": "'2026-01-01 10:00:00+00:00'",
    "viewer_role": "CASE viewer_role WHEN 'coach' THEN 'team_leader' ELSE 'coach' END",
    "viewer_id": "viewer_id + 1",
    "candidate_id": "candidate_id + 1",
    "what": "'candidates.nothing'",
    "why": "'own team'",
    "id": "id + 5000000",
    "seal": "seal + 1",
}
OF_A_SEAL = {
    "sealed_at": "'2026-01-01 10:00:00+00:00'",
    "row_count": "row_count + 1",
    "total": "total + 1",
    "marks": "replace(marks, ' ', '  0')",
    "previous": "CASE substr(previous, 1, 1) WHEN '0' THEN '1' ELSE '0' END || substr(previous, 2)",
    "key_id": "'0123456789abcdef'",
    "digest": "CASE substr(digest, 1, 1) WHEN '0' THEN '1' ELSE '0' END || substr(digest, 2)",
    "number": "number + 100000",
    "log": "'another'",
    "cleared_at, cleared_digest": "'2026-01-01 10:00:00+00:00', '00'",
}


def _rows(connection: Connection, condition: str = "seal IS NOT NULL") -> list[int]:
    return list(connection.execute(text(f"SELECT id FROM {LOG} WHERE {condition} ORDER BY id")).scalars())


def _change(column: str) -> Touch:
    def touch(connection: Connection, chance: random.Random, _numbers: list[int]) -> set[int]:
        row = chance.choice(_rows(connection))
        connection.execute(text(f"UPDATE {LOG} SET {column} = {CHANGES[column]} WHERE id = {row}"))
        return {row}

    return touch


def _change_seal(column: str) -> Touch:
    def touch(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
        number = chance.choice(numbers[1:])
        values = f"({column}) = ({OF_A_SEAL[column]})" if "," in column else f"{column} = {OF_A_SEAL[column]}"
        connection.execute(text(f"UPDATE log_seals SET {values} WHERE log = '{LOG}' AND number = {number}"))
        return set()

    return touch


def _delete(connection: Connection, chance: random.Random, _numbers: list[int]) -> set[int]:
    gone = set(chance.sample(_rows(connection), chance.choice((1, 1, 7))))
    connection.execute(text(f"DELETE FROM {LOG} WHERE id IN ({', '.join(map(str, gone))})"))
    return gone


def _insert(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
    """A copy of a row, in a seal that is there or in one that is not."""
    row, number = chance.choice(_rows(connection)), chance.choice([*numbers, max(numbers) + 1, 0])
    columns = "at, viewer_role, viewer_id, candidate_id, what, why"
    added = 7_000_000
    connection.execute(
        text(f"INSERT INTO {LOG} (id, {columns}, seal) SELECT {added}, {columns}, {number} FROM {LOG} WHERE id = {row}")
    )
    return {added}


def _take_out(connection: Connection, chance: random.Random, _numbers: list[int]) -> set[int]:
    row = chance.choice(_rows(connection))
    connection.execute(text(f"UPDATE {LOG} SET seal = NULL WHERE id = {row}"))
    return {row}


def _move(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
    target = chance.choice(numbers)
    row = chance.choice(_rows(connection, f"seal <> {target}"))
    connection.execute(text(f"UPDATE {LOG} SET seal = {target} WHERE id = {row}"))
    return {row}


def _swap(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
    """Two rows of a seal exchange their numbers."""
    number = chance.choice(numbers)
    one, other = chance.sample(_rows(connection, f"seal = {number}"), 2)
    for now, then in ((one, 9_000_000), (other, one), (9_000_000, other)):
        connection.execute(text(f"UPDATE {LOG} SET id = {then} WHERE id = {now}"))
    return {one, other}


def _delete_seal(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
    number = chance.choice(numbers)
    connection.execute(text(f"DELETE FROM log_seals WHERE log = '{LOG}' AND number = {number}"))
    return set()


def _delete_seal_with_rows(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
    number = chance.choice(numbers)
    connection.execute(text(f"DELETE FROM log_seals WHERE log = '{LOG}' AND number = {number}"))
    connection.execute(text(f"DELETE FROM {LOG} WHERE seal = {number}"))
    return set()


def _cut_front(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
    number = chance.choice(numbers[:-1])
    connection.execute(text(f"DELETE FROM log_seals WHERE log = '{LOG}' AND number <= {number}"))
    connection.execute(text(f"DELETE FROM {LOG} WHERE seal <= {number}"))
    return set()


def _cut_tail(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
    number = chance.choice(numbers)
    connection.execute(text(f"DELETE FROM log_seals WHERE log = '{LOG}' AND number >= {number}"))
    connection.execute(text(f"DELETE FROM {LOG} WHERE seal >= {number}"))
    return set()


def _old_copy(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
    """The tables as they were when a seal had just not been made: its rows there, not sealed; all later ones gone."""
    number = chance.choice(numbers)
    _cut_tail_of(connection, number + 1)
    connection.execute(text(f"UPDATE {LOG} SET seal = NULL WHERE seal = {number}"))
    connection.execute(text(f"DELETE FROM log_seals WHERE log = '{LOG}' AND number = {number}"))
    return set()


def _cut_tail_of(connection: Connection, number: int) -> None:
    connection.execute(text(f"DELETE FROM log_seals WHERE log = '{LOG}' AND number >= {number}"))
    connection.execute(text(f"DELETE FROM {LOG} WHERE seal >= {number}"))


def _old_copy_of_rows(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
    connection.execute(text(f"DELETE FROM {LOG} WHERE seal >= {chance.choice(numbers)}"))
    return set()


def _exchange_seals(connection: Connection, chance: random.Random, numbers: list[int]) -> set[int]:
    one, other = chance.sample(numbers, 2)
    for now, then in ((one, 900_000), (other, one), (900_000, other)):
        connection.execute(text(f"UPDATE log_seals SET number = {then} WHERE log = '{LOG}' AND number = {now}"))
        connection.execute(text(f"UPDATE {LOG} SET seal = {then} WHERE seal = {now}"))
    return set()


TOUCHES: dict[str, Touch] = {
    **{f"change {column}": _change(column) for column in CHANGES},
    **{f"change {column} of a seal": _change_seal(column) for column in OF_A_SEAL},
    "delete rows": _delete,
    "insert a row": _insert,
    "take a row out of its seal": _take_out,
    "move a row to another seal": _move,
    "exchange two rows": _swap,
    "delete a seal": _delete_seal,
    "delete a seal with its rows": _delete_seal_with_rows,
    "cut the front": _cut_front,
    "cut the tail": _cut_tail,
    "put an old copy back": _old_copy,
    "put an old copy of the rows back": _old_copy_of_rows,
    "exchange two seals": _exchange_seals,
}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with own_app(tmp_path_factory.mktemp("altered")) as app, app.app_context():
        yield app


def _all_found(rows: int, alterations: int) -> None:
    sealed(rows, 10)
    keep_copy()
    assert verified().is_whole
    numbers, chance = seals(), random.Random(SEED)
    kinds = [list(TOUCHES)[number % len(TOUCHES)] for number in range(alterations)]
    found, slowest = 0, 0.0
    for kind in kinds:
        with touching() as connection:
            touched = TOUCHES[kind](connection, chance, numbers)
        began = time.perf_counter()
        report = verified()
        slowest = max(slowest, time.perf_counter() - began)
        assert not report.is_whole, f"{kind} {touched} was not found"
        named = {int(one) for finding in report.findings for one in finding.ids}
        assert touched <= named, f"{kind}: {touched - named} not named in {[str(one) for one in report.findings]}"
        found += 1
        put_back()
    assert verified().is_whole
    print(f"{found} of {alterations} alterations of {rows} sealed rows found; slowest verification {slowest:.2f} s")


def test_every_kind_of_alteration_is_found(live: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 40)
    _all_found(400, len(TOUCHES))


@pytest.mark.slow
def test_a_hundred_alterations_of_ten_thousand_rows_are_found(live: Portal) -> None:
    with touching() as connection:
        _cut_tail_of(connection, 1)
    sealing.accept()
    db.session.rollback()
    _all_found(10_000, 100)


@pytest.mark.slow
def test_a_long_log_is_verified_in_little_memory(live: Portal) -> None:
    sealed(100_000, 100)
    began = time.perf_counter()
    verified()
    seconds = time.perf_counter() - began
    tracemalloc.start()
    report = verified()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.is_whole
    assert report.rows >= 100_000
    assert peak < 20_000_000
    print(f"{report.rows} rows verified in {seconds:.1f} s, at most {peak / 1e6:.1f} MB")
