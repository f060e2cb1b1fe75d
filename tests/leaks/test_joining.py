"""Two employers who compare all that they were sent of the same forty candidates: nothing joins but coarse values.

Each candidate has a pitch of its own for each employer, and stands at both. Everything that A's contact person is sent
of one candidate is cut into words, and so is everything of B's. A word (an id, a time, an alias, a header, a text) that
few at A and few at B have in common would join a person better than any value of the profile does, since each of those
is shared by five at least. So does an order of the lists.
"""

from __future__ import annotations

import email
import email.policy
import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.candidates import profiles
from portal.candidates import queries as candidates_queries
from portal.candidates.models import Candidate, Profile
from portal.core.app import Portal
from portal.core.db import db
from portal.core.i18n import Language, in_language
from portal.employers import queries as employers_queries
from portal.openings import queries as openings_queries
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import build_message
from portal.proposals import messages, queries, service
from portal.proposals.models import Proposal
from tests.factories import accounts, candidates, openings
from tests.proposals.kit import ClientFor

PEOPLE = 40
RARE_BELOW = 5
# Eight kinds of people, five of each; skills, places, hours and starts cut across them, some of them rare.
TRADES = ("cook", "cleaner", "shelf-stocker", "carpenter", "welder", "office-assistant", "farm-worker", "cashier")
START = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@dataclass
class House:
    """One of the two employers."""

    contact: User
    opening_id: int
    proposals: list[int]  # by candidate's number


def _people(coach: User) -> list[Candidate]:
    return [
        candidates.candidate(
            coach=coach,
            profile={
                "occupations": {TRADES[number % 8]: "1_3"},
                "skills": [
                    "lunch-cooking" if number % 8 == 0 else "punctual",
                    ("sewing", "milking", "tiling")[number % 3],
                ],
                "languages": {"sv": "C2", "fi": "B1"},
                "hours_min": 10 + number % 4 * 5,
                "hours_max": 30 + number % 7,
                "areas": ["272", ("849", "217", "236", "421")[number % 4]],
                "earliest_start": START.date() + timedelta(days=3 * number),
                "works_well": "One thing at a time",
            },
        )
        for number in range(PEOPLE)
    ]


def _house() -> House:
    need = openings_queries.get(openings.opening(people=60).id)
    return House(need.contacts[0], need.id, [])


def _send(house: House, coach: User, candidate_id: int, pitch: str) -> None:
    db.session.get_one(Profile, candidate_id).pitch = pitch
    db.session.flush()
    actor = employers_queries.actor_of(coach)
    person = candidates_queries.load(candidate_id)
    proposal = service.draft(actor, person, openings_queries.get(house.opening_id))
    service.record_consent(actor, proposal, service.HowGiven())
    messages.write(actor, queries.load(proposal.id), "Tuesday suits us well.")
    db.session.commit()
    house.proposals.append(proposal.id)


@pytest.fixture
def houses(app: Portal, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[House, House]]:
    """Both employers, the same forty proposed to each, one after the other within the day."""
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], rare_below=RARE_BELOW))
    with time_machine.travel(START, tick=False) as clock_hand:
        coach = accounts.coach()
        people = [person.id for person in _people(coach)]
        db.session.commit()
        two = _house(), _house()
        for number, person in enumerate(people):
            for house, words in zip(two, ("Works with care", "Somebody to count on"), strict=True):
                clock_hand.shift(timedelta(seconds=97))
                _send(house, coach, person, f"{words}, {'abcdefghij'[number % 10] * 3}{house.opening_id}x{number}.")
        yield two


_WORD = re.compile(r"[\w@.:+-]{2,}")


def _words(text: str) -> set[str]:
    text = re.sub(r'name="csrf_token"[^>]*', "", html.unescape(text))
    return set(_WORD.findall(text))


def _sent_of(house: House, browser: FlaskClient) -> list[set[str]]:
    """The words of all that the contact person is sent of each candidate: page with its headers, mails with theirs."""
    found = []
    browser.get("/start")  # the visit's cookie comes with the first page, whichever it is
    for row_id in house.proposals:
        row = db.session.get_one(Proposal, row_id)
        answer = browser.get(f"/proposals/{row.public_id}")
        assert answer.status_code == 200
        words = _words(f"{answer.headers}\n{answer.text}") | {row.public_id}
        query = select(Notification).where(
            Notification.user_id == house.contact.id,
            Notification.about_type == "proposal",
            Notification.about_id == row_id,
        )
        rows = db.session.scalars(query.order_by(Notification.id)).all()
        assert rows, "no mail was sent of it"
        for mail in rows:
            message = build_message(mail, KINDS[mail.kind], Recipient("reader@portal.example", "Reader", Language.EN))
            raw = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
            words |= _words(" ".join(f"{name}: {value}" for name, value in raw.items()))
            for part in raw.walk():
                if not part.is_multipart():
                    words |= _words(str(part.get_content()))
        found.append(words)
    return found


