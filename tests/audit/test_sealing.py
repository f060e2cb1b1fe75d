"""Sealing: beside those who write, by several at once, after a crash, with another key, and from a cleared front."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from config import BadConfig, Config
from portal.accounts.models import Team
from portal.audit import clearing, heads, sealing
from portal.audit.keeping import WroteOnLog, by_sealing
from portal.audit.models import AccessLogEntry, AuditEvent, LogSeal
from portal.audit.service import record
from portal.core import clock
from portal.core.actors import SYSTEM, Role
from portal.core.app import Portal
from portal.core.db import db, new_public_id
from portal.outbox.jobs import JOBS
from tests.audit.kit import LOG, sealed, seals, touching, verified, write
from tests.own_database import DATA_KEY, own_app

ROOT = Path(__file__).parent.parent.parent
ROW = {"viewer_role": Role.COACH, "viewer_id": 1, "candidate_id": 1, "what": "a page", "why": "a test"}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with own_app(tmp_path_factory.mktemp("sealed")) as app:
        yield app


@pytest.fixture
def live(installation: Portal) -> Iterator[Portal]:
    """An application that commits for real, with empty logs."""
    with installation.app_context():
        with touching() as connection:
            for table in (LOG, "audit_events", "log_seals"):
                connection.execute(text(f"DELETE FROM {table}"))
        for head in installation.config["PORTAL"].data_dir.glob("*.head.json"):
            head.unlink()
        yield installation
        db.session.rollback()


def _verify(app: Portal) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    return result.exit_code, result.output


def test_what_was_sealed_is_counted_and_whole(live: Portal) -> None:
    sealed(30, 3)
    write(4)
    code, words = _verify(live)
    assert code == 0
    assert "access_log: 30 sealed rows in 3 seals, 4 not sealed yet, all as they were sealed" in words
    assert "audit_events: 0 sealed rows in 0 seals, 0 not sealed yet" in words


def test_both_logs_are_sealed(live: Portal) -> None:
    record(SYSTEM, "test.verb", "thing", 7, count=3, public_id=new_public_id())
    db.session.commit()
    write(2)
    assert sealing.seal_all() == 3
    assert verified("audit_events").rows == 1
    with touching() as connection:
        connection.execute(text("UPDATE audit_events SET data = '{\"count\": 4}'"))
    [finding] = verified("audit_events").findings
    assert finding.what == "rows altered"
    assert verified(LOG).is_whole


def test_verify_ends_with_one_and_names_the_seal_and_the_row(live: Portal) -> None:
    sealed(30, 3)
    row = db.session.scalar(select(AccessLogEntry.id).where(AccessLogEntry.seal == 2).limit(1))
    with touching() as connection:
        connection.execute(text(f"DELETE FROM access_log WHERE id = {row}"))
    code, words = _verify(live)
    assert code == 1
    assert f"seal 2: 1 rows missing: {row}\n" in words


def test_a_batch_too_large_for_one_seal_takes_several(live: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 10)
    write(25)
    assert sealing.seal_all() == 25
    assert seals() == [1, 2, 3]
    assert verified().is_whole


def test_values_that_no_column_type_knows_are_reported_and_do_not_stop_it(live: Portal) -> None:
    """SQLite lets anything into any column; PostgreSQL is asked for what it lets in."""
    sealed(20, 2)
    odd = "'yesterday'" if db.engine.dialect.name == "sqlite" else "'infinity'"
    with touching() as connection:
        if odd == "'yesterday'":
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            connection.execute(
                text("UPDATE access_log SET at = 'yesterday', seal = 'x', viewer_role = 'x' WHERE id = 1")
            )
            connection.execute(text("UPDATE log_seals SET sealed_at = 'never', total = 'x' WHERE number = 2"))
            connection.execute(text("PRAGMA ignore_check_constraints = OFF"))
        else:
            connection.execute(text("UPDATE log_seals SET sealed_at = '1900-01-01', total = -1 WHERE number = 2"))
    assert not verified().is_whole


def test_the_worker_has_the_job(live: Portal) -> None:
    write(3)
    JOBS["audit.seal"].work()
    assert JOBS["audit.seal"].every <= timedelta(minutes=5)
    assert verified().rows == 3


# Several at once


def _run(people: list[threading.Thread]) -> None:
    for one in people:
        one.start()
    for one in people:
        one.join()


def test_readers_write_while_two_seal(live: Portal) -> None:
    """Four readers, each row a transaction of its own; two who seal until the readers are done."""
    each, done, trouble = 40, threading.Event(), list[BaseException]()

    def read(viewer: int) -> None:
        with live.app_context():
            for number in range(each):
                db.session.execute(insert(AccessLogEntry), [{**ROW, "viewer_id": viewer, "candidate_id": number}])
                db.session.commit()

    def seal() -> None:
        with live.app_context():
            while not done.is_set():
                try:
                    sealing.seal_all()
                except (SQLAlchemyError, RuntimeError, sealing.HeadDiffers) as error:
                    trouble.append(error)
                    return

    sealers = [threading.Thread(target=seal) for _one in range(2)]
    readers = [threading.Thread(target=read, args=(number,)) for number in range(1, 5)]
    for one in sealers:
        one.start()
    _run(readers)
    done.set()
    for one in sealers:
        one.join()
    assert trouble == []
    sealing.seal_all()
    report = verified()
    assert (report.rows, report.unsealed, report.findings) == (4 * each, 0, [])
    assert report.seals > 1
    assert seals() == list(range(1, report.seals + 1))


def test_two_processes_seal_one_log(live: Portal) -> None:
    write(900)
    config = live.config["PORTAL"]
    env = {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "DATA_DIR": str(config.data_dir),
        "SECRET_KEY": config.secret_key,
        "DATA_KEYS": ",".join(config.data_keys),
        "MAIL_SENDER": "sender@portal.example",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "audit", "seal"]
    both = [subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _one in range(2)]
    write(100, first=900)
    said = [one.communicate(timeout=120)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sum(int(words.split()[0]) for words in said) >= 900
    sealing.seal_all()
    assert verified().rows == 1000
    assert verified().is_whole


def test_of_two_seals_with_one_number_one_is_made(live: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has read the same last seal and the same rows when the first commits."""
    write(5)
    made = sealing._made

    def slow(*args: object) -> LogSeal:
        seal = made(*args)  # type: ignore[arg-type]  # the same arguments
        monkeypatch.setattr(sealing, "_made", made)
        db.session.rollback()  # lets the other one in, on SQLite too
        other = threading.Thread(target=_seal_elsewhere, args=(live,))
        other.start()
        other.join()
        return seal

    monkeypatch.setattr(sealing, "_made", slow)
    assert sealing.seal_all() == 0
    assert seals() == [1]
    assert verified().is_whole


