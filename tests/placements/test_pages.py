"""The pages of hires: who sees what, bad input, somebody else's, and that many rows cost no more than few."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from difflib import unified_diff
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload

from portal.accounts.models import User
from portal.audit.models import AccessLogEntry
from portal.candidates.models import Candidate, Consent, ConsentKind, FrozenProfile, PersonalField
from portal.candidates.queries import plan_of
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.db import db, new_public_id
from portal.employers.models import Channel, Membership
from portal.employers.queries import actor_of
from portal.openings import queries as openings_queries
from portal.openings.models import Opening
from portal.placements import panels, queries
from portal.placements.models import (
    ContactSide,
    Mood,
    Placement,
    SupportContact,
    ToldAtWork,
)
from portal.placements.states import ContactState
from tests.counting import statements
from tests.factories import accounts, candidates, employers, openings
from tests.factories import placements as factory
from tests.proposals.kit import undone

Signed = Callable[[User], FlaskClient]
TODAY = clock.today()


class Hire:
    """A running job with its people, and a name that is easy to find."""

    def __init__(self, **values: Any) -> None:
        self.coach = accounts.coach(name="Anna Lindqvist", phone="050 111 2222")
        self.leader = accounts.team_leader(team_id=self.coach.team_id)
        self.opening: Opening = openings.opening(title="Kock på Sjöboden")
        self.contact_person: User = self.opening.contacts[0]
        self.candidate: Candidate = candidates.candidate(
            coach=self.coach, phase=Phase.EMPLOYED, identity={"first_name": "Alfhild", "last_name": "Vuorijoki"}
        )
        self.placement: Placement = factory.placement(
            self.coach, candidate=self.candidate, opening=self.opening, **{"starts_on": TODAY, **values}
        )

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/placements/{self.placement.public_id}"

    def alias(self) -> str:
        """How the employer knows the employee."""
        placement = queries.get(self.placement.id)
        assert placement.proposal is not None
        return placement.proposal.alias.alias


def logged(placement: Placement, side: ContactSide, **values: Any) -> SupportContact:
    return factory.contact(
        placement,
        side=side,
        state=ContactState.DONE,
        **{"done_on": TODAY, "channel": Channel.PHONE, "mood": Mood.CONCERN, "minutes": 25, **values},
    )


# The employer's side


def test_the_employer_can_never_reach_the_employees_side(client_for: Signed) -> None:
    hire = Hire()
    secrets = {
        "team_note": "canary-team-note",
        "next_step": "canary-next-step",
        "place": "canary-place",
        "with_whom": "canary-whom",
    }
    logged(hire.placement, ContactSide.EMPLOYEE, **secrets)
    logged(hire.placement, ContactSide.EMPLOYER, **secrets, employer_note="A longer break on Saturdays")
    employees_day = TODAY + timedelta(days=200)
    employers_day = TODAY + timedelta(days=100)
    factory.contact(hire.placement, due_on=employees_day)
    factory.contact(hire.placement, side=ContactSide.EMPLOYER, due_on=employers_day)
    browser = client_for(hire.contact_person)
    pages = {path: browser.get(path).text for path in (hire.path, "/placements", "/start", f"{hire.path}/ask")}
    for path, page in pages.items():
        assert "canary" not in page, path
        assert employees_day.isoformat() not in page, path
        assert "Some concern" not in page, path
    assert "A longer break on Saturdays" in pages[hire.path]
    assert employers_day.isoformat() in pages[hire.path]
    assert pages[hire.path].count("dots__item--") == 2


def test_counts_tell_the_employer_nothing_of_the_employees_side(client_for: Signed) -> None:
    hire = Hire()
    factory.contact(hire.placement, side=ContactSide.EMPLOYER, due_on=TODAY + timedelta(days=9))
    browser = client_for(hire.contact_person)

    def read() -> list[str]:
        """The pages without the form's token, which holds the second in which it was made."""
        pages = [browser.get(path).text for path in (hire.path, "/placements")]
        return [re.sub(r'name="(csrf_token|once)" value="[^"]+"', "", page) for page in pages]

    before = read()
    for n in range(5):
        factory.contact(hire.placement, due_on=TODAY + timedelta(days=n))
        logged(hire.placement, ContactSide.EMPLOYEE)
    after = read()
    changed = [
        line
        for old, new in zip(before, after, strict=True)
        for line in unified_diff(old.split("\n"), new.split("\n"), n=0)
    ]
    assert changed == []


