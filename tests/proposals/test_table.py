"""The proposal's table, both ways: what ``domain.md`` allows does what it says, and nothing else can be done."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import Refused
from portal.outbox.models import Notification
from portal.proposals import queries
from portal.proposals.rules import side_of
from portal.proposals.states import PROPOSALS
from portal.proposals.states import ProposalState as S
from tests.factories import accounts, proposals
from tests.factories.proposals import Story, terms
from tests.proposals.kit import PITCH, STEPS, ClientFor, actors, anew, as_read, identity, path, step, typed, undone
from tests.snapshot import unchanged

EMPLOYER, COACH, LEADER, CANDIDATE, SYSTEM = (
    Role.EMPLOYER,
    Role.COACH,
    Role.TEAM_LEADER,
    Role.CANDIDATE,
    Role.SYSTEM,
)
LIVE = (
    S.DRAFT,
    S.AWAITING_CONSENT,
    S.PROPOSED,
    S.INTERESTED,
    S.DISCLOSED,
    S.INTERVIEW,
    S.OFFERED,
    S.HIRE_REPORTED,
)
BACK = S.PROPOSED  # where the declined proposal of these stories came from

# The table of domain.md, "Proposal": from, verb, by, to. Written here by hand, and not read from the code.
LINES: list[tuple[tuple[S, ...], str, tuple[Role, ...], S]] = [
    ((S.DRAFT,), "ask_consent", (COACH,), S.AWAITING_CONSENT),
    ((S.DRAFT, S.AWAITING_CONSENT), "record_consent", (COACH,), S.PROPOSED),
    ((S.AWAITING_CONSENT,), "agree", (CANDIDATE,), S.PROPOSED),
    ((S.AWAITING_CONSENT,), "take_back", (COACH, SYSTEM), S.DRAFT),  # an edit voids the link
    ((S.AWAITING_CONSENT,), "ask_change", (CANDIDATE,), S.DRAFT),
    ((S.AWAITING_CONSENT,), "refuse", (CANDIDATE,), S.REFUSED),
    ((S.AWAITING_CONSENT,), "lapse", (SYSTEM,), S.REFUSED),  # the last day passes
    ((S.PROPOSED,), "interested", (EMPLOYER, COACH), S.INTERESTED),
    (
        (S.PROPOSED, S.INTERESTED, S.DISCLOSED, S.INTERVIEW, S.OFFERED),
        "decline",
        (EMPLOYER, COACH),
        S.DECLINED,
    ),
    ((S.DECLINED,), "undo_decline", (EMPLOYER, COACH), BACK),
    ((S.INTERESTED,), "disclose", (COACH,), S.DISCLOSED),
    ((S.DISCLOSED, S.INTERVIEW), "agree_interview", (EMPLOYER, COACH), S.INTERVIEW),
    ((S.DISCLOSED, S.INTERVIEW), "offer", (EMPLOYER, COACH), S.OFFERED),
    ((S.OFFERED, S.INTERVIEW, S.DISCLOSED), "report_hire", (EMPLOYER, COACH), S.HIRE_REPORTED),
    ((S.HIRE_REPORTED,), "confirm_hire", (EMPLOYER, COACH, LEADER), S.HIRED),
    ((S.INTERVIEW, S.OFFERED, S.HIRE_REPORTED), "turn_down", (COACH,), S.TURNED_DOWN),
    (LIVE, "withdraw", (COACH, LEADER, CANDIDATE), S.WITHDRAWN),
    (LIVE, "close", (SYSTEM,), S.CLOSED),
]
ALLOWED = {(source, verb, role): target for sources, verb, by, target in LINES for source in sources for role in by}
# "system" runs take_back for the coach's edit; the coach presses it too.
VERBS = sorted({verb for _sources, verb, _by, _target in LINES} | {"draft"})

# What the contact person may see in a state: no page, the page alone, the profile, the profile and the details.
NO_PAGE, PAGE, PROFILE, DETAILS = "no page", "page", "profile", "details"
SEEN = {
    S.DRAFT: NO_PAGE,
    S.AWAITING_CONSENT: NO_PAGE,
    S.REFUSED: NO_PAGE,
    S.PROPOSED: PROFILE,
    S.INTERESTED: PROFILE,
    S.DISCLOSED: DETAILS,
    S.INTERVIEW: DETAILS,
    S.OFFERED: DETAILS,
    S.HIRE_REPORTED: DETAILS,
    S.HIRED: DETAILS,
    S.DECLINED: PAGE,
    S.TURNED_DOWN: PAGE,
    S.WITHDRAWN: PAGE,
    S.CLOSED: PAGE,
}
NEVER_SENT = (S.DRAFT, S.AWAITING_CONSENT, S.REFUSED)
# In these a meeting of the story is agreed and still to come, so that an end calls it off.
MEETING_AHEAD = (S.INTERVIEW, S.OFFERED, S.HIRE_REPORTED)
CALLED_OFF = [
    ("interview_cancelled", "contact"),
    ("interview_cancelled", "coach"),
    ("interview_off_for_candidate", "candidate"),
]

Mails = list[tuple[str, str]]


def mails_of(source: S, verb: str, role: Role) -> Mails:
    """Who is mailed what, by the last column of domain.md's table and the catalogue of mail.md."""
    by_employer = role is EMPLOYER
    sent = source not in NEVER_SENT
    ended: Mails = CALLED_OFF if source in MEETING_AHEAD else []
    other_side = "coach" if by_employer else "contact"
    table: dict[str, Mails] = {
        "ask_consent": [("consent_request", "candidate")],
        "record_consent": [("candidate_proposed", "contact"), ("consent_recorded", "candidate")],
        "agree": [("candidate_proposed", "contact"), ("consent_recorded", "candidate"), ("consent_given", "coach")],
        "take_back": [],
        "ask_change": [("change_asked", "coach")],
        "refuse": [("consent_refused", "coach")],
        "lapse": [("consent_expired", "coach")],
        "interested": [("employer_interested", "coach") if by_employer else ("answer_recorded", "contact")],
        "decline": [*ended, ("employer_declined", "coach") if by_employer else ("answer_recorded", "contact")],
        "undo_decline": [("decline_undone", "coach") if by_employer else ("answer_recorded", "contact")],
        "disclose": [("identity_disclosed", "contact"), ("disclosure_recorded", "candidate")],
        "agree_interview": [
            ("interview_confirmed", "contact"),
            ("interview_confirmed", "coach"),
            ("interview_for_candidate", "candidate"),
        ],
        "offer": [("job_offered", other_side)],
        "report_hire": [("confirm_hire", other_side)],
        "confirm_hire": [
            ("hire_confirmed", "contact"),
            ("hire_confirmed", "coach"),
            ("hire_dates", "candidate"),
            ("hire_for_leader", "leader"),
        ],
        "turn_down": [*ended, ("no_longer_available", "contact")],
        "withdraw": [
            *ended,
            *([("no_longer_available", "contact")] if sent else []),
            *([("candidate_withdrew", "coach")] if role is not COACH else []),
        ],
        "close": [
            *ended,
            ("proposal_closed", "coach"),
            *([("proposal_closed", "contact"), ("closed_for_candidate", "candidate")] if sent else []),
        ],
    }
    return table[verb]


