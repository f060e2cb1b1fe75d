"""Which addresses the portal writes to at all."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

MAX_CHARACTERS = 254


def acceptable_address(text: str) -> str:
    """An address in its usual form: lower-case domain, no space around it.

    :param text: as somebody wrote it. Names in it ("Anna <anna@…>") are refused.
    :raises ValueError: when no mail server would take it. Signs beyond ASCII before the @ are refused too, since many
        servers cannot pass them on; an international domain is fine. Nothing is asked of the network.
    """
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    if len(checked.normalized) > MAX_CHARACTERS:
        raise ValueError("The address is too long.")
    return checked.normalized


def host_in_ids(host: str) -> str:
    """A host as the right side of a Message-ID and the name in EHLO, where an IPv6 address needs brackets."""
    return f"[IPv6:{host}]" if ":" in host else host or "localhost"
