"""Pages of signing in by a mailed link: ask for it, look, press."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address

from portal.accounts import links, queries, sessions, sign_in_links
from portal.accounts.forms import PressForm, SignInForm
from portal.accounts.models import Purpose
from portal.accounts.throttles import mails_a_stranger
from portal.core.access import by_link, public
from portal.core.forms import text_in
from portal.core.security import SIGN_IN_LIMIT, limiter
from portal.core.submissions import repeatable
from portal.core.views import own_page, safe_next

bp = Blueprint("sign_in_links", __name__)


@bp.post("/sign-in/link")
@public
@repeatable
@mails_a_stranger
def ask() -> ResponseReturnValue:
    """Mail a link that signs in once; the same answer whether the address has an account or not."""
    form = SignInForm()
    with form.catching():
        address = queries.address_of("email", text_in(form.email))
        sign_in_links.ask(address, own_page(request.args.get("next")))
    if not form.is_clean:
        return render_template("accounts/sign_in.html", form=form), 422
    sessions.remember_mailed(address)
    return redirect(url_for("accounts.mailed"))


@bp.get("/sign-in-by-link/<token>")
@by_link
def look(token: str) -> str:
    """The page behind a link that signs in: whom, and one button. Nothing has happened yet."""
    user = sign_in_links.employer_of_link(links.find(token, Purpose.SIGN_IN))
    return render_template("accounts/sign_in_by_link.html", form=PressForm(), email=user.email)


@bp.post("/sign-in-by-link/<token>")
@by_link
@limiter.limit(SIGN_IN_LIMIT, key_func=get_remote_address)
def sign_in(token: str) -> ResponseReturnValue:
    """The press: signed in, and on to where one wanted to."""
    sessions.begin(sign_in_links.sign_in(links.find(token, Purpose.SIGN_IN)))
    return redirect(safe_next(request.args.get("next")))
