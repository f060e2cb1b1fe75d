"""Examples of every kind of mail: what the administrator's previews and the tests of letters are written from.

Each room that declares kinds gives an example of each, in its ``mail_examples.py``, with every branch that its letter
has. No real row is read: titles, names and addresses here are made up.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from portal.core.i18n import Language
from portal.outbox.letters import Context
from portal.outbox.models import Notification
from portal.outbox.recipients import Recipient

TOKEN = "0" * 32  # in the place of a random id: leads nowhere
ADDRESS = "reader@portal.example"


class Reader(enum.StrEnum):
    """Who reads a kind of mail. INVITED has no account yet; ANYBODY is whoever has one."""

    EMPLOYER = "employer"
    COACH = "coach"
    TEAM_LEADER = "team_leader"
    CANDIDATE = "candidate"
    INVITED = "invited"
    ANYBODY = "anybody"


@dataclass(frozen=True)
class Example:
    """What a kind's letter is written from, for one reader."""

    kind: str
    reader: Reader
    context: Context


EXAMPLES: dict[str, list[Example]] = {}


def examples(kind: str, to: Reader | tuple[Reader, ...], *contexts: Context) -> None:
    """Give examples of a kind of mail.

    :param to: who reads it; several when they read the same.
    :param contexts: one for each way in which the letter can turn out.
    """
    for reader in to if isinstance(to, tuple) else (to,):
        EXAMPLES.setdefault(kind, []).extend(Example(kind, reader, context) for context in contexts)


def with_link(purpose: str) -> Context:
    """A context's link: signed for its purpose, and to nothing."""
    return {"link": [purpose, TOKEN]}


def notification_of(example: Example) -> Notification:
    """A mail of this example, which is in no database."""
    return Notification(
        kind=example.kind,
        user_id=None if example.reader in (Reader.CANDIDATE, Reader.INVITED) else 0,
        candidate_id=0 if example.reader is Reader.CANDIDATE else None,
        address=ADDRESS if example.reader is Reader.INVITED else None,
        about_type="example",
        about_id=0,
        context=example.context,
        message_id=f"<{TOKEN}@portal.example>",
        thread="example",
    )


def recipient_of(example: Example, language: Language) -> Recipient:
    """Whom the example is written to. Only users are greeted by name."""
    return Recipient(ADDRESS, "Maja Holm", language)
