"""What this room adds to others' pages: who stands in for whom today, and the way to the leaves."""

from __future__ import annotations

from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.panels import Panel
from portal.leaves import queries
from portal.leaves.rules import is_on


def on_first_page(_thing: object, actor: Actor) -> Panel | None:
    """For whom the coach stands in today, or who stands in for the coach; nothing on other days."""
    if actor.role is not Role.COACH:
        return None
    now = [one for one in queries.arranged(actor) if is_on(one, clock.today())]
    return Panel("leaves/_on_first_page.html", {"leaves": now, "own_id": actor.user_id}) if now else None


def on_settings(user: User, actor: Actor) -> Panel | None:
    """The way to the own leaves, for coaches."""
    return Panel("leaves/_on_settings.html") if actor.role is Role.COACH and user.id == actor.user_id else None
