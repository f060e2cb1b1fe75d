"""What the documents print from the code is what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.cli import states_as_markdown
from portal.core.app import Portal
from portal.outbox.catalogue import as_markdown

pytestmark = pytest.mark.either_database

DOCS = Path(__file__).parents[2] / "docs"


def test_the_workflows_are_printed_as_they_are(app: Portal) -> None:
    with app.test_request_context():
        printed = states_as_markdown()
    assert (DOCS / "states.md").read_text(encoding="utf-8") == printed, "run: flask --app wsgi states > docs/states.md"


def test_the_mails_are_printed_as_they_are(app: Portal) -> None:
    with app.test_request_context():
        printed = as_markdown()
    assert (DOCS / "mail.md").read_text(encoding="utf-8") == printed, "run: flask --app wsgi mails > docs/mail.md"
