"""Texts that can reach an employer, and values that few share: each place where they are read or made coarser."""

from __future__ import annotations

from tests.mutants.mutant import taken

_CANDIDATES = "candidates/service.py"
_FORMS = "candidates/test_forms.py::"
_GUARD = "core/guarding.py"
_KEEP = "candidates/test_keep_fine.py::"
_RARITY = "candidates/test_rarity.py::"

MUTANTS = (
    taken(
        "the profile's texts",
        _CANDIDATES,
        '    guarding.refuse(found, f"{values.words_read} {read_before}")\n',
        "",
        f"{_FORMS}test_the_guard_marks_the_words_in_place",
    ),
    taken(
        "the agreed words",
        _CANDIDATES,
        "    guarding.refuse(found, values.words_read)\n",
        "",
        f"{_FORMS}test_the_agreed_words_may_tell_what_the_candidate_wants",
    ),
    taken(
        "a coach's message",
        "proposals/messages.py",
        "        guarding.refuse(found, words_read)\n",
        "",
        "proposals/test_forms.py::test_a_coachs_message_with_the_candidates_name_is_stopped_at_the_field",
    ),
    taken(
        "a meeting's place",
        "proposals/interviews.py",
        '        guarding.refuse(textguard.remarks_on({"place": place}, proposal.candidate_id, allowed), words_read)\n',
        "",
        "proposals/test_interviews.py::test_a_place_that_names_the_candidate_is_stopped_when_the_coach_writes_it",
    ),
    taken(
        "the note to the employer after a contact",
        "placements/contacts.py",
        "    guarding.refuse(textguard.remarks_on(note, placement.candidate_id, "
        "own_words.passes(placement)), log.words_read)\n",
        "",
        "placements/test_service.py::test_the_employers_note_may_not_name_or_speak_of_health",
    ),
    taken(
        "the named colleague",
        "placements/service.py",
        "    guarding.refuse(textguard.remarks_on(text, placement.candidate_id, allowed_here), words_read)\n",
        "",
        "placements/test_service.py::test_the_named_colleague_may_be_called_as_somebody_else_is",
    ),
    taken(
        "a need that the team writes",
        "openings/service.py",
        "    guarding.refuse_of(actor, contents.texts(content), words_read)\n",
        "",
        "openings/test_names_in_needs.py::test_a_coach_names_nobody_of_the_caseload",
    ),
    taken(
        "a need that the team edits",
        "openings/service.py",
        "    guarding.refuse_of(actor, changed_texts, words_read)\n",
        "",
        "openings/test_names_in_needs.py::test_what_the_employer_wrote_does_not_hold_a_coachs_edit_back",
        "openings/test_names_in_needs.py::test_a_name_is_not_edited_into_a_need",
    ),
    taken(
        "the name of an employer that the team keeps",
        "employers/service.py",
        '    guarding.refuse_of(actor, {"name": name, "sector": sector}, words_read, of_firm=True)\n',
        "",
        "employers/test_guarded_names.py::test_a_firms_name_is_read[new]",
    ),
    taken(
        "the name of an employer or workplace that the team changes",
        "employers/service.py",
        "    guarding.refuse_of(actor, changed, words_read, of_firm=True)\n",
        "",
        "employers/test_guarded_names.py::test_a_firms_name_is_read[edit]",
        "employers/test_guarded_names.py::test_a_firms_name_is_read[edit_workplace]",
    ),
    taken(
        "the name of a workplace that the team adds",
        "employers/service.py",
        '    guarding.refuse_of(actor, {"name": name, "street": street}, words_read, of_firm=True)\n',
        "",
        "employers/test_guarded_names.py::test_a_firms_name_is_read[add_workplace]",
    ),
    taken(
        "a client's illness in a need only asks",
        "candidates/textguard/of_employers.py",
        "        if finding in _ALWAYS or _speaks_of_somebody(text, remark):",
        "        if finding in _ALWAYS:",
        "openings/test_names_in_needs.py::test_a_coach_names_nobody_of_the_caseload",
    ),
    taken(
        "the candidate's own short street in a meeting's place",
        "candidates/textguard/places.py",
        "        if behind and of and (at_number := behind.match(text, word.end)):",
        "        if behind and of and (at_number := behind.match(text, word.end)) and len(of[0]) > 7:",
        "candidates/test_guard_reads.py::test_the_own_street_with_its_number_stands_out_however_short",
    ),
    taken(
        "a name that the team adds to the lists",
        "lists/service.py",
        "    guarding.refuse_of(actor, values.names, words_read)\n",
        "",
        "lists/test_pages.py::test_the_guard_reads_the_names_that_employers_will_read",
    ),
    taken(
        "nobody reads what the team writes into needs",
        "wiring.py",
        "    guarding.provide(textguard.read_of_employer)\n",
        "",
        "openings/test_names_in_needs.py::test_a_coach_names_nobody_of_the_caseload",
    ),
    taken(
        "what blocks is ticked away",
        _GUARD,
        "        if any(remark.blocks or token(field, remark) not in read for remark in remarks)",
        "        if any(token(field, remark) not in read for remark in remarks)",
        "core/test_guarding.py::test_a_tick_stands_for_doubtful_words_alone",
    ),
    taken(
        "doubtful words ask nobody",
        _GUARD,
        "        if any(remark.blocks or token(field, remark) not in read for remark in remarks)",
        "        if any(remark.blocks for remark in remarks)",
        "proposals/test_messages.py::test_a_doubtful_word_passes_once_it_was_looked_at_and_a_blocking_one_never",
    ),
    taken(
        "a tick is offered for what blocks",
        _GUARD,
        "    if any(remark.blocks for _text, remarks in found.values() for remark in remarks):",
        "    if False:",
        "core/test_guarding.py::test_a_tick_stands_for_doubtful_words_alone",
    ),
    taken(
        "a profile that became doubtful is sent",
        "candidates/textguard/__init__.py",
        "        if remark.blocks or token(field, remark) not in read",
        "        if remark.blocks",
        "proposals/test_guards.py::test_nothing_leaves_the_team_when_it_may_not[doubtful_in_pitch-ask_consent]",
    ),
    taken(
        "the own name passes before it is known",
        "candidates/textguard/passes.py",
        "        return passes.name_known",
        "        return True",
        "proposals/test_messages.py::test_a_name_is_held_back_until_the_candidate_lets_it_be_known",
    ),
    taken(
        "any number passes",
        "candidates/textguard/passes.py",
        "    if finding in _REACHED_BY:\n        return",
        "    if finding in _REACHED_BY:\n        return True or",
        "proposals/test_messages.py::test_the_phone_that_is_known_passes_and_another_does_not",
    ),
    # --- values that few share
    taken(
        "a coarse value counts those whose own is shown",
        "candidates/rarity.py",
        "        own = [one for one in fine_of[step] if one not in shown]",
        "        own = fine_of[step]",
        "candidates/test_rarity.py::test_a_coarse_value_hides_behind_those_alone_who_are_shown_it",
    ),
    taken(
        "who keeps a value fine is counted behind the coarse one",
        "candidates/rarity.py",
        " if one == step or who not in keeping.get(one, ())}",
        "}",
        "candidates/test_rarity.py::test_who_keeps_a_value_fine_hides_nobody",
    ),
    taken(
        "a rare value is shown as it is",
        "candidates/rarity.py",
        "if self.shared.get((kind, step), 0) >= self.below), None)",
        "if self.shared.get((kind, step), 0) >= 0), None)",
        f"{_RARITY}test_a_trade_that_five_share_is_shown_and_one_that_four_share_is_its_group",
    ),
    taken(
        "a rare band of years beside a group",
        "candidates/profiles.py",
        '        if step != key and now.in_group.get(f"{step}/{band}", 0) < now.below:',
        "        if False:",
        f"{_RARITY}test_years_beside_a_group_stay_only_when_enough_have_as_many",
    ),
    taken(
        "a level beside another language",
        "candidates/profiles.py",
        '            found[step] = ""  # a level of',
        "            found[step] = level  # a level of",
        f"{_RARITY}test_a_level_is_not_told_beside_another_language",
    ),
    taken(
        "who has left hides somebody",
        "candidates/rarity.py",
        "        .where(Candidate.phase != Phase.EXITED)\n",
        "",
        f"{_RARITY}test_who_has_left_hides_nobody",
    ),
    taken(
        "a value is kept fine without being asked for",
        "candidates/rarity.py",
        "    stays = rare and (kind, value) in kept",
        "    stays = rare",
        f"{_RARITY}test_a_frozen_profile_holds_the_coarse_value_alone_and_stays",
    ),
    taken(
        "kept fine without a reason",
        "candidates/keeping.py",
        "    if not reason:",
        "    if False:",
        f"{_KEEP}test_a_reason_is_asked_for_by_the_service_too",
    ),
    taken(
        "kept fine by a stranger",
        "candidates/keeping.py",
        "    if not rules.may_touch(actor, candidate) or (kind, value)",
        "    if (kind, value)",
        "guards/test_sight.py::test_services_refuse_whoever_may_not_touch",
        fails_with="portal.core.errors.Overtaken",
    ),
    taken(
        "let go by a stranger",
        "candidates/keeping.py",
        "    if not rules.may_touch(actor, candidate):\n        raise Missing\n    gone",
        "    gone",
        "guards/test_sight.py::test_what_is_kept_fine_is_let_go_by_no_stranger",
    ),
    taken(
        "what the profile has lost stays kept for its return",
        "candidates/service.py",
        "    keeping.forget_gone(candidate)\n",
        "",
        f"{_KEEP}test_a_value_that_leaves_the_profile_is_not_kept_for_its_return",
    ),
    taken(
        "a change of what is kept fine leaves the question open",
        "candidates/profiles.py",
        '        "kept": sorted([kind.value, value] for kind, value in kept if (kind, value) in '
        "set(rarity.values_of(profile))),\n",
        "",
        "candidates/test_keep_fine.py::test_what_is_kept_fine_is_part_of_what_the_yes_is_for",
    ),
)
