"""Places, occupations and skills in three languages.

Lists that come with the portal, read once from the files beside this one, and the occupations and skills that the
team has added (``own``). Always ask through these functions: they put the two together.
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
    occupations_within,
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
    "occupations_within",
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
