"""A mail scanner: follows every address of a mail before its reader does, and runs what it finds there."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Browser


def scan(browser: Browser, addresses: Iterable[str]) -> list[int]:
    """Ask for each address by HEAD and GET, then open it with its scripts and wait until nothing more is fetched.

    :returns: the statuses that it met, the least first.
    """
    found = list(dict.fromkeys(addresses))
    context = browser.new_context()
    met = {context.request.fetch(one, method=method).status for one in found for method in ("HEAD", "GET")}
    pages = [context.new_page() for _one in found]
    for page, address in zip(pages, found, strict=True):
        answer = page.goto(address, wait_until="commit")
        assert answer is not None
        met.add(answer.status)
    for page in pages:
        page.wait_for_load_state("networkidle")
    context.close()
    return sorted(met)
