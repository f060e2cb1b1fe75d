"""Each condition that the proposal's table names says no at least once, in the situation that it is there for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal.accounts import links
from portal.accounts.models import Purpose
from portal.candidates import consents, profiles
from portal.candidates import queries as candidates
from portal.candidates import service as candidate_service
from portal.candidates.models import ConsentHow, ConsentKind, DisclosurePlan, PersonalField, Profile
from portal.core import clock
from portal.core.actors import SYSTEM, Role
from portal.core.db import db
from portal.core.errors import Invalid, Refused
from portal.core.i18n import Language
from portal.core.workdays import add_working_days
from portal.employers.models import Employer
from portal.employers.states import Verification
from portal.openings import queries as opening_queries
from portal.openings import service as opening_service
from portal.openings.models import Opening
from portal.openings.states import OpeningState
from portal.outbox.models import Notification, SendState
from portal.proposals import moves, queries, service
from portal.proposals.models import CloseGround, Proposal
from portal.proposals.rules import GUARDS
from portal.proposals.states import PROPOSALS, ProposalState
from tests.factories import candidates as candidate_rows
from tests.factories import employers, openings, proposals
from tests.factories import placements as factory
from tests.factories.proposals import FIELDS, Story, terms
from tests.openings.kit import FILLED_IN
from tests.proposals.kit import BY_LINK, ClientFor, anew, identity, newest, step

S = ProposalState
pytestmark = pytest.mark.usefixtures("in_english")


def _refused(story: Story, verb: str, role: Role, sentence: str) -> None:
    """The step is refused with this sentence, and the proposal stands where it stood."""
    before = story.fresh().proposal.state
    with pytest.raises(Refused) as refusal, db.session.begin_nested():
        step(story.fresh(), verb, story.actor(role))
    assert sentence in refusal.value.message
    db.session.expire_all()
    assert queries.state_of(story.proposal.id) is before


def _profile(story: Story) -> Profile:
    return db.session.get_one(Profile, story.candidate.id)


def _plan(story: Story) -> DisclosurePlan:
    return db.session.get_one(DisclosurePlan, story.candidate.id)


def _paused(story: Story) -> None:
    db.session.get_one(Opening, story.opening.id).state = OpeningState.PAUSED


def _expired(story: Story) -> None:
    db.session.get_one(Opening, story.opening.id).state = OpeningState.EXPIRED


def _full(story: Story) -> None:
    """As many are hired as are sought, and the need is open all the same."""
    factory.hired_proposal(story.coach, opening=story.opening)


def _unverified(story: Story) -> None:
    employer = db.session.get_one(Employer, story.opening.employer_id)
    employer.verification, employer.verified_at = Verification.WAITING, None


def _plan_forbids(story: Story) -> None:
    _plan(story).proposals_allowed = False


def _never_this_employer(story: Story) -> None:
    _plan(story).never_employers = [story.opening.employer_id]


def _named_in_pitch(story: Story) -> None:
    _profile(story).pitch = f"Ring {identity(story).full_name} om du vill veta mer."


def _doubtful_in_pitch(story: Story) -> None:
    """A word that nobody has looked at: somebody has added it to the list since the profile was saved."""
    _profile(story).pitch = "Vill arbeta på sjukhus."


def _nicknamed_by_a_word_of_the_pitch(story: Story) -> None:
    identity(story).nickname = "Kitchens"


def _no_contacts(story: Story) -> None:
    for user in db.session.get_one(Opening, story.opening.id).contacts:
        user.deactivated_at = clock.now()


Change = Callable[[Story], None]
BEFORE_SENDING: list[tuple[Change, str, tuple[str, ...]]] = [
    (_paused, "not open any more", ("draft", "ask_consent", "record_consent", "agree")),
    (_expired, "not open any more", ("draft", "ask_consent", "record_consent", "agree")),
    (_full, "All places of this need are filled", ("draft", "ask_consent", "record_consent", "agree")),
    (_unverified, "not verified yet", ("draft", "ask_consent", "record_consent", "agree")),
    (_plan_forbids, "allows no proposals", ("draft", "ask_consent", "record_consent", "agree")),
    (_never_this_employer, "not want to be proposed", ("draft", "ask_consent", "record_consent", "agree")),
    (_named_in_pitch, "Mend them first", ("draft", "ask_consent", "record_consent")),
    (_doubtful_in_pitch, "Mend them first", ("draft", "ask_consent", "record_consent")),
    (_nicknamed_by_a_word_of_the_pitch, "has to mend the profile", ("agree",)),
    (_no_contacts, "no contact person", ("ask_consent", "record_consent", "agree")),
]


@pytest.mark.parametrize("change", [_plan_forbids, _never_this_employer])
def test_a_plan_that_forbids_it_now_lets_nothing_more_be_told(change: Change) -> None:
    story = proposals.story(S.INTERESTED)
    service.record_disclosure_consent(story.actor(Role.COACH), story.proposal, proposals.FIELDS, service.HowGiven())
    change(story)
    db.session.commit()
    with pytest.raises(Refused):
        service.disclose(story.actor(Role.COACH), story.fresh().proposal)
    declined = proposals.story(S.DECLINED)
    change(declined)
    db.session.commit()
    with pytest.raises(Refused):
        service.undo_decline(declined.actor(Role.EMPLOYER), declined.fresh().proposal)


@pytest.mark.parametrize(
    ("change", "sentence", "verb"),
    [
        pytest.param(change, sentence, verb, id=f"{change.__name__[1:]}-{verb}")
        for change, sentence, verbs in BEFORE_SENDING
        for verb in verbs
    ],
)
def test_nothing_leaves_the_team_when_it_may_not(change: Change, sentence: str, verb: str) -> None:
    states = {"draft": S.WITHDRAWN, "agree": S.AWAITING_CONSENT}
    story = proposals.story(states.get(verb, S.DRAFT))
    change(story)
    db.session.commit()
    _refused(story, verb, Role.CANDIDATE if verb == "agree" else Role.COACH, sentence)


@pytest.mark.parametrize("state", [S.DRAFT, S.PROPOSED])
def test_nobody_is_left_without_a_coach_while_something_is_under_way(
    client_for: ClientFor, state: ProposalState
) -> None:
    """The candidate goes to a colleague with it; what has ended holds nobody back."""
    story = proposals.story(state)
    leader = story.actor(Role.TEAM_LEADER)
    address = f"/candidates/{story.candidate.public_id}"
    browser = client_for(story.leader)
    assert browser.post(f"{address}/step/lose_coach").status_code == 409
    page = browser.get(address).text
    assert "step/lose_coach" not in page
    assert "“Back to waiting” is not possible now. A proposal of this candidate is under way." in page
    with pytest.raises(Refused, match="Give the candidate to another coach"):
        candidate_service.change_phase(candidates.load(story.candidate.id), "lose_coach", SYSTEM)
    assert story.fresh().proposal.coach_id == candidates.load(story.candidate.id).coach_id == story.coach.id
    service.withdraw(story.actor(Role.COACH), story.fresh().proposal)
    job = factory.own_find(story.coach, candidate=candidates.load(story.candidate.id))
    with pytest.raises(Refused, match="has a job that is followed"):
        candidate_service.change_phase(candidates.load(story.candidate.id), "lose_coach", leader)
    db.session.delete(job)
    db.session.commit()
    assert "step/lose_coach" in browser.get(address).text
    assert browser.post(f"{address}/step/lose_coach").status_code == 302
    assert candidates.load(story.candidate.id).coach_id is None


def test_a_need_edited_down_to_those_who_are_hired_is_filled(client_for: ClientFor) -> None:
    story = proposals.story(S.PROPOSED, people=3)
    for _each in range(2):
        factory.hired_proposal(story.coach, opening=story.opening)
    db.session.commit()
    browser = client_for(story.contact)

    def edit(people: int) -> str:
        address = f"/openings/{story.opening.public_id}"
        version = db.session.scalar(select(Opening.version).where(Opening.id == story.opening.id))
        values = {"people": people, "version": str(version), "contacts": [story.contact.public_id]}
        assert browser.post(f"{address}/edit", data=FILLED_IN | values).status_code == 302
        return browser.get(address).text

    assert "saved and filled" not in edit(4)
    assert story.fresh().proposal.state is S.PROPOSED
    assert "saved and filled: as many are hired as it is for now" in edit(2)
    proposal = story.fresh().proposal
    assert (proposal.opening.state, proposal.opening.people) == (OpeningState.FILLED, 2)
    assert (proposal.state, proposal.close_ground) == (S.CLOSED, CloseGround.OPENING_FILLED)


def test_one_live_proposal_of_a_candidate_for_a_need() -> None:
    story = proposals.story(S.PROPOSED)
    _refused(story, "draft", Role.COACH, "already proposed")
    service.withdraw(story.actor(Role.COACH), story.fresh().proposal)
    step(story, "draft", story.actor(Role.COACH))
    assert queries.live_count(story.candidate.id) == 1


def test_after_a_no_this_need_is_not_asked_again_but_another_is() -> None:
    story = proposals.story(S.REFUSED)
    _refused(story, "draft", Role.COACH, "has said no")
    other = openings.opening()
    drafted = service.draft(story.actor(Role.COACH), story.candidate, openings_loaded(other))
    assert drafted.state is S.DRAFT


def openings_loaded(opening: Opening) -> Opening:
    """The need with what a service reads of it."""
    return opening_queries.get(opening.id)


def test_silence_is_no_no() -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        service.lapse(story.fresh().proposal)
        step(story, "draft", story.actor(Role.COACH))
        assert queries.live_count(story.candidate.id) == 1


def test_the_clock_does_not_lapse_a_question_before_its_last_day_is_over() -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    last_day = story.proposal.answer_by
    assert last_day is not None
    with time_machine.travel(clock.at_local(last_day, 23, 59), tick=False):
        _refused(story, "lapse", Role.SYSTEM, "has not passed")
    with time_machine.travel(clock.at_local(last_day + timedelta(days=1)), tick=False):
        service.lapse(story.fresh().proposal)
    proposal = story.fresh().proposal
    assert (proposal.state, proposal.lapsed) == (S.REFUSED, True)


def test_a_candidate_without_address_is_asked_with_a_code_instead() -> None:
    story = proposals.story()
    identity(story).email = ""
    db.session.commit()
    _refused(story, "ask_consent", Role.COACH, "no mail address")
    link = service.ask_consent(story.actor(Role.COACH), story.fresh().proposal, shows_code=True)
    assert link.subject_id == story.proposal.id
    assert story.fresh().proposal.state is S.AWAITING_CONSENT
    assert newest("consent_request") == []


def test_a_yes_is_for_exactly_the_profile_that_was_shown() -> None:
    """An edit that reached the database without its event is caught by the digest all the same."""
    story = proposals.story(S.AWAITING_CONSENT)
    _profile(story).pitch = "Twelve years in lunch kitchens."
    db.session.commit()
    _refused(story, "agree", Role.CANDIDATE, "profile was changed")


def _values(story: Story, **changed: object) -> candidate_service.ProfileValues:
    profile = candidates.load(story.candidate.id).profile
    names = candidate_service.ProfileValues.__dataclass_fields__
    return candidate_service.ProfileValues(**{**{name: getattr(profile, name) for name in names}, **changed})


def test_an_edit_of_the_profile_voids_the_link_and_returns_to_draft() -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    other = proposals.story(S.AWAITING_CONSENT)
    candidate = candidates.load(story.candidate.id)
    version = candidate.profile.version
    candidate_service.edit_profile(
        story.actor(Role.COACH), candidate, _values(story, pitch="Twelve years in lunch kitchens."), version
    )
    db.session.commit()
    proposal = story.fresh().proposal
    assert (proposal.state, proposal.answer_by) == (S.DRAFT, None)
    assert links.live(Purpose.CONSENT, story.proposal.id) is None
    sent = {one.about_id: one.state for one in newest("consent_request")}
    assert sent == {story.proposal.id: SendState.CANCELLED, other.proposal.id: SendState.QUEUED}
    assert other.fresh().proposal.state is S.AWAITING_CONSENT


def test_an_edit_that_an_employer_would_not_see_leaves_the_question_open() -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    candidate = candidates.load(story.candidate.id)
    version = candidate.profile.version
    candidate_service.edit_profile(story.actor(Role.COACH), candidate, _values(story, wishes="Near the sea"), version)
    assert story.fresh().proposal.state is S.AWAITING_CONSENT


def test_a_yes_is_for_the_need_as_it_was_shown() -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    db.session.get_one(Opening, story.opening.id).hours_max = 37
    db.session.commit()
    _refused(story, "agree", Role.CANDIDATE, "job was changed")


def test_an_edit_of_the_need_takes_an_open_question_back() -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    opening = openings_loaded(story.opening)
    opening.pay = "13,50 euro i timmen"
    db.session.flush()
    service.ask_again(story.actor(Role.EMPLOYER), opening)
    assert story.fresh().proposal.state is S.DRAFT
    assert [one.user_id for one in newest("opening_changed")] == [story.coach.id]


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (S.PROPOSED, "interested"),
        (S.DISCLOSED, "agree_interview"),
        (S.DISCLOSED, "offer"),
        (S.INTERVIEW, "report_hire"),
    ],
)
def test_nothing_goes_on_without_a_living_consent(state: ProposalState, verb: str) -> None:
    """One that is past its day; under what is live the database holds no withdrawn one."""
    story = proposals.story(state)
    consent = story.proposal.consent
    assert consent is not None
    with time_machine.travel(clock.at_local(consent.until + timedelta(days=1)), tick=False):
        _refused(story, verb, Role.EMPLOYER, "consent is over")


def test_details_need_a_consent_that_names_them() -> None:
    story = proposals.story(S.INTERESTED)
    with pytest.raises(Refused, match="no consent yet"):
        service.disclose(story.actor(Role.COACH), story.proposal)
    with pytest.raises(Invalid):
        service.record_disclosure_consent(story.actor(Role.COACH), story.fresh().proposal, [], service.HowGiven())


def test_details_are_not_told_after_the_need_was_changed() -> None:
    """The candidate said yes to another job: first they are asked again, then details may be told."""
    story = proposals.story(S.INTERESTED)
    coach = story.actor(Role.COACH)
    service.record_disclosure_consent(coach, story.fresh().proposal, FIELDS, service.HowGiven())
    opening = db.session.get_one(Opening, story.opening.id)
    opening.hours_min, opening.hours_max = 10, 15
    db.session.commit()
    with pytest.raises(Refused, match="Ask the candidate again"), db.session.begin_nested():
        service.disclose(coach, story.fresh().proposal)
    db.session.expire_all()
    service.renew_consent(coach, story.fresh().proposal, service.HowGiven())
    service.disclose(coach, story.fresh().proposal)
    assert story.fresh().proposal.state is S.DISCLOSED


def test_a_disclosure_consent_past_its_day_tells_nothing() -> None:
    story = proposals.story(S.INTERESTED)
    coach = story.actor(Role.COACH)
    given = service.HowGiven(until=clock.today() + timedelta(days=2))
    service.record_disclosure_consent(coach, story.fresh().proposal, FIELDS, given)
    db.session.commit()
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False), pytest.raises(Refused, match="no consent"):
        service.disclose(coach, story.fresh().proposal)


@pytest.mark.parametrize(
    "unfit",
    [
        {"kind": ConsentKind.PROPOSAL},
        {"candidate_id": 0},
        {"opening_id": 0},
        {"opening_digest": "0" * 64},
        {"fields": []},
        {"withdrawn_at": clock.now()},
    ],
    ids=lambda values: next(iter(values)),
)
def test_details_need_a_yes_that_fits_in_every_part(unfit: dict[str, object]) -> None:
    """The guard alone: services never make such a consent, and the database holds no disclosure without fields."""
    story = proposals.story(S.INTERESTED)
    coach = story.actor(Role.COACH)
    service.record_disclosure_consent(coach, story.fresh().proposal, FIELDS, service.HowGiven())
    known = queries.facts(story.fresh().proposal)
    assert known.disclosure_consent is not None
    assert GUARDS["disclosure_consented"](known, coach) is None
    db.session.expunge(known.disclosure_consent)  # what is changed here is not to be written
    for name, value in unfit.items():
        setattr(known.disclosure_consent, name, value)
    assert "no consent" in str(GUARDS["disclosure_consented"](known, coach))


@pytest.mark.parametrize(("minutes", "held"), [(-1, True), (1, False)])
def test_an_answer_can_be_taken_back_for_24_hours(minutes: int, held: bool) -> None:
    story = proposals.story(S.DECLINED)
    declined_at = story.proposal.declined_at
    assert declined_at is not None
    with time_machine.travel(declined_at + timedelta(hours=24, minutes=minutes), tick=False):
        if held:
            step(story, "undo_decline", story.actor(Role.EMPLOYER))
            assert story.fresh().proposal.state is S.PROPOSED
        else:
            _refused(story, "undo_decline", Role.EMPLOYER, "24 hours")


def test_an_answer_is_not_taken_back_when_consent_need_or_place_are_gone() -> None:
    consentless = proposals.story(S.DECLINED)
    assert consentless.proposal.consent is not None
    consents.withdraw(consentless.proposal.consent, SYSTEM)
    _refused(consentless, "undo_decline", Role.EMPLOYER, "consent is over")
    ended = proposals.story(S.DECLINED)
    db.session.get_one(Opening, ended.opening.id).state = OpeningState.CLOSED
    db.session.commit()
    _refused(ended, "undo_decline", Role.EMPLOYER, "has ended")
    again = proposals.story(S.DECLINED)
    step(again, "draft", again.actor(Role.COACH))
    _refused(again, "undo_decline", Role.EMPLOYER, "already proposed")


def test_a_paused_need_lets_talks_go_on() -> None:
    story = proposals.story(S.DECLINED)
    opening_service.pause(openings_loaded(story.opening), story.actor(Role.EMPLOYER))
    step(story, "undo_decline", story.actor(Role.EMPLOYER))
    step(story, "interested", story.actor(Role.EMPLOYER))
    assert story.fresh().proposal.state is S.INTERESTED


def test_who_reported_a_hire_does_not_confirm_it() -> None:
    story = proposals.story(S.HIRE_REPORTED)  # by the coach
    _refused(story, "confirm_hire", Role.COACH, "The other side confirms")
    other = proposals.story(S.OFFERED)
    service.report_hire(other.actor(Role.EMPLOYER), other.fresh().proposal, terms())
    _refused(other, "confirm_hire", Role.EMPLOYER, "The other side confirms")


def test_a_team_leader_confirms_after_five_working_days() -> None:
    """Weekends and holidays do not count: reported on a Tuesday before Christmas, it is long until the fifth."""
    with time_machine.travel(clock.at_local(clock.today().replace(year=2026, month=12, day=22), 10), tick=False):
        story = proposals.story(S.HIRE_REPORTED)
        reported = clock.today()
    late = add_working_days(reported, 5)
    assert late > reported + timedelta(days=7)
    with time_machine.travel(clock.at_local(late - timedelta(days=1), 23, 59), tick=False):
        _refused(story, "confirm_hire", Role.TEAM_LEADER, "five working days")
    with time_machine.travel(clock.at_local(late, 8), tick=False):
        step(story, "confirm_hire", story.actor(Role.TEAM_LEADER))
    assert story.fresh().proposal.state is S.HIRED


def test_nobody_is_hired_who_has_not_said_yes() -> None:
    story = proposals.story(S.OFFERED)
    service.report_hire(story.actor(Role.EMPLOYER), story.fresh().proposal, terms(), candidate_said_yes=True)
    proposal = story.fresh().proposal
    assert proposal.candidate_said_yes_at is None  # an employer cannot say it for them
    with pytest.raises(Refused, match="has said yes"), db.session.begin_nested():
        service.confirm_hire(story.actor(Role.COACH), proposal)
    db.session.expire_all()
    service.confirm_hire(story.actor(Role.COACH), story.fresh().proposal, candidate_said_yes=True)
    assert story.fresh().proposal.candidate_said_yes_at is not None


def test_an_employer_cannot_say_the_candidates_yes() -> None:
    story = proposals.story(S.HIRE_REPORTED)  # by the coach; the yes that was noted then is taken out
    story.proposal.candidate_said_yes_at = None
    db.session.commit()
    with pytest.raises(Refused, match="has said yes"), db.session.begin_nested():
        service.confirm_hire(story.actor(Role.EMPLOYER), story.fresh().proposal, candidate_said_yes=True)


def test_a_coach_reports_a_hire_only_with_the_candidates_yes() -> None:
    story = proposals.story(S.OFFERED)
    with pytest.raises(Invalid) as wrong:
        service.report_hire(story.actor(Role.COACH), story.fresh().proposal, terms())
    assert wrong.value.field == "candidate_said_yes"


def second(story: Story, state: ProposalState) -> Story:
    """Another candidate of the same coach for the same need, in a state."""
    candidate = candidate_rows.candidate(coach=story.coach)
    drafted = service.draft(story.actor(Role.COACH), candidate, openings_loaded(story.opening))
    twin = Story(story.coach, story.leader, story.contact, candidate, story.opening, drafted)
    proposals.bring(twin, state)
    db.session.commit()
    return twin.fresh()


@pytest.mark.parametrize("stands", [OpeningState.OPEN, OpeningState.PAUSED])
def test_the_last_hire_fills_the_need_and_closes_the_others(stands: OpeningState) -> None:
    story = proposals.story(S.HIRE_REPORTED)
    others = [second(story, S.PROPOSED), second(story, S.DRAFT), second(story, S.HIRE_REPORTED)]
    db.session.get_one(Opening, story.opening.id).state = stands
    db.session.commit()
    step(story, "confirm_hire", story.actor(Role.EMPLOYER))
    assert openings_loaded(story.opening).state is OpeningState.FILLED
    assert [one.fresh().proposal.state for one in others] == [S.CLOSED] * 3
    told = {(one.about_id, one.user_id) for one in newest("proposal_closed")}
    proposed, drafted, _reported = others
    assert (proposed.proposal.id, story.contact.id) in told
    assert (drafted.proposal.id, story.coach.id) in told
    assert (drafted.proposal.id, story.contact.id) not in told


def test_no_more_are_hired_than_were_sought() -> None:
    """Two hires were reported, and the need was for two before it was for one."""
    story = proposals.story(S.HIRE_REPORTED, people=2)
    twin = second(story, S.HIRE_REPORTED)
    step(story, "confirm_hire", story.actor(Role.EMPLOYER))
    db.session.get_one(Opening, story.opening.id).people = 1
    db.session.commit()
    _refused(twin, "confirm_hire", Role.EMPLOYER, "All places")


def test_a_need_for_two_stays_open_after_the_first_hire() -> None:
    story = proposals.story(S.HIRE_REPORTED, people=2)
    step(story, "confirm_hire", story.actor(Role.EMPLOYER))
    assert openings_loaded(story.opening).state is OpeningState.OPEN


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (S.DRAFT, S.CLOSED),
        (S.AWAITING_CONSENT, S.CLOSED),
        (S.PROPOSED, S.CLOSED),
        (S.INTERESTED, S.INTERESTED),
        (S.INTERVIEW, S.INTERVIEW),
    ],
)
def test_a_need_that_expires_closes_what_is_unanswered_and_lets_talks_go_on(
    state: ProposalState, after: ProposalState
) -> None:
    story = proposals.story(state)
    opening_service.expire(openings_loaded(story.opening), SYSTEM)
    assert story.fresh().proposal.state is after


def test_a_need_that_is_closed_closes_every_live_proposal() -> None:
    story = proposals.story(S.INTERVIEW)
    opening_service.close(openings_loaded(story.opening), story.actor(Role.EMPLOYER))
    proposal = story.fresh().proposal
    assert proposal.state is S.CLOSED
    assert proposal.consent is not None
    assert proposal.disclosure_consent is not None
    assert proposal.consent.withdrawn_at is not None
    assert proposal.disclosure_consent.withdrawn_at is not None


def test_the_system_closes_nothing_without_a_ground() -> None:
    story = proposals.story(S.PROPOSED)
    with pytest.raises(Refused, match="no reason"):
        moves.move(story.proposal, "close", SYSTEM)


def test_an_end_takes_consents_links_and_queued_mails_with_it() -> None:
    story = proposals.story(S.DISCLOSED)
    service.withdraw(story.actor(Role.COACH), story.proposal)
    db.session.commit()
    proposal = story.fresh().proposal
    assert proposal.consent is not None
    assert proposal.disclosure_consent is not None
    assert not proposal.consent.is_live()
    assert not proposal.disclosure_consent.is_live()
    assert all(links.live(purpose, proposal.id) is None for purpose in Purpose)
    still = db.session.scalars(
        db.select(Notification.kind).where(
            Notification.about_type == "proposal",
            Notification.about_id == proposal.id,
            Notification.state == SendState.QUEUED,
        )
    ).all()
    assert still == ["no_longer_available"]


def test_consent_by_link_is_kept_in_the_language_that_was_read() -> None:
    story = proposals.story(S.AWAITING_CONSENT)
    service.agree(story.actor(Role.CANDIDATE), story.proposal, BY_LINK, in_language=Language.FI)
    consent = story.fresh().proposal.consent
    assert consent is not None
    assert (consent.how, consent.language, consent.recorded_by_id) == (ConsentHow.LINK, Language.FI, None)
    assert [one.id for one in consent.contacts] == [story.contact.id]
    frozen = story.fresh().proposal.frozen_profile
    assert frozen is not None
    assert frozen.digest == profiles.digest(profiles.content(candidates.load(story.candidate.id)))


def test_details_beyond_the_plan_are_refused_at_the_field() -> None:
    story = proposals.story(S.INTERESTED)
    asked = [PersonalField.NAME, PersonalField.BIRTH_YEAR]
    with pytest.raises(Invalid) as wrong:
        service.record_disclosure_consent(story.actor(Role.COACH), story.proposal, asked, service.HowGiven())
    assert wrong.value.field == "fields"


def test_a_contact_person_who_left_is_neither_mailed_nor_counted() -> None:
    story = proposals.story(S.PROPOSED)
    colleague = employers.employer_user(db.session.get_one(Employer, story.opening.employer_id))
    opening = openings_loaded(story.opening)
    opening.contacts = [colleague]
    db.session.commit()
    step(story, "interested", story.actor(Role.COACH))
    assert newest("answer_recorded") == []  # the new one is not named by the consent, the old one is gone


def test_every_guard_of_the_code_is_named_by_a_row_and_every_name_has_one() -> None:
    assert {name for row in PROPOSALS.rows for name in row.guards} == set(GUARDS)


def test_reading_anew_is_not_remembering(app: object) -> None:
    """The helper of these tests reads what the database holds."""
    read = anew(proposals.story())
    db.session.execute(db.update(Proposal).values(change_wish="shorter"))
    db.session.commit()
    assert read().proposal.change_wish == "shorter"
