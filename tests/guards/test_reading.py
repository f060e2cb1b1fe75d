"""A page that only reads cannot write, whatever its code tries; the access log is the one exception."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, text

from portal.accounts.models import Team, User
from portal.audit import service as audit
from portal.audit.models import AccessLogEntry
from portal.core.access import public
from portal.core.actors import Actor, Role
from portal.core.app import WroteOnRead
from portal.core.db import db
from portal.proposals.states import ProposalState
from tests.factories import accounts, proposals
from tests.snapshot import tables, unchanged


def _through_the_orm() -> None:
    db.session.add(Team(name="Written on read"))
    db.session.flush()


def _raw(statement: str) -> Callable[[], None]:
    def write() -> None:
        db.session.execute(text(statement))

    return write


WRITES = {
    "orm": _through_the_orm,
    "insert": lambda: db.session.execute(insert(Team).values(name="x", public_id="0" * 32)),
    "update": _raw("UPDATE users SET name = 'x'"),
    "delete": _raw("  \n\tdelete FROM users"),
    "drop": _raw("DROP TABLE users"),
    "with": _raw("WITH them AS (SELECT id FROM users) DELETE FROM users WHERE id IN (SELECT id FROM them)"),
    "comment": _raw("/* only a look */ DELETE FROM users"),
    "another table like the log": _raw("INSERT INTO access_logs (id) VALUES (1)"),
    "the log's rows": _raw("DELETE FROM access_log"),
    "the log's words": _raw("UPDATE access_log SET what = 'nothing'"),
}


@pytest.mark.parametrize("name", list(WRITES))
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_read_that_writes_is_stopped(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str, method: str
) -> None:
    if method == "OPTIONS":
        # Flask answers OPTIONS itself, without the view
        with unchanged():
            assert client.options("/about/about").status_code == 200
        return

    @public
    def view(name: str) -> str:
        WRITES[key]()
        return name

    key = name
    monkeypatch.setitem(app.view_functions, "core.page", view)
    with unchanged(), pytest.raises(WroteOnRead):
        client.open("/about/about", method=method)


def test_the_access_log_may_be_written_while_reading(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    @public
    def view(name: str) -> str:
        audit.saw(Actor(Role.COACH, user_id=1), [1], "a page", "a test")
        return name

    monkeypatch.setitem(app.view_functions, "core.page", view)
    assert client.get("/about/about").status_code == 200
    assert db.session.scalar(select(func.count(AccessLogEntry.id))) == 1


def test_a_press_may_write(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    @public
    def view() -> str:
        _through_the_orm()
        return "written"

    monkeypatch.setitem(app.view_functions, "core.set_language", view)
    assert client.post("/language").status_code == 200
    assert db.session.scalar(select(func.count(Team.id)).where(Team.name == "Written on read")) == 1


def test_looking_at_every_page_changes_nothing(
    app: Flask, client: FlaskClient, client_for: Callable[[User], FlaskClient]
) -> None:
    """Every page without a parameter, twice, and by HEAD, as everybody, with something in every list."""
    story = proposals.story(ProposalState.HIRED)
    proposals.story(ProposalState.PROPOSED, coach=db.session.get_one(User, story.coach.id))
    people = [story.contact, story.coach, story.leader, accounts.administrator()]
    browsers = [client, *(client_for(user) for user in people)]
    paths = sorted(
        {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())}
    )
    assert len(paths) > 20
    for browser in browsers:
        before = tables()
        for path in paths:
            for method in ("GET", "HEAD", "GET"):
                assert browser.open(path, method=method).status_code in (200, 302, 404), path
        assert tables() == before