def test_an_employers_next_contact_is_one_to_come(client_for: Signed) -> None:
    """One that is overdue is the team's to see to: the employer reads no day that has passed."""
    hire = Hire()
    for days in (-9, 40, 60):
        factory.contact(hire.placement, side=ContactSide.EMPLOYER, due_on=TODAY + timedelta(days=days))
    actor = actor_of(hire.contact_person)
    assert queries.next_contacts(actor, [hire.placement.id]) == {hire.placement.id: TODAY + timedelta(days=40)}
    assert queries.next_contacts(actor_of(hire.coach), [hire.placement.id]) == {
        hire.placement.id: TODAY - timedelta(days=9)
    }


@pytest.mark.parametrize(
    "path",
    [
        "/contacts/new",
        "/contacts/log",
        "/start",
        "/end",
        "/colleague",
        "/contacts/{contact}",
        "/contacts/{contact}/move",
    ],
)
def test_an_employer_opens_none_of_the_teams_pages(client_for: Signed, path: str) -> None:
    hire = Hire()
    contact = factory.contact(hire.placement)
    browser = client_for(hire.contact_person)
    address = hire.path + path.format(contact=contact.public_id)
    assert browser.get(address).status_code in (404, 405)
    assert browser.post(address, data={"due_on": TODAY.isoformat()}).status_code == 404


def test_a_query_for_an_employer_loads_the_employers_side_alone(app: Flask) -> None:
    hire = Hire()
    logged(hire.placement, ContactSide.EMPLOYEE)
    factory.contact(hire.placement)
    factory.contact(hire.placement, side=ContactSide.EMPLOYER)
    actor = actor_of(hire.contact_person)
    assert [one.side for one in queries.due(actor, TODAY)] == [ContactSide.EMPLOYER]
    assert queries.contacts_of(actor, hire.placement) == []
    assert queries.overdue_counts(actor) == {}


def test_the_name_is_shown_while_the_consent_lives_and_logged(client_for: Signed) -> None:
    hire = Hire()
    browser = client_for(hire.contact_person)
    assert "Alfhild Vuorijoki" in browser.get(hire.path).text
    entry = db.session.scalars(select(AccessLogEntry)).one()
    assert (entry.viewer_id, entry.candidate_id, entry.why) == (hire.contact_person.id, hire.candidate.id, "disclosed")


def _end_yes_to_details(placement: Placement, how: str) -> None:
    assert placement.proposal is not None
    consent = placement.proposal.disclosure_consent
    assert consent is not None
    if how == "withdrawn":
        consent.withdrawn_at = clock.now()
    elif how == "past":
        consent.until = TODAY - timedelta(days=1)
    elif how == "plan":
        plan_of(placement.candidate_id).fields = []
    else:
        consent.contacts = [employers.employer_user(placement.employer)]


@pytest.mark.parametrize("ended", ["withdrawn", "past", "not_named", "plan", "other_person"])
def test_without_a_live_consent_the_alias_stands_there(client_for: Signed, ended: str) -> None:
    hire = Hire()
    placement = queries.get(hire.placement.id)
    assert placement.proposal is not None
    consent = placement.proposal.disclosure_consent
    assert consent is not None
    if ended == "not_named":
        phone = candidates.consent(
            candidate=hire.candidate,
            opening=hire.opening,
            kind=ConsentKind.DISCLOSURE,
            frozen=db.session.get_one(FrozenProfile, consent.frozen_profile_id),
            fields=[PersonalField.PHONE],
        )
        placement.proposal.disclosure_consent_id = phone.id
        db.session.flush()
        db.session.expire_all()
    else:
        _end_yes_to_details(placement, ended)
    alias = hire.alias()
    page = client_for(hire.contact_person).get(hire.path).text
    assert alias in page
    assert "Vuorijoki" not in page
    assert db.session.scalar(select(func.count(AccessLogEntry.id))) == 0


