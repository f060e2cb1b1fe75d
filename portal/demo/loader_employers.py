"""Employers of the demonstration, their people and places, who waits to be let in, and the log of contacts."""

from __future__ import annotations

from datetime import date, timedelta

from portal.accounts.models import User
from portal.candidates.states import Phase
from portal.core import clock, workdays
from portal.core.actors import Role
from portal.core.db import db
from portal.core.i18n import Language
from portal.demo.accounts import ACCOUNTS
from portal.demo.loader_county import County, Row, acts, acts_for, read, writes_in
from portal.employers.models import Channel, Employer, EmployerContact, Invitation, JoinRequest, Membership, Workplace
from portal.employers.rules import TERMS_VERSION
from portal.employers.service import INVITED_FOR
from portal.employers.states import Standing, Verification

_KNOWN_BEFORE_NEED = 64  # days between the registration and the first need: longer than the log of contacts
_KNOWN_WITHOUT_NEED = 130
_EARLIER_CONTACTS = 31
_AT_ANOTHERS_DOOR = {9, 22}
_CHANNELS = (Channel.IN_PERSON, Channel.PHONE, Channel.IN_PERSON, Channel.IN_PERSON, Channel.MAIL, Channel.VIDEO)
_VISITS_THIS_WEEK = {1: 3, 2: 5, 3: 2}  # by coach; six a week is what ips.md asks for
_MOST_VISITS_A_DAY = 3


def employers(county: County) -> None:
    """Make every employer with its users and workplaces."""
    for row in read("employers")["employers"]:
        employer = _employer(county, row)
        county.employers[row["key"]] = employer
        county.people[row["key"]] = [_user(county, person, employer) for person in row["contacts"]]
        for place in row["workplaces"]:
            county.workplaces[row["key"], place["name"]] = Workplace(employer=employer, **place)
    db.session.add_all([*county.employers.values(), *county.workplaces.values()])
    db.session.add_all(user for people in county.people.values() for user in people)
    db.session.flush()
    for key, employer in county.employers.items():
        _join(county, employer, county.people[key])


def _employer(county: County, row: Row) -> Employer:
    waits = row["verification"] == Verification.WAITING
    since = county.days.at(county.days.back(_known_days(row)), 10, 20)
    return Employer(
        name=row["name"],
        business_id=row["business_id"],
        sector=row["sector"],
        municipality=row["municipality"],
        language=Language(row["language"]),
        verification=Verification(row["verification"]),
        verified_at=None if waits else since + timedelta(hours=4),
        verified_by_id=None if waits else county.coaches[row["coach"]].id,
        standing=Standing(row["standing"]),
        coach_id=county.coaches[row["coach"]].id,
        created_at=since,
    )


def _known_days(row: Row) -> int:
    needs: list[int] = [need["days_ago"] for need in read("openings")["openings"] if need["employer"] == row["key"]]
    if row["verification"] == Verification.WAITING:
        return max([*needs, 1])
    return max(needs) + _KNOWN_BEFORE_NEED if needs else _KNOWN_WITHOUT_NEED


def _user(county: County, person: Row, employer: Employer) -> User:
    tried = person["email"] == ACCOUNTS[0].email
    return User(
        role=Role.EMPLOYER,
        name=person["name"],
        title=person["title"],
        email=person["email"],
        phone=person["phone"],
        # the account to try follows the visitor's browser
        language=None if tried else Language(person["language"]),
        password_hash=county.password_hash,
        email_verified_at=employer.created_at + timedelta(minutes=12),
        created_at=employer.created_at,
        last_sign_in_at=county.days.at(county.days.worked(county.chance.randint(1, 9)), 9, 40),
    )


def _join(county: County, employer: Employer, people: list[User]) -> None:
    first, *others = people
    journal = county.journal
    for user in people:
        db.session.add(
            Membership(
                user=user,
                employer=employer,
                manages=user is first,
                terms_version=TERMS_VERSION,
                terms_accepted_at=user.created_at,
            )
        )
    journal.note(employer.created_at, acts_for(first, employer), "employers.register", "employer", employer)
    for user in others:
        at = employer.created_at + timedelta(hours=6)
        journal.note(at, acts_for(user, employer), "employers.accept_invitation", "employer", employer)
    if employer.verified_at is not None:
        by = next(coach for coach in county.coaches.values() if coach.id == employer.verified_by_id)
        states = {"from": Verification.WAITING.value, "to": Verification.VERIFIED.value}
        journal.note(employer.verified_at, acts(by), "employers.verify", "employer", employer, **states)


def doors(county: County) -> None:
    """Somebody who asks to be let in at the first employer, and two people who have been invited."""
    days = county.days
    bakery, anna = county.employers["bryggan"], county.people["bryggan"][0]
    asks = User(
        role=Role.EMPLOYER,
        name="Linda Rosenback",
        title="skiftledare",
        email="linda@bryggan-bageri.example",
        phone="050 000 1090",
        language=Language.SV,
        password_hash=county.password_hash,
        email_verified_at=days.at(days.worked(1), 15, 4),
        created_at=days.at(days.worked(1), 14, 50),
    )
    db.session.add(asks)
    db.session.flush()
    db.session.add(JoinRequest(user=asks, employer=bakery, created_at=asks.created_at, terms_version=TERMS_VERSION))
    county.journal.note(asks.created_at, acts_for(asks, bakery), "employers.ask_to_join", "employer", bakery)
    _invite(county, bakery, anna, "butiken@bryggan-bageri.example", days.worked(3))
    _invite(county, county.employers["tikankolo"], county.coaches[3], "toimisto@tikankolo.example", days.worked(5))


