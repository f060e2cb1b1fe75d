"""Messages between the employer's contact persons and the coach, read by the privacy guard first."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from portal.candidates import textguard
from portal.candidates.disclosure import disclosed_fields
from portal.candidates.models import PersonalField
from portal.candidates.textguard import Finding, Remark
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Invalid, Refused
from portal.proposals import mails
from portal.proposals.models import Message, Proposal
from portal.proposals.states import IDENTITY_KNOWN, SENT, ProposalState

_SIGNS = re.compile(r"[^0-9a-z@.]")


def write(actor: Actor, proposal: Proposal, text: str) -> Message:
    """Write to the other side under a proposal that has been sent and lives.

    :raises Refused: when there is nobody to write to.
    :raises Invalid: at ``text``, when it is empty, or when a coach's text holds what may not reach an employer. What
        employers write passes, and so do the coach's own number and address and what the candidate lets them know.
    """
    if proposal.state not in SENT and proposal.state is not ProposalState.HIRED:
        raise Refused(_("There is nobody to write to here now."))
    if not text:
        raise Invalid("text", _("Write something first."))
    if not actor.is_employer and (blocked := held_back(proposal, text)):
        words = ", ".join(dict.fromkeys(remark.words for remark in blocked))
        raise Invalid("text", _("This may not reach an employer: %(words)s", words=words))
    written = Message(proposal_id=proposal.id, author_id=actor.user_id, author_role=actor.role, text=text)
    db.session.add(written)
    db.session.flush()
    mails.message(proposal, from_employer=actor.is_employer)
    return written


def held_back(proposal: Proposal, text: str) -> list[Remark]:
    """What in a coach's text keeps it from leaving. Needs ``coach`` and ``disclosure_consent`` loaded."""
    told = _told(proposal)
    known = {_plain(value) for value in (*told.values(), proposal.coach.phone, proposal.coach.email) if value}

    def passes(remark: Remark) -> bool:
        if remark.finding is Finding.OWN_NAME:
            return PersonalField.NAME in told
        return remark.finding in (Finding.PHONE, Finding.MAIL) and _plain(remark.words) in known

    remarks = textguard.remarks(text, proposal.candidate_id)
    return [remark for remark in remarks if remark.blocks and not passes(remark)]


def _told(proposal: Proposal) -> dict[PersonalField, str]:
    consent = proposal.disclosure_consent
    if proposal.state not in IDENTITY_KNOWN or consent is None or not consent.is_live():
        return {}
    try:
        return disclosed_fields(consent, consent.fields)
    except Refused:  # the candidate's plan was narrowed since
        return {}


def _plain(text: str) -> str:
    """A number or address without the spaces, lines and brackets that people write in it."""
    signs = _SIGNS.sub("", text.casefold())
    return "0" + signs.removeprefix("358") if signs.startswith("358") else signs
