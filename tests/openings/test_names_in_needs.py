"""What the team writes into an employer's need names nobody of the caseload; what employers write is their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.candidates import textguard
from portal.core.app import Portal
from portal.core.db import db
from portal.employers.queries import actor_of
from portal.openings.models import Opening
from tests.factories import accounts, candidates, employers
from tests.openings.kit import without

Signed = Callable[[User], FlaskClient]


def _count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Opening)) or 0


@pytest.mark.parametrize(
    ("tasks", "status"),
    [
        ("Samma arbete som Huuskola gör nu.", 422),
        ("Passar för Pihla Huuskolan lähtöön.", 422),
        ("Personbeteckning 131052-9085.", 422),
        ("Städning på sjukhusets psykiatriska avdelning.", 302),
        ("Närvårdare till ett äldreboende; sköter insulin och medicinering vid demens.", 302),
        ("Ring butiken, 050 123 4567.", 422),  # asks, for it may be the shop's
        ("Passar för den som har haft depression.", 422),
        ("Passar för var klient som bor på Storgatan 5.", 422),
        ("Till ett äldreboende. Vår klient har depression och börjar lugnt.", 422),
    ],
)
def test_a_coach_names_nobody_of_the_caseload(client_for: Signed, tasks: str, status: int) -> None:
    coach = accounts.coach()
    candidates.candidate(coach=coach, identity={"first_name": "Pihla", "last_name": "Huuskola"})
    employer = employers.employer()
    db.session.commit()
    answer = client_for(coach).post(f"/openings/new?employer={employer.public_id}", data=without(tasks=tasks))
    assert answer.status_code == status
    assert _count() == (status == 302)


def test_what_may_be_the_jobs_asks_and_what_is_a_clients_blocks(app: Portal) -> None:
    coach = accounts.coach()
    db.session.flush()
    texts = {"tasks": "Ring butiken, 050 123 4567.", "title": "Var klient bor på Storgatan 5."}
    found = textguard.read_of_employer(actor_of(coach), texts)
    assert {
        field: {one.blocks for one in remarks if one.words != "klient"} for field, (_text, remarks) in found.items()
    } == {
        "tasks": {False},
        "title": {True},
    }


def test_an_employer_may_name_anybody(client_for: Signed) -> None:
    candidates.candidate(coach=accounts.coach(), identity={"first_name": "Pihla", "last_name": "Huuskola"})
    anna = employers.employer_user(employers.employer())
    db.session.commit()
    answer = client_for(anna).post("/openings/new", data=without(tasks="Huuskola visar vägen."))
    assert answer.status_code == 302
    assert _count() == 1


def test_what_the_employer_wrote_does_not_hold_a_coachs_edit_back(client_for: Signed) -> None:
    coach = accounts.coach()
    candidates.candidate(coach=coach, identity={"first_name": "Pihla", "last_name": "Huuskola"})
    anna = employers.employer_user(employers.employer())
    db.session.commit()
    client_for(anna).post("/openings/new", data=without(tasks="Huuskola visar vägen.", post="1"))
    opening = db.session.scalars(select(Opening)).one()
    address = f"/openings/{opening.public_id}/edit"
    edited = without(
        tasks="Huuskola visar vägen.", title="Kökshjälp", version=str(opening.version), contacts=anna.public_id
    )
    assert client_for(coach).post(address, data=edited).status_code == 302


def test_a_name_is_not_edited_into_a_need(client_for: Signed) -> None:
    coach = accounts.coach()
    candidates.candidate(coach=coach, identity={"first_name": "Pihla", "last_name": "Huuskola"})
    anna = employers.employer_user(employers.employer())
    db.session.commit()
    client_for(anna).post("/openings/new", data=without(post="1"))
    opening = db.session.scalars(select(Opening)).one()
    before = opening.tasks
    edited = without(tasks="Samma arbete som Huuskola gör nu.", version=str(opening.version), contacts=anna.public_id)
    answer = client_for(coach).post(f"/openings/{opening.public_id}/edit", data=edited)
    assert answer.status_code == 422
    db.session.expire_all()
    assert opening.tasks == before
