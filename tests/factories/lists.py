"""Occupations and skills of the team's own."""

from __future__ import annotations

import itertools
from typing import Any

from portal.core.db import db
from portal.core.reference import own
from portal.lists.models import EntryKind, OwnEntry

_numbers = itertools.count(1)


def entry(kind: EntryKind = EntryKind.OCCUPATION, **values: Any) -> OwnEntry:
    """An own occupation (a kind of forestry worker) or skill (outdoors), flushed, with names that nothing else has."""
    number = next(_numbers)
    group = "621" if kind is EntryKind.OCCUPATION else "nature"
    names = {"sv": f"Rotvältare {number}", "fi": f"Juurakkomies {number}", "en": f"Stump lifter {number}"}
    row = OwnEntry(**{"kind": kind, "group_key": group, **names, **values})
    db.session.add(row)
    db.session.flush()
    own.forget()
    return row
