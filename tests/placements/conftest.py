"""Fixtures of the tests of hires and their support."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.core.app import Portal
from portal.core.i18n import Language, in_language


@pytest.fixture(autouse=True)
def in_english(app: Portal) -> Iterator[None]:
    """What services say to the test is said in English, as the requests of these tests are answered."""
    with in_language(Language.EN):
        yield