def _seal_elsewhere(app: Portal) -> None:
    with app.app_context():
        assert sealing.seal_all() == 5


def test_a_row_that_is_committed_late_comes_into_a_later_seal(live: Portal) -> None:
    if db.engine.dialect.name == "sqlite":
        write(1)  # SQLite lets nobody begin before the first is done: there is no late one
        assert sealing.seal_all() == 1
    else:
        with db.engine.connect() as slow:
            slow.execute(insert(AccessLogEntry), [ROW])
            write(1)
            assert sealing.seal_all() == 1
            slow.commit()
    if db.engine.dialect.name == "sqlite":
        write(1)
    assert sealing.seal_all() == 1
    rows = db.session.execute(select(AccessLogEntry.id, AccessLogEntry.seal).order_by(AccessLogEntry.id)).all()
    assert sorted(row.seal for row in rows) == [1, 2]
    if db.engine.dialect.name == "postgresql":
        assert [row.seal for row in rows] == [2, 1]
    assert verified().is_whole


# The head outside the database


def test_a_crash_between_the_commit_and_the_file_does_no_harm(live: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(20, 2)
    write(5)
    advance = heads.advance

    def crash(log: str, head: heads.Head) -> None:
        if head.number == 3:
            raise KeyboardInterrupt
        advance(log, head)

    monkeypatch.setattr(heads, "advance", crash)
    with pytest.raises(KeyboardInterrupt):
        sealing.seal_all()
    monkeypatch.undo()
    head = heads.read(LOG)
    assert head is not None
    assert head.number == 2
    assert verified().is_whole
    write(5)
    sealing.seal_all()
    head = heads.read(LOG)
    assert head is not None
    assert (head.number, head.total) == (4, 30)
    assert verified().is_whole


def test_the_file_is_the_owners_alone_and_never_goes_back(live: Portal) -> None:
    sealed(20, 2)
    newest = heads.read(LOG)
    assert newest is not None
    heads.advance(LOG, heads.Head(1, "0" * 64, 10))
    assert heads.read(LOG) == newest
    assert heads.file_of(LOG).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", ["cut", "gone", "damaged", "another"])
def test_nothing_is_sealed_over_a_trace_until_somebody_accepts_it(live: Portal, damage: str) -> None:
    sealed(30, 3)
    file = heads.file_of(LOG)
    if damage == "cut":
        with touching() as connection:
            connection.execute(text("DELETE FROM access_log WHERE seal = 3"))
            connection.execute(text("DELETE FROM log_seals WHERE number = 3"))
    elif damage == "gone":
        file.unlink()
    elif damage == "damaged":
        file.write_text("{")
    else:
        heads.replace(LOG, heads.Head(3, "0" * 64, 30))
    write(5)
    with pytest.raises(sealing.HeadDiffers):
        sealing.seal_all()
    db.session.rollback()
    assert not verified().is_whole
    runner = live.test_cli_runner()
    assert runner.invoke(args=["audit", "seal"]).exit_code == 1
    assert "goes on from seal" in runner.invoke(args=["audit", "accept"]).output
    assert runner.invoke(args=["audit", "seal"]).output == "6 rows sealed\n"  # what was accepted is logged as well
    assert _verify(live)[0] == 0
    [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "audit.accept"))
    assert event.data["kind"] == LOG
    assert "Nothing to accept" in runner.invoke(args=["audit", "accept"]).output


