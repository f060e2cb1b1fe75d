"""What the team does with employers, and what an organisation does with itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.audit.models import AccessLogEntry, AuditEvent
from portal.audit.service import history
from portal.candidates.queries import names as candidate_names
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.app import Portal
from portal.core.db import db, new_public_id
from portal.core.errors import Missing, Refused
from portal.core.i18n import Language
from portal.employers import events, queries, service
from portal.employers.models import Employer, EmployerContact, Workplace
from portal.employers.states import VERIFICATIONS, RejectReason, Standing, Verification
from tests.accounts.kit import mails
from tests.counting import statements
from tests.employers.kit import acting
from tests.factories import accounts, candidates, employers

ClientFor = Callable[[User], FlaskClient]


def _state(employer: Employer) -> Verification | None:
    db.session.expire_all()
    return db.session.scalar(select(Employer.verification).where(Employer.id == employer.id))


def _verbs(employer: Employer) -> list[str]:
    query = select(AuditEvent.verb).where(AuditEvent.subject_type == "employer", AuditEvent.subject_id == employer.id)
    return list(db.session.scalars(query.order_by(AuditEvent.id)))


def _ready(employer: Employer, state: Verification) -> None:
    employer.verification = state
    employer.verified_at = clock.now() if state is Verification.VERIFIED else None
    db.session.flush()


DO = {
    "verify": service.verify,
    "reject": lambda actor, employer: service.reject(actor, employer, RejectReason.OTHER),
    "suspend": service.suspend,
}
MAILED = {"verify": "employer_verified", "reject": "employer_rejected", "suspend": "employer_suspended"}
ROLES = [Role.EMPLOYER, Role.COACH, Role.TEAM_LEADER, Role.ADMINISTRATOR, Role.CANDIDATE, Role.SYSTEM]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", VERIFICATIONS.verbs)
@pytest.mark.parametrize("state", list(Verification))
def test_the_table_both_ways(app: Portal, state: Verification, verb: str, role: Role) -> None:
    employer = employers.employer()
    user = employers.employer_user(employer)
    actor = Actor(role, user_id=accounts.administrator().id)
    _ready(employer, state)
    row = VERIFICATIONS.row(state, verb)
    with app.test_request_context():
        if row is not None and role in row.by:
            DO[verb](actor, employer)
            assert _state(employer) is row.target
            assert _verbs(employer) == [f"employers.{verb}"]
            assert [(mail.kind, mail.user_id) for mail in mails()] == [(MAILED[verb], user.id)]
            assert row.mails == (MAILED[verb],)
        else:
            with pytest.raises(Refused):
                DO[verb](actor, employer)
            assert _state(employer) is state
            assert _verbs(employer) == []
            assert mails() == []


def test_verifying_tells_the_rooms_above_once(app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Employer] = []
    monkeypatch.setattr(events.VERIFIED, "_handlers", [lambda _actor, thing: heard.append(thing)])
    employer = employers.employer(verification=Verification.WAITING)
    coach = acting(accounts.coach())
    with app.test_request_context():
        service.verify(coach, employer)
    assert heard == [employer]
    db.session.expire_all()
    assert (employer.verified_by_id, employer.verified_at is not None) == (coach.user_id, True)


def test_of_two_who_press_one_gets_through(app: Portal) -> None:
    employer = employers.employer(verification=Verification.WAITING)
    coach = acting(accounts.coach())
    db.session.execute(
        Employer.__table__.update()  # type: ignore[attr-defined]
        .where(Employer.id == employer.id)
        .values(verification=Verification.REJECTED)
    )
    with app.test_request_context(), pytest.raises(Refused):
        service.reject(coach, employer, RejectReason.OTHER)  # this reader still has "waiting" before the eyes
    assert _verbs(employer) == []


def test_without_a_business_id_only_the_team_leaders_reason_verifies(client_for: ClientFor) -> None:
    farm = employers.employer(business_id=None, verification=Verification.WAITING)
    path = f"/employers/{farm.public_id}/verify"
    assert client_for(accounts.coach()).post(path, data={"reason": "I know them"}).status_code == 409
    leader = client_for(accounts.team_leader())
    page = leader.post(path, data={"reason": ""})
    assert page.status_code == 422
    assert "why this employer can be trusted" in page.text
    assert leader.post(path, data={"reason": "x" * 501}).status_code == 422
    assert _state(farm) is Verification.WAITING
    assert leader.post(path, data={"reason": "A farm that I have visited twice."}).status_code == 302
    assert _state(farm) is Verification.VERIFIED
    assert db.session.scalar(select(Employer.verified_reason)) == "A farm that I have visited twice."


def test_an_employer_is_rejected_with_a_reason_that_stays_with_the_team(client_for: ClientFor) -> None:
    employer = employers.employer(verification=Verification.WAITING)
    employers.employer_user(employer)
    path, browser = f"/employers/{employer.public_id}", client_for(accounts.coach())
    for wrong in ({}, {"ground": "nonsense"}):
        assert browser.post(f"{path}/reject", data=wrong).status_code == 422
    assert _state(employer) is Verification.WAITING
    assert browser.post(f"{path}/reject", data={"ground": "not_found"}).status_code == 302
    assert _state(employer) is Verification.REJECTED
    assert [one.data["reason"] for one in history("employer", employer.id)] == ["not_found"]
    assert "not found in the registers" in browser.get(path).text
    [mail] = mails()
    assert "not_found" not in str(mail.context)


def test_a_suspended_organisation_sees_nothing_from_the_next_request_on(client_for: ClientFor) -> None:
    employer = employers.employer(name="Bryggan Ab")
    browser = client_for(employers.employer_user(employer))
    assert browser.get("/organisation").status_code == 200
    assert client_for(accounts.administrator()).post(f"/employers/{employer.public_id}/suspend").status_code == 302
    for path in ("/organisation", "/organisation/edit", "/"):
        assert browser.get(path, follow_redirects=True).request.path == "/waiting"
    assert browser.post("/organisation/edit", data={"name": "X"}).location == "/waiting"
    assert browser.get("/settings").status_code == 200
    assert client_for(accounts.coach()).post(f"/employers/{employer.public_id}/verify").status_code == 302
    assert browser.get("/organisation").status_code == 200


PAGES = ["", "/edit", "/invite", "/contacts/new", "/workplaces/new"]
POSTS = ["/verify", "/reject", "/suspend", "/look-after", "/edit", "/invite", "/contacts/new", "/workplaces/new"]


def test_a_foreign_organisation_does_not_exist(client_for: ClientFor) -> None:
    foreign = employers.employer(verification=Verification.WAITING)
    workplace = employers.workplace(foreign)
    other = client_for(employers.employer_user())
    for page in PAGES:
        assert other.get(f"/employers/{foreign.public_id}{page}").status_code == 404, page
    for page in POSTS:
        assert other.post(f"/employers/{foreign.public_id}{page}").status_code == 404, page
    assert other.get(f"/workplaces/{workplace.public_id}/edit").status_code == 404
    assert other.get("/employers").status_code == 404


def test_unknown_ids_are_missing(client_for: ClientFor) -> None:
    for user in (accounts.coach(), accounts.team_leader(), accounts.administrator()):
        browser = client_for(user)
        for unknown in (new_public_id(), "nonsense", "1"):
            for page in PAGES:
                assert browser.get(f"/employers/{unknown}{page}").status_code == 404
        for path in ("/workplaces/{}/edit", "/employer-invitations/{}/again", "/join-requests/{}/let-in"):
            assert browser.post(path.format(new_public_id())).status_code == 404


def test_the_administrator_reads_and_suspends_and_no_more(client_for: ClientFor) -> None:
    employer = employers.employer(name="Bryggan Ab", verification=Verification.WAITING)
    coach = accounts.coach()
    employers.contact(employer, coach, learned="They bake at night.")
    browser = client_for(accounts.administrator())
    page = browser.get(f"/employers/{employer.public_id}").text
    assert "Bryggan Ab" in page
    assert "They bake at night." not in page
    assert "Bryggan Ab" in browser.get("/employers").text
    for path in ("/verify", "/reject", "/look-after", "/edit", "/contacts/new", "/workplaces/new", "/invite"):
        assert browser.post(f"/employers/{employer.public_id}{path}").status_code == 404


def test_a_coach_edits_those_looked_after_and_may_take_over(client_for: ClientFor) -> None:
    employer = employers.employer(name="Bryggan Ab")
    coach = accounts.coach()
    browser = client_for(coach)
    data = {"name": "Bryggan Oy", "business_id": "", "sector": "Bakery", "municipality": "421", "language": "fi"}
    assert browser.post(f"/employers/{employer.public_id}/edit", data=data).status_code == 404
    assert browser.post(f"/employers/{employer.public_id}/look-after").status_code == 302
    assert browser.post(f"/employers/{employer.public_id}/edit", data=data).status_code == 302
    db.session.expire_all()
    assert (employer.name, employer.sector, employer.municipality, employer.language, employer.coach_id) == (
        "Bryggan Oy",
        "Bakery",
        "421",
        Language.FI,
        coach.id,
    )


def test_the_team_leader_chooses_who_looks_after_an_employer(
    client_for: ClientFor, queued: Callable[[], list[tuple[str, str]]]
) -> None:
    leader = accounts.team_leader()
    coach, stranger = accounts.coach(team_id=leader.team_id), accounts.coach(team_id=accounts.team().id)
    employer = employers.employer()
    path = f"/employers/{employer.public_id}"
    for other in (coach, accounts.administrator()):
        assert f"{path}/assign" not in client_for(other).get(path).text
        assert client_for(other).post(f"{path}/assign", data={"coach": coach.public_id}).status_code == 404
    browser = client_for(leader)
    assert f"{path}/assign" in browser.get(path).text
    for wrong in ("", stranger.public_id, "nonsense"):
        assert browser.post(f"{path}/assign", data={"coach": wrong}).status_code == 422
    assert browser.post(f"{path}/assign", data={"coach": coach.public_id}).status_code == 302
    db.session.refresh(employer)
    assert employer.coach_id == coach.id
    assert queued() == [("employer_assigned", f"user:{coach.id}")]
    logged = [(one.verb, one.data) for one in history("employer", employer.id)]
    assert logged == [("employers.assign", {"user_id": coach.id})]
    assert "Given to a coach" in browser.get(path).text
    assert browser.post(f"{path}/assign", data={"coach": coach.public_id}).status_code == 302
    assert len(queued()) == 1


def test_the_list_is_narrowed_to_who_looks_after(client_for: ClientFor) -> None:
    coach = accounts.coach(name="Maria Lind")
    employers.employer(name="Bryggan Ab", coach_id=coach.id)
    employers.employer(name="Verstas Oy")
    browser = client_for(coach)
    hers, nobodys = (browser.get(f"/employers?coach={one}").text for one in (coach.public_id, "nobody"))
    assert "Bryggan Ab" in hers
    assert "Coach: Maria Lind" in hers
    assert "Verstas Oy" not in hers
    assert "Verstas Oy" in nobodys
    assert "Bryggan Ab" not in nobodys


def test_a_prospect_is_entered_without_a_business_id_and_gets_one_later(client_for: ClientFor) -> None:
    coach = accounts.coach()
    browser = client_for(coach)
    data = {"name": "Gård Nygård", "business_id": "", "sector": "", "municipality": "272", "language": "sv"}
    assert browser.post("/employers/new", data=data).status_code == 302
    employer = db.session.scalar(select(Employer))
    assert employer is not None
    assert (employer.business_id, employer.standing, employer.verification, employer.coach_id) == (
        None,
        Standing.PROSPECT,
        Verification.WAITING,
        coach.id,
    )
    assert browser.post(f"/employers/{employer.public_id}/verify").status_code == 409
    assert (
        browser.post(f"/employers/{employer.public_id}/edit", data={**data, "business_id": "20774740"}).status_code
        == 302
    )
    assert browser.post(f"/employers/{employer.public_id}/verify").status_code == 302
    assert _state(employer) is Verification.VERIFIED
    assert mails() == []


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Fill this in"),
        ("name", "x" * 201, "too long"),
        ("business_id", "2077474-1", "not a Business ID"),
        ("business_id", "2077474-0", "here already: Known Ab"),
        ("municipality", "", "Fill this in"),
        ("language", "de", "Choose from the list"),
    ],
)
def test_a_badly_entered_employer_comes_back(client_for: ClientFor, field: str, value: str, says: str) -> None:
    employers.employer(name="Known Ab", business_id="2077474-0")
    data = {"name": "Gård Nygård", "business_id": "", "sector": "Mjölk", "municipality": "272", "language": "sv"}
    page = client_for(accounts.coach()).post("/employers/new", data={**data, field: value})
    assert page.status_code == 422
    assert says in page.text
    assert 'value="Mjölk"' in page.text
    assert len(list(db.session.scalars(select(Employer.id)))) == 1


def test_an_organisation_mends_its_facts_but_not_its_business_id(client_for: ClientFor) -> None:
    employer = employers.employer(business_id="2077474-0")
    browser = client_for(employers.employer_user(employer))
    data = {"name": "Nya Ab", "sector": "Kafé", "municipality": "272", "language": "fi", "business_id": "0112038-9"}
    assert browser.post("/organisation/edit", data=data).location == "/organisation"
    db.session.expire_all()
    assert (employer.name, employer.business_id, employer.language) == ("Nya Ab", "2077474-0", Language.FI)
    page = browser.post("/organisation/edit", data={**data, "name": ""})
    assert page.status_code == 422
    assert 'value="Kafé"' in page.text


def test_workplaces_are_added_and_changed(client_for: ClientFor) -> None:
    employer = employers.employer()
    browser = client_for(employers.employer_user(employer))
    path = f"/employers/{employer.public_id}/workplaces/new"
    assert browser.post(path, data={"name": "", "street": "Storgatan 1", "municipality": "272"}).status_code == 422
    assert db.session.scalar(select(Workplace.id)) is None
    assert (
        browser.post(path, data={"name": "Torget", "street": "Storgatan 1", "municipality": "272"}).status_code == 302
    )
    workplace = db.session.scalar(select(Workplace))
    assert workplace is not None
    change = {"name": "Hamnen", "street": "", "municipality": "421"}
    assert browser.post(f"/workplaces/{workplace.public_id}/edit", data=change).status_code == 302
    page = browser.get("/organisation").text
    assert "Hamnen" in page
    assert "Lestijärvi" in page
    assert client_for(accounts.coach()).post(f"/workplaces/{workplace.public_id}/edit", data=change).status_code == 404


def _contact(**values: str) -> dict[str, str]:
    return {
        "on_day": clock.today().isoformat(),
        "channel": "in_person",
        "with_whom": "Anna, shift manager",
        "about": "",
        "learned": "Fridays are full.",
        "next_step": "",
        "next_step_on": "",
        **values,
    }


def test_the_first_logged_contact_makes_a_dialogue(client_for: ClientFor) -> None:
    employer = employers.employer()
    browser = client_for(accounts.coach())
    path = f"/employers/{employer.public_id}/contacts/new"
    due = (clock.today() + timedelta(days=3)).isoformat()
    assert browser.post(path, data=_contact(next_step="Visit", next_step_on=due)).status_code == 302
    assert browser.post(path, data=_contact(channel="phone")).status_code == 302
    assert browser.post(path, data=_contact()).status_code == 302
    db.session.expire_all()
    assert employer.standing is Standing.IN_DIALOGUE
    logged = list(db.session.scalars(select(EmployerContact).order_by(EmployerContact.id)))
    assert [contact.first_visit for contact in logged] == [True, False, False]
    assert _verbs(employer).count("employers.standing") == 1
    page = browser.get(f"/employers/{employer.public_id}").text
    assert "Fridays are full." in page
    done = f"/employers/{employer.public_id}/contacts/{logged[0].public_id}/done"
    assert browser.post(done).status_code == 302
    assert browser.post(done).status_code == 409
    other = employers.employer()
    assert browser.post(f"/employers/{other.public_id}/contacts/{logged[0].public_id}/done").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("on_day", "", "Fill this in"),
        ("on_day", "2026-02-30", "Choose a day from the calendar"),
        ("on_day", "9999-12-31", "still to come"),
        ("channel", "fax", "Choose from the list"),
        ("next_step", "Visit", "by when"),
        ("next_step_on", "2026-12-01", "what is to be done"),
        ("learned", "x" * 5001, "too long"),
        ("about", "f" * 32, "Choose from the list"),
    ],
)
def test_a_bad_contact_comes_back(client_for: ClientFor, field: str, value: str, says: str) -> None:
    employer = employers.employer()
    page = client_for(accounts.coach()).post(
        f"/employers/{employer.public_id}/contacts/new", data=_contact(**{field: value})
    )
    assert page.status_code == 422
    assert says in page.text
    assert "Anna, shift manager" in page.text
    assert db.session.scalar(select(EmployerContact.id)) is None
    db.session.expire_all()
    assert employer.standing is Standing.PROSPECT


def test_only_the_own_coach_reads_whom_a_contact_was_about(client_for: ClientFor) -> None:
    employer = employers.employer()
    maria, bo = accounts.coach(), accounts.coach()
    candidate = candidates.candidate(coach=maria)
    name = _full_name(maria, candidate.id)
    data = _contact(about=candidate.public_id)
    path = f"/employers/{employer.public_id}"
    assert client_for(bo).post(f"{path}/contacts/new", data=data).status_code == 422
    assert client_for(maria).post(f"{path}/contacts/new", data=data).status_code == 302
    before = len(list(db.session.scalars(select(AccessLogEntry.id))))
    own = client_for(maria).get(path).text
    assert name in own
    assert len(list(db.session.scalars(select(AccessLogEntry.id)))) == before + 1
    for user in (bo, accounts.team_leader(team_id=maria.team_id)):
        page = client_for(user).get(path).text
        assert "about a candidate" in page
        assert name not in page
    # what was learned speaks of somebody, whom the log names though the page does not
    assert len(list(db.session.scalars(select(AccessLogEntry.id)))) == before + 3
    assert name not in client_for(accounts.administrator()).get(path).text


def test_a_team_leader_names_the_own_teams_candidates(client_for: ClientFor) -> None:
    employer, leader = employers.employer(), accounts.team_leader()
    coach, foreign = accounts.coach(team_id=leader.team_id), accounts.coach(team_id=accounts.team().id)
    candidate, stranger = candidates.candidate(coach=coach), candidates.candidate(coach=foreign)
    path = f"/employers/{employer.public_id}"
    browser = client_for(leader)
    form = browser.get(f"{path}/contacts/new").text
    assert candidate.public_id in form
    assert stranger.public_id not in form
    assert browser.post(f"{path}/contacts/new", data=_contact(about=stranger.public_id)).status_code == 422
    assert browser.post(f"{path}/contacts/new", data=_contact(about=candidate.public_id)).status_code == 302
    name = _full_name(coach, candidate.id)
    assert name in browser.get(path).text
    assert name not in client_for(coach).get(path).text


def _full_name(coach: User, candidate_id: int) -> str:
    """The candidate's full name, as its coach may read it."""
    return candidate_names(acting(coach), [candidate_id], "test")[candidate_id]


