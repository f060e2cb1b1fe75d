"""An answer that is no, and taken back; the yes before it was given in person. Clicked in dark."""

from __future__ import annotations

import pytest

from portal.core.i18n import Language
from tests.factories import accounts, candidates, employers, openings
from tests.journeys.person import MakePerson
from tests.journeys.postbox import Postbox
from tests.journeys.ready import Stage

pytestmark = [pytest.mark.journey, pytest.mark.either_database, pytest.mark.xdist_group("journeys")]

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

    # From the mail, not signed in: the sign-in leads on to where the mail led.
    employer.goes_to(postbox.mail_for(contact.email, "A candidate for: Help in the kitchen").link)
    employer.reads_title("Sign in")
    employer.fills("Work mail", contact.email)
    employer.fills("Password", accounts.PASSWORD)
    employer.presses("Sign in")
    employer.reads(PITCH)
    employer.lacks(*private)
    employer.follows("Not this time")
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

    employer.follows("Undo")
    employer.presses("Undo")
    employer.state_is("Proposed")
    employer.reads(PITCH)
    coach.goes_to(postbox.mail_for(coach_user.email, "Help in the kitchen").link)
    coach.state_is("Proposed")
