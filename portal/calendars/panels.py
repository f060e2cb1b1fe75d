"""What this room adds to the settings: the way to the own calendar."""

from __future__ import annotations

from portal.accounts.models import User
from portal.calendars import queries
from portal.core.actors import Actor, Role
from portal.core.panels import Panel


def on_settings(user: User, actor: Actor) -> Panel | None:
    """Whether the coach has a calendar address that works; nothing for others."""
    if actor.role is not Role.COACH:
        return None
    feed = queries.of_user(user.id)
    return Panel("calendars/_on_settings.html", {"live": feed is not None and queries.is_live(feed)})
