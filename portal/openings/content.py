"""What an employer writes about a need, as plain values, and the rules that only other rows can answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts.models import User
from portal.core import clock, reference
from portal.core.errors import Invalid
from portal.core.i18n import Language, language
from portal.core.work import Level, Shift
from portal.employers.models import Workplace
from portal.openings.models import Adaptation, Demand, EmploymentType, Opening

MAX_HOURS = 60  # a week; above it nobody works by a collective agreement
MAX_PEOPLE = 200

# What is asked for at work, and what is spoken there.
LANGUAGE_NAMES = {
    "sv": _l("Swedish"),
    "fi": _l("Finnish"),
    "en": _l("English"),
    "et": _l("Estonian"),
    "ru": _l("Russian"),
    "uk": _l("Ukrainian"),
}
ASKED_LANGUAGES = ("sv", "fi", "en")


@dataclass(frozen=True, kw_only=True)
class Content:
    """The need in its writer's words. ``contacts`` and ``workplace`` are public ids; hours are a week's."""

    title: str
    occupation: str
    municipality: str
    hours_min: int
    hours_max: int
    people: int = 1
    adaptations: Sequence[Adaptation] = ()
    paid_work: bool = False
    workplace: str = ""
    tasks: str = ""
    skills_required: Sequence[str] = ()
    skills_welcome: Sequence[str] = ()
    languages: dict[str, str] = field(default_factory=dict)
    shifts: Sequence[Shift] = ()
    employment_type: EmploymentType | None = None
    pay: str = ""
    starts_on: date | None = None
    last_day: date | None = None
    driving_licence: str = ""
    demands: Sequence[Demand] = ()
    languages_at_work: Sequence[str] = ()
    language: Language = Language.SV
    contacts: Sequence[str] = ()


# The columns that hold a field of the content as it is.
PLAIN = tuple(each.name for each in fields(Content) if each.name not in ("workplace", "contacts"))


def of(opening: Opening) -> Content:
    """The content of a need, with ``workplace`` and ``contacts`` loaded."""
    values = {name: getattr(opening, name) for name in PLAIN}
    return Content(
        **values,
        workplace=opening.workplace.public_id if opening.workplace else "",
        contacts=[user.public_id for user in opening.contacts],
    )


def texts(content: Content) -> dict[str, str]:
    """The free texts of a need, by field."""
    return {"title": content.title, "tasks": content.tasks, "pay": content.pay}


def check(content: Content) -> None:
    """Refuse what contradicts itself or the reference data.

    :raises Invalid: at the first field that is wrong.
    """
    _check_reference(content)
    if not 0 < content.hours_min <= MAX_HOURS:
        raise Invalid("hours_min", _("Hours a week are between 1 and %(max)d.", max=MAX_HOURS))
    if not content.hours_min <= content.hours_max <= MAX_HOURS:
        raise Invalid(
            "hours_max",
            _("Write as many hours as in the first field, or more; at most %(max)d.", max=MAX_HOURS),
        )
    if not 1 <= content.people <= MAX_PEOPLE:
        raise Invalid("people", _("Between 1 and %(max)d people.", max=MAX_PEOPLE))
    if Adaptation.NOTHING_NOW in content.adaptations and len(content.adaptations) > 1:
        raise Invalid("adaptations", _("Tick either what you can adapt or “Nothing just now”, not both."))
    if content.last_day is not None and content.last_day < clock.today():
        raise Invalid("last_day", _("This day has passed. Choose a later one, or leave it empty."))


def _check_reference(content: Content) -> None:
    try:
        reference.occupation(content.occupation)
    except reference.UnknownReference:
        raise Invalid("occupation", _("Choose an occupation from the list; the nearest one will do.")) from None
    try:
        reference.municipality(content.municipality)
    except reference.UnknownReference:
        raise Invalid("municipality", _("Choose a municipality from the list.")) from None
    for name in ("skills_required", "skills_welcome"):
        for key in getattr(content, name):
            try:
                reference.skill(key)
            except reference.UnknownReference:
                raise Invalid(name, _("Choose skills from the list.")) from None
    if not set(content.languages.values()) <= set(Level):
        raise Invalid("languages", _("Choose a level from A1 to C2."))


def chosen_workplace(content: Content, sites: Collection[Workplace]) -> Workplace | None:
    """The site that is meant. :raises Invalid: when it is not the employer's, or lies in another municipality."""
    if not content.workplace:
        return None
    for site in sites:
        if site.public_id == content.workplace:
            if site.municipality != content.municipality:
                place = reference.label(reference.municipality(site.municipality), language())
                raise Invalid(
                    "municipality",
                    _("%(site)s lies in %(place)s. Choose the two so that they agree.", site=site.name, place=place),
                )
            return site
    raise Invalid("workplace", _("Choose one of the organisation's workplaces."))


def chosen_contacts(content: Content, people: Collection[User], writer_id: int | None) -> list[User]:
    """The contact persons among the employer's users; the writer alone when none is named.

    An employer that has no users yet, because a coach keeps it, gets none: nobody can be proposed to it so far.

    :raises Invalid: when somebody else's user is named, or nobody although there is somebody.
    """
    wanted = set(content.contacts)
    if wanted - {user.public_id for user in people}:
        raise Invalid("contacts", _("Choose among the organisation's people."))
    found = [user for user in people if user.public_id in wanted] or [u for u in people if u.id == writer_id]
    if people and not found:
        raise Invalid("contacts", _("Choose at least one contact person. They alone will see who is proposed."))
    return found


def carried_over(content: Content, people: Collection[User], writer_id: int | None) -> Content:
    """The content of an old need for a new one: days that have passed go, and people who have left.

    When nobody of the old contact persons is left and the writer is none of the employer's, all its people are named.
    """
    active = {user.public_id for user in people}
    contacts = [one for one in content.contacts if one in active]
    if not contacts and writer_id not in {user.id for user in people}:
        contacts = [user.public_id for user in people]
    starts_on = content.starts_on if content.starts_on and content.starts_on >= clock.today() else None
    return replace(content, last_day=None, starts_on=starts_on, contacts=contacts)


def put(content: Content, opening: Opening, workplace: Workplace | None, contacts: list[User]) -> list[str]:
    """Write the content into a need. Returns the names of the fields that changed, in the content's order."""
    changed = []
    for name in PLAIN:
        value = getattr(content, name)
        value = list(value) if isinstance(value, (list, tuple)) else value
        if getattr(opening, name, None) != value:
            setattr(opening, name, value)
            changed.append(name)
    if opening.workplace_id != (workplace.id if workplace else None):
        opening.workplace_id = workplace.id if workplace else None
        opening.workplace = workplace
        changed.append("workplace")
    if {user.id for user in opening.contacts} != {user.id for user in contacts}:
        opening.contacts = contacts
        changed.append("contacts")
    return changed
