"""Why the mail server cannot be used, as a worker found it last: for ``/healthz`` and the administrator's page.

Kept beside the workers' heartbeats, under a name that holds the server's codes.
"""

from __future__ import annotations

import enum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.outbox import jobs
from portal.outbox.queries import AWAY

MAX_CODES = 60


class Reason(enum.StrEnum):
    """What is the matter."""

    SIGN_IN = "sign_in_refused"
    NOT_OFFERED = "not_offered"
    ENCRYPTION = "not_encrypted"
    TURNED_AWAY = "turned_away"
    UNREACHABLE = "unreachable"


# These do not pass by themselves: somebody has to look, at once.
LASTING = {Reason.SIGN_IN, Reason.NOT_OFFERED, Reason.ENCRYPTION}
SENTENCES: dict[Reason, LazyString] = {
    Reason.SIGN_IN: _l("The mail server refuses the portal’s sign-in. Look at MAIL_USERNAME and MAIL_PASSWORD."),
    Reason.NOT_OFFERED: _l(
        "The mail server does not offer the encryption or the sign-in that the settings ask for."
        " Look at MAIL_USE_TLS and MAIL_PORT."
    ),
    Reason.ENCRYPTION: _l(
        "The connection to the mail server could not be encrypted, or its certificate is not to be trusted."
        " Look at MAIL_SERVER and the certificate."
    ),
    Reason.TURNED_AWAY: _l("The mail server answers, and turns the portal away."),
    Reason.UNREACHABLE: _l("The mail server does not answer. Look whether it runs, and at MAIL_SERVER and MAIL_PORT."),
}
_SIGN_IN_CODES = {"530", "534", "535", "538"}


def note(codes: str) -> None:
    """A worker could not use the server: remember why, instead of what was remembered before. Commits."""
    name = f"{AWAY}{codes[:MAX_CODES]}"
    jobs.forget(AWAY, but=name)
    jobs.beat(name)


def well() -> None:
    """A worker could use it: there is nothing to remember. Commits."""
    jobs.forget(AWAY)


def reason_of(codes: str) -> Reason:
    """What the codes of ``sending.Away`` mean."""
    code = codes.partition(" ")[0]
    if code in _SIGN_IN_CODES:
        return Reason.SIGN_IN
    if code == "SMTPNotSupportedError":
        return Reason.NOT_OFFERED
    if code.startswith("SSL"):
        return Reason.ENCRYPTION
    return Reason.TURNED_AWAY if code.isdigit() else Reason.UNREACHABLE
