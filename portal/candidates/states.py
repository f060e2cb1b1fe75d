"""A candidate's way: referred → waiting → searching → employed → followed up → exited (``domain.md``)."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.core.actors import Role
from portal.core.states import Flags, StateTable, Transition, roles, states


class Phase(enum.StrEnum):
    """Where a candidate is between referral and exit."""

    REFERRED = "referred"
    WAITING = "waiting"
    SEARCHING = "searching"
    EMPLOYED = "employed"
    STUDYING = "studying"
    FOLLOWED_UP = "followed_up"
    EXITED = "exited"


_P = Phase
_STAFF = roles(Role.COACH, Role.TEAM_LEADER)

PHASES = StateTable(
    name="candidate",
    states=Phase,
    labels={
        _P.REFERRED: _l("Referred"),
        _P.WAITING: _l("Waiting for a coach"),
        _P.SEARCHING: _l("Searching"),
        _P.EMPLOYED: lazy_pgettext("phase", "Employed"),
        _P.STUDYING: _l("Studying"),
        _P.FOLLOWED_UP: lazy_pgettext("phase", "Followed up"),
        _P.EXITED: _l("Exited"),
    },
    tones={
        _P.REFERRED: "waits",
        _P.WAITING: "waits",
        _P.SEARCHING: "info",
        _P.EMPLOYED: "done",
        _P.STUDYING: "done",
        _P.FOLLOWED_UP: "done",
        _P.EXITED: "quiet",
    },
    flags={
        _P.REFERRED: Flags(),
        _P.WAITING: Flags(),
        _P.SEARCHING: Flags(live=True),
        _P.EMPLOYED: Flags(live=True, hired=True),
        _P.STUDYING: Flags(live=True),
        _P.FOLLOWED_UP: Flags(live=True, hired=True),
        _P.EXITED: Flags(),
    },
    rows=(
        Transition(
            verb="refer",
            sources=states(),
            target=_P.REFERRED,
            by=_STAFF,
            label=_l("Refer"),
            done=_l("Referred"),
        ),
        Transition(
            verb="accept",
            sources=states(_P.REFERRED),
            target=_P.WAITING,
            by=_STAFF,
            mails=("candidate_waits",),
            label=_l("Accept the referral"),
            done=_l("Accepted, waits for a coach"),
        ),
        Transition(
            verb="start",
            sources=states(_P.REFERRED, _P.WAITING),
            target=_P.SEARCHING,
            by=roles(Role.TEAM_LEADER),
            guards=("has_coach",),
            label=_l("Start with a coach"),
            done=_l("Started"),
        ),
        Transition(
            verb="hire",
            sources=states(_P.SEARCHING, _P.STUDYING, _P.EMPLOYED, _P.FOLLOWED_UP),
            target=_P.EMPLOYED,
            by=roles(Role.COACH, Role.TEAM_LEADER, Role.EMPLOYER, Role.SYSTEM),
            label=lazy_pgettext("button", "Hired"),
            done=_l("Got a job"),
        ),
        Transition(
            verb="study",
            sources=states(_P.SEARCHING),
            target=_P.STUDYING,
            by=_STAFF,
            label=_l("Studies"),
            done=_l("Began to study"),
        ),
        Transition(
            verb="follow_up",
            sources=states(_P.EMPLOYED),
            target=_P.FOLLOWED_UP,
            by=_STAFF,
            label=_l("Follow up"),
            done=lazy_pgettext("what happened", "Followed up"),
        ),
        Transition(
            verb="search_again",
            sources=states(_P.EMPLOYED, _P.STUDYING, _P.FOLLOWED_UP, _P.EXITED),
            target=_P.SEARCHING,
            by=roles(Role.COACH, Role.TEAM_LEADER, Role.SYSTEM),
            guards=("has_coach",),
            label=_l("Search again"),
            done=_l("Back in job search"),
        ),
        Transition(
            verb="lose_coach",
            sources=states(_P.SEARCHING),
            target=_P.WAITING,
            by=roles(Role.TEAM_LEADER, Role.SYSTEM),
            guards=("nothing_left_alone",),
            mails=("candidate_waits",),
            label=_l("Back to waiting"),
            done=_l("The coach left"),
        ),
        Transition(
            verb="exit",
            sources=states(_P.REFERRED, _P.WAITING, _P.SEARCHING, _P.EMPLOYED, _P.STUDYING, _P.FOLLOWED_UP),
            target=_P.EXITED,
            by=_STAFF,
            guards=("nothing_live",),
            label=_l("Exit"),
            done=_l("Exited"),
        ),
    ),
)
