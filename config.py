"""The one place where the environment is read.

``Config.from_environ()`` gives the settings of a running portal; tests build a ``Config`` by hand.
A setting that would make the portal unsafe is refused here with a sentence, before anything starts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit

from portal.core.keys import Keyring

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BadConfig(SystemExit):
    """The environment asks for something that is not safe; the message says what to change."""


@dataclass(frozen=True)
class Periods:
    """How long things are kept, in days counted in Helsinki (``domain.md``, "What becomes of old data").

    :param candidate: without activity, until a candidate's data is erased.
    :param history: an ended proposal stays in the employer's history.
    :param user: without a sign-in or an answered link, until an account is erased.
    :param access_log: a row of the access log is kept; longer than all that it speaks of.
    :param warning: somebody is told so long before an erasing.
    """

    candidate: int = 730
    history: int = 183
    user: int = 730
    access_log: int = 4383  # twelve years, as logs of the use of client data are kept in Finland (703/2023)
    warning: int = 30

    def refuse_nonsense(self) -> None:
        """:raises BadConfig: for periods that contradict each other."""
        for name, days in (("KEEP_CANDIDATE_DAYS", self.candidate), ("KEEP_USER_DAYS", self.user)):
            if days <= self.warning:
                raise BadConfig(f"{name} must be longer than KEEP_WARNING_DAYS, or nobody can be warned in time.")
        if self.access_log <= max(self.candidate, self.user, self.history):
            raise BadConfig("KEEP_ACCESS_LOG_DAYS must be longer than every other KEEP_… period.")


@dataclass(frozen=True, kw_only=True)
class Config:
    """Settings of one installation. Times are in the unit that the name says."""

    data_dir: Path
    database_url: str
    secret_key: str
    data_keys: tuple[str, ...]  # what candidates' data is encrypted with; the first writes, all read
    audit_key: str = ""  # seals the logs; after a comma, keys that sealed earlier. Empty: the secret key
    base_url: str = "http://127.0.0.1:8000"
    portal_name: str = ""  # empty: the neutral name of the reader's language
    county: str = ""  # empty: Central Ostrobothnia, in the reader's language
    contact_phone: str = ""  # shown on public pages; with neither, they name the county's exchange
    contact_email: str = ""
    demo: bool = False
    mail_server: str = "127.0.0.1"
    mail_port: int = 25
    mail_username: str | None = None
    mail_password: str | None = None
    mail_tls: bool = False
    mail_sender: str = "no-reply@rekrybron.example"
    mail_timeout_seconds: int = 20
    mail_from_hour: int = 7  # mail that can wait leaves from this hour in Helsinki …
    mail_until_hour: int = 19  # … until before this one; 0 and 24: at all hours
    mail_digest_at: time = time(7, 30)  # when one mail a day is made for those who chose it, in Helsinki
    max_content_bytes: int = 1_000_000
    throttles: bool = True
    rare_below: int = 5  # a value that fewer people on the books share is shown coarser
    periods: Periods = Periods()
    erased_list: Path | None = None  # None: a file in data_dir
    erased_list_key: str = ""  # empty: secret_key
    proxies: int = 0  # web servers in front, whose word on a visitor's address and on TLS is taken
    extra: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read the settings from the environment.

        :param environ: the variables; the process's own by default.
        :returns: a checked ``Config``.
        :raises BadConfig: with one sentence, when a setting is missing or unsafe.
        """
        env = os.environ if environ is None else environ
        demo = env.get("PORTAL_DEMO", "") == "1"
        data_dir = Path(env.get("DATA_DIR") or "var").resolve()
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        base_url = (env.get("PORTAL_BASE_URL") or _default_base_url(env)).rstrip("/")
        config = cls(
            data_dir=data_dir,
            database_url=_database_url(env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'portal.db'}"),
            secret_key=env.get("SECRET_KEY", ""),
            audit_key=env.get("AUDIT_KEY", ""),
            data_keys=_data_keys(env),
            base_url=base_url,
            portal_name=env.get("PORTAL_NAME", ""),
            county=env.get("PORTAL_COUNTY", ""),
            contact_phone=env.get("PORTAL_CONTACT_PHONE", ""),
            contact_email=env.get("PORTAL_CONTACT_EMAIL", ""),
            demo=demo,
            mail_server=env.get("MAIL_SERVER") or "127.0.0.1",
            mail_port=_port(env, "MAIL_PORT", 25),
            proxies=_proxies(env, 1 if base_url.startswith("https://") else 0),
            periods=_periods(env),
            erased_list=Path(env["ERASED_LIST"]).resolve() if env.get("ERASED_LIST") else None,
            erased_list_key=env.get("ERASED_LIST_KEY", ""),
            mail_username=env.get("MAIL_USERNAME") or None,
            mail_password=env.get("MAIL_PASSWORD") or None,
            mail_tls=env.get("MAIL_USE_TLS", "") == "1",
            rare_below=_count(env, "RARE_BELOW", 5, 3, 50),
            # who tries the demonstration in the evening wants to see its mails
            mail_from_hour=_hour(env, "MAIL_FROM_HOUR", 0 if demo else 7),
            mail_until_hour=_hour(env, "MAIL_UNTIL_HOUR", 24 if demo else 19),
            mail_digest_at=_time_of_day(env, "MAIL_DIGEST_AT", time(7, 30)),
            mail_sender=env.get("MAIL_SENDER") or ("no-reply@rekrybron.example" if demo else ""),
        )
        config.refuse_unsafe()
        return config

    @property
    def host(self) -> str:
        """The host of ``base_url``, the only one that requests may name beside loopback."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_https(self) -> bool:
        """Whether readers reach the portal over TLS; decides cookie names and HSTS."""
        return self.base_url.startswith("https://")

    def refuse_unsafe(self) -> None:
        """:raises BadConfig: when secrets, the address or the sender are missing or unsafe."""
        if len(self.secret_key) < 32:
            raise BadConfig("Set SECRET_KEY to at least 32 random characters; links and sessions are signed with it.")
        if self.audit_key and any(len(key.strip()) < 32 for key in self.audit_key.split(",")):
            raise BadConfig("Each key in AUDIT_KEY must be at least 32 random characters; the logs are sealed with it.")
        try:
            Keyring(self.data_keys)
        except (ValueError, IndexError):
            raise BadConfig(
                "Set DATA_KEYS to a key that `python -m portal.core.keys` prints; "
                "several are separated by commas, and the first one encrypts."
            ) from None
        if not self.is_https and not self.demo and self.host not in LOOPBACK:
            raise BadConfig("PORTAL_BASE_URL must start with https:// unless the portal runs on this machine alone.")
        if not self.mail_sender:
            raise BadConfig("Set MAIL_SENDER to the address that the portal's mails come from.")
        if not 0 <= self.mail_from_hour < self.mail_until_hour <= 24:
            raise BadConfig("MAIL_FROM_HOUR must be an earlier hour of the day than MAIL_UNTIL_HOUR.")
        if self.erased_list_key and len(self.erased_list_key) < 32:
            raise BadConfig("ERASED_LIST_KEY must be the SECRET_KEY that the list of erased people began with.")
        self.periods.refuse_nonsense()

    def flask_settings(self) -> dict[str, object]:
        """The same settings under the names that Flask and its extensions read."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            # an error of the database says which statement, never with what: that may be a candidate's
            "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
            "MAX_CONTENT_LENGTH": self.max_content_bytes,
            "MAX_FORM_MEMORY_SIZE": self.max_content_bytes,
            "MAX_FORM_PARTS": 1000,
            "TRUSTED_HOSTS": sorted({self.host, *LOOPBACK} - {""}),
            "SESSION_COOKIE_NAME": "__Host-portal" if self.is_https else "portal",
            "SESSION_COOKIE_SECURE": self.is_https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": 12 * 3600,
            "WTF_CSRF_TIME_LIMIT": None,  # as long as the session, so that a slow writer loses nothing
            # the token and SameSite are the guard; a referrer is never sent from pages behind a mailed link
            "WTF_CSRF_SSL_STRICT": False,
            "BABEL_DEFAULT_LOCALE": "sv_FI",
            "BABEL_DEFAULT_TIMEZONE": "Europe/Helsinki",
            "BABEL_TRANSLATION_DIRECTORIES": str(Path(__file__).parent / "portal" / "translations"),
            "BOOTSTRAP_SERVE_LOCAL": True,
            "RATELIMIT_ENABLED": self.throttles,
            "RATELIMIT_STORAGE_URI": "memory://",
            "MAIL_SERVER": self.mail_server,
            "MAIL_PORT": self.mail_port,
            "MAIL_USERNAME": self.mail_username,
            "MAIL_PASSWORD": self.mail_password,
            "MAIL_USE_TLS": self.mail_tls,
            "MAIL_DEFAULT_SENDER": self.mail_sender,
            "PORTAL": self,
            **self.extra,
        }


