"""The administrator's page of mails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.outbox.models import Notification, SendState, Trouble
from portal.outbox.worker import drain
from tests.factories import accounts, candidates
from tests.outbox.kit import Queue, fresh
from tests.outbox.smtp import MailServer

ClientFor = Callable[[User], FlaskClient]
QUEUE = "/admin/mails/queue"


@pytest.fixture
def administrator(app: Portal) -> User:
    return accounts.administrator()


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that is run inside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def fail(row: Notification, error: str = f"{Trouble.RECIPIENT_REFUSED} 550 5.1.1") -> None:
    stored = fresh(row)
    stored.state, stored.error, stored.attempts = SendState.FAILED, error, 3
    db.session.commit()


def test_it_shows_what_waits_what_went_and_what_failed(
    client_for: ClientFor, administrator: User, server: MailServer, queue: Queue
) -> None:
    queue("sent@firm.example")
    drain()
    fail(queue("failed@firm.example"))
    queue("waits@firm.example")
    page = client_for(administrator).get(QUEUE).text
    for words in ("sent@firm.example", "failed@firm.example", "waits@firm.example", "test_proposed", "550 5.1.1"):
        assert words in page
    failed = client_for(administrator).get(f"{QUEUE}?state=failed").text
    assert "failed@firm.example" in failed
    assert "waits@firm.example" not in failed


@pytest.mark.parametrize("address", ["?state=lost", "?page=2", "?page=x"])
def test_a_filter_or_page_that_is_not_there_is_a_404(client_for: ClientFor, administrator: User, address: str) -> None:
    assert client_for(administrator).get(QUEUE + address).status_code == 404


def test_a_candidates_address_is_never_shown(client_for: ClientFor, administrator: User, queue: Queue) -> None:
    candidate = candidates.candidate(coach=accounts.coach(), identity={"email": "hidden@mail.example"})
    fail(queue(address=None, candidate_id=candidate.id))
    page = client_for(administrator).get(QUEUE).text
    assert "a candidate, address hidden" in page
    assert "hidden@mail.example" not in page


@pytest.mark.parametrize("role", [Role.COACH, Role.TEAM_LEADER, Role.EMPLOYER])
def test_nobody_else_gets_in(client_for: ClientFor, queue: Queue, role: Role) -> None:
    browser = client_for(accounts.user(role))
    row = queue()
    fail(row)
    assert browser.get(QUEUE).status_code == 404
    assert browser.post(f"/admin/mails/{row.public_id}/send-again").status_code == 404
    assert fresh(row).state is SendState.FAILED


def test_a_failed_mail_is_sent_again_under_its_own_id_and_that_is_logged(
    client_for: ClientFor, administrator: User, server: MailServer, queue: Queue
) -> None:
    server.on_rcpt = lambda _address: "550 5.7.1 Relay denied"
    row = queue()
    drain()
    answer = client_for(administrator).post(f"/admin/mails/{row.public_id}/send-again", follow_redirects=True)
    assert answer.status_code == 200
    assert "waits again" in answer.text
    assert fresh(row).due_at > row.due_at  # it has not been late since it was given up
    server.on_rcpt = lambda _address: None
    drain()
    assert [mail.message_id for mail in server.accepted] == [row.message_id]
    (logged,) = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "outbox.send_again"))
    assert (logged.actor_id, logged.subject_id) == (administrator.id, row.id)
    assert logged.data == {"kind": "test_proposed", "public_id": row.public_id}


@pytest.mark.parametrize("state", [SendState.QUEUED, SendState.SENT, SendState.CANCELLED])
def test_only_a_failed_mail_is_sent_again(
    client_for: ClientFor, administrator: User, queue: Queue, state: SendState
) -> None:
    row = queue()
    stored = fresh(row)
    stored.state, stored.sent_at = state, clock.now() if state is SendState.SENT else None
    db.session.commit()
    assert client_for(administrator).post(f"/admin/mails/{row.public_id}/send-again").status_code == 409
    assert fresh(row).state is state


def test_an_unknown_mail_is_a_404(client_for: ClientFor, administrator: User) -> None:
    assert client_for(administrator).post("/admin/mails/0123/send-again").status_code == 404


def test_the_page_costs_the_same_for_two_and_for_many(client_for: ClientFor, administrator: User, queue: Queue) -> None:
    browser = client_for(administrator)

    def cost() -> int:
        with statements() as seen:
            assert browser.get(QUEUE).status_code == 200
        return len(seen)

    for reader in (accounts.user(Role.COACH), accounts.user(Role.COACH)):
        queue(address=None, user_id=reader.id)
    few = cost()
    for _ in range(30):
        queue(address=None, user_id=accounts.user(Role.COACH).id)
    assert cost() == few