def test_the_list_is_searched_filtered_and_paged(client_for: ClientFor) -> None:
    for number in range(28):
        employers.employer(name=f"Firma {number:02d}", standing=Standing.ACTIVE if number % 2 else Standing.PROSPECT)
    employers.employer(name="Gård 100% _", business_id=None, municipality="421", verification=Verification.WAITING)
    browser = client_for(accounts.coach())
    first = browser.get("/employers").text
    assert "29 employers" in first
    assert "Firma 00" in first
    assert "Gård" not in first
    assert "Gård" in browser.get("/employers?page=2").text
    assert browser.get("/employers?page=3").status_code == 404
    assert browser.get("/employers?page=0").status_code == 404
    waiting = browser.get("/employers?verification=waiting&municipality=421").text
    assert "Gård 100% _" in waiting
    assert "Firma 00" not in waiting
    assert "/employers?municipality=421" in waiting
    assert "/employers?verification=waiting" in waiting
    assert "14 employers" in browser.get("/employers?standing=active").text
    assert "1 employer" in browser.get("/employers", query_string={"q": "100% _"}).text
    assert "No employer is found" in browser.get("/employers", query_string={"q": "100%_"}).text
    assert browser.get("/employers?standing=nonsense&verification=1&municipality=x").status_code == 200


