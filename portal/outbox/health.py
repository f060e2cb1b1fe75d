"""Whether mail goes out, for ``/healthz`` and the administrator's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.core import clock
from portal.core.i18n import Language, in_language
from portal.outbox import queries
from portal.outbox.away import LASTING, SENTENCES, Reason, reason_of

LATE = timedelta(minutes=15)
# A single reader whose server says "later" is that reader's trouble; several at once are ours.
READERS_IN_TROUBLE = 3


def outbox_health() -> dict[str, Any]:
    """How the outbox stands.

    :returns: ``ok``; ``oldest_unsent_seconds`` (since it was due; None when nothing waits); ``held``, the mails that
        wait for the hours in which they may leave; ``failed``, the mails that were given up; ``worker_beat_seconds``
        since a worker was last alive (None: never); ``trouble``, why the mail server could not be used when mail was
        last to go, or None, with its ``codes`` and a ``sentence`` in English. ``ok`` is false when a mail that could go
        has waited for more than 15 minutes, when several readers' mails have been put off for that long and nothing at
        all went out meanwhile, or at once while mail waits and the trouble is one that does not pass by itself. A fresh
        installation without a worker and without mail is well.
    """
    state = queries.waiting(LATE)
    nothing_out = state.last_sent is None or state.last_sent < clock.now() - LATE
    reason = reason_of(state.away) if state.away and (state.oldest or state.held) else None
    return {
        "ok": state.stuck == 0
        and not (state.retrying >= READERS_IN_TROUBLE and nothing_out)
        and (reason is None or reason not in LASTING),
        "oldest_unsent_seconds": queries.ago(state.oldest),
        "held": state.held,
        "failed": state.failed,
        "worker_beat_seconds": queries.ago(state.last_beat),
        "trouble": reason,
        "codes": state.away if reason else None,
        "sentence": _in_english(reason) if reason else None,
    }


def _in_english(reason: Reason) -> str:
    """For supervisors, whichever language their request asked for."""
    with in_language(Language.EN):
        return str(SENTENCES[reason])
