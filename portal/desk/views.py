"""The first pages of the roles. Each module beside this one adds its page: ``from portal.desk.blueprint import bp``."""

from __future__ import annotations

from portal.desk import coach, employer, log, team
from portal.desk.blueprint import bp

__all__ = ["bp", "coach", "employer", "log", "team"]
