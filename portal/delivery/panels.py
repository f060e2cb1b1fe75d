"""What this room adds to pages below: who was mailed, and whether it arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _

from portal.candidates import queries as candidates
from portal.core.actors import Actor
from portal.core.i18n import moment
from portal.core.panels import Panel
from portal.delivery import queries
from portal.delivery.queries import Told, Undelivered
from portal.outbox.models import Notification, SendState, Trouble
from portal.outbox.names import KIND_NAMES, TROUBLE_NAMES
from portal.placements.models import Placement
from portal.proposals.models import Proposal

TONES = {SendState.SENT: "done", SendState.FAILED: "danger", SendState.CANCELLED: "quiet", SendState.FOLDED: "quiet"}


@dataclass(frozen=True)
class Line:
    """A mail as a page says it."""

    what: str
    to: str
    words: str
    tone: str


def on_proposal(proposal: Proposal, actor: Actor) -> Panel | None:
    """The mails about a proposal, for the team."""
    return _panel(actor, "proposal", proposal.id)


def on_placement(placement: Placement, actor: Actor) -> Panel | None:
    """The mails about a hire, for the team."""
    return _panel(actor, "placement", placement.id)


def _panel(actor: Actor, kind_of_thing: str, thing_id: int) -> Panel | None:
    """Employers get none: a step of theirs says at once that the coach is mailed, whose phone is on the page."""
    lines = [_line(one) for one in queries.about(actor, kind_of_thing, thing_id)]
    if not lines:
        return None
    failed = [one for one in lines if one.tone == "danger"]
    return Panel("delivery/_told.html", {"lines": lines, "failed": len(failed), "most": queries.SHOWN})


def _line(one: Told) -> Line:
    row = one.mail
    return Line(
        what=_name_of(row),
        to=one.reader if one.reader is not None else _("the candidate"),
        words=words_of(row),
        tone=TONES.get(row.state, "waits"),
    )


def _name_of(row: Notification) -> str:
    return str(KIND_NAMES.get(row.kind, row.kind))


def words_of(row: Notification) -> str:
    """Where a mail stands, in a sentence; of one that was not delivered, why: empty when nobody knows."""
    if row.state is SendState.FAILED:
        word = (row.error or "").partition(" ")[0]
        return str(TROUBLE_NAMES[Trouble(word)]) if word in set(Trouble) else ""
    if row.state is SendState.SENT and row.sent_at is not None:
        return _("Mailed %(when)s, delivered to the server.", when=moment(row.sent_at))
    if row.state is SendState.COLLECTED:
        return _("Waits for the one mail a day that the reader chose.")
    if row.state is SendState.FOLDED:
        return _("In the one mail a day that the reader chose.")
    if row.state is SendState.CANCELLED:
        return _("Not sent: it was not needed any more.")
    if row.next_try_at is not None:
        return _("Waits for another try, %(when)s.", when=moment(row.next_try_at))
    return _("Waits.")


@dataclass(frozen=True)
class ReaderPart:
    """One reader whom mails did not reach, with all of them. ``first``: the newest, whose id the buttons carry."""

    name: str
    first: Undelivered
    mails: list[tuple[str, datetime]]
    why: list[str]


def on_first_page(_nothing: None, actor: Actor) -> Panel | None:
    """Which mails to the coach's people did not arrive, by reader; nothing when all did."""
    found = queries.undelivered(actor)
    if not found:
        return None
    names = _names(actor, found)
    order = {reader: at for at, reader in enumerate(dict.fromkeys(one.reader for one in found))}
    parts = []
    for _reader, group in groupby(sorted(found, key=lambda one: order[one.reader]), key=lambda one: one.reader):
        mails = list(group)
        first = mails[0]
        name = names.get(first.mail.candidate_id or 0, "") if first.candidate is not None else first.person
        parts.append(
            ReaderPart(
                name=name,
                first=first,
                mails=[(_name_of(one.mail), one.mail.due_at) for one in mails],
                why=[words for words in dict.fromkeys(words_of(one.mail) for one in mails) if words],
            )
        )
    return Panel("delivery/_undelivered.html", {"readers": parts, "count": len(found)})


def _names(actor: Actor, found: list[Undelivered]) -> dict[int, str]:
    ids = [one.mail.candidate_id for one in found if one.mail.candidate_id is not None]
    return candidates.names(actor, ids, "desk.coach") if ids else {}
