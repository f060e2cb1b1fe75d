"""Support is asked for from the mail, without a password, as often as it is needed and while the job is followed."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts import links
from portal.accounts.models import Purpose, SignedLink, User
from portal.audit.models import AuditEvent
from portal.candidates.models import Identity
from portal.core import clock, signing
from portal.core.actors import Role
from portal.core.db import db
from portal.employers.models import Employer
from portal.employers.states import Verification
from portal.outbox.models import Notification
from portal.placements import queries
from portal.placements.models import EndedBy, EndReason, Placement, SupportRequest
from portal.placements.states import PlacementState
from portal.proposals import service
from portal.proposals.states import ProposalState
from tests.factories import proposals
from tests.factories.proposals import Story
from tests.proposals.kit import anew, undone
from tests.snapshot import unchanged


def _mailed(user: User) -> str:
    rows = db.session.scalars(
        select(Notification).where(Notification.user_id == user.id, Notification.kind == "hire_confirmed")
    )
    purpose, token_id = rows.one().context["link"]
    return f"/ask-for-support/{signing.sign(purpose, token_id)}"


def _hire(story: Story) -> Placement:
    return db.session.scalars(select(Placement).where(Placement.proposal_id == story.proposal.id)).one()


def _asked() -> list[SupportRequest]:
    return list(db.session.scalars(select(SupportRequest).order_by(SupportRequest.id)))


def test_support_is_asked_for_by_link_more_than_once(client: FlaskClient) -> None:
    story = proposals.story(ProposalState.HIRED)
    address = _mailed(story.contact)
    with unchanged():
        for ask in (client.get, client.head, client.get):
            page = ask(address)
            assert page.status_code == 200
    assert "112" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    who, alias = db.session.get_one(Identity, story.candidate.id), story.fresh().proposal.alias.alias
    for text in ("The shifts do not fit", "And the shoes neither"):
        done = client.post(address, data={"text": text})
        assert done.status_code == 200
        for words in (page.text, done.text):
            assert [one for one in (who.first_name, who.last_name, "shifts", alias) if one in words] == []
    assert [row.text for row in _asked()] == ["The shifts do not fit", "And the shoes neither"]
    assert {row.asked_by_id for row in _asked()} == {story.contact.id}
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "support.ask")).all()
    assert {(one.actor_role, one.actor_id, one.data["how"]) for one in events} == {
        (Role.EMPLOYER, story.contact.id, "link")
    }
    to = db.session.scalars(select(Notification.user_id).where(Notification.kind == "support_asked")).all()
    assert set(to) == {story.coach.id}


def _end(how: str, story: Story, hire: Placement) -> None:
    if how == "ended job":
        hire.state, hire.ended_on = PlacementState.ENDED, clock.today()
        hire.end_reason, hire.ended_by = next(iter(EndReason)), next(iter(EndedBy))
    elif how == "yes taken back":
        service.take_consent_back(story.actor(Role.CANDIDATE), story.proposal)
    elif how == "closed":
        db.session.get_one(User, story.contact.id).deactivated_at = clock.now()
    elif how == "suspended":
        db.session.get_one(Employer, story.opening.employer_id).verification = Verification.SUSPENDED
    elif how == "revoked":
        links.revoke(Purpose.SUPPORT, hire.id)
    db.session.commit()


def test_it_ends_with_the_job_and_with_the_readers_place(client: FlaskClient) -> None:
    story = proposals.story(ProposalState.HIRED)
    address, read = _mailed(story.contact), anew(story)
    of_proposal = links.issue(Purpose.ANSWER, _hire(story).id, timedelta(days=1), story.contact.id)
    other = f"/ask-for-support/{links.token_of(of_proposal)}"
    for how in ("ended job", "yes taken back", "closed", "suspended", "revoked", "for something else"):
        with undone():
            _end(how, read(), _hire(read()))
            with unchanged():
                for opened in (client.get, client.post):
                    assert opened(other if how == "for something else" else address).status_code == 410, how
    assert _asked() == []
    assert client.get(address).status_code == 200


def test_a_later_mail_carries_the_same_link(app: object) -> None:
    story = proposals.story(ProposalState.HIRED)
    hire = queries.get(_hire(story).id)
    before = db.session.scalars(select(SignedLink).where(SignedLink.purpose == Purpose.SUPPORT)).one()
    again = links.for_reader(Purpose.SUPPORT, hire.id, story.contact.id, timedelta(days=365))
    assert again.id == before.id
    before.expires_at = clock.now() + timedelta(days=100)
    db.session.flush()
    assert links.for_reader(Purpose.SUPPORT, hire.id, story.contact.id, timedelta(days=365)).id != before.id
