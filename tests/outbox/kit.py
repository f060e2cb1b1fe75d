"""What the tests of the outbox share: a letter in three languages, and the row as it is now."""

from __future__ import annotations

from collections.abc import Callable

from portal.core.db import db
from portal.core.i18n import Language, language
from portal.outbox.letters import Context, Letter, MailKind
from portal.outbox.models import Notification

MakeKind = Callable[..., MailKind]
Queue = Callable[..., Notification]

WORDS = {Language.SV: "Ett nytt förslag", Language.FI: "Uusi ehdotus", Language.EN: "A new proposal"}

BREAKS = "X-The-Commit-Fails"  # asks the tests' web server to fail at the very end


def is_due(notification: Notification) -> bool:
    """What the tests queue is due unless its context says otherwise."""
    return bool(notification.context.get("due", True))


def write_proposed(context: Context) -> Letter:
    """A letter with every part, whose words come from the context where it has them."""
    title = context["title"]
    return Letter(
        subject=f"{WORDS[language()]}: {title}",
        paragraphs=[f"{WORDS[language()]}. {title}", "Answer when you can."],
        action=(context.get("label", "See it"), context.get("path", "/proposals/abc")),
        facts=[(context.get("fact", "Need"), title)],
        why=context.get("why", "You are the contact person."),
    )


def fresh(row: Notification) -> Notification:
    """The row as the database has it now."""
    return db.session.get_one(Notification, row.id, populate_existing=True)
