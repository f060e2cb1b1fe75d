"""Keys one step coarser than a list's own: a whole ISCO-08 minor group, skill group, sub-region or region.

They stand in the same places as the fine ones ("isco:512" where "cook" could stand), so their look-ups take both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from portal.core.reference.competence import skill, skill_group
from portal.core.reference.model import (
    IscoGroup,
    Municipality,
    Occupation,
    Region,
    Skill,
    SkillGroup,
    SubRegion,
    UnknownReference,
)
from portal.core.reference.places import municipality, region, sub_region
from portal.core.reference.trades import isco_group, occupation

ISCO = "isco:"
GROUP = "group:"
SUB_REGION = "sub:"
REGION = "region:"

Thing = TypeVar("Thing")


def trade(key: str) -> Occupation | IscoGroup:
    """An occupation by its key, or an ISCO-08 group by "isco:" and its code; UnknownReference when there is none."""
    return isco_group(key.removeprefix(ISCO)) if key.startswith(ISCO) else occupation(key)


def competence(key: str) -> Skill | SkillGroup:
    """A skill by its key, or a group by "group:" and its key; UnknownReference when there is none."""
    return skill_group(key.removeprefix(GROUP)) if key.startswith(GROUP) else skill(key)


def place(key: str) -> Municipality | SubRegion | Region:
    """A municipality by its code, or "sub:" or "region:" and a code; UnknownReference when there is none."""
    if key.startswith(SUB_REGION):
        return sub_region(key.removeprefix(SUB_REGION))
    return region(key.removeprefix(REGION)) if key.startswith(REGION) else municipality(key)


def trade_steps(key: str) -> tuple[str, ...]:
    """An occupation's key and the coarser ones above it, the finest first; the key alone when nobody knows it."""
    one = _known(occupation, key)
    return (key,) if one is None else (key, ISCO + one.isco, ISCO + one.isco[0])


def competence_steps(key: str) -> tuple[str, ...]:
    """A skill's key and its group's."""
    one = _known(skill, key)
    return (key,) if one is None else (key, GROUP + one.group)


def place_steps(key: str) -> tuple[str, ...]:
    """A municipality's code, its sub-region's and its region's."""
    one = _known(municipality, key)
    if one is None:
        return (key,)
    return (key, SUB_REGION + one.sub_region, REGION + sub_region(one.sub_region).region)


def _known(look_up: Callable[[str], Thing], key: str) -> Thing | None:
    try:
        return look_up(key)
    except UnknownReference:
        return None
