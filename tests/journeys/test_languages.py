"""Each reader's mails and pages come in the language that the reader set, whoever set them going."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from portal.candidates.models import Identity
from portal.core.db import db
from portal.core.i18n import LOCALES, Language
from portal.proposals.states import ProposalState
from tests.factories import accounts, proposals
from tests.journeys.person import MakePerson
from tests.journeys.postbox import Mail, Postbox
from tests.journeys.ready import Stage

pytestmark = [pytest.mark.journey, pytest.mark.either_database]

# A day as people of the language write it: må 23.11, ma 23.11., Mon 23 Nov.
A_DAY = {
    Language.SV: r"\b(må|ti|on|to|fr|lö|sö) \d{1,2}\.\d{1,2}(?!\.)",
    Language.FI: r"\b(ma|ti|ke|to|pe|la|su) \d{1,2}\.\d{1,2}\.",
    Language.EN: r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2}\b",
}


def is_in(mail: Mail, language: Language) -> None:
    """The mail says that it is in this language, and so does its HTML."""
    assert mail.language == LOCALES[language].replace("_", "-")
    assert re.search(rf'<html[^>]* lang="{language.value}"', mail.html)


@pytest.mark.parametrize("language", [Language.SV, Language.FI])
def test_a_candidate_is_asked_in_the_own_language(
    language: Language, stage: Stage, postbox: Postbox, person: MakePerson
) -> None:
    address = f"candidate.{language.value}@mail.example"
    with stage.rows():
        coach = accounts.coach(language=Language.EN)
        begun = proposals.story(coach=coach)
        its = Identity.candidate_id == begun.candidate.id
        db.session.execute(update(Identity).where(its).values(language=language, email=address))
        proposals.bring(begun, ProposalState.AWAITING_CONSENT)
    asked = postbox.mail_for(address, "")
    is_in(asked, language)
    assert re.search(A_DAY[language], asked.text)
    candidate = person("candidate", phone=True, language="en-GB")
    candidate.goes_to(asked.link)
    expect(candidate.page.locator("html")).to_have_attribute("lang", language.value)


def test_an_employer_chooses_finnish_and_the_next_mail_is_finnish(
    stage: Stage, postbox: Postbox, person: MakePerson
) -> None:
    with stage.rows():
        coach_user = accounts.coach(email="kielikoutsi@county.example")
        begun = proposals.story(ProposalState.DISCLOSED, coach=coach_user)
        contact, path = begun.contact, f"/proposals/{begun.proposal.public_id}"
        employer, coach = person("employer", phone=True), person("coach")
        stage.signs_in(employer, contact)
        stage.signs_in(coach, coach_user)
    is_in(postbox.mail_for(contact.email, begun.opening.title), Language.EN)

    employer.goes_to("/settings")
    employer.picks("Language", "Suomi")
    employer.presses("Save")
    expect(employer.page.locator("html")).to_have_attribute("lang", "fi")
    coach.goes_to(path)
    coach.fills("Message", "Does Monday suit you?")
    coach.presses("Send the message")
    last = _last_for(postbox, contact.email, "fi-FI")
    assert "Monday" not in last.everything
    employer.goes_to(last.link)
    employer.reads(re.compile(A_DAY[Language.FI]))
    coach.reads(re.compile(A_DAY[Language.EN]))


def _last_for(postbox: Postbox, address: str, language: str) -> Mail:
    """The first mail in this language to this address; the ones in other languages came before."""
    while True:
        mail = postbox.mail_for(address, "")
        if mail.language == language:
            return mail
