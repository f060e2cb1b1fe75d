"""The two to five places of each role in the top bar. Features fill it through ``portal.wiring``."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import LazyString

from portal.core.actors import Role


@dataclass(frozen=True)
class Place:
    """A place in the top bar: an endpoint, its words and its icon of Bootstrap's set, for these roles."""

    endpoint: str
    label: LazyString
    icon: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class NavItem:
    """A place as the template draws it."""

    label: LazyString
    url: str
    icon: str
    current: bool
    count: int | None = None


def nav_items(places: tuple[Place, ...], role: Role) -> list[NavItem]:
    """The places of a role; the one whose blueprint answers this request is current."""
    here = (request.endpoint or "").split(".")[0]
    exact = any(place.endpoint == request.endpoint for place in places if role in place.roles)
    return [
        NavItem(
            place.label,
            url_for(place.endpoint),
            place.icon,
            place.endpoint == request.endpoint if exact else place.endpoint.split(".")[0] == here,
        )
        for place in places
        if role in place.roles
    ]
