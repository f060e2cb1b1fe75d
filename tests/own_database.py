"""An application on a database of its own, for tests that commit for real: threads, migrations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_migrate import upgrade

from config import Config
from portal import create_app
from portal.core.app import Portal
from portal.core.db import db, new_public_id
from tests import postgres

DATA_KEY = "b25seSBmb3IgdGVzdHMsIG9mIDMyIGJ5dGVzIGFsbCE="
MIGRATIONS = Path(__file__).parent.parent / "migrations"


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The address of an empty database on the server that the tests run on, dropped afterwards."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield f"sqlite:///{folder / 'own.db'}"
        return
    name = f"own_{new_public_id()[:12]}"
    yield postgres.create_database(server, name)
    postgres.drop_database(server, name)


def made(folder: Path, url: str, **settings: object) -> Portal:
    """The application for tests on this database; nothing is migrated yet.

    :param settings: of ``Config``, instead of the tests' own.
    """
    values: dict[str, object] = {
        "data_dir": folder,
        "database_url": url,
        "secret_key": "only for tests, and long enough to be taken for one",
        "data_keys": (DATA_KEY,),
        "base_url": "http://localhost",
        "throttles": False,
        "mail_from_hour": 0,
        "mail_until_hour": 24,
        "extra": {"TESTING": True, "WTF_CSRF_ENABLED": False},
        **settings,
    }
    return create_app(Config(**values))  # type: ignore[arg-type]  # the names are checked by Config itself


@contextmanager
def own_app(folder: Path, **settings: object) -> Iterator[Portal]:
    """An application on a migrated database of its own; ``settings`` as in ``made``."""
    with empty_database(folder) as url:
        app = made(folder, url, **settings)
        with app.app_context():
            upgrade(directory=str(MIGRATIONS))
        try:
            yield app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
