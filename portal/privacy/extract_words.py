"""What the extract says of each column about a candidate, and which columns it leaves out and why.

Kept by hand, in the order in which a person would want to read it; a test walks every table about candidates and fails
when a column is in neither list.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class PartWords:
    """A part of the extract: its title, and its columns' labels in the order of reading."""

    title: LazyString
    columns: dict[str, LazyString]


PARTS: dict[str, PartWords] = {
    "identities": PartWords(
        _l("Who you are"),
        {
            "first_name": _l("First name"),
            "last_name": _l("Last name"),
            "nickname": _l("Called"),
            "birth_date": _l("Date of birth"),
            "phone": _l("Phone"),
            "email": _l("Mail address"),
            "street": _l("Street address"),
            "postal_code": _l("Postal code"),
            "municipality": _l("Municipality"),
            "language": _l("Language"),
            "care_contact": _l("Contact person outside the team"),
        },
    ),
    "candidates": PartWords(
        _l("Where you stand"),
        {
            "team_id": _l("Team"),
            "coach_id": _l("Coach"),
            "phase": _l("Phase"),
            "phase_since": _l("Since"),
            "referred_on": _l("Referred"),
            "started_on": _l("Started"),
            "created_at": _l("Written down"),
        },
    ),
    "phase_changes": PartWords(_l("Your phases"), {"phase": _l("Phase"), "on_day": _l("Day"), "by_id": _l("By")}),
    "profiles": PartWords(
        _l("Your profile"),
        {
            "occupations": _l("Work"),
            "skills": _l("Skills"),
            "languages": _l("Languages"),
            "driving_licence": _l("Driving licence"),
            "hours_min": _l("Hours a week, at least"),
            "hours_max": _l("Hours a week, at most"),
            "shifts": _l("When"),
            "areas": _l("Where"),
            "earliest_start": _l("Earliest start"),
            "works_well": _l("What makes work go well"),
            "pitch": _l("In the coach’s words"),
            "pitch_language": _l("Language of these words"),
            "wishes": _l("Wishes"),
            "changed_at": _l("Changed"),
        },
    ),
    "kept_fine": PartWords(
        _l("Rare values that are shown as they are"),
        {
            "kind": lazy_pgettext("data", "What"),
            "value": _l("Value"),
            "reason": _l("Reason"),
            "by_id": _l("By"),
            "at": _l("When"),
        },
    ),
    "disclosure_plans": PartWords(
        _l("What may be told"),
        {
            "proposals_allowed": _l("You may be proposed to employers"),
            "fields": _l("What an employer may know, when you agree"),
            "support_telling": _l("About the support"),
            "agreed_words": _l("Agreed words"),
            "never_say": _l("What must not be said"),
            "never_employers": _l("Employers who are never asked"),
            "reviewed_on": _l("Looked through"),
            "reviewed_by_id": _l("By"),
        },
    ),
    "candidate_notes": PartWords(_l("The team’s notes"), {"at": _l("When"), "author_id": _l("By"), "text": _l("Note")}),
    "aliases": PartWords(
        _l("What employers call you before they know your name"),
        {"employer_id": _l("Employer"), "alias": _l("Alias")},
    ),
    "consents": PartWords(
        _l("What you have agreed to"),
        {
            "kind": _l("To what"),
            "employer_id": _l("Employer"),
            "opening_id": _l("Need"),
            "fields": _l("What may be known"),
            "given_at": _l("Given"),
            "how": _l("How"),
            "who_was_there": _l("Who was there"),
            "recorded_by_role": _l("Written down by"),
            "recorded_by_id": _l("Name"),
            "until": _l("Until"),
            "withdrawn_at": _l("Taken back"),
            "text_version": _l("Version of the text that you were shown"),
            "language": _l("Its language"),
        },
    ),
    "consent_contacts": PartWords(_l("The people whom your consents name"), {"user_id": _l("Name")}),
    "disclosures": PartWords(
        _l("What was handed over, to whom and when"),
        {
            "at": _l("When"),
            "proposal_id": _l("To whom"),
            "fields": lazy_pgettext("data", "What"),
            "by_id": _l("By"),
        },
    ),
    "frozen_profiles": PartWords(
        _l("Profiles without a name, as employers were to see them"),
        {
            "created_at": _l("Kept since"),
            "content": _l("Profile"),
            "kept_fine": _l("Rare values that are shown as they are"),
        },
    ),
    "proposals": PartWords(
        _l("Proposals"),
        {
            "opening_id": _l("Need"),
            "coach_id": _l("Coach"),
            "state": _l("State"),
            "state_since": _l("Since"),
            "created_at": _l("Written down"),
            "answer_by": _l("You were asked to answer by"),
            "lapsed": _l("Ended because there was no answer"),
            "change_wish": _l("What you asked to change"),
            "proposed_at": _l("Sent"),
            "reminders": _l("Reminders to the employer"),
            "decline_reason": _l("The employer’s reason"),
            "decline_note": _l("The employer’s words"),
            "declined_at": _l("Declined"),
            "hire_reported_by": _l("Hire reported by"),
            "hire_reported_at": _l("Hire reported"),
            "hire_starts_on": _l("Start"),
            "hire_ends_on": _l("End"),
            "hire_hours": _l("Hours a week"),
            "hire_type": _l("Kind of employment"),
            "hire_pay": _l("Pay"),
            "subsidy_decided_on": _l("Wage subsidy decided"),
            "candidate_said_yes_at": _l("You said yes to the job"),
            "close_ground": _l("Why it was closed"),
        },
    ),
    "messages": PartWords(
        _l("Messages about you"),
        {"at": _l("When"), "author_role": _l("From"), "author_id": _l("Name"), "text": _l("Message")},
    ),
    "interviews": PartWords(
        _l("Meetings"),
        {
            "state": _l("State"),
            "proposed_by": _l("Suggested by"),
            "channel": _l("How"),
            "place": _l("Place"),
            "starts_at": _l("Time"),
            "minutes": _l("Minutes"),
            "created_at": _l("Written down"),
        },
    ),
    "interview_times": PartWords(_l("Times that were suggested for meetings"), {"starts_at": _l("Time")}),
    "placements": PartWords(
        _l("Jobs"),
        {
            "title": _l("Job"),
            "employer_id": _l("Employer"),
            "workplace_name": _l("Workplace"),
            "coach_id": _l("Coach"),
            "state": _l("State"),
            "starts_on": _l("Start"),
            "ends_on": _l("End of the fixed term"),
            "hours": _l("Hours a week"),
            "contract_type": _l("Kind of employment"),
            "pay_kind": _l("Pay"),
            "subsidy_decided_on": _l("Wage subsidy decided"),
            "named_colleague": _l("Named colleague"),
            "told_at_work": _l("Who at work is told of the support"),
            "reported_on": _l("Reported"),
            "ended_on": _l("Ended"),
            "end_reason": _l("Reason"),
            "ended_by": _l("Whose wish"),
            "created_at": _l("Written down"),
        },
    ),
    "support_contacts": PartWords(
        _l("Support contacts"),
        {
            "due_on": _l("Planned for"),
            "side": _l("With whom"),
            "state": _l("State"),
            "done_on": _l("Done"),
            "channel": _l("How"),
            "with_whom": _l("Who took part"),
            "place": _l("Place"),
            "minutes": _l("Minutes"),
            "mood": _l("How it goes"),
            "next_step": _l("Next step"),
            "team_note": _l("Note for the team"),
            "employer_note": _l("Note for the employer"),
            "drop_reason": _l("Why it was dropped"),
            "is_review": _l("Plan looked through"),
            "urgent": _l("Urgent"),
            "before_reported": _l("Was before the hire was reported"),
            "sequence": _l("How often its day was changed"),
            "logged_by_id": _l("By"),
        },
    ),
    "support_requests": PartWords(
        _l("When the employer asked for support"),
        {
            "asked_at": _l("When"),
            "asked_by_id": _l("By"),
            "text": _l("The employer’s words"),
            "due_on": _l("To be answered by"),
            "state": _l("State"),
            "taken_by_id": _l("Taken by"),
            "taken_at": _l("Taken"),
            "raised_at": _l("Passed on to the team leader"),
        },
    ),
    "employer_contacts": PartWords(
        _l("Visits and calls about you with employers"),
        {
            "on_day": _l("Day"),
            "employer_id": _l("Employer"),
            "coach_id": _l("Coach"),
            "channel": _l("How"),
            "with_whom": _l("With whom"),
            "learned": _l("What was learned"),
            "next_step": _l("Next step"),
            "next_step_on": _l("On"),
            "next_step_done_at": _l("Next step done"),
            "first_visit": _l("First visit"),
            "created_at": _l("Written down"),
        },
    ),
    "notifications": PartWords(
        _l("Mails to you"),
        {
            "kind": _l("About"),
            "state": _l("State"),
            "created_at": _l("Written down"),
            "sent_at": _l("Sent"),
        },
    ),
    "retention_warnings": PartWords(
        _l("When we asked whether your data is still needed"),
        {
            "warned_on": _l("Asked"),
            "last_active_on": _l("Last activity then"),
            "kept_at": _l("Kept"),
            "kept_by_id": _l("By"),
        },
    ),
    "access_log": PartWords(
        _l("Who has looked"),
        {
            "at": _l("When"),
            "viewer_role": _l("Who"),
            "viewer_id": _l("Name"),
            "what": _l("What was shown"),
            "why": _l("By what right"),
        },
    ),
    "audit_events": PartWords(
        _l("What was done, by whom and when"),
        {
            "at": _l("When"),
            "actor_role": _l("Who"),
            "actor_id": _l("Name"),
            "verb": lazy_pgettext("data", "What"),
            "data": _l("Details"),
        },
    ),
}

