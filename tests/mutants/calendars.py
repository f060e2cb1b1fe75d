"""Whose meetings a calendar's address holds, and when it ends."""

from __future__ import annotations

from tests.mutants.mutant import taken

_QUERIES = "calendars/queries.py"
_TESTS = "calendars/test_feed.py::"
_ENDS = f"{_TESTS}test_the_address_ends_and_then_looks_like_none"
_HOLDS = f"{_TESTS}test_it_holds_the_own_meetings_and_days_and_names_nobody"
_FOLLOWS = f"{_TESTS}test_it_follows_what_happens_under_the_same_uids"

MUTANTS = (
    taken(
        "a calendar whose address has ended",
        _QUERIES,
        "    if feed is None or not is_live(feed):",
        "    if feed is None:",
        _ENDS,
    ),
    taken(
        "a calendar after another password, and after the account was closed and opened again",
        _QUERIES,
        " and user.session_number == feed.session_number",
        "",
        _ENDS,
    ),
    taken(
        "a calendar of somebody who is no coach any more",
        _QUERIES,
        "user.is_active and user.role is Role.COACH and",
        "user.is_active and",
        _ENDS,
    ),
    taken(
        "other coaches' contacts stand in the calendar",
        _QUERIES,
        "            placements.visible_to(actor),\n",
        "",
        _HOLDS,
    ),
    taken(
        "contacts that were dropped stand in the calendar",
        _QUERIES,
        "            SupportContact.state == ContactState.PLANNED,\n",
        "",
        _FOLLOWS,
    ),
    taken(
        "a calendar is made for somebody else",
        "calendars/service.py",
        "    if actor.role is not Role.COACH or actor.user_id != user.id:",
        "    if actor.role is not Role.COACH:",
        f"{_TESTS}test_a_calendar_is_made_and_ended_by_its_coach_alone",
    ),
    taken(
        "a calendar is made for who is no coach",
        "calendars/service.py",
        "    if actor.role is not Role.COACH or actor.user_id != user.id:",
        "    if actor.user_id != user.id:",
        f"{_TESTS}test_a_calendar_is_made_and_ended_by_its_coach_alone",
    ),
    taken(
        "a calendar's address is kept as it is",
        _QUERIES,
        "    return hashlib.sha256(token.encode()).hexdigest()",
        "    return token",
        f"{_TESTS}test_the_address_is_nowhere_but_on_the_answer_that_made_it",
    ),
    taken(
        "one address is asked without end",
        "calendars/views.py",
        "@limiter.limit(READS_OF_ONE_ADDRESS, key_func=_asked_address)\n",
        "",
        f"{_TESTS}test_who_asks_too_often_is_told_to_wait",
    ),
)
