"""Whom a notification reaches. Accounts and candidates say it through ``portal.wiring``; the outbox knows neither."""

from __future__ import annotations

from collections.abc import Callable
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

_lookups: dict[str, Lookup] = {}


def register(kind: str, lookup: Lookup) -> None:
    """Say how ``user`` or ``candidate`` ids become recipients; None means that nobody may be written to there now."""
    _lookups[kind] = lookup


def recipient_of(notification: Notification) -> Recipient | None:
    """The present address and language of a notification's reader, or None when nobody is to be written to."""
    if notification.address is not None:
        return Recipient(notification.address, "", notification.language or Language.SV)
    if notification.user_id is not None:
        return _lookups["user"](notification.user_id)
    if notification.candidate_id is not None:
        return _lookups["candidate"](notification.candidate_id)
    return None
