"""The keys that private texts are written with. ``python -m portal.core.keys`` prints a new one.

Fernet (AES-128 in CBC mode with an HMAC-SHA-256) from the cryptography package: a text that was altered, or that was
written with a key that is not here, is refused and never comes out as something else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unreadable(click.ClickException):
    """A stored value opens with none of the keys; a command ends with this sentence. Never holds the value."""

    def __init__(self) -> None:
        super().__init__(
            "Something in the database was written with a key that DATA_KEYS does not hold. Put that key back."
        )


class Keyring:
    """One installation's keys: the first writes, all of them read."""

    def __init__(self, keys: Sequence[str]) -> None:
        """:param keys: as ``new_key`` makes them, at least one. :raises ValueError: for one that is no key."""
        fernets = [Fernet(key) for key in keys]
        self._first = fernets[0]
        self._all = MultiFernet(fernets)

    def encrypt(self, text: str) -> str:
        """The text as the database holds it: ASCII, another each time."""
        return self._first.encrypt(text.encode()).decode("ascii")

    def decrypt(self, token: str) -> str:
        """The text again. :raises Unreadable: altered, plain, or written with another key."""
        try:
            return self._all.decrypt(token.encode()).decode()
        except InvalidToken:
            raise Unreadable from None  # the cause would carry nothing but the way into the library

    def renewed(self, token: str) -> str | None:
        """The same text under the first key; None when it is under it already. :raises Unreadable: as ``decrypt``."""
        try:
            self._first.decrypt(token.encode())
        except InvalidToken:
            return self.encrypt(self.decrypt(token))
        return None


def new_key() -> str:
    """A random key for the setting DATA_KEYS."""
    return Fernet.generate_key().decode("ascii")


if __name__ == "__main__":
    sys.stdout.write(f"{new_key()}\n")
