"""What happens to candidates, for the rooms above."""

from __future__ import annotations

from portal.candidates.models import Candidate, Consent
from portal.core.events import Event

ASSIGNED: Event[Candidate] = Event("assigned to another coach")
# The working copy says something else than before to an employer who would see it; wishes are for the team alone.
PROFILE_CHANGED: Event[Candidate] = Event("profile changed")
CONSENT_WITHDRAWN: Event[Consent] = Event("consent taken back")
