"""When somebody is warned and erased: the day before, the day itself and the day after, in Helsinki."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from config import BadConfig, Config, Periods
from portal.privacy.rules import Standing, erase_on, may_erase, may_warn
from tests.own_database import DATA_KEY

PERIODS = {"period": 730, "warning": 30}
ACTIVE = date(2024, 2, 29)
GOES = ACTIVE + timedelta(days=730)
WARNED = ACTIVE + timedelta(days=700)


@pytest.mark.parametrize(("shift", "due"), [(-1, False), (0, True), (1, True)])
def test_the_warning_comes_thirty_days_before(shift: int, due: bool) -> None:
    assert may_warn(Standing(last_active_on=ACTIVE), WARNED + timedelta(days=shift), **PERIODS) is due


@pytest.mark.parametrize(("shift", "due"), [(-1, False), (0, True), (1, True)])
def test_the_data_goes_on_the_day_and_not_before(shift: int, due: bool) -> None:
    standing = Standing(last_active_on=ACTIVE, warned_on=WARNED)
    assert may_erase(standing, GOES + timedelta(days=shift), **PERIODS) is due
    assert erase_on(standing, **PERIODS) == GOES


def test_nobody_goes_without_a_warning_or_while_something_is_live() -> None:
    late = GOES + timedelta(days=400)
    assert not may_erase(Standing(last_active_on=ACTIVE), late, **PERIODS)
    assert not may_erase(Standing(last_active_on=ACTIVE, warned_on=WARNED, live=True), late, **PERIODS)
    assert not may_warn(Standing(last_active_on=ACTIVE, live=True), late, **PERIODS)
    assert not may_warn(Standing(last_active_on=ACTIVE, warned_on=WARNED), late, **PERIODS)


def test_who_was_warned_late_is_erased_late() -> None:
    standing = Standing(last_active_on=ACTIVE, warned_on=GOES + timedelta(days=10))
    assert erase_on(standing, **PERIODS) == GOES + timedelta(days=40)
    assert not may_erase(standing, GOES + timedelta(days=39), **PERIODS)
    assert may_erase(standing, GOES + timedelta(days=40), **PERIODS)


# Settings

ENV = {"SECRET_KEY": "k" * 40, "MAIL_SENDER": "a@portal.example", "DATA_KEYS": DATA_KEY}


def test_every_period_is_a_setting(tmp_path: object) -> None:
    env = {
        **ENV,
        "DATA_DIR": str(tmp_path),
        "KEEP_CANDIDATE_DAYS": "400",
        "KEEP_PROPOSAL_HISTORY_DAYS": "90",
        "KEEP_USER_DAYS": "500",
        "KEEP_ACCESS_LOG_DAYS": "900",
        "KEEP_WARNING_DAYS": "14",
    }
    assert Config.from_environ(env).periods == Periods(400, 90, 500, 900, 14)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KEEP_ACCESS_LOG_DAYS", "730", "longer than every other"),
        ("KEEP_WARNING_DAYS", "730", "longer than KEEP_WARNING_DAYS"),
        ("KEEP_CANDIDATE_DAYS", "30", "longer than KEEP_WARNING_DAYS"),
        ("KEEP_USER_DAYS", "0", "number of days"),
        ("KEEP_CANDIDATE_DAYS", "two years", "number of days"),
        ("KEEP_CANDIDATE_DAYS", "-5", "number of days"),
        ("ERASED_LIST_KEY", "short", "ERASED_LIST_KEY"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(tmp_path: object, name: str, value: str, said: str) -> None:
    with pytest.raises(BadConfig, match=said):
        Config.from_environ({**ENV, "DATA_DIR": str(tmp_path), name: value})
