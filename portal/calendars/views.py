"""The coach's page about the own calendar's address, and the address itself."""

from __future__ import annotations

import hashlib
import re

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user

from portal.accounts.models import User
from portal.calendars import queries, service
from portal.core.access import allow, by_link, current_actor
from portal.core.actors import Role
from portal.core.i18n import Language, in_language, service_name
from portal.core.security import limiter
from portal.core.submissions import repeatable
from portal.outbox.addresses import host_in_ids
from portal.outbox.calendars import calendar_event, calendar_feed
from portal.outbox.rendering import one_line, opaque

bp = Blueprint("calendars", __name__)

# A program asks a few times an hour, an office has some ten of them behind one address; who guesses asks more often.
READS_OF_ONE_ADDRESS = "60/hour"
READS_OF_ONE_PLACE = "600/hour"
_STAMP = re.compile(rb"DTSTAMP:[0-9TZ]+\r\n")


@bp.get("/settings/calendar")
@allow(Role.COACH)
def own() -> str:
    """Whether there is an address that works, and the way to make or end one."""
    return _page(_user())


@bp.post("/settings/calendar")
@allow(Role.COACH)
@repeatable
def make() -> str:
    """Make the address, or make it anew. It is on this answer alone: nothing that could show it later is kept."""
    user = _user()
    token = service.make(current_actor(), user)
    base = str(current_app.config["PORTAL"].base_url)
    return _page(user, address=base + url_for("calendars.feed", token=token))


@bp.post("/settings/calendar/end")
@allow(Role.COACH)
def end() -> ResponseReturnValue:
    """End the address."""
    service.end(current_actor(), _user())
    flash(_("The calendar address does not work any more."), "success")
    return redirect(url_for("calendars.own"))


def _page(user: User, address: str = "") -> str:
    feed = queries.of_user(user.id)
    live = feed is not None and queries.is_live(feed)
    return render_template("calendars/own.html", feed=feed, live=live, address=address)


def _user() -> User:
    user: User = current_user._get_current_object()
    return user


def _asked_address() -> str:
    """What the throttle of one address counts by; the throttle's memory holds no address either."""
    return "feed:" + queries.digest(str((request.view_args or {}).get("token", "")))


@bp.get("/calendar/<token>.ics")
@by_link
@limiter.limit(READS_OF_ONE_PLACE, key_func=get_remote_address)
@limiter.limit(READS_OF_ONE_ADDRESS, key_func=_asked_address)
def feed(token: str) -> Response:
    """A coach's calendar, for a program that knows its address: when there is a meeting, and links to sign in by."""
    user = queries.of_token(token)
    with in_language(user.language or Language.SV):
        content = _calendar(user)
    answer = Response(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    # every reading stamps the events anew; the tag tells whether anything else has changed
    answer.set_etag(hashlib.sha256(_STAMP.sub(b"", content)).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def _calendar(user: User) -> bytes:
    config = current_app.config["PORTAL"]
    service_words = one_line(service_name(current_app))  # type: ignore[arg-type]  # a proxy of our own class
    events = [
        calendar_event(
            entry,
            uid=f"{opaque(entry.uid, user.id)}@{host_in_ids(config.host)}",
            service=service_words,
            url=f"{config.base_url}{entry.path}",
        )
        for entry in queries.entries(user)
    ]
    return calendar_feed(events, name=service_words)
