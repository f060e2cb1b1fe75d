"""Languages, and dates as people write them here: må 23.11 kl. 9.14, ma 23.11. klo 9.14, Mon 23 Nov 9:14."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date
from flask import has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale
from flask_login import current_user

from portal.core import clock

if TYPE_CHECKING:
    from portal.core.app import Portal

LANGUAGE_KEY = "language"


class Language(enum.StrEnum):
    """The languages that every text of ours exists in."""

    SV = "sv"
    FI = "fi"
    EN = "en"


# Finland's Swedish differs from Sweden's in dates and numbers; English here follows the day before the month.
LOCALES = {Language.SV: "sv_FI", Language.FI: "fi_FI", Language.EN: "en_GB"}
OWN_NAMES = {Language.SV: "Svenska", Language.FI: "Suomi", Language.EN: "English"}
COUNTY_NAMES = {
    Language.SV: "Mellersta Österbottens välfärdsområde",
    Language.FI: "Keski-Pohjanmaan hyvinvointialue",
    Language.EN: "Wellbeing services county of Central Ostrobothnia",
}
SERVICE_NAMES = {Language.SV: "Rekrybron", Language.FI: "Rekrysilta", Language.EN: "Hirebridge"}

_DAYS = {Language.SV: "EEEEEE d.M", Language.FI: "EEEEEE d.M.", Language.EN: "EEE d MMM"}
_DAYS_WITH_YEAR = {Language.SV: "EEEEEE d.M.y", Language.FI: "EEEEEE d.M.y", Language.EN: "EEE d MMM y"}
_CLOCK_WORDS = {Language.SV: " kl. ", Language.FI: " klo ", Language.EN: " "}


def language() -> Language:
    """The language of the page or mail that is being written."""
    locale = get_locale()
    return Language(locale.language) if locale is not None and locale.language in set(Language) else Language.SV


def choose_locale() -> str:
    """The reader's own setting, else the choice of this visit, else the browser's, else Swedish."""
    chosen = None
    if has_request_context():
        if current_user and current_user.is_authenticated:
            chosen = current_user.language
        chosen = chosen or session.get(LANGUAGE_KEY) or request.accept_languages.best_match([*Language])
    return LOCALES[Language(chosen) if chosen in set(Language) else Language.SV]


@contextmanager
def in_language(code: Language) -> Iterator[None]:
    """Write what is inside in this language, whoever is signed in: for mails and for candidates' pages."""
    with force_locale(LOCALES[code]):
        yield


def day(value: date | datetime) -> str:
    """A day, with its year only when that is not the present one."""
    value = clock.local(value).date() if isinstance(value, datetime) else value
    code = language()
    pattern = (_DAYS if value.year == clock.today().year else _DAYS_WITH_YEAR)[code]
    text = format_date(value, pattern, locale=Locale.parse(LOCALES[code]))
    return text.replace(".", "", 1) if code is Language.SV and text[2:3] == "." else text


def month(value: date) -> str:
    """A month with its year: "januari 2027"."""
    return format_date(value, "LLLL y", locale=Locale.parse(LOCALES[language()]))


def moment(value: datetime) -> str:
    """A day and a time of day on Helsinki's clock."""
    wall = clock.local(value)
    code = language()
    sign = ":" if code is Language.EN else "."
    return f"{day(value)}{_CLOCK_WORDS[code]}{wall.hour}{sign}{wall.minute:02d}"


def listed(words: Iterable[object], *, names_in_english: bool = False) -> str:
    """Words in a row, "Day, evening": the first as it is, the later ones without their capital.

    Abbreviations (MIG) keep theirs. ``names_in_english``: the words are names of languages, which English alone
    writes with a capital.
    """
    first, *rest = [str(word) for word in words] or [""]
    keep = names_in_english and language() is Language.EN
    return ", ".join([first, *(word if keep or word[1:2].isupper() else word[:1].lower() + word[1:] for word in rest)])


def service_name(app: Portal) -> str:
    """The installation's own name for the service, or the neutral one of the language."""
    return app.config["PORTAL"].portal_name or SERVICE_NAMES[language()]


def county_name(app: Portal) -> str:
    """The installation's county as it is set, or this region's in the reader's language."""
    return app.config["PORTAL"].county or COUNTY_NAMES[language()]


def init_i18n(app: Portal) -> None:
    """Choose the language per reader and give templates the date filters."""
    Babel(app, locale_selector=choose_locale)
    app.jinja_env.filters.update(day=day, moment=moment, listed=listed)
