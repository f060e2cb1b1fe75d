"""An answer that is no, from the mail, and taken back; and what a scanner does with such mails. Clicked in dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from sqlalchemy import update

from portal.accounts import service as account_service
from portal.candidates.models import Identity
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.placements import pulse_queries, pulses
from portal.placements.models import PULSE_QUESTIONS, ContactSide, Pulse
from portal.proposals.states import ProposalState as S
from tests.factories import accounts, candidates, employers, openings, proposals
from tests.journeys.person import MakePerson
from tests.journeys.postbox import Postbox
from tests.journeys.ready import Stage
from tests.journeys.scanner import scan

pytestmark = [pytest.mark.journey, pytest.mark.either_database]

PITCH = "Knows every corner of a kitchen."


def test_an_employer_declines_from_the_mail_and_takes_it_back(
    stage: Stage, postbox: Postbox, person: MakePerson
) -> None:
    with stage.rows():
        coach_user = accounts.coach(name="Nora Back", email="nora.back@county.example")
        at = employers.employer(name="Kungs kök")
        contact = employers.employer_user(at, name="Ingrid Kung", email="ingrid@kungs.example")
        need = openings.opening(
            at,
            contacts=[contact],
            title="Help in the kitchen",
            language=Language.EN,
        )
        someone = candidates.candidate(
            coach=coach_user,
            identity={"first_name": "Tyko", "last_name": "Hakola", "language": Language.EN},
            profile={"pitch": PITCH, "pitch_language": Language.EN},
        )
        coach, employer = person("coach", dark=True), person("employer", phone=True, dark=True)
        stage.signs_in(coach, coach_user)
        path, private = f"/openings/{need.public_id}", ["Tyko", "Hakola", someone.identity.email]

    coach.goes_to(path)
    coach.follows("Propose")
    coach.follows("Tyko Hakola")
    coach.ticks("Given to me in person")
    coach.presses("Send")
    coach.state_is("Proposed")

    # From the mail, not signed in: a no by the link alone, and taken back by it.
    asked = postbox.mail_for(contact.email, "A candidate for: Help in the kitchen")
    employer.goes_to(asked.link)
    employer.reads(PITCH)
    employer.lacks(*private)
    employer.unfolds("Not this time")
    employer.presses("Not this time", fault=422)
    employer.ticks("The hours do not fit")
    employer.fills("A line to the coach", "Mornings are all we have.")
    employer.presses("Not this time")
    employer.state_is("Declined")
    employer.lacks(PITCH, *private)

    told = postbox.mail_for(coach_user.email, "Help in the kitchen")
    assert "Mornings" not in told.everything
    coach.goes_to(told.link)
    coach.state_is("Declined")

    employer.presses("Take the answer back")
    employer.reads(PITCH)
    coach.goes_to(postbox.mail_for(coach_user.email, "Help in the kitchen").link)
    coach.state_is("Proposed")


def test_a_scanner_that_opens_every_link_presses_nothing(
    stage: Stage, chromium: Browser, postbox: Postbox, person: MakePerson
) -> None:
    """Every sort of link that a mail holds; afterwards each still does what it is for."""
    with stage.rows():
        coach = accounts.coach(email="coach.skannad@county.example")
        hired, asked = (proposals.story(state, coach=coach) for state in (S.HIRED, S.AWAITING_CONSENT))
        offered = proposals.story(S.PROPOSED, coach=coach)
        addresses = [db.session.get_one(Identity, one.candidate.id).email for one in (hired, asked)]
        db.session.get_one(Identity, hired.candidate.id).language = Language.EN
        new = accounts.user(Role.EMPLOYER, email="ny@skannad.example", email_verified_at=None)
        account_service.ask_to_verify(new)
        account_service.ask_for_password(coach.email)
        db.session.execute(update(Pulse).where(Pulse.ordinal == 1).values(due_on=clock.today()))
        for pulse in pulse_queries.to_ask(clock.today()):
            pulses.ask(pulse)
    employer = person("employer", phone=True)
    employer.goes_to(f"/proposals/{offered.proposal.public_id}")
    employer.fills("Work mail", offered.contact.email)
    employer.presses("Mail me a link instead")
    mails = [
        to_sign_in := postbox.mail_for(offered.contact.email, "Sign in by this link"),
        to_answer := postbox.mail_for(offered.contact.email, "A candidate for"),
        to_support := postbox.mail_for(hired.contact.email, "Hire confirmed"),
        postbox.mail_for(coach.email, "Choose a new password"),
        postbox.mail_for(new.email, "Is this your address?"),
        *(postbox.mail_for(address, "") for address in addresses),
        to_questions := postbox.mail_for(hired.contact.email, "Three short questions"),
        of_employee := postbox.mail_for(addresses[0], "How is it going at work?"),
    ]
    with stage.unchanged():
        assert scan(chromium, [link for mail in mails for link in mail.links]) == [200]
    employer.goes_to(to_sign_in.link)
    employer.presses("Sign in")
    employer.state_is("Proposed")
    employer.goes_to(to_answer.link)
    employer.presses("Interested")
    employer.state_is("Interested")
    (support,) = (link for link in to_support.links if "/ask-for-support/" in link)
    employer.goes_to(support)
    employer.presses("Ask for support")
    assert postbox.mail_for(coach.email, "Support is asked for")
    for mail, side in ((to_questions, ContactSide.EMPLOYER), (of_employee, ContactSide.EMPLOYEE)):
        employer.goes_to(mail.link)
        for question in PULSE_QUESTIONS[side].values():
            employer.ticks("Well", group=str(question))
        employer.presses("Send my answers")
        employer.reads("Thank you")
