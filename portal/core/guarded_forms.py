"""Forms whose texts are read before they leave: they come back with the remarks in place, and a tick when they ask."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.widgets import CheckboxInput

from portal.core.errors import Invalid
from portal.core.forms import PortalForm, at_most
from portal.core.guarding import Held, HeldBack, message_about

# room for the tokens of some two hundred words; a text that holds more doubtful ones is written anew sooner
TOKENS = 4000


class ReadTick(StringField):
    """A tick that carries which doubtful words were shown. A word that comes afterwards asks again."""

    widget = CheckboxInput()
    offered = ""

    def _value(self) -> str:
        return self.offered


class GuardedForm(PortalForm):
    """A form with texts that the guard reads. ``held`` is by field what it held back this time."""

    words_read = ReadTick(
        _l("I have looked at these words, and the text names nobody and tells nothing about health"),
        validators=[at_most(TOKENS)],
    )
    held: Mapping[str, Held] = {}

    @property
    def read(self) -> str:
        """Tokens of the words that the writer has looked at, for the service."""
        return self.words_read.data or ""

    def take(self, error: Invalid, renamed: Mapping[str, str]) -> None:
        """Keep what was held back, say so at each of its fields, and offer the tick when nothing of it blocks."""
        if isinstance(error, HeldBack):
            held = {renamed.get(field, field): one for field, one in error.held.items()}
            for field, one in held.items():
                self.say(field, message_about(one))
            self.show_held(held, error.tokens)
        else:
            super().take(error, renamed)

    def show_held(self, held: Mapping[str, Held], tokens: str) -> None:
        """Show what is held back, with a tick that stands for these tokens; without any, nothing can be ticked."""
        self.held = held
        self.words_read.data = ""
        self.words_read.offered = tokens
