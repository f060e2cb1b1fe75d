"""The administrator reads what each kind of mail is, in words."""

from __future__ import annotations

from portal.core.app import Portal
from portal.outbox.letters import KINDS
from portal.outbox.names import KIND_NAMES


def test_every_kind_that_the_features_declare_has_words_and_none_is_left_over(app: Portal) -> None:
    of_features = {name for name, kind in KINDS.items() if kind.write.__module__.startswith("portal.")}
    assert of_features == set(KIND_NAMES)
