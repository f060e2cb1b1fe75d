"""What WTForms says of a field, in the portal's own words and the reader's language."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_CHOOSE = _l("Choose from the list.")

# WTForms' sentence: ours. One that is not here is shown as WTForms wrote it, so each that a form of ours can give is.
WORDS: dict[str, LazyString] = {
    "Not a valid choice.": _CHOOSE,
    "Invalid Choice: could not coerce.": _CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOOSE,
    "'%(value)s' is not a valid choice for this field.": _CHOOSE,
    "Not a valid date value.": _l("Choose a day from the calendar."),
    "Not a valid datetime value.": _l("Choose a day and a time."),
    "Not a valid integer value.": _l("Write a whole number in figures."),
    "Number must be between %(min)s and %(max)s.": _l("Write a number from %(min)s to %(max)s."),
}


class Words:
    """What WTForms asks for translations."""

    def gettext(self, string: str) -> str:
        """Our words for a sentence of WTForms, its placeholders still open."""
        return str(WORDS.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The same, for a sentence that counts."""
        return str(WORDS.get(singular, singular if n == 1 else plural))
