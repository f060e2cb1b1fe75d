"""A yes: what is stored as one, how long it holds, who takes it back, and what it lets an employer see."""

from __future__ import annotations

from tests.mutants.mutant import taken

_GIVE = "candidates/consents.py"
_TESTS = "candidates/test_consents.py::"
_BAD = f"{_TESTS}test_what_does_not_hold_is_said_at_its_field"
_OURS = f"{_TESTS}test_a_mistake_of_ours_never_becomes_a_consent"
_NOBODY_ELSE = f"{_TESTS}test_nobody_else_withdraws"
_DOOR = "candidates/disclosure.py"

MUTANTS = (
    # --- giving
    taken(
        "what is unsound is stored",
        _GIVE,
        "    _refuse_unsound(candidate_id, opening, frozen, how, recorded_by)\n",
        "",
        _OURS,
        fails_with="sqlalchemy.exc.IntegrityError",
    ),
    taken(
        "the plan is not asked when a yes is stored",
        _GIVE,
        "    _refuse_against_plan(candidate_id, opening.employer_id, chosen)\n",
        "",
        f"{_TESTS}test_the_plan_is_obeyed",
    ),
    taken(
        "a proposal's yes names fields",
        _GIVE,
        "    chosen = set(fields) if kind is ConsentKind.DISCLOSURE else set()",
        "    chosen = set(fields)",
        f"{_TESTS}test_a_proposals_yes_names_no_field",
    ),
    taken(
        "a disclosure of nothing",
        _GIVE,
        "    if kind is ConsentKind.DISCLOSURE and not chosen:",
        "    if False:",
        _BAD,
        fails_with="sqlalchemy.exc.IntegrityError",
    ),
    taken("a yes until yesterday", _GIVE, "    if until < clock.today():", "    if False:", _BAD),
    taken(
        "a yes for ever",
        _GIVE,
        "    if until > clock.today() + LIVES_AT_MOST:",
        "    if False:",
        "attacks/test_odd_input.py::test_a_consent_that_outlives_everybody_is_refused",
        fails_with="OverflowError",
    ),
    taken(
        "a paper that nobody saw", _GIVE, "    if how is ConsentHow.PAPER and not who_was_there:", "    if False:", _BAD
    ),
    taken(
        "another candidate's profile",
        _GIVE,
        "    if frozen.candidate_id != candidate_id:",
        "    if False:",
        _OURS,
        fails_with="sqlalchemy.exc.IntegrityError",
    ),
    taken(
        "a yes that names nobody",
        _GIVE,
        "    if not named(opening):",
        "    if False:",
        f"{_TESTS}test_a_yes_names_somebody_who_can_read",
    ),
    taken(
        "a link that somebody else answers",
        _GIVE,
        "    by_candidate = recorded_by.role is Role.CANDIDATE and recorded_by.candidate_id == candidate_id",
        "    by_candidate = recorded_by.role is Role.CANDIDATE",
        _OURS,
    ),
    taken(
        "a link that staff answers",
        _GIVE,
        "    if by_candidate is not (how is ConsentHow.LINK) or not (by_candidate or recorded_by.is_staff):",
        "    if not (by_candidate or recorded_by.is_staff):",
        _OURS,
    ),
    taken(
        "a yes that the employer records",
        _GIVE,
        "    if by_candidate is not (how is ConsentHow.LINK) or not (by_candidate or recorded_by.is_staff):",
        "    if by_candidate is not (how is ConsentHow.LINK):",
        _OURS,
    ),
    taken(
        "a yes against a plan without proposals",
        _GIVE,
        "plan is None or not plan.proposals_allowed or",
        "plan is None or",
        f"{_TESTS}test_the_plan_is_obeyed",
    ),
    taken(
        "a yes for an employer that the plan rules out",
        _GIVE,
        " or employer_id in plan.never_employers:",
        ":",
        f"{_TESTS}test_the_plan_is_obeyed",
    ),
    taken(
        "a yes to fields that the plan does not let go",
        _GIVE,
        "    if not fields <= set(plan.fields):",
        "    if False:",
        "proposals/test_guards.py::test_details_beyond_the_plan_are_refused_at_the_field",
    ),
    taken(
        "a yes names people with closed accounts",
        _GIVE,
        "    return [user for user in opening.contacts if user.is_active]",
        "    return list(opening.contacts)",
        "proposals/test_as_shown.py::test_a_yes_is_for_the_people_on_its_page_and_not_for_an_account_that_opens_later",
    ),
    taken(
        "no yes without a reader, asked by the service",
        "proposals/service/consenting.py",
        "    if not consents.named(asked_for):",
        "    if False:",
        "proposals/test_as_shown.py::test_a_yes_needs_somebody_who_can_read",
        fails_with="ValueError",
    ),
    # --- taking back
    taken(
        "anybody takes a yes back", _GIVE, "    if not _may_withdraw(consent, actor):", "    if False:", _NOBODY_ELSE
    ),
    taken(
        "another candidate takes it back",
        _GIVE,
        "        return actor.candidate_id == consent.candidate_id",
        "        return True",
        _NOBODY_ELSE,
    ),
    taken(
        "an employer or administrator takes it back",
        _GIVE,
        "    if not actor.is_staff:\n        return False",
        "    if not actor.is_staff:\n        return True",
        _NOBODY_ELSE,
    ),
    taken(
        "another coach takes it back",
        _GIVE,
        "row.coach_id in actor.caseloads if actor.role is Role.COACH",
        "True if actor.role is Role.COACH",
        _NOBODY_ELSE,
    ),
    taken(
        "another team's leader takes it back",
        _GIVE,
        " else row.team_id == actor.team_id)",
        " else True)",
        _NOBODY_ELSE,
    ),
    taken(
        "taken back twice, with a later time",
        _GIVE,
        "Consent.id == consent.id, Consent.withdrawn_at.is_(None))",
        "Consent.id == consent.id)",
        f"{_TESTS}test_withdrawn_once_by_those_who_may",
        fails_with="sqlalchemy.exc.IntegrityError",
    ),
    taken(
        "who lost the race is not told",
        _GIVE,
        "    if changed != 1:",
        "    if False:",
        f"{_TESTS}test_withdrawn_once_by_those_who_may",
    ),
    taken(
        "a yes that was taken back lives",
        "candidates/models.py",
        "self.withdrawn_at is None and (on or",
        "(on or",
        f"{_TESTS}test_no_identity_after_withdrawal",
    ),
    taken(
        "a yes past its day lives",
        "candidates/models.py",
        "        return self.withdrawn_at is None and (on or clock.today()) <= self.until",
        "        return self.withdrawn_at is None",
        f"{_TESTS}test_no_identity_without_a_live_consent",
    ),
    # --- the one door from identity to employers
    taken(
        "identity by a proposal's yes",
        _DOOR,
        "consent.kind is not ConsentKind.DISCLOSURE or not consent.is_live()",
        "not consent.is_live()",
        f"{_TESTS}test_no_identity_by_a_proposals_consent",
    ),
    taken(
        "identity by a dead yes",
        _DOOR,
        "consent.kind is not ConsentKind.DISCLOSURE or not consent.is_live()",
        "consent.kind is not ConsentKind.DISCLOSURE",
        f"{_TESTS}test_no_identity_after_withdrawal",
    ),
    taken(
        "identity by a yes for somebody else",
        _DOOR,
        "    if (consent.candidate_id, consent.opening_id) != (candidate_id, opening_id):",
        "    if consent.opening_id != opening_id:",
        f"{_TESTS}test_no_identity_by_a_yes_that_is_not_for_this_page[candidate_id]",
    ),
    taken(
        "identity by a yes for another need",
        _DOOR,
        "    if (consent.candidate_id, consent.opening_id) != (candidate_id, opening_id):",
        "    if consent.candidate_id != candidate_id:",
        f"{_TESTS}test_no_identity_by_a_yes_that_is_not_for_this_page[opening_id]",
    ),
    taken(
        "asked for nothing", _DOOR, "    if not asked or not", "    if not", f"{_TESTS}test_no_field_beyond_the_consent"
    ),
    taken(
        "a field beyond the yes",
        _DOOR,
        "not asked <= set(consent.fields) or ",
        "",
        f"{_TESTS}test_no_field_beyond_the_consent",
    ),
    taken(
        "a field that the plan has taken back",
        _DOOR,
        " or not asked <= set(allowed or ()):",
        ":",
        f"{_TESTS}test_no_field_that_the_plan_has_taken_back",
    ),
    taken(
        "all fields whatever was asked",
        _DOOR,
        " for field in PersonalField if field in asked}",
        " for field in PersonalField}",
        f"{_TESTS}test_exactly_the_fields_that_were_consented",
    ),
)