def _invite(county: County, employer: Employer, by: User, email: str, day: date) -> None:
    at = county.days.at(day, 11, 15)
    db.session.add(
        Invitation(
            employer=employer,
            email=email,
            language=employer.language,
            invited_by_id=by.id,
            created_at=at,
            expires_at=at + INVITED_FOR,
        )
    )
    actor = acts_for(by, employer) if by.role is Role.EMPLOYER else acts(by)
    county.journal.note(at, actor, "employers.invite", "employer", employer)


def contact_log(county: County) -> None:
    """This week's visits and those of the seven weeks before, with next steps, some of which are due now."""
    earlier = _earlier(county)
    _leave_to_do(county, earlier)
    contacts = sorted(earlier + _this_week(county), key=lambda one: one.created_at)
    met: set[int] = set()
    for contact in contacts:
        contact.first_visit = contact.channel is Channel.IN_PERSON and contact.employer.id not in met
        met |= {contact.employer.id} if contact.channel is Channel.IN_PERSON else set()
    db.session.add_all(contacts)


def _leave_to_do(county: County, earlier: list[EmployerContact]) -> None:
    """The latest next step of each coach is due: today for the first, on the last working day for the others."""
    for number, coach in county.coaches.items():
        steps = [one for one in earlier if one.coach is coach and one.next_step]
        latest = max(steps, key=lambda one: one.on_day)
        latest.next_step_on = county.days.today if number == 1 else county.days.worked(1)
        latest.next_step_done_at = None


def _this_week(county: County) -> list[EmployerContact]:
    days = county.days.this_week()
    found: list[EmployerContact] = []
    for number, wished in _VISITS_THIS_WEEK.items():
        visited = _looked_after(county, number)
        found += [
            _contact(county, visited[count], number, days[count % len(days)], Channel.IN_PERSON)
            for count in range(min(wished, _MOST_VISITS_A_DAY * len(days)))
        ]
    return found


def _earlier(county: County) -> list[EmployerContact]:
    """First visits to all, and contacts spread over the seven weeks before this one; two coaches meet at two doors."""
    found = [_first_visit(county, one) for one in county.employers.values() if one.verified_at is not None]
    last_week = county.days.this_week()[0] - timedelta(days=1)
    for count in range(_EARLIER_CONTACTS):
        turn, number = divmod(count, len(county.coaches))
        door = 2 if count in _AT_ANOTHERS_DOOR else number
        visited = _looked_after(county, door % len(county.coaches) + 1)
        # this week's visits go to the first of the list
        employer = visited[-1 - turn % len(visited)]
        day = workdays.on_or_before(last_week - timedelta(days=(count * 48) // _EARLIER_CONTACTS))
        found.append(_contact(county, employer, number + 1, day, _CHANNELS[(turn + number) % len(_CHANNELS)]))
    return found


def _first_visit(county: County, employer: Employer) -> EmployerContact:
    number = next(number for number, coach in county.coaches.items() if coach.id == employer.coach_id)
    day = workdays.add_working_days(clock.local(employer.created_at).date(), 4)
    return _contact(county, employer, number, day, Channel.IN_PERSON, first=True)


def _looked_after(county: County, number: int) -> list[Employer]:
    coach = county.coaches[number]
    return [
        one
        for one in county.employers.values()
        if one.coach_id == coach.id and one.verification is Verification.VERIFIED
    ]


def _contact(
    county: County, employer: Employer, number: int, day: date, channel: Channel, *, first: bool = False
) -> EmployerContact:
    coach = county.coaches[number]
    language = writes_in(coach)
    learned, step = (county.text("first_visits", language), "") if first else county.text("visits", language)
    key = next(key for key, one in county.employers.items() if one is employer)
    person = county.people[key][0]
    at = county.days.at(day, county.chance.randint(9, 15), county.chance.choice((5, 20, 35, 50)))
    step_on = workdays.on_or_after(day + timedelta(days=county.chance.randint(4, 12))) if step else None
    late = step_on is not None and step_on < county.days.today
    # most of what was due has been done; what was due in the last days has not
    done = late and step_on is not None and (county.days.today - step_on).days > 3
    county.journal.note(at, acts(coach), "employers.log_contact", "employer", employer, how=channel.value)
    return EmployerContact(
        employer=employer,
        coach=coach,
        on_day=day,
        channel=channel,
        with_whom=f"{person.name}, {person.title}",
        candidate_id=None if first else _about(county, number),
        learned=learned,
        next_step=step,
        next_step_on=step_on,
        next_step_done_at=county.days.at(step_on, 15, 30) if done and step_on is not None else None,
        created_at=at,
    )


def _about(county: County, number: int) -> int | None:
    """For whom the employer was met: a candidate of the coach who searches, or nobody in particular."""
    searching = [
        one.id
        for one in county.candidates.values()
        if one.coach_id == county.coaches[number].id and one.phase is Phase.SEARCHING
    ]
    return county.chance.choice(searching) if county.chance.random() < 0.6 else None
