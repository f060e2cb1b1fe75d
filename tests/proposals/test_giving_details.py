"""The coach gives what the candidate answered by link, or writes down a new yes: nothing is overwritten unsaid."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from portal.audit.models import AccessLogEntry
from portal.candidates.models import ConsentHow, PersonalField
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language, day, in_language
from portal.proposals import service
from portal.proposals.models import Disclosure
from portal.proposals.states import ProposalState
from tests.factories import proposals
from tests.factories.proposals import Story
from tests.proposals.kit import BY_LINK, PITCH, ClientFor, as_read, identity, path, typed, until
from tests.snapshot import unchanged

pytestmark = pytest.mark.either_database  # pages are the same on any

S = ProposalState
AGREED = [PersonalField.PHONE]


def _answered() -> Story:
    """The candidate has answered by link: the phone alone."""
    story = proposals.story(S.INTERESTED)
    candidate = story.actor(Role.CANDIDATE)
    service.agree_disclosure(candidate, story.fresh().proposal, AGREED, BY_LINK, in_language=Language.FI)
    db.session.commit()
    return story.fresh()


def _given(story: Story) -> tuple[list[PersonalField], ConsentHow]:
    consent = story.fresh().proposal.disclosure_consent
    assert consent is not None
    return consent.fields, consent.how


def test_the_page_says_that_the_candidate_answered_by_link_when_and_what(client_for: ClientFor) -> None:
    story = _answered()
    with in_language(Language.EN):
        said = f"The candidate answered by link on {day(clock.today())}. The employer may know: Phone."
    coach = client_for(story.coach)
    assert said in coach.get(path(story)).text
    shown = coach.get(path(story, "disclose")).text
    assert said in shown
    assert "is a new yes: ask the candidate first" in shown


def test_what_was_agreed_is_not_shown_before_the_coach_gives_it(client_for: ClientFor) -> None:
    story = _answered()
    phone = identity(story).phone
    page = client_for(story.contact).get(path(story)).text
    assert phone not in page
    assert "answered by link" not in page
    data = {"basis": "agreed", "fields_told": ["phone"], "how": "in_person", "who_was_there": "", "until": ""}
    assert client_for(story.coach).post(path(story, "disclose"), data=data).status_code == 302
    assert phone in client_for(story.contact).get(path(story)).text


def test_after_a_no_the_profile_leaves_the_employers_page(client_for: ClientFor) -> None:
    story = proposals.story(S.PROPOSED)
    employer = client_for(story.contact)
    assert PITCH in employer.get(path(story)).text
    assert employer.post(path(story, "decline"), data=typed("decline")).status_code == 302
    page = employer.get(path(story))
    assert page.status_code == 200
    assert PITCH not in page.text
    assert PITCH in client_for(story.coach).get(path(story)).text


def test_giving_what_was_agreed_keeps_the_answer_by_link(client_for: ClientFor) -> None:
    story = _answered()
    before = story.proposal.disclosure_consent_id
    data = {"basis": "agreed", "fields_told": ["phone"], "how": "in_person", "who_was_there": "", "until": ""}
    assert client_for(story.coach).post(path(story, "disclose"), data=data).status_code == 302
    proposal = story.fresh().proposal
    assert (proposal.state, proposal.disclosure_consent_id) == (S.DISCLOSED, before)
    assert _given(story) == (AGREED, ConsentHow.LINK)
    assert db.session.scalars(select(Disclosure)).one().fields == AGREED


def test_more_is_a_new_yes_that_is_said_to_be_one(client_for: ClientFor) -> None:
    story = _answered()
    data = typed("disclose", basis="new", fields_told=["name", "phone"])
    coach = client_for(story.coach)
    data = as_read(coach, path(story, "disclose"), data)
    assert coach.post(path(story, "disclose"), data=data).status_code == 302
    assert _given(story) == ([PersonalField.NAME, PersonalField.PHONE], ConsentHow.IN_PERSON)


@pytest.mark.parametrize(
    "written",
    [
        {"fields_told": ["name", "phone"]},
        {"fields_told": []},
        {"who_was_there": "Modern"},
        {"how": "paper"},
        {"until": until(20).isoformat()},
    ],
    ids=["more fields", "no field", "who was there", "how", "until"],
)
def test_what_was_written_is_not_lost_behind_the_answer_by_link(client_for: ClientFor, written: dict[str, Any]) -> None:
    story = _answered()
    data = {"basis": "agreed", "fields_told": ["phone"], "how": "in_person", **written}
    with unchanged():
        answer = client_for(story.coach).post(path(story, "disclose"), data=data)
        assert answer.status_code == 422
        assert "otherwise it would be lost" in answer.text


def test_a_page_that_is_older_than_the_answer_by_link_overwrites_nothing(client_for: ClientFor) -> None:
    story = _answered()
    with unchanged():
        answer = client_for(story.coach).post(path(story, "disclose"), data=typed("disclose"))
        assert answer.status_code == 422
        assert "answered by link" in answer.text
        ticked = re.findall(r'<input[^>]*name="fields_told"[^>]*>', answer.text)  # what was ticked stands
        assert len([one for one in ticked if "checked" in one]) == 2


def test_an_employer_reads_on_which_day_something_happened_and_not_at_which_minute(client_for: ClientFor) -> None:
    """Two employers who compare notes shall not join one person by a minute."""
    story = proposals.story(S.DISCLOSED)
    happened = {
        user.id: client_for(user).get(path(story)).text.split("What has happened")[1].split("</main>")[0]
        for user in (story.contact, story.coach)
    }
    with in_language(Language.EN):
        assert day(clock.today()) in happened[story.contact.id]
    a_minute = re.compile(r"\b\d{1,2}:\d\d\b")
    assert a_minute.search(happened[story.contact.id]) is None
    assert a_minute.search(happened[story.coach.id]) is not None


def test_an_employer_who_reads_given_details_leaves_one_line_in_the_log_each_time(client_for: ClientFor) -> None:
    story = proposals.story(S.DISCLOSED)
    employer = client_for(story.contact)
    for times in (1, 2):
        assert "The candidate has chosen what you see" in employer.get(path(story)).text
        rows = db.session.scalars(
            select(AccessLogEntry).where(
                AccessLogEntry.viewer_id == story.contact.id, AccessLogEntry.candidate_id == story.candidate.id
            )
        ).all()
        assert [(row.what, row.why) for row in rows] == [("proposals.show", "disclosed to the employer")] * times
