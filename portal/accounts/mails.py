"""Mails about accounts. None can be turned off: they are answers to what somebody did, or security."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.accounts import links
from portal.accounts.models import SignedLink, StaffInvitation, User
from portal.core import clock
from portal.core.actors import ROLE_NAMES, Role
from portal.core.db import db
from portal.core.i18n import moment
from portal.outbox.letters import Context, Letter, mail_kind
from portal.outbox.models import Notification
from portal.outbox.service import enqueue

MAILS_AN_HOUR = 5  # to one address, of what people cause who need not be known to its owner


def link_lives(notification: Notification) -> bool:
    """Whether the link of a queued mail can still be used; a newer mail or a used link makes this one needless."""
    token_id = notification.context["link"][1]
    link = db.session.scalar(select(SignedLink).where(SignedLink.token_id == token_id))
    return link is not None and link.used_at is None and link.revoked_at is None and link.expires_at > clock.now()


def _verify_address(_context: Context) -> Letter:
    return Letter(
        subject=_("Is this your address?"),
        paragraphs=[
            _("Somebody registered with this address, we think you. Press the button on the page that opens."),
            _("After that you can sign in and write down what your workplace needs. The link works for three days."),
            _("Was it not you? Then do nothing. Without the press nothing happens."),
        ],
        action=(_("Yes, this is my address"), "/verify/{link}"),
        why=_("You get this because this address was written down when somebody registered."),
    )


def _address_has_account(_context: Context) -> Letter:
    return Letter(
        subject=_("You have an account already"),
        paragraphs=[
            _("Somebody registered with this address, perhaps you. It has an account already, so nothing was made."),
            _("Sign in as before. If you have forgotten your password, ask for a new one on that page."),
            _("Was it not you? Then you need not do anything."),
        ],
        action=(_("Sign in"), "/sign-in"),
        why=_("You get this because this address was written down when somebody registered."),
    )


def _password_reset(_context: Context) -> Letter:
    return Letter(
        subject=_("Choose a new password"),
        paragraphs=[
            _("Somebody asked for a new password for your account, we think you. The link works for one hour, once."),
            _("Was it not you? Then do nothing. Your password stays as it is."),
        ],
        action=(_("Choose a new password"), "/new-password/{link}"),
        why=_("You get this because somebody asked for a new password for this address."),
    )


def _sign_in_link(context: Context) -> Letter:
    return Letter(
        subject=_("Sign in by this link"),
        paragraphs=[
            _("Somebody asked to sign in with this address, we think you. The link works for 15 minutes, once."),
            _("Press the button on the page that opens. Do not pass this mail on: who has it can sign in as you."),
            _("Was it not you? Then do nothing. Nobody is signed in without the press."),
        ],
        action=(_("Sign in"), f"/sign-in-by-link/{{link}}{context['query']}"),
        why=_("You get this because somebody asked to sign in with this address."),
    )


def _sign_in_with_password(_context: Context) -> Letter:
    return Letter(
        subject=_("Sign in with your password"),
        paragraphs=[
            _("Somebody asked for a link to sign in with this address, perhaps you."),
            _("Staff sign in with their password. If you have forgotten it, ask for a new one on that page."),
            _("Was it not you? Then you need not do anything."),
        ],
        action=(_("Sign in"), "/sign-in"),
        why=_("You get this because somebody asked to sign in with this address."),
    )


def _password_changed(_context: Context) -> Letter:
    return Letter(
        subject=_("Your password was changed"),
        paragraphs=[
            _("The password of your account was changed just now. Whoever was signed in elsewhere is signed out."),
            _("Was it not you? Ask for a new password at once, and call us."),
        ],
        action=(_("I did not do this"), "/forgotten-password"),
        why=_("You get this because it is about the safety of your account."),
    )


def _new_browser(context: Context) -> Letter:
    when = moment(datetime.fromisoformat(context["at"]))
    return Letter(
        subject=_("A sign-in to your account"),
        paragraphs=[
            _("Somebody signed in to your account in a browser that it had not been used in before."),
            _("Was it you? Then you need not do anything."),
            _("Was it not you? Choose a new password at once. That ends every visit, the other person's too."),
        ],
        facts=[(_("When"), when), *([(_("Browser"), context["browser"])] if context["browser"] else [])],
        action=(_("I did not do this"), "/forgotten-password"),
        why=_("You get this because it is about the safety of your account."),
    )


def _staff_invited(context: Context) -> Letter:
    return Letter(
        subject=_("You are invited"),
        paragraphs=[
            _("You are invited to the portal as: %(role)s.", role=ROLE_NAMES[Role(context["role"])]),
            _("Open the page, write your name and choose a password. The link works for 14 days, once."),
        ],
        action=(_("Answer the invitation"), "/invitation/{link}"),
        why=_("You get this because an administrator of the portal invited this address."),
    )


VERIFY_ADDRESS = mail_kind("verify_address", _verify_address, still_due=link_lives, urgent=True)
ADDRESS_HAS_ACCOUNT = mail_kind("address_has_account", _address_has_account, urgent=True)
PASSWORD_RESET = mail_kind("password_reset", _password_reset, still_due=link_lives, urgent=True)
SIGN_IN_LINK = mail_kind("sign_in_link", _sign_in_link, still_due=link_lives, urgent=True)
SIGN_IN_WITH_PASSWORD = mail_kind("sign_in_with_password", _sign_in_with_password, urgent=True)
PASSWORD_CHANGED = mail_kind("password_changed", _password_changed, urgent=True)
NEW_BROWSER = mail_kind("new_browser", _new_browser, urgent=True)
STAFF_INVITED = mail_kind("staff_invited", _staff_invited, still_due=link_lives, urgent=True)


# What strangers can cause for an address that they type.
CAUSED_BY_STRANGERS = (VERIFY_ADDRESS, ADDRESS_HAS_ACCOUNT, PASSWORD_RESET, SIGN_IN_LINK, SIGN_IN_WITH_PASSWORD)


def has_had_enough(user: User) -> bool:
    """Whether strangers have caused as many mails to a user within an hour as anybody should get."""
    query = select(func.count()).where(
        Notification.user_id == user.id,
        Notification.kind.in_([kind.name for kind in CAUSED_BY_STRANGERS]),
        Notification.created_at > clock.now() - timedelta(hours=1),
    )
    return (db.session.scalar(query) or 0) >= MAILS_AN_HOUR


def verify_address(user: User, link: SignedLink) -> None:
    """To somebody who registered: press here if the address is yours."""
    enqueue(VERIFY_ADDRESS, about=("user", user.id), context={"link": links.mail_context(link)}, user_id=user.id)


def address_has_account(user: User) -> None:
    """To somebody whose address was used to register again."""
    enqueue(ADDRESS_HAS_ACCOUNT, about=("user", user.id), context={}, user_id=user.id)


def password_reset(user: User, link: SignedLink) -> None:
    """To somebody who has forgotten the password."""
    enqueue(PASSWORD_RESET, about=("user", user.id), context={"link": links.mail_context(link)}, user_id=user.id)


def sign_in_link(user: User, link: SignedLink, goes_to: str) -> None:
    """To somebody at an employer who wants to sign in without a password.

    :param goes_to: a path of ours to go on to, or the empty text.
    """
    query = f"?{urlencode({'next': goes_to})}" if goes_to else ""
    context = {"link": links.mail_context(link), "query": query}
    enqueue(SIGN_IN_LINK, about=("user", user.id), context=context, user_id=user.id)


def sign_in_with_password(user: User) -> None:
    """To somebody of the staff who asked for such a link."""
    enqueue(SIGN_IN_WITH_PASSWORD, about=("user", user.id), context={}, user_id=user.id)


def password_changed(user: User) -> None:
    """To somebody whose password is another one now."""
    enqueue(PASSWORD_CHANGED, about=("user", user.id), context={}, user_id=user.id)


def new_browser(user: User, browser: str) -> None:
    """To somebody whose account was signed in to in a browser that it was new to; a few within an hour are enough."""
    query = select(func.count()).where(
        Notification.user_id == user.id,
        Notification.kind == NEW_BROWSER.name,
        Notification.created_at > clock.now() - timedelta(hours=1),
    )
    if (db.session.scalar(query) or 0) < MAILS_AN_HOUR:
        context = {"at": clock.now().isoformat(), "browser": browser}
        enqueue(NEW_BROWSER, about=("user", user.id), context=context, user_id=user.id)


def staff_invited(invitation: StaffInvitation, link: SignedLink) -> None:
    """To somebody whom the administrator asks in."""
    enqueue(
        STAFF_INVITED,
        about=("staff_invitation", invitation.id),
        context={"link": links.mail_context(link), "role": invitation.role.value},
        address=invitation.email,
        language=invitation.language,
    )
