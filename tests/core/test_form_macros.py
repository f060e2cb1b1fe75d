"""The form macros: every error reaches its field and the summary, also a lazy text and one deep in a list."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_babel import lazy_gettext as _l
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from wtforms import FieldList, Form, FormField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from portal.core.forms import PortalForm, TickField, required
from portal.core.icons import init_icons
from portal.core.submissions import once_key

pytestmark = pytest.mark.either_database

TEMPLATES = Path(__file__).parents[2] / "templates"

PAGE = """
{% from 'components/forms.html' import form_tag, field %}
{% call form_tag(form) %}
  {{ field(form.title, hint='As at work', autocomplete='off') }}
  {{ field(form.adapt) }}
  {{ field(form.way) }}
  {{ field(form.languages) }}
{% endcall %}
"""


class Language(Form):
    """One row of a list of rows."""

    level = StringField(_l("Level"), validators=[required()])


class Sample(PortalForm):
    """A form with each shape that errors come in."""

    title = StringField(_l("Title"), validators=[required()])
    adapt = TickField(
        _l("Adapt"), choices=[SelectChoice("a", "Hours"), SelectChoice("b", "Noise")], validators=[required()]
    )
    way = RadioField(_l("Way"), choices=[SelectChoice("m", "Mail")], validators=[required()])
    languages = FieldList(FormField(Language), min_entries=2)
    version = HiddenField(default="7")


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def with_attribute(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of all elements that have this one."""
        return [attributes for _tag, attributes in self.found if name in attributes]


@pytest.fixture
def drawn() -> Iterator[Elements]:
    """The sample form sent empty, as the macros draw it."""
    app = Flask(__name__, template_folder=str(TEMPLATES))
    app.config.update(SECRET_KEY="a key for one test", WTF_CSRF_ENABLED=False)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["once_key"] = once_key
    Babel(app)
    CSRFProtect(app)
    init_icons(app)
    with app.test_request_context(method="POST", data={"title": ""}):
        form = Sample()
        form.validate()
        yield Elements(render_template_string(PAGE, form=form))


CONTROLS = {"title", "adapt-0", "way-0", "languages-0-level", "languages-1-level"}


def test_the_summary_leads_to_every_wrong_control(drawn: Elements) -> None:
    links = {link["href"] for link in drawn.with_attribute("href")}
    assert links == {f"#{control}" for control in CONTROLS}


def test_each_wrong_control_is_tied_to_words_that_are_there(drawn: Elements) -> None:
    ids = [element["id"] for element in drawn.with_attribute("id")]
    ties = {
        tie for element in drawn.with_attribute("aria-describedby") for tie in str(element["aria-describedby"]).split()
    }
    assert ties == {
        "title-hint",
        "title-error",
        "adapt-error",
        "way-error",
        "languages-0-level-error",
        "languages-1-level-error",
    }
    assert ties <= set(ids)
    assert len(ids) == len(set(ids))


def test_every_control_has_its_label(drawn: Elements) -> None:
    labelled = {label["for"] for label in drawn.with_attribute("for")}
    assert labelled >= CONTROLS


def test_no_single_tick_of_several_is_required(drawn: Elements) -> None:
    ticks = [element for element in drawn.with_attribute("type") if element["type"] == "checkbox"]
    assert len(ticks) == 2
    assert not any("required" in tick for tick in ticks)


def test_hidden_fields_and_the_token_go_along(drawn: Elements) -> None:
    hidden = {element["name"] for element in drawn.with_attribute("type") if element["type"] == "hidden"}
    assert hidden == {"version", "csrf_token", "once"}


def test_further_keywords_reach_the_control(drawn: Elements) -> None:
    held = drawn.with_attribute("autocomplete")
    assert [element["id"] for element in held if element["name"] != "once"] == ["title"]
