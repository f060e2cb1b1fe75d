"""The access log: each place that shows somebody writes to it first, or shows nothing."""

from __future__ import annotations

from tests.mutants.mutant import edit, taken

_CANDIDATES = "candidates/queries.py"
_AUDIT = "audit/service.py"
_ROWS = "candidates/test_access.py::test_each_showing_is_one_row"
_FAILS = "candidates/test_access.py::test_when_the_log_cannot_be_written_no_identity_is_served"

MUTANTS = (
    taken(
        "staff see names and notes unlogged",
        _CANDIDATES,
        "    audit.saw(actor, ids - others, what, _WHY[actor.role])\n",
        "",
        f"{_ROWS}[coach-own caseload-]",
    ),
    taken(
        "whom a deputy sees unlogged",
        _CANDIDATES,
        '    audit.saw(actor, others, what, "deputising")\n',
        "",
        "leaves/test_leaves.py::test_the_access_log_says_why",
    ),
    taken(
        "a deputy's look is called the own caseload's",
        _CANDIDATES,
        "Candidate.id.in_(candidate_ids), Candidate.coach_id.in_(actor.covers))",
        "Candidate.id.in_(candidate_ids), Candidate.coach_id.in_([]))",
        "leaves/test_leaves.py::test_the_access_log_says_why",
    ),
    taken(
        "names in lists unlogged",
        _CANDIDATES,
        "    if found:\n        _log_showing(actor, found, what)\n",
        "",
        "candidates/test_access.py::test_a_list_writes_one_row_for_each_it_shows",
    ),
    taken(
        "an identity unlogged",
        _CANDIDATES,
        "        raise Missing\n    _log_showing(actor, [candidate.id], what)\n    return identity",
        "        raise Missing\n    return identity",
        f"{_ROWS}[coach-own caseload-]",
    ),
    taken(
        "notes of a contact unlogged",
        _CANDIDATES,
        "    _log_showing(actor, [candidate_id], what)\n\n\ndef names",
        "    return None\n\n\ndef names",
        "placements/test_pages.py::test_what_was_noted_of_a_contact_is_logged_when_it_is_read",
    ),
    taken(
        "notes on a contact's page unlogged",
        "placements/views.py",
        '        candidates.notes_shown(actor, placement.candidate_id, "placements.contact")',
        "        pass",
        "placements/test_pages.py::test_what_was_noted_of_a_contact_is_logged_when_it_is_read",
    ),
    taken(
        "notes on a hire's page unlogged: name and notes together",
        "placements/views.py",
        '    candidates.notes_shown(actor, placement.candidate_id, "placements.show")',
        "    pass",
        "placements/test_pages.py::test_the_team_sees_both_sides_with_the_name_and_it_is_logged",
        also=(edit(_CANDIDATES, "    if found:\n        _log_showing(actor, found, what)\n", ""),),
    ),
    taken(
        "details given to an employer unlogged",
        "proposals/page.py",
        '        audit.saw(actor, [proposal.candidate_id], "proposals.show", "disclosed to the employer")\n',
        "        pass\n",
        "proposals/test_giving_details.py::test_an_employer_who_reads_given_details_leaves_one_line_in_the_log_each_time",
    ),
    taken(
        "the name of a hire unlogged",
        "placements/queries.py",
        '        audit.saw(actor, [placement.candidate_id], "placements.show", "disclosed")\n',
        "        pass\n",
        "placements/test_pages.py::test_the_name_is_shown_while_the_consent_lives_and_logged",
        fails_with="sqlalchemy.exc.NoResultFound",
    ),
    taken(
        "notes to the employer unlogged where no name is told",
        "placements/queries.py",
        "    if name or reads_notes:",
        "    if name:",
        "placements/test_pages.py::test_notes_that_may_hold_a_name_are_read_on_the_terms_of_the_name",
    ),
    taken(
        "why a contact was dropped is read unlogged",
        "placements/views.py",
        "    if one.state is ContactState.DONE or one.drop_reason:",
        "    if one.state is ContactState.DONE:",
        "placements/test_pages.py::test_why_a_contact_was_dropped_is_logged_when_it_is_read",
    ),
    taken(
        "what a late form shows again is undone",
        "placements/views.py",
        '    if request.method == "POST":\n        begin_again()\n',
        "",
        "placements/test_pages.py::test_what_was_typed_when_a_colleague_was_quicker_is_shown_and_the_showing_logged",
    ),
    taken(
        "what was noted with an employer of another's candidate is read unlogged",
        "candidates/asked_below.py",
        '    audit.saw(actor, candidate_ids, _PAGE, "shared contact log")',
        "    return None",
        "audit/test_every_answer.py::test_each_answer_writes_a_row_of_each_whom_it_shows_and_is_not_given_when_it_cannot",
    ),
    taken(
        "the extract unlogged",
        "privacy/views.py",
        "    name = candidates.identity_of(current_actor(), candidate, EXTRACT).full_name",
        '    name = ""',
        "desk/test_log.py::test_the_extract_lists_every_look_and_writes_none",
        "privacy/test_extract.py::test_everything_private_is_in_both_files_and_the_log_is_the_ledger",
    ),
    taken(
        "whom a row that was not written would have shown is shown",
        _AUDIT,
        '        raise Unlogged("the row could not be written") from error',
        "        return",
        f"{_FAILS}[/X]",
    ),
    taken(
        "a page whose rows are undone is sent",
        "core/app.py",
        '            if g.get("shown"):\n                raise Unlogged("the page shows somebody, '
        'and what it wrote to the access log is undone")',
        "            pass",
        "audit/test_unlogged.py::test_a_refused_answer_that_shows_somebody_is_not_given",
    ),
    taken(
        "a page whose commit failed is no 503",
        "core/app.py",
        '            if g.get("shown"):\n                raise Unlogged("the commit failed") from error\n',
        "",
        "audit/test_unlogged.py::test_an_answer_whose_commit_fails_for_whatever_reason_is_not_given",
        fails_with="sqlalchemy.exc.ProgrammingError",
    ),
    taken(
        "a log may be edited by our own code",
        "audit/keeping.py",
        "        raise WroteOnLog(",
        "        str(",
        "audit/test_sealing.py::test_code_that_changes_a_log_is_stopped",
    ),
)
