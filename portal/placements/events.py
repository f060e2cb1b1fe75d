"""What happens to placements, for the rooms above."""

from __future__ import annotations

from portal.core.events import Event
from portal.placements.models import Placement

ENDED: Event[Placement] = Event("placement ended")
