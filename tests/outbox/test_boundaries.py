"""A worker that is killed before and after each statement and each commit of its way, one after the other."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable

import pytest

from portal.accounts.models import MailMode
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.outbox import digest
from portal.outbox.models import SendState
from portal.outbox.service import enqueue
from tests.factories import accounts
from tests.outbox.conftest import quiet
from tests.outbox.installation import KIND, Installation, enqueue_one
from tests.outbox.smtp import MailServer

FAR = 400  # more steps than any of these ways has


def put_each(portal: Installation, round_: int) -> dict[str, str]:
    """Queue one mail for each end that there is; returns the Message-IDs by reader."""
    with portal.app.app_context():
        ids = {}
        for reader in ("plain", "later", "refused", "gone", "last"):
            address = f"{reader}{round_}@firm.example"
            ids[address] = enqueue_one(address, due=reader != "gone").message_id
        db.session.commit()
        enqueue_one(f"never{round_}@firm.example")
        db.session.rollback()
    return ids


def picky(mails: MailServer) -> None:
    """Each reader whose name begins with "later" is asked back once, each "refused" for good."""

    def answer(address: str) -> str | None:
        if address.startswith("refused"):
            return "550 5.1.1 Unknown"
        return "451 4.3.0 Not now" if address.startswith("later") and mails.tried[address] == 1 else None

    mails.on_rcpt = answer


def away(mails: MailServer) -> None:
    """Our sender is refused for now, so that everything is given back."""
    mails.on_mail = lambda _address: "451 4.7.1 Not now"


def kill_at_each_step(
    portal: Installation, mails: MailServer, mood: Callable[[MailServer], None], steps: range
) -> tuple[int, int]:
    """Kill a worker at each of these steps, each time with mails of its own, and let another one finish.

    :returns: how many were killed before they had done all, and how many mails came twice.
    """
    kills = doubles = 0
    for step in steps:
        mails.accepted.clear()
        ids = put_each(portal, step)
        mood(mails)
        status = portal.worker(f"die={step}", "--once").wait()
        quiet(mails)
        picky(mails)
        kills += status == -signal.SIGKILL
        assert status in (0, -signal.SIGKILL)
        while portal.live():
            portal.finish()
        arrived = Counter(mail.message_id for mail in mails.accepted)
        wanted = {identity for address, identity in ids.items() if address.startswith(("plain", "later", "last"))}
        assert set(arrived) == wanted, f"killed at step {step}"
        assert arrived.total() - len(arrived) <= (status != 0), f"killed at step {step}"
        doubles += arrived.total() - len(arrived)
        states = portal.states()
        assert states == Counter({SendState.SENT: 3, SendState.FAILED: 1, SendState.CANCELLED: 1}), f"step {step}"
        portal.empty()
        if status == 0:
            break
    return kills, doubles


def test_a_worker_killed_at_some_steps_of_every_way_loses_none(portal: Installation, mails: MailServer) -> None:
    kills, _doubles = kill_at_each_step(portal, mails, picky, range(40, 100, 30))
    assert kills == 2
    kills, doubles = kill_at_each_step(portal, mails, away, range(45, 46))
    assert (kills, doubles) == (1, 0), "nothing had left"


def kill_at_steps(portal: Installation, mails: MailServer, every: int) -> tuple[int, int]:
    """Kill a worker at the first step, the second ... What it leaves is the next one's work, which always has two."""
    kills = 0
    for step in range(1, FAR, every):
        portal.put(2 - portal.live())
        status = portal.worker(f"die={step}", "--once").wait()
        if status == 0:
            break
        assert status == -signal.SIGKILL
        kills += 1
        portal.lapse_leases()
    portal.finish()
    return kills, portal.assert_ledger(mails, kills)


def test_a_worker_killed_at_every_third_step_of_its_way_loses_none(portal: Installation, mails: MailServer) -> None:
    kills, doubles = kill_at_steps(portal, mails, every=3)
    assert kills > 15, "a worker takes hardly a step"
    assert 0 < doubles < kills / 2  # killed after the 250, before the mark


@pytest.mark.slow
def test_a_worker_killed_at_every_step_of_every_way_loses_none(portal: Installation, mails: MailServer) -> None:
    kills, doubles = kill_at_steps(portal, mails, every=1)
    print(f"\nsent: killed at each of {kills} steps: 0 lost, {doubles} twice")
    portal.empty()
    for name, mood in (("each end", picky), ("server away", away)):
        kills, doubles = kill_at_each_step(portal, mails, mood, range(1, FAR))
        print(f"{name}: killed at each of {kills} steps: 0 lost, {doubles} twice")


def put_daily(portal: Installation) -> str:
    """Queue a daily mail of three lines: one that is due, one that is not any more, one that cannot be written."""
    with portal.app.app_context():
        user = accounts.user(Role.COACH, mail_mode=MailMode.DAILY)
        context = {"day": clock.today().isoformat()}
        mail = enqueue(digest.DAILY_DIGEST, about=("user", user.id), context=context, user_id=user.id)
        assert mail is not None
        for words in ({"title": "Cook"}, {"title": "Baker", "due": False}, {"title": "Broken"}):
            line = enqueue(KIND, about=("proposal", 1), context=words, user_id=user.id)
            assert line is not None
            line.state, line.digest_id = SendState.FOLDED, mail.id
            if words["title"] == "Broken":
                line.context = {}
        db.session.commit()
        return mail.message_id


def kill_with_a_daily_mail(portal: Installation, mails: MailServer, steps: range) -> int:
    """Kill a worker at each of these steps of a daily mail's way, each time with one of its own; returns the kills."""
    kills = 0
    for step in steps:
        mails.accepted.clear()
        message_id = put_daily(portal)
        status = portal.worker(f"die={step}", "--once").wait()
        kills += status == -signal.SIGKILL
        assert status in (0, -signal.SIGKILL)
        while portal.live():
            portal.finish()
        assert {mail.message_id for mail in mails.accepted} == {message_id}, f"killed at step {step}"
        assert len(mails.accepted) <= 1 + (status != 0)
        assert all("Cook" in mail.text and "Baker" not in mail.text for mail in mails.accepted)
        ends = Counter({SendState.SENT: 1, SendState.FOLDED: 1, SendState.CANCELLED: 1, SendState.FAILED: 1})
        assert portal.states() == ends, f"killed at step {step}"
        portal.empty()
        if status == 0:
            break
    return kills


def test_a_worker_killed_at_some_steps_of_a_daily_mail_tells_each_line(portal: Installation, mails: MailServer) -> None:
    assert kill_with_a_daily_mail(portal, mails, range(5, FAR, 6)) > 4


@pytest.mark.slow
def test_a_worker_killed_at_every_step_of_a_daily_mail_tells_each_line(portal: Installation, mails: MailServer) -> None:
    kills = kill_with_a_daily_mail(portal, mails, range(1, FAR))
    print(f"\ndaily mail: killed at each of {kills} steps: none lost, every line settled")
