"""Places, occupations and skills in three languages.

Lists that come with the portal, read once from the files beside this one. Always ask through these functions:
a team may come to have entries of its own, kept elsewhere, and then only they change.
"""

from portal.core.reference.coarse import (
    GROUP,
    ISCO,
    REGION,
    SUB_REGION,
    competence,
    competence_steps,
    place,
    place_steps,
    trade,
    trade_steps,
)
from portal.core.reference.competence import skill, skill_group, skill_groups, skills
from portal.core.reference.model import (
    LANGUAGES,
    IscoGroup,
    Labelled,
    Labels,
    Municipality,
    Occupation,
    Region,
    Skill,
    SkillGroup,
    SubRegion,
    UnknownReference,
    label,
)
from portal.core.reference.places import (
    municipalities,
    municipality,
    region,
    regions,
    sub_region,
    sub_regions,
)
from portal.core.reference.trades import (
    isco_group,
    isco_groups,
    occupation,
    occupations,
    search_occupations,
)

__all__ = [
    "GROUP",
    "ISCO",
    "LANGUAGES",
    "REGION",
    "SUB_REGION",
    "IscoGroup",
    "Labelled",
    "Labels",
    "Municipality",
    "Occupation",
    "Region",
    "Skill",
    "SkillGroup",
    "SubRegion",
    "UnknownReference",
    "competence",
    "competence_steps",
    "isco_group",
    "isco_groups",
    "label",
    "municipalities",
    "municipality",
    "occupation",
    "occupations",
    "place",
    "place_steps",
    "region",
    "regions",
    "search_occupations",
    "skill",
    "skill_group",
    "skill_groups",
    "skills",
    "sub_region",
    "sub_regions",
    "trade",
    "trade_steps",
]
