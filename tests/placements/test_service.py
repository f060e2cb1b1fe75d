"""Hires begin, move and end; contacts are planned and logged; the database holds the rules too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from portal.audit.models import AuditEvent
from portal.candidates.states import Phase
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Invalid, Missing, Refused
from portal.core.guarding import HeldBack
from portal.employers.models import Channel
from portal.employers.queries import actor_of
from portal.openings.models import EmploymentType
from portal.outbox.models import Notification
from portal.placements import contacts, queries, service
from portal.placements.log import Log
from portal.placements.models import (
    ContactOrigin,
    ContactSide,
    EndedBy,
    EndReason,
    Mood,
    OffsetUnit,
    Placement,
    SupportContact,
    TemplateLine,
    ToldAtWork,
)
from portal.placements.plan import DEFAULT, due_on
from portal.placements.states import ContactState, PlacementState
from portal.proposals.models import PayKind
from portal.proposals.states import ProposalState
from tests.factories import accounts, candidates, employers, openings
from tests.factories import placements as factory
from tests.factories.proposals import story

Queued = Callable[[], list[tuple[str, str]]]
TODAY = clock.today()


def all_contacts(placement: Placement) -> list[SupportContact]:
    return list(
        db.session.scalars(
            select(SupportContact)
            .where(SupportContact.placement_id == placement.id)
            .order_by(SupportContact.due_on, SupportContact.id)
        )
    )


def only_placement() -> Placement:
    return queries.get(db.session.scalars(select(Placement.id)).one())


def mails_of(kind: str) -> list[Notification]:
    return list(db.session.scalars(select(Notification).where(Notification.kind == kind).order_by(Notification.id)))


# Beginning


def test_a_confirmed_hire_is_followed_and_everybody_is_told(app: Flask) -> None:
    hired = story(ProposalState.HIRED)
    placement = only_placement()
    assert (placement.title, placement.employer_id) == (hired.opening.title, hired.opening.employer_id)
    assert (placement.starts_on, placement.hours) == (hired.proposal.hire_starts_on, hired.proposal.hire_hours)
    assert len(all_contacts(placement)) == len(DEFAULT)
    assert placement.candidate.phase is Phase.EMPLOYED
    confirmed = {mail.user_id: mail.context for mail in mails_of("hire_confirmed")}
    assert set(confirmed) == {hired.contact.id, hired.coach.id}
    assert [mail.user_id for mail in mails_of("hire_for_leader")] == [hired.leader.id]
    assert [mail.candidate_id for mail in mails_of("hire_dates")] == [hired.candidate.id]


def test_each_side_is_told_its_own_dates_alone(app: Flask) -> None:
    hired = story(ProposalState.HIRED)
    days = {
        side: [
            one.due_on.isoformat() for one in all_contacts(only_placement()) if one.side is side and one.due_on >= TODAY
        ]
        for side in ContactSide
    }
    assert days[ContactSide.EMPLOYER] != days[ContactSide.EMPLOYEE]
    (to_employer,) = [mail for mail in mails_of("hire_confirmed") if mail.user_id == hired.contact.id]
    (to_candidate,) = mails_of("hire_dates")
    assert to_employer.context["days"] == days[ContactSide.EMPLOYER]
    assert to_candidate.context["days"] == days[ContactSide.EMPLOYEE]


def test_the_teams_own_template_is_drawn(app: Flask) -> None:
    coach = accounts.coach()
    db.session.add(
        TemplateLine(team_id=coach.team_id, side=ContactSide.EMPLOYEE, unit=OffsetUnit.DAYS, offset=10, is_review=True)
    )
    db.session.flush()
    proposal = factory.hired_proposal(coach)
    service.begin_from_proposal(actor_of(coach), proposal)
    (contact,) = all_contacts(only_placement())
    assert (contact.side, contact.offset, contact.is_review) == (ContactSide.EMPLOYEE, 10, True)


def test_a_late_report_makes_nothing_overdue(app: Flask) -> None:
    coach = accounts.coach()
    service.begin_from_proposal(actor_of(coach), factory.hired_proposal(coach, starts_on=TODAY - timedelta(days=40)))
    placement = only_placement()
    passed = [one for one in all_contacts(placement) if one.due_on < TODAY]
    assert passed
    assert all(one.before_reported for one in passed)
    assert queries.overdue(actor_of(coach)) == []
    contacts.log(
        actor_of(coach), placement, passed[0], Log(done_on=passed[0].due_on, channel=Channel.PHONE, mood=Mood.WELL)
    )
    assert passed[0].state is ContactState.DONE


def test_an_undecided_subsidy_undoes_the_hire(app: Flask) -> None:
    coach = accounts.coach()
    proposal = factory.hired_proposal(coach, hire_pay=PayKind.WAGE_SUBSIDY)
    with pytest.raises(Refused, match="subsidy"):
        service.begin_from_proposal(actor_of(coach), proposal)


def own_find(actor: Actor, candidate: candidates.Candidate, **values: object) -> Placement:
    terms: dict[str, object] = {
        "title": "Bagare",
        "workplace_name": "Bageri Vest",
        "starts_on": TODAY + timedelta(days=14),
        "hours": 20,
        "contract_type": EmploymentType.PERMANENT,
        "pay_kind": PayKind.OPEN_MARKET,
        "told_at_work": ToldAtWork.NOBODY,
    }
    return service.begin_own_find(actor, candidate, **{**terms, **values})  # type: ignore[arg-type]  # loose on purpose


def test_an_own_find_with_nobody_told_has_no_employer_side(app: Flask, queued: Queued) -> None:
    coach = accounts.coach()
    leader = accounts.team_leader(team_id=coach.team_id)
    candidate = candidates.candidate(coach=coach)
    employer = employers.employer()
    employers.employer_user(employer)
    placement = own_find(actor_of(coach), candidate, employer=employer, workplace_name="")
    assert {one.side for one in all_contacts(placement)} == {ContactSide.EMPLOYEE}
    assert sorted(queued()) == sorted(
        [
            ("hire_confirmed", f"user:{coach.id}"),
            ("hire_dates", f"candidate:{candidate.id}"),
            ("hire_for_leader", f"user:{leader.id}"),
        ]
    )
    with pytest.raises(Invalid) as refused:
        contacts.add(actor_of(coach), placement, side=ContactSide.EMPLOYER, due_on=TODAY)
    assert refused.value.field == "side"


@pytest.mark.parametrize(("told", "kept"), [(ToldAtWork.NOBODY, ""), (ToldAtWork.TEAM, "Siv Nyman")])
def test_no_colleague_is_named_where_nobody_is_told(app: Flask, told: ToldAtWork, kept: str) -> None:
    coach = accounts.coach()
    candidate = candidates.candidate(coach=coach)
    placement = own_find(actor_of(coach), candidate, told_at_work=told, named_colleague="Siv Nyman")
    assert placement.named_colleague == kept


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"workplace_name": ""}, "workplace_name"),
        ({"ends_on": TODAY}, "ends_on"),
        ({"pay_kind": PayKind.WAGE_SUBSIDY}, "subsidy_decided_on"),
        ({"pay_kind": PayKind.WAGE_SUBSIDY, "subsidy_decided_on": TODAY + timedelta(days=15)}, "subsidy_decided_on"),
        ({"pay_kind": PayKind.WAGE_SUBSIDY, "subsidy_decided_on": TODAY + timedelta(days=14)}, "subsidy_decided_on"),
        ({"starts_on": date(1, 1, 1)}, "starts_on"),
        ({"starts_on": date(9999, 12, 31)}, "starts_on"),
        ({"ends_on": date(9999, 12, 31)}, "ends_on"),
    ],
)
def test_bad_terms_are_refused_at_their_field(app: Flask, values: dict[str, object], field: str) -> None:
    coach = accounts.coach()
    with pytest.raises(Invalid) as refused:
        own_find(actor_of(coach), candidates.candidate(coach=coach), **values)
    assert refused.value.field == field
    assert db.session.scalars(select(Placement.id)).all() == []


# A changed start


def test_a_moved_start_moves_what_is_open_and_keeps_what_is_done(app: Flask) -> None:
    coach = accounts.coach()
    actor = actor_of(coach)
    placement = queries.get(factory.placement(coach, planned=True, starts_on=TODAY + timedelta(days=30)).id)
    everything = all_contacts(placement)
    done, extra = everything[0], contacts.add(actor, placement, side=ContactSide.EMPLOYEE, due_on=TODAY)
    contacts.log(actor, placement, done, Log(done_on=TODAY, channel=Channel.VIDEO, mood=Mood.WELL))
    day_of_done = done.due_on
    service.change_start(actor, placement, starts_on=TODAY + timedelta(days=60))
    assert (done.due_on, done.state) == (day_of_done, ContactState.DONE)
    assert extra.due_on == TODAY
    open_ones = [one for one in everything if one is not done]
    assert all(one.due_on >= TODAY + timedelta(days=53) for one in open_ones)
    assert {mail.context["moved"] for mail in mails_of("hire_confirmed")} == {"start"}


def test_an_overdue_contact_stays_overdue_when_the_start_moves_a_little(app: Flask) -> None:
    coach = accounts.coach()
    start = TODAY - timedelta(days=30)
    placement = queries.get(
        factory.placement(coach, planned=True, starts_on=start, reported_on=start - timedelta(days=20)).id
    )
    late = len(queries.overdue(actor_of(coach)))
    assert late > 3
    service.change_start(actor_of(coach), placement, starts_on=start - timedelta(days=1))
    assert len(queries.overdue(actor_of(coach))) == late


def test_a_shortened_job_drops_what_lies_beyond(app: Flask) -> None:
    coach = accounts.coach()
    start = TODAY + timedelta(days=30)
    placement = queries.get(factory.placement(coach, planned=True, starts_on=start).id)
    end = start + timedelta(days=60)
    service.change_start(actor_of(coach), placement, starts_on=start, ends_on=end)
    states = {one.state for one in all_contacts(placement) if one.due_on > end + timedelta(days=7)}
    assert states == {ContactState.CANCELLED}


def places(contacts_now: list[SupportContact]) -> list[tuple[ContactSide, OffsetUnit | None, int | None]]:
    """Which lines of a plan are planned."""
    planned = [one for one in contacts_now if one.state is ContactState.PLANNED]
    return sorted((one.side, one.unit, one.offset) for one in planned)


EVERY_LINE = sorted(line.place for line in DEFAULT)


@pytest.mark.parametrize("length", [4, 60])
@pytest.mark.parametrize("begins_so", [True, False])
def test_a_plan_grows_again_when_the_last_day_goes(app: Flask, length: int, begins_so: bool) -> None:
    coach = accounts.coach()
    actor = actor_of(coach)
    start = TODAY + timedelta(days=30)
    end = start + timedelta(days=length)
    placement = queries.get(
        factory.placement(coach, planned=True, starts_on=start, ends_on=end if begins_so else None).id
    )
    if not begins_so:
        shortened = service.change_start(actor, placement, starts_on=start, ends_on=end)
        assert (shortened.added, len(shortened.dropped)) == ([], len(DEFAULT) - len(shortened.kept))
    few = places(all_contacts(placement))
    assert 0 < len(few) < len(DEFAULT)
    grown = service.change_start(actor, placement, starts_on=start, ends_on=None)
    assert (len(grown.added), grown.dropped) == (len(DEFAULT) - len(few), [])
    assert places(all_contacts(placement)) == EVERY_LINE
    assert [one.offset for one in grown.added if one.is_review] == [12]
    told = mails_of("hire_dates")[-1]
    assert len(told.context["days"]) == len([line for line in DEFAULT if line.side is ContactSide.EMPLOYEE])


def test_a_later_last_day_brings_what_fits_and_not_what_the_coach_dropped(app: Flask) -> None:
    coach = accounts.coach()
    actor = actor_of(coach)
    start = TODAY + timedelta(days=30)
    placement = queries.get(factory.placement(coach, planned=True, starts_on=start).id)
    by_hand = next(one for one in all_contacts(placement) if one.offset == 14 and one.side is ContactSide.EMPLOYEE)
    contacts.cancel(actor, placement, by_hand, reason="Ledig")
    moved = next(one for one in all_contacts(placement) if one.offset == 28 and one.side is ContactSide.EMPLOYER)
    contacts.move(actor, placement, moved, due_on=moved.due_on + timedelta(days=1))
    moved_to = moved.due_on
    for days in (60, 120, 200):
        service.change_start(actor, placement, starts_on=start, ends_on=start + timedelta(days=days))
        fitting = [line.place for line in DEFAULT if due_on(line, start) <= start + timedelta(days=days + 7)]
        assert places(all_contacts(placement)) == sorted(set(fitting) - {(by_hand.side, by_hand.unit, by_hand.offset)})
        assert moved.due_on == moved_to


def test_a_plan_keeps_its_own_lines_when_it_grows_and_plans_nothing_that_has_passed(app: Flask) -> None:
    coach = accounts.coach()
    actor = actor_of(coach)
    start = TODAY - timedelta(days=150)
    placement = queries.get(factory.placement(coach, planned=True, starts_on=start).id)
    service.change_start(actor, placement, starts_on=start, ends_on=start + timedelta(days=60))
    db.session.add(TemplateLine(team_id=coach.team_id, side=ContactSide.EMPLOYEE, unit=OffsetUnit.MONTHS, offset=24))
    db.session.add(TemplateLine(team_id=coach.team_id, side=ContactSide.EMPLOYEE, unit=OffsetUnit.DAYS, offset=62))
    db.session.flush()
    grown = service.change_start(actor, placement, starts_on=start, ends_on=None)
    own = {line.place for line in DEFAULT if due_on(line, start) >= TODAY}
    assert {(one.side, one.unit, one.offset) for one in grown.added} == own | {
        (ContactSide.EMPLOYEE, OffsetUnit.MONTHS, 24)
    }


def test_the_start_of_a_subsidised_job_waits_for_the_decision(app: Flask) -> None:
    coach = accounts.coach()
    start = TODAY + timedelta(days=30)
    placement = queries.get(
        factory.placement(
            coach, starts_on=start, pay_kind=PayKind.WAGE_SUBSIDY, subsidy_decided_on=start - timedelta(days=3)
        ).id
    )
    with pytest.raises(Invalid) as refused:
        service.change_start(
            actor_of(coach),
            placement,
            starts_on=start - timedelta(days=10),
            subsidy_decided_on=start - timedelta(days=3),
        )
    assert refused.value.field == "subsidy_decided_on"


# The end


def test_a_lost_job_plans_a_contact_and_goes_back_to_the_search(app: Flask) -> None:
    coach = accounts.coach()
    candidate = candidates.candidate(coach=coach, phase=Phase.EMPLOYED)
    placement = queries.get(
        factory.placement(coach, candidate=candidate, planned=True, starts_on=TODAY - timedelta(days=2)).id
    )
    service.end(actor_of(coach), placement, ended_on=TODAY, reason=EndReason.DISMISSED, ended_by=EndedBy.EMPLOYER)
    assert placement.state is PlacementState.ENDED
    (left,) = [one for one in all_contacts(placement) if one.state is ContactState.PLANNED]
    assert (left.side, left.origin) == (ContactSide.EMPLOYEE, ContactOrigin.JOB_LOSS)
    assert TODAY <= left.due_on <= TODAY + timedelta(days=3)
    assert candidate.phase is Phase.SEARCHING
    assert [one.id for one in queries.due(actor_of(coach), TODAY + timedelta(days=3))] == [left.id]


def test_with_another_job_nobody_searches(app: Flask) -> None:
    coach = accounts.coach()
    candidate = candidates.candidate(coach=coach, phase=Phase.EMPLOYED)
    placement = queries.get(factory.placement(coach, candidate=candidate, starts_on=TODAY).id)
    factory.own_find(coach, candidate=candidate)
    service.end(actor_of(coach), placement, ended_on=TODAY, reason=EndReason.OTHER, ended_by=EndedBy.BOTH)
    assert candidate.phase is Phase.EMPLOYED


@pytest.mark.parametrize("days", [1, -400])
def test_a_job_ends_neither_tomorrow_nor_before_it_began(app: Flask, days: int) -> None:
    coach = accounts.coach()
    placement = queries.get(factory.placement(coach, starts_on=TODAY - timedelta(days=10)).id)
    with pytest.raises(Invalid) as refused:
        service.end(
            actor_of(coach),
            placement,
            ended_on=TODAY + timedelta(days=days),
            reason=EndReason.OTHER,
            ended_by=EndedBy.BOTH,
        )
    assert refused.value.field == "ended_on"


# Contacts


def log(**values: object) -> Log:
    return Log(**{"done_on": TODAY, "channel": Channel.IN_PERSON, "mood": Mood.CONCERN, **values})  # type: ignore[arg-type]


def test_a_log_keeps_what_was_written(app: Flask) -> None:
    coach = accounts.coach()
    placement = queries.get(factory.placement(coach).id)
    contact = factory.contact(placement, side=ContactSide.EMPLOYER)
    contacts.log(
        actor_of(coach),
        placement,
        contact,
        log(with_whom="Siv", place="The café", minutes=30, next_step="Call", team_note="A", employer_note="B"),
    )
    db.session.expire(contact)
    kept = (contact.with_whom, contact.place, contact.minutes, contact.next_step, contact.team_note)
    assert kept == ("Siv", "The café", 30, "Call", "A")
    assert (contact.employer_note, contact.logged_by_id, contact.mood) == ("B", coach.id, Mood.CONCERN)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == "contacts.log")).one()
    assert set(event.data) == {"side", "how", "due"}


def test_the_employers_note_may_not_name_or_speak_of_health(app: Flask) -> None:
    coach = accounts.coach()
    candidate = candidates.candidate(coach=coach, identity={"first_name": "Pihla", "last_name": "Huuskola"})
    placement = queries.get(factory.placement(coach, candidate=candidate).id)
    contact = factory.contact(placement, side=ContactSide.EMPLOYER)
    assert placement.proposal is not None
    assert placement.proposal.disclosure_consent is not None
    placement.proposal.disclosure_consent.withdrawn_at = clock.now()
    for text in ("Huuskolan työaika", "Her depression is better", "Call 0440 765 432"):
        with pytest.raises(Invalid) as refused:
            contacts.log(actor_of(coach), placement, contact, log(employer_note=text))
        assert refused.value.field == "employer_note"
    assert contact.state is ContactState.PLANNED


def test_the_employers_note_may_name_who_has_let_the_name_be_known(app: Flask) -> None:
    coach = accounts.coach()
    candidate = candidates.candidate(coach=coach, identity={"first_name": "Pihla", "last_name": "Huuskola"})
    placement = queries.get(factory.placement(coach, candidate=candidate).id)
    contact = factory.contact(placement, side=ContactSide.EMPLOYER)
    contacts.log(actor_of(coach), placement, contact, log(employer_note="Huuskolan työaika on sovittu."))
    assert contact.employer_note == "Huuskolan työaika on sovittu."


def test_a_doubtful_word_in_the_employers_note_passes_once_it_was_looked_at(app: Flask) -> None:
    coach = accounts.coach()
    placement = queries.get(factory.placement(coach).id)
    contact = factory.contact(placement, side=ContactSide.EMPLOYER)
    with pytest.raises(HeldBack) as asked:
        contacts.log(actor_of(coach), placement, contact, log(employer_note="Kriisi kassalla on ohi."))
    looked_at = log(employer_note="Kriisi kassalla on ohi.", words_read=asked.value.tokens)
    contacts.log(actor_of(coach), placement, contact, looked_at)
    assert contact.state is ContactState.DONE


def test_the_named_colleague_may_be_called_as_somebody_else_is(app: Flask) -> None:
    coach = accounts.coach()
    candidates.candidate(coach=coach, identity={"first_name": "Pihla", "last_name": "Huuskola"})
    hired = candidates.candidate(
        coach=coach, identity={"first_name": "Unelma", "last_name": "Wikblad", "phone": "0500123987"}
    )
    placement = queries.get(factory.placement(coach, candidate=hired).id)
    with pytest.raises(HeldBack) as asked:
        service.describe(actor_of(coach), placement, named_colleague="Ritva Huuskola")
    service.describe(actor_of(coach), placement, named_colleague="Ritva Huuskola", words_read=asked.value.tokens)
    assert placement.named_colleague == "Ritva Huuskola"
    for text in ("040 765 4321", "Ritva, 0500 123 987"):  # the second is what this employer was told of the employee
        with pytest.raises(HeldBack) as refused:
            service.describe(actor_of(coach), placement, named_colleague=text)
        assert refused.value.tokens == ""


def test_the_employers_note_may_use_the_needs_own_words(app: Flask) -> None:
    coach = accounts.coach()
    opening = openings.opening(title="Vårdbiträde", tasks="Delar ut mat på sjukhusets avdelning.")
    of_portal = queries.get(factory.placement(coach, opening=opening).id)
    elsewhere = queries.get(factory.own_find(coach, told_at_work=ToldAtWork.SUPERVISOR).id)
    note = log(employer_note="Vi ses på sjukhusets avdelning.")
    contacts.log(actor_of(coach), of_portal, factory.contact(of_portal, side=ContactSide.EMPLOYER), note)
    with pytest.raises(HeldBack):
        contacts.log(actor_of(coach), elsewhere, factory.contact(elsewhere, side=ContactSide.EMPLOYER), note)


def test_nothing_of_the_employees_side_is_written_for_the_employer(app: Flask) -> None:
    coach = accounts.coach()
    placement = queries.get(factory.placement(coach).id)
    contact = factory.contact(placement, side=ContactSide.EMPLOYEE)
    with pytest.raises(Invalid) as refused:
        contacts.log(actor_of(coach), placement, contact, log(employer_note="All is well"))
    assert refused.value.field == "employer_note"


def test_what_nobody_planned_can_be_logged(app: Flask) -> None:
    coach = accounts.coach()
    placement = queries.get(factory.placement(coach).id)
    contact = contacts.log_unplanned(actor_of(coach), placement, ContactSide.EMPLOYEE, log())
    assert (contact.state, contact.origin) == (ContactState.DONE, ContactOrigin.ADDED)


@pytest.mark.parametrize("done_on", [TODAY + timedelta(days=1), date(1, 1, 1)])
def test_a_log_is_of_a_day_that_was(app: Flask, done_on: date) -> None:
    coach = accounts.coach()
    placement = queries.get(factory.placement(coach).id)
    with pytest.raises(Invalid) as refused:
        contacts.log(actor_of(coach), placement, factory.contact(placement), log(done_on=done_on))
    assert refused.value.field == "done_on"


def test_a_contact_whose_day_has_not_come_cannot_be_missed(app: Flask) -> None:
    coach = accounts.coach()
    placement = queries.get(factory.placement(coach).id)
    contact = factory.contact(placement, due_on=TODAY + timedelta(days=1))
    with pytest.raises(Refused):
        contacts.miss(actor_of(coach), placement, contact)


def test_of_two_who_log_at_once_one_wins(app: Flask) -> None:
    coach = accounts.coach()
    placement = queries.get(factory.placement(coach).id)
    contact = factory.contact(placement)
    quicker = update(SupportContact).where(SupportContact.id == contact.id)
    db.session.execute(
        quicker.values(state=ContactState.CANCELLED, drop_reason="x").execution_options(synchronize_session=False)
    )
    assert contact.state is ContactState.PLANNED  # as the slower one has read it
    with pytest.raises(Refused, match="quicker"):
        contacts.log(actor_of(coach), placement, contact, log())
    db.session.expire(contact)
    assert contact.state is ContactState.CANCELLED


# The database's own word


@pytest.mark.parametrize(
    "values",
    [
        {"employer_note": "x"},
        {"state": ContactState.DONE},
        {"done_on": TODAY, "channel": Channel.PHONE, "mood": Mood.WELL},
        {"state": ContactState.CANCELLED},
    ],
)
def test_the_database_refuses_bad_contacts(app: Flask, values: dict[str, object]) -> None:
    placement = factory.placement()
    with pytest.raises(IntegrityError):
        factory.contact(placement, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"hours": 0},
        {"hours": 61},
        {"ends_on": TODAY - timedelta(days=1)},
        {"pay_kind": PayKind.WAGE_SUBSIDY},
        {"pay_kind": PayKind.WAGE_SUBSIDY, "subsidy_decided_on": TODAY + timedelta(days=1)},
        {"state": PlacementState.ENDED},
        {"ended_on": TODAY, "end_reason": EndReason.OTHER, "ended_by": EndedBy.BOTH},
        {"workplace_name": ""},
    ],
)
def test_the_database_refuses_bad_placements(app: Flask, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        factory.own_find(**values)


def test_the_database_lets_no_hire_of_the_portals_have_nobody_told(app: Flask) -> None:
    with pytest.raises(IntegrityError):
        factory.placement(told_at_work=ToldAtWork.NOBODY)


def test_an_employer_sees_nothing_of_a_job_that_nobody_is_told_of_whatever_the_database_holds(app: Flask) -> None:
    """The second wall behind the database's own: with its rule lifted, the row is still no employer's to see."""
    placement = factory.placement()
    employer = actor_of(queries.employer_readers(placement)[0])
    assert [one.id for one in queries.of_employer(employer, placement.employer_id)] == [placement.id]
    with _without_its_rule():
        placement.told_at_work = ToldAtWork.NOBODY
        db.session.flush()
        assert queries.of_employer(employer, placement.employer_id) == []
        with pytest.raises(Missing):
            queries.get_for(employer, placement.public_id)


def test_nobody_is_written_to_about_a_job_that_nobody_is_told_of(app: Flask) -> None:
    placement = factory.placement()
    coming = factory.contact(placement, side=ContactSide.EMPLOYER, due_on=TODAY + timedelta(days=2))
    days = TODAY, TODAY + timedelta(days=3)
    assert queries.employer_readers(placement)
    assert [one.id for one in queries.coming_for_employers(*days)] == [coming.id]
    with _without_its_rule():
        placement.told_at_work = ToldAtWork.NOBODY
        db.session.flush()
        assert queries.employer_readers(placement) == []
        assert queries.coming_for_employers(*days) == []


@contextmanager
def _without_its_rule() -> Iterator[None]:
    """The database lets a hire of the portal's have nobody told; the test's transaction undoes it."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(sql("PRAGMA ignore_check_constraints = ON"))
        try:
            yield
        finally:
            db.session.execute(sql("PRAGMA ignore_check_constraints = OFF"))
        return
    db.session.execute(sql("ALTER TABLE placements DROP CONSTRAINT ck_placements_nobody_told_only_own_find"))
    yield


def test_the_database_wants_a_taker(app: Flask) -> None:
    placement = factory.placement()
    person = openings.opening().contacts[0]
    with pytest.raises(IntegrityError):
        factory.request(placement, person, state="taken")