def test_notes_that_may_hold_a_name_are_read_on_the_terms_of_the_name(client_for: Signed) -> None:
    hire = Hire()
    logged(hire.placement, ContactSide.EMPLOYER, employer_note="Alfhild likes the mornings")
    path, read = hire.path, hire.contact_person.id
    placement_id = hire.placement.id

    def page() -> str:
        db.session.commit()
        return client_for(db.session.get_one(User, read)).get(path).text

    with undone():
        assert "Alfhild likes the mornings" in page()
        assert db.session.scalar(select(func.count(AccessLogEntry.id))) == 1
    for ended in ("withdrawn", "past", "plan", "other_person"):
        with undone():
            _end_yes_to_details(queries.get(placement_id), ended)
            shown = page()
            assert "Alfhild" not in shown, ended
            assert "This is not shown to you now" in shown, ended
            assert db.session.scalar(select(func.count(AccessLogEntry.id))) == 0, ended
    with undone():  # a name that is not told, but a phone number that a note may hold, is a showing all the same
        placement = queries.get(placement_id)
        assert placement.proposal is not None
        assert placement.proposal.disclosure_consent is not None
        phone = candidates.consent(
            candidate=placement.candidate,
            opening=openings_queries.get(placement.proposal.opening_id),
            kind=ConsentKind.DISCLOSURE,
            frozen=db.session.get_one(FrozenProfile, placement.proposal.frozen_profile_id),
            fields=[PersonalField.PHONE],
        )
        placement.proposal.disclosure_consent_id = phone.id
        assert "likes the mornings" in page()
        assert db.session.scalar(select(func.count(AccessLogEntry.id))) == 1


def test_a_hire_is_seen_and_mailed_to_those_whom_the_living_yes_names(client_for: Signed) -> None:
    hire = Hire()
    placement = queries.get(hire.placement.id)
    assert placement.proposal is not None
    newcomer = employers.employer_user(placement.employer)
    need = openings_queries.get(placement.proposal.opening_id)
    need.contacts = [*need.contacts, newcomer]
    elsewhere = employers.employer_user(placement.employer)  # who works for another by now
    given = select(Consent).where(Consent.id == placement.proposal.consent_id).options(selectinload(Consent.contacts))
    yes = db.session.scalars(given).one()
    yes.contacts = [hire.contact_person, elsewhere]
    db.session.flush()
    moved = update(Membership).where(Membership.user_id == elsewhere.id)
    db.session.execute(moved.values(employer_id=employers.employer().id))
    db.session.commit()
    assert client_for(newcomer).get(hire.path).status_code == 404
    assert client_for(elsewhere).get(hire.path).status_code == 404
    assert client_for(hire.contact_person).get(hire.path).status_code == 200
    assert queries.employer_readers(queries.get(hire.placement.id)) == [hire.contact_person]
    assert not queries.is_unseen(queries.get(hire.placement.id))
    hire.contact_person.deactivated_at = clock.now()
    db.session.commit()
    assert queries.employer_readers(queries.get(hire.placement.id)) == []
    hire.contact_person.deactivated_at = None
    db.session.commit()
    with time_machine.travel(clock.now() + timedelta(days=500), tick=False):
        assert queries.employer_readers(queries.get(hire.placement.id)) == []
        assert queries.placements(actor_of(hire.contact_person)).items == []
    yes.withdrawn_at = clock.now()
    db.session.commit()
    assert client_for(hire.contact_person).get(hire.path).status_code == 404
    assert queries.is_unseen(queries.get(hire.placement.id))
    assert "Nobody at the employer can see this hire" in client_for(hire.coach).get(hire.path).text


@pytest.mark.parametrize(
    ("below", "typed"),
    [
        ("", {"done_on": "x", "team_note": "Words that took long"}),
        ("", {"done_on": TODAY.isoformat(), "channel": "phone", "mood": "well", "team_note": "Words that took long"}),
        ("/move", {"due_on": ""}),
        ("/drop", {"reason": "Words that took long"}),
    ],
)
def test_what_was_typed_when_a_colleague_was_quicker_is_shown_and_the_showing_logged(
    client_for: Signed, below: str, typed: dict[str, str]
) -> None:
    hire = Hire()
    noted = logged(hire.placement, ContactSide.EMPLOYEE, team_note="About breaks")
    db.session.commit()
    answer = client_for(hire.coach).post(f"{hire.path}/contacts/{noted.public_id}{below}", data=typed)
    assert answer.status_code == 409
    assert "About breaks" in answer.text
    assert "Nothing of yours was saved" in answer.text
    for words in [one for one in typed.values() if one.startswith("Words")]:
        assert words in answer.text
    assert db.session.scalars(select(AccessLogEntry.candidate_id)).all() == [hire.candidate.id]


