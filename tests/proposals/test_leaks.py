"""What an employer can reach holds nothing of who the candidate is, but for what the candidate let it know.

Every private column of the candidate holds a word of its own that occurs nowhere else (a canary). Everything that each
kind of employer's user can reach from the first page is fetched, and searched as it is, without case, and decoded.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default as modern
from urllib.parse import quote, unquote, urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Purpose, User
from portal.candidates.models import (
    Consent,
    DisclosurePlan,
    Identity,
    KeptFine,
    Note,
    Profile,
)
from portal.candidates.values import Kind
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.employers.models import Employer
from portal.openings import queries as opening_queries
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import build_message
from portal.proposals import interviews, messages, queries, service
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from tests.factories import employers, openings, proposals
from tests.factories.proposals import Story
from tests.proposals.kit import PITCH, ClientFor, link, path

pytestmark = pytest.mark.either_database  # the whole crawl runs on both

S = ProposalState

# By column: what is planted in it. Words that the portal's texts, names and addresses never hold.
CANARIES: dict[str, str] = {
    "first_name": "Zwilmeria",
    "last_name": "Quastrof",
    "nickname": "Pyxenja",
    "email": "zwq.private@kanarie.example",
    "phone": "+358 46 9917733",
    "street": "Vixbergagatan 417",
    "postal_code": "QVXZJ",  # figures alone turn up in random ids by chance
    "care_contact": "Jorvenhald poliklinik",
    "note": "Noteringens Brixomantel",
    "reason": "Varför Glimmerstax",
    "wishes": "Wunschtraum Feltrix",
    "agreed_words": "Ordagrant Kylpranka",
    "never_say": "Aldrig Snorvalek",
    "change_wish": "Byt bort Drumfelix",
    "who_was_there": "Moster Hjortvanja",
    "birth_date": "1987-03-29",
}
# What is planted by column of its table; ``tests/leaks`` plants every private column there is.
PLANTED = {"first_name", "last_name", "nickname", "email", "phone", "street", "postal_code", "care_contact"}
TOLD = {"name": ("first_name", "last_name"), "phone": ("phone",)}


def plant(story: Story) -> None:
    """Put the canaries into the story's candidate."""
    identity = db.session.get_one(Identity, story.candidate.id)
    for name in sorted(PLANTED):
        setattr(identity, name, CANARIES[name])
    identity.birth_date = date.fromisoformat(CANARIES["birth_date"])
    db.session.add(Note(candidate_id=story.candidate.id, author_id=story.coach.id, text=CANARIES["note"]))
    kept = KeptFine(candidate_id=story.candidate.id, kind=Kind.SKILL, value="punctual", reason=CANARIES["reason"])
    db.session.add(kept)
    db.session.get_one(Profile, story.candidate.id).wishes = CANARIES["wishes"]
    plan = db.session.get_one(DisclosurePlan, story.candidate.id)
    plan.agreed_words, plan.never_say = CANARIES["agreed_words"], CANARIES["never_say"]
    db.session.execute(db.update(Proposal).values(change_wish=CANARIES["change_wish"]))
    db.session.execute(db.update(Consent).values(who_was_there=CANARIES["who_was_there"]))
    db.session.commit()


