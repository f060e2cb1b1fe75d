"""Examples of the mails about organisations and who belongs to them."""

from __future__ import annotations

from portal.outbox.examples import TOKEN, Reader, examples, with_link

_AT = {"employer": "Firma Ab"}
_ON_PAGE = {**_AT, "path": f"/employers/{TOKEN}"}
_TEAM = (Reader.COACH, Reader.TEAM_LEADER)

examples("welcome", Reader.EMPLOYER, *({**_AT, "waits": waits} for waits in (True, False)))
examples("employer_waits", _TEAM, _ON_PAGE)
examples("employer_verified", Reader.EMPLOYER, _AT)
examples("employer_rejected", Reader.EMPLOYER, _AT)
examples("employer_suspended", Reader.EMPLOYER, _AT)
examples("next_step_due", Reader.COACH, {**_AT, "due_on": "2031-05-05"})
examples("employer_assigned", Reader.COACH, _ON_PAGE)
examples("colleague_invited", Reader.INVITED, {**_AT, "by": "Anna Lindqvist", **with_link("invitation")})
examples("colleague_asks", Reader.EMPLOYER, {**_AT, "path": "/organisation"})
examples("colleague_asks", _TEAM, _ON_PAGE)
examples("colleague_let_in", Reader.EMPLOYER, _AT)
examples("colleague_not_let_in", Reader.EMPLOYER, _AT)
