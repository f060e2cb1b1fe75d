"""What of leaves is still somebody's whose account is to be closed; ``portal.wiring`` asks."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.accounts.models import User
from portal.core import clock
from portal.core.i18n import day
from portal.leaves import queries


def stood_in_by(user: User) -> str | None:
    """For whom this user stands in, today or later: nobody else would see those caseloads."""
    today = clock.today()
    for leave in queries.of_days([user.id], today, today.replace(year=today.year + 2, day=1)):
        if leave.deputy_id == user.id:
            return _(
                "%(deputy)s stands in for %(name)s until %(day)s. The team leader ends that and names somebody else.",
                deputy=user.name,
                name=leave.coach.name,
                day=day(leave.ends_on),
            )
    return None
