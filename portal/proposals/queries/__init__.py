"""Reading proposals: actor first, always ordered, and somebody else's does not exist."""

from __future__ import annotations

from portal.proposals.queries.counting import hired_count, is_elsewhere, live_count, live_counts, sent_counts
from portal.proposals.queries.guarding import facts, facts_before, has_other_live, was_refused
from portal.proposals.queries.loading import (
    hold,
    live_of_candidate,
    live_of_opening,
    load,
    past_last_day,
    to_close_by,
    unanswered_since,
)
from portal.proposals.queries.mailing import has_address, interview_state, may_be_told, may_read, state_of
from portal.proposals.queries.parts import (
    consents_of,
    consents_since,
    contact_users,
    disclosures_of,
    frozen,
    interview_of,
    interviews_of,
    messages_of,
)
from portal.proposals.queries.seeing import (
    get_by_id,
    get_for,
    known_to_colleagues,
    listed,
    newest_first,
    of_candidate,
    of_employer,
    of_opening,
    silent,
    visible_to,
    waiting_for,
)
from portal.proposals.queries.turning import meetings_of, next_for, nexts_of

__all__ = [
    "consents_of",
    "consents_since",
    "contact_users",
    "disclosures_of",
    "facts",
    "facts_before",
    "frozen",
    "get_by_id",
    "get_for",
    "has_address",
    "has_other_live",
    "hired_count",
    "hold",
    "interview_of",
    "interview_state",
    "interviews_of",
    "is_elsewhere",
    "known_to_colleagues",
    "listed",
    "live_count",
    "live_counts",
    "live_of_candidate",
    "live_of_opening",
    "load",
    "may_be_told",
    "may_read",
    "meetings_of",
    "messages_of",
    "newest_first",
    "next_for",
    "nexts_of",
    "of_candidate",
    "of_employer",
    "of_opening",
    "past_last_day",
    "sent_counts",
    "silent",
    "state_of",
    "to_close_by",
    "unanswered_since",
    "visible_to",
    "waiting_for",
    "was_refused",
]
