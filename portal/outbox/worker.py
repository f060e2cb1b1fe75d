"""The worker: takes what is due out of the outbox, mails it, and writes down what became of it.

No transaction is open while a mail server is spoken to. A mail is claimed for a few minutes (see ``claims``); before it
goes out the claim is renewed and the reader's right to it asked again; after the server's 250 it is marked at once. A
worker that dies leaves its claims to run out, and only one that dies between the 250 and the mark lets a mail go out
twice, under the same Message-ID.
"""

from __future__ import annotations

import enum
import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_mail import Message
from sqlalchemy.exc import OperationalError

from portal.core import clock
from portal.core.db import db, only_reading
from portal.core.keys import Unreadable
from portal.outbox import away as server_away
from portal.outbox import claims, hours, jobs
from portal.outbox.claims import Claim
from portal.outbox.jobs import described
from portal.outbox.letters import KINDS, Gathered
from portal.outbox.models import SendState, Trouble
from portal.outbox.queries import WORKER
from portal.outbox.recipients import Way, recipient_of
from portal.outbox.rendering import build_message
from portal.outbox.sending import Away, Never, NotNow, Postman, Unwritable

log = logging.getLogger(__name__)

BATCH = 50

# Delays of 30 s, 1, 2, 4 … 60 minutes, then one an hour: 55 of them add up to more than 48 hours without the jitter.
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)
MAX_TRIES = 56
JITTER = 0.25

AWAY_FIRST_SECONDS = 5.0
AWAY_LONGEST_SECONDS = 300.0

BEAT_SECONDS = 15.0
JOBS_SECONDS = 60.0
ERROR_SECONDS = 5.0


class Outcome(enum.StrEnum):
    """What became of one claimed mail."""

    SENT = "sent"
    CANCELLED = "cancelled"
    COLLECTED = "collected"  # its reader gets one mail a day
    LATER = "later"
    FAILED = "failed"
    AWAY = "away"  # no mail can go now
    TAKEN = "taken"  # another worker has it, or it was cancelled or erased meanwhile


class _Taken(Exception):
    """The mail is not ours any more."""


class _NotDue(Exception):
    """Nobody is to be told any more."""


class _TurnedOff(Exception):
    """The reader does not want mail of this kind."""


