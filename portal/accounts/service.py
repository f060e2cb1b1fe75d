"""What is done to users: one verb each. Nothing here tells a stranger whether an address has an account."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts import events, links, mails, nobody, passwords, queries
from portal.accounts.models import Purpose, SignedLink, StaffInvitation, Team, User
from portal.audit.service import record
from portal.core import clock
from portal.core.actors import STAFF, SYSTEM, Actor, Role
from portal.core.db import db, rows_changed
from portal.core.errors import Invalid, LinkDead, Overtaken, Refused
from portal.core.i18n import Language

VERIFY_WITHIN = timedelta(days=3)
RESET_WITHIN = timedelta(hours=1)
INVITED_FOR = timedelta(days=14)
FIRST_PASSWORD_WITHIN = timedelta(days=1)
LONGEST_NAME = 120  # characters, as in the columns


def sign_in(email: str, password: str, strange_browser: str | None = None) -> User | None:
    """The user who may be signed in, or None; an unknown address takes the same work as a wrong password.

    The address may be unverified: the caller asks for that before it begins a session.

    :param strange_browser: as ``signed_in`` takes it.
    """
    user = queries.user_by_email(email)
    fits = passwords.matches(user.password_hash if user is not None else None, password)
    if user is None or not fits or user.deactivated_at is not None:
        return None
    if user.email_verified_at is not None:
        signed_in(user, strange_browser)
    if passwords.is_outdated(user.password_hash or ""):
        user.password_hash = passwords.hash_password(password)
    return user


def signed_in(user: User, strange_browser: str | None = None) -> None:
    """A sign-in ends what was mailed for the case that there is none; in a new browser it is told to its owner.

    :param strange_browser: as ``devices.stranger`` gives it: None for a browser that knows the account, and for who
        comes by a link that was mailed to the very address. The first sign-in of all is no news.
    """
    if strange_browser is not None and user.last_sign_in_at is not None:
        mails.new_browser(user, strange_browser)
    user.last_sign_in_at = clock.now()
    links.revoke(Purpose.RESET_PASSWORD, user.id)
    links.revoke(Purpose.SIGN_IN, user.id)


def accept_password(field: str, password: str, *about: str) -> None:
    """:raises Invalid: at ``field``, when a new password is not good enough for somebody described by ``about``."""
    if sentence := passwords.problem(password, about):
        raise Invalid(field, sentence)


def register(
    *, role: Role, email: str, name: str, phone: str, language: Language, password: str, verified: bool = False
) -> User | None:
    """Make a user and ask by mail whether the address is theirs.

    When the address has an account already, nothing is made and its owner is told by mail; the work is the same.

    :param email: as ``queries.address_of`` gives it; ``password`` has passed ``accept_password``.
    :param verified: the address is known to be theirs, since they came by a link that was mailed to it.
    :returns: the user, or None when there was one already.
    """
    kept = passwords.hash_password(password)
    user = User(role=role, email=email, name=name, phone=phone, language=language, password_hash=kept)
    try:
        with db.session.begin_nested():
            db.session.add(user)
            db.session.flush()
    except IntegrityError:
        known = queries.user_by_email(email)
        if known is None:
            raise
        if known.deactivated_at is None and not mails.has_had_enough(known):
            mails.address_has_account(known)
        return None
    record(Actor(role, user_id=user.id), "accounts.register", "user", user.id, role=role.value)
    if verified:
        user.email_verified_at = clock.now()
    else:
        ask_to_verify(user)
    return user


def ask_to_verify(user: User) -> None:
    """Mail a link to press; earlier ones stop working. An address that has had its measure keeps the link it has."""
    if mails.has_had_enough(user):
        return
    links.revoke(Purpose.VERIFY_EMAIL, user.id)
    mails.verify_address(user, links.issue(Purpose.VERIFY_EMAIL, user.id, VERIFY_WITHIN, user.id))


def begin_anew(user: User, *, name: str, phone: str, password: str) -> None:
    """Give an account that nobody has verified to the owner of its address, who came by a link that was mailed there.

    :param password: has passed ``accept_password``. Whoever chose the one before cannot sign in with it any more.
    """
    user.name, user.phone = name, phone
    user.password_hash = passwords.hash_password(password)
    user.session_number += 1
    user.email_verified_at = clock.now()
    links.revoke_of([user.id])
    record(Actor(user.role, user_id=user.id), "accounts.begin_anew", "user", user.id)


def user_of_link(link: SignedLink) -> User:
    """The user whom a verifying or password link is for. :raises LinkDead: when the account is closed."""
    user = db.session.get(User, link.subject_id)
    if user is None or user.deactivated_at is not None:
        raise LinkDead(_("Ask for a new one, or call your coach."))
    return user


def verify_address(link: SignedLink) -> User:
    """The address is its owner's: the link's press says so."""
    user = user_of_link(link)
    links.use(link)
    user.email_verified_at = clock.now()
    actor = Actor(user.role, user_id=user.id, name=user.name)
    record(actor, "accounts.verify_address", "user", user.id)
    events.ADDRESS_VERIFIED.emit(actor, user)
    return user


def ask_for_password(email: str) -> None:
    """Mail a link for a new password, when the address has an account; the same work is done when it has none."""
    user = queries.user_by_email(email)
    if user is None or user.deactivated_at is not None:
        nobody.undone(
            lambda: mails.password_reset(nobody.stand_in(), links.issue(Purpose.RESET_PASSWORD, 0, RESET_WITHIN))
        )
        return
    if mails.has_had_enough(user):
        return
    links.revoke(Purpose.RESET_PASSWORD, user.id)
    mails.password_reset(user, links.issue(Purpose.RESET_PASSWORD, user.id, RESET_WITHIN, user.id))


def reset_password(link: SignedLink, password: str) -> User:
    """Set the password that the link's holder chose; every session of the user ends.

    :raises Invalid: at ``password``. The link is then not spent.
    """
    user = user_of_link(link)
    accept_password("password", password, user.name, user.email)
    links.use(link)
    first_press = user.email_verified_at is None
    _set_password(user, password)
    user.email_verified_at = user.email_verified_at or clock.now()
    actor = Actor(user.role, user_id=user.id, name=user.name)
    record(actor, "accounts.reset_password", "user", user.id)
    if first_press:
        events.ADDRESS_VERIFIED.emit(actor, user)
    return user


def change_password(actor: Actor, user: User, present: str, password: str) -> None:
    """Set another password; every other session ends. :raises Invalid: at ``present`` or ``password``."""
    if not passwords.matches(user.password_hash, present):
        raise Invalid("present", _("This is not your present password."))
    accept_password("password", password, user.name, user.email)
    _set_password(user, password)
    record(actor, "accounts.change_password", "user", user.id)


def change_settings(actor: Actor, user: User, *, name: str, phone: str, language: Language) -> None:
    """Change what users may change of themselves; which mail comes is another form (``choices``)."""
    user.name, user.phone, user.language = name, phone, language
    record(actor, "accounts.change_settings", "user", user.id)


def invite_staff(
    actor: Actor, *, email: str, name: str, role: Role, team: Team | None, language: Language
) -> StaffInvitation:
    """Ask a member of staff in. :raises Invalid: at ``email`` or ``team``."""
    _administrator_only(actor)
    email = queries.address_of("email", email)
    if queries.user_by_email(email) is not None:
        raise Invalid("email", _("There is an account with this address already."))
    if role in STAFF and team is None:
        raise Invalid("team", _("Choose the team."))
    invitation = StaffInvitation(
        email=email,
        name=name,
        role=role,
        team_id=team.id if team is not None and role in STAFF else None,
        language=language,
        invited_by_id=actor.user_id,
        expires_at=clock.now() + INVITED_FOR,
    )
    try:
        with db.session.begin_nested():
            db.session.add(invitation)
            db.session.flush()
    except IntegrityError:
        raise Invalid("email", _("This address is invited already. You can send that invitation again.")) from None
    record(actor, "accounts.invite_staff", "staff_invitation", invitation.id, role=role.value)
    _mail_invitation(invitation)
    return invitation


def invite_again(actor: Actor, invitation: StaffInvitation) -> None:
    """Send a new link for 14 days; the old one stops working."""
    _administrator_only(actor)
    invitation.expires_at = clock.now() + INVITED_FOR
    record(actor, "accounts.invite_again", "staff_invitation", invitation.id)
    _mail_invitation(invitation)


def withdraw_invitation(actor: Actor, invitation: StaffInvitation) -> None:
    """Take an unanswered invitation back; its link stops working."""
    _administrator_only(actor)
    links.revoke(Purpose.STAFF_INVITATION, invitation.id)
    record(actor, "accounts.withdraw_invitation", "staff_invitation", invitation.id)
    db.session.execute(
        delete(StaffInvitation).where(StaffInvitation.id == invitation.id, StaffInvitation.accepted_at.is_(None))
    )


def invitation_of_link(link: SignedLink) -> StaffInvitation:
    """The invitation that a link answers. :raises LinkDead: when it is gone or answered."""
    invitation = db.session.get(StaffInvitation, link.subject_id)
    if invitation is None or invitation.accepted_at is not None:
        raise LinkDead(_("Ask for a new one, or call your coach."))
    return invitation


def accept_staff_invitation(link: SignedLink, *, name: str, phone: str, password: str) -> User:
    """Become a user. :raises Invalid: at ``password``; :raises Refused: when the address got an account meanwhile."""
    invitation = invitation_of_link(link)
    accept_password("password", password, name, invitation.email)
    links.use(link)
    user = User(
        role=invitation.role,
        email=invitation.email,
        name=name,
        phone=phone,
        language=invitation.language,
        team_id=invitation.team_id,
        password_hash=passwords.hash_password(password),
        email_verified_at=clock.now(),
        last_sign_in_at=clock.now(),
    )
    invitation.accepted_at = clock.now()
    try:
        with db.session.begin_nested():
            db.session.add(user)
            db.session.flush()
    except IntegrityError:
        raise Refused(_("This address has an account already. Sign in with it.")) from None
    record(Actor(user.role, user_id=user.id), "accounts.accept_invitation", "user", user.id, role=user.role.value)
    return user


def deactivate(actor: Actor, user: User) -> None:
    """Close an account: its sessions end with the next request, and no mail goes there.

    :raises Refused: for one's own, and while something is the user's in a room above: first it is handed over.
    """
    _administrator_only(actor)
    if user.id == actor.user_id:
        raise Refused(_("You cannot close your own account. Ask another administrator."))
    if left := events.still_theirs(user):
        raise Refused(" ".join(left))
    _close_or_open(user, closed=True)
    links.revoke_of([user.id])
    record(actor, "accounts.deactivate", "user", user.id, role=user.role.value)


def reactivate(actor: Actor, user: User) -> None:
    """Open a closed account again."""
    _administrator_only(actor)
    _close_or_open(user, closed=False)
    record(actor, "accounts.reactivate", "user", user.id, role=user.role.value)


def make_first_administrator(*, email: str, name: str, team_name: str, language: Language) -> SignedLink:
    """Begin an installation: a team, and an administrator who sets a password by the link that is returned.

    :raises Refused: when there is an administrator already.
    :raises Invalid: for an address that no server would take, and for an empty or too long name of either.
    """
    if not all(0 < len(text) <= LONGEST_NAME and text.isprintable() for text in (name, team_name)):
        raise Invalid(
            "name", _("Write a name of the person and of the team, %(max)d characters at most.", max=LONGEST_NAME)
        )
    if db.session.scalar(select(User.id).where(User.role == Role.ADMINISTRATOR).limit(1)) is not None:
        raise Refused(_("There is an administrator already, who can invite others."))
    email = queries.address_of("email", email)
    if queries.user_by_email(email) is not None:
        raise Invalid("email", _("There is an account with this address already."))
    if db.session.scalar(select(Team.id).where(Team.name == team_name)) is None:
        db.session.add(Team(name=team_name))
    user = User(role=Role.ADMINISTRATOR, email=email, name=name, language=language)
    db.session.add(user)
    db.session.flush()
    record(SYSTEM, "accounts.first_administrator", "user", user.id)
    return links.issue(Purpose.RESET_PASSWORD, user.id, FIRST_PASSWORD_WITHIN, user.id)


def _administrator_only(actor: Actor) -> None:
    if actor.role is not Role.ADMINISTRATOR:
        raise Refused(_("This step is somebody else's to take."))


def _close_or_open(user: User, *, closed: bool) -> None:
    """Compare and set: of two who press at once, one gets through."""
    unchanged = User.deactivated_at.is_(None) if closed else User.deactivated_at.is_not(None)
    changed = rows_changed(
        update(User)
        .where(User.id == user.id, unchanged)
        .values(deactivated_at=clock.now() if closed else None, session_number=User.session_number + 1)
    )
    if changed != 1:
        raise Overtaken(_("Somebody was quicker: it is done already."))
    db.session.refresh(user)


def _set_password(user: User, password: str) -> None:
    had_one = user.password_hash is not None
    user.password_hash = passwords.hash_password(password)
    user.session_number += 1
    links.revoke(Purpose.RESET_PASSWORD, user.id)
    links.revoke(Purpose.SIGN_IN, user.id)
    db.session.flush()
    if had_one:
        mails.password_changed(user)


def _mail_invitation(invitation: StaffInvitation) -> None:
    links.revoke(Purpose.STAFF_INVITATION, invitation.id)
    mails.staff_invited(invitation, links.issue(Purpose.STAFF_INVITATION, invitation.id, INVITED_FOR))
