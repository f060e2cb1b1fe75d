"""The mail about a need that has no proposal yet."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext as _n

from portal.accounts.models import User
from portal.core.errors import Missing
from portal.openings import queries as openings
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from portal.outbox.letters import Context, Letter, mail_kind
from portal.outbox.models import Notification
from portal.outbox.service import enqueue


def _is_open(notification: Notification) -> bool:
    try:
        return openings.get(notification.about_id).state is OpeningState.OPEN
    except Missing:
        return False


def _write(context: Context) -> Letter:
    return Letter(
        subject=_("A need that could suit your people: %(title)s", title=context["title"]),
        paragraphs=[
            _("%(employer)s has posted the need “%(title)s”.", employer=context["employer"], title=context["title"]),
            _n(
                "It could suit %(num)d person whom you support.",
                "It could suit %(num)d people whom you support.",
                context["count"],
            ),
            _("Look at how well it fits, and propose somebody."),
        ],
        action=(_("See whom it suits"), context["page"]),
        why=_("You get this because you support people who look for work."),
    )


NEED_SUITS = mail_kind("need_suits", _write, still_due=_is_open, informative=True)


def need_suits(opening: Opening, coach: User, count: int) -> None:
    """Tell a coach that a new need could suit ``count`` people of theirs."""
    enqueue(
        NEED_SUITS,
        about=("opening", opening.id),
        context={
            "title": opening.title,
            "employer": opening.employer.name,
            "count": count,
            "page": f"/proposals/new?opening={opening.public_id}",
        },
        user_id=coach.id,
        thread=f"opening:{opening.id}",
    )
