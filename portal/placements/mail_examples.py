"""Examples of the mails about hires and their support."""

from __future__ import annotations

from portal.outbox.examples import TOKEN, Reader, examples

_HIRE = {"title": "Kock", "page": f"/placements/{TOKEN}"}
_COACH, _PHONE = "Anna Lindqvist", "040 123 4567"
_START = {**_HIRE, "starts_on": "2031-05-05"}
_LATE, _TODAY = [["2031-05-01", "Kock"]], [["2031-05-05", "Kock"], ["2031-05-05", "Kock"]]

examples(
    "hire_confirmed",
    Reader.EMPLOYER,
    *({**_START, "moved": moved, "for_employer": True, "days": ["2031-05-12"]} for moved in (False, True)),
)
examples(
    "hire_confirmed",
    Reader.COACH,
    *({**_START, "moved": moved, "for_employer": False, "days": []} for moved in (False, True)),
)
examples(
    "hire_dates",
    Reader.CANDIDATE,
    *(
        {"starts_on": "2031-05-05", "days": ["2031-05-06", "2031-05-12"], "coach": _COACH, "phone": phone}
        for phone in (_PHONE, "")
    ),
)
examples("hire_for_leader", Reader.TEAM_LEADER, {**_START, "coach": _COACH})
examples("support_asked", Reader.COACH, {**_HIRE, "request": 1, "due_on": "2031-05-06"})
examples(
    "support_taken",
    Reader.EMPLOYER,
    *({**_HIRE, "taken_by": _COACH, "phone": phone, "due_on": "2031-05-06"} for phone in (_PHONE, "")),
)
examples("support_unanswered", Reader.TEAM_LEADER, {**_HIRE, "request": 1, "asked_on": "2031-05-05", "coach": _COACH})
examples("support_coming", Reader.EMPLOYER, {**_HIRE, "contact": 1, "due_on": "2031-05-06", "coach": _COACH})
examples(
    "support_due",
    Reader.COACH,
    *(
        {"day": "2031-05-05", "page": "/today", "overdue": late, "today": today, "overdue_count": len(late) + more}
        for late in ([], _LATE)
        for today in ([], _TODAY)
        for more in (0, 1, 7)
        if late or today
    ),
)
examples("support_overdue", Reader.TEAM_LEADER, {**_HIRE, "contact": 1, "due_on": "2031-04-20", "coach": _COACH})
