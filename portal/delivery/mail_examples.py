"""Examples of the mail about mails that did not arrive."""

from __future__ import annotations

from portal.outbox.examples import Reader, examples

_ONE = ["candidate_proposed", "Firma Ab", "recipient_refused"]
_OTHER = ["consent_request", "", "gave_up"]

examples(
    "mail_undelivered",
    Reader.COACH,
    {"count": 1, "lines": [_ONE], "mails": [1]},
    {"count": 2, "lines": [_ONE, _OTHER], "mails": [1, 2]},
    {"count": 23, "lines": [_ONE, ["message", "Firma Ab", ""]], "mails": [1, 2]},
)
