"""The coach's page shows which values stand out, and keeps one as it is with a reason that nobody else reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.candidates import keeping, profiles, queries, service
from portal.candidates.models import Candidate, Experience, KeptFine, Profile
from portal.candidates.states import Phase
from portal.candidates.values import Kind
from portal.core.app import Portal
from portal.core.db import db
from portal.core.errors import Invalid
from tests.candidates.conftest import Team
from tests.factories import candidates as factory

WHY = "Varvet frågar efter båtvana"
TRADE = {"kind": "occupation", "value": "boat-builder", "reason": WHY}


@pytest.fixture
def address(app: Portal, team: Team, monkeypatch: pytest.MonkeyPatch) -> str:
    """The profile of one boat builder among four welders' assemblers."""
    monkeypatch.setitem(app.config, "PORTAL", replace(app.config["PORTAL"], rare_below=5))
    for _ in range(4):
        factory.candidate(coach=team.coach, profile={"occupations": {"metal-assembler": "3_10"}})
    db.session.get_one(Profile, team.candidate.id).occupations = {"boat-builder": "3_10"}
    db.session.commit()
    return f"/candidates/{team.candidate.public_id}/profile"


def _kept() -> list[KeptFine]:
    return list(db.session.scalars(db.select(KeptFine).order_by(KeptFine.id)))


def test_the_page_says_how_many_share_it_and_what_the_employer_reads(as_coach: FlaskClient, address: str) -> None:
    page = as_coach.get(address).text
    assert "boat builder" in page
    assert "1 person shares it" in page
    assert "The employer reads: work within: Process, machine and transport work" in page
    assert "(5 people)" in page


def test_a_value_is_kept_with_a_reason_and_let_go_again(as_coach: FlaskClient, team: Team, address: str) -> None:
    assert as_coach.post(f"{address}/keep", data=TRADE).status_code == 302
    assert [(row.value, row.reason, row.by_id) for row in _kept()] == [("boat-builder", WHY, team.coach.id)]
    page = as_coach.get(address).text
    assert WHY in page
    assert "Shown as it is" in page
    assert as_coach.post(f"{address}/let-go", data=TRADE).status_code == 302
    assert _kept() == []
    logged = db.session.scalars(db.select(AuditEvent).where(AuditEvent.verb.like("candidates.%fine")))
    assert [(event.verb, event.data) for event in logged.all()] == [
        ("candidates.keep_fine", {"kind": "occupation"}),
        ("candidates.let_go_fine", {"kind": "occupation"}),
    ]


def test_without_a_reason_nothing_is_kept_and_the_profile_is_still_there(as_coach: FlaskClient, address: str) -> None:
    answer = as_coach.post(f"{address}/keep", data={**TRADE, "reason": "  "})
    assert answer.status_code == 422
    assert _kept() == []
    assert "Fill this in." in answer.text
    assert "Ten years in lunch kitchens" in answer.text  # the editor beside it is filled from what is saved


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"value": "cook"}, 404),  # not in the profile
        ({"kind": "hat"}, 404),
        ({"kind": "experience", "value": "3_10"}, 409),  # five share it
    ],
)
def test_what_the_page_does_not_offer_is_refused(
    as_coach: FlaskClient, address: str, wrong: dict[str, str], status: int
) -> None:
    assert as_coach.post(f"{address}/keep", data={**TRADE, **wrong}).status_code == status
    assert _kept() == []


def test_twice_is_once(as_coach: FlaskClient, address: str) -> None:
    assert as_coach.post(f"{address}/keep", data=TRADE).status_code == 302
    assert as_coach.post(f"{address}/keep", data=TRADE).status_code == 409
    assert len(_kept()) == 1
    assert as_coach.post(f"{address}/let-go", data=TRADE).status_code == 302
    assert as_coach.post(f"{address}/let-go", data=TRADE).status_code == 404


@pytest.mark.parametrize("who", ["colleague", "other_leader", "administrator", "employer"])
def test_it_is_nobody_elses(client_for: Callable[[User], FlaskClient], team: Team, address: str, who: str) -> None:
    client = client_for(getattr(team, who))
    assert client.post(f"{address}/keep", data=TRADE).status_code == 404
    assert client.post(f"{address}/let-go", data=TRADE).status_code == 404
    assert _kept() == []


def test_a_value_that_leaves_the_profile_is_not_kept_for_its_return(
    as_coach: FlaskClient, team: Team, address: str
) -> None:
    as_coach.post(f"{address}/keep", data=TRADE)
    candidate = queries.load(team.candidate.id)
    values = service.ProfileValues(occupations={"cook": Experience.NONE})
    service.edit_profile(team.actor(team.coach), candidate, values, candidate.profile.version)
    assert _kept() == []


def test_who_left_is_not_counted(as_coach: FlaskClient, team: Team, address: str) -> None:
    one = db.session.scalars(db.select(Candidate).where(Candidate.id != team.candidate.id)).first()
    assert one is not None
    one.phase = Phase.EXITED
    db.session.commit()
    assert "Left out." in as_coach.get(address).text


def test_what_is_kept_fine_is_part_of_what_the_yes_is_for(team: Team, address: str) -> None:
    """Keeping a value makes another profile of it: a yes to the coarse one is none to the fine one."""
    candidate = queries.load(team.candidate.id)
    before = profiles.source_digest(candidate, keeping.kept_of(candidate.id))
    keeping.keep(team.actor(team.coach), candidate, Kind.OCCUPATION, "boat-builder", WHY)
    kept = profiles.source_digest(candidate, keeping.kept_of(candidate.id))
    keeping.let_go(team.actor(team.coach), candidate, Kind.OCCUPATION, "boat-builder")
    assert kept != before
    assert profiles.source_digest(candidate, keeping.kept_of(candidate.id)) == before


def test_a_reason_is_asked_for_by_the_service_too(team: Team, address: str) -> None:
    candidate = queries.load(team.candidate.id)
    with pytest.raises(Invalid) as wrong:
        keeping.keep(team.actor(team.coach), candidate, Kind.OCCUPATION, "boat-builder", "")
    assert wrong.value.field == "reason"
    assert _kept() == []
