"""A need as people read it: headed lines of words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from portal.core import reference
from portal.core.i18n import OWN_NAMES, day, language, listed
from portal.core.work import LICENCE_NAMES, SHIFT_NAMES
from portal.openings.content import LANGUAGE_NAMES, Content
from portal.openings.models import (
    ADAPTATION_NAMES,
    DEMAND_NAMES,
    EMPLOYMENT_TYPE_NAMES,
    Opening,
)


@dataclass(frozen=True)
class Line:
    """A label and what stands beside it. ``own_words``: the employer's, in the need's own language."""

    field: str
    label: str
    value: str
    own_words: bool = False


@dataclass(frozen=True)
class Part:
    """Lines under a heading; a part without a line that says something is left out."""

    heading: str
    lines: list[Line]


def hours(thing: Opening | Content) -> str:
    """Hours a week as a span, or as one figure."""
    if thing.hours_min == thing.hours_max:
        return str(_("%(hours)d h a week", hours=thing.hours_min))
    return str(_("%(least)d–%(most)d h a week", least=thing.hours_min, most=thing.hours_max))


def place(code: str) -> str:
    """A municipality's name."""
    return reference.label(reference.municipality(code), language())


def occupation(key: str) -> str:
    """An occupation's name with a capital."""
    return _capital(reference.label(reference.occupation(key), language()))


def headline(opening: Opening) -> str:
    """Where and how much, on one line."""
    people = ngettext("%(num)d person", "%(num)d people", opening.people)
    return f"{place(opening.municipality)} · {hours(opening)} · {people}"


def parts(content: Content, workplace: str = "", contacts: Iterable[str] = ()) -> list[Part]:
    """The whole need.

    :param workplace: the site's name; ``contacts``: the contact persons' names.
    """
    site = f"{workplace}, {place(content.municipality)}" if workplace else place(content.municipality)
    pairs = [
        (
            _("The job"),
            [
                Line("title", _("Title"), content.title, own_words=True),
                Line("occupation", _("Occupation"), occupation(content.occupation)),
                Line("municipality", _("Where"), site),
                Line("hours", _("Hours"), hours(content)),
                Line("people", _("How many people"), str(content.people)),
                Line("shifts", _("Shifts"), _named(SHIFT_NAMES, content.shifts)),
                Line("tasks", _("Tasks"), content.tasks, own_words=True),
            ],
        ),
        (
            _("What we can adapt"),
            [Line("adaptations", _("Can be adapted"), _named(ADAPTATION_NAMES, content.adaptations))],
        ),
        (
            _("Skills"),
            [
                Line("skills_required", _("Needed"), _skills(content.skills_required)),
                Line("skills_welcome", pgettext("skills", "Welcome"), _skills(content.skills_welcome)),
                Line("languages", _("Languages needed"), _levels(content.languages)),
                Line("driving_licence", _("Driving licence"), str(LICENCE_NAMES.get(content.driving_licence, ""))),
            ],
        ),
        (
            _("Pay and contract"),
            [
                Line(
                    "paid_work",
                    _("Paid work"),
                    _("Yes, by the collective agreement or the going wage") if content.paid_work else "",
                ),
                Line("pay", _("Pay"), content.pay, own_words=True),
                Line(
                    "employment_type",
                    _("Contract"),
                    str(EMPLOYMENT_TYPE_NAMES[content.employment_type]) if content.employment_type else "",
                ),
                Line("starts_on", _("Starts"), day(content.starts_on) if content.starts_on else ""),
                Line("last_day", _("Last day to answer"), day(content.last_day) if content.last_day else ""),
            ],
        ),
        (
            _("Practical things"),
            [
                Line("demands", _("The work means"), _named(DEMAND_NAMES, content.demands)),
                Line(
                    "languages_at_work",
                    _("Spoken at work"),
                    _named(LANGUAGE_NAMES, content.languages_at_work, names_in_english=True),
                ),
                Line("contacts", _("Contact persons"), ", ".join(contacts)),
                Line("language", _("Written in"), OWN_NAMES[content.language]),
            ],
        ),
    ]
    return [Part(heading, said) for heading, lines in pairs if (said := [line for line in lines if line.value])]


def differences(saved: list[Part], typed: list[Part]) -> list[tuple[str, str, str]]:
    """(label, saved, typed) of every line in which two versions differ."""
    before = {line.field: line for part in saved for line in part.lines}
    after = {line.field: line for part in typed for line in part.lines}
    labels = {**before, **after}
    return [
        (line.label, before[name].value if name in before else "", after[name].value if name in after else "")
        for name, line in labels.items()
        if (before[name].value if name in before else "") != (after[name].value if name in after else "")
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _named(names: Mapping[Any, Any], chosen: Iterable[Any], *, names_in_english: bool = False) -> str:
    return listed((names[one] for one in chosen if one in names), names_in_english=names_in_english)


def _skills(keys: Iterable[str]) -> str:
    return _capital(", ".join(reference.label(reference.skill(key), language()) for key in keys))


def _levels(languages: Mapping[str, str]) -> str:
    words = (f"{LANGUAGE_NAMES[code]} {level}" for code, level in languages.items() if code in LANGUAGE_NAMES)
    return listed(words, names_in_english=True)
