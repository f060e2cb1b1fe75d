"""What was written while a candidate's details were known outlives the yes, and is not read without one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.audit.models import AccessLogEntry
from portal.candidates.models import Consent, ConsentKind, PersonalField
from portal.candidates.queries import plan_of
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Refused
from portal.openings import queries as openings
from portal.outbox.letters import KINDS
from portal.outbox.models import SendState
from portal.placements.models import Placement
from portal.proposals import interviews, messages, panels, queries, service
from portal.proposals.models import Disclosure, Proposal
from portal.proposals.states import ProposalState as S
from tests.factories import candidates, employers, proposals
from tests.factories.proposals import FIELDS, Story
from tests.proposals.kit import ClientFor, anew, identity, link, newest, path, undone

pytestmark = pytest.mark.either_database  # pages are the same on any

HIDDEN = "This is not shown to you now."


def _log_rows() -> int:
    return db.session.scalar(select(func.count(AccessLogEntry.id))) or 0


def _told(proposal: Proposal) -> Consent:
    assert proposal.disclosure_consent is not None
    return proposal.disclosure_consent


def _past(story: Story) -> None:
    _told(story.fresh().proposal).until = clock.today() - timedelta(days=1)


def _narrowed(story: Story) -> None:
    plan_of(story.candidate.id).fields = [PersonalField.NAME]


def _renewed_for_less(story: Story) -> None:
    proposal = story.fresh().proposal
    less = candidates.consent(
        candidate=proposal.candidate,
        opening=proposal.opening,
        kind=ConsentKind.DISCLOSURE,
        frozen=proposal.frozen_profile,
        fields=[PersonalField.NAME],
    )
    proposal.disclosure_consent_id = less.id


def _for_somebody_else(story: Story) -> None:
    _told(story.fresh().proposal).contacts = [employers.employer_user(story.opening.employer)]


WITHOUT: list[Callable[[Story], None]] = [_past, _narrowed, _renewed_for_less, _for_somebody_else]


def test_messages_that_may_hold_details_are_read_by_whom_the_living_yes_tells_them(client_for: ClientFor) -> None:
    story = proposals.story(S.INTERESTED)
    coach = story.actor(Role.COACH)
    messages.write(coach, story.fresh().proposal, "Kitchens are what this is about.")
    service.record_disclosure_consent(coach, story.fresh().proposal, FIELDS, service.HowGiven())
    service.disclose(coach, story.fresh().proposal)
    name = identity(story).full_name
    messages.write(coach, story.fresh().proposal, f"{name} comes by bicycle.")
    messages.write(story.actor(Role.EMPLOYER), story.fresh().proposal, f"Tell {name} to ring the bell.")
    meeting = interviews.propose_times(
        story.actor(Role.EMPLOYER), story.fresh().proposal, [clock.now() + timedelta(days=2)], place=f"Hos {name}"
    )
    interviews.pick_time(coach, story.fresh().proposal, meeting, meeting.times[0].id)
    address, read = path(story), anew(story)
    with undone():
        page = client_for(read().contact).get(address).text
        for words in ("what this is about", "comes by bicycle", "to ring the bell", f"Hos {name}"):
            assert words in page
        assert _log_rows() == 1
    for end in WITHOUT:
        with undone():
            end(read())
            db.session.commit()
            page = client_for(read().contact).get(address).text
            assert "what this is about" in page, end
            for words in ("comes by bicycle", "to ring the bell", "Hos "):
                assert words not in page, (end, words)
            assert page.count(HIDDEN) == 2, end
            rows = _log_rows()
            assert rows == (1 if end is _renewed_for_less else 0), "the details card of what is told still"
    assert "comes by bicycle" in client_for(read().coach).get(address).text


def test_after_the_end_messages_and_meetings_leave_the_employers_page(client_for: ClientFor) -> None:
    story = proposals.story(S.INTERESTED)
    coach = story.actor(Role.COACH)
    messages.write(coach, story.fresh().proposal, "Kitchens are what this is about.")  # holds no detail: none is known
    service.record_disclosure_consent(coach, story.fresh().proposal, FIELDS, service.HowGiven())
    service.disclose(coach, story.fresh().proposal)
    meeting = interviews.propose_times(coach, story.fresh().proposal, [clock.now() + timedelta(days=2)])
    employer = story.actor(Role.EMPLOYER)
    interviews.pick_time(employer, story.fresh().proposal, meeting, meeting.times[0].id)
    interviews.propose_times(coach, story.fresh().proposal, [clock.now() + timedelta(days=3)])
    db.session.commit()
    parts = ("what this is about", ">Meetings<", "Take this time")
    page = client_for(story.contact).get(path(story)).text
    assert [one for one in parts if one not in page] == []
    assert panels.cards(employer, [story.fresh().proposal])[0].lines
    for consent in queries.consents_of(story.fresh().proposal):
        consent.until = clock.today() - timedelta(days=1)
    db.session.commit()
    page = client_for(story.contact).get(path(story)).text
    assert [one for one in parts if one in page] == []
    assert panels.cards(employer, [story.fresh().proposal])[0].lines == []


def test_a_mail_of_a_message_leaves_while_its_reader_finds_the_message(app: Portal) -> None:
    story = proposals.story(S.HIRED)
    for role in (Role.COACH, Role.EMPLOYER):
        messages.write(story.actor(role), story.fresh().proposal, "We meet on Monday.")
    to_coach, to_employer = newest("message")
    due = KINDS["message"].still_due
    assert due(to_employer)
    for consent in queries.consents_of(story.fresh().proposal):
        consent.until = clock.today() - timedelta(days=1)
    db.session.flush()
    assert not due(to_employer)
    assert due(to_coach), "the team reads on what was written to it"


def test_an_employer_reads_nothing_of_what_came_before_the_sending(client_for: ClientFor) -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    service.record_consent(story.actor(Role.COACH), story.fresh().proposal, service.HowGiven())
    db.session.commit()
    history = client_for(story.contact).get(path(story)).text.split("What has happened")[1]
    assert "Consent asked for" not in history
    assert "Drafted" not in history
    assert "Consent asked for" in client_for(story.coach).get(path(story)).text


@pytest.mark.parametrize("who", ["coach", "leader"])
def test_what_a_candidate_takes_back_after_a_hire_the_team_records_in_one_press(
    client_for: ClientFor, queued: Callable[[], list[tuple[str, str]]], who: str
) -> None:
    story = proposals.story(S.HIRED)
    coach, user = story.actor(Role.COACH), getattr(story, who)
    messages.write(coach, story.fresh().proposal, "We meet on Monday.")
    db.session.commit()
    hire = f"/placements/{db.session.scalars(select(Placement.public_id)).one()}"
    assert client_for(story.contact).get(hire).status_code == 200
    browser = client_for(user)
    assert "takes the yes back" in browser.get(path(story)).text
    assert browser.post(path(story, "take-consent-back")).status_code == 302
    for consent in queries.consents_of(story.fresh().proposal):
        assert consent.withdrawn_at is not None
    assert {one.state for one in newest("message")} == {SendState.CANCELLED}
    assert (("candidate_withdrew", f"user:{story.coach.id}") in queued()) is (who == "leader")
    with pytest.raises(Refused):
        messages.write(coach, story.fresh().proposal, "Still there?")
    employer = client_for(story.contact)
    assert employer.get(hire).status_code == 404
    page = employer.get(path(story)).text
    assert "Send the message" not in page
    assert "We meet on Monday" not in page
    page = browser.get(path(story)).text
    left = page.split("What had reached the employer")[1].split("</dl>")[0]
    assert left.count(story.contact.name) == 2, "the profile, and the details"
    assert "Nobody at the employer can see this hire" in page
    assert "Nobody at the employer can see this hire" in browser.get(hire).text
    assert browser.post(path(story, "take-consent-back")).status_code == 409


def test_who_has_no_mail_gets_the_own_link_on_paper_and_it_lives_as_long_as_the_yes(
    client: FlaskClient, client_for: ClientFor
) -> None:
    story = proposals.story(S.DRAFT)
    identity(story).email = ""
    until = clock.today() + timedelta(days=700)
    service.record_consent(story.actor(Role.COACH), story.proposal, service.HowGiven(until=until))
    db.session.commit()
    assert newest("consent_recorded") == []
    found = links.live(Purpose.MY_CONSENTS, story.proposal.id)
    assert found is not None
    assert clock.local(found.expires_at).date() == until + timedelta(days=1)
    for reader in (story.coach, story.leader):
        page = client_for(reader).get(path(story, "own-link")).text
        assert links.token_of(found) in page
        assert "data:image/svg" in page
    assert client_for(story.contact).get(path(story, "own-link")).status_code == 404
    own = link(story, Purpose.MY_CONSENTS)
    assert client.post(f"{own}?lang=en").status_code == 200
    assert story.fresh().proposal.state is S.WITHDRAWN
    assert client_for(story.coach).get(path(story, "own-link")).status_code == 404


def test_what_had_left_names_everybody_whom_some_yes_named(app: Portal, client_for: ClientFor) -> None:
    story = proposals.story(S.DISCLOSED)
    first = story.contact.name
    opening = openings.get(story.opening.id)
    second = employers.employer_user(opening.employer, name="Second Contact")
    opening.contacts = [second]
    db.session.commit()
    service.renew_consent(story.actor(Role.COACH), story.fresh().proposal, service.HowGiven())
    handed = db.session.scalars(select(Disclosure).order_by(Disclosure.id)).all()
    assert [one.consent_id for one in handed][1:] == [_told(story.fresh().proposal).id]
    assert len(newest("disclosure_recorded")) == 2, "a new link, which lives as long as the new yes"
    db.session.commit()
    assert identity(story).full_name in client_for(second).get(path(story)).text
    service.withdraw(story.actor(Role.CANDIDATE), story.fresh().proposal)
    db.session.commit()
    page = client_for(story.coach).get(path(story)).text
    left = page.split("What had reached the employer")[1].split("</dl>")[0]
    assert (left.count(first), left.count("Second Contact")) == (2, 2)


def test_after_a_hire_the_yes_is_given_anew_for_whom_the_candidate_names(
    client_for: ClientFor, client: FlaskClient
) -> None:
    story = proposals.story(S.HIRED)
    hire = f"/placements/{db.session.scalars(select(Placement.public_id)).one()}"
    colleague = employers.employer_user(openings.get(story.opening.id).employer, name="New Chief")
    story.contact.deactivated_at = clock.now()
    db.session.commit()
    browser = client_for(story.coach)
    assert "Nobody at the employer can see this hire" in browser.get(hire).text
    form = {"how": "in_person", "fields_told": ["name"], "people": [colleague.public_id]}
    assert "New Chief" in browser.get(path(story, "after-hire")).text
    for wrong in ({"people": []}, {"people": [employers.employer_user().public_id]}, {"fields_told": ["birth_year"]}):
        db.session.commit()
        assert browser.post(path(story, "after-hire"), data={**form, **wrong}).status_code == 422, wrong
    assert client_for(colleague).get(hire).status_code == 404
    assert browser.post(path(story, "after-hire"), data=form).status_code == 302
    assert identity(story).full_name in client_for(colleague).get(hire).text
    assert "Nobody at the employer can see this hire" not in browser.get(hire).text
    told = db.session.scalars(select(Disclosure).order_by(Disclosure.id.desc())).first()
    assert told is not None
    assert told.fields == [PersonalField.NAME]
    assert "New Chief" in client.get(f"{link(story, Purpose.MY_CONSENTS)}?lang=en").text
    other = proposals.story(S.OFFERED)
    with pytest.raises(Refused):
        service.renew_after_hire(other.actor(Role.COACH), other.proposal, [other.contact], FIELDS, service.HowGiven())
    assert client_for(other.coach).get(path(other, "after-hire")).status_code == 404
