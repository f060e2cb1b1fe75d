"""Skills, ways of working, and cards, in groups."""

from __future__ import annotations

from collections.abc import Collection

from portal.core.reference import data, own
from portal.core.reference.model import Skill, SkillGroup, UnknownReference
from portal.core.reference.text import by_name


def skill(key: str) -> Skill:
    """The skill with ``key``, retired or not; UnknownReference when there is none."""
    found = data.skills().get(key)
    if found is None and key.startswith(own.PREFIX):
        found = own.skill(key)
    if found is None:
        raise UnknownReference("skill", key)
    return found


def skills(language: str, group: str | None = None, *, kept: Collection[str] = ()) -> tuple[Skill, ...]:
    """The skills to choose from, all or those of one ``group``, sorted by name; UnknownReference for no such group.

    :param kept: keys that were chosen before: these are offered although they are retired.
    """
    if group is not None:
        skill_group(group)
    added = own.present()
    offered = (one for key, one in added.skills.items() if key not in added.retired or key in kept)
    return by_name((one for one in (*data.skills().values(), *offered) if group in (None, one.group)), language)


def skill_group(key: str) -> SkillGroup:
    """The group with ``key``; UnknownReference when there is none."""
    try:
        return data.skill_groups()[key]
    except KeyError:
        raise UnknownReference("skill group", key) from None


def skill_groups() -> tuple[SkillGroup, ...]:
    """The groups in the order they are shown, hands-on work first and cards last."""
    return tuple(data.skill_groups().values())
