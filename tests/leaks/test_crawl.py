"""No person of an employer is sent a private word of any candidate, but for what that candidate let them know."""

from __future__ import annotations

import logging
from collections import Counter
from itertools import islice

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink
from portal.candidates.models import Identity
from portal.core.db import db
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from tests.accounts.kit import without_token
from tests.leaks import canaries
from tests.leaks.surfaces import calendars, crawl, mails, searches
from tests.leaks.world import World, build
from tests.proposals.kit import ClientFor

# Every state once; then those with a page at the employer once more, where the yes to details is over: more than 20
# candidates.
STATES = [*ProposalState]
LAPSED = [one for one in ProposalState if one not in ("draft", "refused")]
# What each mailed link about a candidate opens.
LINKS = {
    Purpose.CONSENT: "consent",
    Purpose.MY_CONSENTS: "my-consents",
    Purpose.ANSWER: "answer",
    Purpose.SUPPORT: "ask-for-support",
    Purpose.PULSE: "pulse",
}
_PLANTED = {*canaries.PRIVATE, *canaries.EMPLOYEE_SIDE, *canaries.WITH_DETAILS}


def _others(world: World) -> list[str]:
    """Addresses of everything about candidates, whoever it belongs to."""
    rows = [db.session.get_one(Proposal, one) for person in world.people for one in person.proposals.values()]
    return ["/healthz", *(f"/proposals/{row.public_id}" for row in rows)]


def test_every_column_about_a_candidate_is_planted_or_known() -> None:
    known = {*_PLANTED, *canaries.SEEN_BY_DESIGN}
    telling = canaries.telling_columns()
    assert telling - known == set(), "new columns about a candidate: plant a canary, or say why it may be seen"
    gone = {one for one in known - telling if one.split(".")[0] in db.metadata.tables}
    assert gone == set(), "these are no columns about a candidate any more"
    assert not set(canaries.SEEN_BY_DESIGN) & _PLANTED


def test_nobody_at_an_employer_is_sent_what_is_private(
    app: Flask, client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    """One world, since it costs the most: pages, forms, errors, searches, logs, mails, and the order of lists."""
    world = build(STATES, lapsed=LAPSED)
    assert len(world.people) >= 20
    planted = {column for person in world.people for column in person.planted}
    assert planted == _PLANTED
    caplog.set_level(logging.INFO)
    pages = answers = 0
    # who may be told something, and who may not: of each, every kind of request beside reading is made once
    tried: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for reader in world.readers:
        browser = client_for(world.user(reader))
        found = crawl(browser, _others(world), tried[reader.endswith(".contact")])
        assert found.failed == [], reader
        read = {address: world.search.found(*sent) for address, sent in found.sent.items()}
        assert set().union(*read.values()) == world.may_read(reader), reader
        _stays_on_its_pages(world, read, reader)
        words = [str(person.planted["identities.last_name"]) for person in islice(world.people, 3)]
        assert searches(browser, found, words) == []
        pages += len([address for address in found.sent if " " not in address])
        answers += sum(len(sent) for sent in found.sent.values())
    assert world.search.found(caplog.text.encode()) == set()
    letters = mails(world)
    assert len({who.split()[1] for who in letters}) > 12, "hardly a mail was queued"
    said = {who: world.search.found(raw) for who, raw in letters.items()}
    assert {who: hits for who, hits in said.items() if hits} == {}
    feeds = calendars(app.test_client())
    assert b"".join(feeds.values()).count(b"BEGIN:VEVENT") > 12, "hardly a meeting stands in the calendars"
    assert {who: hits for who, raw in feeds.items() if (hits := world.search.found(raw))} == {}
    _links_tell_of_nobody_else(world, app.test_client())
    no_list_is_in_the_order_of_names(world, client_for(world.user("a.colleague")))
    people = f"{len(world.people)} candidates, {len(world.readers)} readers"
    print(f"\nleak crawl: {people}, {pages} pages, {answers} answers, {len(letters)} mails; nothing leaked")


def _links_tell_of_nobody_else(world: World, browser: FlaskClient) -> None:
    """A candidate's link shows nothing of another candidate; what an employer's link opens shows nobody at all."""
    numbers = {one: person.number for person in world.people for one in person.proposals.values()}
    opened = Counter[Purpose]()
    for link in db.session.scalars(select(SignedLink).where(SignedLink.purpose.in_(LINKS)).order_by(SignedLink.id)):
        whose = {numbers[link.subject_id]} if link.purpose in (Purpose.CONSENT, Purpose.MY_CONSENTS) else set()
        answer = browser.get(f"/{LINKS[link.purpose]}/{links.token_of(link)}")
        assert answer.status_code < 500, link.purpose
        told = world.search.found(answer.data)
        assert {number for number, _column in told} <= whose, link.purpose
        opened[link.purpose] += answer.status_code == 200
    assert all(opened[one] for one in LINKS), opened


def _stays_on_its_pages(world: World, read: dict[str, set[tuple[int, str]]], reader: str) -> None:
    """What one candidate let be known is not on the page of another's proposal."""
    for person in world.people:
        row = db.session.get_one(Proposal, person.proposals["a"])
        page = read.get(f"/proposals/{row.public_id}", set())
        others = {number for number, _column in page} - {person.number}
        assert others == set(), f"{reader}: {row.state}"


def no_list_is_in_the_order_of_names(world: World, browser: FlaskClient) -> None:
    """Everybody's name and birth date turned round: every page of somebody who may read none stays as it was."""
    before = {address: sent[0] for address, sent in crawl(browser, []).sent.items() if " " not in address}
    assert len(before) > 10
    for person in world.people:
        turned = len(world.people) - person.number
        db.session.execute(
            update(Identity)
            .where(Identity.candidate_id == person.candidate_id)
            .values(
                first_name=f"{turned:03d}",
                last_name=f"{turned:03d}",
                birth_date=canaries.canary("identities.birth_date", turned),
            )
        )
    db.session.commit()
    for address, sent in before.items():
        was = without_token(sent.decode()).splitlines()
        body = without_token(browser.get(address).get_data(as_text=True)).splitlines()
        assert was[-len(body) :] == body, address
