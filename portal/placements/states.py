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


class PulseState(enum.StrEnum):
    """Three short questions to one side: planned, asked, answered and read; or nobody answered, or they fell away."""

    COMING = "coming"
    ASKED = "asked"
    ANSWERED = "answered"
    READ = "read"
    LAPSED = "lapsed"
    DROPPED = "dropped"


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
            by=roles(Role.COACH, Role.TEAM_LEADER, Role.EMPLOYER, Role.CANDIDATE, Role.SYSTEM),
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

_P = PulseState

PULSES = StateTable(
    name="pulse",
    states=PulseState,
    labels={
        _P.COMING: lazy_pgettext("questions", "Coming"),
        _P.ASKED: lazy_pgettext("questions", "Not answered yet"),
        _P.ANSWERED: lazy_pgettext("questions", "Answered"),
        _P.READ: lazy_pgettext("questions", "Answered and read"),
        _P.LAPSED: lazy_pgettext("questions", "Not answered"),
        _P.DROPPED: lazy_pgettext("questions", "Not asked"),
    },
    tones={
        _P.COMING: "quiet",
        _P.ASKED: "info",
        _P.ANSWERED: "waits",
        _P.READ: "done",
        _P.LAPSED: "quiet",
        _P.DROPPED: "quiet",
    },
    flags={
        _P.COMING: Flags(live=True),
        _P.ASKED: Flags(live=True),
        _P.ANSWERED: Flags(live=True),
        _P.READ: Flags(won=True),
        _P.LAPSED: Flags(lost=True),
        _P.DROPPED: Flags(),
    },
    rows=(
        Transition(
            verb="plan",
            sources=states(),
            target=_P.COMING,
            by=roles(Role.COACH, Role.TEAM_LEADER, Role.EMPLOYER),
            label=_l("Ask later"),
            done=lazy_pgettext("questions", "Planned"),
        ),
        Transition(
            verb="move",
            sources=states(_P.COMING, _P.DROPPED),
            target=_P.COMING,
            by=_STAFF,
            label=lazy_pgettext("questions", "Move"),
            done=lazy_pgettext("questions", "Moved"),
        ),
        Transition(
            verb="send",
            sources=states(_P.COMING),
            target=_P.ASKED,
            by=roles(Role.SYSTEM),
            guards=("placement_is_active",),
            mails=("pulse_for_candidate", "pulse_for_employer"),
            label=_l("Ask"),
            done=lazy_pgettext("questions", "Asked"),
        ),
        Transition(
            verb="answer",
            sources=states(_P.ASKED, _P.ANSWERED),
            target=_P.ANSWERED,
            by=roles(Role.EMPLOYER, Role.CANDIDATE),
            guards=("placement_is_active",),
            mails=("pulse_concern",),
            label=_l("Send my answers"),
            done=lazy_pgettext("questions", "Answered"),
        ),
        Transition(
            verb="record",
            sources=states(_P.ASKED, _P.LAPSED),
            target=_P.READ,
            by=_STAFF,
            guards=("placement_is_active",),
            mails=("pulse_concern",),
            label=_l("Write down the answers"),
            done=_l("Answers written down"),
        ),
        Transition(
            verb="read",
            sources=states(_P.ANSWERED),
            target=_P.READ,
            by=_STAFF,
            label=_l("I have read it"),
            done=lazy_pgettext("questions", "Read"),
        ),
        Transition(
            verb="lapse",
            sources=states(_P.ASKED),
            target=_P.LAPSED,
            by=roles(Role.SYSTEM),
            label=lazy_pgettext("questions", "Close"),
            done=lazy_pgettext("questions", "Not answered"),
        ),
        Transition(
            verb="drop",
            sources=states(_P.COMING, _P.ASKED),
            target=_P.DROPPED,
            by=roles(Role.COACH, Role.TEAM_LEADER, Role.SYSTEM),
            label=lazy_pgettext("questions", "Drop"),
            done=lazy_pgettext("questions", "Dropped"),
        ),
    ),
)
