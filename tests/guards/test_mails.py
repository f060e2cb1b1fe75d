"""Every kind of mail, written in every language from an example: short, quiet about health, and inert."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from types import ModuleType
from typing import Any, cast

import pytest
from flask_mail import Message

from portal import wiring
from portal.candidates import rules as candidate_rules
from portal.candidates import states as candidate_states
from portal.core.actors import Role
from portal.core.app import Portal
from portal.core.db import new_public_id
from portal.core.i18n import LOCALES, Language, in_language
from portal.core.states import StateTable
from portal.employers import rules as employer_rules
from portal.employers import states as employer_states
from portal.openings import rules as opening_rules
from portal.openings import states as opening_states
from portal.outbox.letters import KINDS
from portal.outbox.models import Notification
from portal.outbox.recipients import Recipient
from portal.outbox.rendering import build_message
from portal.placements import rules as placement_rules
from portal.placements import states as placement_states
from portal.proposals import rules as proposal_rules
from portal.proposals import states as proposal_states

assert wiring.PLACES  # the wiring imports every room, and with it every kind of mail

TOKEN = "0" * 32
TITLE, EMPLOYER = "Kock", "Firma Ab"
ON_PAGE = {"title": TITLE, "alias": "K7P-4", "page": f"/proposals/{TOKEN}"}
FOR_CANDIDATE = {"title": TITLE, "employer": EMPLOYER}
NEED = {"title": TITLE, "public_id": TOKEN}
HIRE = {"title": TITLE, "page": f"/placements/{TOKEN}"}
MEETING = {"uid": TOKEN, "sequence": 0, "starts_at": "2031-05-05T07:00:00+00:00", "minutes": 45, "interview": 1}
AT_EMPLOYER = {"employer": EMPLOYER}


def _linked(purpose: str) -> dict[str, Any]:
    return {"link": [purpose, TOKEN]}


# By kind: what its letter is written from, every branch of it. Kept by hand; a new kind needs its example here.
EXAMPLES: dict[str, list[dict[str, Any]]] = {
    # accounts
    "verify_address": [_linked("verify_email")],
    "address_has_account": [{}],
    "password_reset": [_linked("reset_password")],
    "password_changed": [{}],
    "staff_invited": [{**_linked("staff_invitation"), "role": role} for role in ("coach", "team_leader")],
    # candidates
    "candidate_waits": [{}],
    "candidate_assigned": [{}],
    # privacy
    "data_goes": [{"page": f"/candidates/{TOKEN}", "goes_on": "2031-05-05"}],
    "account_goes": [{"goes_on": "2031-05-05"}],
    "candidate_gone": [{"title": TITLE, "opening": f"/openings/{TOKEN}"}],
    "following_ended": [{"title": TITLE}],
    # employers
    "employer_waits": [{**AT_EMPLOYER, "path": f"/employers/{TOKEN}"}],
    "employer_verified": [AT_EMPLOYER],
    "employer_rejected": [AT_EMPLOYER],
    "employer_suspended": [AT_EMPLOYER],
    "next_step_due": [{**AT_EMPLOYER, "due_on": "2031-05-05"}],
    "employer_assigned": [{**AT_EMPLOYER, "path": f"/employers/{TOKEN}"}],
    "colleague_invited": [{**AT_EMPLOYER, "by": "Anna Lindqvist", **_linked("invitation")}],
    "colleague_asks": [{**AT_EMPLOYER, "path": "/organisation"}],
    "colleague_let_in": [AT_EMPLOYER],
    "colleague_not_let_in": [AT_EMPLOYER],
    # openings
    "opening_published": [NEED],
    "opening_needs_you": [NEED],
    "opening_expires_soon": [{**NEED, "last_day": "2031-05-05"}],
    "opening_idle": [{**NEED, "pauses_on": "2031-05-05"}],
    "opening_paused": [NEED],
    "need_posted": [{**NEED, **AT_EMPLOYER, "looked_after": after} for after in (True, False)],
    "need_suits": [
        {**NEED, **AT_EMPLOYER, "count": count, "page": f"/proposals/new?opening={TOKEN}"} for count in (1, 3)
    ],
    # proposals, to the candidate
    "consent_request": [{**FOR_CANDIDATE, **_linked("consent"), "answer_by": "2031-05-05"}],
    "disclosure_request": [{**FOR_CANDIDATE, **_linked("consent")}],
    "consent_again": [{**FOR_CANDIDATE, **_linked("consent")}],
    "consent_recorded": [{**FOR_CANDIDATE, **_linked("my_consents"), "fields": []}],
    "disclosure_recorded": [
        {
            **FOR_CANDIDATE,
            **_linked("my_consents"),
            "fields": ["name", "phone", "email", "municipality", "birth_year"],
        }
    ],
    "interview_for_candidate": [{**FOR_CANDIDATE, **MEETING}],
    "interview_off_for_candidate": [{**FOR_CANDIDATE, **MEETING, "sequence": 1}],
    "closed_for_candidate": [FOR_CANDIDATE],
    # proposals, to the employer
    "candidate_proposed": [ON_PAGE],
    "proposal_waits": [ON_PAGE],
    "answer_recorded": [{**ON_PAGE, "state": state} for state in ("interested", "declined", "proposed")],
    "identity_disclosed": [ON_PAGE],
    "no_longer_available": [{**ON_PAGE, "opening": f"/openings/{TOKEN}"}],
    # proposals, to the coach
    "consent_given": [ON_PAGE],
    "disclosure_agreed": [ON_PAGE],
    "disclosure_refused": [ON_PAGE],
    "change_asked": [ON_PAGE],
    "consent_refused": [ON_PAGE],
    "consent_expired": [ON_PAGE],
    "consent_renewed": [ON_PAGE],
    "employer_interested": [ON_PAGE],
    "employer_declined": [ON_PAGE],
    "decline_undone": [ON_PAGE],
    "candidate_withdrew": [ON_PAGE],
    "proposal_silent": [ON_PAGE],
    "opening_changed": [ON_PAGE],
    # proposals, to either side
    "message": [ON_PAGE],
    "interview_proposed": [ON_PAGE],
    "interview_confirmed": [{**ON_PAGE, **MEETING}],
    "interview_cancelled": [{**ON_PAGE, **MEETING, "sequence": 1}],
    "job_offered": [ON_PAGE],
    "confirm_hire": [{**ON_PAGE, "starts_on": "2031-05-05"}],
    "proposal_closed": [
        {**ON_PAGE, "ground": ground}
        for ground in ("opening_filled", "opening_closed", "opening_expired", "unanswered", "hired_elsewhere")
    ],
    # placements
    "hire_confirmed": [
        {**HIRE, "starts_on": "2031-05-05", "moved": moved, "for_employer": to_employer, "days": ["2031-05-12"]}
        for moved in (True, False)
        for to_employer in (True, False)
    ],
    "hire_dates": [
        {"starts_on": "2031-05-05", "days": ["2031-05-06", "2031-05-12"], "coach": "Anna Lindqvist", "phone": phone}
        for phone in ("040 123 4567", "")
    ],
    "hire_for_leader": [{**HIRE, "starts_on": "2031-05-05", "coach": "Anna Lindqvist"}],
    "support_asked": [{**HIRE, "request": 1, "due_on": "2031-05-06"}],
    "support_taken": [
        {**HIRE, "taken_by": "Anna Lindqvist", "phone": phone, "due_on": "2031-05-06"} for phone in ("040 123 4567", "")
    ],
    "support_unanswered": [{**HIRE, "request": 1, "asked_on": "2031-05-05", "coach": "Anna Lindqvist"}],
    "support_coming": [{**HIRE, "contact": 1, "due_on": "2031-05-06", "coach": "Anna Lindqvist"}],
    "support_due": [
        {"day": "2031-05-05", "page": "/today", "overdue": late, "today": today, "overdue_count": len(late) + more}
        for late in ([], [["2031-05-01", TITLE]])
        for today in ([], [["2031-05-05", TITLE], ["2031-05-05", TITLE]])
        for more in (0, 1, 7)
        if late or today
    ],
    "support_overdue": [{**HIRE, "contact": 1, "due_on": "2031-04-20", "coach": "Anna Lindqvist"}],
}
CASES = [
    pytest.param(kind, context, language, id=f"{kind}-{number}-{language}")
    for kind, contexts in EXAMPLES.items()
    for number, context in enumerate(contexts)
    for language in Language
]

# Words that no text of ours says to anybody outside the team (domain.md): health, care, and what would hint at them.
FORBIDDEN = re.compile(
    r"\b(health\w*|illness\w*|ill|sick\w*|patient\w*|psychiatr\w*|psyk\w+|rehab\w*|therap\w*|terapi\w*|clinic\w*|klinik\w*"
    r"|diagnos\w*|disorder\w*|disab\w*|mental\w*|medic(?:al|ine|ation)\w*|treatment\w*|IPS|client\w*"
    r"|häls\w*|ohäls\w*|vård(?!s?område)\w*|sjuk\w*|klient\w*|funktionsned\w*|funktionshind\w*|medicin\w*"
    r"|terve\w*|hoit(?:o|aa|oon|ajaa|ossa|osta)\w*|sairau\w*|sairaa\w*|potila\w*|mielenterve\w*|kuntout\w*|vammai\w*|lääk\w+"
    r"|asiakas|asiakkaa\w*)\b",
    re.IGNORECASE,
)
# They stand in words of everyday business and mean nothing of the kind: the privacy notice's link, the county's name.
ALLOWED = re.compile(r"välfärdsområde\w*|hyvinvointialue\w*", re.IGNORECASE)


def test_every_kind_has_an_example_and_no_example_is_stale() -> None:
    assert set(EXAMPLES) == set(KINDS)


def _message(app: Portal, kind: str, context: dict[str, Any], language: Language) -> Message:
    row = Notification(
        kind=kind,
        user_id=1,
        about_type="proposal",
        about_id=1,
        context=context,
        message_id=f"<{new_public_id()}@localhost>",
        thread="a-thread",
    )
    assert app.config["PORTAL"].base_url == "http://localhost"
    return build_message(row, KINDS[kind], Recipient("reader@portal.example", "", language))


def _parsed(message: Message) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(message.as_bytes(), policy=modern))


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize(("kind", "context", "language"), CASES)
def test_a_letter_is_whole_in_each_language(
    app: Portal, kind: str, context: dict[str, Any], language: Language
) -> None:
    with in_language(language):
        letter = KINDS[kind].write(context)
    assert letter.subject
    assert letter.paragraphs
    assert all(letter.paragraphs)
    assert letter.why
    parsed = _parsed(_message(app, kind, context, language))
    plain, rich = _body(parsed, "plain"), _body(parsed, "html")
    assert parsed["Content-Language"] == LOCALES[language].replace("_", "-")
    assert f'lang="{language.value}"' in rich
    # one thing to do at most; beside it only the settings and how personal data is handled
    addresses = set(re.findall(r"http://localhost[^\s<>\"]*", plain))
    beside = {"http://localhost/settings", "http://localhost/about/privacy"}
    assert len(addresses - beside) == (0 if letter.action is None else 1)
    assert set(re.findall(r'href="([^"]+)"', rich)) == addresses
    for text in (plain, rich, str(parsed["Subject"])):
        assert "%(" not in text
        assert "{" not in re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
        assert "None" not in text


@pytest.mark.parametrize(("kind", "context", "language"), CASES)
def test_a_letter_says_nothing_of_health_or_care(
    app: Portal, kind: str, context: dict[str, Any], language: Language
) -> None:
    parsed = _parsed(_message(app, kind, context, language))
    said = "\n".join([str(parsed["Subject"]), str(parsed["From"]), _body(parsed, "plain"), _body(parsed, "html")])
    for attached in parsed.iter_attachments():
        content = attached.get_content()
        said += content if isinstance(content, str) else content.decode()
    assert FORBIDDEN.findall(ALLOWED.sub("", said)) == []


@pytest.mark.parametrize(
    "sample",
    [
        "in psychiatric care, a patient",
        "en klient inom vården",
        "asiakkaan hoitoon",
        "about your health",
        "IPS",
        "sjukdom",
        "sairaus",
    ],
)
def test_the_search_finds_such_words(sample: str) -> None:
    assert FORBIDDEN.search(sample)


# What of a context people typed: it comes from a form, so it can hold anything.
TYPED = ("title", "employer", "by", "coach", "taken_by")
NASTY = "Kock\r\nBcc: thief@else.example\r\n\r\n<b>Hej</b><script>x()</script>&amp; {{ 7*7 }} %(x)s \u202etxt"


@pytest.mark.parametrize("kind", list(EXAMPLES))
def test_what_people_typed_is_only_text(app: Portal, kind: str) -> None:
    context = EXAMPLES[kind][0]
    nasty = {key: NASTY if key in TYPED else value for key, value in context.items()}
    message = _message(app, kind, nasty, Language.SV)
    parsed = _parsed(message)
    assert sorted(parsed.keys()) == sorted(_parsed(_message(app, kind, context, Language.SV)).keys())
    assert "Bcc" not in parsed
    assert "\n" not in str(parsed["Subject"])
    assert message.send_to == {"reader@portal.example"}
    rich = _body(parsed, "html")
    for raw in ("<script", "<b>Hej", "7*7 }} 49", "\u202e"):
        assert raw not in rich
    for text in (rich, _body(parsed, "plain")):
        assert not any(line.startswith("Bcc:") for line in text.splitlines())


# Names in the state tables

ROOMS: list[tuple[list[StateTable[Any]], ModuleType]] = [
    ([employer_states.VERIFICATIONS], employer_rules),
    ([opening_states.OPENINGS], opening_rules),
    ([candidate_states.PHASES], candidate_rules),
    ([proposal_states.PROPOSALS], proposal_rules),
    ([placement_states.PLACEMENTS, placement_states.CONTACTS, placement_states.REQUESTS], placement_rules),
]
# Kinds that no row of a table names: what the clock sends, what belongs to an account, what comes with another step.
BESIDE_THE_TABLES = {
    "verify_address",
    "address_has_account",
    "password_reset",
    "password_changed",
    "staff_invited",
    "candidate_assigned",
    "employer_assigned",
    "need_suits",
    "next_step_due",
    "employer_waits",
    "colleague_invited",
    "colleague_asks",
    "colleague_let_in",
    "colleague_not_let_in",
    "opening_needs_you",
    "opening_expires_soon",
    "opening_idle",
    "disclosure_request",
    "disclosure_agreed",
    "disclosure_refused",
    "consent_again",
    "consent_renewed",
    "proposal_waits",
    "proposal_silent",
    "opening_changed",
    "message",
    "interview_proposed",
    "interview_cancelled",
    "interview_off_for_candidate",
    "closed_for_candidate",
    "hire_dates",
    "hire_for_leader",
    "support_unanswered",
    "support_coming",
    "support_due",
    "support_overdue",
    "data_goes",
    "account_goes",
    "candidate_gone",
    "following_ended",
}


def test_the_mails_of_the_tables_and_the_kinds_are_the_same() -> None:
    named = {mail for tables, _rules in ROOMS for table in tables for row in table.rows for mail in row.mails}
    assert named - set(KINDS) == set()
    assert set(KINDS) - named == BESIDE_THE_TABLES


@pytest.mark.parametrize(("tables", "rules"), ROOMS, ids=[rules.__name__ for _tables, rules in ROOMS])
def test_the_guards_of_the_tables_and_the_rules_are_the_same(tables: list[StateTable[Any]], rules: ModuleType) -> None:
    named = {guard for table in tables for row in table.rows for guard in row.guards}
    assert named == set(rules.GUARDS)


@pytest.mark.parametrize("table", [table for tables, _rules in ROOMS for table in tables], ids=lambda one: one.name)
def test_every_state_can_be_reached_and_is_told_apart(table: StateTable[Any]) -> None:
    """Every state is somewhere a row leads, has a tone where there are tones, and roles that exist press the rows."""
    reached = {row.target for row in table.rows}
    assert set(table.states) - reached == set(table.states) & UNREACHED.get(table.name, set())
    assert not table.tones or set(table.tones) == set(table.states)
    assert all(row.by <= set(Role) and row.by for row in table.rows)


# An organisation waits from its registration on, which is no step of the table.
UNREACHED: dict[str, set[str]] = {"employer": {"waiting"}}
