"""How a placement's things change: the table is asked, its guards hold, and of two who press at once one wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from portal.core.actors import Actor
from portal.core.db import db, rows_changed
from portal.core.errors import Overtaken, Refused
from portal.core.states import S, StateTable, Transition
from portal.placements.models import Placement, Pulse, SupportContact, SupportRequest
from portal.placements.rules import GUARDS


def allowed(table: StateTable[S], state: S | None, verb: str, placement: Placement, actor: Actor) -> Transition[S]:
    """The row that allows a verb now.

    :raises Refused: when no row does, or a guard of the row says no.
    """
    row = table.check(state, verb, actor.role)
    for name in row.guards:
        sentence = GUARDS[name](placement, actor)
        if sentence is not None:
            raise Refused(sentence)
    return row


def compare_and_set(
    thing: Placement | SupportContact | SupportRequest | Pulse, expected: Mapping[str, Any], **values: Any
) -> None:
    """Write ``values`` if the row still holds what is expected.

    :param expected: column names and the values that the caller has read.
    :raises Refused: when somebody else was quicker; nothing is written then.
    """
    model: Any = type(thing)
    if isinstance(thing, Placement):
        expected = {**expected, "version": thing.version}
        values["version"] = thing.version + 1
    written = rows_changed(
        update(model)
        .where(model.id == thing.id, *(getattr(model, name) == value for name, value in expected.items()))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if written != 1:
        raise Overtaken(_("Somebody else was quicker. Look at it again, and try once more if it is still needed."))
    db.session.refresh(thing, attribute_names=list(values))
