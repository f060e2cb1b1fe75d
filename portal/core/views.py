"""Pages that belong to no feature: the landing page, texts about the service, the language, the health check."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import text

from portal.core.access import public
from portal.core.db import db
from portal.core.errors import Missing
from portal.core.i18n import LANGUAGE_KEY, Language

bp = Blueprint("core", __name__)

_PAGE = re.compile(r"/[\w/-]{1,200}", re.ASCII)

PAGES = ("about", "privacy", "terms", "accessibility")

# Filled by wiring: each gives a name and its facts, and raises or says "ok": False when it is not well.
HealthCheck = Callable[[], dict[str, Any]]


@bp.get("/")
@public
def landing() -> ResponseReturnValue:
    """What this is, in ten seconds; who is signed in goes on to the own first page."""
    if current_user.is_authenticated:
        return redirect(url_for(current_app.extensions["home_of"](current_user)))
    return render_template("landing.html")


@bp.get("/about/<name>")
@public
def page(name: str) -> str:
    """One of the texts about the service."""
    if name not in PAGES:
        raise Missing
    return render_template(f"public/{name}.html")


@bp.post("/language")
@public
def set_language() -> ResponseReturnValue:
    """Change the language of this visit, and of the account when somebody is signed in; stay on the page."""
    code = request.form.get("language", "")
    if code not in set(Language):
        raise Missing
    session[LANGUAGE_KEY] = code
    if current_user.is_authenticated:
        current_user.language = Language(code)
    return redirect(safe_next(request.form.get("next")))


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """For supervisors: 200 when the database answers and no part calls itself unwell, else 503."""
    db.session.execute(text("SELECT 1"))
    parts = {name: check() for name, check in current_app.extensions["health_checks"].items()}
    well = all(part.get("ok", True) for part in parts.values())
    return {"ok": well, **parts}, 200 if well else 503


def safe_next(target: str | None) -> str:
    """An address within the portal to go on to; the first page when the given one leads elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return url_for("core.landing")
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(sign) < 32 for sign in target):
        return url_for("core.landing")
    return target


def own_page(target: str | None) -> str:
    """The same for an address that goes into a mail: a page's path without what was searched for, or the empty text."""
    path = urlsplit(safe_next(target)).path if target else ""
    return path if _PAGE.fullmatch(path) else ""
