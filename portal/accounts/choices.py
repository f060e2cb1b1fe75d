"""What users choose of the mail that only informs: on their settings page, or by the link in such a mail.

What waits for an answer, and security, is no choice. What was queued before a choice is asked about when it leaves.
"""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts.models import MailMode, User
from portal.audit.service import record
from portal.core import signing
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import LinkDead
from portal.outbox.digest import DAILY_DIGEST
from portal.outbox.groups import kinds_of
from portal.outbox.letters import KINDS, MailKind
from portal.outbox.rendering import WAY_OUT
from portal.outbox.service import let_go


def choose(actor: Actor, user: User, mode: MailMode, wanted: Collection[str]) -> None:
    """Set how and which mail comes.

    :param wanted: the names of the kinds that are ticked, of those that the user's role is offered.
    """
    user = _locked(user)
    offered = kinds_of(user.role)
    _set(user, mode, (set(user.mails_off) - offered) | (offered - set(wanted)))
    record(actor, "accounts.choose_mails", "user", user.id)


def opened(token: str) -> tuple[User, MailKind]:
    """Whose link this is, and which kind of mail it is about.

    :raises LinkDead: when it was not signed by us for this, when the account is gone, or the kind cannot be turned off.
    """
    own_id, _dot, name = (signing.unsign(WAY_OUT, token) or "").partition(".")
    user = db.session.scalar(select(User).where(User.public_id == own_id, User.erased_at.is_(None)))
    kind = KINDS.get(name)
    if user is None or kind is None or not kind.informative:
        raise LinkDead(_("You choose which mails you get in your settings."))
    return user, kind


def is_off(user: User, kind: MailKind) -> bool:
    """Whether mail of this kind does not come."""
    return user.mail_mode is MailMode.NOTHING or kind.name in user.mails_off


def turn_off(user: User, kind: MailKind) -> None:
    """No more mail of this kind; of the one mail a day: no mail that only informs. Again does nothing."""
    user = _locked(user)
    if is_off(user, kind):
        return
    if kind is DAILY_DIGEST:
        _set(user, MailMode.NOTHING, set(user.mails_off))
    else:
        _set(user, user.mail_mode, {*user.mails_off, kind.name})
    record(_self(user), "accounts.mails_off", "user", user.id, kind=kind.name)


def turn_on(user: User, kind: MailKind) -> None:
    """Mail of this kind comes again, once a day where nothing came at all. Again does nothing."""
    user = _locked(user)
    if not is_off(user, kind):
        return
    mode = MailMode.DAILY if user.mail_mode is MailMode.NOTHING else user.mail_mode
    _set(user, mode, set(user.mails_off) - {kind.name})
    record(_self(user), "accounts.mails_on", "user", user.id, kind=kind.name)


def _set(user: User, mode: MailMode, off: set[str]) -> None:
    """What waits for the one mail a day goes by itself when there is none any more."""
    if user.mail_mode is MailMode.DAILY and mode is not MailMode.DAILY:
        let_go(user.id)
    user.mail_mode, user.mails_off = mode, sorted(off)


def _locked(user: User) -> User:
    """The row as it is now, held: of two who press at once, neither undoes what the other chose."""
    query = select(User).where(User.id == user.id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def _self(user: User) -> Actor:
    return Actor(user.role, user_id=user.id, name=user.name)
