"""What happens to employers, for the rooms above."""

from __future__ import annotations

from portal.core.events import Event
from portal.employers.models import Employer, Workplace

VERIFIED: Event[Employer] = Event("employer verified")
MOVED: Event[Workplace] = Event("workplace moved")  # its street or municipality is another; both are flushed
