"""Leaks that are put in on purpose are found, every one of them: what the crawl does not find is not there."""

from __future__ import annotations

import logging
import re
from collections import Counter
from contextlib import ExitStack

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.db import db
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from tests.leaks.seeded import IN_MAILS, ON_PAGES, counts, in_mails, in_order, on_pages
from tests.leaks.surfaces import Crawl, crawl, mails, searches
from tests.leaks.test_crawl import no_list_is_in_the_order_of_names
from tests.leaks.world import World, build
from tests.proposals.kit import ClientFor

pytestmark = pytest.mark.either_database

COLUMN = "identities.care_contact"  # nobody may ever read it


@pytest.fixture
def world(app: Flask) -> World:
    """The smallest world with something to leak."""
    return build([ProposalState.PROPOSED, ProposalState.INTERVIEW])


def _secret(world: World) -> str:
    found = re.search(r"\bZqvux\w+", str(world.people[0].planted[COLUMN]))
    assert found
    return found[0]


def _crawl(world: World, browser: FlaskClient, tried: Counter[str] | None = None) -> Crawl:
    rows = [db.session.get_one(Proposal, person.proposals["a"]) for person in world.people]
    return crawl(browser, [f"/proposals/{row.public_id}" for row in rows] + ["/proposals/nobody"], tried)


def test_a_world_without_leaks_has_none(world: World, client_for: ClientFor) -> None:
    found = _crawl(world, client_for(world.user("a.contact")), Counter())
    assert {whose for sent in found.sent.values() for whose in world.search.found(*sent)} == world.may_read("a.contact")


def test_every_seeded_leak_is_found(
    app: Flask, world: World, client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    leaked, missed = (world.people[0].number, COLUMN), []
    secret = _secret(world)
    browser = client_for(world.user("a.contact"))
    addresses = [one for one in _crawl(world, browser).sent if one.startswith("/proposals/")]
    assert len(addresses) > 3
    for name, spoil in ON_PAGES.items():
        caplog.clear()
        for address in addresses:  # each alone: a page, a page that is not there
            with on_pages(app, spoil, secret):
                answer = browser.get(address)
            found = Crawl()
            found.keep(address, answer)
            if leaked not in world.search.found(*found.sent[address], caplog.text.encode()):
                missed.append(f"{name} at {answer.status}")
    for name, change in IN_MAILS.items():
        with in_mails(change, secret):
            said = [world.search.found(raw) for raw in mails(world).values()]
        missed += [name for hits in said if leaked not in hits][:1]
    assert sorted(set(missed)) == []
    print(f"\n{len(ON_PAGES) + len(IN_MAILS)} seeded leaks, all found")


# Where else an employer reads: each leaks somebody's other column, so that one crawl tells them all apart.
_ELSEWHERE = {
    "/openings/": "identities.last_name",
    "/openings": "identities.street",
    "/organisation": "identities.nickname",
    "/settings": "profiles.wishes",
    "/start": "disclosure_plans.never_say",
}


def test_the_crawl_itself_finds_leaks_elsewhere_in_counts_and_in_orders(
    app: Flask, world: World, client_for: ClientFor
) -> None:
    """On other pages than proposals', in what a search counts, in the order of a list without names."""
    _on_other_pages(app, world, client_for)
    _in_counts(app, world, client_for)
    _in_orders(app, world, client_for)


def _on_other_pages(app: Flask, world: World, client_for: ClientFor) -> None:
    person = world.people[0]
    browser = client_for(world.user("a.contact"))
    with ExitStack() as leaks:
        for address, column in _ELSEWHERE.items():
            word = re.search(r"Zqvux\w+", str(person.planted[column]))
            assert word
            leaks.enter_context(on_pages(app, ON_PAGES["a comment"], word[0], at=address))
        sent = crawl(browser, []).sent
    found = {(address, column) for address, raw in sent.items() for _who, column in world.search.found(*raw)}
    missed = {
        address: column
        for address, column in _ELSEWHERE.items()
        if not any(at.startswith(address) and what == column for at, what in found)
    }
    assert missed == {}


def _in_orders(app: Flask, world: World, client_for: ClientFor) -> None:
    browser = client_for(world.user("a.colleague"))
    with on_pages(app, in_order, "", at="/openings"), pytest.raises(AssertionError, match="/openings"):
        no_list_is_in_the_order_of_names(world, browser)


def _in_counts(app: Flask, world: World, client_for: ClientFor) -> None:
    browser = client_for(world.user("a.contact"))
    word = str(world.people[0].planted["identities.last_name"])
    with on_pages(app, counts, "", at="/openings"):
        told = searches(browser, crawl(browser, []), [word])
    assert f"/openings tells of {word}" in told
