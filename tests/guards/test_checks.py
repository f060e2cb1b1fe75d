"""The rules that the database repeats: the migrated ones are the models', and each refuses a row that breaks it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Column, Connection, Enum, Table, inspect
from sqlalchemy.exc import IntegrityError

from portal import wiring
from portal.core import clock, triggers
from portal.core.app import Portal
from portal.core.db import db
from tests.own_database import empty_database, made

assert wiring.PLACES  # the wiring imports every room, and with it every table
DAY = date(2031, 5, 5)
NOW = clock.now()
SENT = {"consent_id": 1, "frozen_profile_id": 1, "proposed_at": NOW}
TOLD = {**SENT, "disclosure_consent_id": 1}
TERMS = {
    "hire_reported_by": "coach",
    "hire_starts_on": DAY,
    "hire_hours": 20,
    "hire_type": "permanent",
    "hire_pay": "open_market",
}
ANSWERED = {"tasks": "well", "people": "well", "hours": "well", "answered_at": NOW, "answered_how": "link"}

# What a row of a table needs beside one value of each column's kind to break no rule at all.
SOUND: dict[str, dict[str, Any]] = {
    "access_log": {"viewer_role": "candidate"},
    "support_template_lines": {"unit": "days", "offset_count": 3},
    "users": {"role": "employer"},
    "candidates": {"phase": "referred"},
    "employers": {"verification": "waiting"},
    "staff_invitations": {"role": "coach"},
    "notifications": {"user_id": 1, "state": "queued"},
    "openings": {"hours_min": 10, "hours_max": 20, "people": 1, "state": "draft"},
    "consents": {"how": "link", "kind": "proposal"},
    "proposals": {"state": "draft"},
    "interviews": {"state": "proposed"},
    "leaves": {"coach_id": 1, "deputy_id": 2},
    "placements": {"hours": 20, "workplace_name": "x", "pay_kind": "open_market", "state": "active"},
    "support_contacts": {"side": "employer", "state": "planned"},
    "support_requests": {"state": "asked"},
    "pulses": {"state": "coming", "side": "employee"},
    "retention_warnings": {"user_id": 1},
    "closed_figures": {"key": "x", "of": "hire", "team_id": 1, "how_many": 1},
}

# By the name of each rule that is more than the list of an enum's values: a row that breaks it and no other.
BREAKS: dict[str, dict[str, Any]] = {
    "ck_access_log_viewer_known": {"viewer_role": "coach", "viewer_id": None},
    "ck_log_seals_cleared_whole": {"cleared_at": NOW, "cleared_digest": None},
    "ck_support_template_lines_offset_fits": {"unit": "days", "offset_count": 63},
    "ck_users_staff_have_team": {"role": "coach", "team_id": None},
    "ck_users_role_signs_in": {"role": "candidate"},
    "ck_users_email_lower": {"email": "Eva@example.com"},
    "ck_candidates_started_has_coach": {"phase": "searching", "coach_id": None, "started_on": DAY},
    "ck_candidates_started_has_day": {"phase": "searching", "coach_id": 1, "started_on": None},
    "ck_employers_verified_has_time": {"verification": "verified", "business_id": "1", "verified_at": None},
    "ck_employers_verified_has_ground": {"verification": "verified", "verified_at": NOW, "verified_reason": ""},
    "ck_staff_invitations_staff_role": {"role": "employer"},
    "ck_employer_contacts_next_step_has_day": {"next_step": "Visit", "next_step_on": None},
    "ck_leaves_somebody_else_stands_in": {"coach_id": 2, "deputy_id": 2},
    "ck_leaves_ends_after_start": {"starts_on": DAY, "ends_on": DAY - timedelta(days=1)},
    "ck_notifications_stand_in_is_another": {"user_id": 1, "for_user_id": 1},
    "ck_notifications_sending_has_lease": {"state": "sending", "leased_until": None},
    "ck_notifications_folded_has_digest": {"state": "folded", "digest_id": None},
    "ck_notifications_sent_has_time": {"state": "sent", "sent_at": None},
    "ck_notifications_one_reader": {"user_id": 1, "address": "eva@example.com"},
    "ck_retention_warnings_about_one": {"user_id": 1, "candidate_id": 1},
    "ck_retention_warnings_kept_by_somebody": {"user_id": 1, "kept_at": NOW, "kept_by_id": None},
    "ck_closed_figures_some": {"how_many": 0},
    "ck_closed_figures_employer_of_hires": {"of": "hire", "team_id": 1, "employer_id": 1},
    "ck_closed_figures_team_of_the_rest": {"of": "employers_hire", "employer_id": 1, "team_id": 1},
    "ck_profiles_hours_in_order": {"hours_min": 30, "hours_max": 20},
    "ck_openings_hours_in_order": {"hours_min": 30, "hours_max": 20},
    "ck_openings_posted_is_complete": {"state": "open", "posted_at": NOW, "paid_work": False},
    "ck_openings_people_some": {"people": 0},
    "ck_openings_posted_has_time": {
        "state": "open",
        "posted_at": None,
        "paid_work": True,
        "adaptations": ["working_time"],
    },
    "ck_consents_paper_has_recorder": {"how": "paper", "recorded_by_id": None},
    "ck_consents_in_person_has_recorder": {"how": "in_person", "recorded_by_id": None},
    "ck_consents_disclosure_names_fields": {"kind": "disclosure", "fields": []},
    "ck_proposals_hired_has_yes": {"state": "hired", **TOLD, **TERMS, "candidate_said_yes_at": None},
    "ck_proposals_disclosed_has_consent": {"state": "disclosed", **SENT, "disclosure_consent_id": None},
    "ck_proposals_hire_has_terms": {"state": "hire_reported", **TOLD, **TERMS, "hire_hours": None},
    "ck_proposals_asked_is_frozen": {"state": "awaiting_consent", "frozen_profile_id": None, "answer_by": DAY},
    "ck_proposals_sent_has_consent": {"state": "proposed", **SENT, "consent_id": None},
    "ck_proposals_consent_has_profile": {"consent_id": 1, "frozen_profile_id": None},
    "ck_proposals_closed_has_ground": {"state": "closed", "close_ground": None},
    "ck_proposals_declined_has_reason": {
        "state": "declined",
        "decline_reason": None,
        "declined_at": NOW,
        "declined_from": "proposed",
    },
    "ck_interviews_agreed_has_time": {"state": "agreed", "starts_at": None},
    "ck_placements_hours_some": {"hours": 0},
    "ck_placements_somewhere": {"employer_id": None, "workplace_name": ""},
    "ck_placements_days_in_order": {"starts_on": DAY, "ends_on": DAY - timedelta(days=1)},
    "ck_placements_nobody_told_only_own_find": {"told_at_work": "nobody", "proposal_id": 1},
    "ck_placements_subsidy_decided_first": {"pay_kind": "wage_subsidy", "subsidy_decided_on": None},
    "ck_placements_ended_has_reason": {
        "state": "ended",
        "ended_on": DAY,
        "end_reason": None,
        "ended_by": "employer",
    },
    "ck_support_contacts_done_has_how": {"state": "done", "done_on": DAY, "channel": "phone", "mood": None},
    "ck_support_contacts_employee_side_stays": {"side": "employee", "employer_note": "x"},
    "ck_support_contacts_dropped_has_reason": {"state": "cancelled", "drop_reason": ""},
    "ck_pulses_ordinal_known": {"ordinal": 4},
    "ck_pulses_asked_has_day": {"state": "asked", "asked_on": None},
    "ck_pulses_answered_has_answers": {"state": "answered", "asked_on": DAY, **ANSWERED, "hours": None},
    "ck_pulses_read_has_reader": {"state": "read", "asked_on": DAY, **ANSWERED, "read_by_id": 1, "read_at": None},
    "ck_pulses_employee_has_no_page": {"side": "employee", "answered_how": "page"},
    "ck_support_requests_taken_has_taker": {"state": "taken", "taken_by_id": 1, "taken_at": None},
}


TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(t.oid) || prosrc FROM pg_trigger t"
    " JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal",
}


def _rules() -> dict[str, Table]:
    """The table of each rule by the rule's name; those of the enums' lists alone are held by test_models."""
    lists = {
        f"ck_{table.name}_{column.type.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Enum)
    }
    return {
        str(rule.name): table
        for table in db.metadata.sorted_tables
        for rule in table.constraints
        if isinstance(rule, CheckConstraint) and str(rule.name) not in lists
    }


def _in_database(connection: Connection) -> dict[str, str]:
    found = inspect(connection)
    checks = {
        f"{table}.{one['name']}": re.sub(r"\s+", " ", str(one["sqltext"]))
        for table in found.get_table_names()
        for one in found.get_check_constraints(table)
    }
    kept = connection.exec_driver_sql(TRIGGERS[connection.dialect.name])
    return {**checks, **{str(name): str(text) for name, text in kept}}


def test_the_migrated_rules_are_those_of_the_models(app: Portal, tmp_path: Path) -> None:
    """Alembic's comparison passes over CHECKs, so the models' tables are made beside the migrated ones."""
    migrated = _in_database(db.session.connection())
    with empty_database(tmp_path) as url:
        beside = made(tmp_path, url)
        with beside.app_context():
            db.create_all()
            with db.engine.connect() as connection:
                modelled = _in_database(connection)
            db.session.remove()
            db.engine.dispose()
    assert len(modelled) > 80
    assert {one.name for one in triggers.rules()} <= modelled.keys()
    assert migrated == modelled


def test_every_rule_is_tried_and_no_other() -> None:
    assert BREAKS.keys() == _rules().keys()
    assert SOUND.keys() <= {table.name for table in _rules().values()}


def _any_value(column: Column[Any]) -> Any:
    """Something that a column without a default can hold."""
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    kinds = {"Integer": 1, "Date": DAY, "UTCDateTime": NOW, "Boolean": False, "Json": {}}
    return kinds.get(type(column.type).__name__, "x")


def _row(table: Table, **values: Any) -> dict[str, Any]:
    counted = len(table.primary_key.columns) == 1
    needed = {
        column.name: _any_value(column)
        for column in table.columns
        if not column.nullable
        and column.default is None
        and not (column.primary_key and counted and not column.foreign_keys)
    }
    return {**needed, **SOUND.get(table.name, {}), **values}


def _refused_by(table: Table, row: dict[str, Any]) -> str:
    """The rule that a row is refused by; nothing for a row that is kept, or that only points at nobody."""
    try:
        with db.session.begin_nested():
            db.session.execute(table.insert().values(**row))
    except IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or str(error.orig)
        return str(name).removeprefix("CHECK constraint failed: ") if "ck_" in str(name) else ""
    return ""


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_a_row_that_breaks_the_rule_is_refused_by_it(app: Portal, name: str) -> None:
    table = _rules()[name]
    assert _refused_by(table, _row(table)) == ""
    assert _refused_by(table, _row(table, **BREAKS[name])) == name
