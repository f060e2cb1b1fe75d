"""Keys: what a wrong one does, and how everything is brought under a new one."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask.testing import FlaskClient
from sqlalchemy import Text, select, text, type_coerce

from config import BadConfig, Config
from portal.accounts.models import User
from portal.candidates import queries
from portal.candidates.models import Candidate, Identity, Note
from portal.core import rotation
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.encryption import EXTENSION
from portal.core.keys import Keyring, Unreadable, new_key
from portal.employers.queries import actor_of
from tests.factories import accounts, candidates
from tests.own_database import DATA_KEY, made

PEOPLE = 7
NEW = new_key()
ROOT = Path(__file__).parents[2]


class Keys:
    """The keys of the running application, as a restart with another DATA_KEYS would change them."""

    def __init__(self, app: Portal, patch: pytest.MonkeyPatch) -> None:
        self._app, self._patch = app, patch

    def become(self, *keys: str) -> None:
        db.session.commit()
        db.session.expunge_all()
        self._patch.setitem(self._app.extensions, EXTENSION, Keyring(keys))


@pytest.fixture
def keys(app: Portal, monkeypatch: pytest.MonkeyPatch) -> Keys:
    return Keys(app, monkeypatch)


@pytest.fixture
def coach(app: Portal) -> User:
    """A coach with a caseload, each with a note."""
    user = accounts.coach()
    for number in range(PEOPLE):
        row = candidates.candidate(coach=user)
        db.session.add(Note(candidate_id=row.id, author_id=user.id, text=f"Note {number} with åäö"))
    db.session.commit()
    return user


def run(app: Portal, *words: str) -> tuple[int, str]:
    """A command's exit code and all that it printed."""
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["encryption", *words])
    db.session.expire_all()
    return result.exit_code, result.output


def held() -> list[str]:
    """The notes and the last names as the database holds them."""
    notes = db.session.scalars(select(type_coerce(Note.__table__.c.text, Text)).order_by(Note.id))
    names = select(type_coerce(Identity.__table__.c.last_name, Text)).order_by(Identity.candidate_id)
    return [*notes, *db.session.scalars(names)]


def plain() -> list[str]:
    """The same, read."""
    notes = db.session.scalars(select(Note.text).order_by(Note.id))
    return [*notes, *db.session.scalars(select(Identity.last_name).order_by(Identity.candidate_id))]


def under(key: str) -> int:
    """How many of ``held`` a key alone opens."""
    ring = Keyring([key])
    opened = 0
    for token in held():
        try:
            ring.decrypt(token)
        except Unreadable:
            continue
        opened += 1
    return opened


def test_after_rotating_the_old_key_can_be_dropped(app: Portal, coach: User, keys: Keys) -> None:
    before = plain()
    assert before[0] == "Note 0 with åäö"
    keys.become(NEW, DATA_KEY)
    assert plain() == before
    code, said = run(app, "rotate")
    assert code == 0, said
    assert f"candidate_notes: {PEOPLE} values" in said
    assert said.endswith("The other keys of DATA_KEYS can be dropped.\n")
    keys.become(NEW)
    assert plain() == before
    assert under(DATA_KEY) == 0
    code, said = run(app, "rotate")
    assert code == 0
    assert "candidate_notes: 0 values" in said