def _readers(story: Story) -> dict[tuple[int | None, int | None], str]:
    return {
        (story.contact.id, None): "contact",
        (story.coach.id, None): "coach",
        (story.leader.id, None): "leader",
        (None, story.candidate.id): "candidate",
    }


def _mailed_since(story: Story, last: int) -> Mails:
    rows = db.session.scalars(select(Notification).where(Notification.id > last).order_by(Notification.id))
    readers = _readers(story)
    return [(row.kind, readers[(row.user_id, row.candidate_id)]) for row in rows]


def _last(table: type[Notification] | type[AuditEvent]) -> int:
    return db.session.scalar(select(table.id).order_by(table.id.desc()).limit(1)) or 0


def _prepare(story: Story, verb: str, role: Role, clockwork: ExitStack) -> None:
    """What the world must look like for the step, beside the state."""
    if verb == "lapse":
        clockwork.enter_context(time_machine.travel(clock.now() + timedelta(days=8), tick=False))
    if verb == "confirm_hire" and role is COACH:  # it is the other side that confirms
        db.session.execute(
            Notification.__table__.delete().where(Notification.kind == "confirm_hire")  # type: ignore[attr-defined]
        )
        proposal = queries.load(story.proposal.id)
        proposal.hire_reported_by = side_of(story.actor(EMPLOYER))
        proposal.candidate_said_yes_at = None
        db.session.commit()
    if verb == "confirm_hire" and role is LEADER:
        clockwork.enter_context(time_machine.travel(clock.now() + timedelta(days=12), tick=False))


