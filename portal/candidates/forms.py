"""Forms about candidates. Shape only: what belongs together is checked by the service."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import NumberRange, Optional

from portal.candidates.keeping import REASON_AT_MOST
from portal.candidates.models import (
    EXPERIENCE_NAMES,
    PERSONAL_FIELD_NAMES,
    SUPPORT_TELLING_NAMES,
    DisclosurePlan,
    Experience,
    Identity,
    PersonalField,
    Profile,
    SupportTelling,
)
from portal.candidates.values import Kind
from portal.candidates.words import LANGUAGE_CODES, LEVEL_NAMES, language_name
from portal.core import reference
from portal.core.errors import Missing
from portal.core.forms import TEXT, PortalForm, RowForm, Rows, TickField, WholeNumber, at_most, choices, required
from portal.core.guarded_forms import TOKENS, GuardedForm, ReadTick
from portal.core.i18n import OWN_NAMES, Language, language
from portal.core.work import LICENCE_NAMES, SHIFT_NAMES, Shift

OCCUPATION_ROWS = 5
LANGUAGE_ROWS = 5
OTHER_AREA_ROWS = 3
# Groups come with the portal and the team adds none; the skills in them are asked for with each form.
_SKILL_FIELDS = {group.key: f"skills_{group.key}" for group in reference.skill_groups()}
# Where most candidates look for work: the sub-regions around Karleby come first, the rest of Finland after them.
NEAR_SUB_REGIONS = ("Karleby", "Jakobstad", "Kaustby")
PITCH = 1200


@cache
def near_areas() -> frozenset[str]:
    """Codes of the municipalities in and around Karleby."""
    every = reference.municipalities("sv")
    seats = {one.sub_region for one in every if one.labels.sv in NEAR_SUB_REGIONS}
    return frozenset(one.code for one in every if one.sub_region in seats)


def _municipality_choices(*, near: bool | None = None) -> list[tuple[str, str]]:
    """Municipalities by name; those near, those not near, or the near ones before all others."""
    code = language()
    every = [(one.code, reference.label(one, code)) for one in reference.municipalities(code)]
    if near is not None:
        return [pair for pair in every if (pair[0] in near_areas()) is near]
    return sorted(every, key=lambda pair: pair[0] not in near_areas())


def _whole_number(name: Any, **options: Any) -> WholeNumber:
    limits = NumberRange(min=1, max=60, message=_l("Write a number from 1 to 60."))
    return WholeNumber(name, validators=[Optional(), limits], **options)


class VersionField(HiddenField):
    """The version of the row that a form was filled from; a number in, text in the page."""

    def process_data(self, value: Any) -> None:
        """Take the row's number as the text that the page will carry."""
        self.data = "" if value is None else str(value)


