"""The mail worker dies as in a power cut, with a mail half delivered; when it runs again, every mail arrives."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.core import clock
from portal.core.db import db
from portal.outbox.models import Notification, SendState
from portal.proposals.states import ProposalState
from tests.factories import accounts, proposals
from tests.journeys.person import MakePerson
from tests.journeys.postbox import MAIL_SECONDS, Postbox
from tests.journeys.ready import Stage
from tests.journeys.running import Portal

pytestmark = [pytest.mark.journey]


@pytest.fixture
def whole_again(portal: Portal) -> Iterator[None]:
    """Whatever becomes of the test, the portal has one worker and a mail server that answers."""
    yield
    portal.postbox.server.on_data = lambda _address: None
    if not portal.has_worker:
        portal.start_worker()


@pytest.mark.usefixtures("whole_again")
def test_no_mail_is_lost_when_the_worker_is_killed(
    portal: Portal, stage: Stage, postbox: Postbox, person: MakePerson
) -> None:
    with stage.rows():
        coach_user = accounts.coach(email="koutsi.sahkokatkossa@county.example")
        begun = proposals.story(ProposalState.PROPOSED, coach=coach_user)
        employer, path = person("employer", phone=True), f"/proposals/{begun.proposal.public_id}"
        stage.signs_in(employer, begun.contact)
    postbox.mail_for(begun.contact.email, "A candidate for:")

    # The server has the mail to the coach and says neither yes nor no; in that instant the worker dies.
    in_hand, dead = threading.Event(), threading.Event()

    def hold(address: str) -> str | None:
        if address != coach_user.email:
            return None
        in_hand.set()
        dead.wait(MAIL_SECONDS)
        return "451 Too late"

    postbox.server.on_data = hold
    employer.goes_to(path)
    employer.follows("Interested")
    employer.presses("Interested")
    employer.state_is("Interested")
    assert in_hand.wait(MAIL_SECONDS), "the worker never offered the mail"
    portal.kill_worker()
    dead.set()
    postbox.server.on_data = lambda _address: None

    # While no worker lives, people go on.
    employer.fills("Message", "When can we talk?")
    employer.presses("Send the message")
    assert not [mail for mail in postbox.all if mail.to == coach_user.email]

    # Minutes pass until the dead worker's claim on the mail runs out; a worker is started again.
    with stage.rows():
        held = Notification.state == SendState.SENDING
        db.session.execute(update(Notification).where(held).values(leased_until=clock.now() - timedelta(minutes=1)))
    portal.start_worker()
    came = [postbox.mail_for(coach_user.email, begun.opening.title) for _ in range(2)]
    assert len({mail.message_id for mail in came}) == 2
    employer.follows("Not this time")
    employer.ticks("Something else")
    employer.presses("Not this time")
    assert postbox.mail_for(coach_user.email, begun.opening.title), "the new worker goes on sending"
    assert len([mail for mail in postbox.all if mail.to == coach_user.email]) == 3
