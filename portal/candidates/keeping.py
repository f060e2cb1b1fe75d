"""Values that stand out and are shown as they are all the same: the coach says why, and can take it back.

The reason is the team's. The candidate is told on the consent page which values it is about and what that means.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from portal.audit import service as audit
from portal.candidates import events, rarity, rules
from portal.candidates.models import Candidate, KeptFine
from portal.candidates.rarity import Value
from portal.candidates.values import Kind
from portal.core.actors import Actor
from portal.core.db import db, rows_changed
from portal.core.errors import Invalid, Missing, Overtaken

REASON_AT_MOST = 300


def kept_of(candidate_id: int) -> frozenset[Value]:
    """What is kept fine for one candidate."""
    query = select(KeptFine.kind, KeptFine.value).where(KeptFine.candidate_id == candidate_id).order_by(KeptFine.id)
    return frozenset((kind, value) for kind, value in db.session.execute(query))


def with_reasons(candidate: Candidate) -> Mapping[Value, KeptFine]:
    """What is kept fine for one candidate, with why, by whom and since when; for the pages of the team."""
    query = (
        select(KeptFine)
        .where(KeptFine.candidate_id == candidate.id)
        .options(joinedload(KeptFine.by))
        .order_by(KeptFine.id)
    )
    return {(one.kind, one.value): one for one in db.session.scalars(query)}


def keep(actor: Actor, candidate: Candidate, kind: Kind, value: str, reason: str) -> KeptFine:
    """Show a value as it is though few people share it. An open question to the candidate is void by it.

    :raises Invalid: at ``reason`` when it is empty.
    :raises Missing: when the profile has no such value, or the candidate is not the actor's.
    :raises Overtaken: when it is kept already, or enough people share it by now.
    """
    if not rules.may_touch(actor, candidate) or (kind, value) not in set(rarity.values_of(candidate.profile)):
        raise Missing
    if not reason:
        raise Invalid("reason", _("Write why the job needs it."))
    now = rarity.books()
    if not next(
        one for one in rarity.judge(candidate.profile, now) if (one.kind, one.value) == (kind, value)
    ).stands_out:
        raise Overtaken(_("Enough people share this by now. It is shown as it is."))
    row = KeptFine(candidate_id=candidate.id, kind=kind, value=value, reason=reason, by_id=actor.user_id)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Overtaken(_("This is kept as it is already.")) from None
    audit.record(actor, "candidates.keep_fine", "candidate", candidate.id, kind=kind.value)
    events.PROFILE_CHANGED.emit(actor, candidate)
    return row


def let_go(actor: Actor, candidate: Candidate, kind: Kind, value: str) -> None:
    """Show a value coarser again, as the rule says. An open question to the candidate is void by it.

    :raises Missing: when it is not kept, or the candidate is not the actor's.
    """
    if not rules.may_touch(actor, candidate):
        raise Missing
    gone = rows_changed(
        delete(KeptFine).where(KeptFine.candidate_id == candidate.id, KeptFine.kind == kind, KeptFine.value == value)
    )
    if not gone:
        raise Missing
    audit.record(actor, "candidates.let_go_fine", "candidate", candidate.id, kind=kind.value)
    events.PROFILE_CHANGED.emit(actor, candidate)


def forget_gone(candidate: Candidate) -> None:
    """Drop what was kept fine of values that the profile has lost: should one come back, a reason is asked anew."""
    present = set(rarity.values_of(candidate.profile))
    for row in with_reasons(candidate).values():
        if (row.kind, row.value) not in present:
            db.session.delete(row)
    db.session.flush()
