"""The administrator's page of words that the privacy guard looks for."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from portal.candidates import guard_words
from portal.candidates.textguard import wordlist
from portal.candidates.textguard.models import WORD_KIND_NAMES, WordKind
from portal.core.access import allow, current_actor
from portal.core.actors import Role
from portal.core.forms import PortalForm, at_most, choices, required, text_in
from portal.core.i18n import OWN_NAMES, Language

bp = Blueprint("guard_words", __name__, url_prefix="/admin/words")


class WordForm(PortalForm):
    """A word to look for."""

    word = StringField(_l("Word"), validators=[required(), at_most(60)])
    language = SelectField(_l("Its language"))
    kind = SelectField(_l("What it speaks of"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = choices(OWN_NAMES.items())
        self.kind.choices = choices(WORD_KIND_NAMES.items())


@bp.route("", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """The added words, a form for one more, and how many the portal brings itself."""
    actor = current_actor()
    form = WordForm()
    if form.validate_on_submit():
        with form.catching():
            added = guard_words.add(
                actor,
                word=text_in(form.word),
                language=Language(form.language.data),
                kind=WordKind(form.kind.data),
            )
        if form.is_clean:
            flash(_("From now on the guard looks for “%(word)s”.", word=added.word), "success")
            return redirect(url_for("guard_words.index"))
    page = render_template(
        "candidates/guard_words.html",
        form=form,
        words=guard_words.words(actor),
        own=wordlist.counts(),
        kind_names=WORD_KIND_NAMES,
        language_names=OWN_NAMES,
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/<public_id>/remove")
@allow(Role.ADMINISTRATOR)
def remove(public_id: str) -> ResponseReturnValue:
    """Take a word from the list."""
    guard_words.remove(current_actor(), public_id)
    flash(_("The guard does not look for this word any more."), "success")
    return redirect(url_for("guard_words.index"))
