"""What happens to proposals, for the rooms above."""

from __future__ import annotations

from portal.core.events import Event
from portal.proposals.models import Proposal

HIRED: Event[Proposal] = Event("hired")
