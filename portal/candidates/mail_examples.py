"""Examples of the mails about candidates."""

from __future__ import annotations

from portal.outbox.examples import Reader, examples

examples("candidate_waits", Reader.TEAM_LEADER, {})
examples("candidate_assigned", Reader.COACH, {})
