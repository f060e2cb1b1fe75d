"""Bad input to every form: the page comes back with what was typed, a sentence at the field, and nothing stored."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.audit.models import AccessLogEntry
from portal.core.db import db
from portal.proposals import queries
from portal.proposals.models import Message
from portal.proposals.states import ProposalState
from tests.factories import openings, proposals
from tests.factories.proposals import Story
from tests.proposals.kit import ClientFor, identity, path, typed, until
from tests.snapshot import unchanged

pytestmark = pytest.mark.either_database  # what a form says of bad input is the same on any

S = ProposalState
NUL, LONE = "a\x00b", "a\x7fb"

# (state, who, page, what is typed, the field that is wrong, what must still be in the page)
Case = tuple[ProposalState, str, str, dict[str, Any], str, list[str]]
HIRE = {"starts_on": until(7).isoformat(), "hours": "25", "contract_type": "permanent", "pay": "open_market"}
TIMES = {"times-0": "2031-05-05T10:00", "channel": "phone", "place": "Torggatan 3", "minutes": "30"}
CASES: list[Case] = [
    (S.PROPOSED, "contact", "decline", {"reason": "", "note": "Vi väntar"}, "reason", ["Vi väntar"]),
    (
        S.PROPOSED,
        "contact",
        "decline",
        {"reason": "because", "note": "Vi <b>väntar</b>"},
        "reason",
        ["Vi <b>väntar</b>"],
    ),
    (S.PROPOSED, "contact", "decline", {"reason": "hours", "note": "å" * 501}, "note", ["å" * 501]),
    (S.PROPOSED, "contact", "decline", {"reason": "hours", "note": NUL}, "note", []),
    (S.DRAFT, "coach", "record_consent", typed("record_consent", how="", who_was_there="Mor"), "how", ["Mor"]),
    (S.DRAFT, "coach", "record_consent", typed("record_consent", how="link"), "how", []),
    (
        S.DRAFT,
        "coach",
        "record_consent",
        typed("record_consent", how="paper", who_was_there=""),
        "who_was_there",
        ["paper"],
    ),
    (S.DRAFT, "coach", "record_consent", typed("record_consent", until="2001-01-01"), "until", ["2001-01-01"]),
    (S.DRAFT, "coach", "record_consent", typed("record_consent", until="next week"), "until", ["next week"]),
    (S.INTERESTED, "coach", "disclose", typed("disclose", fields_told=[], who_was_there="Mor"), "fields_told", ["Mor"]),
    (S.INTERESTED, "coach", "disclose", typed("disclose", fields_told=["shoe_size"]), "fields_told", []),
    (S.INTERESTED, "coach", "disclose", typed("disclose", fields_told=["birth_year"]), "fields_told", []),
    (S.INTERESTED, "coach", "disclose", typed("disclose", until="2001-01-01"), "until", ["2001-01-01"]),
    (S.OFFERED, "contact", "report_hire", {**HIRE, "hours": "0"}, "hours", [HIRE["starts_on"]]),
    (S.OFFERED, "contact", "report_hire", {**HIRE, "hours": "99999999999999999999"}, "hours", [HIRE["starts_on"]]),
    (S.OFFERED, "contact", "report_hire", {**HIRE, "hours": "many"}, "hours", ["many"]),
    (S.OFFERED, "contact", "report_hire", {**HIRE, "starts_on": ""}, "starts_on", ["25"]),
    (S.OFFERED, "contact", "report_hire", {**HIRE, "starts_on": "2027-02-30"}, "starts_on", ["2027-02-30"]),
    (S.OFFERED, "contact", "report_hire", {**HIRE, "contract_type": "slavery"}, "contract_type", ["25"]),
    (S.OFFERED, "contact", "report_hire", {**HIRE, "pay": ""}, "pay", ["25"]),
    (S.OFFERED, "contact", "report_hire", {**HIRE, "contract_type": "fixed_term"}, "ends_on", ["25"]),
    (S.OFFERED, "contact", "report_hire", {**HIRE, "ends_on": until(1).isoformat()}, "ends_on", ["25"]),
    (S.OFFERED, "contact", "report_hire", {**HIRE, "pay": "wage_subsidy"}, "subsidy_decided_on", ["25"]),
    (
        S.OFFERED,
        "contact",
        "report_hire",
        {**HIRE, "pay": "wage_subsidy", "subsidy_decided_on": until(20).isoformat()},
        "subsidy_decided_on",
        [until(20).isoformat()],
    ),
    (  # decided before the job starts, not on the same day
        S.OFFERED,
        "contact",
        "report_hire",
        {**HIRE, "pay": "wage_subsidy", "subsidy_decided_on": HIRE["starts_on"]},
        "subsidy_decided_on",
        ["25"],
    ),
    (S.OFFERED, "coach", "report_hire", HIRE, "candidate_said_yes", ["25"]),
    (S.DISCLOSED, "contact", "times", {**TIMES, "times-0": ""}, "times", ["Torggatan 3"]),
    (S.DISCLOSED, "contact", "times", {**TIMES, "times-0": "2001-05-05T10:00"}, "times", ["2001-05-05T10:00"]),
    (S.DISCLOSED, "contact", "times", {**TIMES, "times-0": "tomorrow"}, "times", ["Torggatan 3"]),
    (S.DISCLOSED, "contact", "times", {**TIMES, "channel": "pigeon"}, "channel", ["Torggatan 3"]),
    (S.DISCLOSED, "contact", "times", {**TIMES, "minutes": "9"}, "minutes", ["Torggatan 3"]),
    (S.DISCLOSED, "contact", "times", {**TIMES, "minutes": ""}, "minutes", ["Torggatan 3"]),
    (S.DISCLOSED, "contact", "times", {**TIMES, "place": "å" * 201}, "place", ["å" * 201]),
    (S.PROPOSED, "contact", "messages", {"text": "   "}, "text", []),
    (S.PROPOSED, "contact", "messages", {"text": "å" * 5001}, "text", ["å" * 5001]),
    (S.PROPOSED, "contact", "messages", {"text": LONE}, "text", []),
]


def _told(page: str, field: str) -> bool:
    """Whether a sentence stands at the field, tied to it for those who listen."""
    errors = re.findall(r'id="([^"]+)-error"', page)
    return any(one.split("-")[0] == field for one in errors)


def _post(client_for: ClientFor, story: Story, who: str, page: str, data: dict[str, Any]) -> Any:
    return client_for(getattr(story, who)).post(path(story, page), data=data)


@pytest.mark.parametrize(
    ("state", "who", "step_", "data", "field", "kept"),
    [pytest.param(*case, id=f"{case[2]}-{case[4]}-{number}") for number, case in enumerate(CASES)],
)
def test_bad_input_comes_back(
    client_for: ClientFor,
    state: ProposalState,
    who: str,
    step_: str,
    data: dict[str, Any],
    field: str,
    kept: list[str],
) -> None:
    story = proposals.story(state)
    with unchanged():
        answer = _post(client_for, story, who, step_, data)
    words = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert _told(words, field), f"no sentence at {field}"
    for text in kept:
        assert html.escape(text, quote=False) in words or text in words
        assert "<b>väntar</b>" not in words


def _preview(story: Story, need: Any) -> str:
    return f"/proposals/new?opening={need.public_id}&candidate={story.candidate.public_id}"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"how": ""}, "how"),
        ({"how": "paper", "who_was_there": ""}, "who_was_there"),
        ({"how": "in_person", "until": "2001-01-01"}, "until"),
        ({"how": "link", "answer_by": "2001-01-01"}, "answer_by"),
        ({"how": "link", "answer_by": "soon"}, "answer_by"),
    ],
)
def test_a_proposal_that_cannot_begin_leaves_nothing(client_for: ClientFor, data: dict[str, str], field: str) -> None:
    story = proposals.story()
    need = openings.opening()
    db.session.commit()
    with unchanged():
        answer = client_for(story.coach).post(_preview(story, need), data=data)
    assert answer.status_code == 422
    assert _told(answer.get_data(as_text=True), field)


def test_a_page_that_came_back_with_a_name_is_in_the_access_log(client_for: ClientFor) -> None:
    """The reader has seen it, though nothing else of the request was kept."""
    story = proposals.story(S.PROPOSED)
    need = openings.opening()
    db.session.commit()
    shows: list[Callable[[FlaskClient], Any]] = [
        lambda browser: browser.post(path(story, "messages"), data={"text": ""}),
        lambda browser: browser.post(_preview(story, need), data={"how": "paper"}),
    ]
    for show in shows:
        before = db.session.scalar(select(func.count(AccessLogEntry.id))) or 0
        answer = show(client_for(story.coach))
        assert answer.status_code == 422
        assert identity(story).last_name in answer.get_data(as_text=True)
        after = db.session.scalar(select(func.count(AccessLogEntry.id))) or 0
        assert after == before + 1


def test_a_coachs_message_with_the_candidates_name_is_stopped_at_the_field(client_for: ClientFor) -> None:
    story = proposals.story(S.INTERESTED)
    text = f"{identity(story).full_name} kan börja på måndag."
    with unchanged():
        answer = _post(client_for, story, "coach", "messages", {"text": text})
    assert answer.status_code == 422
    assert text in html.unescape(answer.get_data(as_text=True))
    assert _told(answer.get_data(as_text=True), "text")


def test_an_employers_message_is_theirs_to_word(client_for: ClientFor) -> None:
    """They may know the person from elsewhere; what they write is not ours to stop, and reaches the coach."""
    story = proposals.story(S.INTERESTED)
    text = f"Är det {identity(story).full_name}? <i>Välkommen</i>"
    assert _post(client_for, story, "contact", "messages", {"text": text}).status_code == 302
    assert db.session.scalars(select(Message.text)).all() == [text]
    shown = client_for(story.coach).get(path(story)).get_data(as_text=True)
    assert "<i>Välkommen</i>" not in shown
    assert text in html.unescape(shown)


def test_picking_nothing_or_something_else_comes_back(client_for: ClientFor) -> None:
    story = proposals.story(S.DISCLOSED)
    assert _post(client_for, story, "coach", "times", TIMES).status_code == 302
    [asked] = queries.interviews_of(story.fresh().proposal)
    pick = path(story, "interviews", asked.public_id, "pick")
    browser = client_for(story.contact)
    with unchanged():
        for data in ({}, {"time": "0"}, {"time": "x"}, {"time": "9" * 30}):
            answer = browser.post(pick, data=data)
            assert answer.status_code == 422, data
            assert _told(answer.get_data(as_text=True), "time"), data


@pytest.mark.parametrize("sign", ["0" * 32, "x", "..", "%00", "f" * 4000])
def test_what_does_not_exist_is_404(client_for: ClientFor, sign: str) -> None:
    story = proposals.story(S.PROPOSED)
    browser = client_for(story.coach)
    with unchanged():
        for rest in ("", "/withdraw", "/times", "/ask-again", "/code"):
            assert browser.get(f"/proposals/{sign}{rest}").status_code == 404
        for rest in ("/withdraw", "/messages", "/times", "/ask-details", "/close-others", f"/interviews/{sign}/pick"):
            assert browser.post(f"/proposals/{sign}{rest}").status_code == 404
        assert browser.get(f"/proposals/new?opening={sign}").status_code == 404
        known = story.opening.public_id
        assert browser.get(f"/proposals/new?opening={known}&candidate={sign}").status_code == 404
        assert browser.get(path(story, "burn")).status_code == 404


def test_another_coachs_candidate_cannot_be_proposed(client_for: ClientFor) -> None:
    story, stranger = proposals.story(), proposals.story()
    need = openings.opening()
    db.session.commit()
    browser = client_for(stranger.coach)
    with unchanged():
        assert browser.get(_preview(story, need)).status_code == 404
        assert browser.post(_preview(story, need), data=typed("record_consent")).status_code == 404
        assert browser.get(path(story)).status_code == 404
