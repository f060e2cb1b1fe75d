"""Quiet hours: what can wait leaves in the day, what is urgent at once, and nothing held is taken for an outage."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from config import BadConfig, Config
from portal.core import clock
from portal.core.app import Portal
from portal.outbox.health import outbox_health
from portal.outbox.hours import Hours
from portal.outbox.worker import drain
from tests.outbox.kit import MakeKind, Queue
from tests.outbox.smtp import MailServer

QUARTER = timedelta(minutes=15)


def local(day: str, at: str) -> datetime:
    """An instant by Helsinki's clock; of a doubled hour, the first."""
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=clock.HELSINKI).astimezone(UTC)


def quiet(app: Portal, monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
    """Give the installation other hours."""
    config = dataclasses.replace(app.config["PORTAL"], **settings)
    monkeypatch.setitem(app.config, "PORTAL", config)


# Both nights of the clock change, whose hours are 25 and 23, and one between them.
@pytest.mark.parametrize("day", ["2026-10-25", "2027-03-28", "2026-12-10"])
def test_what_can_wait_leaves_in_the_day_and_what_is_urgent_at_once(
    app: Portal,
    server: MailServer,
    queue: Queue,
    make_kind: MakeKind,
    monkeypatch: pytest.MonkeyPatch,
    day: str,
) -> None:
    quiet(app, monkeypatch, mail_from_hour=7, mail_until_hour=19)
    question, alarm = make_kind("test_question"), make_kind("test_alarm", urgent=True)
    eve = (datetime.fromisoformat(day) - timedelta(days=1)).date().isoformat()

    def out(on: str, at: str) -> list[str]:
        traveller.move_to(local(on, at))
        drain()
        found = [str(mail.message["Subject"]).rpartition(" ")[2] for mail in server.accepted]
        server.accepted.clear()
        return found

    with time_machine.travel(local(eve, "18:59"), tick=False) as traveller:
        queue(title="evening", kind=question)
        assert out(eve, "18:59:59") == ["evening"]
        traveller.move_to(local(eve, "19:00"))
        queue(title="waits", kind=question)
        queue(title="now", kind=alarm)
        assert out(eve, "19:00") == ["now"]
        assert out(eve, "23:30") == []
        assert outbox_health() | {"failed": 0} == outbox_health()
        for at in ("00:30", "03:30", "06:59:59"):
            traveller.move_to(local(day, at))
            assert (outbox_health()["ok"], outbox_health()["held"]) == (True, 1)
            assert outbox_health()["oldest_unsent_seconds"] is None
            assert out(day, at) == []
        # nobody is blamed in the morning for the night either, but then the quarter of an hour runs
        for at, well in (("07:00", True), ("07:14", True), ("07:16", False)):
            traveller.move_to(local(day, at))
            assert outbox_health()["ok"] is well, at
        assert out(day, "07:16") == ["waits"]
        assert outbox_health()["ok"]


def test_a_setting_that_was_changed_holds_for_what_waits_already(
    app: Portal, server: MailServer, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(local("2026-12-10", "20:30"), tick=False):
        quiet(app, monkeypatch, mail_from_hour=7, mail_until_hour=19)
        queue()
        assert drain().total() == 0
        quiet(app, monkeypatch, mail_from_hour=7, mail_until_hour=21)
        assert drain().total() == 1
    assert len(server.accepted) == 1


def test_what_ought_to_have_left_before_the_evening_is_late_all_night(
    app: Portal, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet(app, monkeypatch, mail_from_hour=7, mail_until_hour=19)
    with time_machine.travel(local("2026-12-10", "18:40"), tick=False) as traveller:
        queue()
        traveller.move_to(local("2026-12-10", "18:54"))
        assert outbox_health()["ok"]
        for day, at in (("2026-12-10", "18:56"), ("2026-12-11", "02:00"), ("2026-12-11", "07:01")):
            traveller.move_to(local(day, at))
            assert not outbox_health()["ok"]
            assert outbox_health()["held"] == 0


@pytest.mark.parametrize(
    ("hours", "moment", "earliest"),
    [
        (Hours(0, 24), ("2026-12-10", "00:05"), ("2026-12-09", "23:50")),
        (Hours(7, 19), ("2026-12-10", "12:00"), ("2026-12-10", "11:45")),
        (Hours(7, 19), ("2026-12-10", "07:05"), ("2026-12-09", "18:50")),
        (Hours(7, 19), ("2026-12-10", "07:00"), ("2026-12-09", "18:45")),
        (Hours(7, 19), ("2026-12-10", "22:00"), ("2026-12-10", "18:45")),
        (Hours(7, 24), ("2026-12-10", "07:05"), ("2026-12-09", "23:50")),
        (Hours(3, 5), ("2027-03-28", "04:10"), ("2027-03-27", "04:55")),  # the third hour does not exist
        (Hours(3, 5), ("2026-10-25", "04:10"), ("2026-10-25", "03:55+02:00")),  # it comes twice
    ],
)
def test_only_open_time_counts_as_waiting(hours: Hours, moment: tuple[str, str], earliest: tuple[str, str]) -> None:
    day, at = earliest
    wanted = datetime.fromisoformat(f"{day}T{at}") if "+" in at else local(day, at)
    assert hours.back(local(*moment), QUARTER) == wanted


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("MAIL_FROM_HOUR", "19"),
        ("MAIL_FROM_HOUR", "seven"),
        ("MAIL_UNTIL_HOUR", "25"),
        ("MAIL_UNTIL_HOUR", "7"),
        ("MAIL_DIGEST_AT", "half past seven"),
    ],
)
def test_hours_that_are_none_keep_the_portal_from_starting(app: Portal, setting: str, value: str) -> None:
    settings = app.config["PORTAL"]
    environ = {
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
        "DATA_KEYS": settings.data_keys[0],
        "MAIL_SENDER": "a@b.example",
    }
    read = Config.from_environ({**environ, "MAIL_DIGEST_AT": "06:15"})
    assert (read.mail_from_hour, read.mail_until_hour, read.mail_digest_at.isoformat()) == (7, 19, "06:15:00")
    with pytest.raises(BadConfig, match=setting):
        Config.from_environ({**environ, setting: value})
