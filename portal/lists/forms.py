"""The form of an entry: its names and the group above it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from portal.core import reference
from portal.core.forms import at_most, required
from portal.core.guarded_forms import GuardedForm
from portal.core.i18n import language
from portal.lists.models import NAME_LENGTH, EntryKind


class EntryForm(GuardedForm):
    """An occupation or a skill, named in every language of the portal."""

    sv = StringField(_l("Name in Swedish"), validators=[required(), at_most(NAME_LENGTH)])
    fi = StringField(_l("Name in Finnish"), validators=[required(), at_most(NAME_LENGTH)])
    en = StringField(_l("Name in English"), validators=[required(), at_most(NAME_LENGTH)])
    group_key = SelectField(_l("Group"), validators=[required()])

    def __init__(self, kind: EntryKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = language()
        groups: list[tuple[str, str]] = (
            [(one.code, reference.label(one, here)) for one in reference.isco_groups(here)]
            if kind is EntryKind.OCCUPATION
            else [(one.key, reference.label(one, here)) for one in reference.skill_groups()]
        )
        self.group_key.choices = [("", _("Choose")), *groups]
