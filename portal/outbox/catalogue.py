"""Every kind of mail as a table, for docs/mail.md: who reads it, when it leaves, and whether it can be turned off."""

from __future__ import annotations

from portal.core.i18n import Language, in_language
from portal.outbox.examples import EXAMPLES, Reader
from portal.outbox.letters import KINDS, MailKind
from portal.outbox.names import KIND_NAMES

READERS = {
    Reader.EMPLOYER: "employer",
    Reader.COACH: "coach",
    Reader.TEAM_LEADER: "team leader",
    Reader.CANDIDATE: "candidate",
    Reader.INVITED: "who is invited",
    Reader.ANYBODY: "anybody with an account",
}
TEXT = """\
# The mails

Printed by `flask --app wsgi mails` from the kinds that the rooms declare.

A mail leaves **at once** when somebody waits for it this moment, when it is about safety or help, or when what it
tells of may be over by the morning (a meeting that is agreed or called off). All others leave **in the day**,
between `MAIL_FROM_HOUR` and `MAIL_UNTIL_HOUR` in Helsinki: the worker asks the clock when it takes a mail, so what
waits follows a changed setting, and `/healthz` counts only the hours in which a mail could go.

What only informs can be **turned off**, kind by kind, on the settings page or by one press from the mail
(`List-Unsubscribe`, RFC 8058), or comes in one mail a day at `MAIL_DIGEST_AT`: once a reader and local day, never
empty. What is collected for it waits as `collected`, its lines are `folded`. Whether a line is still due is asked
when the mail is made and again when it leaves; one that has not left on its day is called off, and its lines are
in the next. The choice is asked at sending, so it holds for what was queued before it.

| kind | about | reader | leaves | can be turned off |
|---|---|---|---|---|
"""


def as_markdown() -> str:
    """The whole page, in English and in the order in which the rooms declare their kinds."""
    with in_language(Language.EN):
        return TEXT + "".join(_line(KINDS[name]) for name in KIND_NAMES)


def _line(kind: MailKind) -> str:
    readers = dict.fromkeys(READERS[example.reader] for example in EXAMPLES[kind.name])
    leaves = "at once" if kind.urgent else "in the day"
    choice = ("yes, by itself" if kind.alone else "yes, or once a day") if kind.informative else "no"
    return f"| `{kind.name}` | {KIND_NAMES[kind.name]} | {', '.join(readers)} | {leaves} | {choice} |\n"