@pytest.mark.either_database  # the same statements
def test_list_and_page_cost_the_same_with_more_rows(client_for: ClientFor) -> None:
    coach = accounts.coach()
    employer = employers.employer(coach_id=coach.id)

    def fill(count: int) -> None:
        now = clock.now()
        db.session.add_all(
            Employer(name=f"Many {n} {count}", municipality="272", coach_id=coach.id, language=Language.SV)
            for n in range(count)
        )
        users = [
            User(
                role=Role.EMPLOYER,
                email=f"m{n}.{count}@x.example",
                name=f"Person {n}",
                email_verified_at=now,
            )
            for n in range(count)
        ]
        db.session.add_all(users)
        db.session.flush()
        for user in users:
            employers.membership(user, employer)
        db.session.add_all(Workplace(employer_id=employer.id, name=f"W{n}", municipality="272") for n in range(count))
        db.session.add_all(
            EmployerContact(employer_id=employer.id, coach_id=coach.id, on_day=clock.today()) for _ in range(count)
        )
        db.session.flush()

    def cost(path: str) -> int:
        db.session.expire_all()
        browser = client_for(coach)
        with statements() as seen:
            assert browser.get(path).status_code == 200
        return len(seen)

    paths = ["/employers", f"/employers/{employer.public_id}"]
    fill(10)
    few = [cost(path) for path in paths]
    fill(1000)
    assert [cost(path) for path in paths] == few


