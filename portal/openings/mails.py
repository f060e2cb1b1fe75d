"""Mails about recruitment needs. A letter reads its context alone; what it leads to is a page of the portal."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts.models import User
from portal.core.db import db
from portal.core.i18n import day
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from portal.outbox import service as outbox
from portal.outbox.letters import Context, Letter, MailKind, mail_kind
from portal.outbox.models import Notification


def _state_of(notification: Notification) -> OpeningState | None:
    return db.session.scalar(select(Opening.state).where(Opening.id == notification.about_id))


def _is_open(notification: Notification) -> bool:
    return _state_of(notification) is OpeningState.OPEN


def _is_paused(notification: Notification) -> bool:
    return _state_of(notification) is OpeningState.PAUSED


def _is_draft(notification: Notification) -> bool:
    return _state_of(notification) is OpeningState.DRAFT


def _ends_as_told(notification: Notification) -> bool:
    last_day = db.session.scalar(
        select(Opening.last_day).where(Opening.id == notification.about_id, Opening.state == OpeningState.OPEN)
    )
    return last_day is not None and last_day.isoformat() == notification.context["last_day"]


def _path(context: Context) -> str:
    return f"/openings/{context['public_id']}"


def _why_contact() -> str:
    return str(_("You get this because you are a contact person for the need."))


def _write_published(context: Context) -> Letter:
    return Letter(
        subject=_("Your need is open: %(title)s", title=context["title"]),
        paragraphs=[
            _("The need “%(title)s” is open, and the job coaches can see it.", title=context["title"]),
            _(
                "When a coach has somebody who fits, you get a proposal: first without a name. You answer whether you "
                "are interested. You need not do anything until then."
            ),
        ],
        action=(_("See the need"), _path(context)),
        why=_why_contact(),
    )


def _write_needs_you(context: Context) -> Letter:
    return Letter(
        subject=_("One thing is left before it opens: %(title)s", title=context["title"]),
        paragraphs=[
            _("Your organisation is verified, but the need “%(title)s” could not open yet.", title=context["title"]),
            _("Look through it, mend what it says is missing, and post it."),
        ],
        action=(_("Look at the need"), _path(context)),
        why=_why_contact(),
    )


def _write_expires_soon(context: Context) -> Letter:
    last_day = day(date.fromisoformat(context["last_day"]))
    return Letter(
        subject=_("Last day to answer is %(day)s: %(title)s", day=last_day, title=context["title"]),
        paragraphs=[
            _("The need “%(title)s” closes after %(day)s.", title=context["title"], day=last_day),
            _("Do you still look for somebody? Set a later day. Otherwise you need not do anything."),
        ],
        action=(_("Set a later day"), _path(context) + "/edit"),
        why=_why_contact(),
    )


def _write_idle(context: Context) -> Letter:
    pauses = day(date.fromisoformat(context["pauses_on"]))
    return Letter(
        subject=_("Is this still current? %(title)s", title=context["title"]),
        paragraphs=[
            _("Nothing has happened with the need “%(title)s” for three months.", title=context["title"]),
            _("Tell us on its page whether it is still current. We pause it on %(day)s if you do not.", day=pauses),
        ],
        action=(_("Answer on the need's page"), _path(context)),
        why=_why_contact(),
    )


def _write_paused(context: Context) -> Letter:
    return Letter(
        subject=_("Your need is paused: %(title)s", title=context["title"]),
        paragraphs=[
            _("The need “%(title)s” is paused. Nobody new is proposed for it.", title=context["title"]),
            _("Talks under way go on. Open the need again whenever you like."),
        ],
        action=(_("See the need"), _path(context)),
        why=_why_contact(),
    )


def _write_need_posted(context: Context) -> Letter:
    looked_after = context["looked_after"]
    return Letter(
        subject=_("New need: %(title)s", title=context["title"]),
        paragraphs=[
            _("%(employer)s has posted the need “%(title)s”.", employer=context["employer"], title=context["title"]),
            _("Look whether it suits somebody you support.")
            if looked_after
            else _("No coach looks after this employer yet. Choose who does, on the employer's page."),
        ],
        action=(_("See the need"), _path(context)),
        why=_("You get this because you look after this employer.")
        if looked_after
        else _("You get this because you lead the team."),
    )


OPENING_PUBLISHED = mail_kind("opening_published", _write_published, still_due=_is_open, informative=True)
OPENING_NEEDS_YOU = mail_kind("opening_needs_you", _write_needs_you, still_due=_is_draft)
OPENING_EXPIRES_SOON = mail_kind("opening_expires_soon", _write_expires_soon, still_due=_ends_as_told, informative=True)
OPENING_IDLE = mail_kind("opening_idle", _write_idle, still_due=_is_open)
OPENING_PAUSED = mail_kind("opening_paused", _write_paused, still_due=_is_paused, informative=True)
NEED_POSTED = mail_kind("need_posted", _write_need_posted, still_due=_is_open, informative=True)


def opening_published(opening: Opening) -> None:
    """To the contact persons: the need is open, and what happens next."""
    _to_contacts(OPENING_PUBLISHED, opening)


def opening_needs_you(opening: Opening) -> None:
    """To the contact persons: the organisation is verified, but this need of theirs could not open with it."""
    _to_contacts(OPENING_NEEDS_YOU, opening)


def opening_expires_soon(opening: Opening, last_day: date) -> None:
    """To the contact persons, once for each last day: it is near."""
    _to_contacts(OPENING_EXPIRES_SOON, opening, occasion=last_day.isoformat(), last_day=last_day.isoformat())


def opening_idle(opening: Opening, pauses_on: date, readers: list[User]) -> None:
    """Ask whether the need is still current; to the contact persons, or to who looks after one that has none."""
    _to(readers, OPENING_IDLE, opening, pauses_on=pauses_on.isoformat())


def opening_paused(opening: Opening) -> None:
    """To the contact persons, when somebody else than they paused the need."""
    _to_contacts(OPENING_PAUSED, opening)


def need_posted(opening: Opening, readers: list[User]) -> None:
    """To the coach who looks after the employer, or the team's leaders when nobody does."""
    _to(
        readers,
        NEED_POSTED,
        opening,
        employer=opening.employer.name,
        looked_after=opening.employer.coach_id is not None,
    )


def _to_contacts(kind: MailKind, opening: Opening, occasion: str = "", **context: object) -> None:
    _to(opening.contacts, kind, opening, occasion, **context)


def _to(readers: list[User], kind: MailKind, opening: Opening, occasion: str = "", **context: object) -> None:
    for user in readers:
        if user.is_active:
            outbox.enqueue(
                kind,
                about=("opening", opening.id),
                context={"title": opening.title, "public_id": opening.public_id, **context},
                user_id=user.id,
                once_key=f"{kind.name}:{opening.id}:{occasion}:{user.id}" if occasion else None,
                thread=f"opening:{opening.id}",
            )
