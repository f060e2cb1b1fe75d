"""Headers, cookies, throttles and CSRF: libraries do the work, the policy is stated here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect

if TYPE_CHECKING:
    from portal.core.app import Portal

CSP = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

# What a stranger can trigger; the store is the web process's memory, and the portal runs in one web process.
SIGN_IN_LIMIT = "10/minute"
MAIL_LIMIT = "5/hour"

limiter = Limiter(get_remote_address, default_limits=[])
csrf = CSRFProtect()


def init_security(app: Portal) -> None:
    """Switch on CSRF protection, security headers and throttles."""
    config = app.config["PORTAL"]
    csrf.init_app(app)
    limiter.init_app(app)

    @app.after_request
    def keep_out_of_caches(response: Response) -> Response:
        """What a signed-in person or a link's holder sees stays off shared phones' disks and out of referrers."""
        policy = getattr(app.view_functions.get(request.endpoint or ""), "access_policy", None)
        if policy is not None and policy.by_link:
            response.headers["Referrer-Policy"] = "no-referrer"
        is_kept_out = response.cache_control.no_store  # a view may say more than that
        if request.endpoint not in ("static", "bootstrap.static") and (
            not is_kept_out and (current_user.is_authenticated or policy is None or not policy.public)
        ):
            response.headers["Cache-Control"] = "no-store"
        return response

    # after the function above, so that its headers are set first: what runs last after a request was named first
    Talisman(
        app,
        content_security_policy=CSP,
        force_https=config.is_https,
        strict_transport_security=config.is_https,
        session_cookie_secure=config.is_https,
        session_cookie_samesite="Lax",
        referrer_policy="same-origin",
        frame_options="DENY",
    )
