"""How many of the seeded texts the guard finds, and how many clean ones it holds back. Prints the figures (``-s``)."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from portal.candidates.textguard import Passes, Remark, remarks_about
from tests.candidates import guard_texts
from tests.candidates.guard_texts import FAMILIES, Seeded

pytestmark = pytest.mark.either_database


def _is_found(one: Seeded) -> bool:
    return any(
        (remark.blocks or one.asks)
        and remark.finding in FAMILIES[one.family]
        and remark.start < one.end
        and remark.end > one.start
        for remark in remarks_about(one.text, guard_texts.people_around(one.who))
    )


@cache
def _remarks_on_clean() -> list[tuple[str, list[Remark]]]:
    keys = guard_texts.keys()
    return [
        (
            one.text,
            remarks_about(
                one.text,
                guard_texts.people_around(keys[number % len(keys)]),
                Passes(own_words=one.own_words),
            ),
        )
        for number, one in enumerate(guard_texts.clean())
    ]


@pytest.mark.parametrize(("kind", "bar"), [("exact", 0.99), ("inflected", 0.95), ("misspelt", 0.90)])
def test_what_is_seeded_is_found(kind: str, bar: float) -> None:
    seeded = guard_texts.seeded(kind)
    missed = [one for one in seeded if not _is_found(one)]
    share = 1 - len(missed) / len(seeded)
    families = Counter(one.family for one in seeded)
    lost = Counter(one.family for one in missed)
    print(f"\n{kind}: {len(seeded) - len(missed)} of {len(seeded)} found, {share:.1%}")
    print("  " + ", ".join(f"{family} {count - lost[family]}/{count}" for family, count in sorted(families.items())))
    for one in missed:
        print(f"  missed: {one.text[: one.start]}[[{one.text[one.start : one.end]}]]{one.text[one.end :]}")
    assert share >= bar


def test_clean_texts_are_not_held_back() -> None:
    read = _remarks_on_clean()
    alarms = [(text, found) for text, found in read if any(remark.blocks for remark in found)]
    asked = [(text, found) for text, found in read if found and not any(remark.blocks for remark in found)]
    print(f"\nclean: {len(read)} texts, {len(alarms)} false alarms ({len(alarms) / len(read):.1%}), ", end="")
    print(f"{len(asked)} more ask ({len(asked) / len(read):.1%})")
    for name, texts in (("alarm", alarms), ("asks", asked)):
        for text, found in texts:
            print(f"  {name}: {[remark.words for remark in found]} in {text}")
    assert len(alarms) <= 0.05 * len(read)
    assert len(asked) <= 0.10 * len(read)


def test_there_is_enough_to_measure() -> None:
    seeded = {kind: len({one.text for one in guard_texts.seeded(kind)}) for kind in ("exact", "inflected")}
    assert sum(seeded.values()) >= 300
    assert min(seeded.values()) >= 150
    assert len({one.text for one in guard_texts.clean()}) >= 300
    assert len(guard_texts.caseload()) >= 90
    assert {one.family for one in guard_texts.seeded("exact")} == set(FAMILIES)
