"""Signed tokens, above all of mailed links. The database keeps only an id; without the secret key it makes no link."""

from __future__ import annotations

import hmac

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"link:{purpose}")


def sign(purpose: str, token_id: str) -> str:
    """The token of a link, or of what a browser keeps for us, good for its one purpose."""
    token = _serializer(purpose).dumps(token_id)
    return token if isinstance(token, str) else token.decode()


def unsign(purpose: str, token: str) -> str | None:
    """The id inside a token, or None when it was not signed by us for this purpose."""
    try:
        value = _serializer(purpose).loads(token)
    except BadSignature:
        return None
    return value if isinstance(value, str) else None


def key_for(purpose: str, secret: str) -> bytes:
    """A key of 32 bytes for one purpose alone, drawn from a secret of the settings."""
    return hmac.digest(secret.encode(), f"key:{purpose}".encode(), "sha256")


def keyed_digest(purpose: str, text: str) -> str:
    """SHA-256 of a text, keyed with the secret key and a purpose: shows that texts are equal, and nothing of them."""
    key = key_for(f"digest:{purpose}", current_app.config["SECRET_KEY"])
    return hmac.digest(key, text.encode(), "sha256").hex()
