"""Signed links: for one purpose, until a day, once, until revoked, and only while their subject is open."""

from __future__ import annotations

from tests.mutants.mutant import edit, taken

_LINKS = "accounts/links.py"
_OWN = "accounts/test_own_account.py::"
_ONCE = f"{_OWN}test_a_reset_link_works_once_for_an_hour_and_for_nothing_else"
_FIND_PURPOSE = "    if link is None or link.purpose is not purpose or link.revoked_at is not None:"

MUTANTS = (
    taken(
        "a link for another purpose: signature and row together",
        _LINKS,
        _FIND_PURPOSE,
        "    if link is None or link.revoked_at is not None:",
        _ONCE,
        also=(edit("core/signing.py", 'salt=f"link:{purpose}")', 'salt="link")'),),
    ),
    taken(
        "a link that we did not sign",
        "core/signing.py",
        "    except BadSignature:\n        return None",
        "    except BadSignature:\n        value = _serializer(purpose).loads_unsafe(token)[1]",
        _ONCE,
    ),
    taken(
        "a revoked link",
        _LINKS,
        _FIND_PURPOSE,
        "    if link is None or link.purpose is not purpose:",
        f"{_OWN}test_a_newer_link_and_a_sign_in_end_the_older_one",
    ),
    taken(
        "a used link: look-up and spending together",
        _LINKS,
        "    if link.used_at is not None:",
        "    if False:",
        _ONCE,
        also=(
            edit(
                _LINKS,
                "SignedLink.id == link.id, SignedLink.used_at.is_(None), SignedLink.revoked_at.is_(None))",
                "SignedLink.id == link.id)",
            ),
            edit(_LINKS, _FIND_PURPOSE, "    if link is None or link.purpose is not purpose:"),
        ),
    ),
    taken(
        "a link that another has spent in this very moment",
        _LINKS,
        "SignedLink.id == link.id, SignedLink.used_at.is_(None), SignedLink.revoked_at.is_(None))",
        "SignedLink.id == link.id)",
        f"{_OWN}test_of_two_who_spend_a_link_one_gets_through",
    ),
    taken(
        "who lost the race for a link goes on",
        _LINKS,
        "    if spent != 1:",
        "    if False:",
        f"{_OWN}test_of_two_who_spend_a_link_one_gets_through",
    ),
    taken("a link that is too old", _LINKS, "    if link.expires_at <= clock.now():", "    if False:", _ONCE),
    taken(
        "a reset link stays good beside a newer one",
        "accounts/service.py",
        "    links.revoke(Purpose.RESET_PASSWORD, user.id)\n    mails.password_reset",
        "    mails.password_reset",
        f"{_OWN}test_a_newer_link_and_a_sign_in_end_the_older_one",
    ),
    taken(
        "a reset link stays good after the sign-in",
        "accounts/service.py",
        "    user.last_sign_in_at = clock.now()\n    links.revoke(Purpose.RESET_PASSWORD, user.id)\n",
        "    user.last_sign_in_at = clock.now()\n",
        f"{_OWN}test_a_newer_link_and_a_sign_in_end_the_older_one",
    ),
    taken(
        "a link of a closed account",
        "accounts/service.py",
        "    user = db.session.get(User, link.subject_id)\n    if user is None or user.deactivated_at is not None:",
        "    user = db.session.get(User, link.subject_id)\n    if user is None:",
        f"{_OWN}test_a_link_of_a_closed_account_is_dead",
    ),
    taken(
        "a withdrawn invitation: row and link together",
        "employers/service.py",
        "    if invitation is None or invitation.accepted_at is not None or invitation.withdrawn_at is not None:",
        "    if invitation is None:",
        "employers/test_joining.py::test_an_invitation_lives_14_days_is_renewed_and_withdrawn",
        also=(
            edit(
                "employers/service.py",
                "    links.revoke(Purpose.INVITATION, invitation.id)\n"
                '    record(actor, "employers.withdraw_invitation"',
                '    record(actor, "employers.withdraw_invitation"',
            ),
        ),
    ),
    taken(
        "the link of a question that was taken back",
        "proposals/service/proposing.py",
        "    links.revoke(Purpose.CONSENT, proposal.id)\n    outbox.cancel",
        "    outbox.cancel",
        "proposals/test_guards.py::test_an_edit_of_the_profile_voids_the_link_and_returns_to_draft",
    ),
    taken(
        "the links of a proposal that ended",
        "proposals/service/ending.py",
        "    links.revoke(Purpose.CONSENT, proposal.id)\n"
        "    links.revoke(Purpose.MY_CONSENTS, proposal.id)\n    interviews",
        "    interviews",
        "proposals/test_guards.py::test_an_end_takes_consents_links_and_queued_mails_with_it",
        "proposals/test_candidate_pages.py::test_a_link_of_a_proposal_that_ended_is_dead",
    ),
    taken(
        "an earlier question's link beside a newer one",
        "proposals/service/consenting.py",
        "    links.revoke(Purpose.CONSENT, proposal.id)\n    last_day",
        "    last_day",
        "proposals/test_consent_steps.py::test_a_newer_question_ends_the_link_of_the_older_one",
    ),
)
