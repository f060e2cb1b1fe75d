"""The catalogues hold every text of the sources, translated, with the same placeholders."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from portal.core.form_words import WORDS
from portal.core.i18n import Language, in_language

pytestmark = pytest.mark.either_database

ROOT = Path(__file__).parents[2]
LANGUAGES = ("sv", "fi")
# %(name)s and its kin, %%, and {name} that stands in addresses; a lone % would break the page that shows it.
_NAMED = re.compile(r"%\((\w+)\)([a-z])|%%|\{(\w+)\}|(%)")


def _catalogue(language: str) -> Catalog:
    path = ROOT / "portal" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _messages(language: str) -> list[Message]:
    return [message for message in _catalogue(language) if message.id]


def _forms(text: str | list[str] | tuple[str, ...]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in _NAMED.finditer(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_in_all_its_forms(language: str) -> None:
    messages = _messages(language)
    assert len(messages) > 1000
    wanted = _catalogue(language).num_plurals
    lacking = [
        message.id
        for message in messages
        if not all(_forms(message.string))
        or (isinstance(message.id, (list, tuple)) and len(_forms(message.string)) != wanted)
    ]
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_none_is_a_guess(language: str) -> None:
    assert [message.id for message in _messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_placeholders_of_their_source(language: str) -> None:
    """A form for one may leave the number out ("a day ago"); nothing may be added or misspelt."""
    wrong = []
    for message in _messages(language):
        sources = _forms(message.id)
        known = set().union(*map(_placeholders, sources))
        needed = known - {"%(num)d"} if len(sources) > 1 else known
        wrong += [(message.id, text) for text in _forms(message.string) if not needed <= _placeholders(text) <= known]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_at_the_ends_are_those_of_the_source(language: str) -> None:
    """White space and line ends at the edge of a text join it to what stands beside it."""
    wrong = [
        message.id
        for message in _messages(language)
        for source, text in zip(_forms(message.id), _forms(message.string), strict=False)
        if (source[0].isspace(), source[-1].isspace()) != (text[0].isspace(), text[-1].isspace())
    ]
    assert wrong == []


def test_the_catalogues_are_up_to_date_with_the_sources() -> None:
    environ = {**os.environ, "VENV": str(Path(sys.executable).parent.parent)}
    done = subprocess.run(["tools/messages", "--check"], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(params=LANGUAGES)
def reader(request: pytest.FixtureRequest, app: object) -> Iterator[str]:
    """A reader of this language, for what is translated when it is shown."""
    with in_language(Language(request.param)):
        yield request.param


def test_what_forms_say_of_a_field_is_translated_where_it_is_shown(reader: str) -> None:
    assert [said for said in WORDS.values() if str(said) == said._args[0]] == []
