"""Every kind of mail, written in every language from an example: short, quiet about health, and inert."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
from portal.core.i18n import LOCALES, Language, in_language
from portal.core.states import StateTable
from portal.employers import rules as employer_rules
from portal.employers import states as employer_states
from portal.openings import rules as opening_rules
from portal.openings import states as opening_states
from portal.outbox.examples import ADDRESS, EXAMPLES, Example, Reader, notification_of, recipient_of
from portal.outbox.letters import KINDS, Context
from portal.outbox.rendering import build_message
from portal.placements import rules as placement_rules
from portal.placements import states as placement_states
from portal.proposals import rules as proposal_rules
from portal.proposals import states as proposal_states

pytestmark = pytest.mark.either_database

assert wiring.PLACES  # the wiring imports every room, and with it every kind of mail and its examples


def _once(contexts: Iterable[Context]) -> list[Context]:
    """Each context once, though several readers read the same."""
    return list({repr(context): context for context in contexts}.values())


# By kind: what its letter is written from, every branch of it; the rooms give them, and the previews show them.
CONTEXTS = {kind: _once(example.context for example in given) for kind, given in EXAMPLES.items()}
CASES = [
    pytest.param(kind, context, language, id=f"{kind}-{number}-{language}")
    for kind, contexts in CONTEXTS.items()
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
    example = Example(kind, EXAMPLES[kind][0].reader, context)
    assert app.config["PORTAL"].base_url == "http://localhost"
    return build_message(notification_of(example), KINDS[kind], recipient_of(example, language))


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
    # one thing to do at most, one beside it, but for the day's mail; else one's choice and how personal data is handled
    addresses = set(re.findall(r"http://localhost[^\s<>\"]*", plain))
    choice = "/mails/off/" if KINDS[kind].informative else "/settings"
    beside = {"http://localhost/about/privacy", *(one for one in addresses if choice in one)}
    has_choice = EXAMPLES[kind][0].reader not in (Reader.CANDIDATE, Reader.INVITED)
    assert len(beside) == 1 + has_choice
    things = [letter.action, letter.beside, *(line for line in letter.lines if line[1])]
    assert len(addresses - beside) == sum(one is not None for one in things)
    assert letter.beside is None or kind in ("hire_confirmed", "support_coming")
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


@pytest.mark.parametrize("kind", list(CONTEXTS))
def test_what_people_typed_is_only_text(app: Portal, kind: str) -> None:
    context = CONTEXTS[kind][0]
    nasty = {key: NASTY if key in TYPED else value for key, value in context.items()}
    message = _message(app, kind, nasty, Language.SV)
    parsed = _parsed(message)
    assert sorted(parsed.keys()) == sorted(_parsed(_message(app, kind, context, Language.SV)).keys())
    assert "Bcc" not in parsed
    assert "\n" not in str(parsed["Subject"])
    assert message.send_to == {ADDRESS}
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
    (
        [placement_states.PLACEMENTS, placement_states.CONTACTS, placement_states.REQUESTS, placement_states.PULSES],
        placement_rules,
    ),
]
# Kinds that no row of a table names: what the clock sends, what belongs to an account, what comes with another step.
BESIDE_THE_TABLES = {
    "verify_address",
    "address_has_account",
    "password_reset",
    "password_changed",
    "sign_in_link",
    "sign_in_with_password",
    "new_browser",
    "daily_digest",
    "monday_summary",
    "welcome",
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
    "yes_stopped",
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
    "mail_undelivered",
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
