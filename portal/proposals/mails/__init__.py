"""The mails of a proposal, one function each, in a file by reader. None holds a name, a profile or a message's words.

A kind's name is what the state table's ``mails`` say. A mail's context: ``title`` (the opening's own words), ``alias``,
``page`` (the proposal's address), and ``link`` where a candidate or an answer needs none but the link.

What a forwarded mail gives a stranger: by an employer's answer link the profile without a name and the power to answer,
while that very answer waits; never an identity, a message or a note. The reader is told not to pass it on.
"""

from __future__ import annotations

from portal.proposals.mails.both import confirm_hire, job_offered, message, proposal_closed
from portal.proposals.mails.candidate import (
    CONSENT_REQUEST,
    consent_again,
    consent_recorded,
    consent_request,
    disclosure_recorded,
    disclosure_request,
)
from portal.proposals.mails.coach import (
    candidate_withdrew,
    change_asked,
    consent_expired,
    consent_given,
    consent_refused,
    consent_renewed,
    decline_undone,
    disclosure_agreed,
    disclosure_refused,
    employer_declined,
    employer_interested,
    opening_changed,
    proposal_silent,
    yes_stopped,
)
from portal.proposals.mails.employer import (
    CANDIDATE_PROPOSED,
    PROPOSAL_WAITS,
    answer_recorded,
    candidate_proposed,
    identity_disclosed,
    no_longer_available,
    proposal_waits,
)
from portal.proposals.mails.meetings import (
    interview_cancelled,
    interview_confirmed,
    interview_for_candidate,
    interview_proposed,
    meeting_context,
)
from portal.proposals.mails.needs import need_suits

__all__ = [
    "CANDIDATE_PROPOSED",
    "CONSENT_REQUEST",
    "PROPOSAL_WAITS",
    "answer_recorded",
    "candidate_proposed",
    "candidate_withdrew",
    "change_asked",
    "confirm_hire",
    "consent_again",
    "consent_expired",
    "consent_given",
    "consent_recorded",
    "consent_refused",
    "consent_renewed",
    "consent_request",
    "decline_undone",
    "disclosure_agreed",
    "disclosure_recorded",
    "disclosure_refused",
    "disclosure_request",
    "employer_declined",
    "employer_interested",
    "identity_disclosed",
    "interview_cancelled",
    "interview_confirmed",
    "interview_for_candidate",
    "interview_proposed",
    "job_offered",
    "meeting_context",
    "message",
    "need_suits",
    "no_longer_available",
    "opening_changed",
    "proposal_closed",
    "proposal_silent",
    "proposal_waits",
    "yes_stopped",
]
