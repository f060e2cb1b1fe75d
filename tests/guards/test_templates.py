"""Templates: strict about what is not there, each one used, nothing inline that the page's policy refuses."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import UndefinedError

from portal.core.views import PAGES

pytestmark = pytest.mark.either_database

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ROOT / "templates"
NAMES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*")
    if path.suffix in (".html", ".txt", ".css", ".svg")
)
# A mail's style sheet is written into its tags when it is sent: readers' programs know no policy and no sheets.
MAIL = {"mail/letter.html", "mail/letter.css", "mail/letter.txt"}


def test_what_is_not_there_is_an_error(app: Flask) -> None:
    assert app.jinja_env.undefined is StrictUndefined
    with pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ nobody }}").render()


def test_html_is_escaped_unless_it_is_marked(app: Flask) -> None:
    assert app.jinja_env.autoescape is not False
    for name in NAMES:
        if name.endswith(".html"):
            assert app.select_jinja_autoescape(name), name


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(app: Flask, name: str) -> None:
    assert app.jinja_env.get_template(name).name == name


@cache
def _words_in_code() -> tuple[set[str], list[str]]:
    """Every string of the code, and every pattern of one that is put together ("candidates/{…}.html")."""
    whole, made = set(), []
    for path in (ROOT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(part.value) if isinstance(part, ast.Constant) else "(.+)" for part in node.values]
                made.append("".join(parts))
    return whole, [pattern for pattern in made if pattern.endswith((r"\.html", r"\.txt"))]


def _referred_to(app: Flask) -> dict[str, set[str]]:
    """By template: who refers to it, in other templates and in the code."""
    referred: dict[str, set[str]] = {}
    for name in NAMES:
        tree = app.jinja_env.parse((TEMPLATES / name).read_text(encoding="utf-8"))
        for kind in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
            for node in tree.find_all(kind):
                if isinstance(node.template, nodes.Const):
                    referred.setdefault(node.template.value, set()).add(name)
    whole, made = _words_in_code()
    for name in NAMES:
        if name in whole:
            referred.setdefault(name, set()).add("code")
        for pattern in made:
            match = re.fullmatch(pattern, name)
            if match and all(part in whole or part in PAGES for part in match.groups()):
                referred.setdefault(name, set()).add("code")
    return referred


def test_every_template_is_used_and_every_used_one_is_there(app: Flask) -> None:
    referred = _referred_to(app)
    assert [name for name in NAMES if not referred.get(name, set()) - {name}] == []
    assert [name for name in referred if name not in NAMES and not name.startswith("bootstrap")] == []
    whole, _made = _words_in_code()
    named = {word for word in whole if re.fullmatch(r"[a-z_]+/[a-z_]+\.(html|txt)", word)}
    assert named - set(NAMES) == set()


INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "a script without src": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\("),
    "an asset from elsewhere": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
}


# The shapes of icons, which are an installed package's own and never anybody's input.
UNESCAPED = {"components/icon.html"}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in MAIL])
def test_nothing_is_inline(name: str) -> None:
    source = re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    found = {what for what, pattern in INLINE.items() if pattern.search(source)}
    assert found == ({"text that is not escaped"} if name in UNESCAPED else set())


@pytest.mark.parametrize(
    ("sample", "what"),
    [
        ('<p class="x" style="color:red">', "a style attribute"),
        ("<script>alert(1)</script>", "a script without src"),
        ('<a href="#" onclick="go()">', "an event handler"),
        ("{{ text | safe }}", "text that is not escaped"),
        ('<img src="https://elsewhere.example/x.png">', "an asset from elsewhere"),
    ],
)
def test_the_search_finds_what_is_inline(sample: str, what: str) -> None:
    assert INLINE[what].search(sample)


def test_pages_of_scripts_hold_no_text_that_nobody_translates() -> None:
    """What a person reads comes from templates; a script takes its words from the page."""
    for path in (ROOT / "static").rglob("*.js"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(alert|confirm|prompt)\(", source), path.name
        assert "innerHTML" not in source, path.name