def _values(house: House) -> list[set[str]]:
    """The words of each candidate's values as they are shown: what five share, or coarser. Not the texts."""
    found = []
    for row_id in house.proposals:
        frozen = queries.load(row_id).frozen_profile
        assert frozen is not None
        with in_language(Language.EN):
            shown = profiles.shown(frozen.content)
        found.append(_words(str(replace(shown, pitch="", works_well=[]))))
    return found


@pytest.mark.either_database  # what pages say
def test_two_employers_who_compare_notes_join_nobody(houses: tuple[House, House], client_for: ClientFor) -> None:
    _no_word_joins(houses, client_for)
    _no_order_joins(houses, client_for)
    _no_mail_joins(houses)


def _no_word_joins(houses: tuple[House, House], client_for: ClientFor) -> None:
    sent = [_sent_of(house, client_for(house.contact)) for house in houses]
    counts = [Counter(word for words in side for word in words) for side in sent]
    assert len(counts[0]) > 200, "the pages were not read"
    values = _values(houses[0])
    joining: dict[str, int] = {}
    for number, words in enumerate(zip(*sent, strict=True)):
        alike = {word for word in words[0] & words[1] if min(counts[0][word], counts[1][word]) < RARE_BELOW}
        joining |= dict.fromkeys(alike - values[number], number)
    print(
        f"\ntwo employers, {PEOPLE} candidates at both: {len(joining)} words join beside the profile's own values; "
        f"{len(counts[0])} and {len(counts[1])} different words were compared"
    )
    assert joining == {}


def _no_order_joins(houses: tuple[House, House], client_for: ClientFor) -> None:
    """The place in one employer's list says nothing of the place in the other's: two random orders."""
    places = []
    for house in houses:
        opening = openings_queries.get(house.opening_id)
        numbers = {db.session.get_one(Proposal, one).public_id: number for number, one in enumerate(house.proposals)}
        page = client_for(house.contact).get(f"/openings/{opening.public_id}").text
        seen = dict.fromkeys(found for found in re.findall(r"/proposals/([0-9a-f]{32})", page) if found in numbers)
        order = [numbers[found] for found in seen]
        assert len(order) >= 10
        places.append({number: place for place, number in enumerate(order)})
    both = sorted(places[0].keys() & places[1].keys())
    pairs = [(a, b) for a in both for b in both if a < b]
    alike = sum((places[0][a] < places[0][b]) == (places[1][a] < places[1][b]) for a, b in pairs) / len(pairs)
    print(f"\norder of two employers' lists: {alike:.0%} of {len(pairs)} pairs stand alike (chance: 50%)")
    assert 0.05 < alike < 0.95, "one order can be read from the other"


def _no_mail_joins(houses: tuple[House, House]) -> None:
    """The order and the hours in which the worker sends to one employer say nothing of those to the other."""
    sent: list[dict[int, datetime]] = [{}, {}]
    for times, house in zip(sent, houses, strict=True):
        for number, row_id in enumerate(house.proposals):
            query = select(Notification).where(
                Notification.user_id == house.contact.id,
                Notification.about_type == "proposal",
                Notification.about_id == row_id,
            )
            mails = db.session.scalars(query.order_by(Notification.due_at, Notification.id)).all()
            assert mails[0].kind == "candidate_proposed", "a mail came before the one that tells of the candidate"
            times[number] = mails[0].due_at
    orders = [sorted(times, key=lambda number: times[number]) for times in sent]
    same_place = sum(a == b for a, b in zip(*orders, strict=True))
    together = sum(abs(sent[0][one] - sent[1][one]) < timedelta(minutes=15) for one in range(PEOPLE))
    pairs = [(a, b) for a in range(PEOPLE) for b in range(PEOPLE) if a < b]
    alike = sum((sent[0][a] < sent[0][b]) == (sent[1][a] < sent[1][b]) for a, b in pairs) / len(pairs)
    print(
        f"\nmails to two employers: {same_place} of {PEOPLE} at the same place, {together} within a quarter of an hour "
        f"of each other; {alike:.0%} of the pairs in the same order (chance: 50%)"
    )
    assert same_place < PEOPLE / 4
    assert together < PEOPLE / 4
    assert 0.1 < alike < 0.9
