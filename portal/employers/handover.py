"""What of the work with employers is still somebody's whose account is to be closed; ``portal.wiring`` asks."""

from __future__ import annotations

from flask_babel import ngettext
from sqlalchemy import func, or_, select

from portal.accounts.models import User
from portal.core.db import db
from portal.employers.models import Employer, EmployerContact


def looked_after_by(user: User) -> str | None:
    """The employers that this user looks after."""
    count = db.session.scalar(select(func.count()).where(Employer.coach_id == user.id)) or 0
    if not count:
        return None
    return ngettext(
        "One employer is looked after by %(name)s. The team leader chooses another coach on the employer's page.",
        "%(num)d employers are looked after by %(name)s. The team leader chooses other coaches on the employers' "
        "pages.",
        count,
        name=user.name,
    )


def promised_by(user: User) -> str | None:
    """Open next steps with employers whom no other coach looks after, so that nobody would see them."""
    query = (
        select(func.count())
        .select_from(EmployerContact)
        .join(Employer, Employer.id == EmployerContact.employer_id)
        .where(
            EmployerContact.coach_id == user.id,
            EmployerContact.next_step != "",
            EmployerContact.next_step_done_at.is_(None),
            or_(Employer.coach_id.is_(None), Employer.coach_id == user.id),
        )
    )
    count = db.session.scalar(query) or 0
    if not count:
        return None
    return ngettext(
        "One next step with an employer is open. It goes to the coach who is chosen on the employer's page.",
        "%(num)d next steps with employers are open. They go to the coaches who are chosen on the employers' pages.",
        count,
    )
