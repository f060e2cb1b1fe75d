"""Throttles that count, as the tests of sign-in have them."""

from __future__ import annotations

from tests.accounts.conftest import throttled

__all__ = ["throttled"]