def test_a_rotation_that_was_killed_midway_goes_on(
    app: Portal, coach: User, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = plain()
    keys.become(NEW, DATA_KEY)
    renew, left = rotation._renew, iter(range(5))

    def dies(*given: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        renew(*given)

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "BATCH_ROWS", 2)
        patch.setattr(rotation, "_renew", dies)
        code, _said = run(app, "rotate")
        assert code != 0
    db.session.rollback()
    assert 0 < under(NEW) < len(before)
    assert under(NEW) + under(DATA_KEY) == len(before)
    assert plain() == before, "half under one key and half under the other is readable"
    assert run(app, "rotate")[0] == 0
    keys.become(NEW)
    assert plain() == before


@pytest.mark.parametrize("batch", [1, 3, PEOPLE, 100])
def test_no_row_is_left_out_at_the_edge_of_a_batch(
    app: Portal, coach: User, keys: Keys, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH_ROWS", batch)
    keys.become(NEW, DATA_KEY)
    assert run(app, "rotate")[0] == 0
    assert under(NEW) == len(held())


def test_what_somebody_writes_meanwhile_is_not_overwritten(
    app: Portal, coach: User, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.become(NEW, DATA_KEY)
    theirs = Keyring([DATA_KEY]).encrypt("Written meanwhile")
    renewed = Keyring.renewed

    def while_others_write(ring: Keyring, token: str) -> str | None:
        if ring.decrypt(token) == "Note 3 with åäö":
            db.session.execute(
                text("UPDATE candidate_notes SET text = :new WHERE text = :old"), {"new": theirs, "old": token}
            )
        return renewed(ring, token)

    with monkeypatch.context() as patch:
        patch.setattr(Keyring, "renewed", while_others_write)
        code, said = run(app, "rotate")
    assert code == 1
    assert "Run this again" in said
    assert "Written meanwhile" in plain()
    assert run(app, "rotate")[0] == 0
    keys.become(NEW)
    assert "Written meanwhile" in plain()


def test_the_version_of_a_row_stays_so_that_an_open_form_is_not_refused(app: Portal, coach: User, keys: Keys) -> None:
    versions = select(Identity.version).order_by(Identity.candidate_id)
    before = db.session.scalars(versions).all()
    keys.become(NEW, DATA_KEY)
    assert run(app, "rotate")[0] == 0
    assert db.session.scalars(versions).all() == before


# The wrong key


def test_without_its_key_nothing_is_read(app: Portal, coach: User, keys: Keys) -> None:
    keys.become(NEW)
    with pytest.raises(Unreadable):
        plain()
    code, said = run(app, "rotate")
    assert code == 1
    assert f"candidate_notes.text: {PEOPLE} values that none of the keys open" in said
    assert "Error: Something in the database was written with a key that DATA_KEYS does not hold." in said
    assert "can be dropped" not in said
    assert not any(token in said for token in held())


def test_a_page_without_the_key_breaks_and_shows_nothing(
    app: Portal, coach: User, keys: Keys, client_for: Callable[[User], FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    candidate = db.session.scalars(select(Candidate).where(Candidate.coach_id == coach.id)).first()
    assert candidate is not None
    address = f"/candidates/{candidate.public_id}"
    browser = client_for(coach)
    assert browser.get(address).status_code == 200
    keys.become(NEW)
    answer = browser.get(address)
    assert answer.status_code == 500
    assert "gAAAA" not in answer.text + caplog.text
    assert "DATA_KEYS" in caplog.text


@pytest.mark.parametrize("stored", ["Lindström", "gAAAAAB", "x" * 200])
def test_a_plain_text_where_a_token_belongs_is_refused(app: Portal, coach: User, stored: str) -> None:
    db.session.execute(text("UPDATE identities SET nickname = :plain"), {"plain": stored})
    with pytest.raises(Unreadable):
        db.session.scalars(select(Identity.nickname)).all()


def test_an_altered_token_is_refused() -> None:
    ring = Keyring([DATA_KEY])
    token = ring.encrypt("Koskela")
    assert ring.decrypt(token) == "Koskela"
    for place in range(12, len(token) - 2, 7):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(Unreadable):
            ring.decrypt(changed)


def test_two_applications_in_one_process_have_each_their_keys(app: Portal, coach: User, tmp_path: Path) -> None:
    other = made(tmp_path, f"sqlite:///{tmp_path / 'other.db'}", data_keys=(NEW,))
    kind = Note.__table__.c.text.type
    dialect = db.engine.dialect
    mine = kind.process_bind_param("Koskela", dialect)
    with other.app_context():
        theirs = kind.process_bind_param("Koskela", dialect)
        assert kind.process_result_value(theirs, dialect) == "Koskela"
        with pytest.raises(Unreadable):
            kind.process_result_value(mine, dialect)
    assert kind.process_result_value(mine, dialect) == "Koskela"


# Settings


def _config(folder: Path, **environ: str) -> Config:
    given = {"DATA_DIR": str(folder), "SECRET_KEY": "x" * 40, "MAIL_SENDER": "a@b.example", "DATA_KEYS": DATA_KEY}
    return Config.from_environ({**given, **environ})


@pytest.mark.parametrize("text", ["", " , ", "short", DATA_KEY[:-2], f"{DATA_KEY},short", "å" * 44])
@pytest.mark.parametrize("demo", ["", "1"])
def test_bad_keys_are_refused_with_a_sentence_that_does_not_repeat_them(tmp_path: Path, text: str, demo: str) -> None:
    with pytest.raises(BadConfig, match=r"^Set DATA_KEYS to a key") as refused:
        _config(tmp_path, DATA_KEYS=text, PORTAL_DEMO=demo)
    assert DATA_KEY not in str(refused.value)


def test_keys_are_read_in_their_order(tmp_path: Path) -> None:
    assert _config(tmp_path, DATA_KEYS=f" {NEW} ,{DATA_KEY},").data_keys == (NEW, DATA_KEY)


def test_a_new_key_is_printed_by_a_command_and_without_any_setting(app: Portal) -> None:
    code, said = run(app, "new-key")
    program = [sys.executable, "-m", "portal.core.keys"]
    alone = subprocess.run(program, cwd=ROOT, env={}, capture_output=True, text=True, check=True).stdout
    assert code == 0
    assert said != alone
    for key in (said, alone):
        assert Fernet(key.strip())


# Cost


def test_the_names_of_a_hundred_candidates_are_read_in_milliseconds(app: Portal) -> None:
    coach = accounts.coach()
    people = [candidates.candidate(coach=coach).id for _ in range(100)]
    db.session.commit()
    actor = actor_of(coach)
    assert actor.role is Role.COACH
    tries = []
    for _ in range(3):
        began = time.process_time()
        assert len(queries.names(actor, people, "test")) == 100
        tries.append(time.process_time() - began)
    assert min(tries) < 0.05
