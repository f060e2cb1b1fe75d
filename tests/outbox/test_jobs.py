"""What the worker does by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.audit.service import record
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.app import Portal
from portal.core.db import db
from portal.outbox import jobs
from portal.outbox.jobs import job, run_due
from portal.outbox.models import WorkerHeartbeat

HOUR = timedelta(hours=1)


def events() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.verb == "test.job")) or 0


def log_it() -> None:
    record(SYSTEM, "test.job", "test", 1)


def test_a_job_runs_once_an_interval_and_is_committed(app: Portal) -> None:
    job("test.log", HOUR)(log_it)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        assert run_due() == ["test.log"]
        db.session.rollback()
        assert events() == 1
        traveller.shift(HOUR - timedelta(seconds=1))
        assert run_due() == []
        traveller.shift(timedelta(seconds=1))
        assert run_due() == ["test.log"]
    assert events() == 2


def test_a_job_that_fails_is_undone_tried_again_and_stops_no_other(
    app: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    broken = True

    def fail_at_first() -> None:
        log_it()
        if broken:
            raise RuntimeError("words of somebody")

    job("test.broken", HOUR)(fail_at_first)
    job("test.well", HOUR)(lambda: None)
    assert run_due() == ["test.well"]
    assert events() == 0
    assert "job test.broken failed: RuntimeError at " in caplog.text
    assert "words of somebody" not in caplog.text
    broken = False
    assert run_due() == ["test.broken"]
    assert events() == 1


def test_a_job_that_leaves_the_database_in_error_stops_no_other(app: Portal) -> None:
    def break_the_transaction() -> None:
        db.session.add(WorkerHeartbeat(name="twice"))
        db.session.add(WorkerHeartbeat(name="twice"))
        db.session.flush()

    job("test.broken", HOUR)(break_the_transaction)
    job("test.well", HOUR)(log_it)
    assert run_due() == ["test.well"]
    assert events() == 1


def test_another_worker_that_was_quicker_leaves_nothing_to_do(app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """It moved the mark after this one had read it."""
    job("test.log", HOUR)(log_it)
    run_due()
    with time_machine.travel(clock.now() + HOUR, tick=False) as traveller:
        read_at = clock.now()
        jobs.beat("job:test.log")
        traveller.move_to(read_at - timedelta(microseconds=1))
        assert run_due() == []
    assert events() == 1


def test_a_beat_is_one_row_a_name(app: Portal) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        jobs.beat("worker")
        traveller.shift(HOUR)
        jobs.beat("worker")
        (row,) = db.session.scalars(select(WorkerHeartbeat).where(WorkerHeartbeat.name == "worker"))
        assert row.beat_at == clock.now()