@pytest.mark.parametrize("source", list(S))
def test_allowed_steps_do_what_the_document_says(client_for: ClientFor, source: S) -> None:
    """State, log, mails to exactly these readers, and what the contact person sees at the next request."""
    cells = [(verb, role, target) for (state, verb, role), target in ALLOWED.items() if state is source]
    read = anew(proposals.story(source))
    for verb, role, target in cells:
        with undone(), ExitStack() as clockwork:
            story = read()
            _prepare(story, verb, role, clockwork)
            actor = story.actor(role)
            last_mail, last_event = _last(Notification), _last(AuditEvent)
            step(story, verb, actor)
            db.session.commit()
            story = read()
            what = f"{verb} by {role} from {source}"
            assert story.proposal.state is target, what
            events = db.session.scalars(
                select(AuditEvent).where(AuditEvent.id > last_event, AuditEvent.verb == f"proposals.{verb}")
            ).all()
            assert [(one.subject_id, one.actor_role, one.actor_id) for one in events] == [
                (story.proposal.id, role, actor.user_id)
            ], what
            assert events[0].data == {"from": source.value, "to": target.value}, what
            mailed = _mailed_since(story, last_mail)
            assert sorted(mailed) == sorted(mails_of(source, verb, role)), what
            _sees(client_for, story, what)


def _sees(client_for: ClientFor, story: Story, what: str) -> None:
    seen = SEEN[story.proposal.state]
    if story.proposal.proposed_at is None:
        seen = NO_PAGE
    answer = client_for(story.contact).get(path(story))
    assert answer.status_code == (404 if seen == NO_PAGE else 200), what
    words = answer.get_data(as_text=True)
    who = identity(story)
    assert (PITCH in words) is (seen in (PROFILE, DETAILS)), what
    for value in (who.full_name, who.phone):
        assert (value in words) is (seen == DETAILS), f"{what}: {value}"
    for value in (who.email, who.nickname, who.street, who.care_contact):
        assert value not in words, f"{what}: {value}"


@pytest.mark.parametrize("source", list(S))
def test_everything_else_is_refused_to_everybody(app: object, source: S) -> None:
    story = proposals.story(source)
    everybody = actors(story)
    with unchanged(f"a refused step from {source}"):
        for verb in VERBS:
            for role, actor in everybody.items():
                if (source, verb, role) in ALLOWED or (verb == "draft" and role is COACH):
                    continue
                with pytest.raises(Refused) as refusal, db.session.begin_nested():
                    step(story, verb, actor)
                assert refusal.value.message, f"{verb} by {role} from {source} says nothing"


def test_every_verb_of_the_code_is_in_the_document_and_has_a_service() -> None:
    assert sorted(PROPOSALS.verbs) == VERBS == sorted(STEPS)


def test_a_draft_is_made_by_a_coach_alone(app: object) -> None:
    story = proposals.story(S.WITHDRAWN)
    everybody = actors(story)
    with unchanged("draft"):
        for role in set(Role) - {COACH}:
            with pytest.raises(Refused), db.session.begin_nested():
                step(story.fresh(), "draft", everybody[role])
    step(story.fresh(), "draft", everybody[COACH])
    again = queries.live_of_candidate(story.candidate.id)
    assert [(one.state, one.coach_id) for one in again] == [(S.DRAFT, story.coach.id)]
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.verb, event.subject_id, event.data) == ("proposals.draft", again[0].id, {"to": "draft"})


