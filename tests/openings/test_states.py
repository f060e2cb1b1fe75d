"""The table both ways: what it allows does what it says, and nothing else happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import Refused
from portal.employers.queries import actor_of
from portal.employers.states import Verification
from portal.openings import events, mails, queries, rules, service
from portal.openings.models import Opening
from portal.openings.states import OPENINGS, OpeningState
from tests.factories import accounts, employers, openings
from tests.openings.kit import events_of, photograph, state_of

Signed = Callable[[User], FlaskClient]
Queued = Callable[[], list[tuple[str, str]]]

PEOPLE = (Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER)
VERBS = [verb for verb in OPENINGS.verbs if verb != "draft"]
CELLS = [(state, verb, role) for state in OpeningState for verb in VERBS for role in PEOPLE]
ALLOWED = [cell for cell in CELLS if (row := OPENINGS.row(cell[0], cell[1])) and cell[2] in row.by]
REFUSED = [cell for cell in CELLS if cell not in ALLOWED]

MAILED = {
    "post": lambda opening, actor: ["opening_published", "need_posted"],
    "pause": lambda opening, actor: [] if actor is Role.EMPLOYER else ["opening_paused"],
}


def _made(state: OpeningState, role: Role) -> tuple[Opening, User]:
    """A need, and one of this role who registered it and is going to press."""
    at = employers.employer(coach_id=accounts.coach().id)
    person = employers.employer_user(at)
    presses = person if role is Role.EMPLOYER else accounts.user(role)
    return openings.opening(at, contacts=[person], created_by=presses, state=state), presses


@pytest.mark.parametrize(("state", "verb", "role"), ALLOWED)
def test_what_the_table_allows_happens(
    client_for: Signed, queued: Queued, state: OpeningState, verb: str, role: Role
) -> None:
    opening, presses = _made(state, role)
    browser = client_for(presses)
    db.session.commit()
    answer = browser.post(f"/openings/{opening.public_id}/{verb}", follow_redirects=True)
    assert answer.status_code == 200
    row = OPENINGS.row(state, verb)
    assert row is not None
    assert state_of(opening.id) is row.target
    assert events_of(opening.id) == [f"opening.{verb}"]
    expected = MAILED.get(verb, lambda opening, actor: [])(opening, role)
    assert [kind for kind, _reader in queued()] == expected


@pytest.mark.parametrize(("state", "verb", "role"), REFUSED)
def test_what_is_not_in_the_table_changes_nothing(
    client_for: Signed, state: OpeningState, verb: str, role: Role
) -> None:
    opening, presses = _made(state, role)
    browser = client_for(presses)
    db.session.commit()
    before = photograph(opening.id)
    answer = browser.post(f"/openings/{opening.public_id}/{verb}")
    assert answer.status_code == 409
    assert photograph(opening.id) == before


@pytest.mark.parametrize("state", OpeningState)
@pytest.mark.parametrize("verb", ["delete", "draft", "edit_all", "__class__"])
def test_unknown_verbs_are_no_page(client_for: Signed, state: OpeningState, verb: str) -> None:
    opening = openings.opening(state=state)
    browser = client_for(opening.contacts[0])
    db.session.commit()
    assert browser.post(f"/openings/{opening.public_id}/{verb}").status_code == 404


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.EMPLOYER, None])
def test_strangers_find_nothing(client: FlaskClient, client_for: Signed, verb: str, role: Role | None) -> None:
    opening = openings.opening()
    if role is Role.EMPLOYER:
        browser = client_for(employers.employer_user())
    else:
        browser = client if role is None else client_for(accounts.user(role))
    db.session.commit()
    before = photograph(opening.id)
    answer = browser.post(f"/openings/{opening.public_id}/{verb}")
    assert answer.status_code == (302 if role is None else 404)
    assert photograph(opening.id) == before


def test_a_draft_of_the_employers_own_is_hidden_from_staff(client_for: Signed) -> None:
    draft = openings.draft()
    waiting = openings.draft(wants_posting=True)
    coach = accounts.coach()
    by_staff = openings.draft(created_by=coach)
    browser = client_for(accounts.coach())
    db.session.commit()
    assert browser.get(f"/openings/{draft.public_id}").status_code == 404
    assert browser.get(f"/openings/{waiting.public_id}").status_code == 200
    assert browser.get(f"/openings/{by_staff.public_id}").status_code == 200


def test_every_guard_and_mail_of_the_table_exists() -> None:
    for row in OPENINGS.rows:
        assert set(row.guards) <= set(rules.GUARDS), row.verb
        for name in row.mails:
            assert callable(getattr(mails, name)), name
    named = {guard for row in OPENINGS.rows for guard in row.guards}
    assert named == set(rules.GUARDS)


@pytest.mark.parametrize(
    ("verb", "state", "values", "words"),
    [
        ("post", OpeningState.DRAFT, {"adaptations": []}, b"adapt"),
        ("post", OpeningState.DRAFT, {"paid_work": False}, b"ordinary paid jobs"),
        ("post", OpeningState.DRAFT, {"last_day": "yesterday"}, b"last day to answer has passed"),
        ("resume", OpeningState.PAUSED, {"last_day": "yesterday"}, b"last day to answer has passed"),
    ],
)
def test_guards_refuse_with_a_sentence(
    client_for: Signed, verb: str, state: OpeningState, values: dict[str, object], words: bytes
) -> None:
    if "last_day" in values:
        values = {"last_day": clock.today() - timedelta(days=1)}
    opening = openings.opening(state=state, **values)
    browser = client_for(opening.contacts[0])
    db.session.commit()
    before = photograph(opening.id)
    answer = browser.post(f"/openings/{opening.public_id}/{verb}")
    assert answer.status_code == 409
    assert words in answer.data
    assert photograph(opening.id) == before


@pytest.mark.parametrize("verification", [Verification.REJECTED])
@pytest.mark.parametrize(("verb", "state"), [("post", OpeningState.DRAFT), ("resume", OpeningState.PAUSED)])
def test_an_employer_that_was_turned_away_opens_nothing(
    client_for: Signed, verification: Verification, verb: str, state: OpeningState
) -> None:
    opening = openings.opening(employers.employer(verification=verification), state=state)
    browser = client_for(opening.contacts[0])
    db.session.commit()
    before = photograph(opening.id)
    assert browser.post(f"/openings/{opening.public_id}/{verb}").status_code == 409
    assert photograph(opening.id) == before


@pytest.mark.parametrize("verb", ["pause", "fill", "close"])
def test_of_two_who_press_at_once_one_gets_through(app: object, verb: str) -> None:
    opening = queries.get(openings.opening().id)
    db.session.execute(
        update(Opening)
        .where(Opening.id == opening.id)
        .values(state=OpeningState.EXPIRED)
        .execution_options(synchronize_session=False)
    )
    with pytest.raises(Refused):
        getattr(service, verb)(opening, actor_of(opening.contacts[0]))
    assert state_of(opening.id) is not OpeningState.OPEN


@pytest.mark.parametrize("verb", ["fill", "close", "expire"])
def test_ending_is_told_to_the_rooms_above(app: object, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    told: list[tuple[Actor, OpeningState]] = []
    monkeypatch.setattr(events.ENDED, "_handlers", [lambda actor, opening: told.append((actor, opening.state))])
    opening = queries.get(openings.opening().id)
    getattr(service, verb)(opening, SYSTEM if verb == "expire" else actor_of(opening.contacts[0]))
    assert [state for _actor, state in told] == [OPENINGS.row(OpeningState.OPEN, verb).target]


def test_keeping_a_need_open_counts_as_looking_at_it(client_for: Signed) -> None:
    old = clock.now() - timedelta(days=200)
    opening = openings.opening(changed_at=old)
    browser = client_for(opening.contacts[0])
    db.session.commit()
    browser.post(f"/openings/{opening.public_id}/keep")
    db.session.rollback()
    assert db.session.get(Opening, opening.id, populate_existing=True).changed_at > old
    browser.post(f"/openings/{opening.public_id}/pause")
    assert browser.post(f"/openings/{opening.public_id}/keep").status_code == 409
