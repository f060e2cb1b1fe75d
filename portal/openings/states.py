"""The life of a recruitment need (``domain.md``, "Opening"): draft → open → paused → filled | closed | expired."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.core.actors import Role
from portal.core.states import Flags, StateTable, Transition, roles, states


class OpeningState(enum.StrEnum):
    """Where a need stands. A draft with ``wants_posting`` opens by itself when the employer is verified."""

    DRAFT = "draft"
    OPEN = "open"
    PAUSED = "paused"
    FILLED = "filled"
    CLOSED = "closed"
    EXPIRED = "expired"


_OWNERS = roles(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
_S = OpeningState

OPENINGS = StateTable(
    name="opening",
    states=OpeningState,
    labels={
        _S.DRAFT: _l("Draft"),
        _S.OPEN: lazy_pgettext("need", "Open"),
        _S.PAUSED: _l("Paused"),
        _S.FILLED: _l("Filled"),
        _S.CLOSED: lazy_pgettext("need", "Closed"),
        _S.EXPIRED: _l("Expired"),
    },
    tones={
        _S.DRAFT: "quiet",
        _S.OPEN: "info",
        _S.PAUSED: "waits",
        _S.FILLED: "done",
        _S.CLOSED: "quiet",
        _S.EXPIRED: "quiet",
    },
    flags={
        _S.DRAFT: Flags(live=True),
        _S.OPEN: Flags(live=True),
        _S.PAUSED: Flags(live=True),
        _S.FILLED: Flags(won=True),
        _S.CLOSED: Flags(lost=True),
        _S.EXPIRED: Flags(lost=True),
    },
    rows=(
        Transition(
            verb="draft",
            sources=states(),
            target=_S.DRAFT,
            by=_OWNERS,
            label=_l("Save as draft"),
            done=_l("Drafted"),
        ),
        Transition(
            verb="post",
            sources=states(_S.DRAFT),
            target=_S.OPEN,
            by=roles(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER, Role.SYSTEM),
            guards=("employer_is_verified", "is_complete", "is_paid_work", "last_day_not_passed"),
            mails=("opening_published", "need_posted"),
            label=_l("Post the need"),
            done=_l("Posted"),
        ),
        Transition(
            verb="pause",
            sources=states(_S.OPEN),
            target=_S.PAUSED,
            by=roles(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER, Role.SYSTEM),
            mails=("opening_paused",),
            label=_l("Pause"),
            done=_l("Paused"),
        ),
        Transition(
            verb="resume",
            sources=states(_S.PAUSED),
            target=_S.OPEN,
            by=_OWNERS,
            guards=("employer_is_verified", "last_day_not_passed"),
            label=_l("Open again"),
            done=_l("Opened again"),
        ),
        Transition(
            verb="fill",
            sources=states(_S.OPEN, _S.PAUSED),
            target=_S.FILLED,
            by=roles(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER, Role.SYSTEM),
            label=_l("It is filled"),
            done=_l("Filled"),
        ),
        Transition(
            verb="close",
            sources=states(_S.DRAFT, _S.OPEN, _S.PAUSED),
            target=_S.CLOSED,
            by=_OWNERS,
            label=_l("Close the need"),
            done=lazy_pgettext("what happened to a need", "Closed"),
        ),
        Transition(
            verb="expire",
            sources=states(_S.OPEN, _S.PAUSED),
            target=_S.EXPIRED,
            by=roles(Role.SYSTEM),
            label=_l("Expire"),
            done=_l("The last day passed"),
        ),
    ),
)
