"""Teams and users."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

from portal.accounts.models import Team, User
from portal.accounts.passwords import hash_password
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language

# What every user of these factories signs in with.
PASSWORD = "tre gröna hästar på isen"

_numbers = itertools.count(1)


@cache
def _kept_password() -> str:
    return hash_password(PASSWORD)


def team(**values: Any) -> Team:
    """A team with a name of its own."""
    row = Team(**{"name": f"Team {next(_numbers)}", **values})
    db.session.add(row)
    db.session.flush()
    return row


def user(role: Role = Role.COACH, **values: Any) -> User:
    """An active user with a verified address who can sign in with PASSWORD; staff get a team when none is given."""
    number = next(_numbers)
    if role in (Role.COACH, Role.TEAM_LEADER) and not {"team", "team_id"} & set(values):
        values["team"] = team()
    row = User(
        **{
            "role": role,
            "email": f"{role.value.replace('_', '-')}{number}@example.com",
            "name": f"{role.value.replace('_', ' ').title()} {number}",
            "phone": "040 123 4567",
            "language": Language.EN,
            "password_hash": _kept_password(),
            "email_verified_at": clock.now(),
            **values,
        }
    )
    db.session.add(row)
    db.session.flush()
    return row


def coach(**values: Any) -> User:
    """A job coach."""
    return user(Role.COACH, **values)


def team_leader(**values: Any) -> User:
    """A team leader."""
    return user(Role.TEAM_LEADER, **values)


def administrator(**values: Any) -> User:
    """An administrator."""
    return user(Role.ADMINISTRATOR, **values)
