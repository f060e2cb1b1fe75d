"""Sign in by a link instead of a password: mailed on request, good for once within a quarter of an hour.

For employers' people alone. The team and the administrator reach identities and accounts: a mailbox that somebody else
reads shall not open those.
"""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _

from portal.accounts import links, mails, nobody, queries, service
from portal.accounts.models import Purpose, SignedLink, User
from portal.audit.service import record
from portal.core.actors import Actor, Role
from portal.core.errors import LinkDead

SIGN_IN_WITHIN = timedelta(minutes=15)


def ask(email: str, goes_to: str) -> None:
    """Mail a link that signs in once, when the address has an employer's account; the same work is done when not.

    The team and the administrator reach identities: they are mailed that they sign in with their password. An address
    that nobody has verified is asked whose it is, as at any sign-in.

    :param goes_to: the page within the portal to go on to; the empty text for the first one.
    """
    user = queries.user_by_email(email)
    if user is None or user.deactivated_at is not None:
        nobody.undone(lambda: _mail(nobody.stand_in(), goes_to))
    elif mails.has_had_enough(user):
        return
    elif user.role is not Role.EMPLOYER:
        mails.sign_in_with_password(user)
    elif user.email_verified_at is None:
        service.ask_to_verify(user)
    else:
        _mail(user, goes_to)


def _mail(user: User, goes_to: str) -> None:
    links.revoke(Purpose.SIGN_IN, user.id)
    mails.sign_in_link(user, links.issue(Purpose.SIGN_IN, user.id, SIGN_IN_WITHIN, user.id), goes_to)


def sign_in(link: SignedLink) -> User:
    """The press of a mailed link signs its user in, once. :raises LinkDead: as ``employer_of_link``."""
    user = employer_of_link(link)
    links.use(link)
    service.signed_in(user)
    record(Actor(user.role, user_id=user.id, name=user.name, by_link=True), "accounts.sign_in", "user", user.id)
    return user


def employer_of_link(link: SignedLink) -> User:
    """The user whom a link may sign in. :raises LinkDead: for a closed account, and for one that needs its password."""
    user = service.user_of_link(link)
    if user.role is not Role.EMPLOYER:
        raise LinkDead(_("Sign in with your password."))
    return user


def end_all(actor: Actor, user: User) -> int:
    """End every link that a user was mailed, whatever it is for. Returns how many still worked."""
    ended = len(links.live_of(user.id))
    links.revoke_of([user.id])
    record(actor, "accounts.end_links", "user", user.id, count=ended)
    return ended
