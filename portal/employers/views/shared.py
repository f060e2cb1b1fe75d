"""What several pages of an employer show alike."""

from __future__ import annotations

from typing import Any

from flask import url_for

from portal.core.access import current_actor
from portal.core.i18n import language
from portal.core.reference import UnknownReference, label, municipality
from portal.employers import queries
from portal.employers.models import Employer


def home_of(employer: Employer) -> str:
    """Where the reader sees an employer as a whole: an own page, or the team's."""
    if current_actor().is_employer:
        return url_for("employers.organisation")
    return url_for("employers.show", public_id=employer.public_id)


def place_name(code: str) -> str:
    """A municipality's name in the reader's language; the code itself when it is none that we know."""
    try:
        return label(municipality(code), language().value)
    except UnknownReference:
        return code


def people(employer: Employer) -> dict[str, Any]:
    """Who belongs to an employer, who is invited, who asks to join, and its sites, for the templates."""
    return {
        "members": queries.members(employer.id),
        "invitations": queries.open_invitations(employer.id),
        "join_requests": queries.join_requests(employer.id),
        "workplaces": queries.workplaces(employer.id),
        "place_name": place_name,
    }
