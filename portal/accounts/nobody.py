"""The same work for an address without an account: a stranger must not see by the time it takes that there is none."""

from __future__ import annotations

from collections.abc import Callable

from portal.accounts.models import User
from portal.core.actors import Role
from portal.core.db import db, new_public_id


def stand_in() -> User:
    """A user who is nobody, so that asking for an unknown address costs what asking for a known one does."""
    user = User(role=Role.ADMINISTRATOR, email=f"{new_public_id()}@nobody.example", name="")
    db.session.add(user)
    db.session.flush()
    return user


def undone(work: Callable[[], object]) -> None:
    """Do the work and undo it."""
    nested = db.session.begin_nested()
    try:
        work()
    finally:
        nested.rollback()
