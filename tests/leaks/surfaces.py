"""Everything that a person of an employer can be sent: pages, headers, errors, answers to forms, searches, mails."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.calendars import service as calendar_service
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.employers.queries import actor_of
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import build_message
from tests.leaks.world import World
from tests.proposals.kit import undone

EACH = 4  # pages of one kind below a thing's own page
_ID = re.compile(r"[0-9a-f]{32}")
_BELOW = re.compile(r"/[0-9a-f]{32}/")
_LINKS = re.compile(r"""(?:href|src|action|formaction|content)="([^"#]+)""")
_FORMS = re.compile(r"<form\b[^>]*>", re.IGNORECASE)
_SEARCHES = re.compile(r"""<input[^>]*\bname="(q|search|text)"[^>]*>""")
# Ends the visit, or is nobody's words: styles, scripts and pictures are the same files for everybody.
_NOT_FOLLOWED = ("/static/", "/bootstrap/", "/sign-out")


@dataclass
class Crawl:
    """What one reader was sent, by what was asked for."""

    sent: dict[str, list[bytes]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    forms: set[str] = field(default_factory=set)
    shapes: Counter[str] = field(default_factory=Counter)

    def is_new(self, what: str) -> bool:
        """Whether nothing of this kind was asked for: where only the kind decides, one of it is enough."""
        shape = _ID.sub("ID", what)
        self.shapes[shape] += 1
        return self.shapes[shape] == 1

    def is_wanted(self, address: str) -> bool:
        """Whether to open an address: each thing's own page, and a few of each page below it, which hold forms."""
        shape = f"below {_ID.sub('ID', address)}"
        self.shapes[shape] += 1
        return not _BELOW.search(address) or self.shapes[shape] <= EACH

    def keep(self, what: str, answer: TestResponse) -> None:
        """Remember an answer: its line, headers (cookies and redirects among them) and body."""
        self.sent.setdefault(what, []).append(f"{answer.status}\n{answer.headers}".encode() + b"\n\n" + answer.data)
        if answer.status_code >= 500:
            self.failed.append(what)


def crawl(browser: FlaskClient, beyond: list[str], tried: Counter[str] | None = None) -> Crawl:
    """Everything reachable by links from the first page; then what errors, forms and searches answer.

    :param beyond: addresses of others' things, which answer that there is nothing.
    :param tried: the kinds of requests beside reading that the reader's equals have made; None makes none of them.
    """
    found = Crawl()
    waiting = ["/", *beyond]
    while waiting:
        address = waiting.pop()
        if address in found.sent or not found.is_wanted(address):
            continue
        answer = browser.get(address)
        found.keep(address, answer)
        body = answer.get_data(as_text=True)
        waiting += _addresses([*_LINKS.findall(html.unescape(body)), answer.headers.get("Location", "")])
        if answer.mimetype == "text/html":
            found.forms |= set(_posted(body, address))
    if tried is None:
        return found
    found.shapes = tried
    for address in [*found.sent]:
        if found.is_new(address.partition("?")[0]):
            found.keep(f"HEAD {address}", browser.head(address))
            found.keep(f"JSON {address}", browser.get(address, headers={"Accept": "application/json"}))
            found.keep(f"PUT {address}", browser.put(address))
    for address in sorted(one for one in found.forms if found.is_new(f"POST {one}")):
        for data in ({}, {"text": "x" * 9000, "note": "x" * 9000, "reason": "none", "hours": "-1", "starts_on": "x"}):
            with undone():
                found.keep(f"POST {address}", browser.post(address, data=data))
    return found


def _addresses(targets: list[str]) -> Iterator[str]:
    for target in targets:
        parts = urlsplit(target)
        inside = parts.path.startswith("/") and parts.netloc in ("", "localhost")
        if inside and not parts.path.startswith(_NOT_FOLLOWED):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def _posted(body: str, page: str) -> Iterator[str]:
    for tag in _FORMS.findall(body):
        if 'method="post"' in tag.lower():
            action = re.search(r'action="([^"]*)"', tag)
            yield from _addresses([html.unescape(action[1]) if action and action[1] else page])


def searches(browser: FlaskClient, found: Crawl, words: list[str]) -> list[str]:
    """The pages whose answer to a search tells whether a word is in the database.

    :param words: canaries; each answer is compared with that to a word that is nowhere.
    """
    telling = []
    for address, sent in found.sent.items():
        name = _SEARCHES.search(sent[0].decode("utf-8", "replace"))
        if " " in address or name is None:
            continue
        path = address.partition("?")[0]
        for word in words:
            answers = [
                browser.get(f"{path}?{name[1]}={quote(one)}").get_data(as_text=True).replace(one, "WORD")
                for one in (word, "Nowherefound")
            ]
            plain = [re.sub(r"Nowherefound|" + re.escape(quote(word)), "WORD", one) for one in answers]
            if re.sub(r'name="csrf_token"[^>]*', "", plain[0]) != re.sub(r'name="csrf_token"[^>]*', "", plain[1]):
                telling.append(f"{path} tells of {word}")
    return telling


def mails(world: World) -> dict[str, bytes]:
    """Every queued mail as the bytes that leave, by reader and kind; in the languages in turn."""
    names = {user_id: reader for reader, user_id in world.readers.items()}
    found = {}
    for row in db.session.scalars(select(Notification).order_by(Notification.id)):
        language = list(Language)[len(found) % len(Language)]
        message = build_message(row, KINDS[row.kind], Recipient("reader@portal.example", "Reader", language))
        who = names.get(row.user_id or 0, "staff" if row.user_id else "candidate")
        found[f"{who} {row.kind} {row.id}"] = message.as_bytes()
    return found


def calendars(client: FlaskClient) -> dict[str, bytes]:
    """What a calendar program reads of each coach: it is copied to phones, and to whoever a calendar is shared with."""
    coaches = select(User).where(User.role == Role.COACH).order_by(User.id)
    found = {}
    for coach in db.session.scalars(coaches).all():
        token = calendar_service.make(actor_of(coach), coach)
        answer = client.get(f"/calendar/{token}.ics")
        found[f"calendar of {coach.id}"] = f"{answer.status}\n{answer.headers}".encode() + answer.data
    return found
