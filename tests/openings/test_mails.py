"""Every letter of this room, in each language, and what may not be in one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.app import Portal
from portal.core.db import db
from portal.core.i18n import Language
from portal.openings import mails, queries
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import build_message
from tests.factories import accounts, employers, openings

WRITES: dict[str, Callable[[Opening], None]] = {
    "opening_published": mails.opening_published,
    "opening_needs_you": mails.opening_needs_you,
    "opening_expires_soon": lambda opening: mails.opening_expires_soon(opening, date(2026, 12, 18)),
    "opening_idle": lambda opening: mails.opening_idle(opening, date(2026, 12, 18), opening.contacts),
    "opening_paused": mails.opening_paused,
    "need_posted": lambda opening: mails.need_posted(opening, [accounts.coach()]),
}
TITLE = "Närvårdare på Ågården"


def _sent(name: str, **values: object) -> Notification:
    opening = queries.get(openings.opening(title=TITLE, pay="12,40 €/h", tasks="Hemlig lista", **values).id)
    WRITES[name](opening)
    return db.session.scalars(select(Notification)).one()


def test_every_kind_of_the_room_is_tried_here() -> None:
    ours = {name for name, kind in KINDS.items() if kind.write.__module__ == mails.__name__}
    assert ours == set(WRITES)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", WRITES)
def test_letters_in_every_language(app: Portal, name: str, language: Language) -> None:
    notification = _sent(name)
    message = build_message(notification, KINDS[name], Recipient("anna@example.com", "Anna Holm", language))
    assert TITLE in message.subject
    text = f"{message.body}{message.html}"
    assert TITLE in text
    for word in ("12,40", "Hemlig", "psyk", "health", "patient", "IPS", "rehab"):
        assert word not in text
    assert message.extra_headers["Content-Language"].startswith(language.value)


@pytest.mark.parametrize("name", WRITES)
def test_letters_lead_to_a_page_that_exists(app: Portal, name: str) -> None:
    notification = _sent(name)
    action = KINDS[name].write(notification.context).action
    assert action is not None
    endpoint, values = app.url_map.bind("localhost").match(urlsplit(action[1]).path)
    assert endpoint in ("openings.show", "openings.edit")
    assert values == {"public_id": notification.context["public_id"]}


@pytest.mark.parametrize(
    ("name", "due_in"),
    [
        ("opening_published", {OpeningState.OPEN}),
        ("need_posted", {OpeningState.OPEN}),
        ("opening_idle", {OpeningState.OPEN}),
        ("opening_paused", {OpeningState.PAUSED}),
        ("opening_needs_you", {OpeningState.DRAFT}),
    ],
)
@pytest.mark.parametrize("state", OpeningState)
def test_what_is_not_true_any_more_is_not_sent(
    app: Portal, name: str, due_in: set[OpeningState], state: OpeningState
) -> None:
    assert KINDS[name].still_due(_sent(name, state=state)) is (state in due_in)


def test_a_moved_last_day_takes_back_the_warning(app: Portal) -> None:
    opening = queries.get(openings.opening(last_day=clock.today() + timedelta(days=3)).id)
    assert opening.last_day is not None
    mails.opening_expires_soon(opening, opening.last_day)
    notification = db.session.scalars(select(Notification)).one()
    assert KINDS["opening_expires_soon"].still_due(notification)
    opening.last_day += timedelta(days=30)
    db.session.flush()
    assert not KINDS["opening_expires_soon"].still_due(notification)


def test_people_who_left_get_nothing(app: Portal, queued: Callable[[], list[tuple[str, str]]]) -> None:
    employer = employers.employer()
    stays = employers.employer_user(employer)
    left = employers.employer_user(employer, deactivated_at=clock.now())
    mails.opening_published(queries.get(openings.opening(employer, contacts=[stays, left]).id))
    assert queued() == [("opening_published", f"user:{stays.id}")]
