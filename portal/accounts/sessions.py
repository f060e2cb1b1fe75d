"""Begin a signed-in visit: nothing of the one before it stays but the language."""

from __future__ import annotations

from flask import session
from flask_login import login_user

from portal.accounts import devices
from portal.accounts.models import User
from portal.core.db import new_public_id
from portal.core.i18n import LANGUAGE_KEY

_REGISTERED = "registered"
_MAILED_TO = "mailed_to"


def begin(user: User) -> None:
    """Sign a user in. The session's lifetime is the configuration's."""
    language = session.get(LANGUAGE_KEY)
    session.clear()
    if language:
        session[LANGUAGE_KEY] = language
    session.permanent = True
    login_user(user)
    devices.remember(user.email)


def remember_mailed(address: str, user: User | None = None) -> None:
    """Keep for the next page where a mail went, and who registered in this browser.

    When nobody did, a random id stands in its place, so that the cookie says the same either way.
    """
    session[_MAILED_TO] = address
    session[_REGISTERED] = user.public_id if user is not None else new_public_id()


def mailed_to() -> str:
    """The address that this visit's last mail went to, or nothing."""
    return str(session.get(_MAILED_TO, ""))


def has_registered(user: User) -> bool:
    """Whether this very browser typed this user's password when registering."""
    return bool(session.get(_REGISTERED) == user.public_id)
