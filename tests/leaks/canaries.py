"""A word of its own in every private column of every candidate, and the tables that say which columns are private.

A canary occurs nowhere else: where one turns up, it says whose column leaked. All of them begin with one mark, so that
a page is searched for the mark in all its shapes first, and only where it is found for the single words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, or_, select, update
from sqlalchemy.sql import sqltypes

from portal.core.db import UTCDateTime, db, rows_changed

MARK = "Zqvux"

# "table.column" of what no employer may learn by itself, and how its canary is made.
PRIVATE: dict[str, str] = {
    "identities.first_name": "word",
    "identities.last_name": "word",
    "identities.nickname": "word",
    "identities.email": "mail",
    "identities.phone": "phone",
    "identities.street": "street",
    "identities.postal_code": "short",
    "identities.care_contact": "phrase",
    "identities.municipality": "place",
    "identities.birth_date": "day",
    "candidate_notes.text": "phrase",
    "kept_fine.reason": "phrase",
    "profiles.wishes": "phrase",
    # the coach's working copy, changed after it was frozen: an employer reads what the candidate was shown
    "profiles.pitch": "phrase",
    "profiles.works_well": "phrase",
    "disclosure_plans.agreed_words": "phrase",
    "disclosure_plans.never_say": "phrase",
    "consents.who_was_there": "phrase",
    "proposals.change_wish": "phrase",
    "support_contacts.team_note": "phrase",
    "employer_contacts.with_whom": "phrase",
    "employer_contacts.learned": "phrase",
    "employer_contacts.next_step": "phrase",
}
# Private on the employee's side of a plan alone: the employer reads its own side's.
EMPLOYEE_SIDE = {
    "support_contacts.with_whom": "phrase",
    "support_contacts.place": "phrase",
    "support_contacts.next_step": "phrase",
    "support_contacts.drop_reason": "phrase",
    "pulses.line": "phrase",
}
# Written to the employer, and once details are given it may hold them: who is told the details reads it, nobody else.
WITH_DETAILS = {
    "messages.text": "phrase",
    "support_contacts.employer_note": "phrase",
}
# Which side's rows of a plan are planted.
_SIDES = {**dict.fromkeys(EMPLOYEE_SIDE, "employee"), "support_contacts.employer_note": "employer"}
# Every other column about a candidate that could hold somebody's words, a day or a list, with why it may be seen.
SEEN_BY_DESIGN: dict[str, str] = {
    "aliases.alias": "what the employer knows the candidate by",
    "candidates.public_id": "random; no page of an employer names it, which the crawl checks as well",
    "candidates.phase_since": "a day; no page of an employer names it",
    "candidates.referred_on": "a day; no page of an employer names it",
    "candidates.started_on": "a day; no page of an employer names it",
    "candidate_notes.public_id": "random",
    "consents.public_id": "random",
    "consents.opening_digest": "of the opening's own words",
    "consents.fields": "which fields were told; the employer reads their names",
    "consents.text_version": "of the consent's text",
    "consents.until": "the employer reads until when details are shown",
    "disclosure_plans.fields": "names of fields",
    "disclosure_plans.never_employers": "ids of employers; shown to none of them",
    "disclosure_plans.reviewed_on": "a day; no page of an employer names it",
    "disclosures.fields": "names of fields",
    "employer_contacts.public_id": "random",
    "employer_contacts.on_day": "a day of the employer's own",
    "employer_contacts.next_step_on": "a day of the employer's own",
    "frozen_profiles.content": "the profile without a name",
    "frozen_profiles.digest": "of the profile without a name",
    "frozen_profiles.kept_fine": "values that the profile without a name shows",
    "frozen_profiles.source_digest": "keyed; no page names it",
    "interviews.place": "the employer's own meeting",
    "interviews.public_id": "random",
    "kept_fine.value": "a value that the profile without a name shows",
    "messages.public_id": "random",
    "notifications.address": "where the mail goes; never a candidate's",
    "notifications.context": "searched as mails",
    "notifications.error": "staff alone",
    "notifications.about_type": "a table's name",
    "notifications.kind": "a mail's kind",
    "notifications.message_id": "searched as mails",
    "notifications.once_key": "opaque",
    "notifications.public_id": "random",
    "notifications.thread": "searched as mails",
    "phase_changes.on_day": "a day; no page of an employer names it",
    "placements.ended_on": "the employer's own hire",
    "placements.ends_on": "the employer's own hire",
    "placements.named_colleague": "the employer's own colleague",
    "placements.public_id": "random",
    "placements.reported_on": "the employer's own hire",
    "placements.starts_on": "the employer's own hire",
    "placements.subsidy_decided_on": "the employer's own hire",
    "placements.title": "the employer's own hire",
    "placements.workplace_name": "a place found without the portal; its employer has no pages",
    "profiles.areas": "the profile without a name",
    "profiles.driving_licence": "the profile without a name",
    "profiles.earliest_start": "the profile without a name",
    "profiles.languages": "the profile without a name",
    "profiles.occupations": "the profile without a name",
    "profiles.shifts": "the profile without a name",
    "profiles.skills": "the profile without a name",
    "profiles.words_read": "tokens, no words",
    "proposals.answer_by": "a day",
    "proposals.asked_digest": "of the opening's own words",
    "proposals.decline_note": "the employer's own words",
    "proposals.hire_ends_on": "the employer's own hire",
    "proposals.hire_starts_on": "the employer's own hire",
    "proposals.public_id": "random",
    "proposals.subsidy_decided_on": "the employer's own hire",
    "pulses.asked_on": "a day; the employer's pages name its own side's alone",
    "pulses.due_on": "a day; the employer's pages name its own side's alone",
    "pulses.public_id": "random; the employee's stands on no page of an employer",
    "pulses.reminded_on": "a day; no page of an employer names it",
    "retention_warnings.last_active_on": "a day; no page of an employer names it",
    "retention_warnings.warned_on": "a day; no page of an employer names it",
    "support_contacts.done_on": "the plan's day",
    "support_contacts.due_on": "the plan's day",
    "support_contacts.public_id": "random",
    "support_requests.due_on": "the employer's own request",
    "support_requests.public_id": "random",
    "support_requests.text": "the employer's own words",
}


def tables_about_candidates() -> list[Table]:
    """The tables with rows of one candidate: those that point at ``candidates``, and those that point at them."""
    found = {db.metadata.tables["candidates"]}
    while True:
        more = {
            table
            for table in db.metadata.sorted_tables
            if table not in found
            and any(key.column.table in found and not _is_shared(key.column.table) for key in table.foreign_keys)
        }
        if not more:
            return sorted(found, key=lambda table: table.name)
        found |= more


def _is_shared(table: Table) -> bool:
    """Rows of many candidates: what points there is not about one."""
    return table.name in ("employers", "openings", "users")


def telling_columns() -> set[str]:
    """Each column about a candidate that could tell something: texts, lists, days; enums, numbers, keys cannot."""
    return {
        f"{table.name}.{column.name}"
        for table in tables_about_candidates()
        for column in table.columns
        if not isinstance(column.type, (sqltypes.Enum, sqltypes.Numeric, sqltypes.Integer, sqltypes.Boolean))
        and not isinstance(column.type, UTCDateTime)
    }


def canary(column: str, number: int) -> str | date:
    """The canary of a column of candidate ``number``; the same each time."""
    kind = {**PRIVATE, **EMPLOYEE_SIDE, **WITH_DETAILS}[column]
    return _MADE[kind](f"{column}:{number}", number)


def _word(seed: str) -> str:
    digest = hashlib.sha256(seed.encode()).digest()
    return MARK + "".join("bcdfghklmnprstvwxz"[one % 18] + "aeiouy"[one // 18 % 6] for one in digest[:5])


_SELDOM = "ÀÂÃÇÈÊËÌÎÏÑÒÔÕØÙÛÜÝÞ"
_SELDOMER = "ĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢ"
_MADE: dict[str, Callable[[str, int], str | date]] = {
    "word": lambda seed, _number: _word(seed),
    "mail": lambda seed, _number: f"{_word(seed).lower()}@kanarie.example",
    "phrase": lambda seed, _number: f"Ord om {_word(seed)} och annat",
    "street": lambda seed, number: f"{_word(seed)}gatan {number}",
    # two signs that no coding of a random token holds: five letters turn up in one by chance
    "short": lambda _seed, number: MARK[:3].upper() + _SELDOM[number // len(_SELDOM)] + _SELDOM[number % len(_SELDOM)],
    "phone": lambda _seed, number: f"+358 46 99177{number:02d}",
    # a year of each one's own, long past, so that a year alone is found
    "day": lambda _seed, number: date(1901 + number, 2, 17) + timedelta(days=number),
    # no municipality's code, which has three signs, and no word of any page
    "place": lambda _seed, number: MARK[:2].upper() + (_SELDOM + _SELDOMER)[number],
}


def plant(candidate_id: int, number: int) -> dict[str, str | date]:
    """Put candidate ``number``'s canaries into every row that is about the candidate.

    :returns: what was planted, by column; a column without a row has none.
    """
    planted = {}
    for column in (*PRIVATE, *EMPLOYEE_SIDE, *WITH_DETAILS):
        table_name, _dot, name = column.partition(".")
        table = db.metadata.tables[table_name]
        where = [_of(table, candidate_id)]
        if column in _SIDES:
            where.append(table.c.side == _SIDES[column])
        value = canary(column, number)
        if rows_changed(update(table).where(*where).values({name: value})):
            planted[column] = value
    return planted


def _of(table: Table, candidate_id: int) -> Any:
    """The condition that a row is about a candidate, over as many tables as lie between, by whichever way."""
    if "candidate_id" in table.c:
        return table.c.candidate_id == candidate_id
    ways = []
    for key in table.foreign_keys:
        between = key.column.table
        if between in tables_about_candidates() and between.name != "candidates":
            ways.append(key.parent.in_(select(between.c.id).where(_of(between, candidate_id))))
    if not ways:
        raise LookupError(f"{table.name} does not lead to a candidate")
    return or_(*ways)
