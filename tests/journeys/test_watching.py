"""What the stories rely on: whoever sees something broken notices it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.person import Findings, Person
from tests.journeys.running import Portal

pytestmark = [pytest.mark.journey, pytest.mark.either_database]

BROKEN = """
<!doctype html><html lang="en"><head><title>Broken</title></head><body><main>
<h1>Broken</h1><p style="color:#ccc">Too pale</p><img src="/static/nothing.png">
</main></body></html>
"""


def test_what_is_broken_is_noticed(portal: Portal, chromium: Browser) -> None:
    findings = Findings()
    visitor = Person(chromium, portal.url, findings, name="visitor", phone=True)
    visitor.goes_to("/")
    assert visitor.problems == findings.problems == []
    visitor.page.evaluate("() => { console.error('a script is unwell') }")
    with visitor.page.expect_response("**/static/nothing.png"):
        visitor.page.set_content(BROKEN)
    visitor.page.evaluate("() => { document.querySelector('p').style.color = '#ccc' }")
    findings.look(visitor.page, "broken page", "phone")
    visitor.goes_to("/no/such/page")
    visitor.page.evaluate(
        "() => { const big = document.createElement('div'); big.style.width = '900px';"
        " big.textContent = '.'; document.body.append(big) }"
    )
    visitor.check_width("a wide page")
    said = "\n".join(visitor.problems)
    assert "a script is unwell" in said
    assert "Content Security Policy" in said
    assert "404 from GET" in said
    assert "wider than the screen" in said
    assert {problem.split(": ")[1].split(" ")[0] for problem in findings.problems} >= {"color-contrast", "image-alt"}
    visitor.context.close()
