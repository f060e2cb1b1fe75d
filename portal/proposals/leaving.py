"""What has left the team of a candidate: to whom, on which day, whatever was agreed anew or taken back since."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.candidates.models import PERSONAL_FIELD_NAMES, Consent, ConsentKind
from portal.core.i18n import day
from portal.proposals import queries
from portal.proposals.models import Proposal


def left(proposal: Proposal) -> list[tuple[str, str]]:
    """Everything that was sent or given to the employer under a proposal, in order: what, and when to whom.

    Each yes to be proposed sent the profile to the people whom it names; details went to those of the yes on which they
    were handed over, which may have been others at another time.
    """
    given = {one.id: one for one in queries.consents_since(proposal)}
    found = [
        (
            one.given_at,
            _("Profile without a name"),
            _("%(day)s, to %(people)s", day=day(one.given_at), people=_named(one)),
        )
        for one in given.values()
        if one.kind is ConsentKind.PROPOSAL
    ]
    for handed in queries.disclosures_of(proposal):
        fields = ", ".join(str(PERSONAL_FIELD_NAMES[one]) for one in handed.fields)
        consent = given.get(handed.consent_id)
        said = _("%(day)s: %(fields)s", day=day(handed.at), fields=fields)
        if consent is not None:
            people = _named(consent)
            said = _("%(day)s, to %(people)s: %(fields)s", day=day(handed.at), people=people, fields=fields)
        found.append((handed.at, _("Contact details"), said))
    return [(what, said) for _at, what, said in sorted(found, key=lambda one: one[0])]


def _named(consent: Consent) -> str:
    return ", ".join(user.name for user in consent.contacts)