class IdentityForm(PortalForm):
    """Who a candidate is."""

    version = VersionField()
    first_name = StringField(_l("First name"), validators=[required(), at_most(80)])
    last_name = StringField(_l("Last name"), validators=[required(), at_most(80)])
    nickname = StringField(_l("Called"), validators=[at_most(80)])
    birth_date = DateField(_l("Date of birth"), validators=[Optional()])
    email = EmailField(_l("Mail address"), validators=[at_most(254)])
    phone = TelField(_l("Phone"), validators=[at_most(40)])
    street = StringField(_l("Street address"), validators=[at_most(200)])
    postal_code = StringField(_l("Postal code"), validators=[at_most(5)])
    municipality = SelectField(_l("Home municipality"))
    language = SelectField(_l("Language to write and speak in"))
    care_contact = StringField(_l("Contact in care"), validators=[at_most(200)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.municipality.choices = [("", str(_l("Not known"))), *_municipality_choices()]
        self.language.choices = choices(OWN_NAMES.items())

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, by the names of ``Identity``'s columns."""
        names = ("first_name", "last_name", "nickname", "birth_date", "email", "phone", "street", "postal_code")
        return {
            **{name: self[name].data for name in names},
            "municipality": self.municipality.data,
            "language": Language(self.language.data),
            "care_contact": self.care_contact.data,
        }


def identity_form(identity: Identity) -> IdentityForm:
    """The form, filled from what is saved when nothing was sent."""
    return IdentityForm(obj=identity)


class OccupationRow(RowForm):
    """A trade and how long somebody has been in it."""

    occupation = SelectField(_l("Occupation"))
    experience = SelectField(_l("Experience"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code, saved = language(), self.occupation.object_data
        self.occupation.choices = [
            ("", "–"),
            *((one.key, reference.label(one, code)) for one in reference.occupations(code, kept=(saved,))),
        ]
        self.experience.choices = choices(EXPERIENCE_NAMES.items())


class LanguageRow(RowForm):
    """A language and its level."""

    code = SelectField(_l("Language"))
    level = SelectField(_l("Level"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.choices = [("", "–"), *((code, language_name(code)) for code in LANGUAGE_CODES)]
        self.level.choices = choices(LEVEL_NAMES.items())


class AreaRow(RowForm):
    """One more municipality."""

    code = SelectField(_l("Municipality"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.choices = [("", "–"), *_municipality_choices(near=False)]


class ProfileForm(GuardedForm):
    """What a candidate brings. The skills' fields are added below, a list of ticks a group, each folding on its own."""

    version = VersionField()
    occupations = Rows(FormField(OccupationRow), min_entries=OCCUPATION_ROWS, max_entries=OCCUPATION_ROWS)
    languages = Rows(FormField(LanguageRow), min_entries=LANGUAGE_ROWS, max_entries=LANGUAGE_ROWS)
    driving_licence = SelectField(_l("Driving licence"))
    hours_min = _whole_number(_l("Hours a week, at least"))
    hours_max = _whole_number(_l("Hours a week, at most"))
    shifts = TickField(_l("When"))
    areas = TickField(_l("Where"))
    other_areas = Rows(FormField(AreaRow), min_entries=OTHER_AREA_ROWS, max_entries=OTHER_AREA_ROWS)
    earliest_start = DateField(_l("Earliest start"), validators=[Optional()])
    works_well = TextAreaField(_l("What makes work go well"), validators=[at_most(1000)])
    pitch = TextAreaField(_l("Pitch"), validators=[at_most(PITCH)])
    pitch_language = SelectField(_l("Language of the pitch"))
    wishes = TextAreaField(_l("Wishes"), validators=[at_most(TEXT)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        self.driving_licence.choices = choices(LICENCE_NAMES.items(), empty=_l("None"))
        self.shifts.choices = choices(SHIFT_NAMES.items())
        self.areas.choices = _municipality_choices(near=True)
        self.pitch_language.choices = choices(OWN_NAMES.items())
        for group, name in _SKILL_FIELDS.items():
            field = self[name]
            field.label.text = reference.label(reference.skill_group(group), code)
            every = reference.skills(code, group, kept=field.object_data or ())
            field.choices = [(one.key, reference.label(one, code)) for one in every]

    @property
    def skill_fields(self) -> list[Any]:
        """The lists of ticks, a group of skills each, in the order of the groups."""
        return [self[name] for name in _SKILL_FIELDS.values()]

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, by the names of ``Profile``'s columns. Rows without a choice are left out."""
        return {
            "occupations": {
                row.form.occupation.data: Experience(row.form.experience.data)
                for row in self.occupations
                if row.form.occupation.data
            },
            "skills": [key for field in self.skill_fields for key in field.data or ()],
            "languages": {row.form.code.data: row.form.level.data for row in self.languages if row.form.code.data},
            "driving_licence": self.driving_licence.data,
            "hours_min": self.hours_min.data,
            "hours_max": self.hours_max.data,
            "shifts": [Shift(value) for value in self.shifts.data or ()],
            "areas": [
                *(self.areas.data or ()),
                *(row.form.code.data for row in self.other_areas if row.form.code.data),
            ],
            "earliest_start": self.earliest_start.data,
            "works_well": self.works_well.data,
            "pitch": self.pitch.data,
            "pitch_language": Language(self.pitch_language.data),
            "wishes": self.wishes.data,
            "words_read": self.read,
        }


for _name in _SKILL_FIELDS.values():
    setattr(ProfileForm, _name, TickField())


def _padded(rows: Iterable[dict[str, Any]], length: int) -> list[dict[str, Any]]:
    known = list(rows)[:length]
    return known + [{}] * (length - len(known))


def profile_form(profile: Profile, *, sent: bool = True) -> ProfileForm:
    """The form, filled from what is saved when nothing was sent.

    :param sent: whether what was sent belongs to this form; False when another form of the page was.
    """
    near = near_areas()
    skills = set(profile.skills)
    return ProfileForm(
        **({} if sent else {"formdata": None}),
        data={
            **{
                name: getattr(profile, name)
                for name in (
                    *("version", "driving_licence", "hours_min", "hours_max", "shifts", "earliest_start"),
                    *("works_well", "pitch", "pitch_language", "wishes"),
                )
            },
            "occupations": _padded(
                ({"occupation": key, "experience": band} for key, band in profile.occupations.items()),
                OCCUPATION_ROWS,
            ),
            "languages": _padded(
                ({"code": code, "level": level} for code, level in profile.languages.items()), LANGUAGE_ROWS
            ),
            "areas": [code for code in profile.areas if code in near],
            "other_areas": _padded(({"code": code} for code in profile.areas if code not in near), OTHER_AREA_ROWS),
            **{
                name: [one.key for one in reference.skills("sv", group, kept=skills) if one.key in skills]
                for group, name in _SKILL_FIELDS.items()
            },
        },
    )


class PlanForm(GuardedForm):
    """What the candidate has decided may be told."""

    words_read = ReadTick(_l("I have looked at these words, and the candidate wants them said"), [at_most(TOKENS)])

    version = VersionField()
    proposals_allowed = BooleanField(_l("May be proposed to employers, without a name"))
    fields = TickField(_l("May be told, once the candidate has said yes to an employer"))
    support_telling = SelectField(_l("About the service's support"))
    agreed_words = TextAreaField(_l("The agreed words"), validators=[at_most(1000)])
    never_say = TextAreaField(_l("Must never be said"), validators=[at_most(1000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self["fields"].choices = choices(PERSONAL_FIELD_NAMES.items())
        self.support_telling.choices = choices(SUPPORT_TELLING_NAMES.items())

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, by the names of ``DisclosurePlan``'s columns."""
        return {
            "proposals_allowed": self.proposals_allowed.data,
            "fields": [PersonalField(value) for value in self["fields"].data or ()],
            "support_telling": SupportTelling(self.support_telling.data),
            "agreed_words": self.agreed_words.data,
            "never_say": self.never_say.data,
            "words_read": self.read,
        }


def plan_form(plan: DisclosurePlan) -> PlanForm:
    """The form, filled from what is saved when nothing was sent."""
    return PlanForm(obj=plan)


class NoteForm(PortalForm):
    """A note for the team."""

    text = TextAreaField(_l("New note"), validators=[required(), at_most(TEXT)])


class KeepForm(PortalForm):
    """Why a value that stands out is shown as it is."""

    kind = HiddenField()
    value = HiddenField()
    reason = StringField(_l("Why the job needs it"), validators=[required(), at_most(REASON_AT_MOST)])

    @property
    def kind_given(self) -> Kind:
        """What kind of value it is about. :raises Missing: for what the page never sends."""
        if self.kind.data not in set(Kind):
            raise Missing
        return Kind(self.kind.data)


class AssignForm(PortalForm):
    """A coach for a candidate."""

    coach = SelectField(_l("Coach"), validators=[required()])

    def offer(self, coaches: Iterable[tuple[str, str]]) -> None:
        """Say who can be chosen: (public id, name with the size of the caseload)."""
        self.coach.choices = [("", str(_l("Choose a coach"))), *coaches]


def version_of(form: PortalForm) -> int:
    """The version that a form was filled from; 0, which no row has, when it was tampered with."""
    text = str(form["version"].data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
