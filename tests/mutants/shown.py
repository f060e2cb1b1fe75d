"""What a yes lets be seen: what the pages ask beside the one door, the candidate's own pages, and asking anew."""

from __future__ import annotations

from tests.mutants.mutant import Edit, edit, taken

_DOOR = "candidates/disclosure.py"
_PAGE = "proposals/page.py"
_RULES = "proposals/rules.py"
_KNOWN = "proposals/known.py"
_WORDS = "proposals/test_words_after.py::"

MUTANTS = (
    # --- what the pages ask beside it
    taken(
        "details outside the states that know the identity",
        _KNOWN,
        "    if proposal.state not in IDENTITY_KNOWN or consent",
        "    if consent",
        "proposals/test_giving_details.py::test_what_was_agreed_is_not_shown_before_the_coach_gives_it",
        "proposals/test_messages.py::test_what_was_agreed_but_not_given_is_held_back",
    ),
    taken(
        "details by a dead yes: page and door together",
        _KNOWN,
        " or consent is None or not consent.is_live():",
        " or consent is None:",
        "proposals/test_leaks.py::test_a_disclosure_past_its_day_shows_nothing",
        "proposals/test_messages.py::test_a_name_is_held_back_again_when_the_yes_is_over",
        "placements/test_pages.py::test_without_a_live_consent_the_alias_stands_there",
        also=(edit(_DOOR, "consent.kind is not ConsentKind.DISCLOSURE or not consent.is_live()", "False"),),
    ),
    taken(
        "details to contact persons whom the yes does not name",
        _KNOWN,
        "    if actor.user_id not in {user.id for user in consent.contacts}:",
        "    if False:",
        "proposals/test_as_shown.py::test_details_are_shown_to_those_whom_their_own_yes_names",
        "placements/test_pages.py::test_without_a_live_consent_the_alias_stands_there[other_person]",
    ),
    taken(
        "texts that may hold more than is told",
        _KNOWN,
        "    return bool(knows) and given <= set(knows)",
        "    return bool(knows)",
        f"{_WORDS}test_messages_that_may_hold_details_are_read_by_whom_the_living_yes_tells_them",
    ),
    taken(
        "texts that may hold details, to whom nothing is told",
        _KNOWN,
        "    return bool(knows) and given <= set(knows)",
        "    return True",
        f"{_WORDS}test_messages_that_may_hold_details_are_read_by_whom_the_living_yes_tells_them",
    ),
    taken(
        "messages whatever is told",
        _PAGE,
        "None if since is not None and one.at >= since else one.text)",
        "one.text)",
        f"{_WORDS}test_messages_that_may_hold_details_are_read_by_whom_the_living_yes_tells_them",
    ),
    taken(
        "the place of a meeting whatever is told",
        _PAGE,
        "        reads_words=reads_words,\n",
        "",
        f"{_WORDS}test_messages_that_may_hold_details_are_read_by_whom_the_living_yes_tells_them",
    ),
    taken(
        "notes to the employer whatever is told",
        "placements/views.py",
        '"note": one.note if known.reads_notes else hidden}',
        '"note": one.note}',
        "placements/test_pages.py::test_notes_that_may_hold_a_name_are_read_on_the_terms_of_the_name",
    ),
    taken(
        "messages stay after the end",
        _PAGE,
        "        messages=_messages(proposal, reads_words) if shown else [],",
        "        messages=_messages(proposal, reads_words),",
        f"{_WORDS}test_after_the_end_messages_and_meetings_leave_the_employers_page",
    ),
    taken(
        "meetings stay after the end",
        _PAGE,
        "        interviews=meetings if shown else [],",
        "        interviews=meetings,",
        f"{_WORDS}test_after_the_end_messages_and_meetings_leave_the_employers_page",
    ),
    taken(
        "times to pick stay after the end",
        _PAGE,
        "proposal, meetings) if shown and _answers(actor)",
        "proposal, meetings) if _answers(actor)",
        f"{_WORDS}test_after_the_end_messages_and_meetings_leave_the_employers_page",
    ),
    taken(
        "an employer reads what came before the sending",
        "proposals/timeline.py",
        "    return event.at >= sent_at or verb in own",
        "    return True",
        f"{_WORDS}test_an_employer_reads_nothing_of_what_came_before_the_sending",
    ),
    taken(
        "cards show a profile whatever the yes",
        "proposals/panels.py",
        "    shown = with_page and (actor.is_staff or shows_profile(proposal))",
        "    shown = with_page",
        f"{_WORDS}test_after_the_end_messages_and_meetings_leave_the_employers_page",
    ),
    taken(
        "the name to everybody: page and query together",
        _PAGE,
        "    if not actor.is_staff:\n        return None\n    return candidates.names",
        "    return candidates.names",
        "proposals/test_leaks.py::test_before_anything_is_told_no_employer_reaches_anything[interested]",
        also=(
            edit("candidates/queries.py", "    if not wanted or actor.role not in _WHY:", "    if not wanted:"),
            edit(
                "candidates/queries.py",
                "Identity.candidate_id.in_(wanted), _in_sight(actor))",
                "Identity.candidate_id.in_(wanted))",
            ),
            edit(
                "candidates/queries.py",
                "    audit.saw(actor, ids - others, what, _WHY[actor.role])",
                '    audit.saw(actor, ids - others, what, "")',
            ),
        ),
    ),
    taken(
        "the profile whatever the yes",
        _RULES,
        " and proposal.consent is not None and proposal.consent.is_live()\n\n\ndef needs",
        " and proposal.consent is not None\n\n\ndef needs",
        "proposals/test_leaks.py::test_a_yes_past_its_day_shows_no_profile_either",
    ),
    taken(
        "the profile in every state",
        _RULES,
        "    return proposal.state in PROFILE_SHOWN and proposal.consent",
        "    return proposal.consent",
        "proposals/test_giving_details.py::test_after_a_no_the_profile_leaves_the_employers_page",
    ),
    taken(
        "what the page shows the employer: everything",
        _PAGE,
        "    shown = actor.is_staff or shows_profile(proposal)",
        "    shown = True",
        "proposals/test_leaks.py::test_a_yes_past_its_day_shows_no_profile_either",
    ),
    taken(
        "an employer reads what was answered before it is given: page and template together",
        _PAGE,
        "        answered=answered(proposal) if actor.is_staff else None,",
        "        answered=answered(proposal),",
        "proposals/test_giving_details.py::test_what_was_agreed_is_not_shown_before_the_coach_gives_it",
        also=(
            Edit(
                "templates/proposals/show.html",
                "{% if not is_employer and proposal.state.value == 'interested' and not page.employer_is_out %}",
                "{% if proposal.state.value == 'interested' %}",
            ),
        ),
    ),
    # --- the candidate's own pages
    taken(
        "the coach records what was not read",
        "proposals/views/reading_out.py",
        '    return request.form.get("shown", "") == asked.shown',
        "    return True",
        "proposals/test_as_shown.py::test_another_last_day_is_read_before_it_is_recorded",
    ),
    taken(
        "a yes for what was changed meanwhile",
        "proposals/service/consenting.py",
        "    if given.as_shown is not None and given.as_shown != (frozen.digest, terms):",
        "    if False:",
        "proposals/test_as_shown.py::test_a_yes_for_what_was_changed_in_this_very_moment_is_refused",
    ),
    taken(
        "a yes for another page than was shown",
        "proposals/views/by_link.py",
        '        if request.form.get("shown", "") != asked.shown:',
        "        if False:",
        "proposals/test_as_shown.py::test_a_page_that_has_become_another_is_read_again_before_a_yes",
    ),
    taken(
        "a yes that holds longer than its page said: the day and the words that name it together",
        "proposals/asked.py",
        '        "until": until.isoformat(),\n',
        "",
        "proposals/test_as_shown.py::test_a_yes_pressed_after_midnight_is_for_the_day_on_a_new_page",
        also=(
            edit(
                "proposals/asked.py",
                '"texts": [consents.TEXT_VERSION, *paragraphs]',
                '"texts": [consents.TEXT_VERSION]',
            ),
        ),
    ),
    taken(
        "whose yes no longer covers the need is not asked again",
        _RULES,
        "        consent.opening_digest != terms_digest\n        or not consent",
        "        not consent",
        "proposals/test_candidate_pages.py::test_after_a_change_of_the_need_the_candidate_is_asked_again",
    ),
    taken(
        "a new contact person is no change",
        "openings/rules.py",
        '        "contacts": sorted(user.id for user in opening.contacts),\n',
        "",
        "proposals/test_candidate_pages.py::test_a_new_contact_person_sees_nothing_before_the_candidate_agreed_again",
        "openings/test_form.py::test_new_contact_persons_are_a_change_of_terms",
    ),
)
