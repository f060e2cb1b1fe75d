"""Municipalities, the sub-regions above them, and the regions above those (Statistics Finland, 2025)."""

from __future__ import annotations

from portal.core.reference import data
from portal.core.reference.model import Municipality, Region, SubRegion, UnknownReference
from portal.core.reference.text import by_name


def municipality(code: str) -> Municipality:
    """The municipality with the three-digit ``code``; UnknownReference when there is none."""
    try:
        return data.municipalities()[code]
    except KeyError:
        raise UnknownReference("municipality", code) from None


def municipalities(language: str) -> tuple[Municipality, ...]:
    """All 308 municipalities, sorted by name as a reader of ``language`` sorts."""
    return by_name(data.municipalities().values(), language)


def sub_region(code: str) -> SubRegion:
    """The sub-region with the three-digit ``code``; UnknownReference when there is none."""
    try:
        return data.sub_regions()[code]
    except KeyError:
        raise UnknownReference("sub-region", code) from None


def sub_regions(language: str) -> tuple[SubRegion, ...]:
    """All sub-regions, sorted by name."""
    return by_name(data.sub_regions().values(), language)


def region(code: str) -> Region:
    """The region with the two-digit ``code``; UnknownReference when there is none."""
    try:
        return data.regions()[code]
    except KeyError:
        raise UnknownReference("region", code) from None


def regions(language: str) -> tuple[Region, ...]:
    """All regions, sorted by name."""
    return by_name(data.regions().values(), language)
