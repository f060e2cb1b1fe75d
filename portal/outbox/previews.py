"""How each kind of mail looks, written from its example: for the administrator, who reads no real mail."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.core.actors import Actor, Role
from portal.core.errors import Missing
from portal.core.i18n import Language
from portal.outbox.examples import EXAMPLES, Example, Reader, notification_of, recipient_of
from portal.outbox.letters import KINDS
from portal.outbox.names import KIND_NAMES
from portal.outbox.opened import Opened, opened
from portal.outbox.rendering import build_message

READER_NAMES: dict[Reader, LazyString] = {
    Reader.EMPLOYER: _l("To employers"),
    Reader.COACH: _l("To coaches"),
    Reader.TEAM_LEADER: _l("To team leaders"),
    Reader.CANDIDATE: _l("To candidates"),
    Reader.INVITED: _l("To who is invited"),
    Reader.ANYBODY: _l("To anybody with an account"),
}
ROOM_NAMES: dict[str, LazyString] = {
    "accounts": _l("Accounts"),
    "employers": _l("Organisations"),
    "openings": _l("Recruitment needs"),
    "candidates": _l("Candidates"),
    "proposals": _l("Proposals"),
    "placements": _l("Hires and support"),
    "delivery": _l("Delivery of mails"),
    "desk": _l("Summaries"),
    "outbox": _l("Summaries"),
    "privacy": _l("Keeping and erasing"),
}


@dataclass(frozen=True)
class KindOfReader:
    """A kind of mail in the list of one reader's."""

    kind: str
    name: LazyString | str
    room: LazyString | str
    informative: bool


def kinds_by_reader(actor: Actor) -> list[tuple[Reader, list[KindOfReader]]]:
    """Every kind under each of its readers, by room, then as declared. :raises Missing: for all but administrators."""
    _refuse_others(actor)
    found = []
    for reader in Reader:
        kinds = [_listed(name) for name in KINDS if any(one.reader is reader for one in EXAMPLES.get(name, ()))]
        rooms = list(dict.fromkeys(one.room for one in kinds))
        found.append((reader, sorted(kinds, key=lambda one: rooms.index(one.room))))
    return [(reader, kinds) for reader, kinds in found if kinds]


def _listed(name: str) -> KindOfReader:
    kind = KINDS[name]
    room = kind.write.__module__.split(".")[1]
    return KindOfReader(name, KIND_NAMES.get(name, name), ROOM_NAMES.get(room, room), kind.informative)


def examples_for(actor: Actor, kind: str, reader: str) -> list[Example]:
    """The examples of a kind for one reader. :raises Missing: when there is none, and for all but administrators."""
    _refuse_others(actor)
    found = [one for one in EXAMPLES.get(kind, ()) if one.reader == reader and kind in KINDS]
    if not found:
        raise Missing
    return found


def written(example: Example, language: Language) -> Opened:
    """An example's mail, as its reader would get it in a language."""
    message = build_message(notification_of(example), KINDS[example.kind], recipient_of(example, language))
    return opened(message_from_bytes(message.as_bytes(), policy=policy.default))


def _refuse_others(actor: Actor) -> None:
    if actor.role is not Role.ADMINISTRATOR:
        raise Missing
