"""The form keeps itself in the browser. Played in Chromium on pages that the test serves, without a portal."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

pytestmark = pytest.mark.either_database

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "static" / "js" / "autosave.js"
FORM = """<!doctype html><meta charset="utf-8"><title>Form</title>
<div data-autosave-note hidden><button type="button" data-autosave-discard>Begin anew</button></div>%s
<form method="post" action="/sent" data-autosave="need:new:1:anna">
<input type="hidden" name="csrf_token" value="secret-token">
<input name="title" id="title" value="%s"><input type="checkbox" name="adaptations" value="working_time" id="tick">
<details id="fold"><summary>More</summary><textarea name="tasks" id="tasks"></textarea></details>
<button name="post">Post</button></form><script type="module" src="/autosave.js"></script>"""
OTHER = '<!doctype html><title>Accepted</title><script type="module" src="/autosave.js"></script>'
MISTAKES = '<div class="summary">Mend this</div>'


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each has a context, and so a storage, of its own."""
    found = subprocess.run([ROOT / "tools" / "chromium"], capture_output=True, text=True, check=True)
    path = os.environ.get("CHROMIUM") or found.stdout.strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A browser page; ``/sent`` accepts the form, ``/refused`` gives it back with mistakes."""

    def serve(route: Route) -> None:
        where = route.request.url.rpartition("/")[2]
        if where == "autosave.js":
            route.fulfill(body=SCRIPT.read_text(), content_type="text/javascript")
        else:
            pages = {"form": FORM % ("", ""), "refused": FORM % (MISTAKES, "As the server has it")}
            route.fulfill(body=pages.get(where, OTHER), content_type="text/html")

    with chromium.new_context() as context:
        opened = context.new_page()
        opened.route("**/*", serve)
        opened.goto("http://portal.test/form")
        yield opened


def _kept(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(localStorage)"))


def _write_and_leave(page: Page) -> None:
    page.fill("#title", "Bagare på natten")
    page.check("#tick")
    page.click("summary")
    page.fill("#tasks", "Bakar bröd")
    page.goto("http://portal.test/elsewhere")


def test_what_was_being_written_comes_back_and_says_so(page: Page) -> None:
    assert page.locator("[data-autosave-note]").is_hidden()
    _write_and_leave(page)
    page.goto("http://portal.test/form")
    assert page.input_value("#title") == "Bagare på natten"
    assert page.is_checked("#tick")
    assert page.locator("#tasks").is_visible()
    assert page.locator("[data-autosave-note]").is_visible()


def test_tokens_are_never_kept(page: Page) -> None:
    _write_and_leave(page)
    assert "Bagare" in _kept(page)
    assert "secret-token" not in _kept(page)


def test_an_accepted_form_leaves_nothing_behind(page: Page) -> None:
    page.fill("#title", "Bagare på natten")
    page.click("button[name=post]")
    page.wait_for_url("**/sent")
    assert _kept(page) == "{}"


def test_a_form_that_came_back_shows_what_the_server_has(page: Page) -> None:
    _write_and_leave(page)
    page.goto("http://portal.test/refused")
    assert page.input_value("#title") == "As the server has it"


def test_beginning_anew_forgets(page: Page) -> None:
    _write_and_leave(page)
    page.goto("http://portal.test/form")
    page.click("[data-autosave-discard]")
    assert page.input_value("#title") == ""
    page.goto("http://portal.test/elsewhere")
    page.goto("http://portal.test/form")
    assert page.input_value("#title") == ""
    assert page.locator("[data-autosave-note]").is_hidden()
