"""The list outside the database: a restored backup revives nobody, and no byte of an erased person is left."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import false, select, type_coerce
from sqlalchemy.types import NullType

from config import BadConfig
from portal.accounts.models import User
from portal.candidates import service as candidates_service
from portal.candidates.models import Candidate, Consent
from portal.core.actors import SYSTEM, Role
from portal.core.app import Portal
from portal.core.db import db
from portal.employers.queries import actor_of
from portal.outbox import jobs, worker
from portal.outbox.models import Notification, SendState
from portal.privacy import erasing, sweep, tombstones
from portal.privacy import jobs as privacy_jobs
from portal.privacy.owned import rows_of
from portal.privacy.reapply import Again, reapply
from portal.privacy.tombstones import Gone, line
from portal.proposals import service as proposals_service
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from tests.factories import accounts, candidates, employers, proposals
from tests.outbox.installation import ROOT
from tests.own_database import DATA_KEY, made, own_app
from tests.privacy.kit import CANARIES, end_work, full_story, on

LONG_AGO = date(2023, 1, 10)  # all of its two years have passed, whenever this runs


@pytest.fixture
def in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is a file, whichever the other tests run on: it is its bytes that are copied and read."""
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)


def _listed() -> list[str]:
    return tombstones.path().read_text(encoding="ascii").splitlines()[1:]


# The list


def test_the_list_holds_no_names_and_no_ids(app: Portal) -> None:
    candidate = candidates.candidate(coach=accounts.coach())
    public_id = candidate.public_id
    before = set(tombstones.read())
    erasing.erase_candidate(SYSTEM, candidate.id, reason="period")
    db.session.commit()
    [added] = set(tombstones.read()) - before
    assert added == line(Gone.CANDIDATE, public_id)
    assert public_id not in tombstones.path().read_text()
    assert tombstones.path().stat().st_mode & 0o077 == 0


def test_what_is_rolled_back_is_not_on_the_list(app: Portal) -> None:
    candidate = candidates.candidate(coach=accounts.coach())
    db.session.commit()
    wanted = line(Gone.CANDIDATE, candidate.public_id)
    erasing.erase_candidate(SYSTEM, candidate.id, reason="period")
    assert wanted not in tombstones.read()
    db.session.rollback()
    candidates_service.refer(  # another transaction commits
        actor_of(accounts.coach()), candidates_service.IdentityValues(first_name="A", last_name="B")
    )
    db.session.commit()
    assert wanted not in tombstones.read()
    assert db.session.get(Candidate, candidate.id) is not None


