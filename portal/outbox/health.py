"""Whether mail goes out, for ``/healthz`` and the administrator's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.core import clock
from portal.outbox import queries

LATE = timedelta(minutes=15)
# A single reader whose server says "later" is that reader's trouble; several at once are ours.
READERS_IN_TROUBLE = 3


def outbox_health() -> dict[str, Any]:
    """How the outbox stands.

    :returns: ``ok``; ``oldest_unsent_seconds`` (since it was due; None when nothing waits); ``failed``, the mails that
        were given up; ``worker_beat_seconds`` since a worker was last alive (None: never). ``ok`` is false when a mail
        that could go has waited for more than 15 minutes, or when several readers' mails have been put off for that
        long and nothing at all went out meanwhile. A fresh installation without a worker and without mail is well.
    """
    late_at = clock.now() - LATE
    state = queries.waiting(late_at)
    stuck = state.untried is not None and state.untried < late_at
    nothing_out = state.last_sent is None or state.last_sent < late_at
    return {
        "ok": not stuck and not (state.retrying >= READERS_IN_TROUBLE and nothing_out),
        "oldest_unsent_seconds": queries.ago(state.oldest),
        "failed": state.failed,
        "worker_beat_seconds": queries.ago(state.last_beat),
    }
