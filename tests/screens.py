"""``make screens``: starts the demonstration, signs in as each of its accounts, and takes pictures of the main pages.

The first screen of the pages of ``FOR_README`` goes to ``docs/screens/`` as NAME-1280.png and NAME-390.png. With
``--whole``, the whole length of every page goes to the folder of ``--to``: for looking at.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from playwright.sync_api import Browser, Page, expect, sync_playwright

from portal.demo.accounts import ACCOUNTS
from portal.demo.run import ROOT
from tests.journeys.person import DESKTOP, PHONE, launch_options
from tests.outbox.smtp import free_port

LARGEST_BYTES = 250_000
STOP_SECONDS = 60
SECONDS = 30_000  # milliseconds
FOR_README = {
    "landing",
    "mailbox",
    "employer-home",
    "employer-need",
    "employer-proposal",
    "employer-post-a-need",
    "employer-hire",
    "coach-today",
    "coach-profile",
    "coach-proposal",
    "candidate-consent",
    "team",
}
WIDTHS = {1280: DESKTOP, 390: {**PHONE, "device_scale_factor": 1}}


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """The address of a demonstration that runs while inside, with its data in ``folder``."""
    port = free_port()
    environ = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "DATA_DIR": str(folder)}
    for name in ("DATABASE_URL", "MAIL_SERVER", "MAIL_PORT", "PORTAL_BASE_URL", "SECRET_KEY", "DATA_KEYS"):
        environ.pop(name, None)
    program = subprocess.Popen(
        [sys.executable, "-m", "portal.demo.run"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    try:
        assert program.stdout is not None
        _wait_for_welcome(program.stdout)
        yield f"http://127.0.0.1:{port}"
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(STOP_SECONDS)


def _wait_for_welcome(lines: IO[str]) -> None:
    for line in lines:
        if "The portal runs at" in line:
            return
    raise SystemExit("The demonstration did not start: see what it said above.")


class Camera:
    """Goes about the demonstration at one width and takes pictures."""

    def __init__(self, browser: Browser, url: str, width: int, target: Path, *, whole: bool) -> None:
        self.browser, self.url, self.width, self.target, self.whole = browser, url, width, target, whole
        self.taken: list[Path] = []

    @contextmanager
    def visit(self, role: str | None = None) -> Iterator[Page]:
        """A page of somebody with this role, signed in; of a visitor without one."""
        context = self.browser.new_context(**WIDTHS[self.width], locale="en-GB", timezone_id="Europe/Helsinki")
        context.set_default_timeout(SECONDS)
        page = context.new_page()
        if role is not None:
            account = next(one for one in ACCOUNTS if one.role == role)
            page.goto(self.url + "/sign-in")
            page.get_by_label("Work mail").fill(account.email)
            page.get_by_label("Password").fill(account.password)
            press(page, lambda: page.get_by_role("main").get_by_role("button", name="Sign in").click())
            in_english(page)
        yield page
        context.close()

    def shoot(self, page: Page, name: str) -> None:
        """Take a picture of the page as it is, if it is wanted."""
        if not self.whole and name not in FOR_README:
            return
        path = self.target / f"{name}-{self.width}.png"
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.screenshot(path=path, full_page=self.whole, animations="disabled")
        self.taken.append(path)

    def open(self, page: Page, path: str, name: str) -> None:
        """Open an address and take a picture of it."""
        page.goto(self.url + path)
        self.shoot(page, name)

    def follow(self, page: Page, selector: str, name: str | None = None) -> None:
        """Follow the first link that the selector finds; take a picture of where it leads when it has a name."""
        press(page, lambda: page.locator(selector).first.click())
        if name is not None:
            self.shoot(page, name)


def press(page: Page, action: Callable[[], None]) -> None:
    """Do what leads to another page, and wait until it is there."""
    with page.expect_navigation(wait_until="load"):
        action()


def in_english(page: Page) -> None:
    """Choose English in the top bar, unless the page is in it."""
    if page.locator("html").get_attribute("lang") != "en":
        page.locator("details.menu summary").first.click()
        press(page, lambda: page.get_by_role("button", name="English", exact=True).click())


def visitor(camera: Camera) -> None:
    """What stands open to everybody, and the demonstration's mailbox."""
    with camera.visit() as page:
        camera.open(page, "/", "landing")
        camera.open(page, "/register", "register")
        camera.open(page, "/demo/mailbox", "mailbox")
        camera.follow(page, "main table a.whole", "mail")


