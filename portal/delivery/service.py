"""What a coach does about mails that did not arrive: send them again, set them aside, correct an address.

A coach corrects a candidate's address, and that of an invitation which nobody has answered. Not that of somebody with
an account: it is what they sign in with and where a new password is sent, so whoever can change it can take the
account over. There the coach calls, or invites the right address, whose owner then chooses a password.
"""

from __future__ import annotations

from flask_babel import ngettext

from portal.candidates import queries as candidates
from portal.candidates import service as candidate_service
from portal.core.actors import Actor
from portal.core.errors import Missing
from portal.delivery import queries
from portal.delivery.queries import Undelivered
from portal.employers import queries as employers
from portal.employers import service as employer_service
from portal.outbox import service as outbox


def send_again(actor: Actor, one: Undelivered) -> int:
    """Queue everything anew that did not reach this mail's reader; returns how many mails that are."""
    found = queries.to_same_reader(actor, one)
    for each in found:
        outbox.send_again(actor, each.mail)
    return len(found)


def set_aside(actor: Actor, one: Undelivered) -> int:
    """The reader was told in another way: nothing of it is sent any more. Returns how many mails that are."""
    found = queries.to_same_reader(actor, one)
    for each in found:
        outbox.set_aside(actor, each.mail)
    return len(found)


def correct_candidate(actor: Actor, one: Undelivered, email: str, version: int) -> int:
    """Change a candidate's address, and send what did not arrive to the new one.

    :raises Missing: when the mail is no candidate's.
    :raises Invalid: at ``email``, or at ``version`` when somebody else has changed who it is meanwhile.
    """
    if one.candidate is None:
        raise Missing
    candidate_service.correct_address(actor, candidates.get_for(actor, one.candidate), email, version)
    return send_again(actor, one)


def correct_invitation(actor: Actor, one: Undelivered, email: str) -> None:
    """Take an unanswered invitation back, and invite the right address instead.

    :raises Missing: when the mail is no invitation that still waits. :raises Invalid: at ``email``.
    """
    if not one.is_invitation:
        raise Missing
    invitation = employers.invitation_by_id(one.mail.about_id)
    if invitation is None or invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise Missing
    set_aside(actor, one)  # while it is still one of this coach's
    employer_service.withdraw_invitation(actor, invitation)
    employer_service.invite(actor, invitation.employer, email=email, language=invitation.language)


def sent_words(count: int) -> str:
    """What a page says after mails were queued again."""
    words = ngettext(
        "%(num)d mail goes out again within a minute.", "%(num)d mails go out again within a minute.", count
    )
    return str(words)
