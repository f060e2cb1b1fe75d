"""Whom a notification reaches. Accounts and candidates say it through ``portal.wiring``; the outbox knows neither."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from portal.core.i18n import Language
from portal.outbox.models import Notification


@dataclass(frozen=True)
class Recipient:
    """An address that may be written to now, the reader's name as the letter greets, and the language."""

    address: str
    name: str
    language: Language


Lookup = Callable[[int], Recipient | None]

# Addresses of several users in one statement, for the administrator's list. Candidates' are never asked for.
Addresses = Callable[[Collection[int]], dict[int, str]]

_lookups: dict[str, Lookup] = {}
_addresses: dict[str, Addresses] = {}


def register(kind: str, lookup: Lookup, addresses: Addresses | None = None) -> None:
    """Say how ``user`` or ``candidate`` ids become recipients.

    :param lookup: the recipient of an id; None means that nobody may be written to there now.
    :param addresses: for ``user`` only: the addresses of many ids at once, to be shown to an administrator.
    """
    _lookups[kind] = lookup
    if addresses is not None:
        _addresses[kind] = addresses


def addresses_of_users(user_ids: Collection[int]) -> dict[int, str]:
    """The addresses of users by their ids, those that are known."""
    ask = _addresses.get("user")
    return ask(user_ids) if ask is not None and user_ids else {}


def recipient_of(notification: Notification) -> Recipient | None:
    """The present address and language of a notification's reader, or None when nobody is to be written to."""
    if notification.address is not None:
        return Recipient(notification.address, "", notification.language or Language.SV)
    if notification.user_id is not None:
        return _lookups["user"](notification.user_id)
    if notification.candidate_id is not None:
        return _lookups["candidate"](notification.candidate_id)
    return None
