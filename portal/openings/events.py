"""What happens to openings, for the rooms above."""

from __future__ import annotations

from portal.core.events import Event
from portal.openings.models import Opening

ENDED: Event[Opening] = Event("opening ended")  # filled, closed or expired: its state says which
CHANGED: Event[Opening] = Event("opening changed")  # workplace, hours, pay or contact persons of a posted one
POSTED: Event[Opening] = Event("opening posted")
RESIZED: Event[Opening] = Event("opening resized")  # a posted one is for more or fewer people than before
