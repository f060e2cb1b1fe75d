"""Who may do what to an employer, and the guards that its table of states names."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

from portal.core.actors import Actor, Role
from portal.employers.models import Employer
from portal.employers.states import Verification

# The terms that an employer's user accepts (templates/employers/_terms.html). A new version is asked for anew.
TERMS_VERSION = "2026-11"


def business_id(text: str) -> str | None:
    """A Business ID as it is kept, 1234567-8, from any way of writing it (12345678, FI12345678).

    :returns: None when it is none: python-stdnum's ``fi.ytunnus`` counts its check figure.
    """
    try:
        figures = ytunnus.validate(text)
    except ValidationError:
        return None
    return f"{figures[:7]}-{figures[7]}"


def not_a_business_id() -> str:
    """The sentence that says what a Business ID looks like."""
    return str(_("This is not a Business ID. It has seven figures, a dash and a check figure, such as 1234567-1."))


Guard = Callable[[Employer, Actor], str | None]


def has_business_id_or_reason(employer: Employer, actor: Actor) -> str | None:
    """An organisation is verified by its Business ID; without one by the team leader's word and written reason."""
    if employer.business_id:
        return None
    if actor.role is not Role.TEAM_LEADER:
        return str(_("This employer has no Business ID. Only the team leader can verify it, with a reason."))
    if not employer.verified_reason:
        return str(_("Write down why this employer can be trusted without a Business ID."))
    return None


GUARDS: dict[str, Guard] = {"has_business_id_or_reason": has_business_id_or_reason}


def may_edit(actor: Actor, employer: Employer) -> bool:
    """Its own users, the team leader, and the coach who looks after it (``domain.md``, "Who is who")."""
    if actor.is_employer:
        return actor.employer_id == employer.id
    if actor.role is Role.COACH:
        return employer.coach_id in actor.caseloads
    return actor.role is Role.TEAM_LEADER


def may_let_in(actor: Actor, employer: Employer, *, has_managers: bool) -> bool:
    """People who ask to join are let in by those at the employer who manage it.

    Where nobody does, or the team has not verified yet that it is what it says, the team answers.
    """
    if actor.is_staff:
        return not has_managers or employer.verification is not Verification.VERIFIED
    return _manages(actor, employer) and employer.verification is Verification.VERIFIED


def may_invite(actor: Actor, employer: Employer) -> bool:
    """Colleagues are invited by those who manage the employer; the team invites people there too."""
    return actor.is_staff or _manages(actor, employer)


def _manages(actor: Actor, employer: Employer) -> bool:
    return actor.is_employer and actor.employer_id == employer.id and actor.manages_employer
