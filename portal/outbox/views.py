"""The administrator's pages about mail."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.errors import Missing
from portal.core.paging import page_number
from portal.outbox import queries, service
from portal.outbox.health import outbox_health
from portal.outbox.models import SendState, Trouble
from portal.outbox.names import KIND_NAMES

bp = Blueprint("outbox", __name__, url_prefix="/admin/mails")

STATE_NAMES: dict[SendState, LazyString] = {
    SendState.QUEUED: _l("Waits"),
    SendState.SENDING: _l("On its way"),
    SendState.SENT: _l("Sent"),
    SendState.CANCELLED: _l("Called off"),
    SendState.FAILED: _l("Failed"),
}
TONES = {
    SendState.QUEUED: "waits",
    SendState.SENDING: "info",
    SendState.SENT: "done",
    SendState.CANCELLED: "quiet",
    SendState.FAILED: "danger",
}
TROUBLE_NAMES: dict[Trouble, LazyString] = {
    Trouble.SERVER_AWAY: _l("The mail server could not be used; it goes when the server is back."),
    Trouble.NOT_NOW: _l("The mail server asked us to come back later."),
    Trouble.RECIPIENT_REFUSED: _l("The mail server does not take mail for this address."),
    Trouble.CONTENT_REFUSED: _l("The mail server does not take this mail."),
    Trouble.GAVE_UP: _l("Tried for two days without success."),
    Trouble.CANNOT_BE_WRITTEN: _l("The portal could not write this mail. That is a mistake of ours."),
    Trouble.UNKNOWN_KIND: _l("The portal does not know this kind of mail any more."),
}


@dataclass(frozen=True)
class Tab:
    """A filter by state, as a tab."""

    label: LazyString
    url: str
    current: bool
    count: int


@bp.get("/queue")
@allow(Role.ADMINISTRATOR)
def queue() -> str:
    """What waits, what went out and what failed."""
    actor = current_actor()
    state = _chosen_state()
    counts = queries.counts(actor)
    return render_template(
        "outbox/queue.html",
        page=queries.lines(actor, state, page_number()),
        tabs=_tabs(counts, state),
        health=outbox_health(),
        state=state,
        state_names=STATE_NAMES,
        tones=TONES,
        kind_names=KIND_NAMES,
        trouble_names=TROUBLE_NAMES,
    )


@bp.post("/<public_id>/send-again")
@allow(Role.ADMINISTRATOR)
def send_again(public_id: str) -> ResponseReturnValue:
    """Queue a failed mail anew."""
    actor = current_actor()
    service.send_again(actor, queries.get_for(actor, public_id))
    flash(_("The mail waits again and goes out within a minute."), "success")
    return redirect(url_for("outbox.queue", state=SendState.FAILED.value))


def _chosen_state() -> SendState | None:
    text = request.args.get("state", "")
    if not text:
        return None
    if text not in set(SendState):
        raise Missing
    return SendState(text)


def _tabs(counts: dict[SendState, int], chosen: SendState | None) -> list[Tab]:
    everything = Tab(_l("All"), url_for("outbox.queue"), chosen is None, sum(counts.values()))
    return [
        everything,
        *(
            Tab(name, url_for("outbox.queue", state=state.value), chosen is state, counts[state])
            for state, name in STATE_NAMES.items()
        ),
    ]
