"""Examples of the mails about proposals."""

from __future__ import annotations

from portal.outbox.examples import TOKEN, Reader, examples, with_link

_ON_PAGE = {"title": "Kock", "alias": "K7P-4", "page": f"/proposals/{TOKEN}"}
_TO_ANSWER = {**_ON_PAGE, **with_link("answer")}
_JOB = {"title": "Kock", "employer": "Firma Ab"}
_MEETING = {"uid": TOKEN, "sequence": 0, "starts_at": "2031-05-05T07:00:00+00:00", "minutes": 45, "interview": 1}
_CALLED_OFF = {**_MEETING, "sequence": 1}
_EITHER = (Reader.EMPLOYER, Reader.COACH)
_TOLD = ["name", "phone", "email", "municipality", "birth_year"]

# to the coach
examples(
    "need_suits",
    Reader.COACH,
    *({**_JOB, "public_id": TOKEN, "count": count, "page": f"/proposals/new?opening={TOKEN}"} for count in (1, 3)),
)
for _kind in (
    "consent_given",
    "disclosure_agreed",
    "disclosure_refused",
    "change_asked",
    "yes_stopped",
    "consent_refused",
    "consent_expired",
    "consent_renewed",
    "employer_interested",
    "employer_declined",
    "decline_undone",
    "candidate_withdrew",
    "proposal_silent",
    "opening_changed",
):
    examples(_kind, Reader.COACH, _ON_PAGE)

# to the candidate
examples("consent_request", Reader.CANDIDATE, {**_JOB, **with_link("consent"), "answer_by": "2031-05-05"})
examples("disclosure_request", Reader.CANDIDATE, {**_JOB, **with_link("consent")})
examples("consent_again", Reader.CANDIDATE, {**_JOB, **with_link("consent")})
examples("consent_recorded", Reader.CANDIDATE, {**_JOB, **with_link("my_consents"), "fields": []})
examples("disclosure_recorded", Reader.CANDIDATE, {**_JOB, **with_link("my_consents"), "fields": _TOLD})
examples("interview_for_candidate", Reader.CANDIDATE, {**_JOB, **_MEETING})
examples("interview_off_for_candidate", Reader.CANDIDATE, {**_JOB, **_CALLED_OFF})
examples("closed_for_candidate", Reader.CANDIDATE, _JOB)

# to the employer
examples("candidate_proposed", Reader.EMPLOYER, _TO_ANSWER)
examples("proposal_waits", Reader.EMPLOYER, _TO_ANSWER)
examples(
    "answer_recorded",
    Reader.EMPLOYER,
    *({**_ON_PAGE, "state": state} for state in ("interested", "declined", "proposed")),
)
examples("identity_disclosed", Reader.EMPLOYER, _ON_PAGE)
examples("no_longer_available", Reader.EMPLOYER, {**_ON_PAGE, "opening": f"/openings/{TOKEN}"})

# to either side
examples("message", _EITHER, _ON_PAGE)
examples("interview_proposed", Reader.EMPLOYER, _TO_ANSWER)
examples("interview_proposed", Reader.COACH, _ON_PAGE)
examples("interview_confirmed", _EITHER, {**_ON_PAGE, **_MEETING})
examples("interview_cancelled", _EITHER, {**_ON_PAGE, **_CALLED_OFF})
examples("job_offered", _EITHER, _ON_PAGE)
examples("confirm_hire", Reader.EMPLOYER, {**_TO_ANSWER, "starts_on": "2031-05-05"})
examples("confirm_hire", Reader.COACH, {**_ON_PAGE, "starts_on": "2031-05-05"})
_GROUNDS = ("opening_filled", "opening_closed", "opening_expired", "unanswered", "hired_elsewhere")
examples("proposal_closed", _EITHER, *({**_ON_PAGE, "ground": ground} for ground in _GROUNDS))