def test_why_a_contact_was_dropped_is_logged_when_it_is_read(client_for: Signed) -> None:
    hire = Hire()
    dropped = factory.contact(hire.placement, state=ContactState.CANCELLED, drop_reason="Away for the week")
    page = client_for(hire.coach).get(f"{hire.path}/contacts/{dropped.public_id}").text
    assert "Away for the week" in page
    assert db.session.scalars(select(AccessLogEntry.candidate_id)).all() == [hire.candidate.id]


def test_only_contact_persons_see_a_hire(client_for: Signed) -> None:
    hire = Hire()
    colleague = employers.employer_user(queries.get(hire.placement.id).employer)
    for reader in (colleague, employers.employer_user(), accounts.coach(), accounts.team_leader()):
        browser = client_for(reader)
        assert browser.get(hire.path).status_code == 404
        assert hire.path not in browser.get("/placements").text
    assert client_for(accounts.administrator()).get("/placements").status_code == 404


def test_an_own_find_is_seen_by_no_employer(client_for: Signed) -> None:
    employer = employers.employer()
    user = employers.employer_user(employer)
    placement = factory.own_find(employer_id=employer.id, workplace_name="", told_at_work=ToldAtWork.TEAM)
    browser = client_for(user)
    assert browser.get(f"/placements/{placement.public_id}").status_code == 404
    assert placement.public_id not in browser.get("/placements").text


def test_the_employers_page_says_whom_to_call(client_for: Signed) -> None:
    hire = Hire(named_colleague="Siv Nyman")
    page = client_for(hire.contact_person).get(hire.path).text
    assert "050 111 2222" in page
    assert "Siv Nyman" in page
    assert "Ask for support" in page


# The team's side


@pytest.mark.parametrize("who", ["coach", "leader"])
def test_the_team_sees_both_sides_with_the_name_and_it_is_logged(client_for: Signed, who: str) -> None:
    hire = Hire()
    logged(hire.placement, ContactSide.EMPLOYEE, team_note="About breaks")
    factory.contact(hire.placement, side=ContactSide.EMPLOYER)
    page = client_for(getattr(hire, who)).get(hire.path).text
    for words in ("Alfhild Vuorijoki", "With the employee", "With the employer", "About breaks"):
        assert words in page
    assert db.session.scalars(select(AccessLogEntry.candidate_id)).all() == [hire.candidate.id]


def test_what_was_noted_of_a_contact_is_logged_when_it_is_read(client_for: Signed) -> None:
    hire = Hire()
    noted = logged(hire.placement, ContactSide.EMPLOYEE, team_note="About breaks")
    page = client_for(hire.coach).get(f"{hire.path}/contacts/{noted.public_id}")
    assert "About breaks" in page.text
    entries = db.session.scalars(select(AccessLogEntry)).all()
    assert [(one.viewer_id, one.candidate_id, one.what) for one in entries] == [
        (hire.coach.id, hire.candidate.id, "placements.contact")
    ]


def test_a_former_coach_sees_it_no_more(client_for: Signed) -> None:
    hire = Hire()
    hire.candidate.coach = accounts.coach(team_id=hire.coach.team_id)
    new_coach = hire.candidate.coach
    assert client_for(hire.coach).get(hire.path).status_code == 404
    assert client_for(new_coach).get(hire.path).status_code == 200


def test_unknown_ids_are_missing(client_for: Signed) -> None:
    hire, other = Hire(), Hire()
    contact = factory.contact(other.placement)
    browser = client_for(hire.coach)
    for path in (
        f"/placements/{new_public_id()}",
        f"{hire.path}/contacts/{new_public_id()}",
        f"{hire.path}/contacts/{contact.public_id}",
        f"{other.path}/contacts/{contact.public_id}",
        "/placements?state=nonsense",
        "/placements?page=99",
        "/placements/new",
        f"/placements/new?candidate={other.candidate.public_id}",
    ):
        assert browser.get(path).status_code == 404, path


