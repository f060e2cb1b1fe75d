"""The one form of a need. Shape alone; what other rows must answer is ``content``'s and the service's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms.fields import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from portal.accounts.models import User
from portal.core import reference
from portal.core.forms import TEXT, TickField, WholeNumber, at_most, choices, required
from portal.core.guarded_forms import GuardedForm
from portal.core.i18n import OWN_NAMES, Language, language
from portal.core.work import LICENCE_NAMES, SHIFT_NAMES, Level, Shift
from portal.employers.models import Workplace
from portal.openings.content import ASKED_LANGUAGES, LANGUAGE_NAMES, MAX_HOURS, MAX_PEOPLE, Content
from portal.openings.models import (
    ADAPTATION_NAMES,
    DEMAND_NAMES,
    EMPLOYMENT_TYPE_NAMES,
    Adaptation,
    Demand,
    EmploymentType,
)
from portal.openings.rules import missing

MAX_VERSION = 2**31 - 1


class OpeningForm(GuardedForm):
    """Everything that can be said about a need. ``posting`` asks for what a posted need must have."""

    posting = False

    title = StringField(_l("Title"), [required(), at_most(120)])
    occupation = SelectField(_l("Occupation"), [required()])
    municipality = SelectField(_l("Municipality of the workplace"), [required()])
    hours_min = WholeNumber(
        _l("Hours a week, at least"),
        [required(), NumberRange(1, MAX_HOURS, _l("Hours a week are between 1 and %(max)d."))],
    )
    hours_max = WholeNumber(
        _l("Hours a week, at most"),
        [required(), NumberRange(1, MAX_HOURS, _l("Hours a week are between 1 and %(max)d."))],
    )
    people = WholeNumber(
        _l("How many people"), [required(), NumberRange(1, MAX_PEOPLE, _l("Between 1 and %(max)d people."))]
    )
    adaptations = TickField(_l("What can be adapted"), default=list)
    paid_work = BooleanField(_l("The job is paid by its collective agreement or the going wage"))

    tasks = TextAreaField(_l("Tasks"), [at_most(TEXT)])
    shifts = TickField(_l("Shifts"), default=list)
    starts_on = DateField(_l("Starts"), [Optional()])
    last_day = DateField(_l("Last day to answer"), [Optional()])
    skills_required = TickField(_l("Needed"), default=list)
    skills_welcome = TickField(lazy_pgettext("skills", "Welcome"), default=list)
    language_sv = SelectField(_l("Swedish"), default="")
    language_fi = SelectField(_l("Finnish"), default="")
    language_en = SelectField(_l("English"), default="")
    driving_licence = SelectField(_l("Driving licence"), default="")
    pay = StringField(_l("Pay"), [at_most(200)])
    employment_type = SelectField(_l("Contract"), default="")
    workplace = SelectField(_l("Workplace"), default="")
    demands = TickField(_l("The work means"), default=list)
    languages_at_work = TickField(_l("Spoken at work"), default=list)
    language = SelectField(_l("This need is written in"))
    contacts = TickField(_l("Contact persons"), default=list)
    version = HiddenField()

    def offer(self, sites: Iterable[Workplace], people: Iterable[User], home: str) -> None:
        """Fill the lists to choose from.

        :param sites: the employer's workplaces; ``people``: its users.
        :param home: the employer's municipality, whose region stands first.
        """
        here = language()
        self.occupation.choices = [("", _("Choose"))] + [
            (one.key, reference.label(one, here))
            for one in reference.occupations(here, kept=(self.occupation.object_data,))
        ]
        self.municipality.choices = _municipalities(home)
        self.adaptations.choices = choices(ADAPTATION_NAMES.items())
        self.shifts.choices = choices(SHIFT_NAMES.items())
        self.demands.choices = choices(DEMAND_NAMES.items())
        skills = [(one.key, reference.label(one, here)) for one in reference.skills(here, kept=self.saved_skills)]
        self.skills_required.choices = self.skills_welcome.choices = skills
        for code in ASKED_LANGUAGES:
            self[f"language_{code}"].choices = choices(((level, level) for level in Level), empty=_("Not needed"))
        self.driving_licence.choices = choices(LICENCE_NAMES.items(), empty=_("Not needed"))
        self.employment_type.choices = choices(EMPLOYMENT_TYPE_NAMES.items(), empty=_("Not said"))
        self.languages_at_work.choices = choices(LANGUAGE_NAMES.items())
        self.language.choices = choices(OWN_NAMES.items())
        self.workplace.choices = [("", _("Not said"))] + [(site.public_id, site.name) for site in sites]
        self.contacts.choices = [(user.public_id, user.name) for user in people]

    @property
    def saved_skills(self) -> frozenset[str]:
        """Keys that the need holds already: these stay on the form although they are retired from the list."""
        return frozenset((*(self.skills_required.object_data or ()), *(self.skills_welcome.object_data or ())))

    def content(self) -> Content:
        """What was filled in. Only after ``validate``."""
        needed = list(self.skills_required.data or [])
        return Content(
            title=self.title.data or "",
            occupation=self.occupation.data,
            municipality=self.municipality.data,
            hours_min=self.hours_min.data or 0,
            hours_max=self.hours_max.data or 0,
            people=self.people.data or 0,
            adaptations=[Adaptation(one) for one in self.adaptations.data or []],
            paid_work=self.paid_work.data,
            workplace=self.workplace.data,
            tasks=self.tasks.data or "",
            skills_required=needed,
            skills_welcome=[one for one in self.skills_welcome.data or [] if one not in needed],
            languages={
                code: self[f"language_{code}"].data for code in ASKED_LANGUAGES if self[f"language_{code}"].data
            },
            shifts=[Shift(one) for one in self.shifts.data or []],
            employment_type=EmploymentType(self.employment_type.data) if self.employment_type.data else None,
            pay=self.pay.data or "",
            starts_on=self.starts_on.data,
            last_day=self.last_day.data,
            driving_licence=self.driving_licence.data,
            demands=[Demand(one) for one in self.demands.data or []],
            languages_at_work=list(self.languages_at_work.data or []),
            language=Language(self.language.data),
            contacts=list(self.contacts.data or []),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """The shape, and for a posted need that it is complete and paid."""
        if not super().validate(extra_validators):
            self._say_what_is_missing()
            return False
        return not self._say_what_is_missing()

    def _say_what_is_missing(self) -> bool:
        if not self.posting:
            return False
        found = missing(self.adaptations.data or [], bool(self.paid_work.data))
        for name, sentence in found:
            self[name].errors = [*self[name].errors, sentence]
        return bool(found)

    def opens(self, *names: str) -> bool:
        """Whether a fold is open from the start: something in it is filled in or wrong."""
        return any(self[name].data or self[name].errors for name in names)

    def read_version(self) -> int:
        """The version that the writer read; 0, which no need has, when the field holds no such number."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= MAX_VERSION else 0


def values_of(content: Content) -> dict[str, Any]:
    """A content as the form's data."""
    values = {name: getattr(content, name) for name in Content.__dataclass_fields__ if name != "languages"}
    values["employment_type"] = content.employment_type or ""
    return {**values, **{f"language_{code}": content.languages.get(code, "") for code in ASKED_LANGUAGES}}


def _municipalities(home: str) -> dict[str, list[tuple[str, str]]]:
    """All municipalities under their regions, the employer's own region first."""
    here = language()
    grouped: dict[str, list[tuple[str, str]]] = {}
    for one in reference.municipalities(here):
        region = reference.sub_region(one.sub_region).region
        grouped.setdefault(region, []).append((one.code, reference.label(one, here)))
    own = reference.sub_region(reference.municipality(home).sub_region).region
    order = sorted(reference.regions(here), key=lambda each: each.code != own)
    return {reference.label(each, here): grouped[each.code] for each in order if each.code in grouped}
