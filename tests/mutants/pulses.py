"""The three questions: neither side reaches the other's, by page, link or mail; one check taken away at a time."""

from __future__ import annotations

from tests.mutants.mutant import taken

_FIND = "placements/pulse_queries.py"
_DO = "placements/pulses.py"
_MAILS = "placements/pulse_mails.py"
_TESTS = "placements/test_pulses.py::"
_SIDES = f"{_TESTS}test_neither_side_reaches_the_others"
_WAITS = f"{_TESTS}test_a_mail_that_waits_is_not_sent_to_who_may_not_be_told"
_NOBODY = f"{_TESTS}test_where_nobody_at_work_is_told_the_employer_is_never_asked"
_IS_FOR = "    return link.user_id is not None and queries.may_be_told(pulse.placement_id, link.user_id)"

MUTANTS = (
    taken(
        "an employer finds the employee's questions",
        _FIND,
        "    return query if actor.is_staff else query.where(Pulse.side == ContactSide.EMPLOYER)",
        "    return query",
        _SIDES,
    ),
    taken(
        "an employer's page holds the employee's questions",
        _FIND,
        "    return list(db.session.scalars(_seen_by(actor, query).order_by(Pulse.side, Pulse.ordinal)))",
        "    return list(db.session.scalars(query.order_by(Pulse.side, Pulse.ordinal)))",
        _SIDES,
    ),
    taken(
        "an employer opens the employee's questions",
        _FIND,
        "db.session.scalar(_seen_by(actor, query).options(joinedload(Pulse.answered_by)))",
        "db.session.scalar(query.options(joinedload(Pulse.answered_by)))",
        _SIDES,
    ),
    taken(
        "questions of another hire, under one's own",
        _FIND,
        "where(Pulse.public_id == public_id, Pulse.placement_id == placement.id)",
        "where(Pulse.public_id == public_id)",
        _SIDES,
    ),
    taken(
        "what waits for an employer holds the employee's questions",
        _FIND,
        "    return list(db.session.scalars(_seen_by(actor, query).where(Pulse.state == PulseState.ASKED)))",
        "    return list(db.session.scalars(query.where(Pulse.state == PulseState.ASKED)))",
        _SIDES,
    ),
    taken(
        "what waits for an employer holds others' hires",
        _FIND,
        ".where(queries.visible_to(actor), Placement.state == PlacementState.ACTIVE)",
        ".where(Placement.state == PlacementState.ACTIVE)",
        _SIDES,
    ),
    taken(
        "an employer's link opens the employee's questions",
        _DO,
        "        return link.user_id is None\n",
        "        return True\n",
        _SIDES,
    ),
    taken(
        "the employee's link opens the employer's questions",
        _DO,
        _IS_FOR,
        "    return queries.may_be_told(pulse.placement_id, link.user_id)",
        _SIDES,
    ),
    taken("a link of who may not see the hire any more", _DO, _IS_FOR, "    return link.user_id is not None", _SIDES),
    taken("a link is opened whoever it is for", _DO, "    if not _is_for(link, pulse):", "    if False:", _SIDES),
    taken(
        "one side answers for the other",
        _DO,
        "    if ANSWERERS[pulse.side] is not actor.role:",
        "    if False:",
        _SIDES,
    ),
    taken(
        "the employer is planned for where nobody is told",
        _DO,
        "    sides = ContactSide if has_employer_side(placement) else (ContactSide.EMPLOYEE,)",
        "    sides = ContactSide",
        _NOBODY,
    ),
    taken(
        "the employer is asked where nobody is told",
        _DO,
        "    return side is ContactSide.EMPLOYEE or has_employer_side(placement)",
        "    return True",
        _NOBODY,
    ),
    taken(
        "answers that were changed since are noted as read",
        _DO,
        "    if shown != pulse.answered_at:",
        "    if False:",
        f"{_TESTS}test_from_the_mail_to_the_coach",
    ),
    taken(
        "of two who answer at once both get through",
        _DO,
        '        pulse,\n        {"state": pulse.state, "answered_at": pulse.answered_at},\n        tasks=given.tasks,',
        "        pulse,\n        {},\n        tasks=given.tasks,",
        f"{_TESTS}test_of_two_contact_persons_who_press_at_once_one_gets_through",
    ),
    taken(
        "an employer is mailed the employee's questions",
        _MAILS,
        "    if found.side is not (ContactSide.EMPLOYER if notification.user_id else ContactSide.EMPLOYEE):",
        "    if False:",
        _WAITS,
    ),
    taken(
        "who may not see the hire any more is mailed the questions",
        _MAILS,
        "        return False\n    return queries.may_be_told(found.placement_id, notification.told_id)",
        "        return False\n    return True",
        _WAITS,
    ),
    taken(
        "who has answered is mailed the questions",
        _MAILS,
        "    if found is None or found.state is not PulseState.ASKED:",
        "    if found is None:",
        _WAITS,
    ),
    taken(
        "who does not support the hire any more is mailed a concern",
        _MAILS,
        "    if found is None or not queries.may_be_told(found.placement_id, notification.told_id):",
        "    if found is None:",
        f"{_TESTS}test_a_new_concern_makes_a_new_contact_once_the_first_is_done",
    ),
    taken(
        "links to the three questions outlive an erasing",
        "privacy/erasing.py",
        "(LINKS_OF_HIRES, hires), (LINKS_OF_PULSES, pulses))",
        "(LINKS_OF_HIRES, hires))",
        "privacy/test_erasing.py::test_links_are_gone",
    ),
)
