"""Examples of the outbox's own mails."""

from __future__ import annotations

from portal.outbox.examples import TOKEN, Reader, examples

_LINES = [["Ditt rekryteringsbehov är öppet: Kock", f"/openings/{TOKEN}"], ["Kock", ""]]

examples(
    "daily_digest",
    (Reader.EMPLOYER, Reader.COACH, Reader.TEAM_LEADER),
    {"day": "2031-05-05", "lines": _LINES},
    {"day": "2031-05-05", "lines": _LINES[:1]},
)
