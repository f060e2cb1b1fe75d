"""A running portal, a browser, and people at it. One portal for all stories of a test process."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from portal.demo.run import ROOT
from tests.journeys.person import Findings, MakePerson, Person, launch_options
from tests.journeys.postbox import Postbox
from tests.journeys.ready import Stage
from tests.journeys.running import Portal, running

PEOPLE = pytest.StashKey[list[Person]]()


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The running portal: empty but for its first administrator."""
    with running(Path(tmp_path_factory.mktemp("portal"))) as started:
        yield started


@pytest.fixture
def postbox(portal: Portal) -> Postbox:
    """The mail server that the portal's mails go to."""
    return portal.postbox


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium, as ``tools/chromium`` finds or installs it."""
    path = os.environ.get("CHROMIUM") or _find_chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**launch_options(path))
        try:
            yield started
        finally:
            started.close()


def _find_chromium() -> str:
    found = subprocess.run([ROOT / "tools" / "chromium"], capture_output=True, text=True, check=True)
    return found.stdout.strip()


@pytest.fixture(scope="package")
def findings() -> Findings:
    """What axe has looked at, over all stories: on SQLite, since the pages of the other database are the same."""
    return Findings(looks="TEST_DATABASE_URL" not in os.environ)


@pytest.fixture
def person(
    portal: Portal, chromium: Browser, findings: Findings, request: pytest.FixtureRequest
) -> Iterator[MakePerson]:
    """Makes people. At the end of the story nothing that they saw may have been broken."""
    people = request.node.stash.setdefault(PEOPLE, [])
    known = len(findings.problems)

    def make(name: str, **options: object) -> Person:
        people.append(Person(chromium, portal.url, findings, name=name, **options))  # type: ignore[arg-type]
        return people[-1]

    yield make
    problems = [problem for one in people for problem in one.problems] + findings.problems[known:]
    kinds = len(findings.looked_at)
    print(f"\n{request.node.name}: {sum(len(one.visited) for one in people)} pages opened; axe has seen {kinds} kinds.")
    for one in people:
        one.context.close()
    assert not problems, "Broken on the way:\n" + "\n".join(problems)


@pytest.fixture
def stage(portal: Portal) -> Iterator[Stage]:
    """Makes what a story finds ready: rows, and signed-in people."""
    made = Stage(portal)
    yield made
    made.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where a story ends badly, its report shows each person's last page as a picture, and what the programs said."""
    report = yield
    people = item.stash.get(PEOPLE, [])
    if report.when == "call" and report.failed and people:
        folder = item.funcargs["portal"].family.logs.parent / "pictures"
        folder.mkdir(exist_ok=True)
        for at, one in enumerate(people):
            one.page.screenshot(path=folder / f"{at}-{one.name.replace(' ', '-')}.png", full_page=True)
        places = "\n".join(f"{one.name}: {one.page.url} {one.problems}" for one in people)
        report.sections.append(("where everybody was", f"{places}\nPictures are in {folder}/"))
        report.sections.append(("what the programs said", item.funcargs["portal"].logs()))
    return report
