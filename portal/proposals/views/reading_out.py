"""What the coach reads with a candidate, in the candidate's language, and whether a yes is for just that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from portal.candidates import queries as candidates
from portal.candidates import standing_out
from portal.candidates.models import PERSONAL_FIELD_NAMES, PersonalField
from portal.core.i18n import in_language
from portal.openings import reading
from portal.openings.content import of as content_of
from portal.openings.models import Opening
from portal.proposals.asked import Question, first_question, later_question
from portal.proposals.forms import ConsentForm, DiscloseForm
from portal.proposals.models import Proposal


def shown_of(asked: Question, opening: Opening) -> dict[str, Any]:
    """What ``_asked.html`` reads: of a link's page and of the coach's alike. In the language that is set around it."""
    frozen = asked.frozen
    return {
        "asked": asked,
        "kind": asked.kind,
        "opening": opening,
        "parts": reading.parts(content_of(opening), opening.workplace.name if opening.workplace else ""),
        "told": named(asked.told),
        "content": asked.content,
        "kept": standing_out.kept_names(frozen) if frozen else [],
        "general": standing_out.coarse_names(frozen.content) if frozen else [],
    }


def named(fields: Iterable[PersonalField]) -> list[str]:
    """Details of a person in the reader's words."""
    return [str(PERSONAL_FIELD_NAMES[one]) for one in fields]


def read_out(asked: Question, opening: Opening) -> Markup:
    """The question as the candidate would read it behind a link, for a page of the coach."""
    with in_language(asked.language):
        text = render_template("proposals/_asked.html", by_link=False, **shown_of(asked, opening))
    return Markup(text)  # noqa: S704 - a template of ours, which has escaped all that it was given


def asked_at(proposal: Proposal, form: Any) -> Question | None:
    """The question that a step of the workflow writes a yes to; None for a step that writes none.

    :param form: of the step; a last day that is chosen in it is said in the text.
    """
    if not isinstance(form, ConsentForm):
        return None
    if isinstance(form, DiscloseForm):
        return later_question("details", proposal, form.until.data)
    return first_question(candidates.load(proposal.candidate_id), proposal.opening, form.until.data)


def is_as_shown(form: Any, asked: Question | None) -> bool:
    """Whether the page that was sent showed what is asked now; yes where no new yes is written down."""
    if asked is None or (isinstance(form, DiscloseForm) and form.gives_agreed()):
        return True
    return request.form.get("shown", "") == asked.shown
