"""The placement's and the support contact's workflows (``domain.md``, "Placement and support contacts")."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.core.actors import Role
from portal.core.states import Flags, StateTable, Transition, roles, states


class PlacementState(enum.StrEnum):
    """A hire is followed until it ends; it counts as coming until its start date."""

    ACTIVE = "active"
    ENDED = "ended"


class ContactState(enum.StrEnum):
    """A support contact is planned, then done, missed or cancelled."""

    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class RequestState(enum.StrEnum):
    """A request for support: asked, then taken by a coach."""

    ASKED = "asked"
    TAKEN = "taken"


_STAFF = roles(Role.COACH, Role.TEAM_LEADER)

PLACEMENTS = StateTable(
    name="placement",
    states=PlacementState,
    labels={
        PlacementState.ACTIVE: lazy_pgettext("job", "Employed"),
        PlacementState.ENDED: lazy_pgettext("job", "Ended"),
    },
    tones={PlacementState.ACTIVE: "done", PlacementState.ENDED: "quiet"},
    flags={PlacementState.ACTIVE: Flags(live=True, hired=True), PlacementState.ENDED: Flags(hired=True)},
    rows=(
        Transition(
            verb="begin",
            sources=states(),
            target=PlacementState.ACTIVE,
            by=roles(Role.COACH, Role.TEAM_LEADER, Role.EMPLOYER),
            guards=("subsidy_decided_first",),
            label=_l("Follow the hire"),
            done=lazy_pgettext("what happened", "Hired"),
        ),
        Transition(
            verb="change_start",
            sources=states(PlacementState.ACTIVE),
            target=PlacementState.ACTIVE,
            by=_STAFF,
            guards=("subsidy_decided_first",),
            label=_l("Change the start"),
            done=_l("Start changed"),
        ),
        Transition(
            verb="end",
            sources=states(PlacementState.ACTIVE),
            target=PlacementState.ENDED,
            by=_STAFF,
            label=_l("The job ends"),
            done=_l("The job ended"),
        ),
    ),
)

_C = ContactState

CONTACTS = StateTable(
    name="support_contact",
    states=ContactState,
    labels={
        _C.PLANNED: _l("Planned"),
        _C.DONE: lazy_pgettext("contact", "Done"),
        _C.MISSED: _l("Missed"),
        _C.CANCELLED: _l("Cancelled"),
    },
    tones={_C.PLANNED: "info", _C.DONE: "done", _C.MISSED: "overdue", _C.CANCELLED: "quiet"},
    flags={
        _C.PLANNED: Flags(live=True),
        _C.DONE: Flags(won=True),
        _C.MISSED: Flags(lost=True),
        _C.CANCELLED: Flags(),
    },
    rows=(
        Transition(
            verb="plan",
            sources=states(),
            target=_C.PLANNED,
            by=roles(Role.COACH, Role.TEAM_LEADER, Role.EMPLOYER, Role.SYSTEM),
            label=_l("Add a contact"),
            done=_l("Planned"),
        ),
        Transition(
            verb="log",
            sources=states(_C.PLANNED, _C.MISSED),
            target=_C.DONE,
            by=_STAFF,
            label=_l("Log it as done"),
            done=lazy_pgettext("what happened to a contact", "Done"),
        ),
        Transition(
            verb="move",
            sources=states(_C.PLANNED, _C.MISSED),
            target=_C.PLANNED,
            by=_STAFF,
            mails=("support_date_changed", "own_date_changed"),
            label=_l("Move"),
            done=_l("Moved"),
        ),
        Transition(
            verb="miss",
            sources=states(_C.PLANNED),
            target=_C.MISSED,
            by=_STAFF,
            label=_l("It was missed"),
            done=_l("Missed"),
        ),
        Transition(
            verb="cancel",
            sources=states(_C.PLANNED, _C.MISSED),
            target=_C.CANCELLED,
            by=roles(Role.COACH, Role.TEAM_LEADER, Role.SYSTEM),
            mails=("support_date_changed", "own_date_changed"),
            label=_l("Drop"),
            done=_l("Dropped"),
        ),
    ),
)

REQUESTS = StateTable(
    name="support_request",
    states=RequestState,
    labels={RequestState.ASKED: _l("Nobody has taken it yet"), RequestState.TAKEN: _l("Taken")},
    tones={RequestState.ASKED: "overdue", RequestState.TAKEN: "done"},
    flags={RequestState.ASKED: Flags(live=True), RequestState.TAKEN: Flags()},
    rows=(
        Transition(
            verb="ask",
            sources=states(),
            target=RequestState.ASKED,
            by=roles(Role.EMPLOYER),
            guards=("placement_is_active",),
            mails=("support_asked",),
            label=_l("Ask for support"),
            done=_l("Support asked for"),
        ),
        Transition(
            verb="take",
            sources=states(RequestState.ASKED),
            target=RequestState.TAKEN,
            by=_STAFF,
            mails=("support_taken",),
            label=_l("I take it"),
            done=_l("Taken"),
        ),
    ),
)
