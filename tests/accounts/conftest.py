"""Throttles on, for the tests that need them: the other tests run without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.core.app import Portal
from portal.core.security import limiter


@pytest.fixture
def throttled(app: Portal, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """The application with its throttles on and nothing counted yet."""
    hooks = {name: {key: [*each] for key, each in getattr(app, name).items()} for name in _HOOKS}
    monkeypatch.setattr(app, "_got_first_request", False)
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    limiter.init_app(app)
    limiter.reset()
    try:
        yield app
    finally:
        limiter.enabled = False
        app.extensions["limiter"].discard(limiter)  # or it would not put its hooks in again for the next test
        for name, before in hooks.items():
            getattr(app, name).clear()
            getattr(app, name).update(before)


_HOOKS = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs")
