"""Links in mails to employers: answer, ask for support, sign in; each ends with the right that it stands for."""

from __future__ import annotations

from tests.mutants.mutant import edit, taken

_LINKS = "accounts/links.py"
_OPENED = "employers/by_link.py"
_PAGES = "proposals/views/answering.py"
_SIGN_IN = "accounts/sign_in_links.py"
_ANSWERS = "proposals/test_answer_links.py::"
_WHO = f"{_ANSWERS}test_who_may_not_answer_any_more_opens_nothing"
_SORTS = f"{_ANSWERS}test_links_of_another_sort_or_for_another_reader_open_nothing"
_STAYS = f"{_ANSWERS}test_a_link_that_was_ended_stays_ended"
_NO = f"{_ANSWERS}test_a_no_needs_a_reason_and_the_link_takes_it_back_for_a_day"
_TIMES = f"{_ANSWERS}test_a_time_is_picked_from_the_mail_and_the_place_is_not_told"
_PASSED = f"{_ANSWERS}test_times_that_were_taken_back_or_have_passed_do_not_wait"
_HIRE = f"{_ANSWERS}test_a_hire_is_confirmed_from_the_mail_and_the_pay_is_not_told"
_SUPPORT = "placements/test_support_link.py::test_it_ends_with_the_job_and_with_the_readers_place"
_IN = "accounts/test_sign_in_links.py::"
_NOT_IN = f"{_IN}test_who_may_not_sign_in_by_link_does_not"
_ENDS = f"{_IN}test_it_ends_in_a_quarter_of_an_hour_and_with_a_newer_one_a_sign_in_and_another_password"
_AFTER = "    links.revoke(Purpose.RESET_PASSWORD, user.id)\n    links.revoke(Purpose.SIGN_IN, user.id)\n\n"

