"""Denied unless allowed: every endpoint carries a policy, or nobody gets in.

Mark a view directly under its route::

    @bp.get("/openings")
    @allow(Role.EMPLOYER, Role.COACH)
    def index() -> str: ...

A wrong role meets the same 404 as a page that does not exist. Who may do what to which thing is said in each
feature's ``rules`` and ``queries``; this module only knows who may knock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.core.actors import Actor, Role
from portal.core.app import SAFE_METHODS
from portal.core.errors import Missing

View = TypeVar("View", bound=Callable[..., Any])

# Endpoints of libraries, which cannot be marked where they are written: static files alone.
LIBRARY_ENDPOINTS = frozenset({"static", "bootstrap.static"})


@dataclass(frozen=True)
class Policy:
    """Who may use an endpoint. ``by_link``: the address itself carries a signed right that the view checks."""

    roles: frozenset[Role] = frozenset()
    public: bool = False
    by_link: bool = False
    logs_access: bool = False


def _mark(policy: Policy) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.access_policy = policy  # type: ignore[attr-defined]  # a mark on the function, read by enforce()
        return view

    return decorate


def allow(*roles: Role, logs_access: bool = False) -> Callable[[View], View]:
    """Let signed-in users of these roles in.

    :param logs_access: the page shows a candidate's identity or notes and writes to the access log.
    """
    return _mark(Policy(roles=frozenset(roles), logs_access=logs_access))


def public(view: View) -> View:
    """Let everybody in."""
    return _mark(Policy(public=True))(view)


def by_link(view: View) -> View:
    """Let everybody in who holds a signed link; the view opens the link first of all."""
    return _mark(Policy(by_link=True))(view)


def signed_in(view: View) -> View:
    """Let every signed-in user in, whatever the role."""
    return allow(Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER, Role.ADMINISTRATOR)(view)


def policy_of(endpoint: str) -> Policy | None:
    """The policy of an endpoint, or None when it has none and is therefore closed."""
    if endpoint in LIBRARY_ENDPOINTS:
        return Policy(public=True)
    return getattr(current_app.view_functions.get(endpoint), "access_policy", None)


def current_actor() -> Actor:
    """Who makes this request.

    :raises Missing: when nobody is signed in; views behind ``allow`` never meet that.
    """
    if "actor" not in g:
        if not current_user.is_authenticated:
            raise Missing
        g.actor = current_app.extensions["actor_of"](current_user)
    actor: Actor = g.actor
    return actor


def enforce() -> ResponseReturnValue | None:
    """Before each request: let in, ask to sign in, or say that there is no such page."""
    if "\x00" in request.path or b"%00" in request.query_string or b"\x00" in request.query_string:
        raise Missing  # nothing of ours has this sign in its name, and PostgreSQL cannot even be asked for it
    if request.endpoint is None:
        return None
    policy = policy_of(request.endpoint)
    if policy is None:
        raise Missing
    if policy.public or policy.by_link:
        return None
    if not current_user.is_authenticated:
        target = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
        return redirect(url_for("accounts.sign_in", next=target))
    if current_actor().role not in policy.roles:
        raise Missing
    return None
