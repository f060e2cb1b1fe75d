"""Browsers in which somebody has signed in before: a stranger's guesses at an account do not lock its owner out.

Wrong passwords are counted by address and by place. A browser that knows an account is counted by itself alone, so
however often others guess, its owner still gets in (promise "Login throttle"). The cookie opens nothing: without the
password it only changes whose guesses are counted together.
"""

from __future__ import annotations

from flask import Response, after_this_request, current_app, request
from flask_limiter.util import get_remote_address

from portal.accounts import browsers
from portal.accounts.throttles import typed_address
from portal.core import signing
from portal.core.db import new_public_id

KEPT_DAYS = 365
# A shop's shared phone knows its people; older ones make room.
MOST_ACCOUNTS = 8
_PURPOSE = "device"


def remember(email: str) -> None:
    """Let this browser know the account of an address from the answer on that is being made."""
    device, known = _read()
    marks = [_mark(email), *(one for one in known if one != _mark(email))][:MOST_ACCOUNTS]
    value = signing.sign(_PURPOSE, " ".join((device or new_public_id(), *marks)))

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _name(),
            value,
            max_age=KEPT_DAYS * 24 * 3600,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
        return response


def stranger(email: str) -> str | None:
    """What kind of browser this is when it does not know the account of an address; None when it does."""
    _device, known = _read()
    return None if _mark(email) in known else browsers.described(request.user_agent.string)


def guessed_address() -> str:
    """What a throttle counts guesses at an account by: the address, or this browser when it knows the account."""
    return _own_count("address") or typed_address()


def guessing_place() -> str:
    """What a throttle counts guesses from one place by: the visitor's address, or this browser, likewise."""
    return _own_count("place") or get_remote_address()


def _own_count(of: str) -> str | None:
    """The name of this browser's count; two throttles that shared one would count each guess twice."""
    device, known = _read()
    knows = _mark(request.form.get("email", "")) in known
    return ":".join(("device", of, device)) if device and knows else None


def _read() -> tuple[str, list[str]]:
    """The browser's id and the accounts that it knows; empty when it has no cookie of ours."""
    device, *known = (signing.unsign(_PURPOSE, request.cookies.get(_name(), "")) or "").split() or [""]
    return device, known


def _mark(email: str) -> str:
    """An address as the cookie holds it: nobody reads it there."""
    return signing.keyed_digest(_PURPOSE, email.strip().lower())[:32]


def _name() -> str:
    return "__Host-known" if current_app.config["SESSION_COOKIE_SECURE"] else "known"
