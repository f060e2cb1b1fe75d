"""Which of a coach's mails a deputy gets too, and whether somebody still stands in when one leaves."""

from __future__ import annotations

from portal.leaves import queries

# What concerns the work with candidates and employers. What concerns the account (passwords, links to sign in, its
# erasing) is its owner's alone; the one mail a day is made for each reader anew.
COPIED = frozenset(
    {
        "employer_waits",
        "employer_assigned",
        "next_step_due",
        "colleague_asks",
        "need_suits",
        "candidate_assigned",
        "consent_given",
        "yes_stopped",
        "consent_refused",
        "consent_expired",
        "consent_renewed",
        "change_asked",
        "disclosure_agreed",
        "disclosure_refused",
        "proposal_silent",
        "employer_interested",
        "employer_declined",
        "decline_undone",
        "opening_changed",
        "candidate_withdrew",
        "proposal_closed",
        "message",
        "interview_proposed",
        "interview_confirmed",
        "interview_cancelled",
        "job_offered",
        "confirm_hire",
        "hire_confirmed",
        "support_due",
        "support_asked",
        "pulse_concern",
        "data_goes",
        "mail_undelivered",
    }
)


def deputies(user_id: int) -> list[int]:
    """Who stands in today for a coach, by user; nobody for anybody else."""
    return [one.deputy_id for one in queries.away([user_id]).values()]
