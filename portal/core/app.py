"""The application class: one unit of work a request, committed in one place.

A request that succeeds commits once, before its answer leaves. A request that fails, or whose form comes back with
errors (422), rolls back whole, but for the access log of a page that called ``begin_again``. A request that only reads
(GET, HEAD, OPTIONS) is refused at SQL level when it tries to write anything but the access log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from portal.core import submissions
from portal.core.db import db, reading

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ACCESS_LOG_TABLE = "access_log"

_READS = re.compile(r"\s*(SELECT|WITH|BEGIN|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA|SHOW|EXPLAIN)\b", re.IGNORECASE)
# A statement that begins with WITH may end in any of these, and on PostgreSQL hold them within.
_WRITES_AFTER_WITH = re.compile(r"\s*WITH\b.*\b(INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE | re.DOTALL)
_LOGS_ACCESS = re.compile(rf"\s*INSERT\s+INTO\s+{ACCESS_LOG_TABLE}\b", re.IGNORECASE)


class WroteOnRead(RuntimeError):
    """A page that only reads tried to change something: a mistake in our code, never the reader's."""


class Unlogged(RuntimeError):
    """Somebody's identity would be shown, and the access log does not say so: the answer is not given."""


class Portal(Flask):
    """Flask with the unit of work around each view."""

    def dispatch_request(self) -> Response:
        """Run the view, then commit; an error raised by the commit reaches the error pages like any other.

        A form that was answered before is answered the same, and its view does not run.
        """
        submission, came_again = submissions.claim()
        if submission is not None and came_again:
            return self.make_response(submissions.same_answer(submission))
        response = self.make_response(super().dispatch_request())
        if submission is not None and response.status_code < 400:
            submissions.answered(submission, response.location)
        if response.status_code < 400 or g.pop("begun_again", False):
            self._commit()
        else:
            db.session.rollback()
            if g.get("shown"):
                raise Unlogged("the page shows somebody, and what it wrote to the access log is undone")
        return response

    @staticmethod
    def _commit() -> None:
        try:
            db.session.commit()
        except SQLAlchemyError as error:
            if g.get("shown"):
                raise Unlogged("the commit failed") from error
            raise


def begin_unit_of_work() -> None:
    """Before anything else in a request: say whether it may write, so that SQLite takes its lock in time.

    A page that shows somebody's identity writes to the access log, so it begins as a writer although it is a GET.
    """
    g.safe = request.method in SAFE_METHODS
    view = request.endpoint and getattr(_view(), "access_policy", None)
    reading.set(g.safe and not (view and view.logs_access))


def begin_again() -> None:
    """A form came back with errors: undo what the request had begun, before its page is shown again.

    From here on the request only reads, as a GET does. What the page writes to the access log is kept although the
    answer is a 422: the reader has seen it. Things that were loaded before have to be loaded anew.
    """
    db.session.rollback()
    g.safe = True
    g.begun_again = True
    g.shown = set()


def not_shown_yet(candidate_ids: Iterable[int]) -> list[int]:
    """Of these candidates, those whom this answer has not shown before; from now on it has. Outside a request, all.

    However many parts of a page name somebody, the access log gets one row of it.
    """
    ids = list(dict.fromkeys(candidate_ids))
    if not has_request_context():
        return ids
    if "shown" not in g:
        g.shown = set()
    new = [one for one in ids if one not in g.shown]
    g.shown.update(new)
    return new


def _view() -> Any:
    from flask import current_app

    return current_app.view_functions.get(request.endpoint or "")


def end_unit_of_work(_error: BaseException | None) -> None:
    """After the request: the next user of this thread starts as one who may write."""
    reading.set(False)


@event.listens_for(Engine, "before_cursor_execute")
def _refuse_writes_on_reads(
    _connection: Connection, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    if not has_request_context() or not g.get("safe", False):
        return
    reads = _READS.match(statement) and not _WRITES_AFTER_WITH.match(statement)
    if not reads and not _LOGS_ACCESS.match(statement):
        raise WroteOnRead(f"{request.method} {request.path} tried: {statement.split(chr(10))[0][:80]}")
