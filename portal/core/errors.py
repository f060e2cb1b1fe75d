"""What can go wrong by a person's or the world's doing, and the page that says so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import current_app, g, render_template
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from portal.core.app import Unlogged
from portal.core.db import db
from portal.core.keys import Unreadable

if TYPE_CHECKING:
    from portal.core.app import Portal

RETRY_AFTER_SECONDS = "5"
UNIQUE_VIOLATION = "23505"  # PostgreSQL's code


class DomainError(Exception):
    """A rule of the domain says no; ``message`` is a sentence for the person who tried."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(DomainError):
    """A change that a rule does not allow: 409, nothing changed."""


class Overtaken(Refused):
    """The same because somebody was quicker, or it has moved on since the page was opened: a lost race, not a rule."""


class Invalid(DomainError):
    """A value that breaks a rule which only the service can see: 422 at the field that it names."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class LinkDead(DomainError):
    """A link from a mail that was used, withdrawn, is too old or not ours: 410 with what to do instead."""


class Missing(Exception):
    """Not there, or not for this person: the two look the same."""


def _page(status: int, message: str | None = None, *, refused: bool = False) -> tuple[str, int]:
    """``refused``: a 409 that a rule has said, and not somebody who was quicker."""
    if status >= 500:
        return _page_without_database(status), status
    db.session.rollback()
    return render_template("errors/error.html", status=status, message=message, refused=refused), status


def _page_without_database(status: int) -> str:
    """The database may be what broke, so nobody is looked up: the page is a visitor's, in the visit's language."""
    g._login_user = AnonymousUserMixin()  # where Flask-Login keeps whom it has found; it has no public setter
    with suppress(SQLAlchemyError):
        db.session.rollback()
    return render_template("errors/error.html", status=status, message=None, refused=False)


def _is_taken(error: IntegrityError) -> bool:
    """Whether a unique index said no, on either database."""
    name = getattr(error.orig, "sqlite_errorname", "")
    return name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY") or (
        getattr(error.orig, "sqlstate", "") == UNIQUE_VIOLATION
    )


def _missing(_error: Missing) -> tuple[str, int]:
    return _page(404)


def _refused(error: Refused) -> tuple[str, int]:
    return _page(409, error.message, refused=not isinstance(error, Overtaken))


def _invalid(error: Invalid) -> tuple[str, int]:
    return _page(422, error.message)


def _dead(error: LinkDead) -> tuple[str, int]:
    return _page(410, error.message)


def _stale(_error: Exception) -> tuple[str, int]:
    return _page(409, _("Somebody else changed this at the same time. Look at it again and try once more."))


def _collided(error: IntegrityError) -> tuple[str, int]:
    """Two requests wanted the same place and the database let one through; any other constraint is our mistake."""
    if _is_taken(error):
        return _stale(error)
    current_app.logger.error("a constraint refused a change: %s", type(error.orig).__name__, exc_info=error)
    return _page(500)


def _busy(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    current_app.logger.warning("database busy or away: %s", type(error.orig).__name__)
    return *_page(503), {"Retry-After": RETRY_AFTER_SECONDS}


def _locked(error: Unreadable) -> tuple[str, int]:
    """A key is missing: the administrator's trouble, and the page says no more than that something broke."""
    current_app.logger.error("%s", error.message)
    return _page(500)


def _unlogged(error: Unlogged) -> tuple[str, int, dict[str, str]]:
    """The access log could not be written, so nobody is shown; the reader may try again."""
    cause = type(error.__cause__).__name__ if error.__cause__ else str(error)
    current_app.logger.error("nobody was shown, since the access log was not written: %s", cause)
    return *_page(503), {"Retry-After": RETRY_AFTER_SECONDS}


def _forged(_error: CSRFError) -> tuple[str, int]:
    return _page(400, _("This page was open for too long, or in another sign-in. Go back, reload it and try again."))


def _foreign_host(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """Somebody reached us under a name that is not ours: one line, since no address of a page can be made for it."""
    return _("The portal does not answer under this name."), 400, {"Content-Type": "text/plain; charset=utf-8"}


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code)


def _broken(_error: Exception) -> tuple[str, int]:
    return _page(500)


_PAGES: dict[type[Exception] | int, Callable[..., Any]] = {
    Missing: _missing,
    Refused: _refused,
    Invalid: _invalid,
    LinkDead: _dead,
    StaleDataError: _stale,
    IntegrityError: _collided,
    OperationalError: _busy,
    Unreadable: _locked,
    Unlogged: _unlogged,
    CSRFError: _forged,
    SecurityError: _foreign_host,
    HTTPException: _http,
    500: _broken,
}


def init_errors(app: Portal) -> None:
    """Give every error its page, in the reader's language, and undo what the request had begun."""
    for kind, page in _PAGES.items():
        app.register_error_handler(kind, page)