def employer(camera: Camera) -> None:
    """First page, need, proposal, hire, and the form that posts a need."""
    with camera.visit("Employer") as page:
        camera.shoot(page, "employer-home")
        camera.open(page, "/openings/new", "employer-post-a-need")
        camera.open(page, "/openings", "employer-needs")
        camera.open(page, "/start", "employer-home")
        camera.follow(page, "main a[href*='/proposals/']", "employer-proposal")
        camera.follow(page, ".page-head__back a", "employer-need")
        camera.open(page, "/placements", "employer-hires")
        camera.follow(page, "main table a.whole", "employer-hire")
        camera.open(page, "/organisation", "employer-organisation")


def coach(camera: Camera) -> None:
    """Today, a candidate, a proposal, an employer, a hire; and what a candidate sees by link."""
    with camera.visit("Job coach") as page:
        camera.shoot(page, "coach-today")
        camera.follow(page, "main a[href*='/proposals/']", "coach-proposal")
        camera.open(page, "/candidates", "coach-candidates")
        camera.follow(page, "main table a.whole", "coach-candidate")
        camera.follow(page, "nav.tabs a[href$='/profile']", "coach-profile")
        camera.follow(page, "nav.tabs a[href$='/plan']", "coach-plan")
        camera.open(page, "/openings?state=open", "coach-needs")
        camera.follow(page, "main table a.whole", "coach-need")
        camera.follow(page, "a[href*='/proposals/new']", "coach-propose")
        camera.open(page, "/employers", "coach-employers")
        camera.follow(page, "main table a.whole", "coach-employer")
        camera.open(page, "/placements?state=active", "coach-hires")
        camera.follow(page, "main table a.whole", "coach-hire")
        camera.follow(page, "a[href*='/contacts/log']", "coach-log")
        link = consent_link(camera, page)
    if link:
        with camera.visit() as page:
            page.goto(link)
            camera.shoot(page, "candidate-consent")


def consent_link(camera: Camera, page: Page) -> str | None:
    """The link of a candidate whose answer is waited for, as the coach's screen shows it; None when nobody is asked."""
    page.goto(camera.url + "/candidates")
    people = page.locator("main table a.whole").evaluate_all("links => links.map(link => link.href)")
    for address in people:
        page.goto(address)
        waiting = page.locator("article.card-box", has_text="Waits for the candidate").locator("a.whole")
        if waiting.count():
            press(page, lambda found=waiting.first: found.click())
            camera.follow(page, "a[href$='/code']")
            return page.locator(".code-address a").get_attribute("href")
    return None


def leader(camera: Camera) -> None:
    """The team's page."""
    with camera.visit("Team leader") as page:
        camera.shoot(page, "team")


def administrator(camera: Camera) -> None:
    """People and mails."""
    with camera.visit("Administrator") as page:
        camera.shoot(page, "admin-people")
        camera.open(page, "/admin/mails/queue", "admin-mails")


def main() -> int:
    """Take all pictures; 1 when one of them is too large for the repository."""
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "screens")
    parser.add_argument("--whole", action="store_true", help="the whole length of each page")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or subprocess.check_output([ROOT / "tools" / "chromium"], text=True).strip()
    taken: list[Path] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        demonstration(Path(folder)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options(chromium))
        for width in WIDTHS:
            camera = Camera(browser, url, width, options.to, whole=options.whole)
            for part in (visitor, employer, coach, leader, administrator):
                part(camera)
            taken += camera.taken
        browser.close()
    sizes = {path: path.stat().st_size for path in dict.fromkeys(taken)}
    for path, size in sizes.items():
        print(f"{size // 1000:5} kB  {path}")
    too_large = [] if options.whole else [path.name for path, size in sizes.items() if size > LARGEST_BYTES]
    if too_large:
        print(f"Larger than {LARGEST_BYTES // 1000} kB: {', '.join(too_large)}", file=sys.stderr)
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
