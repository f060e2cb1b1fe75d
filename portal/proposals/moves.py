"""The one way in which a proposal's state changes: the table's row, its guards, a compare-and-set, the audit event."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import inspect, update

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.audit import service as audit
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db, rows_changed
from portal.core.errors import Overtaken, Refused
from portal.core.states import Transition
from portal.proposals import queries
from portal.proposals.models import Proposal
from portal.proposals.rules import GUARDS, Facts
from portal.proposals.states import PROPOSALS, ProposalState

_COLUMNS = inspect(Proposal).column_attrs.keys()


def refuse_unless(row: Transition[ProposalState], facts: Facts, actor: Actor) -> None:
    """Ask every guard that a row names. :raises Refused: with the first sentence that one answers."""
    for name in row.guards:
        if sentence := GUARDS[name](facts, actor):
            raise Refused(sentence)


def check_first(proposal: Proposal, verb: str, actor: Actor) -> None:
    """Ask table and guards before anything is written that only makes sense when they agree. :raises Refused:"""
    row = PROPOSALS.check(proposal.state, verb, actor.role)
    queries.hold(proposal)
    refuse_unless(row, queries.facts(proposal), actor)


def move(proposal: Proposal, verb: str, actor: Actor, *, set_: dict[str, Any] | None = None, **known: Any) -> None:
    """Take one row of the table.

    :param set_: columns that change along with the state.
    :param known: what only the caller knows, for ``queries.facts``.
    :raises Refused: no such row, a guard says no, or somebody was quicker.
    """
    source = proposal.state
    row = PROPOSALS.check(source, verb, actor.role)
    if row.guards:
        queries.hold(proposal)
        refuse_unless(row, queries.facts(proposal, **known), actor)
    target = row.target or proposal.declined_from
    changed = rows_changed(
        update(Proposal)
        .where(Proposal.id == proposal.id, Proposal.state == source)
        .values({"state": target, "state_since": clock.now(), **(set_ or {})})
        .execution_options(synchronize_session=False)
    )
    if changed != 1:
        raise Overtaken(_("Somebody was quicker: this has been answered already. Look at how it stands now."))
    links.revoke(Purpose.ANSWER, proposal.id)  # each was mailed for the state that is left now
    audit.record(
        actor,
        f"proposals.{verb}",
        "proposal",
        proposal.id,
        **{"from": source.value, "to": target.value if target else None},
    )
    db.session.refresh(proposal, _COLUMNS)  # what belongs to it is read again by ``reload``, once all is written


def reload(proposal: Proposal) -> Proposal:
    """The same row with its relationships as they are now."""
    db.session.flush()
    return queries.load(proposal.id)
