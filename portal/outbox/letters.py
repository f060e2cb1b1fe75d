"""What a mail is before it is a message: a kind declared by a feature, and the letter that it writes.

A feature declares each mail once, in its ``mails.py``::

    def _write(context: Context) -> Letter: ...
    CANDIDATE_PROPOSED = mail_kind("candidate_proposed", _write, still_due=_is_proposed)

Text and HTML come from the same ``Letter``, so they cannot differ. The letter is written when it is sent, in the
language that the reader has then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from portal.outbox.models import Notification

Context = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """A meeting that goes along as a calendar file (RFC 5545); colleagues see it, so it says only "Meeting" and a link.

    :param uid: stays the same when the meeting is moved or called off; ``sequence`` then grows.
    :param path: the page within the portal that it points to.
    :param starts_at: ISO instant, with ``minutes``: how long. Empty for a meeting that has only a day.
    :param on: ISO day of a meeting whose time is not agreed.
    """

    uid: str
    sequence: int
    path: str
    starts_at: str = ""
    minutes: int = 0
    on: str = ""
    cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The content of one mail, in one language.

    :param subject: can be read on a locked phone: no alias beside a title that gives somebody away, no name.
    :param paragraphs: what happened, what happens next, who does it, by when. Plain text.
    :param action: (label, path within the portal) of the one thing to do, or None.
    :param facts: (label, value) lines under the paragraphs.
    :param beside: (label, path) of what the reader may want sometimes; a plain line under the one thing to do.
    :param lines: (words, path within the portal or "") of the things that a daily mail tells of.
    :param why: why the reader gets it.
    :param calendar: meetings to put into the reader's calendar, a file each.
    """

    subject: str
    paragraphs: list[str]
    action: tuple[str, str] | None = None
    beside: tuple[str, str] | None = None
    facts: list[tuple[str, str]] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    why: str = ""
    calendar: list[CalendarEntry] = field(default_factory=list)


@dataclass(frozen=True)
class Gathered:
    """What a mail is written from when that is only known at sending.

    :param context: for ``write``, instead of the notification's own.
    :param kept: ids of the notifications that are lines of it. :param broken: of those that cannot be written.
    """

    context: Context
    kept: list[int]
    broken: list[int]


@dataclass(frozen=True)
class MailKind:
    """A kind of mail. ``still_due`` is asked again at sending: false cancels the notification.

    ``informative`` kinds may be turned off or wait for a digest; the others always go out. ``urgent`` ones leave at any
    hour: somebody waits for the mail this moment, it is about safety or help, or the thing may be over by the morning.
    ``alone``: goes by itself to those who chose one mail a day, too. ``gather``: see ``Gathered``; None cancels.
    """

    name: str
    write: Callable[[Context], Letter]
    still_due: Callable[[Notification], bool]
    informative: bool = False
    urgent: bool = False
    alone: bool = False
    gather: Callable[[Notification], Gathered | None] | None = None


KINDS: dict[str, MailKind] = {}


def _always(_notification: Notification) -> bool:
    return True


def mail_kind(
    name: str,
    write: Callable[[Context], Letter],
    *,
    still_due: Callable[[Notification], bool] = _always,
    informative: bool = False,
    urgent: bool = False,
    alone: bool = False,
    gather: Callable[[Notification], Gathered | None] | None = None,
) -> MailKind:
    """Declare a kind of mail; the parameters are ``MailKind``'s.

    :raises ValueError: when the name is taken, or for what is said to be urgent and only to inform.
    """
    if name in KINDS:
        raise ValueError(f"mail kind {name} is declared twice")
    if urgent and informative:
        raise ValueError(f"mail kind {name} cannot be urgent: it may be turned off")
    KINDS[name] = MailKind(name, write, still_due, informative, urgent, alone, gather)
    return KINDS[name]


def urgent_kinds() -> list[str]:
    """The names of the kinds that leave at any hour."""
    return sorted(kind.name for kind in KINDS.values() if kind.urgent)
