"""Examples of the mails of the first pages."""

from __future__ import annotations

from portal.outbox.examples import Reader, examples

_COUNTED = ("needs", "proposals", "hires", "visits", "waiting", "asked", "overdue", "silent", "unverified")

examples("monday_summary", Reader.TEAM_LEADER, {"day": "2031-05-05", "counts": dict.fromkeys(_COUNTED, 2)})
