"""Forms about erasing and about the extract. Shape only."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import DataRequired

from portal.core.forms import PortalForm, required
from portal.privacy.extract_words import PARTS


class EraseForm(PortalForm):
    """One tick, so that no slip of a finger erases anybody."""

    sure = BooleanField(
        _l("The candidate has asked for this, and knows that it cannot be undone"),
        validators=[DataRequired(_l("Tick this to go on."))],
    )


class RefusePartForm(PortalForm):
    """A part of the extract that is kept back, and why."""

    part = SelectField(_l("Part"), validators=[required()])
    reason = SelectField(_l("Reason"), validators=[required()])

    def offer(self, kept_back: set[str], reasons: list[tuple[str, str]]) -> None:
        """Say what can be chosen: parts that are given now, and the list of reasons."""
        parts = [(key, str(words.title)) for key, words in PARTS.items() if key not in kept_back]
        self.part.choices = [("", str(_l("Choose a part."))), *parts]
        self.reason.choices = [("", str(_l("Choose a reason"))), *reasons]