MUTANTS = (
    taken(
        "an answer link of another purpose, signed for this one",
        _LINKS,
        "select(SignedLink).where(SignedLink.token_id == token_id, SignedLink.purpose == purpose)",
        "select(SignedLink).where(SignedLink.token_id == token_id)",
        _SORTS,
    ),
    taken(
        "a link that is not there",
        _LINKS,
        '    if link is None:\n        raise LinkDead(_("Ask for a new one, or call your coach."))\n    return link',
        "    return link",
        _SORTS,
        fails_with="AttributeError",
    ),
    taken(
        "a spent or ended link is called live",
        _LINKS,
        "    return link.used_at is None and link.revoked_at is None and link.expires_at > clock.now()",
        "    return True",
        _WHO,
    ),
    taken(
        "a link that is too old is called live",
        _LINKS,
        "    return link.used_at is None and link.revoked_at is None and link.expires_at > clock.now()",
        "    return link.used_at is None and link.revoked_at is None",
        _WHO,
    ),
    taken(
        "a closed account answers by link",
        _OPENED,
        "    if user is None or not user.is_active:",
        "    if user is None:",
        _WHO,
        _SUPPORT,
    ),
    taken(
        "a link is anybody's",
        _OPENED,
        "    if not actor.is_employer or actor.employer_id is None:",
        "    if False:",
        _SORTS,
    ),
    taken(
        "whoever had the right to answer keeps it",
        "proposals/queries/seeing.py",
        "select(Proposal).where(Proposal.id == proposal_id, visible_to(actor))",
        "select(Proposal).where(Proposal.id == proposal_id)",
        _WHO,
    ),
    taken(
        "an answer link is not asked whether it lives",
        _PAGES,
        "waiting.waits_for_employer(proposal) if links.is_live(reader.link) else None",
        "waiting.waits_for_employer(proposal)",
        _WHO,
    ),
    taken(
        "a link takes any step of the table",
        _PAGES,
        "        if verb not in VERBS[visit.waits]:",
        "        if False:",
        _TIMES,
    ),
    taken(
        "any link takes a no back",
        _PAGES,
        'waiting.answered_with(link, actor, proposal) != "decline":',
        "False:",
        f"{_ANSWERS}test_of_two_who_press_differently_the_first_holds_and_the_other_is_told",
    ),
    taken(
        "a link that was ended takes a no back",
        _PAGES,
        "    if link.revoked_at is not None or waiting",
        "    if waiting",
        _NO,
    ),
    taken(
        "a no is offered to be taken back for ever",
        _PAGES,
        "    return any(one.verb == UNDO for one in actions.actions_for(actor, proposal, queries.next_for(proposal)))",
        "    return True",
        _NO,
    ),
    taken(
        "a link that has not answered counts as one that has",
        "proposals/waiting.py",
        "    given = answer_given(actor, proposal) if link.used_at is not None else None",
        "    given = answer_given(actor, proposal)",
        f"{_ANSWERS}test_a_link_that_did_not_answer_takes_nothing_back",
    ),
    taken(
        "a colleague's no counts as the own",
        "proposals/waiting.py",
        "    if event.actor_id == actor.user_id:",
        "    if event.actor_id is not None:",
        f"{_ANSWERS}test_of_two_who_press_differently_the_first_holds_and_the_other_is_told",
    ),
    taken(
        "the page of a link shows the profile without a yes that holds",
        _PAGES,
        "proposal.frozen_profile.content if shows_profile(proposal) and proposal.frozen_profile else None",
        "proposal.frozen_profile.content if proposal.frozen_profile else None",
        f"{_ANSWERS}test_while_the_candidate_is_asked_again_the_profile_is_not_shown",
    ),
    taken(
        "the page of a link shows the profile of somebody whose name is known",
        _PAGES,
        "        content=content if visit.waits is Waits.ANSWER else None,",
        "        content=content,",
        _TIMES,
        _HIRE,
    ),
    taken("the page of a link tells the pay", _PAGES, "with_pay=False", "with_pay=True", _HIRE),
    taken(
        "the page of a link tells the place",
        _PAGES,
        '        channel=CHANNEL_NAMES[asked.channel] if asked else "",',
        '        channel=asked.place if asked else "",',
        _TIMES,
    ),
    taken(
        "times that have passed wait",
        "proposals/interviews.py",
        "    return next((one for one in asked if coming_times(one)), None)",
        "    return next((one for one in asked), None)",
        _PASSED,
    ),
    taken(
        "a link outlives the state that it was mailed for",
        "proposals/moves.py",
        "    links.revoke(Purpose.ANSWER, proposal.id)",
        "    # links.revoke(Purpose.ANSWER, proposal.id)",
        _NO,
        _HIRE,
    ),
    taken(
        "the link of who is no contact person comes alive again",
        "proposals/service/renewing.py",
        "            links.revoke_but(Purpose.ANSWER, proposal.id, [user.id for user in opening.contacts])\n",
        "",
        _STAYS,
    ),
    taken(
        "the links of a closed account come alive again",
        "accounts/service.py",
        "    _close_or_open(user, closed=True)\n    links.revoke_of([user.id])\n",
        "    _close_or_open(user, closed=True)\n",
        _STAYS,
        _NOT_IN,
    ),
    taken(
        "the links of a suspended employer come alive again",
        "employers/service.py",
        "    links.revoke_of([member.user_id for member in queries.members(employer.id)])\n",
        "",
        _STAYS,
    ),
    taken(
        "a link to ask for support is not asked whether it lives",
        "placements/by_link.py",
        "    if not links.is_live(reader.link):",
        "    if False:",
        _SUPPORT,
    ),
    taken(
        "whoever had the right to ask for support keeps it",
        "placements/queries.py",
        "select(Placement).where(Placement.id == placement_id, visible_to(actor))",
        "select(Placement).where(Placement.id == placement_id)",
        _SUPPORT,
    ),
    taken(
        "support is asked for by link after the job",
        "placements/by_link.py",
        "    if ended := placement_is_active(placement, reader.actor):\n        raise LinkDead(ended)\n",
        "",
        _SUPPORT,
    ),
    taken(
        "links to ask for support outlive an erasing",
        "privacy/erasing.py",
        "(LINKS_OF_HIRES, hires), (LINKS_OF_PULSES, pulses))",
        "(LINKS_OF_PULSES, pulses))",
        "privacy/test_erasing.py::test_links_are_gone",
    ),
    taken(
        "staff sign in by link",
        _SIGN_IN,
        "    if user.role is not Role.EMPLOYER:",
        "    if False:",
        _NOT_IN,
    ),
    taken(
        "staff are mailed a link",
        _SIGN_IN,
        "    elif user.role is not Role.EMPLOYER:",
        "    elif False:",
        f"{_IN}test_a_known_and_an_unknown_address_are_answered_the_same",
    ),
    taken(
        "a link signs in an address that nobody has verified",
        _SIGN_IN,
        "    elif user.email_verified_at is None:",
        "    elif False:",
        f"{_IN}test_an_address_that_nobody_has_verified_is_asked_whose_it_is",
    ),
    taken(
        "a link signs in twice: spending and the end with a sign-in together",
        _SIGN_IN,
        "    links.use(link)\n",
        "",
        f"{_IN}test_a_link_signs_in_once_and_goes_on_to_the_page_that_was_wanted",
        also=(edit("accounts/service.py", _AFTER, "    links.revoke(Purpose.RESET_PASSWORD, user.id)\n\n"),),
    ),
    taken(
        "a link to sign in stays good beside a newer one",
        _SIGN_IN,
        "    links.revoke(Purpose.SIGN_IN, user.id)\n    mails",
        "    mails",
        _ENDS,
    ),
    taken(
        "a link to sign in stays good after a sign-in",
        "accounts/service.py",
        _AFTER,
        "    links.revoke(Purpose.RESET_PASSWORD, user.id)\n\n",
        _ENDS,
    ),
    taken(
        "a link to sign in stays good after another password",
        "accounts/service.py",
        "    links.revoke(Purpose.RESET_PASSWORD, user.id)\n    links.revoke(Purpose.SIGN_IN, user.id)\n    db",
        "    links.revoke(Purpose.RESET_PASSWORD, user.id)\n    db",
        _ENDS,
    ),
    taken(
        "links are mailed to an address that has had enough",
        _SIGN_IN,
        "    elif mails.has_had_enough(user):\n        return\n",
        "",
        f"{_IN}test_nobody_is_written_to_more_than_five_times_an_hour",
    ),
    taken(
        "the end of all links ends none",
        _SIGN_IN,
        "    links.revoke_of([user.id])\n",
        "",
        _NOT_IN,
        f"{_ANSWERS}test_a_link_that_was_ended_by_its_reader_leads_to_the_sign_in",
    ),
)
