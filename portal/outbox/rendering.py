"""From a notification to a message: one letter, as text and as HTML, in the reader's language.

Everything that people typed is put on one line and loses its control characters, so that no title can begin a
header, a paragraph or a signature of its own; HTML is escaped by the template. Templates are rendered without a
request's context: a mail says the same whoever pressed the button.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.utils import formataddr
from functools import cache
from typing import TYPE_CHECKING, cast

from css_inline import CSSInliner
from flask import current_app
from flask_babel import gettext as _
from flask_mail import Attachment, Message
from sqlalchemy.exc import SQLAlchemyError

from portal.core import clock, signing
from portal.core.i18n import LOCALES, Language, in_language, service_name
from portal.outbox.addresses import acceptable_address, host_in_ids
from portal.outbox.calendars import calendar_file
from portal.outbox.letters import Gathered, Letter, MailKind
from portal.outbox.models import Notification
from portal.outbox.recipients import Recipient, user_recipient
from portal.outbox.sending import PortalMessage

if TYPE_CHECKING:
    from portal.core.app import Portal

LINK_PLACE = "{link}"
WAY_OUT = "mails_off"  # the purpose that its links are signed for
MAX_SUBJECT = 160  # what some readers cut anyway

# Signs that turn the direction of what follows: with them a title could be read as something else.
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
# A Finnish date ends with a full stop of its own ("ke 25.11."), which is the sentence's too.
_TWO_STOPS = re.compile(r"(\d\.)\.(?!\.)")
_SPACE_BETWEEN = re.compile(r"\n{3,}")
_PATH = re.compile(r"/(?!/)[\x21-\x5b\x5d-\x7e]*")


@dataclass(frozen=True)
class Link:
    """Words and an absolute address."""

    label: str
    url: str


def refuse_unsendable(notification: Notification, kind: MailKind) -> None:
    """Write the letter once and throw it away, so that a mistake meets the one who queues it and not the worker.

    :param notification: not in the database yet; its context must survive being kept as JSON.
    :raises ValueError: when the letter cannot be written, a header or an explicit address is bad.
    """
    if notification.address is not None:
        notification.address = acceptable_address(notification.address)
    try:
        if json.loads(json.dumps(notification.context)) != notification.context:
            raise ValueError("its context would not come back from the database as it is")
        stand_in = Recipient(notification.address or "reader@portal.example", "", notification.language or Language.SV)
        message = build_message(notification, kind, stand_in)
        _refuse_bad_headers(message)
    except SQLAlchemyError:
        raise
    except Exception as error:
        raise ValueError(f"a mail of kind {kind.name} cannot be sent: {type(error).__name__}: {error}") from error


def build_message(
    notification: Notification, kind: MailKind, recipient: Recipient, gathered: Gathered | None = None
) -> Message:
    """The message as its reader gets it.

    :param gathered: what the letter is written from, when that is not the notification's context alone.
    :raises ValueError: when the letter has no subject, or leads to an address outside the portal.
    """
    with in_language(recipient.language):
        letter = kind.write(gathered.context if gathered is not None else notification.context)
        subject = _subject(letter)
        service = one_line(service_name(cast("Portal", current_app)))
        values = {
            "subject": subject,
            "language": recipient.language.value,
            "service": service,
            "greeting": _greeting(notification, recipient),
            "paragraphs": [one_line(paragraph) for paragraph in letter.paragraphs],
            "facts": [(one_line(label), one_line(value)) for label, value in letter.facts],
            "lines": [(one_line(said), _address(path, notification) if path else None) for said, path in letter.lines],
            "action": _link(letter.action, notification),
            "beside": _link(letter.beside, notification),
            "why": one_line(_why(letter, notification)),
            "choice": _choice(notification, kind, recipient),
            "privacy": Link(_("How we handle personal data"), _page("core.page", name="privacy")),
        }
        text, html = _render("mail/letter.txt", values), _inline(_render("mail/letter.html", values))
        attachments = _attachments(letter, notification, service)
    return PortalMessage(
        message_id=notification.message_id,
        subject=subject,
        sender=(service, current_app.config["PORTAL"].mail_sender),
        recipient=recipient.address,
        body=_SPACE_BETWEEN.sub("\n\n", text).strip() + "\n",
        html=html,
        date=clock.now().timestamp(),
        attachments=attachments,
        extra_headers=_headers(notification, kind, recipient),
    )


def _subject(letter: Letter) -> str:
    subject = one_line(letter.subject)
    if not subject:
        raise ValueError("a mail has to have a subject")
    return subject if len(subject) <= MAX_SUBJECT else subject[: MAX_SUBJECT - 1].rstrip() + "…"


def one_line(text: object) -> str:
    """Text on one line: every run of white space and control characters becomes a space, turning signs go."""
    signs = (
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
        for sign in str(text)
        if sign not in _TURNS_TEXT
    )
    return _TWO_STOPS.sub(r"\1", " ".join("".join(signs).split()))


def _headers(notification: Notification, kind: MailKind, recipient: Recipient) -> dict[str, str]:
    headers = {
        "Auto-Submitted": "auto-generated",  # RFC 3834: no vacation notices back
        "X-Auto-Response-Suppress": "OOF, AutoReply",  # the same for Exchange; what bounces shall come back
        "Content-Language": LOCALES[recipient.language].replace("_", "-"),
    }
    if notification.thread:
        root = _thread_root(notification)
        headers |= {"In-Reply-To": root, "References": root}
    if kind.informative and notification.user_id is not None:
        # RFC 8058: a mail program turns the kind off by a post to this address, on its own, without a cookie
        headers["List-Unsubscribe"] = f"<{_way_out(kind, recipient)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _thread_root(notification: Notification) -> str:
    """A Message-ID that no mail has but all of a thread answer to."""
    host = host_in_ids(current_app.config["PORTAL"].host)
    return f"<thread-{_opaque(str(notification.thread), notification)}@{host}>"


def _opaque(name: str, notification: Notification) -> str:
    return opaque(name, notification.user_id, notification.candidate_id, notification.address)


def opaque(name: str, user_id: int | None, candidate_id: int | None = None, address: str | None = None) -> str:
    """A name that stays the same for one reader, tells nothing, and cannot be joined with another reader's."""
    who = [name, user_id, candidate_id, address]
    key = hashlib.sha256(str(current_app.secret_key).encode()).digest()
    return hashlib.blake2b(json.dumps(who).encode(), key=key, digest_size=16).hexdigest()


