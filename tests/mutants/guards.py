"""The guards that the tables of states name: each says yes to everything; and the conditions inside the finer ones."""

from __future__ import annotations

from tests.mutants.mutant import guard, taken

_PROPOSALS = "proposals/test_guards.py::"
_LEAVES = f"{_PROPOSALS}test_nothing_leaves_the_team_when_it_may_not"
_RULES = "proposals/rules.py"
_OPENINGS = "openings/test_states.py::test_guards_refuse_with_a_sentence"

MUTANTS = (
    guard("proposals", "employer_verified", "_employer_verified", f"{_LEAVES}[unverified-ask_consent]"),
    guard("proposals", "opening_is_open", "_opening_is_open", f"{_LEAVES}[paused-ask_consent]"),
    guard(
        "proposals",
        "none_live",
        "_none_live",
        f"{_PROPOSALS}test_an_answer_is_not_taken_back_when_consent_need_or_place_are_gone",
        fails_with="sqlalchemy.exc.IntegrityError",
    ),
    guard(
        "proposals",
        "not_refused_before",
        "_not_refused_before",
        f"{_PROPOSALS}test_after_a_no_this_need_is_not_asked_again_but_another_is",
    ),
    guard("proposals", "plan_allows", "_plan_allows", f"{_LEAVES}[plan_forbids-ask_consent]"),
    guard("proposals", "profile_is_clean", "_profile_is_clean", f"{_LEAVES}[named_in_pitch-ask_consent]"),
    taken(
        "a yes by link sends what the guard stops by now",
        "proposals/states.py",
        '                "profile_is_clean",\n                "frozen_as_asked",',
        '                "frozen_as_asked",',
        f"{_LEAVES}[nicknamed_by_a_word_of_the_pitch-agree]",
    ),
    guard(
        "proposals",
        "candidate_can_be_asked",
        "_candidate_can_be_asked",
        f"{_PROPOSALS}test_a_candidate_without_address_is_asked_with_a_code_instead",
    ),
    guard("proposals", "has_contacts", "_has_contacts", f"{_LEAVES}[no_contacts-ask_consent]"),
    guard(
        "proposals",
        "frozen_as_asked",
        "_frozen_as_asked",
        f"{_PROPOSALS}test_a_yes_is_for_exactly_the_profile_that_was_shown",
    ),
    guard(
        "proposals",
        "opening_as_asked",
        "_opening_as_asked",
        f"{_PROPOSALS}test_a_yes_is_for_the_need_as_it_was_shown",
    ),
    guard(
        "proposals",
        "consent_lives",
        "_consent_lives",
        f"{_PROPOSALS}test_nothing_goes_on_without_a_living_consent",
    ),
    guard(
        "proposals",
        "opening_as_consented",
        "_opening_as_consented",
        f"{_PROPOSALS}test_details_are_not_told_after_the_need_was_changed",
    ),
    guard(
        "proposals",
        "disclosure_consented",
        "_disclosure_consented",
        f"{_PROPOSALS}test_a_disclosure_consent_past_its_day_tells_nothing",
    ),
    guard(
        "proposals",
        "within_24_hours",
        "_within_24_hours",
        f"{_PROPOSALS}test_an_answer_can_be_taken_back_for_24_hours",
    ),
    guard(
        "proposals",
        "opening_not_ended",
        "_opening_not_ended",
        f"{_PROPOSALS}test_an_answer_is_not_taken_back_when_consent_need_or_place_are_gone",
    ),
    guard(
        "proposals",
        "other_side_or_late",
        "_other_side_or_late",
        f"{_PROPOSALS}test_who_reported_a_hire_does_not_confirm_it",
    ),
    guard(
        "proposals",
        "candidate_said_yes",
        "_candidate_said_yes",
        f"{_PROPOSALS}test_nobody_is_hired_who_has_not_said_yes",
        fails_with="sqlalchemy.exc.IntegrityError",
    ),
    guard("proposals", "place_left", "_place_left", f"{_PROPOSALS}test_no_more_are_hired_than_were_sought"),
    guard(
        "proposals",
        "last_day_passed",
        "_last_day_passed",
        f"{_PROPOSALS}test_the_clock_does_not_lapse_a_question_before_its_last_day_is_over",
    ),
    guard(
        "proposals",
        "has_closing_ground",
        "_has_closing_ground",
        f"{_PROPOSALS}test_the_system_closes_nothing_without_a_ground",
        fails_with="sqlalchemy.exc.IntegrityError",
    ),
    guard("openings", "employer_is_verified", "employer_is_verified", "openings/test_states.py"),
    guard("openings", "is_complete", "is_complete", _OPENINGS),
    guard("openings", "is_paid_work", "is_paid_work", _OPENINGS),
    guard("openings", "last_day_not_passed", "last_day_not_passed", _OPENINGS),
    guard(
        "candidates",
        "has_coach",
        "has_coach",
        "candidates/test_phases.py::test_starting_needs_a_coach",
        fails_with="sqlalchemy.exc.IntegrityError",
    ),
    guard("candidates", "nothing_live", "nothing_live", "candidates/test_phases.py::test_no_exit_while_something_runs"),
    guard(
        "candidates",
        "nothing_left_alone",
        "nothing_left_alone",
        "proposals/test_guards.py::test_nobody_is_left_without_a_coach_while_something_is_under_way",
    ),
    guard(
        "employers",
        "has_business_id_or_reason",
        "has_business_id_or_reason",
        "employers/test_relationship.py::test_without_a_business_id_only_the_team_leaders_reason_verifies",
    ),
    guard(
        "placements",
        "subsidy_decided_first",
        "subsidy_decided_first",
        "placements/test_service.py::test_an_undecided_subsidy_undoes_the_hire",
        fails_with="sqlalchemy.exc.IntegrityError",
    ),
    guard(
        "placements",
        "placement_is_active",
        "placement_is_active",
        "placements/test_states.py::test_asking_is_refused_when_the_job_has_ended",
    ),
    # --- inside the guards
    taken(
        "a suspended employer counts as verified",
        _RULES,
        "    if opening.employer.verification is Verification.VERIFIED:",
        "    if opening.employer.verification in (Verification.VERIFIED, Verification.SUSPENDED):",
        "proposals/test_suspended.py::test_the_coach_is_refused_with_a_sentence_and_offered_nothing",
    ),
    taken(
        "the plan may forbid all proposals",
        _RULES,
        "    if not facts.plan.proposals_allowed:",
        "    if False:",
        f"{_LEAVES}[plan_forbids-ask_consent]",
    ),
    taken(
        "the plan may rule an employer out",
        _RULES,
        "    if facts.opening.employer_id in facts.plan.never_employers:",
        "    if False:",
        f"{_LEAVES}[never_this_employer-ask_consent]",
    ),
    taken(
        "the frozen profile's digest",
        _RULES,
        "frozen is not None and frozen.source_digest == facts.profile_digest",
        "frozen is not None",
        f"{_PROPOSALS}test_a_yes_is_for_exactly_the_profile_that_was_shown",
    ),
    taken(
        "a consent past its day or taken back holds for the next step",
        _RULES,
        "facts.consent is not None and facts.consent.is_live(facts.today)",
        "facts.consent is not None",
        f"{_PROPOSALS}test_nothing_goes_on_without_a_living_consent",
    ),
    taken(
        "details by a proposal's consent",
        _RULES,
        "        and consent.kind is ConsentKind.DISCLOSURE\n",
        "",
        f"{_PROPOSALS}test_details_need_a_yes_that_fits_in_every_part",
    ),
    taken(
        "details by a yes past its day",
        _RULES,
        "        and consent.is_live(facts.today)\n",
        "",
        f"{_PROPOSALS}test_a_disclosure_consent_past_its_day_tells_nothing",
    ),
    taken(
        "details by a yes for another need",
        _RULES,
        "        and consent.opening_id == facts.opening.id\n",
        "",
        f"{_PROPOSALS}test_details_need_a_yes_that_fits_in_every_part",
    ),
    taken(
        "details by a yes for other terms",
        _RULES,
        "        and consent.opening_digest == facts.terms_digest\n",
        "",
        f"{_PROPOSALS}test_details_need_a_yes_that_fits_in_every_part",
    ),
    taken(
        "details by a yes without any",
        _RULES,
        "        and consent.fields\n",
        "",
        f"{_PROPOSALS}test_details_need_a_yes_that_fits_in_every_part",
    ),
    taken(
        "a team leader confirms before five working days",
        _RULES,
        "        if facts.late_after is not None and facts.today >= facts.late_after:",
        "        if True:",
        f"{_PROPOSALS}test_a_team_leader_confirms_after_five_working_days",
    ),
)
