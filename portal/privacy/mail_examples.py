"""Examples of the mails about keeping and erasing."""

from __future__ import annotations

from portal.outbox.examples import TOKEN, Reader, examples

examples("data_goes", Reader.COACH, {"page": f"/candidates/{TOKEN}", "goes_on": "2031-05-05"})
examples("account_goes", Reader.ANYBODY, {"goes_on": "2031-05-05"})
examples("candidate_gone", Reader.EMPLOYER, {"title": "Kock", "opening": f"/openings/{TOKEN}"})
examples("following_ended", Reader.EMPLOYER, {"title": "Kock", "off": [["a", 1, "2031-05-12"]]})