def _attachments(letter: Letter, notification: Notification, service: str) -> list[Attachment]:
    config = current_app.config["PORTAL"]
    files = [
        calendar_file(
            entry,
            uid=f"{_opaque(entry.uid, notification)}@{host_in_ids(config.host)}",
            service=service,
            url=_address(entry.path, notification),
            organizer=config.mail_sender,
        )
        for entry in letter.calendar
    ]
    return [Attachment(*file) for file in files]


def _why(letter: Letter, notification: Notification) -> str:
    """Why the reader gets it; who stands in for somebody reads for whom."""
    if notification.for_user_id is None:
        return letter.why
    away = user_recipient(notification.for_user_id)
    if away is None:
        return _("You get this because you stand in for a colleague who is away.")
    return _("You get this because you stand in for %(name)s, who is away.", name=away.name)


def _greeting(notification: Notification, recipient: Recipient) -> str:
    name = one_line(recipient.name)
    greeting = _("Hello %(name)s,", name=name) if notification.user_id is not None and name else _("Hello,")
    return str(greeting)


def _link(place: tuple[str, str] | None, notification: Notification) -> Link | None:
    if place is None:
        return None
    label, path = place
    return Link(one_line(label), _address(path, notification))


def signed_path(path: str, notification: Notification) -> str:
    """A letter's path with its signed link put in."""
    if LINK_PLACE in path:
        purpose, token_id = notification.context["link"]
        path = path.replace(LINK_PLACE, signing.sign(purpose, token_id))
    return path


def _address(path: str, notification: Notification) -> str:
    """The absolute address of a letter's path."""
    path = signed_path(path, notification)
    if not _PATH.fullmatch(path):
        raise ValueError("a letter leads to a page of the portal, by a path that begins with one slash")
    return str(current_app.config["PORTAL"].base_url) + path


def _choice(notification: Notification, kind: MailKind, recipient: Recipient) -> tuple[str, str | None]:
    """How the reader changes what comes, and where."""
    if notification.user_id is None:
        if notification.candidate_id is not None:
            return _("Would you rather be reached in another way? Tell your job coach."), None
        return _("If you did not expect this mail, you need not do anything."), None
    if kind.informative:
        return _("You can turn off mails like this one, without signing in:"), _way_out(kind, recipient)
    return (
        _("Mails like this one cannot be turned off. Which others you get, you choose in your settings:"),
        _page("accounts.settings"),
    )


def _way_out(kind: MailKind, recipient: Recipient) -> str:
    """The address where this reader turns this kind off: signed, without an end, good for nothing else."""
    return _page("mail_choices.off", token=signing.sign(WAY_OUT, f"{recipient.own_id}.{kind.name}"))


def _page(endpoint: str, **values: str) -> str:
    """The absolute address of a page, from the settings alone and never from a request's host."""
    paths = current_app.url_map.bind("portal.invalid", script_name="/")
    return str(current_app.config["PORTAL"].base_url) + paths.build(endpoint, values)


def _render(template: str, values: Mapping[str, object]) -> str:
    return current_app.jinja_env.get_template(template).render(values)


def _inline(html: str) -> str:
    return _inliner(_render("mail/letter.css", {})).inline(html)


@cache
def _inliner(css: str) -> CSSInliner:
    # at-rules stay in the head: they are what makes a mail fit a phone and a dark screen
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, extra_css=css)


def _refuse_bad_headers(message: Message) -> None:
    """Read the message back: it has the headers that we set, each once, and nothing else."""
    if message.has_bad_headers():
        raise ValueError("a header would hold a line break")
    sent = BytesHeaderParser().parsebytes(message.as_bytes())
    expected = {"Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID"}
    if sorted(sent.keys()) != sorted(expected | set(message.extra_headers or {})):
        raise ValueError("the headers do not come back as they were set")
    if sent["Message-ID"] != message.msgId or formataddr(("", str(sent["To"]))) != str(sent["To"]):
        raise ValueError("the headers do not come back as they were set")
