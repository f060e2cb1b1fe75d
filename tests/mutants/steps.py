"""Where tables and guards are asked, and what services ask beside them: state, role, the moment's own facts."""

from __future__ import annotations

from tests.mutants.mutant import edit, taken

_GUARDS = "proposals/test_guards.py::"
_TABLE = "proposals/test_table.py::test_everything_else_is_refused_to_everybody"

MUTANTS = (
    taken("the role of a row", "core/states.py", "        if role not in row.by:", "        if False:", _TABLE),
    taken(
        "a move asks its guards",
        "proposals/moves.py",
        "    if row.guards:\n        queries.hold(proposal)\n"
        "        refuse_unless(row, queries.facts(proposal, **known), actor)\n",
        "",
        f"{_GUARDS}test_nothing_goes_on_without_a_living_consent",
    ),
    taken(
        "a move is for the state that was read",
        "proposals/moves.py",
        "Proposal.id == proposal.id, Proposal.state == source)",
        "Proposal.id == proposal.id)",
        "proposals/test_stale.py",
        fails_with="sqlalchemy.exc.InvalidRequestError",
    ),
    taken(
        "a step of a candidate's phase asks its guards",
        "candidates/service.py",
        "        if (objection := rules.GUARDS[name](candidate, actor)) is not None:",
        "        if (objection := rules.GUARDS[name](candidate, actor)) is not None and False:",
        "candidates/test_phases.py::test_no_exit_while_something_runs",
    ),
    taken(
        "a step of a hire asks its guards",
        "placements/changes.py",
        "        if sentence is not None:",
        "        if False:",
        "placements/test_states.py::test_asking_is_refused_when_the_job_has_ended",
    ),
    taken(
        "a step of a need asks its guards",
        "openings/service.py",
        "        if sentence := rules.GUARDS[name](opening, actor):",
        "        if (sentence := rules.GUARDS[name](opening, actor)) and False:",
        "openings/test_states.py::test_guards_refuse_with_a_sentence",
    ),
    taken(
        "verifying asks its guards",
        "employers/service.py",
        "        if sentence := rules.GUARDS[name](employer, actor):",
        "        if (sentence := rules.GUARDS[name](employer, actor)) and False:",
        "employers/test_relationship.py::test_without_a_business_id_only_the_team_leaders_reason_verifies",
    ),
    taken(
        "an employer says the candidate's yes",
        "proposals/service/hiring.py",
        "    said_yes = candidate_said_yes and not actor.is_employer",
        "    said_yes = candidate_said_yes",
        f"{_GUARDS}test_an_employer_cannot_say_the_candidates_yes",
    ),
    taken(
        "a coach reports without the candidate's yes",
        "proposals/service/hiring.py",
        "    if not actor.is_employer and not candidate_said_yes:",
        "    if False:",
        f"{_GUARDS}test_a_coach_reports_a_hire_only_with_the_candidates_yes",
    ),
    taken(
        "details are asked for in any state",
        "proposals/service/disclosing.py",
        "    if actor.role is not Role.COACH or proposal.state is not ProposalState.INTERESTED:\n"
        '        raise Refused(_("The candidate is asked when the employer is interested."))\n    if is_out',
        "    if is_out",
        "proposals/test_candidate_pages.py",
        "proposals/test_stale.py",
        "proposals/test_consent_steps.py",
    ),
    taken(
        "details are asked for a suspended employer",
        "proposals/service/disclosing.py",
        "    if is_out := why_employer_is_out(proposal.opening):",
        "    if (is_out := why_employer_is_out(proposal.opening)) and False:",
        "proposals/test_suspended.py::test_the_candidate_is_not_asked_for_details",
    ),
    taken(
        "a yes to details is recorded in any state",
        "proposals/service/disclosing.py",
        "    if actor.role is not Role.COACH or proposal.state is not ProposalState.INTERESTED:\n"
        '        raise Refused(_("The candidate is asked when the employer is interested."))\n    replace',
        "    replace",
        "proposals/test_consent_steps.py",
    ),
    taken(
        "a yes to details by link counts in any state",
        "proposals/service/disclosing.py",
        "    if proposal.state is not ProposalState.INTERESTED:\n"
        '        raise Overtaken(_("This question is not open any more."))\n    consent = give(',
        "    consent = give(",
        "proposals/test_consent_steps.py",
    ),
    taken(
        "a yes is renewed when it is not with the employer",
        "proposals/service/renewing.py",
        "    if proposal.state not in SENT or proposal.consent is None:",
        "    if proposal.consent is None:",
        "proposals/test_consent_steps.py",
        also=(
            edit(
                "proposals/rules.py", "    if proposal.state not in SENT or consent is None:", "    if consent is None:"
            ),
        ),
    ),
    taken(
        "a yes that holds is renewed",
        "proposals/service/renewing.py",
        "    if not needs_yes_again(proposal, terms_digest(proposal.opening)):",
        "    if False:",
        "proposals/test_consent_steps.py",
    ),
    taken(
        "times are suggested at a suspended employer",
        "proposals/interviews.py",
        "    if is_out := why_employer_is_out(proposal.opening):",
        "    if (is_out := why_employer_is_out(proposal.opening)) and False:",
        "proposals/test_suspended.py::test_nothing_is_asked_or_agreed_about_meeting",
    ),
    taken(
        "one picks from the own suggestion",
        "proposals/interviews.py",
        "    if interview.proposed_by is side_of(actor):",
        "    if False:",
        "proposals/test_interviews.py::test_nobody_picks_from_the_own_suggestion",
    ),
    taken(
        "messages go where nobody is to be told",
        "proposals/messages.py",
        "    if not shows_profile(proposal):",
        "    if False:",
        "proposals/test_messages.py::test_an_employer_may_write_anything_while_there_is_somebody_to_write_to",
        "proposals/test_words_after.py::test_what_a_candidate_takes_back_after_a_hire_the_team_records_in_one_press",
    ),
    taken(
        "others are closed without a hire, or by anybody",
        "proposals/elsewhere.py",
        "    if actor.role is not Role.COACH or hired.state is not ProposalState.HIRED:",
        "    if False:",
        "proposals/test_jobs.py::test_only_the_coach_closes_the_others_and_only_after_a_hire",
    ),
    taken(
        "an end leaves the consents alive",
        "proposals/service/ending.py",
        "        if consent.withdrawn_at is None:\n            consents.withdraw(consent, SYSTEM if",
        "        if False:\n            consents.withdraw(consent, SYSTEM if",
        f"{_GUARDS}test_an_end_takes_consents_links_and_queued_mails_with_it",
    ),
    taken(
        "an edit of the profile leaves the question open",
        "wiring.py",
        "    candidate_events.PROFILE_CHANGED.subscribe(proposals.take_back_asked)\n",
        "",
        f"{_GUARDS}test_an_edit_of_the_profile_voids_the_link_and_returns_to_draft",
    ),
    taken(
        "an edit of the need asks nobody again",
        "wiring.py",
        "    opening_events.CHANGED.subscribe(proposals.ask_again)\n",
        "",
        "proposals/test_asked_again.py::test_an_employer_who_edits_the_hours_has_the_candidate_asked_again",
    ),
    taken(
        "a contact with the employer is planned though nobody is told",
        "placements/rules.py",
        "    if placement.state is PlacementState.ACTIVE and has_employer_side(placement):",
        "    if placement.state is PlacementState.ACTIVE:",
        "placements/test_service.py::test_an_own_find_with_nobody_told_has_no_employer_side",
    ),
    taken(
        "the plan is drawn for the employer though nobody is told",
        "placements/plan.py",
        "        if line.side is ContactSide.EMPLOYER and not employer_side:",
        "        if False:",
        "placements/test_plan.py::test_nobody_told_leaves_no_employer_side",
    ),
    taken(
        "told_at_work is not asked when a plan is made",
        "placements/rules.py",
        "    return placement.told_at_work is not ToldAtWork.NOBODY",
        "    return True",
        "placements/test_service.py::test_an_own_find_with_nobody_told_has_no_employer_side",
    ),
    taken(
        "a named colleague is kept though nobody is told",
        "placements/service.py",
        '        named_colleague="" if told_at_work is ToldAtWork.NOBODY else named_colleague,',
        "        named_colleague=named_colleague,",
        "placements/test_service.py::test_no_colleague_is_named_where_nobody_is_told",
    ),
    taken(
        "an employer's note on the employee's side",
        "placements/contacts.py",
        "    if log.employer_note and side is not ContactSide.EMPLOYER:",
        "    if False:",
        "placements/test_service.py::test_nothing_of_the_employees_side_is_written_for_the_employer",
        fails_with="sqlalchemy.exc.IntegrityError",
    ),
)
