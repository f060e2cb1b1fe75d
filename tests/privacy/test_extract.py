"""The extract holds every column about a candidate, and exactly the log's rows; opening it is itself in the log."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Enum, select

from portal import wiring
from portal.accounts.models import User
from portal.audit import service as audit
from portal.audit.models import AccessLogEntry
from portal.core.app import Portal
from portal.core.db import db
from portal.privacy.extract_values import NAMES
from portal.privacy.extract_words import LEFT_OUT, NOT_ABOUT_ANYBODY, PARTS
from portal.privacy.owned import BESIDE, owned_tables
from tests.factories import accounts
from tests.privacy.kit import CANARIES, full_story

assert wiring.PLACES  # the wiring imports every room, and with it every table

ClientFor = Callable[[User], FlaskClient]
TABLES = {table.name for table in owned_tables()} | {name.partition(".")[0] for name in BESIDE} | {"audit_events"}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_is_given_or_left_out_with_a_reason(name: str) -> None:
    columns = {column.name for column in db.metadata.tables[name].columns}
    given = set(PARTS[name].columns)
    left_out = {one.partition(".")[2] for one in LEFT_OUT if one.startswith(f"{name}.")}
    assert given <= columns
    assert left_out <= columns
    assert not given & left_out
    missing = columns - given - left_out - NOT_ABOUT_ANYBODY.keys()
    assert missing == set(), f"privacy/extract_words.py: say what {name} gives of these, or why it does not"


def test_no_part_is_stale_and_every_choice_has_words() -> None:
    assert set(PARTS) == TABLES
    for name, words in PARTS.items():
        for column in words.columns:
            kind = db.metadata.tables[name].c[column].type
            if isinstance(kind, Enum) and kind.enum_class is not None:
                assert set(NAMES[kind.enum_class]) >= set(kind.enum_class), f"{name}.{column}"


def test_everything_private_is_in_both_files_and_the_log_is_the_ledger(app: Portal, client_for: ClientFor) -> None:
    story = full_story()
    who, address = story.candidate.id, story.candidate.public_id
    browser = client_for(story.coach)
    browser.get(f"/candidates/{address}")
    browser.get(f"/candidates/{address}/notes")
    audit.saw(story.actor(story.contact.role), [who], "proposals.show", "disclosed to the employer")
    db.session.commit()
    before = len(db.session.scalars(select(AccessLogEntry.id).where(AccessLogEntry.candidate_id == who)).all())
    machine = browser.get(f"/candidates/{address}/extract/json")
    paper = browser.get(f"/candidates/{address}/extract/html").get_data(as_text=True)
    page = browser.get(f"/candidates/{address}/extract").get_data(as_text=True)
    text = machine.get_data(as_text=True)
    for missing in (text, paper, page):
        assert [name for name, word in CANARIES.items() if word not in missing] == []
    assert "attachment" in machine.headers["Content-Disposition"]
    given = json.loads(text)
    ledger = db.session.scalars(
        select(AccessLogEntry).where(AccessLogEntry.candidate_id == who).order_by(AccessLogEntry.id)
    ).all()
    expected = [(row.at.isoformat(), row.viewer_role.value, row.what, row.why) for row in ledger]
    told = [(row["at"], row["viewer_role"], row["what"], row["why"]) for row in given["access_log"]]
    assert told == expected[: before + 1]  # the reading of this very file stands in it
    assert len(expected) == before + 3
    assert {row["viewer_id"] for row in given["access_log"]} == {story.coach.name, "Arbetsgivare"}
    assert given["disclosures"][0]["fields"] == ["name", "phone"]
    assert all(row["text"] or row["text_version"] for row in given["consents"])


def test_a_part_is_kept_back_with_its_reason_and_given_again(app: Portal, client_for: ClientFor) -> None:
    story = full_story()
    address = story.candidate.public_id
    leader = client_for(story.leader)
    values = {"part": "candidate_notes", "reason": "others"}
    assert leader.post(f"/candidates/{address}/extract/keep-back", data=values).status_code == 302
    [event] = [one for one in audit.history("candidate", story.candidate.id) if one.verb == "privacy.refuse_part"]
    assert event.data == {"kind": "candidate_notes", "reason": "others"}
    file = client_for(story.coach).get(f"/candidates/{address}/extract/html").get_data(as_text=True)
    assert CANARIES["note"] not in file
    assert "Dataombudsmannen" in file or "dataombudsmannen" in file
    machine = json.loads(client_for(story.coach).get(f"/candidates/{address}/extract/json").get_data(as_text=True))
    assert machine["candidate_notes"] == {"kept_back": "others"}
    assert leader.post(f"/candidates/{address}/extract/give/candidate_notes").status_code == 302
    assert CANARIES["note"] in leader.get(f"/candidates/{address}/extract").get_data(as_text=True)
    assert leader.post(f"/candidates/{address}/extract/give/candidate_notes").status_code == 409


def test_bad_choices_come_back_and_strangers_see_nothing(app: Portal, client_for: ClientFor) -> None:
    story = full_story()
    address = story.candidate.public_id
    answer = client_for(story.leader).post(f"/candidates/{address}/extract/keep-back", data={"part": "users"})
    assert answer.status_code == 422
    for stranger in (accounts.coach(), accounts.team_leader()):
        browser = client_for(stranger)
        for path in ("extract", "extract/html", "extract/json", "extract/xml", "erase"):
            assert browser.get(f"/candidates/{address}/{path}").status_code == 404


def test_erasing_asks_for_one_tick(app: Portal, client_for: ClientFor) -> None:
    story = full_story()
    address = story.candidate.public_id
    leader = client_for(story.leader)
    assert leader.post(f"/candidates/{address}/erase").status_code == 422
    assert leader.get(f"/candidates/{address}").status_code == 200
    assert leader.post(f"/candidates/{address}/erase", data={"sure": "y"}).status_code == 302
    assert leader.get(f"/candidates/{address}").status_code == 404