def _shapes(word: str) -> Iterator[str]:
    """A canary as it could be written somewhere, folded for a search without case."""
    yield word
    yield quote(word)
    yield html.escape(word)
    yield word.encode("unicode_escape").decode()
    yield word[::-1]
    yield word.encode().hex()
    yield word.replace(" ", "")
    for shift in range(3):  # its part of a base64 that does not hang on what stands before and after it
        coded = base64.b64encode(b"x" * shift + word.encode()).decode()
        yield coded[(shift * 8 + 5) // 6 : (shift + len(word.encode())) * 8 // 6]


SHAPES = {name: {shape.casefold() for shape in _shapes(word) if len(shape) > 4} for name, word in CANARIES.items()}
SHAPES["birth_date"] |= {"29.3.1987", "29.3.87", "29 mar 1987", "290387"}


def found_in(*texts: str) -> set[str]:
    """The names of the canaries in texts, in any of their shapes."""
    whole = "\n".join(texts)
    folded = "\n".join((whole, html.unescape(whole), unquote(whole))).casefold()
    return {name for name, shapes in SHAPES.items() if any(shape in folded for shape in shapes)}


@pytest.mark.parametrize("name", list(CANARIES))
@pytest.mark.parametrize(
    "hide",
    [
        str,
        str.upper,
        html.escape,
        quote,
        lambda word: base64.b64encode(f"k={word};".encode()).decode(),
        lambda word: word.encode().hex(),
        lambda word: word[::-1],
    ],
)
def test_the_search_finds_what_it_looks_for(name: str, hide: object) -> None:
    assert callable(hide)
    assert name in found_in(f"<p data-x='{hide(CANARIES[name])}'>")


LINKS = re.compile(r"""(?:href|src|action)="([^"#]+)""")


def reachable(browser: FlaskClient) -> dict[str, str]:
    """Everything that can be fetched from the first page on: address -> status, headers, cookies and body."""
    pages: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        answer = browser.get(address)
        body = answer.get_data(as_text=True)
        pages[address] = f"{answer.status}\n{answer.headers}\n{body}"
        for target in [*LINKS.findall(html.unescape(body)), answer.headers.get("Location", "")]:
            parts = urlsplit(target)
            known = parts.path.startswith("/") and parts.netloc in ("", "localhost")
            if known and not parts.path.startswith(("/static/", "/bootstrap/")):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return pages


def _people(story: Story) -> dict[str, User]:
    own = db.session.get_one(Employer, story.opening.employer_id)
    return {
        "contact": story.contact,
        "colleague": employers.employer_user(own),
        "stranger": employers.employer_user(),
    }


def _crawl(client_for: ClientFor, people: dict[str, User]) -> dict[str, dict[str, str]]:
    return {who: reachable(client_for(user)) for who, user in people.items()}


@pytest.mark.parametrize("state", [S.AWAITING_CONSENT, S.INTERESTED, S.WITHDRAWN])
def test_before_anything_is_told_no_employer_reaches_anything(client_for: ClientFor, state: ProposalState) -> None:
    story = proposals.story(state)
    plant(story)
    crawled = _crawl(client_for, _people(story))
    assert (path(story) in crawled["contact"]) is (state is not S.AWAITING_CONSENT), "the crawl does not get there"
    for who, pages in crawled.items():
        leaks = {address: found_in(text) for address, text in pages.items() if found_in(text)}
        assert leaks == {}, who
        assert not any(text.startswith("500") for text in pages.values())


@pytest.mark.parametrize("state", [S.HIRED])
def test_what_was_told_is_reached_by_the_contact_person_alone(client_for: ClientFor, state: ProposalState) -> None:
    story = proposals.story(state)
    plant(story)
    crawled = _crawl(client_for, _people(story))
    told = {column for field in TOLD.values() for column in field}
    assert found_in(*crawled["contact"].values()) == told
    assert found_in(crawled["contact"][path(story)]) == told
    for who in ("colleague", "stranger"):
        assert found_in(*crawled[who].values()) == set(), who


def test_after_a_withdrawal_the_next_request_shows_nothing(client_for: ClientFor, client: FlaskClient) -> None:
    story = proposals.story(S.OFFERED)
    plant(story)
    browser = client_for(story.contact)
    assert "last_name" in found_in(browser.get(path(story)).get_data(as_text=True))
    assert client.post(link(story, Purpose.MY_CONSENTS)).status_code == 200
    assert found_in(browser.get(path(story)).get_data(as_text=True)) == set()
    assert found_in(*reachable(browser).values()) == set()


def test_a_disclosure_past_its_day_shows_nothing(client_for: ClientFor) -> None:
    story = proposals.story(S.DISCLOSED)
    plant(story)
    consent = story.fresh().proposal.disclosure_consent
    assert consent is not None
    with time_machine.travel(clock.at_local(consent.until + timedelta(days=1), 9), tick=False):
        pages = reachable(client_for(story.contact))
        assert pages[path(story)].startswith("200")
        assert found_in(*pages.values()) == set()


def test_a_yes_past_its_day_shows_no_profile_either(client_for: ClientFor) -> None:
    story = proposals.story(S.INTERESTED)
    consent = story.proposal.consent
    assert consent is not None
    until = consent.until
    with time_machine.travel(clock.at_local(until, 9), tick=False):
        browser = client_for(story.contact)
        assert PITCH in browser.get(path(story)).text
        before = browser.get(f"/openings/{story.opening.public_id}").text
    with time_machine.travel(clock.at_local(until + timedelta(days=1), 9), tick=False):
        pages = reachable(client_for(story.contact))
        assert pages[path(story)].startswith("200")
        assert not any(PITCH in text for text in pages.values())
        after = pages[f"/openings/{story.opening.public_id}"]
    assert before.count('<ul class="plain">') > after.count('<ul class="plain">')


def test_one_candidate_at_two_employers_shares_no_word(client_for: ClientFor) -> None:
    """Two employers who compare notes: no alias, id or address of one side is on the other's pages."""
    story = proposals.story(S.PROPOSED)
    need = openings.opening()
    other_user = opening_queries.get(need.id).contacts[0]
    drafted = service.draft(story.actor(Role.COACH), story.candidate, opening_queries.get(need.id))
    service.record_consent(story.actor(Role.COACH), drafted, service.HowGiven())
    db.session.commit()
    mine, other = story.fresh().proposal, queries.load(drafted.id)
    signs = [[one.alias.alias, one.public_id, story.candidate.public_id] for one in (mine, other)]
    assert signs[0][0] != signs[1][0]
    address = f"/proposals/{other.public_id}"
    pages = [
        client_for(story.contact).get(path(story)).get_data(as_text=True),
        client_for(other_user).get(address).get_data(as_text=True),
    ]
    for own, page in zip(signs, reversed(pages), strict=True):
        assert [sign for sign in own if sign in page] == []
    hexes = [set(re.findall(r"\b[0-9a-f]{32}\b", page)) for page in pages]
    assert hexes[0] & hexes[1] == set()


def _all_mails(story: Story) -> None:
    """Queue the mails of a whole story, its detours too, each by its service."""
    coach, employer = story.actor(Role.COACH), story.actor(Role.EMPLOYER)
    messages.write(employer, story.fresh().proposal, f"Is {CANARIES['first_name']} there?")
    meeting = interviews.propose_times(employer, story.fresh().proposal, [clock.now() + timedelta(days=3)])
    interviews.cancel_meeting(coach, story.fresh().proposal, meeting)
    db.session.commit()


@pytest.mark.parametrize("language", list(Language))
def test_no_mail_of_a_whole_story_says_who_it_is(app: object, language: Language) -> None:
    """Told to the employer's people, the coach and the candidate: subject, headers, both bodies, calendar file."""
    told = proposals.story(S.INTERVIEW)
    plant(told)
    _all_mails(told)
    for state in (S.HIRED, S.REFUSED, S.DECLINED, S.WITHDRAWN, S.CLOSED, S.TURNED_DOWN):
        plant(proposals.story(state))
    rows = db.session.scalars(select(Notification).order_by(Notification.id)).all()
    assert {row.kind for row in rows} >= {"candidate_proposed", "identity_disclosed", "interview_confirmed", "message"}
    for row in rows:
        address = "reader@portal.example"
        message = build_message(row, KINDS[row.kind], Recipient(address, "Reader Name", language))
        parsed = message_from_bytes(message.as_bytes(), policy=modern)
        texts = [f"{name}: {value}" for name, value in parsed.items()]
        for part in parsed.walk():
            if not part.is_multipart():
                texts += [str(part.get_filename() or ""), str(part.get_content())]
        assert found_in(message.as_bytes().decode("utf-8", "replace"), *texts) == set(), row.kind
        assert found_in(str(row.context), str(row.thread)) == set(), row.kind


def test_the_fields_of_these_tests_are_those_that_stories_tell(app: object) -> None:
    consent = proposals.story(S.DISCLOSED).proposal.disclosure_consent
    assert consent is not None
    assert [field.value for field in consent.fields] == list(TOLD)
