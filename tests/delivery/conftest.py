"""A mail server on loopback that the worker sends to, and nobody's jobs but those that a test runs itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.core.app import Portal
from tests.outbox.smtp import MailServer, free_port, listening


@pytest.fixture
def server(app: Portal, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A server that takes what it is given."""
    server = MailServer(port=free_port())
    settings = app.extensions["mail"]
    for name, value in (("server", "127.0.0.1"), ("port", server.port), ("suppress", False)):
        monkeypatch.setattr(settings, name, value)
    with listening(server):
        yield server
