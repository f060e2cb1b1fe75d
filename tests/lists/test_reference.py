"""``core.reference`` puts the portal's lists and the team's own together, anew in each transaction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale

from portal.accounts.models import User
from portal.candidates import profiles, rarity, standing_out
from portal.candidates import queries as candidate_queries
from portal.candidates.models import FrozenProfile
from portal.candidates.values import Kind
from portal.core import clock, reference
from portal.core.app import Portal
from portal.core.db import db
from portal.core.i18n import Language
from portal.core.reference import data, own
from portal.employers.queries import actor_of
from portal.lists import service
from portal.lists.models import EntryKind
from portal.lists.service import EntryValues
from portal.openings import queries
from portal.openings.queries import Filters
from portal.proposals.compare import Verdict, compare
from portal.proposals.states import ProposalState
from tests.counting import statements
from tests.factories import accounts, candidates, employers, lists, openings, proposals
from tests.own_database import made, own_app

ClientFor = Callable[[User], FlaskClient]


def test_no_key_of_the_portal_begins_as_an_own_one_does() -> None:
    assert [key for key in (*data.occupations(), *data.skills()) if key.startswith(own.PREFIX)] == []


def test_own_entries_are_looked_up_listed_and_searched_for(app: Portal) -> None:
    trade, skill = lists.entry(), lists.entry(EntryKind.SKILL)
    assert reference.occupation(trade.key).labels.sv == trade.sv
    assert reference.label(reference.skill(skill.key), "fi") == skill.fi
    assert trade.key in {one.key for one in reference.occupations("sv")}
    assert skill.key in {one.key for one in reference.skills("sv", skill.group_key)}
    assert skill.key not in {one.key for one in reference.skills("sv", "kitchen")}
    assert reference.search_occupations(trade.en.lower(), "sv")[0].key == trade.key
    with pytest.raises(reference.UnknownReference):
        reference.occupation(skill.key)


def test_retired_entries_are_read_and_not_offered(app: Portal) -> None:
    trade, skill = lists.entry(retired_at=clock.now()), lists.entry(EntryKind.SKILL, retired_at=clock.now())
    assert reference.occupation(trade.key).key == trade.key
    assert trade.key not in {one.key for one in reference.occupations("sv")}
    assert skill.key not in {one.key for one in reference.skills("sv")}
    assert trade.key in {one.key for one in reference.occupations("sv", kept=(trade.key,))}
    assert skill.key in {one.key for one in reference.skills("sv", kept=(skill.key,))}
    assert trade.key in reference.occupations_within("621")


def test_a_corrected_name_is_found_and_the_wrong_one_no_longer(app: Portal) -> None:
    trade = lists.entry(en="Zwieback polsiher")
    assert reference.search_occupations("zwieback polsiher", "en")[0].key == trade.key
    trade.en = "Xylophone tuner"
    db.session.flush()
    own.forget()
    assert reference.search_occupations("xylophone tuner", "en")[0].key == trade.key
    assert trade.key not in {one.key for one in reference.search_occupations("zwieback", "en")}


def test_a_transaction_reads_them_in_one_statement_and_none_for_the_portals_own_keys(app: Portal) -> None:
    entries = [lists.entry() for _number in range(5)]
    skills = [lists.entry(EntryKind.SKILL) for _number in range(5)]
    keys, skill_keys = [one.key for one in entries], [one.key for one in skills]
    db.session.commit()
    with statements() as asked:
        reference.occupation("cook")
        reference.skill("punctual")
        reference.trade_steps("cook")
    assert asked == []
    with statements() as asked:
        for key in keys:
            reference.trade_steps(key)
        for key in skill_keys:
            reference.competence_steps(key)
        reference.occupations("sv")
        reference.skills("fi")
        reference.search_occupations("kock", "sv")
    assert len(asked) == 1, asked


def test_what_another_process_adds_or_retires_is_known_at_the_next_request(tmp_path: Path) -> None:
    with own_app(tmp_path) as one:
        other = made(tmp_path, one.config["PORTAL"].database_url)
        with one.app_context():
            assert reference.occupations("sv")  # has been read before
            db.session.commit()  # the request ends
            with other.app_context():
                row = lists.entry(sv="Fyrvaktare")
                key = row.key
                db.session.commit()
            assert key in {each.key for each in reference.occupations("sv")}
            db.session.commit()
            with other.app_context():
                db.session.merge(row).retired_at = clock.now()
                db.session.commit()
                db.engine.dispose()
            assert key not in {each.key for each in reference.occupations("sv")}
            assert reference.occupation(key).labels.sv == "Fyrvaktare"


def test_what_is_rolled_back_was_never_there(app: Portal) -> None:
    db.session.commit()
    key = lists.entry().key
    assert reference.occupation(key).key == key
    db.session.rollback()
    with pytest.raises(reference.UnknownReference):
        reference.occupation(key)


def test_a_rare_own_trade_and_skill_are_shown_as_their_groups(app: Portal) -> None:
    trade, skill = lists.entry(), lists.entry(EntryKind.SKILL)
    group = f"isco:{trade.group_key}"
    assert rarity.steps(Kind.OCCUPATION, trade.key) == (trade.key, group, "isco:6")
    assert rarity.steps(Kind.SKILL, skill.key) == (skill.key, f"group:{skill.group_key}")
    coach = accounts.coach()
    own_one = candidates.candidate(coach=coach, profile={"occupations": {trade.key: "3_10"}, "skills": [skill.key]})
    near = {"occupations": {"forestry-worker": "3_10"}, "skills": ["punctual"]}  # the same group, another trade
    others = [candidates.candidate(coach=coach, profile=near) for _number in range(4)]
    people = [one.profile for one in (own_one, *others)]
    judged = {one.value: one for one in rarity.judge(own_one.profile, rarity.count(people, 5))}
    assert judged[trade.key].shown == group
    assert judged[skill.key].shown is None  # nobody else has anything of its group
    assert trade.key not in str([one.shown for one in judged.values()])


def test_a_retired_entry_still_reads_in_a_frozen_profile(app: Portal) -> None:
    trade, skill = lists.entry(), lists.entry(EntryKind.SKILL)
    person = candidates.candidate(
        coach=accounts.coach(), profile={"occupations": {trade.key: "3_10"}, "skills": [skill.key]}
    )
    frozen = candidates.frozen(person)
    trade.retired_at = skill.retired_at = clock.now()
    db.session.flush()
    own.forget()
    assert trade.key not in {one.key for one in reference.occupations("en")}
    with force_locale("en"):
        told = profiles.shown(frozen.content)
    assert trade.en in [name for name, _years in told.occupations]
    assert [names for _group, names in told.skills] == [[skill.en]]


def test_who_agreed_to_a_name_is_shown_by_it_when_the_list_is_corrected(app: Portal, client_for: ClientFor) -> None:
    trade, skill = lists.entry(), lists.entry(EntryKind.SKILL)
    was = (trade.en, skill.en)
    story = proposals.story()
    profile = candidate_queries.load(story.candidate.id).profile
    profile.occupations, profile.skills = {trade.key: "3_10"}, [skill.key]
    story.opening.skills_required = [skill.key]
    proposals.bring(story, ProposalState.PROPOSED)
    db.session.commit()
    group = reference.label(reference.skill_group(skill.group_key), "en")
    leader = actor_of(story.leader)
    names = {"sv": "Sjurygg", "fi": "Rasvakala"}
    service.correct(leader, trade, EntryValues(**names, en="Lumpsucker", group_key="622"))
    service.correct(leader, skill, EntryValues(**names, en="Lumpsucking", group_key="kitchen"))
    db.session.commit()
    proposal = story.fresh().proposal
    page = client_for(story.contact).get(f"/proposals/{proposal.public_id}").text
    assert [name for name in was if name not in page] == []
    assert "Lumpsucker" not in page  # the need's own skill is called by its new name there
    frozen = db.session.get_one(FrozenProfile, proposal.frozen_profile_id)
    with force_locale("en"):
        assert profiles.shown(frozen.content).skills == [(group, [skill_was := was[1]])]
        told = {line.label: line.brings for line in compare(story.opening, frozen.content)}
        assert (told["Occupation"].partition(" (")[0], told["Skills"]) == (was[0], skill_was)
        frozen.kept_fine = [["occupation", trade.key], ["skill", skill.key]]
        assert standing_out.kept_names(frozen) == list(was)
        assert (
            profiles.shown(profiles.content(candidate_queries.load(story.candidate.id))).occupations[0][0]
            == "Lumpsucker"
        )  # who is asked next


def test_needs_and_profiles_are_compared_by_own_entries(app: Portal) -> None:
    trade, near, skill = lists.entry(), lists.entry(), lists.entry(EntryKind.SKILL)
    person = candidates.candidate(
        coach=accounts.coach(), profile={"occupations": {trade.key: "3_10"}, "skills": [skill.key]}
    )
    content = profiles.content(person)
    for occupation, verdict in ((trade.key, Verdict.MEETS), (near.key, Verdict.CLOSE), ("cook", Verdict.ASK)):
        need = openings.opening(occupation=occupation, skills_required=[skill.key])
        with force_locale("en"):
            lines = {line.label: line for line in compare(need, content)}
        assert (lines["Occupation"].verdict, lines["Skills"].verdict) == (verdict, Verdict.MEETS)


def test_needs_are_found_by_an_own_trade_and_its_group(app: Portal) -> None:
    trade = lists.entry(sv="Fyrvaktare", retired_at=clock.now())
    user = employers.employer_user(employer := employers.employer())
    need = openings.opening(employer, contacts=[user], occupation=trade.key)
    openings.opening(employer, contacts=[user])
    actor = actor_of(accounts.coach())
    for filters in (Filters(text="fyrvaktare"), Filters(occupation_group="621")):
        page = queries.page_of(actor, filters, Language.SV, 1)
        assert [one.id for one in page.items] == [need.id]
    assert "621" in queries.values_in_use(actor)[1]
