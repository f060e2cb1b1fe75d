"""The demonstration's mailbox. Registered only where the demonstration runs."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, request

from portal.core.access import public
from portal.core.errors import Missing
from portal.core.paging import PER_PAGE, Page, page_number
from portal.demo import mailbox
from portal.demo.run import MAILBOX
from portal.outbox.opened import FRAME, framed

bp = Blueprint("demo", __name__, url_prefix="/demo/mailbox")


@bp.get("")
@public
def index() -> str:
    """Every mail that was sent, newest first."""
    search = request.args.get("reader", "")[:200]
    found, number = mailbox.heads(_folder(), search), page_number()
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    if number > 1 and not shown:
        raise Missing
    return render_template("demo/mailbox.html", page=Page(shown, number, len(found)), search=search)


@bp.get("/<name>")
@public
def show(name: str) -> str:
    """One mail as its reader gets it."""
    return render_template("demo/mail.html", mail=_mail(name))


@bp.get("/<name>/html")
@public
def html(name: str) -> Response:
    """The HTML part alone, for the frame."""
    return Response(framed(_mail(name).parts.html), content_type="text/html; charset=utf-8")


html.talisman_view_options = FRAME  # type: ignore[attr-defined]  # what Talisman's decorator would write there


def _mail(name: str) -> mailbox.Mail:
    mail = mailbox.read(_folder(), name)
    if mail is None:
        raise Missing
    return mail


def _folder() -> Path:
    """:raises Missing: where no demonstration runs."""
    config = current_app.config["PORTAL"]
    if not config.demo:
        raise Missing
    folder: Path = config.data_dir / MAILBOX
    return folder
