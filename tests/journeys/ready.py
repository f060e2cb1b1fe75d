"""What a story finds ready made: rows in the running portal's database, and people who are signed in already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import func, select

from portal import create_app
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.outbox.models import Notification
from tests.journeys.person import Person
from tests.journeys.running import Portal, config_of
from tests.snapshot import READERS_WRITE, differing, tables

WORKERS = READERS_WRITE | {"audit_events", "log_seals", "notifications", "worker_heartbeats"}


class Stage:
    """An application of the test's own on the running portal's database."""

    def __init__(self, portal: Portal) -> None:
        # Without throttles: the limiter is shared by all applications of this process.
        self._app = create_app(replace(config_of(portal), throttles=False))
        self._url = portal.url

    @contextmanager
    def rows(self) -> Iterator[None]:
        """What is made inside is committed at the end, and the worker sees it; what was read of it can be read on."""
        with self._app.app_context():
            db.session().expire_on_commit = False
            yield
            db.session.commit()

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing inside changes a row, but for what the worker does by itself: it marks, seals and counts its runs."""
        with self._app.app_context():
            before, counted = tables(but=WORKERS), self._counted()
            db.session.rollback()
        yield
        with self._app.app_context():
            assert (differing(before, tables(but=WORKERS)), self._counted()) == ([], counted)
            db.session.rollback()

    def _counted(self) -> list[int]:
        kept = (AuditEvent, Notification)
        return [db.session.scalar(select(func.count()).select_from(one)) or 0 for one in kept]

    def signs_in(self, person: Person, user: User) -> None:
        """Give a person's browser the cookie of a visit of this user, as if they had signed in before."""
        signer = self._app.session_interface.get_signing_serializer(self._app)
        cookie = signer.dumps({"_user_id": f"{user.public_id}.{user.session_number}", "_fresh": True})
        name = self._app.config["SESSION_COOKIE_NAME"]
        person.context.add_cookies([{"name": name, "value": cookie, "url": self._url, "httpOnly": True}])

    def close(self) -> None:
        """Let go of the database."""
        with self._app.app_context():
            db.engine.dispose()
