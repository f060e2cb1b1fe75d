"""Pages of this room: the coach proposes, both sides meet on the proposal's page, the candidate answers by link."""

from __future__ import annotations

from portal.proposals.views import answering, asking, by_link, meeting, proposing, showing
from portal.proposals.views.blueprint import bp

__all__ = ["answering", "asking", "bp", "by_link", "meeting", "proposing", "showing"]
