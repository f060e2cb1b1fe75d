"""Parts that rooms above add to a page of a room below: an opening's page shows its proposals, and knows none.

The page asks ``panels_for("opening", opening, current_actor())`` and includes each panel's template with
``panel.values``; ``portal.wiring`` says who provides what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from portal.core.actors import Actor


@dataclass(frozen=True)
class Panel:
    """A part of a page: a partial template that reads ``panel.values`` alone."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)


Provider = Callable[[Any, Actor], Panel | None]

_providers: dict[str, list[Provider]] = {}


def provide(place: str, provider: Provider) -> None:
    """Add a provider to a page's place; adding it twice is adding it once."""
    here = _providers.setdefault(place, [])
    if provider not in here:
        here.append(provider)


def panels_for(place: str, thing: Any, actor: Actor) -> list[Panel]:
    """The panels of a place that this actor may see, in the order in which they were provided."""
    found = (provider(thing, actor) for provider in _providers.get(place, []))
    return [panel for panel in found if panel is not None]
