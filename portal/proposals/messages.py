"""Messages between the employer's contact persons and the coach, read by the privacy guard first."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.candidates import textguard
from portal.core import guarding
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Invalid, Refused
from portal.proposals import mails
from portal.proposals.models import Message, Proposal
from portal.proposals.own_words import passes
from portal.proposals.rules import shows_profile


def write(actor: Actor, proposal: Proposal, text: str, words_read: str = "") -> Message:
    """Write to the other side under a proposal that has been sent and lives, while the candidate's yes holds.

    :param words_read: tokens of the doubtful words that the coach has looked at.
    :raises Refused: when there is nobody to write to.
    :raises Invalid: at ``text``, when it is empty; as ``HeldBack`` when a coach's text holds what may not reach an
        employer. What employers write passes, and so do the coach's own number and address, the need's own words and
        what the candidate lets them know.
    """
    if not shows_profile(proposal):  # the other side would not see it
        raise Refused(_("There is nobody to write to here now."))
    if not text:
        raise Invalid("text", _("Write something first."))
    if not actor.is_employer:
        found = textguard.remarks_on({"text": text}, proposal.candidate_id, passes(proposal))
        guarding.refuse(found, words_read)
    written = Message(proposal_id=proposal.id, author_id=actor.user_id, author_role=actor.role, text=text)
    db.session.add(written)
    db.session.flush()
    mails.message(proposal, from_employer=actor.is_employer)
    return written
