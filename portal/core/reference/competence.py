"""Skills, ways of working, and cards, in groups."""

from __future__ import annotations

from portal.core.reference import data
from portal.core.reference.model import Skill, SkillGroup, UnknownReference
from portal.core.reference.text import by_name


def skill(key: str) -> Skill:
    """The skill with ``key``; UnknownReference when there is none."""
    try:
        return data.skills()[key]
    except KeyError:
        raise UnknownReference("skill", key) from None


def skills(language: str, group: str | None = None) -> tuple[Skill, ...]:
    """All skills, or those of one ``group``, sorted by name; UnknownReference when there is no such group."""
    if group is not None:
        skill_group(group)
    return by_name((one for one in data.skills().values() if group in (None, one.group)), language)


def skill_group(key: str) -> SkillGroup:
    """The group with ``key``; UnknownReference when there is none."""
    try:
        return data.skill_groups()[key]
    except KeyError:
        raise UnknownReference("skill group", key) from None


def skill_groups() -> tuple[SkillGroup, ...]:
    """The groups in the order they are shown, hands-on work first and cards last."""
    return tuple(data.skill_groups().values())
