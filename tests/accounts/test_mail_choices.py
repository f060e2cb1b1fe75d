"""Choosing one's mail: on the settings page, and by one press from the mail itself, without signing in."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import MailMode, User
from portal.audit.models import AuditEvent
from portal.core import clock, signing
from portal.core.app import Portal
from portal.core.db import db
from portal.core.i18n import Language
from portal.openings.mails import OPENING_PUBLISHED
from portal.outbox.groups import GROUPS, kinds_of
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.outbox.recipients import Way, user_recipient
from portal.outbox.rendering import build_message
from portal.outbox.service import enqueue
from tests.factories import accounts, employers, openings

ClientFor = Callable[[User], FlaskClient]


def test_every_kind_that_only_informs_is_in_one_group_and_no_other_is(app: Portal) -> None:
    named = [choice.kind for group in GROUPS for choice in group.kinds]
    assert len(named) == len(set(named))
    of_features = {
        name for name, kind in KINDS.items() if kind.informative and kind.write.__module__.startswith("portal.")
    }
    assert set(named) == of_features - {"daily_digest"}
    assert not any(kind.urgent and kind.informative for kind in KINDS.values())


def test_the_settings_page_offers_what_comes_and_keeps_what_is_chosen(client_for: ClientFor) -> None:
    coach = accounts.coach(mails_off=["need_suits", "of_another_role"])
    browser = client_for(coach)
    page = browser.get("/settings").text
    offered = set(re.findall(r'type="checkbox" value="(\w+)"', page))
    assert offered == kinds_of(coach.role)
    assert "monday_summary" not in offered
    ticked = set(re.findall(r'checked[^>]*type="checkbox" value="(\w+)"', page))
    assert ticked == offered - {"need_suits"}
    assert "It cannot be turned off" in page
    sent = {"mail_mode": "daily", "needs": ["need_suits"], "proposals": ["proposal_closed"]}
    assert browser.post("/settings/mails", data=sent).status_code == 302
    db.session.expire_all()
    assert coach.mail_mode is MailMode.DAILY
    assert set(coach.mails_off) == (offered | {"of_another_role"}) - {"need_suits", "proposal_closed"}
    recipient = user_recipient(coach.id)
    assert recipient is not None
    ways = {name: recipient.way(kind) for name, kind in KINDS.items()}
    assert ways["need_suits"] is Way.ONCE_A_DAY
    assert ways["consent_given"] is Way.NOT_AT_ALL
    assert {ways[name] for name, kind in KINDS.items() if not kind.informative} == {Way.BY_ITSELF}


@pytest.mark.parametrize(
    "sent", [{"mail_mode": "weekly"}, {"mail_mode": "daily", "needs": ["support_asked"]}, {"needs": ["x"]}]
)
def test_what_is_no_choice_is_refused(client_for: ClientFor, sent: dict[str, object]) -> None:
    coach = accounts.coach(mails_off=["need_suits"])
    assert client_for(coach).post("/settings/mails", data=sent).status_code == 422
    db.session.expire_all()
    assert (coach.mail_mode, coach.mails_off) == (MailMode.AT_ONCE, ["need_suits"])


def _mailed(kind: str = "opening_published") -> tuple[User, Notification, str]:
    """An employer's user, a mail that waits for them, and the way out that it names."""
    employer = employers.employer()
    user = employers.employer_user(employer, language=Language.EN)
    need = openings.opening(employer, contacts=[user])
    context = {"title": need.title, "public_id": need.public_id}
    row = enqueue(OPENING_PUBLISHED, about=("opening", need.id), context=context, user_id=user.id)
    assert row is not None
    db.session.commit()
    recipient = user_recipient(user.id)
    assert recipient is not None
    message = build_message(row, KINDS[kind], recipient) if kind == row.kind else None
    if message is None:
        token = signing.sign("mails_off", f"{user.public_id}.{kind}")
        return user, row, f"/mails/off/{token}"
    [address] = re.findall(r"^List-Unsubscribe: <http://localhost(/\S+)>", message.as_string().replace("\n ", ""), re.M)
    assert address in str(message.body)
    return user, row, address


def test_a_mail_program_turns_a_kind_off_by_one_post_and_a_person_has_the_way_back(
    app: Portal, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    user, _row, address = _mailed()
    for _look in range(2):  # a scanner, or a person who only looks
        page = client.get(address)
        assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "no-referrer")
        assert "Your need is open" in unescape(page.text)
        assert client.head(address).status_code == 200
    db.session.expire_all()
    assert user.mails_off == []
    program = app.test_client()  # no cookie, no page before it, no token
    answer = program.post(address, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.location) == (200, None)
    db.session.expire_all()
    assert user.mails_off == ["opening_published"]
    recipient = user_recipient(user.id)
    assert recipient is not None
    assert recipient.way(KINDS["opening_published"]) is Way.NOT_AT_ALL
    assert recipient.way(KINDS["opening_paused"]) is Way.BY_ITSELF
    assert program.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    back = address.replace("/off/", "/on/")
    assert program.post(back).status_code == 400  # only the page's own form turns anything on
    page = client.get(address)
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[-1]
    assert "turned off" in page.text
    assert client.post(back, data={"csrf_token": token}).status_code == 200
    db.session.expire_all()
    assert user.mails_off == []
    verbs = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.verb.startswith("accounts.mails")))
    assert list(verbs) == ["accounts.mails_off", "accounts.mails_on"]


def test_the_one_mail_a_day_is_turned_off_as_a_whole(client: FlaskClient) -> None:
    user, _row, address = _mailed("daily_digest")
    user.mail_mode, user.mails_off = MailMode.DAILY, ["opening_paused"]
    assert client.post(address).status_code == 200
    db.session.expire_all()
    assert (user.mail_mode, user.mails_off) == (MailMode.NOTHING, ["opening_paused"])
    assert client.post(address.replace("/off/", "/on/")).status_code == 200
    db.session.expire_all()
    assert (user.mail_mode, user.mails_off) == (MailMode.DAILY, ["opening_paused"])


def test_only_our_own_links_to_what_may_be_turned_off_do_anything(client: FlaskClient) -> None:
    user, _row, address = _mailed()
    other = accounts.coach()
    token = address.rpartition("/")[2]
    forged = [
        token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1],  # the last character holds two bits of padding
        "x" * 32,
        signing.sign("verify_email", f"{user.public_id}.opening_published"),
        signing.sign("mails_off", f"{user.public_id}.opening_idle"),  # it waits for an answer
        signing.sign("mails_off", f"{user.public_id}.nothing_of_ours"),
        signing.sign("mails_off", f"{'0' * 32}.opening_published"),
        signing.sign("mails_off", user.public_id),
    ]
    for wrong in forged:
        for way in ("off", "on"):
            assert client.post(f"/mails/{way}/{wrong}").status_code == 410
        assert client.get(f"/mails/off/{wrong}").status_code == 410
    db.session.expire_all()
    assert (user.mails_off, other.mails_off, user.mail_mode) == ([], [], MailMode.AT_ONCE)
    user.erased_at = user.deactivated_at = clock.now()
    assert client.post(address).status_code == 410
