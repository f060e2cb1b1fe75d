"""Mails about organisations and who belongs to them."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from portal.accounts import links
from portal.accounts.mails import MAILS_AN_HOUR, link_lives
from portal.accounts.models import SignedLink, User
from portal.accounts.queries import staff
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.employers import queries
from portal.employers.models import Employer, Invitation, JoinRequest
from portal.employers.states import Verification
from portal.outbox.letters import Context, Letter, MailKind, mail_kind
from portal.outbox.models import Notification
from portal.outbox.service import enqueue

INVITATIONS_AN_HOUR = 30  # of one user's: a whole shift may be asked in at once


def _is_waiting(notification: Notification) -> bool:
    query = select(Employer.verification).where(Employer.id == notification.about_id)
    return db.session.scalar(query) is Verification.WAITING


def _is_verified(notification: Notification) -> bool:
    query = select(Employer.verification).where(Employer.id == notification.about_id)
    return db.session.scalar(query) is Verification.VERIFIED


def _looks_after(notification: Notification) -> bool:
    query = select(Employer.coach_id).where(Employer.id == notification.about_id)
    return db.session.scalar(query) == notification.told_id


def _is_asking(notification: Notification) -> bool:
    return db.session.get(JoinRequest, notification.about_id) is not None


def _waits(context: Context) -> Letter:
    return Letter(
        subject=_("An employer waits to be verified"),
        paragraphs=[
            _("%(employer)s has registered and verified its mail address.", employer=context["employer"]),
            _("Check that the organisation is what it says, then verify it. Until then nobody can be proposed to it."),
        ],
        action=(_("Look at the employer"), context["path"]),
        why=_("You get this because you work in the team that verifies employers."),
    )


def _verified(context: Context) -> Letter:
    return Letter(
        subject=_("Your organisation is verified"),
        paragraphs=[
            _(
                "We have checked that %(employer)s is what it says. Thank you for waiting.",
                employer=context["employer"],
            ),
            _("Needs that you have posted are read by job coaches now. You are mailed when somebody is proposed."),
        ],
        action=(_("Go on"), "/"),
        why=_("You get this because you have an account for this organisation."),
    )


def _rejected(context: Context) -> Letter:
    return Letter(
        subject=_("We could not verify your organisation"),
        paragraphs=[
            _("We could not make sure that %(employer)s is what it says.", employer=context["employer"]),
            _("Nobody can be proposed to it for now. Call us or write to us, and we look at it together."),
        ],
        action=(_("How to reach us"), "/about/about"),
        why=_("You get this because you have an account for this organisation."),
    )


def _suspended(context: Context) -> Letter:
    return Letter(
        subject=_("Your organisation's pages are closed for now"),
        paragraphs=[
            _("We have closed the pages of %(employer)s in the portal for now.", employer=context["employer"]),
            _("Call us or write to us. We tell you why, and what is needed to open them again."),
        ],
        action=(_("How to reach us"), "/about/about"),
        why=_("You get this because you have an account for this organisation."),
    )


def _welcome(context: Context) -> Letter:
    return Letter(
        subject=_("Your account is ready"),
        paragraphs=[
            _("Welcome. Your address is verified, and you belong to %(employer)s.", employer=context["employer"]),
            _("We now check the organisation, and mail you when that is done. You can write down a need meanwhile.")
            if context["waits"]
            else _("You can write down what your workplace needs, and see the needs of your colleagues."),
            _("Afterwards a job coach looks for somebody who fits, and stays with you both after a hire."),
        ],
        action=(_("Write down a need"), "/openings/new"),
        why=_("You get this because you registered for this organisation."),
    )


def _assigned(context: Context) -> Letter:
    return Letter(
        subject=_("You look after an employer now"),
        paragraphs=[
            _("Your team leader has chosen you to look after %(employer)s.", employer=context["employer"]),
            _("New needs of this employer are mailed to you. What was said before is on its page."),
        ],
        action=(_("Look at the employer"), context["path"]),
        why=_("You get this because you look after this employer."),
    )


def _invited(context: Context) -> Letter:
    return Letter(
        subject=_("You are invited"),
        paragraphs=[
            _("%(name)s invites you to the pages of %(employer)s.", name=context["by"], employer=context["employer"]),
            _("There you write what help your workplace needs, and job coaches propose people. It costs nothing."),
            _("Open the page and choose a password. The link works for 14 days, once."),
        ],
        action=(_("Answer the invitation"), "/join/{link}"),
        why=_("You get this because somebody invited this address."),
    )


def _asks(context: Context) -> Letter:
    return Letter(
        subject=_("Somebody asks to join an organisation"),
        paragraphs=[
            _("A person asks to join the pages of %(employer)s.", employer=context["employer"]),
            _("Look who it is, and let them in if you know them. Until then they see nothing of the organisation."),
        ],
        action=(_("Look who it is"), context["path"]),
        why=_("You get this because you may let people into this organisation."),
    )


def _let_in(context: Context) -> Letter:
    return Letter(
        subject=_("You are let in"),
        paragraphs=[_("You can use the pages of %(employer)s now.", employer=context["employer"])],
        action=(_("Open your first page"), "/"),
        why=_("You get this because you asked to join this organisation."),
    )


def _not_let_in(context: Context) -> Letter:
    return Letter(
        subject=_("You were not let in"),
        paragraphs=[
            _("Your request to join the pages of %(employer)s was not accepted.", employer=context["employer"]),
            _("If that is a mistake, ask a colleague there to invite you, or call us."),
        ],
        action=(_("How to reach us"), "/about/about"),
        why=_("You get this because you asked to join this organisation."),
    )


WELCOME = mail_kind("welcome", _welcome)
EMPLOYER_WAITS = mail_kind("employer_waits", _waits, still_due=_is_waiting)
EMPLOYER_VERIFIED = mail_kind("employer_verified", _verified, still_due=_is_verified)
EMPLOYER_REJECTED = mail_kind("employer_rejected", _rejected)
EMPLOYER_SUSPENDED = mail_kind("employer_suspended", _suspended)
EMPLOYER_ASSIGNED = mail_kind("employer_assigned", _assigned, still_due=_looks_after)
COLLEAGUE_INVITED = mail_kind("colleague_invited", _invited, still_due=link_lives, urgent=True)
COLLEAGUE_ASKS = mail_kind("colleague_asks", _asks, still_due=_is_asking)
COLLEAGUE_LET_IN = mail_kind("colleague_let_in", _let_in)
COLLEAGUE_NOT_LET_IN = mail_kind("colleague_not_let_in", _not_let_in)


def employer_waits(employer: Employer) -> None:
    """To the whole team: an organisation waits for verification."""
    path = f"/employers/{employer.public_id}"
    for user in staff():
        enqueue(
            EMPLOYER_WAITS,
            about=("employer", employer.id),
            context={"employer": employer.name, "path": path},
            user_id=user.id,
            once_key=f"employer_waits:{employer.id}:{user.id}",
        )


def welcome(user: User, employer: Employer) -> None:
    """To somebody who registered and has shown that the address is theirs, once."""
    waits = employer.verification is Verification.WAITING
    enqueue(
        WELCOME,
        about=("user", user.id),
        context={"employer": employer.name, "waits": waits},
        user_id=user.id,
        once_key=f"welcome:{user.id}",
    )


def employer_verified(employer: Employer) -> None:
    """To everybody at an employer: it is verified."""
    _to_everybody(EMPLOYER_VERIFIED, employer)


def employer_rejected(employer: Employer) -> None:
    """To everybody at an employer: it could not be verified."""
    _to_everybody(EMPLOYER_REJECTED, employer)


def employer_suspended(employer: Employer) -> None:
    """To everybody at an employer: its pages are closed for now."""
    _to_everybody(EMPLOYER_SUSPENDED, employer)


def employer_assigned(employer: Employer, coach_id: int) -> None:
    """To a coach: the team leader has chosen them to look after an employer."""
    context = {"employer": employer.name, "path": f"/employers/{employer.public_id}"}
    enqueue(EMPLOYER_ASSIGNED, about=("employer", employer.id), context=context, user_id=coach_id)


def _to_everybody(kind: MailKind, employer: Employer) -> None:
    for user in queries.users_of(employer.id):
        enqueue(kind, about=("employer", employer.id), context={"employer": employer.name}, user_id=user.id)


def has_had_enough(address: str, inviting_id: int | None) -> bool:
    """Whether an address has had as many invitations within an hour as it should, or a user has mailed too many.

    Somebody who registered a minute ago and whom nobody has verified may invite too.
    """
    hour_ago = clock.now() - timedelta(hours=1)
    query = (
        select(func.count(), func.count().filter(Notification.address == address))
        .select_from(Notification)
        .join(Invitation, Invitation.id == Notification.about_id)
        .where(
            Notification.kind == COLLEAGUE_INVITED.name,
            Notification.about_type == "invitation",
            Notification.created_at > hour_ago,
            or_(Notification.address == address, Invitation.invited_by_id == inviting_id),
        )
    )
    mailed, there = db.session.execute(query).one()
    return there >= MAILS_AN_HOUR or mailed >= INVITATIONS_AN_HOUR


def colleague_invited(invitation: Invitation, employer: Employer, by: str, link: SignedLink) -> None:
    """To the address that somebody invites. ``by`` is the inviting user's name."""
    enqueue(
        COLLEAGUE_INVITED,
        about=("invitation", invitation.id),
        context={"employer": employer.name, "by": by, "link": links.mail_context(link)},
        address=invitation.email,
        language=Language(invitation.language),
    )


def colleague_asks(request: JoinRequest, employer: Employer, users: list[User]) -> None:
    """To those who may let a person in."""
    for user in users:
        path = "/organisation" if user.role is Role.EMPLOYER else f"/employers/{employer.public_id}"
        enqueue(
            COLLEAGUE_ASKS,
            about=("join_request", request.id),
            context={"employer": employer.name, "path": path},
            user_id=user.id,
            once_key=f"colleague_asks:{request.id}:{user.id}",
        )


def colleague_let_in(user_id: int, employer: Employer) -> None:
    """To somebody who asked to join and may."""
    enqueue(COLLEAGUE_LET_IN, about=("employer", employer.id), context={"employer": employer.name}, user_id=user_id)


def colleague_not_let_in(user_id: int, employer: Employer) -> None:
    """To somebody who asked to join and may not."""
    enqueue(COLLEAGUE_NOT_LET_IN, about=("employer", employer.id), context={"employer": employer.name}, user_id=user_id)
