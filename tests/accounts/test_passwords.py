"""Which passwords are good enough, and that they are kept as the policy says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from portal.accounts import passwords
from portal.core.app import Portal


@pytest.fixture(autouse=True)
def _page(app: Portal) -> Any:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize(
    "password",
    [
        "tre gröna hästar på isen",
        "vanha kuusi seisoo mäellä",
        "Ørjan købte 雨傘 i går kveld",
        "grävling tvekar trampolin",
        "x9$Lq!v2#Rw7&Zp4",
    ],
)
def test_long_passwords_of_any_language_are_taken(password: str) -> None:
    assert passwords.problem(password, ["Anna Berg", "anna@bageri.example", "Bageriet Ab"]) is None


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("fjorton tecken", "at least 15"),
        ("tre gröna hästar " * 8, "too long"),
        ("ä" * 520, "too long"),
        ("password12345678", "easy to guess"),
        ("Salasana Salasana 2026", "easy to guess"),
        ("Rekrysilta-2026-Rekrysilta", "easy to guess"),
        ("qwertyuiopasdfgh", "easy to guess"),
        ("abcdefghijklmnop", "easy to guess"),
        ("aaaaaaaaaaaaaaaaaaaa", "easy to guess"),
        ("123456789012345678", "easy to guess"),
        ("abcabcabcabcabcabc", "easy to guess"),
        ("Anna Berg Bageriet 1974", "easy to guess"),
        ("sommar2026!Kokkola", "easy to guess"),
        ("tre gröna\x00 hästar på isen", "cannot be saved"),
    ],
)
def test_short_long_and_easy_passwords_are_refused(password: str, says: str) -> None:
    sentence = passwords.problem(password, ["Anna Berg", "anna@bageri.example", "Bageriet Ab"])
    assert sentence is not None
    assert says in sentence


def test_a_password_is_kept_with_argon2id_at_the_agreed_cost() -> None:
    kept = passwords.hash_password("tre gröna hästar på isen")
    found = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$.+", kept)
    assert found is not None
    memory, rounds, lanes = map(int, found.groups())
    assert memory >= 19_456
    assert rounds >= 2
    assert lanes >= 1
    assert passwords.matches(kept, "tre gröna hästar på isen")
    assert not passwords.matches(kept, "tre gröna hästar på isen ")


def test_the_same_signs_composed_otherwise_are_the_same_password() -> None:
    kept = passwords.hash_password("tre gr\u00f6na h\u00e4star på isen")
    assert passwords.matches(kept, "tre gro\u0308na ha\u0308star på isen")


def test_more_than_a_kilobyte_is_refused_before_any_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object) -> bool:
        raise AssertionError("work was spent on it")

    monkeypatch.setattr(passwords, "_hasher", type("Never", (), {"hash": never, "verify": never}))
    assert passwords.problem("x" * 1025) is not None
    assert not passwords.matches("$argon2id$whatever", "x" * 1025)


def test_nobody_has_the_password_that_unknown_addresses_are_compared_with() -> None:
    assert not passwords.matches(None, "nobody has this password: it is compared with, never matched")
