"""A mail server, the worker's settings pointed at it, and kinds of mail that only these tests know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portal.core.app import Portal
from portal.core.db import db
from portal.outbox import jobs
from portal.outbox.letters import KINDS, MailKind
from portal.outbox.models import Notification
from portal.outbox.service import enqueue
from tests.outbox.installation import Installation, installed
from tests.outbox.kit import MakeKind, Queue, write_proposed
from tests.outbox.smtp import MailServer, free_port, listening


@pytest.fixture(autouse=True)
def no_jobs_of_features(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker finds no jobs but those that a test registers."""
    monkeypatch.setattr(jobs, "JOBS", {})


@pytest.fixture
def away_server(app: Portal, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    """A server that does not listen yet; the portal's mail goes to its port."""
    server = MailServer(port=free_port())
    settings = app.extensions["mail"]
    monkeypatch.setattr(settings, "server", "127.0.0.1")
    monkeypatch.setattr(settings, "port", server.port)
    monkeypatch.setattr(settings, "suppress", False)
    return server


@pytest.fixture
def server(away_server: MailServer) -> Iterator[MailServer]:
    """A server that takes what it is given."""
    with listening(away_server):
        yield away_server


@pytest.fixture
def make_kind(monkeypatch: pytest.MonkeyPatch) -> MakeKind:
    """Declares a kind of mail for this test."""

    def make(name: str = "test_proposed", **options: Any) -> MailKind:
        kind = MailKind(
            name, options.pop("write", write_proposed), options.pop("still_due", lambda _notification: True), **options
        )
        monkeypatch.setitem(KINDS, name, kind)
        return kind

    return make


@pytest.fixture
def queue(app: Portal, make_kind: MakeKind) -> Queue:
    """Queues a mail and commits, as a request does at its end."""

    def put(address: str | None = "anna@firm.example", title: str = "Cook", **options: Any) -> Notification:
        kind = options.pop("kind", None) or KINDS.get("test_proposed") or make_kind()
        context = {"title": title, **options.pop("context", {})}
        row = enqueue(kind, about=("proposal", options.pop("about", 1)), context=context, address=address, **options)
        assert row is not None
        db.session.commit()
        db.session.refresh(row)
        db.session.expunge(row)  # as it was when it was queued, whatever the worker does with the session
        return row

    return put


# Worker processes that are killed

STAGES = ("on_mail", "on_rcpt", "on_data", "on_accepted")


def quiet(mails: MailServer) -> None:
    """The server takes what it is given."""
    for stage in STAGES:
        setattr(mails, stage, lambda _address: None)


@pytest.fixture(scope="package")
def running_server() -> Iterator[MailServer]:
    server = MailServer(port=free_port())
    with listening(server):
        yield server


@pytest.fixture(scope="package")
def installation(running_server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("installation"), running_server.port) as there:
        yield there


@pytest.fixture
def mails(running_server: MailServer) -> MailServer:
    """A server that takes what it is given, whatever becomes of who gave it."""
    quiet(running_server)
    running_server.accepted.clear()
    return running_server


@pytest.fixture
def portal(installation: Installation) -> Iterator[Installation]:
    """An installation with an empty outbox; a test that fails leaves no worker behind."""
    installation.empty()
    yield installation
    installation.end_all()
