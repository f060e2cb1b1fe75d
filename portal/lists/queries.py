"""Reading the team's own entries: for its page, and for ``core.reference``."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.reference.model import Labels, Occupation, Skill
from portal.core.reference.own import NO_SYNONYMS, PREFIX, OwnEntries
from portal.lists.models import EntryKind, OwnEntry
from portal.lists.rules import may_add, may_keep


def own_entries() -> OwnEntries:
    """All of them, as ``core.reference`` reads them: one statement."""
    occupations: dict[str, Occupation] = {}
    skills: dict[str, Skill] = {}
    retired: set[str] = set()
    columns = (OwnEntry.public_id, OwnEntry.kind, OwnEntry.sv, OwnEntry.fi, OwnEntry.en, OwnEntry.group_key)
    for row in db.session.execute(select(*columns, OwnEntry.retired_at).order_by(OwnEntry.id)):
        key, labels = PREFIX + row.public_id, Labels(row.sv, row.fi, row.en)
        if row.kind is EntryKind.OCCUPATION:
            occupations[key] = Occupation(key, row.group_key, labels, NO_SYNONYMS)
        else:
            skills[key] = Skill(key, row.group_key, labels)
        if row.retired_at is not None:
            retired.add(key)
    return OwnEntries(occupations, skills, frozenset(retired))


def entries(actor: Actor) -> list[OwnEntry]:
    """All entries, oldest first, with those who added them. :raises Missing: for all but the team."""
    if not may_add(actor):
        raise Missing
    query = select(OwnEntry).options(joinedload(OwnEntry.added_by)).order_by(OwnEntry.id)
    return list(db.session.scalars(query))


def get_for(actor: Actor, public_id: str) -> OwnEntry:
    """One entry, to be changed. :raises Missing: when there is none, and for all but a team leader."""
    if not may_keep(actor):
        raise Missing
    entry = db.session.scalar(select(OwnEntry).where(OwnEntry.public_id == public_id))
    if entry is None:
        raise Missing
    return entry
