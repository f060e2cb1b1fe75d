"""Candidates of the demonstration: identity, profile, plan for what is told, the way through the phases, notes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from portal.accounts.models import User
from portal.candidates.models import (
    Candidate,
    DisclosurePlan,
    Identity,
    KeptFine,
    Note,
    PersonalField,
    PhaseChange,
    Profile,
    SupportTelling,
)
from portal.candidates.states import Phase
from portal.candidates.values import Kind
from portal.core import workdays
from portal.core.db import db
from portal.core.i18n import Language
from portal.core.work import Shift
from portal.demo.loader_county import County, Row, acts, read, writes_in
from portal.demo.loader_days import before

_ACCEPTED_AFTER = 5  # days from the referral to the acceptance
_NOTES = (1, 4, 11, 24, 47, 90)  # working days after the start
_LATELY = (2, 12)  # working days ago: the last note on those who are supported now
_UNWRITTEN = 0.15  # of the later ones
_VERBS = {
    Phase.REFERRED: "refer",
    Phase.WAITING: "accept",
    Phase.SEARCHING: "start",
    Phase.EMPLOYED: "hire",
    Phase.FOLLOWED_UP: "follow_up",
    Phase.EXITED: "exit",
}
# Two who want no proposals for the time being: their coaches look with them in other ways.
_NO_PROPOSALS = {"c20", "c54"}
_NOT_THERE = {"c33": "simpukka", "c06": "tikankolo"}  # candidate: an employer that must not hear of them


class Step(NamedTuple):
    """A candidate comes into a phase."""

    phase: Phase
    on_day: date
    by: User


def candidates(county: County) -> None:
    """Make every candidate."""
    hires = {row["candidate"]: row for row in read("hires")["hires"]}
    rows = read("candidates")["candidates"]
    for row in rows:
        county.candidates[row["key"]] = _candidate(county, row)
    db.session.add_all(county.candidates.values())
    db.session.flush()
    for row in rows:
        candidate = county.candidates[row["key"]]
        plan = _plan(county, row, candidate)
        county.plans[row["key"]] = plan
        db.session.add(plan)
        _way(county, candidate, _steps(county, row, hires.get(row["key"])))
        _notes(county, row, candidate)
    for row in read("candidates")["kept_fine"]:
        _keep(county, row)
    db.session.flush()


def _keep(county: County, row: Row) -> None:
    """A value that stands out and that the coach keeps as it is, with the reason."""
    candidate = county.candidates[row["candidate"]]
    if candidate.coach is None:
        raise ValueError("only a coach keeps a value as it is")
    at = county.days.at(county.days.back(row["days_ago"]), 10, 20)
    kind = Kind(row["kind"])
    db.session.add(
        KeptFine(
            candidate_id=candidate.id,
            kind=kind,
            value=row["value"],
            reason=row["reason"],
            by_id=candidate.coach.id,
            at=at,
        )
    )
    county.journal.note(at, acts(candidate.coach), "candidates.keep_fine", "candidate", candidate, kind=kind.value)


def _candidate(county: County, row: Row) -> Candidate:
    days = county.days
    referred_on = days.back(row["referred_days_ago"])
    started = row["started_days_ago"]
    candidate = Candidate(
        team_id=county.team.id,
        coach=county.coaches[row["coach"]] if row["coach"] else None,
        phase=Phase(row["phase"]),
        phase_since=days.back(row["phase_days_ago"]),
        referred_on=referred_on,
        started_on=days.back(started) if started is not None else None,
        created_at=days.at(referred_on, 13, county.chance.randint(0, 50)),
    )
    language = Language(row["language"])
    care = county.text("care_contact", language)
    candidate.identity = Identity(
        first_name=row["first_name"],
        last_name=row["last_name"],
        nickname=row["nickname"],
        birth_date=date.fromisoformat(row["birth_date"]),
        email=row["email"],
        phone=row["phone"],
        street=row["street"],
        postal_code=row["postal_code"],
        municipality=row["municipality"],
        language=language,
        care_contact=f"{care} {county.chance.choice('AB')}",
    )
    candidate.profile = _profile(county, row, language)
    return candidate


def _profile(county: County, row: Row, language: Language) -> Profile:
    given = row["profile"]
    if given is None:
        return Profile(pitch_language=language, changed_at=county.days.at(county.days.back(1), 9))
    changed = max(1, min(row["started_days_ago"] - 6, county.chance.randint(3, 40)))
    return Profile(
        occupations=given["occupations"],
        skills=sorted(given["skills"]),
        languages=given["languages"],
        driving_licence=given["driving_licence"],
        hours_min=given["hours_min"],
        hours_max=given["hours_max"],
        shifts=[Shift(one) for one in given["shifts"]],
        areas=sorted(given["areas"]),
        earliest_start=county.days.today + timedelta(days=given["earliest_start_in_days"]),
        works_well="\n".join(given["works_well"]),
        pitch=given["pitch"],
        pitch_language=Language(given["pitch_language"]),
        wishes=county.text("wishes", language),
        changed_at=county.days.at(county.days.back(changed), 14, 40),
    )


def _plan(county: County, row: Row, candidate: Candidate) -> DisclosurePlan:
    """A plan that allows the name and the ways to reach somebody, as far as there are any."""
    if row["profile"] is None:
        return DisclosurePlan(candidate_id=candidate.id, reviewed_on=candidate.referred_on)
    language = Language(row["language"])
    telling = county.chance.choice((SupportTelling.AGREED_WORDS, SupportTelling.AGREED_WORDS, SupportTelling.OPENLY))
    fields = [
        PersonalField.NAME,
        *([PersonalField.PHONE] if row["phone"] else []),
        *([PersonalField.EMAIL] if row["email"] else []),
        *([PersonalField.MUNICIPALITY] if county.chance.random() < 0.4 else []),
    ]
    avoided = _NOT_THERE.get(row["key"])
    return DisclosurePlan(
        candidate_id=candidate.id,
        proposals_allowed=row["key"] not in _NO_PROPOSALS,
        fields=fields,
        support_telling=telling,
        agreed_words=county.text("agreed_words", language),
        never_say=county.text("never_say", language),
        never_employers=[county.employers[avoided].id] if avoided else [],
        reviewed_on=county.days.back(min(row["started_days_ago"], county.chance.randint(5, 60))),
        reviewed_by_id=candidate.coach_id,
    )


def _steps(county: County, row: Row, hire: Row | None) -> list[Step]:
    """The phases one after the other, as the figures of candidate and hire say them."""
    days, leader = county.days, county.leader
    phase, now_since = Phase(row["phase"]), days.back(row["phase_days_ago"])
    referred = days.back(row["referred_days_ago"])
    steps = [Step(Phase.REFERRED, referred, leader)]
    if phase is Phase.REFERRED:
        return steps
    if phase is Phase.WAITING:
        return [*steps, Step(Phase.WAITING, now_since, leader)]
    coach = county.coaches[row["coach"]]
    started = days.back(row["started_days_ago"])
    steps.append(Step(Phase.WAITING, min(started, days.back(row["referred_days_ago"] - _ACCEPTED_AFTER)), leader))
    steps.append(Step(Phase.SEARCHING, started, leader))
    if hire is not None:
        steps.append(Step(Phase.EMPLOYED, days.back(hire["reported_days_ago"]), coach))
        if hire["ended_days_ago"] is not None:
            steps.append(Step(Phase.SEARCHING, days.back(hire["ended_days_ago"]), coach))
    if phase in (Phase.FOLLOWED_UP, Phase.EXITED):
        steps.append(Step(phase, now_since, coach))
    return steps


def _way(county: County, candidate: Candidate, steps: list[Step]) -> None:
    previous: Phase | None = None
    for number, step in enumerate(steps):
        at = county.days.at(step.on_day, 13 if number == 0 else 14 + number % 3, 10 + 7 * number)
        again = step.phase is Phase.SEARCHING and previous is Phase.EMPLOYED
        verb = "search_again" if again else _VERBS[step.phase]
        states = {"to": step.phase.value} | ({"from": previous.value} if previous is not None else {})
        if step.phase is Phase.SEARCHING and not again and candidate.coach_id is not None:
            assigned = {"user_id": candidate.coach_id}
            county.journal.note(
                at - timedelta(minutes=1), acts(step.by), "candidates.assign", "candidate", candidate, **assigned
            )
        county.journal.note(at, acts(step.by), f"candidates.{verb}", "candidate", candidate, **states)
        db.session.add(PhaseChange(candidate_id=candidate.id, phase=step.phase, on_day=step.on_day, by_id=step.by.id))
        previous = step.phase
    candidate.phase_since = steps[-1].on_day


def _notes(county: County, row: Row, candidate: Candidate) -> None:
    """What the coach wrote down, with the showings that reading and writing left in the access log."""
    if candidate.coach is None or candidate.started_on is None:
        return
    days, coach = county.days, candidate.coach
    last = candidate.phase_since if candidate.phase is Phase.EXITED else before(days.today, 1)
    written = [workdays.add_working_days(candidate.started_on, after) for after in _NOTES]
    if candidate.phase is not Phase.EXITED:
        written.append(max(days.worked(county.chance.randint(*_LATELY)), written[0]))
    for number, day in enumerate(sorted(written)):
        if day > last:
            break
        if number and county.chance.random() < _UNWRITTEN:
            continue
        at = days.at(day, county.chance.randint(9, 15), county.chance.randint(0, 55))
        kind = "candidate_notes" if number else "first_notes"
        county.journal.saw(at - timedelta(minutes=3), acts(coach), candidate.id, "candidates.show", "own caseload")
        note = Note(candidate_id=candidate.id, author_id=coach.id, at=at, text=county.text(kind, writes_in(coach)))
        db.session.add(note)
        county.journal.note(at, acts(coach), "candidates.add_note", "candidate", candidate)
