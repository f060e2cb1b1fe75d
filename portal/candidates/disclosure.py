"""The one door from a candidate's identity to an employer."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from portal.candidates.models import Consent, ConsentKind, DisclosurePlan, Identity, PersonalField
from portal.core import reference
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.i18n import language


def _value(identity: Identity, field: PersonalField) -> str:
    if field is PersonalField.NAME:
        return identity.full_name
    if field is PersonalField.PHONE:
        return identity.phone
    if field is PersonalField.EMAIL:
        return identity.email
    if field is PersonalField.MUNICIPALITY:
        code = identity.municipality
        return reference.label(reference.municipality(code), language()) if code else ""
    return str(identity.birth_date.year) if identity.birth_date else ""


def disclosed_fields(
    consent: Consent, fields: Iterable[PersonalField], *, candidate_id: int, opening_id: int
) -> dict[PersonalField, str]:
    """The values of identity that an employer may be shown: THE one function that turns identity into values for one.

    The caller writes the showing to the access log (``audit.service.saw``); its view is marked ``logs_access=True``.

    :param consent: the candidate's yes to the handing over.
    :param fields: what is asked for, all of it within the consent and within the candidate's plan.
    :param candidate_id: whose page it is, and ``opening_id``: for which opening; the consent must be for just these.
    :returns: exactly the fields asked for, in the enum's order; the empty text where nothing is known.
    :raises Refused: when the consent is of another kind, another candidate's or for another opening, withdrawn or past
        its last day, or when a field is asked for that the consent or the plan does not name.
    """
    asked = set(fields)
    if consent.kind is not ConsentKind.DISCLOSURE or not consent.is_live():
        raise Refused(_("There is no consent to show this. Nothing was shown."))
    if (consent.candidate_id, consent.opening_id) != (candidate_id, opening_id):
        raise Refused(_("There is no consent to show this. Nothing was shown."))
    allowed = db.session.scalar(
        select(DisclosurePlan.fields).where(DisclosurePlan.candidate_id == consent.candidate_id)
    )
    if not asked or not asked <= set(consent.fields) or not asked <= set(allowed or ()):
        raise Refused(_("The candidate has not agreed to all of this. Nothing was shown."))
    identity = db.session.scalar(select(Identity).where(Identity.candidate_id == consent.candidate_id))
    if identity is None:
        raise Refused(_("There is no consent to show this. Nothing was shown."))
    return {field: _value(identity, field) for field in PersonalField if field in asked}
