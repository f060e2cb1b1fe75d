"""What every test stands on: a migrated database, a session that is rolled back, and a client per person.

``TEST_DATABASE_URL`` unset: SQLite in a temporary file. Set: PostgreSQL, one database a test process.
"""

from __future__ import annotations

import contextvars
import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select
from werkzeug.test import TestResponse
from xdist.scheduler import LoadGroupScheduling

from config import Config
from portal import create_app
from portal.accounts.models import User
from portal.core.app import Portal
from portal.core.db import db
from portal.outbox.models import Notification
from tests import postgres
from tests.own_database import DATA_KEY

SECRET = "only for tests, and long enough to be taken for one"

# The collector looks at all that the application loaded again and again, and takes an eighth of the run for it.
gc.set_threshold(100_000, 50, 100)

# What costs so much to set up that one test process runs all of it.
TOGETHER = ("tests/journeys/", "tests/demo/test_county.py", "tests/core/test_at_rest.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadGroupScheduling | None:
    """Keep the tests of a group together by their path: xdist 3.8's own mark for it does nothing on pytest 9.2."""

    class Together(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((place for place in TOGETHER if nodeid.startswith(place)), super()._split_scope(nodeid))

    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None


COLLECTED = pytest.StashKey[set[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Remember what there is to run, before markers take some of it away: tests, with and without parameters, files."""
    names = {item.nodeid.replace("[chromium-", "[") for item in items}  # Playwright's name for any test's browser
    config.stash[COLLECTED] = names | {name.partition(end)[0] for name in names for end in ("[", "::")}


class Browser(FlaskClient):
    """A client whose requests know nothing of the test: own context, own session, nothing loaded before.

    What the test has not committed is committed first, as it would have to be for another process to see it.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make a request."""
        if has_app_context():
            db.session.commit()
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of this test process's own."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.db'}"
        return
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    yield postgres.create_database(server, name)
    postgres.drop_database(server, name)


@pytest.fixture(scope="session")
def migrated_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """The application on a database that the migrations made, not ``create_all``."""
    app = create_app(
        Config(
            data_dir=Path(tmp_path_factory.mktemp("data")),
            database_url=database_url,
            secret_key=SECRET,
            data_keys=(DATA_KEY,),
            base_url="http://localhost",
            throttles=False,
            mail_from_hour=0,  # a test that drains the outbox does so at any hour, but where it speaks of hours
            mail_until_hour=24,
            rare_below=1,  # a test has a handful of people: nothing is rare, but where a test says so
            extra={"TESTING": True, "WTF_CSRF_ENABLED": False},
        )
    )
    app.test_client_class = Browser
    with app.app_context():
        upgrade(directory=str(Path(__file__).parent.parent / "migrations"))
        db.engine.dispose()
    return app


@pytest.fixture
def app(migrated_app: Portal) -> Iterator[Portal]:
    """The application with everything that the test commits undone afterwards.

    One connection holds an outer transaction; commits inside are savepoints of it.
    """
    with migrated_app.app_context():
        engines = db._app_engines[migrated_app]
        engine = engines[None]
        with engine.connect() as connection:
            outer = connection.begin()
            engines[None] = connection  # type: ignore[assignment]  # Flask-SQLAlchemy's own recipe
            db.session.session_factory.configure(join_transaction_mode="create_savepoint")
            db.session.remove()
            for head in migrated_app.config["PORTAL"].data_dir.glob("*.head.json"):
                head.unlink()  # the seals that it speaks of were undone with another test
            try:
                yield migrated_app
            finally:
                db.session.remove()
                engines[None] = engine
                outer.rollback()


@pytest.fixture
def client(app: Portal) -> FlaskClient:
    """A browser in which nobody is signed in; it reads English."""
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.fixture
def client_for(app: Portal) -> Callable[[User], FlaskClient]:
    """Makes a browser in which this user is signed in."""

    def make(user: User) -> FlaskClient:
        browser = app.test_client()
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        with browser.session_transaction() as session:
            session["_user_id"] = user.get_id()
            session["_fresh"] = True
        return browser

    return make


@pytest.fixture
def queued(app: Portal) -> Callable[[], list[tuple[str, str]]]:
    """Reads the outbox: (kind, "user:ID" | "candidate:ID" | address) of everything queued, oldest first."""

    def read() -> list[tuple[str, str]]:
        rows = db.session.scalars(select(Notification).order_by(Notification.id))
        return [
            (
                row.kind,
                f"user:{row.user_id}" if row.user_id else row.address or f"candidate:{row.candidate_id}",
            )
            for row in rows
        ]

    return read