# Keys


def _with(app: Portal, monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    config = app.config["PORTAL"]
    values = {
        name: getattr(config, name) for name in ("data_dir", "database_url", "secret_key", "data_keys", "audit_key")
    }
    monkeypatch.setitem(app.config, "PORTAL", Config(**{**values, **settings}))


def test_another_key_is_told_and_the_old_one_beside_it_verifies(live: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    old = "o" * 40
    _with(live, monkeypatch, secret_key=old)
    sealed(20, 2)
    _with(live, monkeypatch, secret_key="n" * 40)
    code, words = _verify(live)
    assert code == 1
    assert "which AUDIT_KEY does not hold: not verified" in words
    _with(live, monkeypatch, audit_key=f"{'a' * 40}, {old}")
    write(5)
    sealing.seal_all()
    assert _verify(live)[0] == 0
    assert len(set(db.session.scalars(select(LogSeal.key_id)))) == 2


def test_a_key_of_its_own_can_be_set_later(live: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(20, 2)
    _with(live, monkeypatch, audit_key="a" * 40)
    write(5)
    sealing.seal_all()
    assert _verify(live)[0] == 0


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    env = {
        "SECRET_KEY": "s" * 40,
        "DATA_KEYS": DATA_KEY,
        "MAIL_SENDER": "a@portal.example",
        "DATA_DIR": str(tmp_path),
    }
    assert Config.from_environ({**env, "AUDIT_KEY": "k" * 32}).audit_key == "k" * 32
    with pytest.raises(BadConfig, match="AUDIT_KEY"):
        Config.from_environ({**env, "AUDIT_KEY": "k" * 32 + ",short"})


# Retention


def _aged(days: int, rows: int, batches: int) -> None:
    with time_machine.travel(clock.now() - timedelta(days=days), tick=False):
        sealed(rows, batches)


def test_whole_old_seals_are_cleared_from_the_front_and_the_rest_verifies(live: Portal) -> None:
    _aged(400, 30, 3)
    _aged(200, 20, 2)
    year = clock.now() - timedelta(days=365)
    assert clearing.clearable(LOG, year) == 30
    assert clearing.clear(LOG, year, seals=2) == 20
    db.session.commit()
    assert verified().is_whole
    assert clearing.clear(LOG, year) == 10
    assert clearing.clear(LOG, year) == 0
    db.session.commit()
    sealing.seal_all()
    report = verified()
    assert (report.rows, report.findings) == (20, [])
    assert seals() == [3, 4, 5]
    write(5)
    sealing.seal_all()
    assert verified().is_whole
    assert clearing.clear(LOG, clock.now() + timedelta(days=1)) == 25
    db.session.commit()
    write(5)
    sealing.seal_all()
    assert verified().rows == 5
    assert verified().is_whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_seals SET cleared_at = '2026-01-01 10:00:00+00:00' WHERE number = 2",
        "UPDATE log_seals SET cleared_digest = '00' WHERE number = 2",
        "UPDATE log_seals SET cleared_at = NULL, cleared_digest = NULL WHERE number = 2",
        "DELETE FROM log_seals WHERE number = 2",
        "DELETE FROM log_seals WHERE number <= 3",
        "UPDATE access_log SET seal = 2 WHERE seal = 3",
    ],
)
def test_nobody_else_clears(live: Portal, statement: str) -> None:
    _aged(400, 20, 2)
    sealed(20, 2)
    clearing.clear(LOG, clock.now() - timedelta(days=365))
    db.session.commit()
    assert verified().is_whole
    with touching() as connection:
        connection.execute(text(statement))
    assert not verified().is_whole


def test_the_note_of_one_clearing_does_not_serve_another_seal(live: Portal) -> None:
    _aged(400, 20, 2)
    sealed(20, 2)
    clearing.clear(LOG, clock.now() - timedelta(days=365))
    db.session.commit()
    with touching() as connection:
        note = connection.execute(text("SELECT cleared_at, cleared_digest FROM log_seals WHERE number = 2")).one()
        connection.execute(
            text("UPDATE log_seals SET cleared_at = :at, cleared_digest = :it WHERE number = 3"),
            {"at": note.cleared_at, "it": note.cleared_digest},
        )
        connection.execute(text("DELETE FROM log_seals WHERE number = 2"))
        connection.execute(text("DELETE FROM access_log WHERE seal = 3"))
    assert not verified().is_whole


def test_a_seal_of_a_lost_key_is_not_cleared(live: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    _aged(400, 20, 2)
    _with(live, monkeypatch, secret_key="n" * 40)
    with pytest.raises(clearing.KeyMissing):
        clearing.clear(LOG, clock.now() - timedelta(days=365))


# Nobody else changes a log

CHANGES = [
    "UPDATE access_log SET what = 'nothing'",
    'UPDATE "access_log" SET seal = 1',
    "DELETE FROM access_log",
    "delete\n from audit_events where id = 1",
    "UPDATE audit_events SET data = '{}'",
    "DELETE FROM log_seals",
    "UPDATE log_seals SET total = 0",
    "INSERT OR REPLACE INTO access_log (id) VALUES (1)",
    "REPLACE INTO access_log (id) VALUES (1)",
    "INSERT INTO access_log (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET what = 'x'",
    "WITH them AS (SELECT 1) DELETE FROM access_log",
    "TRUNCATE access_log",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_code_that_changes_a_log_is_stopped(live: Portal, statement: str) -> None:
    with pytest.raises(WroteOnLog):
        db.session.execute(text(statement))
    db.session.rollback()


def test_the_orm_is_stopped_too(live: Portal) -> None:
    record(SYSTEM, "test.verb", "thing", 7)
    db.session.commit()
    event = db.session.scalars(select(AuditEvent)).one()
    event.verb = "another.verb"
    with pytest.raises(WroteOnLog):
        db.session.flush()
    db.session.rollback()
    db.session.delete(db.session.scalars(select(AuditEvent)).one())
    with pytest.raises(WroteOnLog):
        db.session.flush()
    db.session.rollback()


def test_other_tables_and_rows_that_are_added_pass(live: Portal) -> None:
    team = Team(name="Changed")
    db.session.add(team)
    db.session.flush()
    team.name = "Changed again"
    db.session.flush()
    db.session.delete(team)
    db.session.flush()
    write(1)
    assert db.session.scalar(select(func.count(AccessLogEntry.id))) == 1
    with by_sealing():
        db.session.execute(text("UPDATE access_log SET seal = NULL"))
    db.session.rollback()
