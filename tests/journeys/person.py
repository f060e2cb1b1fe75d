"""A person at a browser: presses what stands on the page, and notices when something on it is broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, expect

CLIENT_FAULT = 400
SECONDS = 15_000  # milliseconds that a page may take on a busy machine

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}

_ID = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"(?<=/)(?:[\w.-]{40,})")
_AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}


@dataclass
class Findings:
    """What was looked at with axe, and what is wrong with it. Each kind of page is looked at once a width and theme."""

    looks: bool = True
    looked_at: dict[tuple[str, str], int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def look(self, page: Page, kind: str, manner: str) -> None:
        """Run axe on the page, unless one of its kind was looked at in this manner before."""
        if not self.looks or (kind, manner) in self.looked_at:
            return
        found = Axe().run(page, options=_AXE_OPTIONS).response["violations"]
        self.looked_at[kind, manner] = len(found)
        for one in found:
            places = "; ".join(f"{node['target']} {node['html'][:160]}" for node in one["nodes"][:4])
            self.problems.append(f"{kind} ({manner}): {one['id']} ({one['impact']}): {one['help']}: {places}")


class Person:
    """One person with an own browser. Every arrival is checked; ``problems`` holds what was found."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        findings: Findings,
        *,
        name: str,
        phone: bool = False,
        language: str = "en-GB",
        javascript: bool = True,
        dark: bool = False,
    ) -> None:
        self.name = name
        self.url = url
        self.findings = findings
        self.javascript = javascript
        self.manner = f"{'phone' if phone else 'desktop'}{', dark' if dark else ''}"
        self.problems: list[str] = []
        self.visited: list[str] = []
        self._expected_faults: set[int] = set()
        self.context = browser.new_context(
            **(PHONE if phone else DESKTOP),
            locale=language,
            timezone_id="Europe/Helsinki",
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
        )
        self.context.set_default_timeout(SECONDS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._report(f"script error: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)

    # --- going about

    def goes_to(self, address: str, *, fault: int | None = None) -> None:
        """Open an address, whole or from the root, as from the address bar or a mail.

        :param fault: the status that is right here; without one, a page that is not well is a problem.
        """
        with self._expecting(fault):
            response = self.page.goto(address if "://" in address else self.url + address, wait_until="load")
        assert response is not None
        if fault is not None:
            assert response.status == fault, f"{address} answered {response.status}, not {fault}"
        self._arrive()

    def presses(self, name: str, *, within: Locator | None = None, fault: int | None = None) -> None:
        """Press the button of this name, and arrive where it leads."""
        self._unfolds_more(name)
        self._go((within or self.page).get_by_role("button", name=name, exact=True), fault)

    def follows(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Follow the link of this name."""
        self._unfolds_more(name)
        exact = isinstance(name, str)
        self._go((within or self.page.locator("main")).get_by_role("link", name=name, exact=exact).first, None)

    def _unfolds_more(self, name: str | re.Pattern[str]) -> None:
        """Open “More” when what one looks for is in it."""
        inside = self.page.locator(".more__body :is(a, button)", has_text=name)
        more = self.page.locator("details.more:not([open])", has=inside)
        if more.count():
            more.first.locator("> summary").click()

    def turns_to(self, place: str) -> None:
        """Go to one of the places in the bar."""
        self._go(self.page.get_by_role("navigation", name="Places").get_by_role("link", name=place, exact=True), None)

    def _go(self, what: Locator, fault: int | None) -> None:
        with self._expecting(fault), self.page.expect_navigation(wait_until="load") as navigation:
            what.click()
        if fault is not None:
            assert navigation.value is not None
            assert navigation.value.status == fault, f"answered {navigation.value.status}, not {fault}"
        self._arrive()

    # --- filling in

    def field(self, label: str, *, within: Locator | None = None) -> Locator:
        """The control of this label; “(required)” and “(optional)” after it are not asked for."""
        words = re.compile(rf"^\s*{re.escape(label)}\s*(\(required\)|\(optional\))?\s*$")
        return (within or self.page).get_by_label(words)

    def fills(self, label: str, text: str | date | datetime | int) -> None:
        """Type into the field of this label."""
        if isinstance(text, datetime):
            text = text.strftime("%Y-%m-%dT%H:%M")
        self.field(label).fill(str(text))

    def picks(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.field(label).select_option(label=option)

    def ticks(self, label: str, *, group: str | None = None) -> None:
        """Tick a box or choose one of several, in the group of this legend when one is named."""
        within = self.group(group) if group else None
        self.field(label, within=within).check()

    def group(self, legend: str) -> Locator:
        """The group of fields with this legend."""
        return self.page.get_by_role("group", name=re.compile(rf"^\s*{re.escape(legend)}"))

    def unfolds(self, title: str) -> None:
        """Open a folded part of the page, if it is closed."""
        fold = self.page.locator("details", has=self.page.locator("summary", has_text=title)).first
        if fold.get_attribute("open") is None:
            fold.locator("> summary").click()

    # --- reading

    def reads(self, text: str | re.Pattern[str]) -> None:
        """The text stands on the page where one sees it."""
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def reads_title(self, text: str | re.Pattern[str]) -> None:
        """The page's heading."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def state_is(self, word: str) -> None:
        """The word beside the page's heading."""
        expect(self.page.locator("h1 .tag")).to_have_text(word)

    def does_not_offer(self, name: str) -> None:
        """No button and no link of this name."""
        for role in ("button", "link"):
            found = self.page.locator("main").get_by_role(role, name=name, exact=True, include_hidden=True)
            expect(found).to_have_count(0)

    @property
    def source(self) -> str:
        """The page as the server and its scripts made it, attributes and hidden parts included."""
        return self.page.content()

    def lacks(self, *secrets: str) -> None:
        """None of these stands anywhere in the page's source."""
        source = self.source.casefold()
        found = [secret for secret in secrets if secret.casefold() in source]
        assert not found, f"{self.page.url} holds {found}"

    # --- watching

    def _arrive(self) -> None:
        kind = _TOKEN.sub("TOKEN", _ID.sub("ID", self.page.url.removeprefix(self.url).partition("?")[0])) or "/"
        self.visited.append(kind)
        if not self.javascript:
            return
        self.findings.look(self.page, kind, self.manner)
        self.check_width(kind)

    def check_width(self, kind: str) -> None:
        """Nothing on the page may be wider than the screen."""
        too_wide = self.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if too_wide > 0:
            self._report(f"{kind} ({self.manner}) is {too_wide} px wider than the screen")

    @contextmanager
    def _expecting(self, fault: int | None) -> Iterator[None]:
        before = set(self._expected_faults)
        if fault is not None:
            self._expected_faults.add(fault)
        yield
        self._expected_faults = before

    def _report(self, what: str) -> None:
        self.problems.append(f"{self.name}: {what}")

    def _console(self, message: ConsoleMessage) -> None:
        fault = re.search(r"status of (\d{3})", message.text)
        if fault:  # the browser's own word about an answer, which _response judges
            return
        if message.type in ("error", "warning"):
            self._report(f"console {message.type} on {self.page.url}: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.url.startswith(self.url) and request.failure != "net::ERR_ABORTED":
            self._report(f"failed: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if not response.url.startswith(self.url):
            self._report(f"asked another host: {response.url}")
        elif response.status >= CLIENT_FAULT and response.status not in self._expected_faults:
            self._report(f"{response.status} from {response.request.method} {response.url}")


MakePerson = Callable[..., Person]


def launch_options(chromium: str) -> dict[str, Any]:
    """Chromium without a sandbox (tests run as root), and without its calls home."""
    return {
        "executable_path": chromium,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }
