"""The doors of the application: who may knock, what a request may do, and what a session is worth."""

from __future__ import annotations

from tests.mutants.mutant import edit, taken

_ACCESS = "core/access.py"
_ROUTES = "guards/test_routes.py::"
_EVERY_DOOR = f"{_ROUTES}test_every_door_opens_for_those_whom_the_table_names"
_SIGN_IN = "accounts/test_sign_in.py::"
_OWN = "accounts/test_own_account.py::"
_ACCOUNTS = "accounts/service.py"

MUTANTS = (
    # --- who may knock
    taken(
        "a view without a word is open",
        _ACCESS,
        "    if policy is None:\n        raise Missing",
        "    if policy is None:\n        return None",
        f"{_ROUTES}test_a_view_without_a_policy_is_closed_to_everybody",
    ),
    taken(
        "a wrong role gets in",
        _ACCESS,
        "    if current_actor().role not in policy.roles:",
        "    if False:",
        _EVERY_DOOR,
    ),
    taken(
        "nobody signed in gets in: both conditions together",
        _ACCESS,
        "    if not current_user.is_authenticated:\n        target",
        "    if False:\n        target",
        _EVERY_DOOR,
        also=(edit(_ACCESS, "    if current_actor().role not in policy.roles:", "    if False:"),),
    ),
    taken(
        "every door is public",
        _ACCESS,
        "    if policy.public or policy.by_link:",
        "    if True:",
        _EVERY_DOOR,
    ),
    taken(
        "doors are not asked at all",
        "wiring.py",
        "    app.before_request(access.enforce)\n",
        "",
        _EVERY_DOOR,
    ),
    taken(
        "who has no organisation sees pages",
        "employers/views/blueprint.py",
        '        return redirect(url_for("employers.waiting"))',
        "        return None",
        _EVERY_DOOR,
    ),
    taken(
        "a form is believed whoever made it",
        "core/security.py",
        "    csrf.init_app(app)\n",
        "",
        "guards/test_responses.py::test_a_press_without_our_token_is_refused",
    ),
    taken(
        "a page that reads may write",
        "core/app.py",
        "    if not reads and not _LOGS_ACCESS.match(statement):\n        raise",
        "    if False:\n        raise",
        "guards/test_reading.py::test_a_read_that_writes_is_stopped",
    ),
    taken(
        "a statement that begins with WITH may write",
        "core/app.py",
        "    reads = _READS.match(statement) and not _WRITES_AFTER_WITH.match(statement)",
        "    reads = _READS.match(statement)",
        "guards/test_reading.py::test_a_read_that_writes_is_stopped",
    ),
    taken(
        "a refused request is kept",
        "core/app.py",
        '        if response.status_code < 400 or g.pop("begun_again", False):',
        '        if response.status_code < 500 or g.pop("begun_again", False):',
        "guards/test_responses.py::test_what_was_begun_is_kept_by_an_answer_below_400_and_by_no_other",
    ),
    taken(
        "what a form that came back had begun is kept",
        "core/app.py",
        "    db.session.rollback()\n    g.safe = True\n",
        "    g.safe = True\n",
        "proposals/test_forms.py::test_a_proposal_that_cannot_begin_leaves_nothing",
        "proposals/test_forms.py::test_a_page_that_came_back_with_a_name_is_in_the_access_log",
        "attacks/test_who_sees.py::test_names_in_a_form_that_came_back_are_logged",
    ),
    # --- sessions
    taken(
        "a closed account's cookie lives: the look-up and the account itself together",
        "accounts/queries.py",
        "    if user is None or user.deactivated_at is not None or number != str(user.session_number):",
        "    if user is None or number != str(user.session_number):",
        _EVERY_DOOR,
        also=(
            edit(
                "accounts/models.py",
                "        return self.deactivated_at is None\n\n    def get_id",
                "        return True\n\n    def get_id",
            ),
        ),
    ),
    taken(
        "an old cookie lives",
        "accounts/queries.py",
        "    if user is None or user.deactivated_at is not None or number != str(user.session_number):",
        "    if user is None or user.deactivated_at is not None:",
        f"{_OWN}test_changing_the_password_keeps_this_visit_and_ends_the_others",
    ),
    taken(
        "a new password ends no other visit",
        _ACCOUNTS,
        "    user.session_number += 1\n    links.revoke(Purpose.RESET_PASSWORD, user.id)",
        "    links.revoke(Purpose.RESET_PASSWORD, user.id)",
        f"{_OWN}test_changing_the_password_keeps_this_visit_and_ends_the_others",
    ),
    taken(
        "an account that was closed and opened keeps its cookies",
        _ACCOUNTS,
        "deactivated_at=clock.now() if closed else None, session_number=User.session_number + 1)",
        "deactivated_at=clock.now() if closed else None)",
        f"{_SIGN_IN}test_a_closed_accounts_cookie_is_dead_at_the_next_request",
    ),
    taken(
        "who registered with another's address stays signed in",
        _ACCOUNTS,
        "    user.session_number += 1\n    user.email_verified_at = clock.now()",
        "    user.email_verified_at = clock.now()",
        "attacks/test_strangers.py::test_a_cookie_from_before_does_not_outlive_the_invitation",
    ),
    taken(
        "an erased user's cookie lives: number and deactivation together",
        "privacy/erasing.py",
        "    user.session_number += 1\n",
        "",
        "privacy/test_erasing.py::test_a_users_row_is_emptied_and_opens_nothing",
        also=(edit("privacy/erasing.py", "    user.deactivated_at = user.deactivated_at or clock.now()\n", ""),),
    ),
    # --- signing in
    taken(
        "any password fits",
        _ACCOUNTS,
        "    if user is None or not fits or user.deactivated_at is not None:",
        "    if user is None or user.deactivated_at is not None:",
        f"{_SIGN_IN}test_wrong_password_unknown_address_and_closed_account_read_the_same",
    ),
    taken(
        "a closed account signs in",
        _ACCOUNTS,
        "    if user is None or not fits or user.deactivated_at is not None:",
        "    if user is None or not fits:",
        f"{_SIGN_IN}test_wrong_password_unknown_address_and_closed_account_read_the_same",
    ),
    taken(
        "an unverified address signs in",
        "accounts/views.py",
        "        if user is not None and user.email_verified_at is None:",
        "        if False:",
        f"{_SIGN_IN}test_who_has_not_verified_the_address_is_mailed_a_new_link_instead",
    ),
    taken(
        "guesses at one account are not counted",
        "accounts/views.py",
        "@limiter.limit(SIGN_IN_LIMIT, key_func=devices.guessed_address)\n",
        "",
        f"{_SIGN_IN}test_sign_in_is_throttled_by_account",
    ),
    taken(
        "guesses from one place are not counted",
        "accounts/views.py",
        "@limiter.limit(SIGN_IN_LIMIT, key_func=devices.guessing_place)\n",
        "",
        f"{_SIGN_IN}test_sign_in_is_throttled_by_place",
    ),
    taken(
        "a known browser guesses at any account by its own count",
        "accounts/devices.py",
        '    return ":".join(("device", of, device)) if device and knows else None',
        '    return ":".join(("device", of, device)) if device else None',
        f"{_SIGN_IN}test_a_browser_that_knows_one_account_is_a_stranger_to_others",
    ),
    taken(
        "one address is mailed as often as anybody asks",
        "accounts/throttles.py",
        "    return cast(View, by_place(by_address(view)))",
        "    return cast(View, by_place(view))",
        f"{_OWN}test_one_address_is_written_to_five_times_an_hour",
        "attacks/test_strangers.py::test_one_address_has_one_measure_for_all_that_mails_it",
        also=(
            edit(
                "accounts/service.py",
                "    if mails.has_had_enough(user):\n        return\n    links.revoke(Purpose.RESET",
                "    links.revoke(Purpose.RESET",
            ),
        ),
    ),
    taken(
        "the password is changed without the present one",
        _ACCOUNTS,
        "    if not passwords.matches(user.password_hash, present):",
        "    if False:",
        f"{_OWN}test_a_refused_password_changes_nothing",
    ),
    taken(
        "whoever presses verifies as the owner",
        "accounts/views.py",
        "    return PressForm() if sessions.has_registered(user) else OwnAddressForm()",
        "    return PressForm()",
        "attacks/test_strangers.py::test_who_registered_with_anothers_address_is_not_let_in_by_the_owners_press",
    ),
    taken(
        "anybody invites staff and closes accounts",
        _ACCOUNTS,
        "    if actor.role is not Role.ADMINISTRATOR:\n        raise Refused",
        "    if False:\n        raise Refused",
        "guards/test_sight.py::test_an_account_is_the_administrators_to_see",
    ),
)
