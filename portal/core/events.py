"""What a room below tells the rooms above, without knowing them. ``portal.wiring`` subscribes.

Handlers run at once, in the transaction of the change; when one refuses, the change is undone with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from portal.core.actors import Actor

T = TypeVar("T")
Handler = Callable[[Actor, T], None]


class Event(Generic[T]):
    """Something that happened to a thing of type T."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._handlers: list[Handler[T]] = []

    def subscribe(self, handler: Handler[T]) -> None:
        """Run ``handler(actor, thing)`` whenever it happens; subscribing twice is subscribing once."""
        if handler not in self._handlers:
            self._handlers.append(handler)

    def emit(self, actor: Actor, thing: T) -> None:
        """Tell everybody who subscribed, in the order of subscribing."""
        for handler in self._handlers:
            handler(actor, thing)