# Over HTTP

# Verbs that no page of a signed-in person has: the candidate's by link, the clock's, and those with their own address.
NO_STEP = {"agree", "ask_change", "refuse", "lapse", "close", "draft", "agree_interview"}
USERS = (EMPLOYER, COACH, LEADER, Role.ADMINISTRATOR)
# Addresses beside the steps: what may be posted there, from which states, by whom.
BESIDE: dict[str, tuple[tuple[S, ...], tuple[Role, ...]]] = {
    "times": ((S.DISCLOSED, S.INTERVIEW), (EMPLOYER, COACH)),
    "messages": ((S.PROPOSED, S.INTERESTED, S.DISCLOSED, *MEETING_AHEAD, S.HIRED), (EMPLOYER, COACH)),
    "ask-details": ((S.INTERESTED,), (COACH,)),
    "ask-again": ((), (COACH,)),
    "close-others": ((S.HIRED,), (COACH,)),
}
BESIDE_TYPED = {
    "times": {"times-0": "2031-05-05T10:00", "channel": "in_person", "minutes": "45"},
    "messages": {"text": "Does Tuesday suit you?"},
    "ask-again": typed("record_consent"),
}


def _expected(source: S, verb: str, role: Role) -> int:
    by = BESIDE[verb][1] if verb in BESIDE else USERS[:3]
    if role not in by or (role is EMPLOYER and SEEN[source] == NO_PAGE) or verb in NO_STEP:
        return 404
    return 409


@pytest.mark.parametrize("source", list(S))
def test_a_refused_step_answers_409_or_404_and_changes_nothing(client_for: ClientFor, source: S) -> None:
    story = proposals.story(source)
    people = {
        EMPLOYER: story.contact,
        COACH: story.coach,
        LEADER: story.leader,
        Role.ADMINISTRATOR: accounts.administrator(),
    }
    browsers = {role: client_for(user) for role, user in people.items()}
    address = path(story)
    with unchanged(f"a refused step from {source}"):
        for verb in [*VERBS, *BESIDE]:
            for role, browser in browsers.items():
                allowed = source in BESIDE[verb][0] and role in BESIDE[verb][1] if verb in BESIDE else False
                if allowed or ((source, verb, role) in ALLOWED and verb not in NO_STEP):
                    continue
                answer = browser.post(f"{address}/{verb}", data=BESIDE_TYPED.get(verb, typed(verb)))
                assert answer.status_code == _expected(source, verb, role), f"{verb} by {role} from {source}"


@pytest.mark.parametrize("source", list(S))
def test_allowed_steps_go_through_their_pages(client_for: ClientFor, source: S) -> None:
    read = anew(proposals.story(source))
    for (state, verb, role), target in ALLOWED.items():
        if state is not source or verb in NO_STEP or role not in USERS:
            continue
        with undone(), ExitStack() as clockwork:
            story = read()
            _prepare(story, verb, role, clockwork)
            user = {EMPLOYER: story.contact, COACH: story.coach, LEADER: story.leader}[role]
            browser = client_for(user)
            what = f"{verb} by {role} from {source}"
            assert browser.get(path(story, verb)).status_code == 200, what
            answer = browser.post(path(story, verb), data=as_read(browser, path(story, verb), typed(verb)))
            assert (answer.status_code, answer.headers["Location"]) == (302, path(story)), what
            assert read().proposal.state is target, what


def test_hired_with_terms_that_were_reported(app: object) -> None:
    """The hire that is followed has the terms that the other side confirmed."""
    story = proposals.story(S.HIRED)
    agreed = terms()
    assert (story.proposal.hire_starts_on, story.proposal.hire_hours) == (agreed.starts_on, agreed.hours)