def test_the_line_is_on_the_disk_before_the_commit(app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the list cannot be written, nothing is erased."""
    candidate = candidates.candidate(coach=accounts.coach())
    db.session.commit()
    who = candidate.id

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("portal.privacy.tombstones.os.fsync", full)
    erasing.erase_candidate(SYSTEM, who, reason="period")
    with pytest.raises(OSError, match="No space"):
        db.session.commit()
    db.session.rollback()
    assert db.session.get(Candidate, who) is not None


def test_a_line_cut_short_is_passed_over_and_the_next_begins_anew(tmp_path: Path) -> None:
    app = made(tmp_path, f"sqlite:///{tmp_path / 'unused.db'}")
    with app.app_context():
        tombstones.append([line(Gone.CANDIDATE, "a" * 32)])
        with tombstones.path().open("a", encoding="ascii") as file:
            file.write("candidate 0123")
        tombstones.append([line(Gone.USER, "b" * 32), line(Gone.CANDIDATE, "a" * 32)])
        found = tombstones.read()
        assert {line(Gone.CANDIDATE, "a" * 32), line(Gone.USER, "b" * 32)} <= found
        assert len(_listed()) == 3


def test_under_another_key_the_portal_does_not_start(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'unused.db'}"
    old = made(tmp_path, url)
    with old.app_context():
        tombstones.append([line(Gone.CANDIDATE, "a" * 32)])
        known = tombstones.read()
    changed = "another key for the sessions, long enough too"
    with pytest.raises(BadConfig, match="ERASED_LIST_KEY"):
        made(tmp_path, url, secret_key=changed)
    again = made(tmp_path, url, secret_key=changed, erased_list_key=old.config["SECRET_KEY"])
    with again.app_context():
        assert tombstones.read() == known


# A restored backup


def _copy(source: Path, target: Path) -> None:
    """As SQLite's own backup does it: whole, whatever is written meanwhile."""
    with sqlite3.connect(source) as here, sqlite3.connect(target) as there:
        here.backup(there)


@pytest.mark.either_database
def test_a_restored_backup_revives_nobody(in_a_file: None, tmp_path: Path) -> None:
    with own_app(tmp_path) as app:
        file = tmp_path / "own.db"
        with app.app_context():
            gone, staying = full_story(), proposals.story(ProposalState.PROPOSED)
            back = proposals.story(ProposalState.DISCLOSED)
            user = employers.employer_user(employers.employer())
            user.name = "Bortglomd Person"
            db.session.commit()
            ids = gone.candidate.id, staying.proposal.id, back.proposal.id, user.id
            db.session.remove()
            db.engine.dispose()
        _copy(file, tmp_path / "backup.db")
        with app.app_context():
            proposals_service.withdraw(back.actor(Role.COACH), proposals.queries.load(ids[2]))
            db.session.commit()
            erasing.erase_candidate(SYSTEM, ids[0], reason="request")
            erasing.erase_user(SYSTEM, ids[3], reason="period")
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        gc.collect()  # a program that has ended holds no connection: what the tests' process forgot is closed
        for leftover in ("own.db-wal", "own.db-shm"):
            (tmp_path / leftover).unlink(missing_ok=True)
        shutil.copy(tmp_path / "backup.db", file)

    restored = made(tmp_path, f"sqlite:///{file}")
    with restored.app_context():
        assert db.session.get(Candidate, ids[0]) is not None  # the backup does hold the person
        waiting = db.session.scalars(select(Notification.id).where(Notification.state == SendState.QUEUED)).all()
        assert waiting
        db.session.remove()
    answer = restored.test_client().get("/")  # anybody's first page
    assert answer.status_code == 200
    with restored.app_context():
        assert db.session.get(Candidate, ids[0]) is None
        assert db.session.get_one(User, ids[3]).name == erasing.NOBODY
        withdrawn = db.session.get_one(Proposal, ids[2])
        assert withdrawn.state is ProposalState.WITHDRAWN
        consents = db.session.scalars(select(Consent).where(Consent.opening_id == withdrawn.opening_id)).all()
        assert [one for one in consents if one.withdrawn_at is None] == []
        assert db.session.get_one(Proposal, ids[1]).state is ProposalState.PROPOSED
        left = db.session.scalars(
            select(Notification).where(
                Notification.state.in_((SendState.QUEUED, SendState.SENDING)),
                Notification.about_type == "proposal",
                Notification.about_id == ids[2],
            )
        ).all()
        assert left == []
        assert not reapply().any
        db.session.remove()
        db.engine.dispose()


def test_the_worker_does_it_before_its_first_mail(app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(privacy_jobs, "reapply", lambda: order.append("again"))
    monkeypatch.setattr(worker, "drain", lambda *_args: Counter(order.append("mail") or []))
    monkeypatch.setattr(jobs, "run_due", lambda: order.append("jobs") or [])
    worker.run_once(threading.Event())
    assert order == ["again", "jobs", "mail"]

    def fails() -> None:
        raise RuntimeError("the list cannot be read")

    order.clear()
    monkeypatch.setattr(privacy_jobs, "reapply", fails)
    with pytest.raises(RuntimeError):
        worker.run_once(threading.Event())
    assert order == []


def test_nothing_is_done_while_the_list_is_empty(tmp_path: Path) -> None:
    app = made(tmp_path, f"sqlite:///{tmp_path / 'no-tables.db'}")
    with app.app_context():
        assert reapply() == Again()


# The bytes


def _as_stored(candidate_id: int) -> set[bytes]:
    """What only this candidate's rows hold, as the file has it: encrypted texts, random ids, digests, mails' ids."""
    owned = rows_of([candidate_id])
    theirs, others = set(), set()
    for table in db.metadata.sorted_tables:
        columns = [type_coerce(column, NullType()) for column in table.columns]
        condition = owned.get(table)
        for row in db.session.execute(select(*columns).where(condition if condition is not None else false())):
            theirs.update(value for value in row if isinstance(value, str) and len(value) >= 20)
        rest = select(*columns) if condition is None else select(*columns).where(~condition)
        for row in db.session.execute(rest):
            others.update(value for value in row if isinstance(value, str))
    return {value.encode() for value in theirs if not any(value in other for other in others)}


def _found_in(folder: Path, words: set[bytes]) -> dict[str, list[bytes]]:
    """By file: which of the words its bytes hold."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if hits := [word for word in words if word[:200] in content]:
                found[path.name] = hits
    return found


@pytest.mark.either_database
def test_no_byte_of_an_erased_candidate_is_left_in_the_data_directory(in_a_file: None, tmp_path: Path) -> None:
    with own_app(tmp_path) as app, app.app_context():
        story = full_story()
        for _number in range(3):  # pages between which rows move
            proposals.story(ProposalState.HIRED)
        who = story.candidate.id
        end_work(db.session.get_one(Candidate, who))
        stored = _as_stored(who)
        db.session.remove()
        assert len(stored) > 60
        # long texts spill over pages: all but a few are found in one piece, so the search can find
        assert len({word for hits in _found_in(tmp_path, stored).values() for word in hits}) > 60
        erasing.erase_candidate(SYSTEM, who, reason="period")
        db.session.commit()
        db.session.remove()
        assert sweep.sweep()
        words = stored | {word.encode() for word in CANARIES.values()}
        assert _found_in(tmp_path, words) == {}


# Killed in the middle

_KILLED = """
import os, signal
from portal import create_app
from portal.core.db import db
from portal.privacy import purge
app = create_app()
with app.app_context():
    for number, _done in enumerate(purge.run(batch=2)):
        if number == int(os.environ["KILL_AFTER"]):
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("after", [0, 2])
def test_a_purge_that_is_killed_goes_on_where_it_was(tmp_path: Path, after: int) -> None:
    with own_app(tmp_path) as app:
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        with app.app_context():
            with on(LONG_AGO):
                coach = accounts.coach()
                accounts.administrator()
                for _one in range(7):
                    candidates.candidate(coach=coach)
                db.session.commit()
            with on(LONG_AGO + timedelta(days=700)):
                assert app.test_cli_runner().invoke(args=["privacy", "purge"]).exit_code == 0
            db.session.remove()
            db.engine.dispose()
        environ = {
            **os.environ,
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": url,
            "SECRET_KEY": app.config["SECRET_KEY"],
            "DATA_KEYS": DATA_KEY,
            "MAIL_SENDER": "a@portal.example",
            "KILL_AFTER": str(after),
        }
        done = subprocess.run([sys.executable, "-c", _KILLED], cwd=ROOT, env=environ, check=False)
        assert done.returncode == -signal.SIGKILL
        with app.app_context():
            left = len(db.session.scalars(select(Candidate.id)).all())
            assert left == 7 - 2 * (after + 1)
            assert len(_listed()) == 7 - left
            db.session.remove()
            said = app.test_cli_runner().invoke(args=["privacy", "purge", "--batch", "2"])
            assert said.exit_code == 0, said.output
            assert db.session.scalars(select(Candidate.id)).all() == []
            assert len([one for one in _listed() if one.startswith("candidate ")]) == 7
