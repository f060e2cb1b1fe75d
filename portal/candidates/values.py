"""The kinds of values that a profile holds, and that can be compared, counted and shown coarser."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class Kind(enum.StrEnum):
    """What a value of a profile is; see ``candidates.rarity``."""

    OCCUPATION = "occupation"
    EXPERIENCE = "experience"
    SKILL = "skill"
    LANGUAGE = "language"
    LEVEL = "level"
    LICENCE = "licence"
    LEAST_HOURS = "hours_min"
    MOST_HOURS = "hours_max"
    SHIFT = "shift"
    AREA = "area"
    START = "start"


KIND_NAMES = {
    Kind.OCCUPATION: _l("Occupation"),
    Kind.EXPERIENCE: _l("Experience"),
    Kind.SKILL: _l("Skill"),
    Kind.LANGUAGE: _l("Language"),
    Kind.LEVEL: _l("Language level"),
    Kind.LICENCE: _l("Driving licence"),
    Kind.LEAST_HOURS: _l("Hours a week, at least"),
    Kind.MOST_HOURS: _l("Hours a week, at most"),
    Kind.SHIFT: _l("When"),
    Kind.AREA: _l("Where"),
    Kind.START: _l("Start"),
}
