"""Pages of this room: how one joins, the own organisation, and what the team does with employers."""

from __future__ import annotations

from portal.employers.views import contacts, joining, own, team
from portal.employers.views.blueprint import bp

__all__ = ["bp", "contacts", "joining", "own", "team"]
