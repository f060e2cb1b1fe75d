"""Leaks that are put in on purpose are found, every one of them: what the crawl does not find is not there."""

from __future__ import annotations

import logging
import re
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.db import db
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from tests.leaks.seeded import IN_MAILS, ON_PAGES, in_mails, on_pages
from tests.leaks.surfaces import Crawl, crawl, mails
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
