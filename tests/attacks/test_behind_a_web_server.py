"""The portal behind the web server that speaks TLS for it: who visits, and pages that send no referrer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import request

from config import BadConfig, Config
from portal import create_app
from portal.core.app import Portal
from tests.own_database import DATA_KEY

SECRET = "a secret that is long enough for the tests alone"
FORWARDED = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9", "X-Forwarded-Proto": "https", "Host": "portal.example"}


def _portal(folder: Path, base_url: str, **environ: str) -> Portal:
    settings = {
        "DATA_DIR": str(folder),
        "SECRET_KEY": SECRET,
        "DATA_KEYS": DATA_KEY,
        "PORTAL_BASE_URL": base_url,
        "MAIL_SENDER": "a@b.example",
    }
    config = Config.from_environ({**settings, **environ})
    return create_app(Config(**{**vars(config), "throttles": False}))


@pytest.mark.parametrize(
    ("base_url", "environ", "visitor"),
    [
        ("https://portal.example", {}, "203.0.113.9"),
        ("https://portal.example", {"PROXIES": "2"}, "198.51.100.7"),
        ("https://portal.example", {"PROXIES": "0"}, "127.0.0.1"),
        ("http://127.0.0.1:8000", {}, "127.0.0.1"),
    ],
)
def test_visitors_are_told_apart_by_the_word_of_the_web_server_in_front_alone(
    tmp_path: Path, base_url: str, environ: dict[str, str], visitor: str
) -> None:
    headers = {**FORWARDED, "Host": base_url.split("/")[2]}
    with _portal(tmp_path, base_url, **environ).test_client() as browser:
        browser.get("/", headers=headers)
        assert request.remote_addr == visitor


def test_a_press_from_a_page_that_sends_no_referrer_counts_over_tls(tmp_path: Path) -> None:
    browser = _portal(tmp_path, "https://portal.example").test_client()
    page = browser.get("/", headers=FORWARDED, base_url="https://portal.example")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    sent = {"language": "fi", "next": "/"}
    answers = [
        browser.post("/language", data=data, headers=FORWARDED, base_url="https://portal.example").status_code
        for data in ({**sent, "csrf_token": token[1]}, sent)
    ]
    assert answers == [302, 400]


@pytest.mark.parametrize("count", ["-1", "many", "10", "1.5"])
def test_a_senseless_number_of_web_servers_is_refused(tmp_path: Path, count: str) -> None:
    with pytest.raises(BadConfig, match="PROXIES"):
        _portal(tmp_path, "https://portal.example", PROXIES=count)
