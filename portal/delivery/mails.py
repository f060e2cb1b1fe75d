"""The mail that tells a coach of mails that did not arrive. It names nobody, and no mail is ever sent about itself."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.delivery import queries
from portal.delivery.queries import OWN_KIND, Undelivered
from portal.outbox.letters import Context, Letter, mail_kind
from portal.outbox.models import Notification, Trouble
from portal.outbox.names import KIND_NAMES, TROUBLE_NAMES
from portal.outbox.service import enqueue

LINES = 20  # of a letter; what is beyond them is counted
PAGE = "/today#undelivered"


def _write(context: Context) -> Letter:
    count = context["count"]
    parts = [
        ngettext(
            "A mail to one of your people could not be delivered.",
            "%(num)d mails to your people could not be delivered.",
            count,
        )
    ]
    if more := count - len(context["lines"]):
        parts.append(ngettext("%(num)d more is not in this list.", "%(num)d more are not in this list.", more))
    return Letter(
        subject=ngettext("A mail did not arrive", "%(num)d mails did not arrive", count),
        paragraphs=[
            " ".join(parts),
            _("On your first page you see to whom. Send it again, correct the address, or call."),
        ],
        facts=[(_reader(employer), _what(kind, trouble)) for kind, employer, trouble in context["lines"]],
        action=(_("See which mails"), PAGE),
        why=_("You get this because these people are yours to look after."),
    )


def _reader(employer: str) -> str:
    return _("To a person at %(employer)s", employer=employer) if employer else _("To one of your candidates")


def _what(kind: str, trouble: str) -> str:
    name = str(KIND_NAMES.get(kind, kind))
    if not name.endswith("?"):
        name += "."
    return f"{name} {TROUBLE_NAMES[Trouble(trouble)]}" if trouble else name


def _still_undelivered(notification: Notification) -> bool:
    return notification.told_id is not None and queries.still_undelivered(
        notification.told_id, notification.context["mails"]
    )


MAIL_UNDELIVERED = mail_kind(OWN_KIND, _write, still_due=_still_undelivered)


def mail_undelivered(coach_id: int, found: list[Undelivered]) -> None:
    """Tell a coach, in one mail, of everything that has failed since the last time; ``found`` holds one at least."""
    enqueue(
        MAIL_UNDELIVERED,
        about=("user", coach_id),
        context={
            "count": len(found),
            "lines": [[one.mail.kind, one.employer, one.trouble.value if one.trouble else ""] for one in found][:LINES],
            "mails": [one.mail.id for one in found],
        },
        user_id=coach_id,
    )
