"""What is done to the team's own entries: one verb each."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.audit import service as audit
from portal.core import clock, guarding, reference
from portal.core.actors import Actor
from portal.core.db import db, rows_changed
from portal.core.errors import Invalid, Missing, Refused
from portal.core.reference import LANGUAGES, data, own
from portal.lists.models import NAME_LENGTH, EntryKind, OwnEntry
from portal.lists.rules import may_add, may_keep


@dataclass(frozen=True)
class EntryValues:
    """What is written about an entry: its names, and the group above it."""

    sv: str
    fi: str
    en: str
    group_key: str

    @property
    def names(self) -> Mapping[str, str]:
        """The names by language, with single spaces."""
        return {code: " ".join(getattr(self, code).split()) for code in LANGUAGES}


def add(actor: Actor, kind: EntryKind, values: EntryValues, words_read: str = "") -> OwnEntry:
    """Add an occupation or a skill; it is offered from the next request on.

    :param words_read: tokens of doubtful words that the writer has looked at; employers read the names.
    :raises Invalid: at ``sv``, ``fi`` or ``en``, when it is empty, long, or on the list; at ``group_key`` otherwise.
    :raises Missing: for all but the team.
    """
    if not may_add(actor):
        raise Missing
    _refuse_bad(actor, kind, values, words_read)
    entry = OwnEntry(kind=kind, **values.names, group_key=values.group_key, added_by_id=actor.user_id)
    _store(entry)
    audit.record(actor, "lists.add", "own_entry", entry.id, kind=kind.value)
    return entry


def correct(actor: Actor, entry: OwnEntry, values: EntryValues, words_read: str = "") -> None:
    """Mend names or the group; what holds the entry reads the new ones, but for profiles frozen before.

    Raises as ``add``; for team leaders alone.
    """
    if not may_keep(actor):
        raise Missing
    _refuse_bad(actor, entry.kind, values, words_read, but=entry.id)
    after = {**values.names, "group_key": values.group_key}
    changed = sorted(name for name, value in after.items() if getattr(entry, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(entry, name, after[name])
    _store(entry)
    audit.record(actor, "lists.correct", "own_entry", entry.id, kind=entry.kind.value, fields=changed)


def retire(actor: Actor, entry: OwnEntry) -> None:
    """Offer an entry no longer. Needs and profiles that hold it keep it. :raises Refused: when it is retired."""
    _turn(actor, entry, retired=True)


def restore(actor: Actor, entry: OwnEntry) -> None:
    """Offer a retired entry again. :raises Refused: when it is offered already."""
    _turn(actor, entry, retired=False)


def _turn(actor: Actor, entry: OwnEntry, *, retired: bool) -> None:
    if not may_keep(actor):
        raise Missing
    present = OwnEntry.retired_at.is_(None) if retired else OwnEntry.retired_at.is_not(None)
    change = update(OwnEntry).where(OwnEntry.id == entry.id, present)
    if not rows_changed(change.values(retired_at=clock.now() if retired else None)):
        raise Refused(_("Somebody has done this already. Look at the list again."))
    own.forget()
    verb = "lists.retire" if retired else "lists.restore"
    audit.record(actor, verb, "own_entry", entry.id, kind=entry.kind.value)


def _refuse_bad(actor: Actor, kind: EntryKind, values: EntryValues, words_read: str, *, but: int | None = None) -> None:
    for code, name in values.names.items():
        if not name:
            raise Invalid(code, _("Fill this in."))
        if len(name) > NAME_LENGTH:
            raise Invalid(code, _("This is too long: %(max)d characters at most.", max=NAME_LENGTH))
    try:
        if kind is EntryKind.SKILL:
            reference.skill_group(values.group_key)
        elif len(values.group_key) != 3:  # a major group, of one digit, says too little of a trade
            raise reference.UnknownReference("ISCO-08 minor group", values.group_key)
        else:
            reference.isco_group(values.group_key)
    except reference.UnknownReference:
        raise Invalid("group_key", _("Choose from the list.")) from None
    _refuse_known(kind, values, but)
    guarding.refuse_of(actor, values.names, words_read)


def _refuse_known(kind: EntryKind, values: EntryValues, but: int | None) -> None:
    """:raises Invalid: at the first name that the list of this kind has in the same language, however it is spelt."""
    built_in = data.occupations() if kind is EntryKind.OCCUPATION else data.skills()
    others = select(OwnEntry).where(OwnEntry.kind == kind, OwnEntry.id != (but or 0)).order_by(OwnEntry.id)
    rows = list(db.session.scalars(others))
    for code, name in values.names.items():
        wanted = _spelt(name)
        if any(_spelt(one.labels.in_language(code)) == wanted for one in built_in.values()):
            raise Invalid(code, _("This name is on the list already."))
        for row in rows:
            if _spelt(row.labels.in_language(code)) == wanted:
                raise Invalid(code, _known_sentence(row))


def _known_sentence(row: OwnEntry) -> str:
    if row.retired_at is not None:
        return _("This name is on the list, but retired. Your team leader can bring it back.")
    return _("This name is on the list already.")


def _spelt(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _store(entry: OwnEntry) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(entry)
            db.session.flush()
    except IntegrityError as error:  # somebody added the same name in the same moment
        raise Invalid("", _("Somebody has just added this name. Look at the list again.")) from error
    own.forget()
