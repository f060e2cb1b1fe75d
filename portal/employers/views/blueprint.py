"""The room's blueprint, and the one thing that holds for every page of an employer."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.core.access import current_actor, policy_of
from portal.core.actors import Role

bp = Blueprint("employers", __name__)

# What somebody may do who has an account but no organisation for now.
_OPEN_WITHOUT_ORGANISATION = frozenset(
    {"employers.waiting", "accounts.settings", "accounts.change_password", "accounts.sign_out", "mail_choices.save"}
)


@bp.before_app_request
def keep_waiting() -> ResponseReturnValue | None:
    """Who waits to be let in, or whose organisation is suspended, reads that instead of every other page."""
    endpoint = request.endpoint
    policy = policy_of(endpoint) if endpoint is not None else None
    if policy is None or policy.public or policy.by_link or endpoint in _OPEN_WITHOUT_ORGANISATION:
        return None
    if current_user.is_authenticated and current_user.role is Role.EMPLOYER and current_actor().employer_id is None:
        return redirect(url_for("employers.waiting"))
    return None
