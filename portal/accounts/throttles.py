"""How often a stranger may make the portal write to an address, or guess at an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import request
from flask_limiter.util import get_remote_address

from portal.core.security import MAIL_LIMIT, limiter

View = TypeVar("View", bound=Callable[..., Any])

# One place may hold a whole office: looser than the limit of one address.
MAILS_OF_ONE_PLACE = "30/hour"


def typed_address() -> str:
    """The address that a form was sent with: what a throttle counts by."""
    return f"mail:{request.form.get('email', '').strip().lower()[:254]}"


def was_done(response: Any) -> bool:
    """Whether a request did what it asked for; a form that came back is not counted as a mail."""
    return bool(response.status_code < 400)


def mails_a_stranger(view: View) -> View:
    """Throttle a form that mails whatever address it is given, by that address and by where it comes from."""
    by_address = limiter.limit(MAIL_LIMIT, methods=["POST"], key_func=typed_address, deduct_when=was_done)
    by_place = limiter.limit(MAILS_OF_ONE_PLACE, methods=["POST"], key_func=get_remote_address, deduct_when=was_done)
    return cast(View, by_place(by_address(view)))
