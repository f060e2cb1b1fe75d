"""The administrator's pages about mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.errors import Missing
from portal.core.i18n import OWN_NAMES, Language, language
from portal.core.paging import page_number
from portal.outbox import previews, queries, service
from portal.outbox.away import SENTENCES
from portal.outbox.examples import Example
from portal.outbox.health import outbox_health
from portal.outbox.models import SendState
from portal.outbox.names import KIND_NAMES, TROUBLE_NAMES
from portal.outbox.opened import FRAME, framed

bp = Blueprint("outbox", __name__, url_prefix="/admin/mails")

STATE_NAMES: dict[SendState, LazyString] = {
    SendState.QUEUED: _l("Waits"),
    SendState.SENDING: _l("On its way"),
    SendState.COLLECTED: _l("Waits for the one mail a day"),
    SendState.FOLDED: _l("In the one mail a day"),
    SendState.SENT: _l("Sent"),
    SendState.CANCELLED: _l("Called off"),
    SendState.FAILED: _l("Failed"),
}
TONES = {
    SendState.QUEUED: "waits",
    SendState.SENDING: "info",
    SendState.COLLECTED: "waits",
    SendState.FOLDED: "quiet",
    SendState.SENT: "done",
    SendState.CANCELLED: "quiet",
    SendState.FAILED: "danger",
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
        server_troubles=SENTENCES,
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


# --- previews


@bp.get("")
@allow(Role.ADMINISTRATOR)
def kinds() -> str:
    """Every kind of mail, by its reader."""
    return render_template(
        "outbox/kinds.html", parts=previews.kinds_by_reader(current_actor()), reader_names=previews.READER_NAMES
    )


@bp.get("/kinds/<kind>/<reader>")
@allow(Role.ADMINISTRATOR)
def preview(kind: str, reader: str) -> str:
    """How a mail looks, from an example."""
    examples = previews.examples_for(current_actor(), kind, reader)
    shown, chosen = _chosen_language(), _chosen_example(examples)
    here: dict[str, Any] = {"kind": kind, "reader": reader}
    return render_template(
        "outbox/preview.html",
        name=KIND_NAMES.get(kind, kind),
        reader=previews.READER_NAMES[chosen.reader],
        parts=previews.written(chosen, shown),
        frame=url_for(".preview_html", **here, language=shown.value, example=examples.index(chosen)),
        languages=[
            {
                "label": OWN_NAMES[one],
                "url": url_for(".preview", **here, language=one.value, example=examples.index(chosen)),
                "current": one is shown,
            }
            for one in Language
        ],
        ways=[
            {
                "label": _("Example %(number)s", number=number + 1),
                "url": url_for(".preview", **here, language=shown.value, example=number),
                "current": one is chosen,
            }
            for number, one in enumerate(examples)
        ],
    )


@bp.get("/kinds/<kind>/<reader>/html")
@allow(Role.ADMINISTRATOR)
def preview_html(kind: str, reader: str) -> Response:
    """The HTML part alone, for the frame."""
    examples = previews.examples_for(current_actor(), kind, reader)
    html = previews.written(_chosen_example(examples), _chosen_language()).html
    return Response(framed(html), content_type="text/html; charset=utf-8")


preview_html.talisman_view_options = FRAME  # type: ignore[attr-defined]  # what Talisman's decorator would write there


def _chosen_language() -> Language:
    text = request.args.get("language", language().value)
    if text not in set(Language):
        raise Missing
    return Language(text)


def _chosen_example(examples: list[Example]) -> Example:
    text = request.args.get("example", "0")
    if text not in {str(number) for number in range(len(examples))}:
        raise Missing
    return examples[int(text)]
