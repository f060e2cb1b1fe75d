"""What happens to employers, for the rooms above."""

from __future__ import annotations

from portal.core.events import Event
from portal.employers.models import Employer

VERIFIED: Event[Employer] = Event("employer verified")
