"""What all forms share: the shape alone is checked here; rules that need the database are the services'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, Form, ValidationError
from wtforms.fields import FieldList, SelectMultipleField
from wtforms.fields import IntegerField as AnyLength  # noqa: TID251  # the one place that makes it safe
from wtforms.validators import InputRequired, Length, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget, Select

from portal.core.errors import Invalid
from portal.core.form_words import Words

if TYPE_CHECKING:
    _FieldList = FieldList[Any]
else:
    _FieldList = FieldList

LINE = 200  # characters of a one-line text
TEXT = 5000  # characters of a long text
_FAR = 1_000_000_000  # no whole number that we ask for comes near it


class Filled(InputRequired):
    """Something was sent, and it is not white space alone."""

    def __call__(self, form: Any, field: Field) -> None:
        """:raises StopValidation: when there is nothing; what other validators say would only confuse."""
        super().__call__(form, field)
        if isinstance(field.data, str) and not field.data.strip():
            field.errors = []
            raise StopValidation(str(self.message))


def required() -> InputRequired:
    """The field must be filled in."""
    return Filled(_l("Fill this in."))


def at_most(characters: int) -> Length:
    """The text fits its column."""
    return Length(max=characters, message=_l("This is too long: %(max)d characters at most."))


def no_control_characters(_form: FlaskForm, field: Field) -> None:
    """Validator: text that the databases and mail headers cannot hold is refused at its field, not changed."""
    text = field.data or ""
    if isinstance(text, str) and any(
        (ord(sign) < 32 and sign not in "\n\r\t") or ord(sign) == 127 or 0xD800 <= ord(sign) <= 0xDFFF for sign in text
    ):
        raise ValidationError(_l("This holds a character that cannot be saved. Write it again without it."))


def stripped(value: str | None) -> str:
    """Filter: text without white space around it, line ends as one sign; None becomes the empty text."""
    return (value or "").replace("\r\n", "\n").strip()


def text_in(field: Field) -> str:
    """What a text field was filled in with; the empty text when it was not sent at all."""
    return str(field.data or "")


class QuickSelect(Select):
    """A list to choose from. Finland's municipalities alone are 308 lines, which WTForms writes anew every time."""

    @classmethod
    def render_option(cls, choice: Any) -> Markup:  # type: ignore[override]  # the stubs speak of WTForms 3.1
        """One line of the list."""
        if choice.selected or choice.render_kw:
            return super().render_option(choice)  # type: ignore[call-arg]  # as above
        return _line(str(choice.value), str(choice.label or choice.value))


@lru_cache(maxsize=20_000)
def _line(value: str, label: str) -> Markup:
    return Markup('<option value="{}">{}</option>').format(value, label)


class _OwnMeta:
    """What holds for a form and for the rows in it."""

    def get_translations(self, _form: Any) -> Any:
        """WTForms' own messages in our words."""
        return Words()

    def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
        """Lists to choose from are written the quick way."""
        if type(field.widget) is Select:
            field.widget = QuickSelect(multiple=field.widget.multiple)
        return super().render_field(field, render_kw)  # type: ignore[misc]  # WTForms' Meta comes after


class PortalForm(FlaskForm):
    """Base of all forms: messages in the reader's language, text stripped, and service errors put at their field."""

    class Meta(_OwnMeta, FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Every text field strips what it is given and refuses what cannot be stored."""
            from wtforms.fields import PasswordField, StringField

            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                filters = [stripped, *unbound_field.kwargs.get("filters", ())]
                # WTForms takes the label and the validators by position too
                label, given = unbound_field.args[:1], unbound_field.args[1:2]
                validators = [*(given[0] if given else unbound_field.kwargs.get("validators", ()))]
                validators.append(no_control_characters)
                options = {**options, "filters": filters, "validators": validators}
                unbound_field = type(unbound_field)(
                    kind,
                    *label,
                    name=unbound_field.name,
                    **{k: v for k, v in unbound_field.kwargs.items() if k not in ("filters", "validators")},
                )
            return unbound_field.bind(form=form, **options)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape. What could not be read at all is said once: its range or length no longer matters."""
        passed = bool(super().validate(extra_validators))
        for field in self:
            unread = [error for error in field.errors if error in getattr(field, "process_errors", ())]
            if unread:
                field.errors = unread
        return passed

    @contextmanager
    def catching(self, **renamed: str) -> Iterator[None]:
        """Run a service; an ``Invalid`` that it raises becomes the error of its field (or of the form).

        :param renamed: the form's name of a field, by the service's name, where the two differ.
        """
        try:
            yield
        except Invalid as error:
            self.take(error, renamed)

    def take(self, error: Invalid, renamed: Mapping[str, str]) -> None:
        """Put a service's error at its field, or at the form when there is no such field."""
        self.say(renamed.get(error.field, error.field), error.message)

    def say(self, name: str, message: str) -> None:
        """Put a sentence at a field, or at the form when there is no such field."""
        target = self._fields.get(name)
        if target is None:
            self.form_errors.append(message)
        else:
            target.errors = [*target.errors, message]

    @property
    def is_clean(self) -> bool:
        """Whether neither the shape nor a service has found anything wrong."""
        return not self.errors


class RowForm(Form):
    """A few fields that belong together, inside a ``PortalForm``."""

    class Meta(_OwnMeta, Form.Meta):
        """As in every form."""


class Rows(_FieldList):
    """Several entries of one field, or of one form, numbered in their names."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """The numbers of the entries that were sent. WTForms would stumble over figures that are no plain number."""
        for name in formdata:
            number = name.removeprefix(f"{prefix}-").partition("-")[0] if name.startswith(f"{prefix}-") else ""
            if number.isascii() and number.isdigit() and len(number) < 4:
                yield int(number)


class WholeNumber(AnyLength):
    """A whole number. One beyond every limit of ours is read as one far number: comparing a very long one fails."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent. :raises ValueError: when it is no number."""
        text = str(valuelist[0]).strip() if valuelist else ""
        figures = text.lstrip("+-")
        if figures.isdecimal() and len(figures) > len(str(_FAR)):
            self.data = -_FAR if text.startswith("-") else _FAR
        else:
            super().process_formdata(valuelist)


class TickField(SelectMultipleField):
    """Several ticks of one list, each a checkbox in a fieldset."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def choices(
    labels: Iterable[tuple[Any, LazyString | str]], *, empty: LazyString | str | None = None
) -> list[tuple[str, str]]:
    """(value, label) pairs for a select, from an enum's labels; ``empty`` is the line for "nothing chosen"."""
    pairs = [(str(value), str(label)) for value, label in labels]
    return [("", str(empty)), *pairs] if empty is not None else pairs
