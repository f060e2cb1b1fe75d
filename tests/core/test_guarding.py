"""What blocks is never offered to be ticked away, whatever stands beside it."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l

from portal.core.guarding import Remark, held_back, token, tokens


class Found(enum.StrEnum):
    """What a reader found."""

    NAME = "name"


def _remark(words: str, *, blocks: bool) -> Remark:
    return Remark(0, len(words), words, _l("Found"), blocks, Found.NAME)


def test_a_tick_stands_for_doubtful_words_alone() -> None:
    doubtful, blocking = _remark("Koski", blocks=False), _remark("131052-9085", blocks=True)
    asks = {"text": ("Koski", [doubtful])}
    both = {"text": ("Koski", [doubtful]), "place": ("131052-9085", [blocking])}
    assert tokens(asks) == token("text", doubtful)
    assert tokens(both) == ""
    assert held_back(asks, tokens(asks)) == {}
    assert set(held_back(both, f"{token('text', doubtful)} {token('place', blocking)}")) == {"place"}
    assert set(held_back(asks)) == {"text"}
