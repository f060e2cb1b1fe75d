"""What an employer does works in a browser that runs no scripts."""

from __future__ import annotations

import pytest

from portal.proposals.states import ProposalState
from tests.factories import accounts, employers, proposals
from tests.journeys.person import MakePerson
from tests.journeys.postbox import Postbox
from tests.journeys.ready import Stage

pytestmark = [pytest.mark.journey, pytest.mark.either_database]


def test_a_need_is_posted_without_scripts(stage: Stage, postbox: Postbox, person: MakePerson) -> None:
    with stage.rows():
        contact = employers.employer_user(email="greta@utan.example", name="Greta Utan")
    employer = person("employer without scripts", phone=True, javascript=False)
    employer.goes_to("/sign-in")
    employer.fills("Work mail", contact.email)
    employer.fills("Password", accounts.PASSWORD)
    employer.presses("Sign in")
    employer.follows("Post a need")
    employer.fills("Title", "Hands for the harvest")
    employer.picks("Occupation", "farm worker")
    employer.fills("Hours a week, at least", 30)
    employer.fills("Hours a week, at most", 20)
    employer.presses("Post the need", fault=422)
    assert employer.field("Title").input_value() == "Hands for the harvest"
    employer.reads("Nothing is saved yet. Mend this first:")
    employer.fills("Hours a week, at most", 40)
    employer.ticks("Working time")
    employer.ticks("The job is paid by its collective agreement or the going wage (required to post)")
    employer.presses("Post the need")
    employer.state_is("Open")
    assert postbox.mail_for(contact.email, "Your need is open: Hands for the harvest")


def test_an_answer_is_given_without_scripts(stage: Stage, postbox: Postbox, person: MakePerson) -> None:
    with stage.rows():
        begun = proposals.story(ProposalState.PROPOSED, coach=accounts.coach(email="coach.utan@county.example"))
        employer = person("employer without scripts", phone=True, javascript=False)
    employer.goes_to(postbox.mail_for(begun.contact.email, "A candidate for:").link)
    employer.unfolds("Why is there no name?")
    employer.presses("Interested")
    employer.state_is("Interested")
    assert postbox.mail_for("coach.utan@county.example", begun.opening.title)