class _OnceADay(Exception):
    """The reader wants mail of this kind in one mail a day, which is made ``until`` then."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class _UnknownKind(Exception):
    """No feature declares this kind of mail."""


def _never() -> bool:
    return False


def drain(batch: int = BATCH, stop: Callable[[], bool] = _never) -> Counter[Outcome]:
    """Send one batch of what is due. Needs an application context.

    :param batch: how many mails at most.
    :param stop: asked before each mail; true gives the rest back.
    :returns: how many mails met which outcome. ``AWAY`` counts those given back because no mail could go.
    :raises sqlalchemy.exc.DBAPIError: when the database is away; claims then run out by themselves.
    """
    rest = claims.claim(batch)
    done: Counter[Outcome] = Counter()
    try:
        with Postman() as postman:
            while rest and not stop():
                following = rest[1] if len(rest) > 1 and not stop() else None
                outcome = _deliver(postman, rest[0], following)
                if outcome is Outcome.AWAY:
                    done[outcome] = len(rest)
                    break
                done[outcome] += 1
                rest.pop(0)
    finally:
        if rest:
            claims.give_back(rest)
    if done and not done[Outcome.AWAY]:
        server_away.well()
    return done


def _deliver(postman: Postman, held: Claim, following: Claim | None = None) -> Outcome:
    """Send one claimed mail and write down what became of it; ``following`` is begun with it when all is well."""
    tried, held.begun = held.begun, False
    try:
        postman.connect()
        tried = tried or claims.renew(held)
        message, gathered = _write(held)
        postman.send(message, held.not_after)
    except Away as away:
        if tried:
            claims.uncount(held, f"{Trouble.SERVER_AWAY} {away}")
        server_away.note(str(away))
        log.warning("the mail server cannot be used (%s); everything waits", away)
        return Outcome.AWAY
    except _Taken:
        return Outcome.TAKEN
    except _NotDue:
        return _end(held, Outcome.CANCELLED, SendState.CANCELLED)
    except _TurnedOff:
        return _end(held, Outcome.CANCELLED, SendState.CANCELLED, str(Trouble.TURNED_OFF))
    except _OnceADay as waits:
        return _end(held, Outcome.COLLECTED, SendState.COLLECTED, attempts=0, next_try_at=None, due_at=waits.until)
    except _UnknownKind:
        return _failed(held, Trouble.UNKNOWN_KIND)
    except Unwritable as broken:
        return _failed(held, Trouble.CANNOT_BE_WRITTEN, str(broken))
    except Never as never:
        return _failed(
            held, Trouble.RECIPIENT_REFUSED if never.about_recipient else Trouble.CONTENT_REFUSED, str(never)
        )
    except NotNow as later:
        return _later(held, str(later))
    claims.mark_sent(held, following, gathered)
    log.info("mail %s %s: sent", held.kind, held.public_id)
    return Outcome.SENT


def _write(held: Claim) -> tuple[Message, Gathered | None]:
    """Ask again whether, how and where the reader is to be told, and write the message."""
    with only_reading():
        row = claims.read(held)
        if row is None:
            raise _Taken
        kind = KINDS.get(row.kind)
        if kind is None:
            raise _UnknownKind
        if held.attempts > MAX_TRIES:
            raise NotNow("worker ended")  # it took its worker down with it, again and again
        try:
            recipient = recipient_of(row) if kind.still_due(row) else None
            way = recipient.way(kind) if recipient is not None else None
            if recipient is not None and way is Way.BY_ITSELF:
                gathered = kind.gather(row) if kind.gather is not None else None
                if kind.gather is None or gathered is not None:
                    return build_message(row, kind, recipient, gathered), gathered
        except OperationalError as error:
            raise NotNow(type(error.orig).__name__) from error
        except Unreadable as error:
            log.error("%s", error.message)
            raise NotNow("key missing") from error
        except Exception as error:
            # whatever a letter raises: this mail is put aside, the others go on
            log.warning("mail %s %s cannot be written: %s", held.kind, held.public_id, described(error))
            raise Unwritable(type(error).__name__) from error
        if way is Way.NOT_AT_ALL:
            raise _TurnedOff
        raise _OnceADay(hours.digest_after(row.due_at)) if way is Way.ONCE_A_DAY else _NotDue


def _later(held: Claim, codes: str) -> Outcome:
    if held.attempts >= MAX_TRIES:
        return _failed(held, Trouble.GAVE_UP, codes)
    again_at = clock.now() + retry_delay(held.attempts)
    return _end(held, Outcome.LATER, SendState.QUEUED, f"{Trouble.NOT_NOW} {codes}", next_try_at=again_at)


def _failed(held: Claim, trouble: Trouble, codes: str = "") -> Outcome:
    return _end(held, Outcome.FAILED, SendState.FAILED, f"{trouble} {codes}".strip())


def _end(held: Claim, outcome: Outcome, state: SendState, error: str | None = None, **values: object) -> Outcome:
    claims.finish(held, state, error=error, **values)
    level = logging.WARNING if outcome is Outcome.FAILED else logging.INFO
    log.log(level, "mail %s %s: %s (%s)", held.kind, held.public_id, outcome.value, error or "nothing to send now")
    return outcome


def retry_delay(attempts: int) -> timedelta:
    """How long a mail waits after its so many-th try, with jitter that only adds."""
    steps = min(attempts - 1, 12)
    return timedelta(seconds=_jittered(min(FIRST_DELAY * 2.0**steps, LONGEST_DELAY).total_seconds()))


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(1, 1 + JITTER)  # noqa: S311 (spreads load, keeps no secret)


@dataclass
class Pace:
    """When to look again after the server was away: 5 s, 10, 20 … 5 minutes, with jitter."""

    failures: int = 0
    not_before: float = 0.0

    def away(self) -> None:
        """The server could not be used."""
        pause = min(AWAY_FIRST_SECONDS * 2.0**self.failures, AWAY_LONGEST_SECONDS)
        self.failures = min(self.failures + 1, 16)
        self.not_before = time.monotonic() + _jittered(pause)

    def well(self) -> None:
        """The server could be used."""
        self.failures, self.not_before = 0, 0.0

    @property
    def waits(self) -> bool:
        """Whether it is too early to try again."""
        return time.monotonic() < self.not_before


class Worker:
    """Sends what is due and runs the jobs, until it is told to stop."""

    def __init__(self, stop: threading.Event, interval: float, batch: int) -> None:
        self.stop, self.interval, self.batch = stop, interval, batch
        self._pace = Pace()
        self._beat_at = self._jobs_at = 0.0
        self._begun = False

    def run(self) -> None:
        """Go round until ``stop`` is set, which ends it between two mails."""
        while not self.stop.is_set():
            try:
                pause = self.round()
            except Exception as error:  # noqa: BLE001 (the database is away, or a mistake: the worker outlives both)
                db.session.rollback()
                log.error("the worker goes on after an error: %s", described(error))
                pause = max(self.interval, ERROR_SECONDS)
            finally:
                db.session.remove()
            self.stop.wait(pause)

    def round(self) -> float:
        """Beat, run the jobs, send a batch, each when its time has come; returns the seconds to wait then."""
        if not self._begun:
            jobs.begin()
            self._begun = True
        now = time.monotonic()
        if now >= self._beat_at:
            self._beat_at = now + BEAT_SECONDS
            jobs.beat(WORKER)
        if now >= self._jobs_at:
            self._jobs_at = now + JOBS_SECONDS
            jobs.run_due()
        if self._pace.waits:
            return self.interval
        done = drain(self.batch, self.stop.is_set)
        if done[Outcome.AWAY]:
            self._pace.away()
            return self.interval
        self._pace.well()
        return 0.0 if done.total() >= self.batch else self.interval


def run_forever(stop: threading.Event, interval: float = 2.0, batch: int = BATCH) -> None:
    """Send what is due and run the jobs until ``stop`` is set. Needs an application context.

    :param interval: seconds between two looks at an empty outbox.
    """
    Worker(stop, interval, batch).run()


def run_once(stop: threading.Event, batch: int = BATCH) -> Counter[Outcome]:
    """Run the jobs that are due, then send until nothing is due or no mail can go. Needs an application context."""
    jobs.begin()
    jobs.beat(WORKER)
    jobs.run_due()
    total: Counter[Outcome] = Counter()
    while not stop.is_set():
        done = drain(batch, stop.is_set)
        total += done
        if done.total() < batch or done[Outcome.AWAY]:
            break
    return total
