"""What people were told was done, against what the mail server took, while web server and worker are killed.

Real requests to a real server: an employer's user posts a need, which mails the user and the coach in the same
transaction. Of those, some are refused by the form and some meet a commit that fails at the very end.
"""

from __future__ import annotations

import http.client
import random
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

import pytest
from flask.sessions import SecureCookieSessionInterface

from portal.core.db import db
from portal.outbox.models import SendState
from tests.factories import accounts, employers
from tests.openings.kit import FILLED_IN
from tests.outbox.installation import PATIENCE, Installation
from tests.outbox.kit import BREAKS
from tests.outbox.smtp import MailServer

TITLE = re.compile(r"Kock nummer \d+\.")
MEANINGS = {302: "done", 422: "refused", 500: "refused"}


@dataclass
class Ledger:
    """What became of each need that was posted, by its title, as the browser saw it."""

    portal: Installation
    port: int
    cookie: str
    readers: set[str]
    told: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def post(self, how: str = "well") -> str:
        """Post a need; ``how``: "well", "with a mistake", or "broken" at the commit. Returns what the browser saw."""
        title = f"Kock nummer {next(self._numbers)}."
        values = {**FILLED_IN, "title": title, "post": "1", **({"hours_min": "39"} if how == "with a mistake" else {})}
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        if how == "broken":
            headers[BREAKS] = "1"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request("POST", "/openings/new", urlencode(values, doseq=True), headers)
            self.told[title] = MEANINGS[line.getresponse().status]
        except (ConnectionError, http.client.HTTPException):
            self.told[title] = "unknown"
        finally:
            line.close()
        return self.told[title]

    def close(self, mails: MailServer, kills: int) -> str:
        """Let everything go out and compare; returns a line about it."""
        self.portal.finish()
        arrived: dict[str, Counter[tuple[str, str]]] = {title: Counter() for title in self.told}
        for mail in mails.accepted:
            title = TITLE.search(str(mail.message["Subject"]))
            assert title is not None
            arrived[title[0]][(mail.recipient, mail.message_id)] += 1
        doubles = 0
        for title, got in arrived.items():
            readers = Counter(reader for reader, _message_id in got)
            # each reader once, under one Message-ID; a change whose answer was lost was made whole or not at all
            whole = readers == Counter(self.readers)
            assert whole or (not got and self.told[title] != "done"), f"{title} {self.told[title]}: {got}"
            assert not got or self.told[title] != "refused", f"{title} was refused and mailed"
            doubles += got.total() - len(got)
        assert doubles <= kills
        assert set(self.portal.states()) == {SendState.SENT}
        told = Counter(self.told.values())
        return (
            f"{kills} kills, {told['done']} actions acknowledged, {told['refused']} rolled back,"
            f" {told['unknown']} without an answer, {len(mails.accepted)} mails: 0 lost, 0 invented, {doubles} twice"
        )


@pytest.fixture
def ledger(portal: Installation) -> Ledger:
    """An employer with a coach, the user's cookie, and an empty ledger."""
    with portal.app.app_context():
        coach = accounts.coach()
        user = employers.employer_user(employers.employer(coach_id=coach.id))
        db.session.commit()
        signer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
        assert signer is not None
        signed = str(signer.dumps({"_user_id": user.get_id(), "_fresh": True}))
        readers = {user.email, coach.email}
    return Ledger(portal, portal.forge.ask("port"), f"portal={signed}", readers)


def killed_at_steps(portal: Installation, ledger: Ledger, every: int) -> int:
    """Kill a web server at the so-manieth step of one request after the other; returns how many were killed."""
    for kills, step in enumerate(range(1, 2000, every)):
        web = portal.web(f"die={step}")
        if ledger.post() == "done":
            web.signal(signal.SIGKILL)
            web.wait()
            return kills
        assert web.wait() == -signal.SIGKILL
    raise AssertionError("a request without end")


def test_a_web_server_killed_within_a_request_mails_all_or_nothing(
    portal: Installation, mails: MailServer, ledger: Ledger
) -> None:
    kills = killed_at_steps(portal, ledger, every=12)
    assert kills > 3
    web = portal.web()
    assert [ledger.post(how) for how in ("broken", "with a mistake", "well")] == ["refused", "refused", "done"]
    web.signal(signal.SIGKILL)
    ledger.close(mails, kills=0)  # no worker was killed


def post_all(ledger: Ledger, ways: list[str]) -> None:
    for how in ways:
        ledger.post(how)


def random_kills(portal: Installation, ledger: Ledger, rounds: int) -> int:
    """Kill the web server, the worker or both at a random instant while people post needs."""
    chance = random.Random(20261123)
    kills = 0
    for _ in range(rounds):
        web, worker = portal.web(), portal.worker("--interval", "0.1")
        ways = chance.choices(("well", "with a mistake", "broken"), (6, 1, 2), k=6)
        people = [
            threading.Thread(target=lambda mine: [ledger.post(how) for how in mine], args=(ways[n::2],)) for n in (0, 1)
        ]
        for person in people:
            person.start()
        victims = chance.choice(((web,), (worker,), (web, worker)))
        for victim in victims:
            threading.Timer(chance.uniform(0, 0.6), victim.signal, (signal.SIGKILL,)).start()
        for victim in victims:
            assert victim.wait() == -signal.SIGKILL
        kills += worker in victims
        if web in victims:
            portal.web()  # those who still wait are answered by the next one
        for person in people:
            person.join(PATIENCE)
        portal.end_all()
        kills += worker not in victims
        portal.lapse_leases()
    return kills


def test_nothing_is_lost_while_both_are_killed_at_random(
    portal: Installation, mails: MailServer, ledger: Ledger
) -> None:
    ledger.close(mails, random_kills(portal, ledger, rounds=2))


@pytest.mark.slow
def test_nothing_is_lost_in_hundreds_of_kills_of_both(portal: Installation, mails: MailServer, ledger: Ledger) -> None:
    kills = killed_at_steps(portal, ledger, every=1)
    print(f"\na request killed at each of its {kills} steps")
    print(ledger.close(mails, random_kills(portal, ledger, rounds=120)))
