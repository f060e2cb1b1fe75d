"""What is asked when a mail is queued and again when it leaves: is it still so, and may its reader be told."""

from __future__ import annotations

from tests.mutants.mutant import taken

_READERS = "proposals/mails/readers.py"
_SUSPENDED = "attacks/test_who_sees.py::test_nobody_at_a_suspended_employer_is_mailed"
_NEW_COACH = "attacks/test_who_sees.py::test_the_new_coach_hears_and_the_old_one_does_not"
_TOLD = "proposals/test_mails_due.py::"
_GONE = "placements/test_jobs.py::test_who_may_not_see_the_hire_any_more_is_not_mailed"

MUTANTS = (
    taken(
        "mails of a candidate who is elsewhere too go at once",
        _READERS,
        "    if spread and queries.is_elsewhere(proposal, clock.now() - ELSEWHERE_LATELY):",
        "    if False:",
        "leaks/test_joining.py::test_two_employers_who_compare_notes_join_nobody",
    ),
    taken(
        "a message is mailed before the candidate it is about",
        _READERS,
        '    due_at = due_from(FIRST, ("proposal", proposal.id))',
        "    due_at = None",
        "leaks/test_joining.py::test_two_employers_who_compare_notes_join_nobody",
    ),
    taken(
        "the worker asks nothing again",
        "outbox/worker.py",
        "recipient_of(row) if kind.still_due(row) else None",
        "recipient_of(row)",
        "outbox/test_worker.py::test_what_is_no_longer_due_is_cancelled",
    ),
    taken(
        "what a reader turned off is mailed all the same",
        "outbox/recipients.py",
        "if self.nothing or kind.name in self.off:",
        "if self.nothing:",
        "accounts/test_mail_choices.py::test_a_mail_program_turns_a_kind_off_by_one_post_and_a_person_has_the_way_back",
    ),
    taken(
        "what waits for an answer is turned off by a link",
        "accounts/choices.py",
        "if user is None or kind is None or not kind.informative:",
        "if user is None or kind is None:",
        "accounts/test_mail_choices.py::test_only_our_own_links_to_what_may_be_turned_off_do_anything",
    ),
    taken(
        "a line of the daily mail is not asked about again",
        "outbox/digest.py",
        "if recipient.way(kind) is Way.NOT_AT_ALL or not kind.still_due(row):",
        "if recipient.way(kind) is Way.NOT_AT_ALL and not kind.still_due(row):",
        "outbox/test_digest.py::test_what_is_over_before_the_mail_leaves_drops_out_and_a_mail_without_lines_is_none",
    ),
    taken(
        "what can wait leaves in the night",
        "outbox/claims.py",
        "return due if hours.are_open() else",
        "return due if hours.hours() else",
        "outbox/test_hours.py::test_what_can_wait_leaves_in_the_day_and_what_is_urgent_at_once",
    ),
    taken(
        "a closed account is written to",
        "accounts/queries.py",
        "    if user is None or user.deactivated_at is not None:\n        return None\n    return Recipient(",
        "    if user is None:\n        return None\n    return Recipient(",
        "outbox/test_worker.py::test_nobody_is_written_to_after_the_account_was_closed",
    ),
    taken(
        "a mail of a proposal leaves whoever may see it",
        _READERS,
        "queries.may_be_told(notification.about_id, notification.told_id) and still_due(notification)",
        "still_due(notification)",
        _SUSPENDED,
    ),
    taken(
        "a mail of a proposal leaves though it is not so any more",
        _READERS,
        " and still_due(notification)\n\n    return mail_kind(name, write, still_due=check,",
        "\n\n    return mail_kind(name, write, still_due=check,",
        f"{_TOLD}test_a_question_that_was_taken_back_is_not_asked",
    ),
    taken(
        "whoever had the mail's right keeps it",
        "proposals/queries/mailing.py",
        "where(Proposal.id == proposal_id, visible_to(employers.actor_of(user)))",
        "where(Proposal.id == proposal_id)",
        _NEW_COACH,
    ),
    taken(
        "a closed account is told of a proposal",
        "proposals/queries/mailing.py",
        "    if user is None or not user.is_active:",
        "    if user is None:",
        f"{_TOLD}test_a_closed_account_is_told_nothing",
    ),
    taken(
        "the employer is told of what it is not to see any more: while_sent",
        _READERS,
        "    return _state_of(notification) in SENT",
        "    return True",
        f"{_TOLD}test_a_ground_holds_in_its_states_and_in_no_other",
    ),
    taken(
        "a mail about what has ended: while_live",
        _READERS,
        "    return _state_of(notification) in LIVE",
        "    return True",
        f"{_TOLD}test_a_ground_holds_in_its_states_and_in_no_other",
    ),
    taken(
        "the employer is asked for an answer that was given: while_proposed",
        _READERS,
        "    return _state_of(notification) is ProposalState.PROPOSED",
        "    return True",
        f"{_TOLD}test_a_ground_holds_in_its_states_and_in_no_other",
    ),
    taken(
        "the candidate is asked what was answered: while_asked",
        _READERS,
        "    return _state_of(notification) is ProposalState.AWAITING_CONSENT",
        "    return True",
        f"{_TOLD}test_a_ground_holds_in_its_states_and_in_no_other",
    ),
    taken(
        "a hire is to be confirmed that was confirmed: while_reported",
        _READERS,
        "    return _state_of(notification) is ProposalState.HIRE_REPORTED",
        "    return True",
        f"{_TOLD}test_a_ground_holds_in_its_states_and_in_no_other",
    ),
    taken(
        "the candidate is told of what the employer is not shown any more: while_shown",
        _READERS,
        "    return _state_of(notification) in PROFILE_SHOWN",
        "    return True",
        f"{_TOLD}test_a_ground_holds_in_its_states_and_in_no_other",
    ),
    taken(
        "an employer is told of a message that is not on the page any more: while_read",
        _READERS,
        "    return queries.may_read(notification.about_id, notification.told_id)",
        "    return True",
        "proposals/test_words_after.py::test_a_mail_of_a_message_leaves_while_its_reader_finds_the_message",
    ),
    taken(
        "who may read messages asks no yes",
        "proposals/queries/mailing.py",
        "    return user is not None and (user.role is not Role.EMPLOYER or shows_profile(load(proposal_id)))",
        "    return user is not None",
        "proposals/test_words_after.py::test_a_mail_of_a_message_leaves_while_its_reader_finds_the_message",
    ),
    taken(
        "contact persons whom the yes does not name are mailed",
        "proposals/queries/parts.py",
        "    return [user for user in proposal.opening.contacts if user.id in named and user.is_active]",
        "    return [user for user in proposal.opening.contacts if user.is_active]",
        f"{_TOLD}test_only_whom_the_yes_names_are_mailed",
    ),
    taken(
        "a contact person who left is mailed",
        "proposals/queries/parts.py",
        "if user.id in named and user.is_active]",
        "if user.id in named]",
        f"{_TOLD}test_who_has_left_since_the_yes_is_not_mailed",
    ),
    taken(
        "what is queued of a proposal that ended",
        "proposals/service/ending.py",
        '    outbox.cancel(("proposal", proposal.id))\n',
        "",
        "proposals/test_guards.py::test_an_end_takes_consents_links_and_queued_mails_with_it",
    ),
    taken(
        "the administrator's list looks candidates' addresses up like others'",
        "outbox/queries.py",
        'addresses.get(row.user_id or 0, "") if row.candidate_id is None else None,',
        'addresses.get(row.user_id or 0, ""),',
        "outbox/test_queue_page.py::test_a_candidates_address_is_never_shown",
    ),
    taken(
        "mails wait on after a yes was taken back after a hire",
        "proposals/service/ending.py",
        '        outbox.cancel(about=("proposal", proposal.id))\n',
        "        pass\n",
        "proposals/test_words_after.py::test_what_a_candidate_takes_back_after_a_hire_the_team_records_in_one_press",
    ),
    taken(
        "a mail of a hire leaves whoever may see it",
        "placements/mails.py",
        "queries.may_be_told(notification.about_id, notification.told_id) and still_due(notification)",
        "still_due(notification)",
        _GONE,
    ),
    taken(
        "whoever had the right to a hire's mail keeps it",
        "placements/queries.py",
        "where(Placement.id == placement_id, visible_to(employers.actor_of(user)))",
        "where(Placement.id == placement_id)",
        _GONE,
    ),
    taken(
        "a closed account is told of a hire",
        "placements/queries.py",
        "    if user is None or not user.is_active:\n        return False",
        "    if user is None:\n        return False",
        _GONE,
    ),
    taken(
        "the employer is mailed of a job that nobody is told of",
        "placements/queries.py",
        "    if placement.proposal_id is None or placement.told_at_work is ToldAtWork.NOBODY:",
        "    if placement.proposal_id is None:",
        "placements/test_service.py::test_nobody_is_written_to_about_a_job_that_nobody_is_told_of",
    ),
    taken(
        "the employer is told of coming contacts of such a job",
        "placements/queries.py",
        "        Placement.told_at_work != ToldAtWork.NOBODY,\n    )",
        "    )",
        "placements/test_service.py::test_nobody_is_written_to_about_a_job_that_nobody_is_told_of",
    ),
)
