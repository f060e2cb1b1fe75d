"""What each kind of mail is called where people see mails, and why one did not arrive.

Kinds are declared by the features' ``mails``.
"""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.outbox.models import Trouble

KIND_NAMES: dict[str, LazyString] = {
    # accounts
    "verify_address": _l("Verify your address"),
    "address_has_account": _l("Somebody registered with an address that has an account"),
    "password_reset": _l("Choose a new password"),
    "sign_in_link": _l("Sign in by a link"),
    "sign_in_with_password": _l("Staff sign in with their password"),
    "password_changed": _l("The password was changed"),
    "new_browser": _l("A sign-in in a new browser"),
    "staff_invited": _l("Invitation to a colleague of the team"),
    # the outbox's own
    "daily_digest": _l("The one mail a day"),
    # employers
    "welcome": _l("Your account is ready"),
    "employer_waits": _l("An employer waits for verification"),
    "employer_verified": _l("The organisation is verified"),
    "employer_rejected": _l("The organisation could not be verified"),
    "employer_suspended": _l("The organisation is suspended"),
    "employer_assigned": _l("An employer was given to the coach"),
    "next_step_due": _l("A next step with an employer is due"),
    "colleague_invited": _l("Invitation to a colleague at an employer"),
    "colleague_asks": _l("A colleague asks to be let in"),
    "colleague_let_in": _l("Let in to the organisation"),
    "colleague_not_let_in": _l("Not let in to the organisation"),
    # needs
    "opening_published": _l("The need is open"),
    "opening_needs_you": _l("A draft of a need waits for its employer"),
    "opening_expires_soon": _l("The need ends soon"),
    "opening_idle": _l("Is the need still there?"),
    "opening_paused": _l("The need is paused"),
    "need_posted": _l("A new need, to the team"),
    "need_suits": _l("A new need that could suit somebody"),
    # candidates
    "candidate_waits": _l("A candidate waits for a coach"),
    "candidate_assigned": _l("A candidate was given to the coach"),
    # consent
    "consent_request": _l("May we send your profile?"),
    "disclosure_request": _l("What may the employer know?"),
    "consent_again": _l("The candidate is asked again after a change"),
    "consent_recorded": _l("What the candidate agreed to"),
    "disclosure_recorded": _l("What the candidate lets the employer know"),
    "consent_given": _l("The candidate agreed"),
    "yes_stopped": _l("The candidate's yes could not be taken"),
    "consent_refused": _l("The candidate said no"),
    "consent_expired": _l("The candidate did not answer in time"),
    "consent_renewed": _l("The candidate agreed again after a change"),
    "change_asked": _l("The candidate asks for a change"),
    "disclosure_agreed": _l("The candidate said what may be told"),
    "disclosure_refused": _l("The candidate lets nothing be told"),
    # proposals
    "candidate_proposed": _l("A candidate is proposed"),
    "proposal_waits": _l("Reminder: a proposal waits for an answer"),
    "proposal_silent": _l("The employer has not answered"),
    "answer_recorded": _l("The coach wrote down an answer"),
    "employer_interested": _l("The employer is interested"),
    "employer_declined": _l("The employer declined"),
    "decline_undone": _l("The employer took a no back"),
    "identity_disclosed": _l("Contact details are given"),
    "opening_changed": _l("The need changed under a proposal"),
    "no_longer_available": _l("The candidate is no longer available"),
    "candidate_withdrew": _l("The candidate withdrew"),
    "proposal_closed": _l("The proposal is closed"),
    "closed_for_candidate": _l("The proposal is closed, to the candidate"),
    "message": _l("A message is waiting"),
    # meetings
    "interview_proposed": _l("Times for a meeting to choose from"),
    "interview_confirmed": _l("The meeting is agreed"),
    "interview_for_candidate": _l("The meeting is agreed, to the candidate"),
    "interview_cancelled": _l("The meeting is called off"),
    "interview_off_for_candidate": _l("The meeting is called off, to the candidate"),
    # hires and their support
    "job_offered": _l("A job is offered"),
    "confirm_hire": _l("Confirm a hire"),
    "hire_confirmed": _l("The hire is confirmed"),
    "hire_dates": _l("The dates of the support, to the candidate"),
    "support_date_changed": _l("A day of the support is changed"),
    "own_date_changed": _l("A day of the support is changed, to the candidate"),
    "hire_for_leader": _l("A hire, to the team leader"),
    "support_coming": _l("The coach is in touch soon"),
    "support_due": _l("The day's support contacts"),
    "support_overdue": _l("Support contacts are overdue"),
    "support_asked": _l("Support is asked for"),
    "support_taken": _l("Somebody takes care of the request for support"),
    "support_unanswered": _l("Nobody has taken a request for support"),
    "pulse_for_employer": _l("Three short questions, to the employer"),
    "pulse_for_candidate": _l("Three short questions, to the candidate"),
    "pulse_concern": _l("Answers with a concern"),
    "monday_summary": _l("The team’s week, to the team leader"),
    # keeping and erasing
    "data_goes": _l("A candidate’s data is about to be erased"),
    "account_goes": _l("An account is about to be erased"),
    "candidate_gone": _l("The candidate is no longer available, after an erasing"),
    "following_ended": _l("A hire is no longer followed, after an erasing"),
    # mails themselves
    "mail_undelivered": _l("A mail could not be delivered"),
}

TROUBLE_NAMES: dict[Trouble, LazyString] = {
    Trouble.SERVER_AWAY: _l("The mail server could not be used; it goes when the server is back."),
    Trouble.NOT_NOW: _l("The mail server asked us to come back later."),
    Trouble.RECIPIENT_REFUSED: _l("The mail server does not take mail for this address."),
    Trouble.CONTENT_REFUSED: _l("The mail server does not take this mail."),
    Trouble.GAVE_UP: _l("Tried for two days without success."),
    Trouble.CANNOT_BE_WRITTEN: _l("The portal could not write this mail. That is a mistake of ours."),
    Trouble.UNKNOWN_KIND: _l("The portal does not know this kind of mail any more."),
    Trouble.TURNED_OFF: _l("The reader has turned mails like this one off."),
}
