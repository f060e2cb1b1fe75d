"""What can be done with a proposal: one verb a function, each check, change, audit, notify; a file a subject.

Every change of state goes through ``moves.move``: of two people who press at once one gets through.
"""

from __future__ import annotations

from portal.proposals.service.answering import decline, interested, undo_decline
from portal.proposals.service.consenting import CONSENT_LIVES, DAYS_TO_ANSWER, HowGiven, yes_holds_until
from portal.proposals.service.disclosing import (
    agree_disclosure,
    ask_disclosure,
    disclose,
    record_disclosure_consent,
    refuse_disclosure,
)
from portal.proposals.service.ending import close, close_with_opening, take_consent_back, turn_down, withdraw
from portal.proposals.service.hiring import HireTerms, confirm_hire, fill_when_enough, offer, report_hire
from portal.proposals.service.proposing import (
    agree,
    agree_or_tell,
    ask_change,
    ask_consent,
    draft,
    lapse,
    record_consent,
    refuse,
    take_back,
    take_back_asked,
    take_over,
)
from portal.proposals.service.renewing import ask_again, renew_after_hire, renew_consent
from portal.proposals.service.suiting import tell_of_new_need

__all__ = [
    "CONSENT_LIVES",
    "DAYS_TO_ANSWER",
    "HireTerms",
    "HowGiven",
    "agree",
    "agree_disclosure",
    "agree_or_tell",
    "ask_again",
    "ask_change",
    "ask_consent",
    "ask_disclosure",
    "close",
    "close_with_opening",
    "confirm_hire",
    "decline",
    "disclose",
    "draft",
    "fill_when_enough",
    "interested",
    "lapse",
    "offer",
    "record_consent",
    "record_disclosure_consent",
    "refuse",
    "refuse_disclosure",
    "renew_after_hire",
    "renew_consent",
    "report_hire",
    "take_back",
    "take_back_asked",
    "take_consent_back",
    "take_over",
    "tell_of_new_need",
    "turn_down",
    "undo_decline",
    "withdraw",
    "yes_holds_until",
]
