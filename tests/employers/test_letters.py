"""Every mail of accounts and employers as its readers get it, in the three languages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import current_app

from portal.accounts import links
from portal.accounts import mails as account_mails
from portal.accounts.models import Purpose, StaffInvitation
from portal.core import clock
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import db
from portal.core.i18n import Language
from portal.employers import mails as employer_mails
from portal.employers.models import Invitation, JoinRequest
from portal.employers.states import Verification
from portal.outbox.letters import KINDS
from tests.accounts.kit import as_read
from tests.accounts.kit import mails as queued
from tests.factories import accounts, employers

# Words of health and care that no mail of ours may carry, in the languages of the portal.
FORBIDDEN = re.compile(
    r"psyk|mielenterv|sairau|sjuk|potila|patient|kuntout|rehabilit|hoito|vård(?!a)|diagnos|\bips\b|klient|asiakas|illness|health",
    re.IGNORECASE,
)
LINE_ENDS = "\r\nBcc: x@y.example"


def _queue_every_mail() -> None:
    user = accounts.administrator()
    coach = accounts.coach()
    employer = employers.employer(name="Åsas <Bageri> & Co", verification=Verification.WAITING)
    manager = employers.employer_user(employer)
    asking = accounts.user(Role.EMPLOYER)
    staff = StaffInvitation(
        email="s@x.example",
        name="S",
        role=Role.COACH,
        team_id=coach.team_id,
        language=Language.SV,
        invited_by_id=user.id,
        expires_at=clock.now(),
    )
    guest = Invitation(
        employer_id=employer.id,
        email="g@x.example",
        language=Language.FI,
        invited_by_id=manager.id,
        expires_at=clock.now(),
    )
    request = JoinRequest(user_id=asking.id, employer_id=employer.id, terms_version="1")
    db.session.add_all([staff, guest, request])
    db.session.flush()
    day = timedelta(days=1)
    account_mails.verify_address(user, links.issue(Purpose.VERIFY_EMAIL, user.id, day, user.id))
    account_mails.address_has_account(user)
    account_mails.password_reset(user, links.issue(Purpose.RESET_PASSWORD, user.id, day, user.id))
    account_mails.password_changed(user)
    account_mails.sign_in_link(user, links.issue(Purpose.SIGN_IN, user.id, day, user.id), "/proposals")
    account_mails.sign_in_with_password(user)
    account_mails.new_browser(user, "Firefox, Windows")
    account_mails.staff_invited(staff, links.issue(Purpose.STAFF_INVITATION, staff.id, day))
    employer_mails.welcome(manager, employer)
    employer_mails.employer_waits(employer)
    employer_mails.employer_verified(employer)
    employer_mails.employer_rejected(employer)
    employer_mails.employer_suspended(employer)
    employer_mails.employer_assigned(employer, coach.id)
    employer_mails.colleague_invited(guest, employer, "Anna Berg", links.issue(Purpose.INVITATION, guest.id, day))
    employer_mails.colleague_asks(request, employer, [manager, coach])
    employer_mails.colleague_let_in(asking.id, employer)
    employer_mails.colleague_not_let_in(asking.id, employer)


@pytest.mark.parametrize("language", list(Language))
def test_every_mail_is_written_in_every_language(app: Portal, language: Language) -> None:
    with app.test_request_context():
        _queue_every_mail()
    rows = queued()
    declared = {
        kind.name
        for module in (account_mails, employer_mails)
        for kind in KINDS.values()
        if kind.write.__module__ == module.__name__
    }
    assert {row.kind for row in rows} == declared
    for row in rows:
        subject, text, html = as_read(row, language)
        assert subject
        assert "\n" not in subject
        assert not FORBIDDEN.search(subject + text), row.kind
        assert current_app.config["PORTAL"].base_url in text
        assert "<Bageri>" not in html
        assert "@" not in subject


def test_mails_whose_ground_is_gone_are_not_due(app: Portal) -> None:
    with app.test_request_context():
        _queue_every_mail()
    rows = {row.kind: row for row in queued()}

    def due(kind: str) -> bool:
        return KINDS[kind].still_due(rows[kind])

    assert due("employer_waits")
    assert not due("employer_verified")
    assert due("colleague_asks")
    assert due("password_reset")
    assert due("colleague_invited")
    links.revoke(Purpose.RESET_PASSWORD, rows["password_reset"].about_id)
    links.revoke(Purpose.INVITATION, rows["colleague_invited"].about_id)
    db.session.delete(db.session.get_one(JoinRequest, rows["colleague_asks"].about_id))
    db.session.flush()
    assert not due("password_reset")
    assert not due("colleague_invited")
    assert not due("colleague_asks")
    assert due("verify_address")


def test_a_subject_cannot_be_broken_by_an_organisations_name(app: Portal) -> None:
    employer = employers.employer(name="Bageri" + LINE_ENDS)
    employers.employer_user(employer)
    with app.test_request_context():
        employer_mails.employer_verified(employer)
    subject, text, _html = as_read(queued()[-1])
    assert "\n" not in subject
    assert "\nBcc:" not in text