def _default_base_url(env: Mapping[str, str]) -> str:
    return f"http://{env.get('HOST') or '127.0.0.1'}:{_port(env, 'PORT', 8000)}"


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int, what: str) -> int:
    """A setting in plain figures. :raises BadConfig: that says ``what`` it must be."""
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise BadConfig(f"{name} must be {what}, not “{text}”.")
    return int(text)


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    return _number(env, name, default, 1, 65535, "a port number between 1 and 65535")


def _data_keys(env: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(key for text in env.get("DATA_KEYS", "").split(",") if (key := text.strip()))


def _count(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    return _number(env, name, default, least, most, f"a number of people from {least} to {most}")


def _periods(env: Mapping[str, str]) -> Periods:
    usual = Periods()
    return Periods(
        candidate=_days(env, "KEEP_CANDIDATE_DAYS", usual.candidate),
        history=_days(env, "KEEP_PROPOSAL_HISTORY_DAYS", usual.history),
        user=_days(env, "KEEP_USER_DAYS", usual.user),
        access_log=_days(env, "KEEP_ACCESS_LOG_DAYS", usual.access_log),
        warning=_days(env, "KEEP_WARNING_DAYS", usual.warning),
    )


def _days(env: Mapping[str, str], name: str, default: int) -> int:
    return _number(env, name, default, 1, 36_525, "a number of days between 1 and 36525")


def _hour(env: Mapping[str, str], name: str, default: int) -> int:
    return _number(env, name, default, 0, 24, "a full hour of the day from 0 to 24")


def _time_of_day(env: Mapping[str, str], name: str, default: time) -> time:
    text = env.get(name, "")
    try:
        return time.fromisoformat(text).replace(second=0, tzinfo=None) if text else default
    except ValueError:
        raise BadConfig(f"{name} must be a time of day such as 07:30, not “{text}”.") from None


def _proxies(env: Mapping[str, str], default: int) -> int:
    what = "how many web servers stand in front of the portal, 0 to 9"
    return _number(env, "PROXIES", default, 0, 9, what)


def _database_url(url: str) -> str:
    """Name the driver that is installed, whichever way the administrator wrote PostgreSQL."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
