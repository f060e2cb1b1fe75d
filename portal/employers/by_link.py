"""Somebody at an employer came by a link from a mail, and is not signed in.

The link stands for its reader at one thing: it opens that thing's page and takes that thing's steps, through the same
queries and services as a signed-in visit, and nothing else of theirs. Who gets the mail passed on can do as much: such
pages show no identity, no message and no note. What a page needs beyond that asks to sign in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from flask import session
from flask_babel import gettext as _

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink, User
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import LinkDead
from portal.core.i18n import LANGUAGE_KEY, Language, in_language
from portal.employers import queries


@dataclass(frozen=True)
class Reader:
    """Who a link was mailed to: the link, which may be spent, its user, and the user as one who acts by link."""

    link: SignedLink
    user: User
    actor: Actor


@contextmanager
def opened(token: str, purpose: Purpose) -> Iterator[Reader]:
    """The reader of a link, with all that is inside in the reader's language.

    :raises LinkDead: when it was not signed by us for this purpose, the reader's account is closed, or the reader
        belongs to no employer now, as when it is suspended.
    """
    link = links.handed_out(token, purpose)
    user = db.session.get(User, link.user_id) if link.user_id is not None else None
    if user is None or not user.is_active:
        raise LinkDead(gone())
    actor = queries.actor_of(user)
    if not actor.is_employer or actor.employer_id is None:
        raise LinkDead(gone())
    with in_language(_language_of(user)):
        yield Reader(link, user, replace(actor, by_link=True))


def gone() -> str:
    """What is said of a link that leads nowhere any more."""
    return str(_("Sign in to see how it stands, or call your coach."))


def _language_of(user: User) -> Language:
    """The reader's own language, unless this visit chose another one."""
    chosen = session.get(LANGUAGE_KEY)
    return Language(chosen) if chosen in set(Language) else user.language or Language.SV
