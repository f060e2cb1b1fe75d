"""Each column is encrypted, or named here as open with the reason. A new column is in neither and fails.

Closed values (enums, choices of an enum), numbers, instants and the random ids of addresses say nothing by themselves
and need no line. Everything that a person could have written does.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Enum, Integer, func, select

from portal import wiring
from portal.candidates.models import Identity, Note
from portal.core.db import Choices, UTCDateTime, db
from portal.core.encryption import Encrypted, EncryptedText
from portal.employers.models import EmployerContact

assert wiring.PLACES  # the wiring imports every room, and with it every table

ENCRYPTED: dict[str, set[str]] = {
    "identities": {
        "first_name",
        "last_name",
        "nickname",
        "birth_date",
        "email",
        "phone",
        "street",
        "postal_code",
        "municipality",
        "care_contact",
    },
    "candidate_notes": {"text"},
    # words_read: digests of doubtful words, surnames among them, that could be guessed one by one
    "profiles": {"works_well", "pitch", "wishes", "words_read"},
    "frozen_profiles": {"content", "kept_fine"},  # holds the pitch
    "kept_fine": {"reason"},
    "disclosure_plans": {"agreed_words", "never_say"},
    "consents": {"who_was_there"},
    "proposals": {"change_wish", "decline_note"},
    "messages": {"text"},
    "interviews": {"place"},
    "placements": {"workplace_name", "named_colleague"},
    "support_contacts": {"with_whom", "place", "next_step", "team_note", "employer_note", "drop_reason"},
    "support_requests": {"text"},
    "pulses": {"line"},
    "employer_contacts": {"with_whom", "learned", "next_step"},
    "submissions": {"location"},  # an address can hold the name that was searched for
}

COMPARED = "compared with needs and counted over all profiles; says nothing of who it is"
DAY = "a day without a name; asked for in SQL"
EMPLOYER = "about an organisation, its sites and its needs; searched in SQL"
LOOKED_UP = "people with an account, not candidates: looked up, searched and sorted by it in SQL"
KEY = "a key, code, version or digest that we made"
LOG = "the logs hold states, pages and opaque ids alone (audit.service.ALLOWED_KEYS)"

OPEN: dict[str, dict[str, set[str]]] = {
    "access_log": {LOG: {"what", "why"}},
    "audit_events": {LOG: {"verb", "subject_type", "data"}},
    "log_seals": {KEY: {"log", "marks", "previous", "key_id", "digest", "cleared_digest"}},
    "teams": {LOOKED_UP: {"name"}},
    "users": {LOOKED_UP: {"email", "name", "phone", "title"}, KEY: {"password_hash", "mails_off"}},
    "staff_invitations": {LOOKED_UP: {"email", "name"}},
    "invitations": {LOOKED_UP: {"email"}},
    "signed_links": {KEY: {"token_id"}},
    "calendar_feeds": {KEY: {"token_hash"}},
    "join_requests": {KEY: {"terms_version"}},
    "memberships": {KEY: {"terms_version"}},
    "worker_heartbeats": {KEY: {"name"}},
    "submissions": {KEY: {"key_hash", "endpoint"}},
    "guard_words": {"words that the guard looks for, about nobody": {"word"}},
    "own_entries": {"names of trades and skills, about nobody": {"sv", "fi", "en", "group_key"}},
    "leaves": {DAY: {"starts_on", "ends_on"}},
    "candidates": {DAY: {"phase_since", "referred_on", "started_on"}},
    "phase_changes": {DAY: {"on_day"}},
    "aliases": {KEY: {"alias"}},
    "retention_warnings": {DAY: {"last_active_on", "warned_on"}},
    "closed_figures": {
        KEY: {"key"},
        "counts that belong to nobody any more": {"month", "outcome", "detail"},
        EMPLOYER: {"title"},
    },
    "profiles": {COMPARED: {"occupations", "skills", "languages", "driving_licence", "areas", "earliest_start"}},
    "frozen_profiles": {KEY: {"digest", "source_digest"}},
    "kept_fine": {COMPARED: {"value"}},
    "disclosure_plans": {DAY: {"reviewed_on"}, "opaque ids of employers": {"never_employers"}},
    "consents": {KEY: {"opening_digest", "text_version"}, DAY: {"until"}},
    "proposals": {
        KEY: {"asked_digest"},
        DAY: {"answer_by", "hire_starts_on", "hire_ends_on", "subsidy_decided_on"},
    },
    "placements": {
        "the need's title, as on public pages of the employer": {"title"},
        DAY: {"starts_on", "ends_on", "subsidy_decided_on", "reported_on", "ended_on"},
    },
    "support_contacts": {DAY: {"due_on", "done_on"}},
    "support_requests": {DAY: {"due_on"}},
    "pulses": {DAY: {"due_on", "asked_on", "reminded_on"}},
    "employers": {EMPLOYER: {"name", "business_id", "sector", "municipality", "verified_reason"}},
    "workplaces": {EMPLOYER: {"name", "street", "municipality"}},
    "employer_contacts": {DAY: {"on_day", "next_step_on"}},
    "openings": {
        EMPLOYER: {
            "title",
            "occupation",
            "municipality",
            "tasks",
            "skills_required",
            "skills_welcome",
            "languages",
            "pay",
            "starts_on",
            "last_day",
            "driving_licence",
            "languages_at_work",
        }
    },
    "notifications": {
        "an invited employer's or user's; candidates' are looked up when the mail is sent": {"address"},
        "ids, titles, aliases and addresses of pages, never a candidate's data": {"context"},
        KEY: {"kind", "about_type", "message_id", "thread", "once_key", "error"},
    },
}


def _says_something(column: Column[Any]) -> bool:
    closed = isinstance(column.type, (Integer, Boolean, Enum, Choices, UTCDateTime))
    return not closed and column.name != "public_id"


TABLES = {table.name: table for table in db.metadata.sorted_tables}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_is_encrypted_or_open_with_a_reason(name: str) -> None:
    columns = [column for column in TABLES[name].columns if _says_something(column)]
    is_open = list(chain.from_iterable(OPEN.get(name, {}).values()))
    assert len(is_open) == len(set(is_open)), "two reasons for one column"
    sealed = {column.name for column in columns if isinstance(column.type, Encrypted)}
    assert sealed == ENCRYPTED.get(name, set())
    assert {column.name for column in columns} - sealed == set(is_open), "encrypt it, or say why it is open"


def test_no_table_is_named_that_is_not_there() -> None:
    assert set(ENCRYPTED) | set(OPEN) <= set(TABLES)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Identity.last_name == "Koski",
        lambda: Identity.last_name.icontains("koski"),
        lambda: Identity.email.in_(["a@b.example"]),
        lambda: Identity.birth_date.desc(),
        lambda: Identity.birth_date < func.now(),
        lambda: Note.text + "",
    ],
)
def test_nothing_can_be_searched_or_sorted_in_sql(ask: Any) -> None:
    with pytest.raises(TypeError, match="encrypted column"):
        ask()


def test_no_relationship_sorts_by_an_encrypted_column() -> None:
    for mapper in db.Model.registry.mappers:
        for relation in mapper.relationships:
            for column in relation.order_by or ():
                assert not isinstance(getattr(column, "type", None), Encrypted), relation


def test_whether_there_is_a_value_can_be_asked(app: object) -> None:
    query = select(func.count()).select_from(EmployerContact)
    assert db.session.scalar(query.where(EmployerContact.next_step != "")) == 0
    assert db.session.scalar(select(func.count()).where(Identity.birth_date.is_(None))) == 0


def test_a_text_longer_than_its_column_is_refused() -> None:
    kind = EncryptedText(3)
    assert kind.written("åäö") == "åäö"
    with pytest.raises(ValueError, match="4 characters, where 3 fit"):
        kind.written("åäöå")
