"""What happens to candidates, for the rooms above."""

from __future__ import annotations

from portal.candidates.models import Candidate
from portal.core.events import Event

# The working copy says something else than before to an employer who would see it; wishes are for the team alone.
PROFILE_CHANGED: Event[Candidate] = Event("profile changed")
