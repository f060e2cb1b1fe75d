"""Reads the files beside it: each once per process."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portal.core.reference.model import (
    LANGUAGES,
    IscoGroup,
    Labels,
    Municipality,
    Occupation,
    Region,
    Skill,
    SkillGroup,
    SubRegion,
)

_FOLDER = Path(__file__).parent
Row = dict[str, Any]


@cache
def _read(name: str) -> dict[str, list[Row]]:
    content: dict[str, list[Row]] = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return content


def _labels(row: Row) -> Labels:
    return Labels(row["sv"], row["fi"], row["en"])


def _place_labels(row: Row) -> Labels:
    # A municipality has no English name of its own: English writes the one most of its people use.
    return Labels(row["sv"], row["fi"], row[row["majority"]])


@cache
def regions() -> dict[str, Region]:
    """Regions by code."""
    rows = _read("municipalities.json")["regions"]
    return {row["code"]: Region(row["code"], _labels(row)) for row in rows}


@cache
def sub_regions() -> dict[str, SubRegion]:
    """Sub-regions by code."""
    rows = _read("municipalities.json")["sub_regions"]
    return {
        row["code"]: SubRegion(row["code"], row["region"], _labels(row), row["official_sv"], row["official_fi"])
        for row in rows
    }


@cache
def municipalities() -> dict[str, Municipality]:
    """Municipalities by code."""
    rows = _read("municipalities.json")["municipalities"]
    return {
        row["code"]: Municipality(row["code"], _place_labels(row), row["sub_region"], row["majority"], row["bilingual"])
        for row in rows
    }


@cache
def isco_groups() -> dict[str, IscoGroup]:
    """ISCO-08 minor groups by code."""
    rows = _read("occupations.json")["isco_groups"]
    return {row["code"]: IscoGroup(row["code"], _labels(row)) for row in rows}


@cache
def isco_major_groups() -> dict[str, IscoGroup]:
    """ISCO-08 major groups by code, one digit."""
    rows = _read("occupations.json")["isco_major_groups"]
    return {row["code"]: IscoGroup(row["code"], _labels(row)) for row in rows}


@cache
def occupations() -> dict[str, Occupation]:
    """Occupations by key."""
    return {row["key"]: _occupation(row) for row in _read("occupations.json")["occupations"]}


def _occupation(row: Row) -> Occupation:
    synonyms = {language: tuple(row["synonyms"][language]) for language in LANGUAGES}
    return Occupation(row["key"], row["isco"], _labels(row), MappingProxyType(synonyms))


@cache
def skill_groups() -> dict[str, SkillGroup]:
    """Skill groups by key, in the order they are shown."""
    rows = _read("skills.json")["groups"]
    return {row["key"]: SkillGroup(row["key"], _labels(row)) for row in rows}


@cache
def skills() -> dict[str, Skill]:
    """Skills by key."""
    rows = _read("skills.json")["skills"]
    return {row["key"]: Skill(row["key"], row["group"], _labels(row)) for row in rows}
