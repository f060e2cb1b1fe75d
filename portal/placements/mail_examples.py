"""Examples of the mails about hires and their support."""

from __future__ import annotations

from portal.outbox.examples import TOKEN, Reader, examples, with_link

_HIRE = {"title": "Kock", "page": f"/placements/{TOKEN}"}
_COACH, _PHONE = "Anna Lindqvist", "040 123 4567"
_START = {**_HIRE, "starts_on": "2031-05-05"}
_LATE, _TODAY = [["2031-05-01", "Kock"]], [["2031-05-05", "Kock"], ["2031-05-05", "Kock"]]

_ASK = with_link("support")
_DAYS = {"days": ["2031-05-06", "2031-05-12"], "dates": [["a", 0, "2031-05-06"], ["b", 1, "2031-05-12"]], "off": []}
_OFF = {"dates": [], "off": [["b", 2, "2031-05-12"]]}
_CHANGES = (
    {"change": "added", "on": "2031-05-12", "was": None, "dates": [["b", 0, "2031-05-12"]], "off": []},
    {"change": "moved", "on": "2031-05-12", "was": "2031-05-09", "dates": [["b", 1, "2031-05-12"]], "off": []},
    {"change": "dropped", "on": None, "was": "2031-05-12", **_OFF},
)

examples("hire_confirmed", Reader.EMPLOYER, {**_START, **_DAYS, **_ASK, "moved": False, "for_employer": True})
examples("hire_confirmed", Reader.EMPLOYER, {**_START, **_DAYS, **_OFF, **_ASK, "moved": True, "for_employer": True})
examples(
    "hire_confirmed",
    Reader.COACH,
    *({**_START, "moved": moved, "for_employer": False, "days": []} for moved in (False, True)),
)
examples(
    "hire_dates",
    Reader.CANDIDATE,
    *({**_DAYS, "starts_on": "2031-05-05", "coach": _COACH, "phone": phone} for phone in (_PHONE, "")),
)
examples(
    "support_date_changed",
    Reader.EMPLOYER,
    *({**_HIRE, **one, "contact": ["b", 1]} for one in _CHANGES),
    {**_HIRE, **_OFF, "change": "ended", "on": None, "was": None, "contact": None},
)
examples(
    "own_date_changed",
    Reader.CANDIDATE,
    *({**one, "contact": ["b", 1]} for one in _CHANGES),
    {**_OFF, "change": "ended", "on": "2031-05-06", "was": None, "contact": None},
)
examples("hire_for_leader", Reader.TEAM_LEADER, {**_START, "coach": _COACH})
examples("support_asked", Reader.COACH, {**_HIRE, "request": 1, "due_on": "2031-05-06"})
examples(
    "support_taken",
    Reader.EMPLOYER,
    *({**_HIRE, "taken_by": _COACH, "phone": phone, "due_on": "2031-05-06"} for phone in (_PHONE, "")),
)
examples("support_unanswered", Reader.TEAM_LEADER, {**_HIRE, "request": 1, "asked_on": "2031-05-05", "coach": _COACH})
examples("support_coming", Reader.EMPLOYER, {**_HIRE, **_ASK, "contact": 1, "due_on": "2031-05-06", "coach": _COACH})
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

_ASKED = {"title": "Kock", "until": "2031-06-05", **with_link("pulse")}
examples(
    "pulse_for_employer",
    Reader.EMPLOYER,
    *(
        {**_ASKED, "alias": "K7P-4", "months": months, "again": again}
        for months, again in ((0, False), (1, False), (3, True))
    ),
)
examples("pulse_for_candidate", Reader.CANDIDATE, *({**_ASKED, "again": again} for again in (False, True)))
examples(
    "pulse_concern",
    Reader.COACH,
    *(
        {**_HIRE, "side": side, "worst": worst, "contact": 1, "due_on": "2031-05-06"}
        for side in ("employee", "employer")
        for worst in ("concern", "action")
    ),
)
