"""Examples of the mails about needs."""

from __future__ import annotations

from portal.outbox.examples import TOKEN, Reader, examples

_NEED = {"title": "Kock", "public_id": TOKEN}
_POSTED = {**_NEED, "employer": "Firma Ab"}

examples("opening_published", Reader.EMPLOYER, _NEED)
examples("opening_needs_you", Reader.EMPLOYER, _NEED)
examples("opening_expires_soon", Reader.EMPLOYER, {**_NEED, "last_day": "2031-05-05"})
examples("opening_idle", Reader.EMPLOYER, {**_NEED, "pauses_on": "2031-05-05"})
examples("opening_paused", Reader.EMPLOYER, _NEED)
examples("need_posted", Reader.COACH, {**_POSTED, "looked_after": True})
examples("need_posted", Reader.TEAM_LEADER, {**_POSTED, "looked_after": False})
