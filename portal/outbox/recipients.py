"""Whom a notification reaches. Accounts and candidates say it through ``portal.wiring``; the outbox knows neither."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection
from dataclasses import dataclass

from portal.core.i18n import Language
from portal.outbox.letters import MailKind
from portal.outbox.models import Notification


class Way(enum.Enum):
    """How a reader wants a kind of mail."""

    BY_ITSELF = enum.auto()
    ONCE_A_DAY = enum.auto()
    NOT_AT_ALL = enum.auto()


@dataclass(frozen=True)
class Recipient:
    """An address that may be written to now, the reader's name as the letter greets, and the language.

    What follows is a user's own choice of mail that only informs; ``own_id`` is what links to that choice name.
    """

    address: str
    name: str
    language: Language
    own_id: str = ""
    daily: bool = False
    nothing: bool = False
    off: frozenset[str] = frozenset()

    def way(self, kind: MailKind) -> Way:
        """How this reader wants a kind of mail; what does not only inform comes by itself, whatever was chosen."""
        if not kind.informative:
            return Way.BY_ITSELF
        if self.nothing or kind.name in self.off:
            return Way.NOT_AT_ALL
        return Way.ONCE_A_DAY if self.daily and not kind.alone else Way.BY_ITSELF


Lookup = Callable[[int], Recipient | None]

# Addresses of several users in one statement, for the administrator's list. Candidates' are never asked for.
Addresses = Callable[[Collection[int]], dict[int, str]]

# Who stands in today for a user who is away, by user id.
Deputies = Callable[[int], list[int]]

_lookups: dict[str, Lookup] = {}
_deputies: dict[frozenset[str], Deputies] = {}
_addresses: dict[str, Addresses] = {}


def register(kind: str, lookup: Lookup, addresses: Addresses | None = None) -> None:
    """Say how ``user`` or ``candidate`` ids become recipients.

    :param lookup: the recipient of an id; None means that nobody may be written to there now.
    :param addresses: for ``user`` only: the addresses of many ids at once, to be shown to an administrator.
    """
    _lookups[kind] = lookup
    if addresses is not None:
        _addresses[kind] = addresses


def provide_deputies(kinds: frozenset[str], deputies: Deputies) -> None:
    """Say who gets a copy of a user's mails of these kinds, by name. Of all other kinds nobody does."""
    _deputies[kinds] = deputies


def deputies_of(user_id: int, kind: str) -> list[int]:
    """Who gets a copy of a mail of this kind to this user, today."""
    return [one for kinds, ask in _deputies.items() if kind in kinds for one in ask(user_id)]


def addresses_of_users(user_ids: Collection[int]) -> dict[int, str]:
    """The addresses of users by their ids, those that are known."""
    ask = _addresses.get("user")
    return ask(user_ids) if ask is not None and user_ids else {}


def recipient_of(notification: Notification) -> Recipient | None:
    """The present address and language of a notification's reader, or None when nobody is to be written to."""
    if notification.address is not None:
        return Recipient(notification.address, "", notification.language or Language.SV)
    if notification.user_id is not None:
        if notification.for_user_id is not None and notification.user_id not in deputies_of(
            notification.for_user_id, notification.kind
        ):
            return None  # nobody stands in any more
        return user_recipient(notification.user_id)
    if notification.candidate_id is not None:
        return _lookups["candidate"](notification.candidate_id)
    return None


def user_recipient(user_id: int) -> Recipient | None:
    """A user's address, language and choices now, or None when nobody is to be written to."""
    return _lookups["user"](user_id)
