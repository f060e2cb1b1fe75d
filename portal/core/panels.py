"""Parts that rooms above add to a page of a room below: an opening's page shows its proposals, and knows none.

The page asks ``panels_for("opening", opening, current_actor())`` and includes each panel's template with
``panel.values``; ``portal.wiring`` says who provides what. A list asks ``columns_for("candidates", ids, actor)`` alike.
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


@dataclass(frozen=True)
class Column:
    """A column that a room above adds to a list of a room below: words by the row's id; a row without any is absent."""

    label: str
    cells: dict[int, str]
    number: bool = False
    overdue: frozenset[int] = frozenset()  # rows whose words are a warning


Provider = Callable[[Any, Actor], Panel | None]

ColumnProvider = Callable[[list[int], Actor], list[Column]]

_column_providers: dict[str, list[ColumnProvider]] = {}
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


def provide_columns(place: str, provider: ColumnProvider) -> None:
    """Add a provider of columns to a list; adding it twice is adding it once."""
    here = _column_providers.setdefault(place, [])
    if provider not in here:
        here.append(provider)


def columns_for(place: str, ids: list[int], actor: Actor) -> list[Column]:
    """The columns that rooms above add to the rows of these ids, each asked once for the whole page."""
    return [column for provider in _column_providers.get(place, []) for column in provider(ids, actor)]