def test_a_contact_is_logged_from_its_page(client_for: Signed) -> None:
    hire = Hire()
    contact = factory.contact(hire.placement, side=ContactSide.EMPLOYER)
    browser = client_for(hire.coach)
    path = f"{hire.path}/contacts/{contact.public_id}"
    assert f'value="{TODAY.isoformat()}"' in browser.get(path).text
    typed = {"done_on": TODAY.isoformat(), "channel": "phone", "mood": "well", "team_note": "All is fine"}
    assert browser.post(path, data=typed).status_code == 302
    db.session.expire_all()
    assert (contact.state, contact.channel, contact.team_note) == (ContactState.DONE, Channel.PHONE, "All is fine")
    assert browser.post(path, data=typed).status_code == 409


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Fill this in."),
        ({"done_on": "yesterday", "channel": "phone", "mood": "well"}, "date"),
        ({"done_on": "0001-01-01", "channel": "phone", "mood": "well"}, "too far away"),
        ({"done_on": "2999-01-01", "channel": "phone", "mood": "well"}, "not come yet"),
        ({"done_on": TODAY.isoformat(), "channel": "pigeon", "mood": "well"}, "Choose from the list"),
        ({"done_on": TODAY.isoformat(), "channel": "phone", "mood": "well", "minutes": "9" * 30}, "minutes"),
        ({"done_on": TODAY.isoformat(), "channel": "phone", "mood": "well", "with_whom": "x" * 201}, "too long"),
        ({"done_on": TODAY.isoformat(), "channel": "phone", "mood": "well", "place": "a\x00b"}, "cannot be saved"),
        (
            {"done_on": TODAY.isoformat(), "channel": "phone", "mood": "well", "employer_note": "Alfhilds sjukdom"},
            "may not reach an employer",
        ),
    ],
)
def test_a_bad_log_comes_back_as_it_was_typed(client_for: Signed, typed: dict[str, str], says: str) -> None:
    hire = Hire()
    contact = factory.contact(hire.placement, side=ContactSide.EMPLOYER)
    typed = {"team_note": "Words that took long to write", **typed}
    answer = client_for(hire.coach).post(f"{hire.path}/contacts/{contact.public_id}", data=typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert "Words that took long to write" in answer.text
    db.session.expire_all()
    assert contact.state is ContactState.PLANNED


def test_moving_missing_and_dropping(client_for: Signed) -> None:
    hire = Hire()
    contact = factory.contact(hire.placement)
    browser = client_for(hire.coach)
    path = f"{hire.path}/contacts/{contact.public_id}"
    tomorrow = TODAY + timedelta(days=1)
    assert browser.post(f"{path}/miss").status_code == 302
    assert browser.post(f"{path}/move", data={"due_on": (TODAY - timedelta(days=1)).isoformat()}).status_code == 422
    assert browser.post(f"{path}/move", data={"due_on": tomorrow.isoformat()}).status_code == 302
    db.session.expire_all()
    assert (contact.state, contact.due_on) == (ContactState.PLANNED, tomorrow)
    assert browser.post(f"{path}/miss").status_code == 409
    assert browser.post(f"{path}/drop", data={"reason": ""}).status_code == 422
    assert browser.post(f"{path}/drop", data={"reason": "On leave"}).status_code == 302
    page = browser.get(path).text
    assert "On leave" in page
    assert "Log it" not in page


def test_adding_starting_and_ending(client_for: Signed) -> None:
    hire = Hire(planned=True)
    browser = client_for(hire.coach)
    day = TODAY + timedelta(days=40)
    added = {"side": "employer", "due_on": day.isoformat()}
    assert browser.post(f"{hire.path}/contacts/new", data=added).status_code == 302
    assert browser.post(f"{hire.path}/contacts/new", data={"side": "both"}).status_code == 422
    assert browser.post(f"{hire.path}/start", data={"starts_on": day.isoformat()}).status_code == 302
    early = {"starts_on": day.isoformat(), "ends_on": TODAY.isoformat()}
    assert browser.post(f"{hire.path}/start", data=early).status_code == 422
    assert browser.post(f"{hire.path}/colleague", data={"named_colleague": "Siv"}).status_code == 302
    ending = {"ended_on": TODAY.isoformat(), "reason": "own_wish", "ended_by": "employee"}
    assert browser.post(f"{hire.path}/end", data={**ending, "reason": "boredom"}).status_code == 422
    assert browser.post(f"{hire.path}/end", data=ending).status_code == 302
    assert browser.post(f"{hire.path}/end", data=ending).status_code == 409
    assert "Ended" in browser.get(hire.path).text
    assert "Ask for support" not in client_for(hire.contact_person).get(hire.path).text


def test_what_was_not_planned_is_logged(client_for: Signed) -> None:
    hire = Hire()
    typed = {"side": "employee", "done_on": TODAY.isoformat(), "channel": "in_person", "mood": "action"}
    browser = client_for(hire.coach)
    assert browser.get(f"{hire.path}/contacts/log").status_code == 200
    assert browser.post(f"{hire.path}/contacts/log", data={**typed, "side": "nobody"}).status_code == 422
    assert browser.post(f"{hire.path}/contacts/log", data=typed).status_code == 302
    assert "Needs action" in browser.get(hire.path).text


def test_a_job_found_elsewhere_is_registered(client_for: Signed) -> None:
    coach = accounts.coach()
    candidate = candidates.candidate(coach=coach)
    employer = employers.employer(name="Bageri Vest")
    browser = client_for(coach)
    path = f"/placements/new?candidate={candidate.public_id}"
    assert "Bageri Vest" in browser.get(path).text
    typed = {
        "title": "Bagare",
        "employer": employer.public_id,
        "told_at_work": "supervisor",
        "starts_on": TODAY.isoformat(),
        "hours": "20",
        "contract_type": "permanent",
        "pay_kind": "open_market",
    }
    for bad in ({"hours": "61"}, {"title": ""}, {"employer": new_public_id()}, {"employer": ""}):
        answer = browser.post(path, data={**typed, **bad})
        assert answer.status_code == 422, bad
        assert TODAY.isoformat() in answer.text
    answer = browser.post(path, data=typed)
    assert answer.status_code == 302
    assert "Bagare" in browser.get(answer.location).text


@pytest.mark.parametrize("role", ["coach", "contact_person"])
def test_panels_show_what_the_reader_may_see(app: Flask, role: str) -> None:
    hire = Hire()
    actor = actor_of(getattr(hire, role))
    placement = queries.get(hire.placement.id)
    assert placement.proposal is not None
    assert placement.employer is not None
    assert panels.on_proposal(placement.proposal, actor) is not None
    assert panels.on_employer(placement.employer, actor) is not None
    stranger = actor_of(employers.employer_user())
    assert panels.on_proposal(placement.proposal, stranger) is None
    assert panels.on_employer(placement.employer, stranger) is None
    assert (panels.on_candidate(placement.candidate, actor) is not None) is (role == "coach")


# Many rows


@pytest.mark.either_database  # the same statements
@pytest.mark.parametrize(("role", "most"), [("coach", 9), ("leader", 9), ("contact_person", 9)])
def test_the_list_costs_the_same_with_many_rows(client_for: Signed, role: str, most: int) -> None:
    hire = Hire()
    browser = client_for(getattr(hire, role))
    factory.many(hire.placement, 10)
    with statements() as few:
        assert "11 hires" in browser.get("/placements").text
    factory.many(hire.placement, 990)
    with statements() as lots:
        assert "1001 hires" in browser.get("/placements").text
    assert len(lots) == len(few) <= most, few


@pytest.mark.either_database  # the same statements
@pytest.mark.parametrize(("role", "most"), [("coach", 13), ("leader", 12), ("contact_person", 12)])
def test_a_page_costs_the_same_with_many_contacts(client_for: Signed, role: str, most: int) -> None:
    hire = Hire()
    browser = client_for(getattr(hire, role))
    factory.many_contacts([hire.placement.id], each=5)
    with statements() as few:
        assert browser.get(hire.path).status_code == 200
    factory.many_contacts([hire.placement.id], each=495)
    with statements() as lots:
        assert browser.get(hire.path).status_code == 200
    assert len(lots) == len(few) <= most, few
