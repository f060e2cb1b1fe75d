"""Links by mail: signed, for one purpose, with a last day, listed and revocable."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select, update

from portal.accounts.models import Purpose, SignedLink
from portal.core import clock, signing
from portal.core.db import db, new_public_id, rows_changed
from portal.core.errors import LinkDead, Overtaken


def issue(purpose: Purpose, subject_id: int, valid_for: timedelta, user_id: int | None = None) -> SignedLink:
    """Make a link.

    :param subject_id: the row that the purpose speaks of.
    :param valid_for: how long it lives.
    :param user_id: the user who is meant, when it is one.
    :returns: the link; its ``token_of`` goes into the address, ``(purpose, token_id)`` into a mail's context.
    """
    link = SignedLink(
        token_id=new_public_id(),
        purpose=purpose,
        subject_id=subject_id,
        user_id=user_id,
        expires_at=clock.now() + valid_for,
    )
    db.session.add(link)
    db.session.flush()
    return link


def for_reader(purpose: Purpose, subject_id: int, user_id: int, valid_for: timedelta) -> SignedLink:
    """The link of one reader for a subject: the one that was mailed before, while it lives long enough, else a new one.

    :param valid_for: how long a new one lives; one that was mailed before has to live half as long still.
    """
    query = select(SignedLink).where(
        SignedLink.purpose == purpose,
        SignedLink.subject_id == subject_id,
        SignedLink.user_id == user_id,
        SignedLink.expires_at > clock.now() + valid_for / 2,
        _is_live(),
    )
    before: SignedLink | None = db.session.scalars(query.order_by(SignedLink.id.desc()).limit(1)).one_or_none()
    return before or issue(purpose, subject_id, valid_for, user_id)


def token_of(link: SignedLink) -> str:
    """The signed token that the link's address carries."""
    return signing.sign(link.purpose, link.token_id)


def mail_context(link: SignedLink) -> list[str]:
    """What a mail's context holds under ``link``: the worker signs it when it writes the letter."""
    return [link.purpose.value, link.token_id]


def find(token: str, purpose: Purpose) -> SignedLink:
    """The live link of a token.

    :raises LinkDead: when it was not signed by us for this purpose, or was used, revoked or is too old.
    """
    token_id = signing.unsign(purpose, token)
    link = db.session.scalar(select(SignedLink).where(SignedLink.token_id == token_id)) if token_id else None
    if link is None or link.purpose is not purpose or link.revoked_at is not None:
        raise LinkDead(_("Ask for a new one, or call your coach."))
    if link.used_at is not None:
        raise LinkDead(_("This link has been used already."))
    if link.expires_at <= clock.now():
        raise LinkDead(_("This link is too old. Ask for a new one, or call your coach."))
    return link


def handed_out(token: str, purpose: Purpose) -> SignedLink:
    """The link of a token, though it may be spent or ended: for pages that say how it stands then. Ask ``is_live``.

    :raises LinkDead: when it was not signed by us for this purpose.
    """
    token_id = signing.unsign(purpose, token)
    query = select(SignedLink).where(SignedLink.token_id == token_id, SignedLink.purpose == purpose)
    link: SignedLink | None = db.session.scalar(query) if token_id else None
    if link is None:
        raise LinkDead(_("Ask for a new one, or call your coach."))
    return link


def is_live(link: SignedLink) -> bool:
    """Whether a link still works."""
    return link.used_at is None and link.revoked_at is None and link.expires_at > clock.now()


def _is_live() -> ColumnElement[bool]:
    return and_(SignedLink.used_at.is_(None), SignedLink.revoked_at.is_(None), SignedLink.expires_at > clock.now())


def live_of(user_id: int) -> list[SignedLink]:
    """Every link that a user was mailed and that still works, newest first."""
    query = select(SignedLink).where(SignedLink.user_id == user_id, _is_live())
    return list(db.session.scalars(query.order_by(SignedLink.id.desc())))


def readers_of(purpose: Purpose, subject_id: int) -> list[int]:
    """The ids of the users who hold a link of a purpose for a subject that still works, in order."""
    query = select(SignedLink.user_id).where(
        SignedLink.purpose == purpose, SignedLink.subject_id == subject_id, SignedLink.user_id.is_not(None), _is_live()
    )
    return [one for one in db.session.scalars(query.distinct().order_by(SignedLink.user_id)) if one is not None]


def live(purpose: Purpose, subject_id: int) -> SignedLink | None:
    """The newest link of a purpose for a subject that still works, or None."""
    query = (
        select(SignedLink)
        .where(
            SignedLink.purpose == purpose,
            SignedLink.subject_id == subject_id,
            SignedLink.used_at.is_(None),
            SignedLink.revoked_at.is_(None),
            SignedLink.expires_at > clock.now(),
        )
        .order_by(SignedLink.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def use(link: SignedLink) -> None:
    """Spend a single-use link; of two who press at once one gets through.

    :raises Refused: when somebody was quicker.
    """
    spent = rows_changed(
        update(SignedLink)
        .where(SignedLink.id == link.id, SignedLink.used_at.is_(None), SignedLink.revoked_at.is_(None))
        .values(used_at=clock.now())
    )
    if spent != 1:
        raise Overtaken(_("This link has been used already."))


def revoke(purpose: Purpose, subject_id: int) -> None:
    """End every live link of a purpose for a subject."""
    db.session.execute(
        update(SignedLink)
        .where(
            SignedLink.purpose == purpose,
            SignedLink.subject_id == subject_id,
            SignedLink.used_at.is_(None),
            SignedLink.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )


def mark_used(link: SignedLink) -> None:
    """Keep that its reader has answered by a link: it is spent, not ended. The answer stands in the way of a second."""
    spent = update(SignedLink).where(SignedLink.id == link.id, SignedLink.used_at.is_(None))
    db.session.execute(spent.values(used_at=clock.now(), revoked_at=None))


def renew(link: SignedLink) -> None:
    """Let a spent link work again: its reader has taken the answer back. One that was ended stays ended."""
    spent = update(SignedLink).where(SignedLink.id == link.id, SignedLink.revoked_at.is_(None))
    db.session.execute(spent.values(used_at=None))


def revoke_but(purpose: Purpose, subject_id: int, user_ids: Collection[int]) -> None:
    """End the links of a purpose for a subject that others hold than these users."""
    others = SignedLink.user_id.not_in(list(user_ids))
    ended = update(SignedLink).where(SignedLink.purpose == purpose, SignedLink.subject_id == subject_id, others)
    db.session.execute(ended.where(SignedLink.revoked_at.is_(None)).values(revoked_at=clock.now()))


def revoke_of(user_ids: Collection[int]) -> None:
    """End every link that these users were mailed, whatever it is for, spent ones too: none can be renewed."""
    held = update(SignedLink).where(SignedLink.user_id.in_(list(user_ids)), SignedLink.revoked_at.is_(None))
    db.session.execute(held.values(revoked_at=clock.now()))
