"""What happens to users, for the rooms above."""

from __future__ import annotations

from collections.abc import Callable

from portal.accounts.models import User
from portal.core.events import Event

ADDRESS_VERIFIED: Event[User] = Event("address verified")

Kept = Callable[[User], str | None]

_kept: list[Kept] = []


def ask_before_closing(kept: Kept) -> None:
    """Let a room above say what is still a user's and where it is handed over: a sentence, or None."""
    if kept not in _kept:
        _kept.append(kept)


def still_theirs(user: User) -> list[str]:
    """What a user still has in the rooms above, a sentence each; empty when the account can be closed."""
    return [sentence for kept in _kept if (sentence := kept(user)) is not None]