# Columns of any table that say nothing about the person.
NOT_ABOUT_ANYBODY = {
    "id": "an inner number",
    "public_id": "an inner number",
    "candidate_id": "an inner number: the candidate whose extract it is",
    "version": "counts how often the row was saved",
    "seal": "an inner number: which seal guards the row of a log",
}
LEFT_OUT = {
    "profiles.words_read": "inner tokens: which doubtful words the coach has looked at",
    "frozen_profiles.source_digest": "a keyed checksum of the profile, which is given",
    "frozen_profiles.digest": "a checksum of the content, which is given",
    "consents.frozen_profile_id": "an inner number: the frozen profiles are given",
    "consents.opening_digest": "a checksum of the need",
    "consent_contacts.consent_id": "an inner number: the consents are given",
    "disclosures.consent_id": "an inner number: the consents are given",
    "proposals.alias_id": "an inner number: the aliases are given",
    "proposals.frozen_profile_id": "an inner number: the frozen profiles are given",
    "proposals.asked_digest": "a checksum of the need",
    "proposals.consent_id": "an inner number: the consents are given",
    "proposals.disclosure_consent_id": "an inner number: the consents are given",
    "proposals.declined_from": "inner: where an undone answer returns to",
    "proposals.close_due_at": "a random hour that keeps two employers from joining what they see",
    "messages.proposal_id": "an inner number: the proposals are given",
    "interviews.proposal_id": "an inner number: the proposals are given",
    "interviews.sequence": "counts versions of the calendar entry",
    "interview_times.interview_id": "an inner number: the meetings are given",
    "placements.proposal_id": "an inner number: the proposals are given",
    "support_contacts.placement_id": "an inner number: the jobs are given",
    "support_contacts.origin": "inner: which rule drew the contact",
    "support_contacts.unit": "inner: the template's line",
    "support_contacts.offset_count": "inner: the template's line",
    "support_requests.placement_id": "an inner number: the jobs are given",
    "support_requests.contact_id": "an inner number: the contacts are given",
    "notifications.user_id": "another reader's mail is not about this person",
    "notifications.address": "empty where a candidate is the reader: the address stands under who you are",
    "notifications.language": "empty where a candidate is the reader",
    "notifications.about_type": "an inner number with the next",
    "notifications.about_id": "an inner number",
    "notifications.context": "the words that fill the letter, which the candidate has",
    "notifications.message_id": "the mail's technical id",
    "notifications.thread": "the mail's technical id",
    "notifications.once_key": "inner: keeps a mail from being written twice",
    "notifications.due_at": "inner: when the worker was to take it",
    "notifications.next_try_at": "inner: when the worker tries again",
    "notifications.leased_until": "inner: which worker has it",
    "notifications.attempts": "inner: how often the worker tried",
    "notifications.error": "the mail server's code",
    "retention_warnings.user_id": "empty where a candidate is meant",
    "audit_events.subject_type": "always the candidate",
    "audit_events.subject_id": "an inner number: the candidate",
}

# What was done, in plain words; what a phase's step is called comes from the table of phases.
VERBS = {
    "candidates.refer": _l("Taken in"),
    "candidates.edit_identity": _l("Changed who it is"),
    "candidates.edit_profile": _l("Changed the profile"),
    "candidates.edit_plan": _l("Changed what may be told"),
    "candidates.assign": _l("Given to a coach"),
    "candidates.add_note": _l("Wrote a note"),
    "privacy.warn": _l("Asked whether the data is still needed"),
    "privacy.keep": _l("Kept the data: there has been activity"),
    "privacy.refuse_part": _l("Kept a part of this extract back"),
    "privacy.give_part": _l("Gave a part that was kept back"),
}