def test_what_services_refuse_whoever_calls(app: Portal) -> None:
    employer = employers.employer()
    stranger = acting(employers.employer_user())
    values: dict[str, Any] = {"name": "X", "municipality": "272"}
    with app.test_request_context():
        for call in (
            lambda: service.edit(stranger, employer, sector="", language=Language.SV, **values),
            lambda: service.add_workplace(stranger, employer, street="", **values),
            lambda: service.invite(stranger, employer, email="a@x.example", language=Language.SV),
            lambda: service.look_after(stranger, employer),
            lambda: service.create(stranger, business_id="", sector="", language=Language.SV, **values),
        ):
            with pytest.raises(Refused):
                call()
    with pytest.raises(Missing):
        queries.get_for(stranger, employer.public_id)
    assert queries.contacts(stranger, employer.id) == []


def test_next_steps_and_the_waiting_are_read_by_those_who_act_on_them(app: Portal) -> None:
    coach, other = accounts.coach(), accounts.coach()
    employer = employers.employer(verification=Verification.WAITING)
    alone = employers.employer(verification=Verification.WAITING)
    employers.employer_user(employer)
    today = clock.today()
    due = employers.contact(employer, coach, next_step="Call", next_step_on=today)
    employers.contact(employer, coach, next_step="Later", next_step_on=today + timedelta(days=1))
    employers.contact(employer, coach, next_step="Done", next_step_on=today, next_step_done_at=clock.now())
    employers.contact(employer, other, next_step="Theirs", next_step_on=today)
    assert queries.next_steps(acting(coach), today) == [due]
    assert queries.waiting_for_verification(acting(coach)) == [employer], f"not {alone.name}: nobody is there"
    assert queries.waiting_for_verification(acting(accounts.administrator())) == []
