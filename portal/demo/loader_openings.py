"""Needs of the demonstration's employers, with their histories. Those that were filled are filled by the hires."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.core.actors import SYSTEM, Actor
from portal.core.db import db
from portal.core.i18n import Language
from portal.core.work import Shift
from portal.demo.loader_county import County, Row, acts_for, read
from portal.employers.states import Verification
from portal.openings.models import Adaptation, Demand, EmploymentType, Opening
from portal.openings.states import OPENINGS, OpeningState

# One contact person reads for most needs; these are read by all of the employer's people.
_READ_BY_ALL = {"bryggan-packning", "bryggan-natt", "vakkavarasto-keraily", "dyynituuli-kerros", "silversund-inredning"}
_READ_BY_SECOND = {"havsporten-kokki", "larktradet-kotten", "koodiluoto-web"}
_IDLE = 80  # days: older needs that are open have been kept so by their employers
_KEPT = 18
_PAUSED = 9
_WAITED = 30  # days that a need was open before it was closed
_EXPIRED_AFTER = 0.4  # of its age
_LAST_DAY_BEFORE_START = 5


def openings(county: County) -> None:
    """Make every need; the filled ones stay open until the hires are made."""
    for row in read("openings")["openings"]:
        opening = _opening(county, row)
        county.openings[row["key"]] = opening
    db.session.add_all(county.openings.values())
    db.session.flush()


def _opening(county: County, row: Row) -> Opening:
    days = county.days
    employer, people = county.employers[row["employer"]], county.people[row["employer"]]
    contacts = people if row["key"] in _READ_BY_ALL else people[1:2] if row["key"] in _READ_BY_SECOND else people[:1]
    actor = acts_for(contacts[0], employer)
    written_at = days.at(days.back(row["days_ago"]), 10, county.chance.randint(0, 45))
    is_draft = row["state"] == OpeningState.DRAFT
    waits = is_draft and employer.verification is Verification.WAITING
    starts_in = row["starts_in_days"]
    starts_on = days.back(-starts_in) if starts_in is not None else None
    opening = Opening(
        employer=employer,
        workplace=county.workplaces[row["employer"], row["workplace"]],
        contacts=list(contacts),
        created_by_id=contacts[0].id,
        state=OpeningState.DRAFT if is_draft else OpeningState.OPEN,
        wants_posting=waits,
        title=row["title"],
        occupation=row["occupation"],
        municipality=row["municipality"],
        hours_min=row["hours_min"],
        hours_max=row["hours_max"],
        people=row["people"],
        adaptations=[Adaptation(one) for one in row["adaptations"]],
        paid_work=True,
        tasks=row["tasks"],
        skills_required=row["skills_required"],
        skills_welcome=row["skills_welcome"],
        languages=row["languages"],
        languages_at_work=list(row["languages"]),
        shifts=[Shift(one) for one in row["shifts"]],
        employment_type=EmploymentType(row["employment_type"]),
        pay=row["pay"],
        starts_on=starts_on,
        last_day=days.back(-starts_in + _LAST_DAY_BEFORE_START) if starts_in is not None and starts_in > 20 else None,
        driving_licence=row["driving_licence"],
        demands=[Demand(one) for one in row["demands"]],
        language=Language(row["language"]),
        created_at=written_at,
        posted_at=None if is_draft else written_at + timedelta(minutes=15),
        changed_at=written_at + timedelta(minutes=15),
    )
    note = county.journal.note
    note(written_at, actor, "opening.draft", "opening", opening, to=OpeningState.DRAFT.value)
    if opening.posted_at is not None:
        states = {"from": OpeningState.DRAFT.value, "to": OpeningState.OPEN.value}
        note(opening.posted_at, actor, "opening.post", "opening", opening, on_behalf=False, **states)
    elif waits:
        note(written_at + timedelta(minutes=5), actor, "opening.wait", "opening", opening)
    _what_came_of_it(county, row, opening, actor)
    return opening


def _what_came_of_it(county: County, row: Row, opening: Opening, actor: Actor) -> None:
    days, age = county.days, row["days_ago"]
    if row["state"] == OpeningState.PAUSED:
        move(county, opening, "pause", days.at(days.worked(_PAUSED), 13, 10), actor)
    elif row["state"] == OpeningState.CLOSED:
        move(county, opening, "close", days.at(days.back(age - _WAITED), 14, 25), actor)
    elif row["state"] == OpeningState.EXPIRED:
        opening.last_day = days.back(round(age * (1 - _EXPIRED_AFTER)))
        move(county, opening, "expire", days.at(opening.last_day + timedelta(days=1), 0, 10), SYSTEM)
    elif row["state"] == OpeningState.OPEN and age > _IDLE:
        opening.changed_at = days.at(days.worked(_KEPT), 9, 30)
        county.journal.note(opening.changed_at, actor, "opening.keep", "opening", opening)


def move(county: County, opening: Opening, verb: str, at: datetime, actor: Actor) -> None:
    """Take a step of the table of needs, with its event. :raises Refused: when the table has no such row."""
    row = OPENINGS.check(opening.state, verb, actor.role)
    if row.target is None:
        raise ValueError(f"{verb} leads nowhere")
    states = {"from": opening.state.value, "to": row.target.value}
    county.journal.note(at, actor, f"opening.{verb}", "opening", opening, on_behalf=actor.is_staff, **states)
    opening.state = row.target
